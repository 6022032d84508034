"""Adding and changing an export: the same form as for other services."""

from typing import Final

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.bridges.house import LOUNGE, TEMPERATURE, House

from .conftest import AddExport
from .platform import Platform

LISTS: Final = ["entities", "areas", "labels", "device_classes"]
NOTHING: Final[dict[str, list[str]]] = {name: [] for name in LISTS}


async def test_add(
    platform: Platform, house: House, flows: FlowWalker, agent: MockConfigEntry
) -> None:
    """One form; it takes a correction if nothing is chosen."""
    form = await flows.add_subentry(agent, "iotbiz_export")
    assert fields(form) == [*LISTS, "min_interval", "heartbeat"]
    assert suggested(form) == {}
    form = await flows.fill(form, {"heartbeat": 5})
    assert form["errors"] == {"base": "nothing_chosen"}
    assert suggested(form) == {"min_interval": 10, "heartbeat": 5}
    result = await flows.fill(form, {"device_classes": ["humidity"], "min_interval": 0})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Home Assistant → IoTBiz"
    assert result["data"] == {
        **NOTHING,
        "device_classes": ["humidity"],
        "min_interval": 0,
    }
    await platform.until_row({"sensor.kitchen_humidity": 40})


async def test_reconfigure(
    platform: Platform,
    flows: FlowWalker,
    agent: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """The form shows what is stored, and takes a correction."""
    subentry = await add_export(TEMPERATURE, heartbeat=30)
    form = await flows.reconfigure_subentry(agent, subentry)
    stored = {
        **NOTHING,
        "entities": [TEMPERATURE],
        "min_interval": 0,
        "heartbeat": 30,
    }
    assert suggested(form) == stored
    form = await flows.fill(form, {"entities": [], "min_interval": 0})
    assert form["errors"] == {"base": "nothing_chosen"}
    result = await flows.fill(form, {"entities": [LOUNGE], "min_interval": 0})
    assert result["reason"] == "reconfigure_successful"
    await platform.until_row({LOUNGE: 19.0})


async def test_names_tell_exports_apart(add_export: AddExport) -> None:
    """Their titles are counted from the second one on."""
    titles = [(await add_export(entity)).title for entity in (TEMPERATURE, LOUNGE)]
    assert titles == ["Home Assistant → IoTBiz", "Home Assistant → IoTBiz 2"]
