"""Choosing sensors while an account is added."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.wotkit import SimulatedSensor, WotkitServer

from .conftest import WAYS, AddAccount, make_impatient, open_form
from .mishaps import Spoil, lists, repair


@pytest.fixture
async def choice_form(flows: FlowWalker, server: WotkitServer) -> ConfigFlowResult:
    """The form that comes once the user has signed in."""
    form = await open_form(flows, server, "wotkit_key")
    return await flows.answer(form, WAYS["key"].form)


def offered(form: ConfigFlowResult, name: str) -> dict[str, str]:
    """Return the labels of what a field offers, by value."""
    schema = form["data_schema"]
    assert schema is not None
    options: list[dict[str, str]] = schema.schema[name].config["options"]
    return {option["value"]: option["label"] for option in options}


@pytest.mark.parametrize("choice", ["contributed", "subscribed", "both"])
async def test_choice(
    flows: FlowWalker, choice_form: ConfigFlowResult, choice: str
) -> None:
    """Whole lists need nothing more."""
    assert fields(choice_form) == ["choice"]
    result = await flows.answer(choice_form, {"choice": choice})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {"choice": choice}


async def test_default(flows: FlowWalker, choice_form: ConfigFlowResult) -> None:
    """Who does not choose gets their own sensors."""
    result = await flows.answer(choice_form, {})
    assert result["options"] == {"choice": "contributed"}


async def test_unknown_choice(flows: FlowWalker, choice_form: ConfigFlowResult) -> None:
    """All sensors of the platform cannot be chosen."""
    with pytest.raises(InvalidData):
        await flows.answer(choice_form, {"choice": "all"})


async def test_tags(flows: FlowWalker, choice_form: ConfigFlowResult) -> None:
    """Tags are stored one by one; there has to be one."""
    form = await flows.answer(choice_form, {"choice": "tags"})
    assert form["step_id"] == "wotkit_tags"
    assert fields(form) == ["tags"]
    assert suggested(form) == {}
    for nothing in ([], [""], [" ", ","]):
        form = await flows.answer(form, {"tags": nothing})
        assert form["step_id"] == "wotkit_tags"
        assert form["errors"] == {"tags": "no_tags"}
    result = await flows.answer(
        form, {"tags": [" weather ", "garden, house", "weather", ""]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {
        "choice": "tags",
        "tags": ["weather", "garden", "house"],
    }


async def test_picked(
    flows: FlowWalker,
    choice_form: ConfigFlowResult,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """Own and subscribed sensors are offered by name; one has to be picked."""
    form = await flows.answer(choice_form, {"choice": "picked"})
    assert form["step_id"] == "wotkit_picked"
    assert fields(form) == ["sensors"]
    labels = offered(form, "sensors")
    mine = [one for one in sensors.values() if one.name != "compiler"]
    assert labels == {
        str(one.id): f"{one.long_name} ({one.owner}.{one.name})" for one in mine
    }
    assert list(labels.values()) == sorted(labels.values(), key=str.casefold)
    form = await flows.answer(form, {"sensors": []})
    assert form["step_id"] == "wotkit_picked"
    assert form["errors"] == {"sensors": "nothing_picked"}
    taxi = str(sensors["mule1"].id)
    result = await flows.answer(form, {"sensors": [taxi]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {"choice": "picked", "sensors": [taxi]}


async def test_picked_a_stranger(
    flows: FlowWalker,
    choice_form: ConfigFlowResult,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """What was not offered cannot be picked."""
    form = await flows.answer(choice_form, {"choice": "picked"})
    with pytest.raises(InvalidData):
        await flows.answer(form, {"sensors": [str(sensors["compiler"].id)]})


async def test_nothing_to_pick(flows: FlowWalker, server: WotkitServer) -> None:
    """Who has no sensors chooses something else."""
    server.add_user("charles", "engine")
    form = await open_form(flows, server, "wotkit_user")
    form = await flows.answer(form, {"username": "charles", "password": "engine"})
    form = await flows.answer(form, {"choice": "picked"})
    assert form["step_id"] == "wotkit_choice"
    assert form["errors"] == {"choice": "no_sensors"}
    assert suggested(form) == {"choice": "picked"}
    result = await flows.answer(form, {"choice": "both"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        pytest.param(lists(status=500), "cannot_connect", id="500"),
        pytest.param(lists(status=401), "invalid_auth", id="401"),
        pytest.param(lists(garbage=True), "not_a_wotkit", id="garbage"),
        pytest.param(lists(hang=True), "timeout_connect", id="silence"),
    ],
)
async def test_no_list_to_pick_from(
    flows: FlowWalker,
    server: WotkitServer,
    choice_form: ConfigFlowResult,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    key: str,
) -> None:
    """A server that gives no list leads back to the choice."""
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(choice_form, {"choice": "picked"})
    assert form["step_id"] == "wotkit_choice"
    assert form["errors"] == {"base": key}
    repair(server)
    form = await flows.answer(form, {"choice": "picked"})
    assert form["step_id"] == "wotkit_picked"
    assert form["errors"] == {}


async def test_through_the_fixture(
    add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """Tests of entities get the options that they ask for."""
    lamp = str(sensors["lamp_post"].id)
    wanted: dict[str, Any] = {
        "choice": "picked",
        "sensors": [lamp],
        "silent_minutes": 5,
        "controlled_sensors": [lamp],
        "controls": ["slider"],
    }
    entry = await add_account("user", **wanted)
    assert entry.options == wanted
