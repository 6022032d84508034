"""IoTBiz' view of the demo house's dashboard."""

from functools import partial
from typing import Final

from .furniture import Card, Inventory, Page, Section, heading, tile
from .iotbiz import IotbizService
from .iotbiz_platform import IotbizPlatformService
from .iotbiz_workshop import COMPRESSOR, FORKLIFT, PRESS, SILO

# Home Assistant as a device has the title of its entry.
_OWN_DEVICE: Final = "IoTBiz (127.0.0.1)"


def _sections(inventory: Inventory) -> list[Section]:
    """Return the workshop's machines, and what there is on somebody else's platform."""
    sections = [_press(inventory), _silo(inventory)]
    if IotbizPlatformService.title in inventory.entry_of.values():
        sections[1] += _platform(inventory)
    return sections


def _press(inventory: Inventory) -> Section:
    entity = partial(inventory.entity_of, IotbizService.title, PRESS)
    command = entity(f"{PRESS}/command")
    return [
        heading("Press, over MQTT", "mdi:hydraulic-oil-level"),
        tile(entity(f"{PRESS}/online"), name="Connected", color="green"),
        tile(entity(f"{PRESS}/running"), name="Program", color="green"),
        _command(command, "Start", "start", "mdi:play"),
        _command(command, "Stop", "stop", "mdi:stop"),
        tile(
            entity(f"{PRESS}/number:temperature"),
            name="Temperature",
            icon="mdi:thermometer",
        ),
        tile(entity(f"{PRESS}/number:strokes"), name="Strokes", icon="mdi:counter"),
        tile(entity(f"{PRESS}/number:motor.rpm"), name="Motor", icon="mdi:engine"),
        _gauge(entity(f"{PRESS}/number:motor.load"), "Motor load"),
        tile(entity(f"{PRESS}/text:order"), name="Order", icon="mdi:hammer-wrench"),
        tile(
            entity(f"{PRESS}/boolean:guardClosed"),
            name="Guard closed",
            icon="mdi:shield-check",
        ),
    ]


def _silo(inventory: Inventory) -> Section:
    entity = partial(inventory.entity_of, IotbizService.title, SILO)
    return [
        heading("Silo, over HTTP alone", "mdi:silo"),
        _gauge(entity(f"{SILO}/number:fill_level"), "Fill level"),
        tile(entity(f"{SILO}/number:weight"), name="Weight", icon="mdi:weight"),
        tile(
            entity(f"{SILO}/boolean:filling"),
            name="Filling",
            icon="mdi:tray-arrow-down",
        ),
        tile(entity(f"{SILO}/text:content"), name="Content", icon="mdi:grain"),
    ]


def _platform(inventory: Inventory) -> Section:
    entity = partial(inventory.entity_of, IotbizPlatformService.title)
    return [
        heading("This house, a device on a platform", "mdi:home-export-outline"),
        tile(entity(_OWN_DEVICE, "agent/connected"), name="Connected", color="green"),
        tile(entity(_OWN_DEVICE, "agent/received_command"), name="Last command"),
        heading("Other devices there", "mdi:lan"),
        tile(
            entity(FORKLIFT, f"{FORKLIFT}/number:battery"),
            name="Forklift's battery",
            icon="mdi:forklift",
        ),
        tile(
            entity(FORKLIFT, f"{FORKLIFT}/boolean:loaded"),
            name="Forklift loaded",
            icon="mdi:package-variant",
        ),
        tile(
            entity(COMPRESSOR, f"{COMPRESSOR}/number:pressure"),
            name="Compressor",
            icon="mdi:gauge",
        ),
        tile(
            entity(COMPRESSOR, f"{COMPRESSOR}/text:oil"),
            name="Compressor's oil",
            icon="mdi:oil",
        ),
    ]


def _gauge(entity_id: str, name: str) -> Card:
    """Return a scale from 0 to 100."""
    return {
        "type": "gauge",
        "entity": entity_id,
        "name": name,
        "needle": True,
        "severity": {"green": 0, "yellow": 75, "red": 90},
        "grid_options": {"columns": 6, "rows": 3},
    }


def _command(entity_id: str, name: str, command: str, icon: str) -> Card:
    """Return a button that sends a command."""
    return {
        "type": "button",
        "name": name,
        "icon": icon,
        "tap_action": {
            "action": "perform-action",
            "perform_action": "notify.send_message",
            "target": {"entity_id": entity_id},
            "data": {"message": command},
        },
        "grid_options": {"columns": 6, "rows": 2},
    }


IOTBIZ_PAGE: Final = Page(
    path="iotbiz",
    title="IoTBiz",
    entries=(IotbizService.title, IotbizPlatformService.title),
    areas={},
    sections=_sections,
)
