"""Thing+'s view of the demo house's dashboard."""

from functools import partial
from typing import Final

from .furniture import Card, Inventory, Page, Section, heading, tile
from .thingplus import ThingplusService
from .thingplus_farm import (
    CLIMATE,
    COLD_STORE,
    DEVICES,
    GAUGE,
    GREENHOUSE,
    LAMP,
    PUMP,
    TRACTOR,
)

_GREENHOUSE: Final = "Greenhouse"
_COLD_STORE: Final = "Cold store"

# A map without its tiles, as it is where there is no Internet, still shows it.
_ZONE: Final = "zone.demo_farm"


def _sections(inventory: Inventory) -> list[Section]:
    """Return the greenhouse with what can be used, and the cold store with the map."""
    entity = partial(inventory.entity_of, ThingplusService.title)
    climate = {
        kind: entity(DEVICES[CLIMATE], f"{GREENHOUSE}-{kind}")
        for kind in ("temperature", "humidity", "light", "co2", "soilMoisture")
    }
    tractor = entity(DEVICES[TRACTOR], f"{GREENHOUSE}-location")
    speed = entity(DEVICES[TRACTOR], f"{GREENHOUSE}-speed")
    return [
        [
            heading("Greenhouse, heard every minute", "mdi:greenhouse"),
            tile(
                entity(_GREENHOUSE, PUMP),
                name="Irrigation pump",
                icon="mdi:water-pump",
                color="blue",
                features=[{"type": "toggle"}],
            ),
            tile(
                entity(_GREENHOUSE, LAMP),
                name="Grow light",
                icon="mdi:sprout",
                color="light-green",
                features=[{"type": "toggle"}],
            ),
            *_climate(climate),
            tile(entity(DEVICES[GAUGE], f"{GREENHOUSE}-rain"), name="Rain"),
            tile(entity(_GREENHOUSE, f"{GREENHOUSE}-door"), name="Door"),
            {
                "type": "history-graph",
                "entities": [
                    {"entity": climate["temperature"], "name": "Temperature"},
                ],
                "hours_to_show": 24,
                "grid_options": {"columns": 12, "rows": 4},
            },
        ],
        [
            heading("Cold store, silent now and then", "mdi:snowflake"),
            tile(entity(_COLD_STORE, "connected"), name="Heard", color="green"),
            tile(entity(_COLD_STORE, f"{COLD_STORE}-temperature"), name="Temperature"),
            tile(
                entity(_COLD_STORE, f"{COLD_STORE}-powerControllerState"),
                name="Cooling",
                icon="mdi:snowflake-thermometer",
            ),
            tile(entity(_COLD_STORE, f"{COLD_STORE}-door"), name="Door"),
            heading("The tractor in the field", "mdi:tractor"),
            {
                "type": "map",
                "entities": [{"entity": tractor, "label_mode": "icon"}, _ZONE],
                "hours_to_show": 1,
                "fit_zones": True,
                "grid_options": {"columns": 12, "rows": 5},
            },
            tile(tractor, name="Tractor", icon="mdi:tractor", color="amber"),
            tile(speed, name="Speed", icon="mdi:speedometer"),
        ],
    ]


def _climate(entities: dict[str, str]) -> list[Card]:
    return [
        tile(entities[kind], name=text)
        for kind, text in (
            ("temperature", "Temperature"),
            ("humidity", "Humidity"),
            ("light", "Light"),
            ("co2", "CO₂"),
            ("soilMoisture", "Soil water tension"),
        )
    ]


THINGPLUS_PAGE: Final = Page(
    path="thingplus",
    title="Thing+",
    entries=(ThingplusService.title,),
    areas={},
    sections=_sections,
)
