"""Adding, changing and removing an export, as the frontend does."""

from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, UnknownHandler
from tests.bridges.flow_walker import TEXTS, FlowWalker, fields, suggested
from tests.bridges.frontend import Frontend
from tests.bridges.house import HUMIDITY, LOUNGE, TEMPERATURE, House
from tests.simulators.wotkit import WotkitServer
from tests.waiting import until

from ..test_flow_choice import offered
from .conftest import AddExport
from .exported import DEFAULTS, exported, until_values

LISTS: Final = ["entities", "areas", "labels", "device_classes"]
FORM: Final = [*LISTS, "min_interval", "heartbeat", "share_location"]
NOTHING: Final[dict[str, list[str]]] = {name: [] for name in LISTS}


async def test_add(
    server: WotkitServer, house: House, flows: FlowWalker, account: ConfigEntry[Any]
) -> None:
    """One form; what is not chosen is stored as nothing."""
    form = await flows.add_subentry(account, "export")
    assert form["step_id"] == "user"
    assert fields(form) == FORM
    assert suggested(form) == {}
    result = await flows.fill(form, {"entities": [TEMPERATURE]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Home Assistant → WoTKit"
    assert result["data"] == {
        **NOTHING,
        "entities": [TEMPERATURE],
        "min_interval": 10,
        "share_location": False,
    }
    (subentry,) = account.subentries.values()
    assert subentry.subentry_type == "export"
    assert subentry.unique_id is None
    await until_values(server, "ha_kitchen", "temperature", [21.5])


@pytest.mark.parametrize(
    "entered",
    [
        {},
        {"min_interval": 60, "heartbeat": 5, "share_location": True},
        {"entities": [], "areas": [], "labels": [], "device_classes": []},
    ],
    ids=["nothing entered", "no entities", "empty lists"],
)
async def test_nothing_chosen(
    flows: FlowWalker, house: House, account: ConfigEntry[Any], entered: dict[str, Any]
) -> None:
    """The form says so, shows what was entered, and takes a correction."""
    form = await flows.add_subentry(account, "export")
    form = await flows.fill(form, entered)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "nothing_chosen"}
    shown = suggested(form)
    assert {name: shown[name] for name in entered} == entered
    result = await flows.fill(form, {**entered, "device_classes": ["humidity"]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        **NOTHING,
        "min_interval": 10,
        "share_location": False,
        **entered,
        "device_classes": ["humidity"],
    }


async def test_reconfigure(
    server: WotkitServer,
    house: House,
    flows: FlowWalker,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """The form shows what is stored; what was created stays."""
    subentry = await add_export(TEMPERATURE, heartbeat=30)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    form = await flows.reconfigure_subentry(account, subentry)
    assert form["step_id"] == "reconfigure"
    assert fields(form) == FORM
    assert suggested(form) == {
        **NOTHING,
        "entities": [TEMPERATURE],
        "min_interval": 0,
        "heartbeat": 30,
        "share_location": False,
    }
    form = await flows.fill(form, {**DEFAULTS, "entities": []})
    assert form["step_id"] == "reconfigure"
    assert form["errors"] == {"base": "nothing_chosen"}
    result = await flows.fill(form, {**DEFAULTS, "entities": [LOUNGE]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert dict(account.subentries[subentry.subentry_id].data) == {
        **NOTHING,
        "entities": [LOUNGE],
        **DEFAULTS,
    }
    await until_values(server, "ha_lounge", "temperature", [19.0])
    house.show(TEMPERATURE, 22)
    house.show(LOUNGE, 20)
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    await until_values(server, "ha_kitchen", "temperature", [21.5])


async def test_reconfigure_without_a_change(
    flows: FlowWalker, account: ConfigEntry[Any], add_export: AddExport
) -> None:
    """The export is not disturbed."""
    subentry = await add_export(TEMPERATURE)
    exporters = account.runtime_data.exports.exporters
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {**DEFAULTS, "entities": [TEMPERATURE]})
    assert account.runtime_data.exports.exporters == exporters


async def test_names_tell_exports_apart(
    account: ConfigEntry[Any], add_export: AddExport
) -> None:
    """Their titles are counted from the second one on."""
    titles = [(await add_export(entity)).title for entity in (TEMPERATURE, LOUNGE)]
    assert titles == ["Home Assistant → WoTKit", "Home Assistant → WoTKit 2"]


async def test_exported_sensors_are_not_offered(
    server: WotkitServer,
    flows: FlowWalker,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """What comes from here is nobody's choice: neither to follow nor to control."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    (sent,) = exported(server).values()
    form = await flows.options(account)
    picked = await flows.choose(form, {"choice": "picked"})
    for shown, field in ((form, "controlled_sensors"), (picked, "sensors")):
        assert str(sent.id) not in offered(shown, field)


async def test_one_of_two_is_changed(
    server: WotkitServer,
    house: House,
    flows: FlowWalker,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """The other one goes on as it was."""
    first = await add_export(TEMPERATURE)
    await add_export(LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    _, other = account.runtime_data.exports.exporters
    form = await flows.reconfigure_subentry(account, first)
    await flows.fill(form, {**DEFAULTS, "entities": [HUMIDITY]})
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    assert other in account.runtime_data.exports.exporters
    house.show(LOUNGE, 20)
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])


async def test_remove(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """Nothing is sent any more; what is on the server stays, what is on the disk goes."""
    first, second = await add_export(TEMPERATURE), await add_export(LOUNGE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    assert f"iot_bridge.export.{first.subentry_id}" in hass_storage
    assert hass.config_entries.async_remove_subentry(account, first.subentry_id)
    await hass.async_block_till_done()
    house.show(TEMPERATURE, 22)
    house.show(LOUNGE, 20)
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    assert f"iot_bridge.export.{first.subentry_id}" not in hass_storage
    assert f"iot_bridge.export.{second.subentry_id}" in hass_storage


@pytest.mark.parametrize(
    "entered",
    [
        {"device_classes": ["timestamp"]},
        {"device_classes": ["no such class"]},
        {"min_interval": -1},
        {"heartbeat": 0},
        {"entities": "no entity"},
        {"unknown": 1},
    ],
    ids=["time", "no class", "negative", "no heartbeat", "no entity", "no field"],
)
async def test_what_the_form_does_not_take(
    flows: FlowWalker, account: ConfigEntry[Any], entered: dict[str, Any]
) -> None:
    """The frontend offers nothing of the kind."""
    form = await flows.add_subentry(account, "export")
    with pytest.raises(InvalidData):
        await flows.fill(form, {"entities": [TEMPERATURE], **entered})


async def test_other_kinds_of_subentries(
    flows: FlowWalker, account: ConfigEntry[Any]
) -> None:
    """There is one kind."""
    with pytest.raises(UnknownHandler):
        await flows.add_subentry(account, "import")


def test_device_classes_have_names() -> None:
    """Each class that can be chosen has one, and no other."""
    words = {"date", "enum", "timestamp", "uptime"}
    options = TEXTS["selector"]["export_device_class"]["options"]
    assert set(options) == {one.value for one in SensorDeviceClass} - words
    assert all(options.values())


async def test_in_the_frontend(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    hass_client: ClientSessionGenerator,
) -> None:
    """The form, an error and the end come through as JSON."""
    frontend = await Frontend.open(hass, hass_client)
    form = await frontend.add_subentry(account, "export")
    assert [field["name"] for field in form["data_schema"]] == FORM
    form = await frontend.fill(form, DEFAULTS)
    assert form["errors"] == {"base": "nothing_chosen"}
    result = await frontend.fill(form, {**DEFAULTS, "device_classes": ["humidity"]})
    assert result["type"] == "create_entry"
    await until(lambda: "ha_kitchen" in exported(server))
    await until_values(server, "ha_kitchen", "humidity", [40.0])
