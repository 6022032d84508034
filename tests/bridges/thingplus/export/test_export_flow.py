"""Adding and changing an export, as the frontend does."""

from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import TEXTS, FlowWalker, fields, suggested
from tests.bridges.frontend import Frontend
from tests.bridges.house import HUMIDITY, LOUNGE, TEMPERATURE, House
from tests.simulators.thingplus import ThingplusSimulator, Trouble, gateway_model

from .conftest import GATEWAY_FORM, AddExport, Clock
from .exported import gateways, sensors, the_gateway, values

TYPE: Final = "thingplus_export"
LISTS: Final = ["entities", "areas", "labels", "device_classes"]
NOTHING: Final[dict[str, Any]] = {name: [] for name in LISTS}
TROUBLES: Final = [
    ({"drop": True}, "timeout_connect"),
    ({"status": 500}, "cannot_connect"),
    ({"garbage": "html"}, "unexpected_answer"),
    ({"status": 403}, "not_allowed"),
]


async def test_add(
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    clock: Clock,
) -> None:
    """Two forms: the gateway, and what is sent."""
    form = await flows.add_subentry(account, TYPE)
    assert form["step_id"] == "user"
    assert fields(form) == ["site_id", "gateway_name", "gateway_model"]
    assert suggested(form) == {
        "site_id": "1",
        "gateway_name": "test home",
        "gateway_model": "52",
    }
    form = await flows.fill(form, {**suggested(form), "gateway_name": " Cottage "})
    assert form["step_id"] == "entities"
    assert fields(form) == [*LISTS, "min_interval"]
    result = await flows.fill(form, {"entities": [TEMPERATURE]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Cottage → Thing+"
    assert result["data"] == {
        **NOTHING,
        "entities": [TEMPERATURE],
        "min_interval": 10,
        "site_id": "1",
        "gateway_name": "Cottage",
        "gateway_model": "52",
    }
    await clock.settle()
    assert the_gateway(server).name == "Cottage"


async def test_name_of_blanks(
    server: ThingplusSimulator, house: House, add_export: AddExport
) -> None:
    """No server takes a gateway without a name, so it gets the one that is suggested."""
    await add_export(TEMPERATURE, gateway_name="  ")
    assert the_gateway(server).name == "test home"


async def test_site(
    server: ThingplusSimulator, house: House, add_export: AddExport
) -> None:
    """The gateway is registered in the one that is chosen."""
    server.add_site("2", "Barn")
    await add_export(TEMPERATURE, site_id="2")
    assert the_gateway(server).site_id == "2"


async def test_no_site(
    server: ThingplusSimulator, flows: FlowWalker, account: MockConfigEntry
) -> None:
    """There is nothing to choose from."""
    server.sites.clear()
    result = await flows.add_subentry(account, TYPE)
    assert result["reason"] == "no_sites"


@pytest.mark.parametrize(("trouble", "reason"), TROUBLES)
async def test_service_does_not_answer_at_the_beginning(
    server: ThingplusSimulator,
    flows: FlowWalker,
    account: MockConfigEntry,
    trouble: dict[str, Any],
    reason: str,
) -> None:
    """There is no form yet."""
    server.trouble = Trouble(**trouble)
    result = await flows.add_subentry(account, TYPE)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason


@pytest.mark.parametrize(("trouble", "reason"), TROUBLES)
async def test_service_does_not_answer_later(
    server: ThingplusSimulator,
    flows: FlowWalker,
    account: MockConfigEntry,
    trouble: dict[str, Any],
    reason: str,
) -> None:
    """The form says so, and may be sent again."""
    form = await flows.add_subentry(account, TYPE)
    server.trouble = Trouble(**trouble)
    form = await flows.fill(form, GATEWAY_FORM)
    assert form["errors"] == {"base": reason}
    assert suggested(form) == GATEWAY_FORM
    server.trouble = None
    form = await flows.fill(form, GATEWAY_FORM)
    assert form["step_id"] == "entities"


async def test_types_cannot_be_read(
    server: ThingplusSimulator, flows: FlowWalker, account: MockConfigEntry
) -> None:
    """What is known of them is enough."""
    form = await flows.add_subentry(account, TYPE)
    server.trouble = Trouble(path="^/sensorTypes", status=404)
    form = await flows.fill(form, GATEWAY_FORM)
    assert form["step_id"] == "entities"


async def test_sign_in_is_lost(
    server: ThingplusSimulator, flows: FlowWalker, account: MockConfigEntry
) -> None:
    """The user has to sign in first."""
    for user in server.users.values():
        user.password = "another one"
    server.revoke_all()
    result = await flows.add_subentry(account, TYPE)
    assert result["reason"] == "invalid_auth"


async def test_model(
    server: ThingplusSimulator, flows: FlowWalker, account: MockConfigEntry
) -> None:
    """It has to be one that the server knows, and that takes something."""
    server.gateway_models["77"] = gateway_model("77", "Nothing", ())
    form = await flows.add_subentry(account, TYPE)
    for model, error in (("78", "unknown_model"), ("77", "no_sensors_accepted")):
        form = await flows.fill(form, {**GATEWAY_FORM, "gateway_model": model})
        assert form["errors"] == {"gateway_model": error}
    form = await flows.fill(form, {**GATEWAY_FORM, "gateway_model": "53"})
    assert form["step_id"] == "entities"


async def test_entities_that_the_model_does_not_take(
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    clock: Clock,
) -> None:
    """They are named; without them it goes on."""
    house.show("sensor.mood", "good", {"friendly_name": "Mood"})
    form = await flows.add_subentry(account, TYPE)
    form = await flows.fill(form, {**GATEWAY_FORM, "gateway_model": "53"})
    chosen = {"entities": [TEMPERATURE, "sensor.mood", "counter.gone"]}
    form = await flows.fill(form, chosen)
    assert form["errors"] == {"entities": "not_accepted"}
    assert form["description_placeholders"] == {"entities": "Mood, counter.gone"}
    assert suggested(form)["entities"] == chosen["entities"]
    result = await flows.fill(form, {"entities": [TEMPERATURE]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await clock.settle()
    assert values(server, "Kitchen Temperature") == ["21.5"]


async def test_nothing_chosen(
    flows: FlowWalker, house: House, account: MockConfigEntry
) -> None:
    """The form says so, shows what was entered, and takes a correction."""
    form = await flows.add_subentry(account, TYPE)
    form = await flows.fill(form, GATEWAY_FORM)
    form = await flows.fill(form, {"min_interval": 60})
    assert form["errors"] == {"base": "nothing_chosen"}
    assert suggested(form) == {"min_interval": 60}
    result = await flows.fill(form, {"device_classes": ["humidity"]})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_reconfigure(
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """What is sent changes; the gateway stays."""
    house.show("sensor.mood", "good", {"friendly_name": "Mood"})
    subentry = await add_export(TEMPERATURE, gateway_model="53")
    before = dict(subentry.data)
    form = await flows.reconfigure_subentry(account, subentry)
    assert form["step_id"] == "reconfigure"
    assert suggested(form) == {**NOTHING, "entities": [TEMPERATURE], "min_interval": 0}
    form = await flows.fill(form, {"min_interval": 0})
    assert form["errors"] == {"base": "nothing_chosen"}
    form = await flows.fill(form, {"entities": ["sensor.mood"], "min_interval": 0})
    assert form["errors"] == {"entities": "not_accepted"}
    result = await flows.fill(form, {"entities": [LOUNGE], "min_interval": 0})
    assert result["reason"] == "reconfigure_successful"
    changed = account.subentries[subentry.subentry_id]
    assert dict(changed.data) == {**before, "entities": [LOUNGE]}
    await clock.settle()
    assert len(gateways(server)) == 1
    assert set(sensors(server)) == {"Kitchen Temperature", "lounge temperature"}


async def test_reconfigure_while_the_service_is_away(
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """The choice can be changed all the same."""
    subentry = await add_export(TEMPERATURE)
    await server.stop()
    form = await flows.reconfigure_subentry(account, subentry)
    result = await flows.fill(form, {"entities": [HUMIDITY], "min_interval": 0})
    assert result["reason"] == "reconfigure_successful"
    await server.start()
    await clock.go(120)
    assert values(server, "kitchen humidity") == ["40"]


async def test_names_tell_exports_apart(
    account: MockConfigEntry, add_export: AddExport
) -> None:
    """Their titles are counted from the second one on."""
    titles = [(await add_export(entity)).title for entity in (TEMPERATURE, LOUNGE)]
    assert titles == ["Home → Thing+", "Home → Thing+ 2"]


async def test_in_the_frontend(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    clock: Clock,
) -> None:
    """The forms, an error and the end come through as JSON."""
    frontend = await Frontend.open(hass, hass_client)
    form = await frontend.add_subentry(account, TYPE)
    assert [field["name"] for field in form["data_schema"]] == [*GATEWAY_FORM]
    form = await frontend.fill(form, GATEWAY_FORM)
    form = await frontend.fill(form, {"min_interval": 0})
    assert form["errors"] == {"base": "nothing_chosen"}
    chosen = {"min_interval": 0, "device_classes": ["humidity"]}
    result = await frontend.fill(form, chosen)
    assert result["type"] == "create_entry"
    await clock.settle()
    assert values(server, "kitchen humidity") == ["40"]


def test_every_error_has_been_seen() -> None:
    """No text is left over."""
    texts = TEXTS["config_subentries"][TYPE]
    seen = {error for _, error in TROUBLES}
    assert set(texts["abort"]) == seen | {"invalid_auth", "no_sites"}
    assert set(texts["error"]) == seen | {
        "invalid_auth",
        "no_sensors_accepted",
        "not_accepted",
        "nothing_chosen",
        "unknown_model",
    }
