"""Options: which sensors, which to control, and when data are too old."""

from typing import Any, Final

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from tests.bridges.flow_walker import TEXTS, FlowWalker, fields, suggested
from tests.simulators.wotkit import SimulatedSensor, WotkitServer

from .conftest import (
    AddAccount,
    Way,
    choose_options,
    choose_sensors,
    make_impatient,
    open_form,
)
from .mishaps import Spoil, lists, repair
from .test_flow_choice import offered

NOTHING_CHOSEN: Final[dict[str, Any]] = {
    "choice": "contributed",
    "controlled_sensors": [],
    "controls": ["button", "slider", "message"],
}


@pytest.fixture
def lamp(sensors: dict[str, SimulatedSensor]) -> str:
    """The id of the lamp post, as options hold it."""
    return str(sensors["lamp_post"].id)


@pytest.fixture
def taxi(sensors: dict[str, SimulatedSensor]) -> str:
    """The id of the taxi, as options hold it."""
    return str(sensors["mule1"].id)


async def test_defaults(flows: FlowWalker, add_account: AddAccount) -> None:
    """Who changes nothing gets what counts without options; silence stays open."""
    entry = await add_account()
    form = await flows.options(entry)
    assert form["step_id"] == "wotkit"
    assert fields(form) == [
        "choice",
        "silent_minutes",
        "controlled_sensors",
        "controls",
    ]
    assert suggested(form) == {"choice": "contributed"}
    result = await flows.choose(form, {"choice": "contributed"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == NOTHING_CHOSEN
    assert entry.state is ConfigEntryState.LOADED


async def test_all_options(
    flows: FlowWalker, add_account: AddAccount, lamp: str
) -> None:
    """All are stored, minutes as a whole number, and shown again."""
    entry = await add_account()
    answer = {
        "choice": "both",
        "silent_minutes": 90.0,
        "controlled_sensors": [lamp],
        "controls": ["slider"],
    }
    await choose_options(flows, entry, **answer)
    assert entry.options == answer
    assert type(entry.options["silent_minutes"]) is int
    assert suggested(await flows.options(entry)) == answer

    without = {name: answer[name] for name in answer if name != "silent_minutes"}
    await choose_options(flows, entry, **without)
    assert entry.options == without


async def test_own_sensors_can_be_controlled(
    flows: FlowWalker, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """Only who owns a sensor hears its control channel."""
    form = await flows.options(await add_account())
    own = {
        str(one.id): f"{one.long_name} ({one.owner}.{one.name})"
        for one in sensors.values()
        if one.name not in {"compiler", "mule1"}
    }
    assert offered(form, "controlled_sensors") == own


async def test_tags(flows: FlowWalker, add_account: AddAccount) -> None:
    """Tags have a form of their own, which is filled with the former ones."""
    entry = await add_account(choice="tags", tags=["weather"])
    form = await flows.options(entry)
    assert suggested(form) == {"choice": "tags"}
    form = await flows.choose(form, {"choice": "tags"})
    assert form["step_id"] == "wotkit_tags"
    assert suggested(form) == {"tags": ["weather"]}
    form = await flows.choose(form, {"tags": [" "]})
    assert form["errors"] == {"tags": "no_tags"}
    result = await flows.choose(form, {"tags": ["garden"]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == NOTHING_CHOSEN | {"choice": "tags", "tags": ["garden"]}

    await choose_options(flows, entry, choice="both")
    assert entry.options == NOTHING_CHOSEN | {"choice": "both"}


async def test_picked(
    flows: FlowWalker, add_account: AddAccount, lamp: str, taxi: str
) -> None:
    """Single sensors have a form of their own, which is filled with the former ones."""
    entry = await add_account(choice="picked", sensors=[lamp])
    form = await flows.choose(await flows.options(entry), {"choice": "picked"})
    assert form["step_id"] == "wotkit_picked"
    assert suggested(form) == {"sensors": [lamp]}
    form = await flows.choose(form, {"sensors": []})
    assert form["errors"] == {"sensors": "nothing_picked"}
    await flows.choose(form, {"sensors": [taxi, lamp]})
    assert entry.options["sensors"] == [taxi, lamp]


async def test_sensors_that_are_gone(
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    lamp: str,
    taxi: str,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """What was chosen and is not listed any more stays until it is taken out."""
    entry = await add_account(
        choice="picked", sensors=[lamp, taxi], controlled_sensors=[lamp]
    )
    server.remove_sensor(sensors["lamp_post"])
    form = await flows.options(entry)
    assert offered(form, "controlled_sensors")[lamp] == lamp
    assert suggested(form)["controlled_sensors"] == [lamp]
    form = await flows.choose(form, {"choice": "picked", "controlled_sensors": [lamp]})
    assert offered(form, "sensors")[lamp] == lamp
    await flows.choose(form, {"sensors": [lamp, taxi]})
    assert entry.options["controlled_sensors"] == [lamp]
    assert entry.options["sensors"] == [lamp, taxi]

    await choose_options(flows, entry, choice="picked", sensors=[taxi])
    form = await flows.options(entry)
    assert lamp not in offered(form, "controlled_sensors")
    form = await flows.choose(form, {"choice": "picked"})
    assert lamp not in offered(form, "sensors")


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        pytest.param(lists(status=500), "cannot_connect", id="500"),
        pytest.param(lists(status=401), "invalid_auth", id="401"),
        pytest.param(lists(garbage=True), "not_a_wotkit", id="garbage"),
        pytest.param(lists(hang=True), "timeout_connect", id="silence"),
    ],
)
async def test_without_server(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    lamp: str,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    key: str,
) -> None:
    """What was chosen before is kept and shown by its id, and can be taken out."""
    entry = await add_account(
        choice="picked", sensors=[lamp], controlled_sensors=[lamp]
    )
    await hass.config_entries.async_unload(entry.entry_id)
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.options(entry)
        assert form["errors"] == {"base": key}
        assert offered(form, "controlled_sensors") == {lamp: lamp}
        answer = {"choice": "picked", "controlled_sensors": [lamp]}
        form = await flows.choose(form, answer)
        assert form["step_id"] == "wotkit_picked"
        assert form["errors"] == {"base": key}
        assert offered(form, "sensors") == {lamp: lamp}
        result = await flows.choose(form, {"sensors": [lamp]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["sensors"] == [lamp]
    assert entry.options["controlled_sensors"] == [lamp]
    repair(server)


async def test_nothing_to_pick_without_server(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
) -> None:
    """Where nothing is known the form comes back with all that was entered."""
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    await server.stop()
    form = await flows.options(entry)
    form = await flows.choose(form, {"choice": "picked", "silent_minutes": 7})
    assert form["step_id"] == "wotkit"
    assert form["errors"] == {"base": "cannot_connect"}
    assert suggested(form) == NOTHING_CHOSEN | {"choice": "picked", "silent_minutes": 7}
    await flows.choose(form, {"choice": "both"})
    assert entry.options["choice"] == "both"
    await server.start()


async def test_no_sensors(flows: FlowWalker, server: WotkitServer) -> None:
    """Who has no sensors is told so, and chooses something else."""
    server.add_user("charles", "engine")
    form = await open_form(flows, server, "wotkit_user")
    form = await flows.answer(form, {"username": "charles", "password": "engine"})
    entry = (await choose_sensors(flows, form))["result"]
    form = await flows.choose(await flows.options(entry), {"choice": "picked"})
    assert form["errors"] == {"choice": "no_sensors"}
    await flows.choose(form, {"choice": "subscribed"})
    assert entry.options["choice"] == "subscribed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"silent_minutes": 0},
        {"silent_minutes": 10081},
        {"silent_minutes": "soon"},
        {"choice": "all"},
        {"controlled_sensors": ["nobody's"]},
        {"controls": ["lever"]},
        {"polling_interval": 1},
    ],
    ids=str,
)
async def test_invalid_options(
    flows: FlowWalker, add_account: AddAccount, wrong: dict[str, Any]
) -> None:
    """What is out of range is refused, and what is right can be entered then."""
    entry = await add_account()
    form = await flows.options(entry)
    with pytest.raises(InvalidData):
        await flows.choose(form, {"choice": "both"} | wrong)
    await flows.choose(form, {"choice": "both", "silent_minutes": 10080})
    assert entry.options["silent_minutes"] == 10080


def listings(server: WotkitServer) -> int:
    """Return how often sensors were listed."""
    return sum(request.path == "/api/sensors" for request in server.requests)


async def test_reloads_when_changed(
    flows: FlowWalker, server: WotkitServer, add_account: AddAccount
) -> None:
    """The entry is set up anew with other options, and with the same ones not."""
    entry = await add_account()
    form = await flows.options(entry)
    before = listings(server)
    await flows.choose(form, {"choice": "both"})
    assert listings(server) > before
    form = await flows.options(entry)
    before = listings(server)
    await flows.choose(form, {"choice": "both"})
    assert listings(server) == before


async def test_every_entry_has_options(add_account: AddAccount, way: Way) -> None:
    """The menu of each entry offers them."""
    entry = await add_account(way.name)
    assert entry.supports_options


@pytest.mark.parametrize("name", ["choice", "controls"])
async def test_choices_have_texts(
    flows: FlowWalker, add_account: AddAccount, name: str
) -> None:
    """What can be selected is translated; nothing more is."""
    form = await flows.options(await add_account())
    schema = form["data_schema"]
    assert schema is not None
    config = schema.schema[name].config
    texts = TEXTS["selector"][config["translation_key"]]["options"]
    assert list(texts) == config["options"]
