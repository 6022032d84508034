"""Options: which sites and gateways, and what the service does not say."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.thingplus.export_ids import (
    async_installation,
    gateway_id,
)
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from tests.bridges.flow_walker import TEXTS, FlowWalker, fields, suggested
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator

from .conftest import CreateEntry, make_impatient
from .mishaps import Spoil, lists, only_scopes, repair
from .world import gateway_listings

NOTHING_CHOSEN: Final[dict[str, Any]] = {
    "sites": [],
    "gateways": [],
    "dust": "unknown",
    "meters": [],
}
VILLA: Final = "ffeeddccbbaa"


@pytest.fixture
def villa(server: ThingplusSimulator) -> None:
    """A second site, with a gateway that is called as the first one."""
    server.add_site("2", "Villa")
    server.add_gateway(VILLA, "Greenhouse", site_id="2")


def offered(form: ConfigFlowResult, name: str) -> dict[str, str]:
    """Return the labels of what a field offers, by value."""
    schema = form["data_schema"]
    assert schema is not None
    options: list[dict[str, str]] = schema.schema[name].config["options"]
    return {option["value"]: option["label"] for option in options}


async def test_defaults(flows: FlowWalker, create_entry: CreateEntry) -> None:
    """Who changes nothing gets what counts without options."""
    entry = await create_entry()
    form = await flows.options(entry)
    assert form["step_id"] == "thingplus"
    assert form["errors"] == {}
    assert fields(form) == list(NOTHING_CHOSEN)
    assert suggested(form) == {}
    assert offered(form, "sites") == {"1": "default"}
    assert offered(form, "gateways") == {GATEWAY: "Greenhouse"}
    result = await flows.choose(form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == NOTHING_CHOSEN
    assert entry.state is ConfigEntryState.LOADED


async def test_all_options(
    flows: FlowWalker, create_entry: CreateEntry, villa: None
) -> None:
    """All are stored and shown again, and can be taken back."""
    entry = await create_entry()
    answer = {
        "sites": ["1", "2"],
        "gateways": [VILLA],
        "dust": "pm25",
        "meters": ["countEvent", "power"],
    }
    await flows.choose(await flows.options(entry), answer)
    assert entry.options == answer
    form = await flows.options(entry)
    assert suggested(form) == answer
    await flows.choose(form, NOTHING_CHOSEN)
    assert entry.options == NOTHING_CHOSEN


async def test_same_names(
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    villa: None,
) -> None:
    """Where two have one name the id tells them apart; the order is by name."""
    server.add_gateway("0", "attic")
    form = await flows.options(await create_entry())
    assert offered(form, "sites") == {"1": "default", "2": "Villa"}
    assert list(offered(form, "gateways").items()) == [
        ("0", "attic"),
        (GATEWAY, f"Greenhouse ({GATEWAY})"),
        (VILLA, f"Greenhouse ({VILLA})"),
    ]


async def test_what_is_gone(
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    villa: None,
) -> None:
    """What was chosen and is not listed any more stays until it is taken out."""
    chosen = {"sites": ["1", "2"], "gateways": [GATEWAY, VILLA]}
    entry = await create_entry(options=NOTHING_CHOSEN | chosen)
    server.remove(VILLA)
    del server.sites["2"]
    form = await flows.options(entry)
    assert offered(form, "sites") == {"1": "default", "2": "2"}
    assert offered(form, "gateways") == {GATEWAY: "Greenhouse", VILLA: VILLA}
    assert suggested(form) == NOTHING_CHOSEN | chosen
    await flows.choose(form, NOTHING_CHOSEN | chosen)
    assert entry.options == NOTHING_CHOSEN | chosen

    left = {"sites": ["1"], "gateways": [GATEWAY]}
    form = await flows.options(entry)
    await flows.choose(form, NOTHING_CHOSEN | left)
    form = await flows.options(entry)
    assert offered(form, "sites") == {"1": "default"}
    assert offered(form, "gateways") == {GATEWAY: "Greenhouse"}


async def test_own_exports_are_not_offered(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """What Home Assistant sends does not come back."""
    own = gateway_id(await async_installation(hass), "any subentry")
    server.add_gateway(own, "Home", model="52")
    form = await flows.options(await create_entry())
    assert offered(form, "gateways") == {GATEWAY: "Greenhouse"}


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        pytest.param(lists(status=500), "cannot_connect", id="500"),
        pytest.param(lists(garbage="html"), "not_a_thingplus", id="page"),
        pytest.param(lists(hang=True), "timeout_connect", id="silence"),
        pytest.param(only_scopes("gateway"), "no_site_scope", id="no site-read"),
        pytest.param(only_scopes("site-read"), "no_gateway_scope", id="no gateway"),
    ],
)
async def test_without_server(
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    key: str,
) -> None:
    """What was chosen before is kept and shown by its id, and can be taken out."""
    chosen = NOTHING_CHOSEN | {"sites": ["1"], "gateways": [GATEWAY]}
    entry = await create_entry(options=chosen, set_up=False)
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.options(entry)
    assert form["errors"] == {"base": key}
    assert offered(form, "sites") == {"1": "1"}
    assert offered(form, "gateways") == {GATEWAY: GATEWAY}
    repair(server)
    result = await flows.choose(form, chosen | {"sites": [], "dust": "pm10"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == chosen | {"sites": [], "dust": "pm10"}


async def test_sign_in_has_ended(
    flows: FlowWalker, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """Who has to sign in again is told so; the options can be changed all the same."""
    entry = await create_entry(sign_in="code", set_up=False)
    server.revoke_all()
    form = await flows.options(entry)
    assert form["errors"] == {"base": "invalid_auth"}
    await flows.choose(form, {"meters": ["power"]})
    assert entry.options["meters"] == ["power"]


async def test_token_is_renewed(
    flows: FlowWalker, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """A token that has ended in between is no reason not to show the form."""
    entry = await create_entry(set_up=False)
    before = entry.data["token"]["access_token"]
    server.revoke_all()
    form = await flows.options(entry)
    assert form["errors"] == {}
    assert offered(form, "gateways") == {GATEWAY: "Greenhouse"}
    assert entry.data["token"]["access_token"] != before
    await flows.choose(form, {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"sites": ["nobody's"]},
        {"gateways": ["nobody's"]},
        {"dust": "pm1"},
        {"meters": ["temperature"]},
        {"polling_interval": 1},
    ],
    ids=str,
)
async def test_invalid_options(
    flows: FlowWalker, create_entry: CreateEntry, wrong: dict[str, Any]
) -> None:
    """What is not offered is refused, and what is right can be entered then."""
    entry = await create_entry()
    form = await flows.options(entry)
    with pytest.raises(InvalidData):
        await flows.choose(form, wrong)
    await flows.choose(form, {"dust": "pm10"})
    assert entry.options["dust"] == "pm10"


async def test_reloads_when_changed(
    flows: FlowWalker, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """The entry is set up anew with other options, and with the same ones not."""
    entry = await create_entry()
    form = await flows.options(entry)
    before = len(gateway_listings(server))
    await flows.choose(form, {"dust": "pm10"})
    assert len(gateway_listings(server)) > before
    form = await flows.options(entry)
    before = len(gateway_listings(server))
    await flows.choose(form, {"dust": "pm10"})
    assert len(gateway_listings(server)) == before


@pytest.mark.parametrize("sign_in", ["password_grant", "code"])
async def test_every_entry_has_options(create_entry: CreateEntry, sign_in: str) -> None:
    """The menu of each entry offers them."""
    entry = await create_entry(sign_in=sign_in)
    assert entry.supports_options


async def test_choices_have_texts(flows: FlowWalker, create_entry: CreateEntry) -> None:
    """What can be selected is translated; nothing more is."""
    form = await flows.options(await create_entry())
    schema = form["data_schema"]
    assert schema is not None
    config = schema.schema["dust"].config
    texts = TEXTS["selector"][config["translation_key"]]["options"]
    assert list(texts) == config["options"]
