"""WoTKit's view of the demo house's dashboard."""

from functools import partial
from typing import Final

from .furniture import Card, Inventory, Page, Section, heading, tile
from .wotkit import WotkitService

_TAXI: Final = "Big Yellow Taxi"
_STATION: Final = "Weather Station"
_LAMP: Final = "Lamp Post"

# A map without its tiles, as it is where there is no Internet, still shows these.
_ZONES: Final = ("zone.vincent_s_house", "zone.ubc")


def _sections(inventory: Inventory) -> list[Section]:
    """Return the taxi and the lamp post beside the weather station."""
    entity = partial(inventory.entity_of, WotkitService.title)
    taxi, speed = entity(_TAXI, "location"), entity(_TAXI, "value_value")
    measures = {
        name: entity(_STATION, f"value_{name}")
        for name in ("temperature", "humidity", "wind", "pressure", "solar", "note")
    }
    where = entity(_STATION, "last_update")
    control = {
        name: entity(_LAMP, name)
        for name in (
            "control_button",
            "control_slider",
            "control_message",
            "received_message",
        )
    }
    return [
        [
            heading("The taxi on its way", "mdi:taxi"),
            {
                "type": "map",
                "entities": [
                    {"entity": taxi, "label_mode": "icon"},
                    {"entity": where, "label_mode": "icon"},
                    *_ZONES,
                ],
                "hours_to_show": 1,
                "fit_zones": True,
                "grid_options": {"columns": 12, "rows": 5},
            },
            tile(taxi, name="Taxi", color="amber"),
            tile(speed, name="Speed", icon="mdi:speedometer"),
            heading("Lamp post, over its control channel", "mdi:post-lamp"),
            tile(
                control["control_button"],
                name="Lamp",
                icon="mdi:post-lamp",
                color="amber",
                features=[{"type": "toggle"}],
            ),
            tile(
                control["control_slider"],
                name="Brightness",
                icon="mdi:brightness-6",
                color="amber",
                features=[{"type": "numeric-input", "style": "slider"}],
            ),
            tile(control["control_message"], name="Display"),
            tile(control["received_message"], name="Last message"),
        ],
        [
            heading("Weather station", "mdi:weather-partly-cloudy"),
            *_weather(measures),
        ],
    ]


def _weather(measures: dict[str, str]) -> list[Card]:
    return [
        *(
            tile(measures[name], name=text)
            for name, text in (
                ("temperature", "Temperature"),
                ("humidity", "Humidity"),
                ("wind", "Wind"),
                ("pressure", "Air pressure"),
                ("solar", "Solar power"),
                ("note", "It is"),
            )
        ),
        # Filled at the first look by the imported statistics
        {
            "type": "history-graph",
            "entities": [{"entity": measures["temperature"], "name": "Temperature"}],
            "hours_to_show": 24,
            "grid_options": {"columns": 12, "rows": 4},
        },
        {
            "type": "statistics-graph",
            "entities": [{"entity": measures["wind"], "name": "Wind"}],
            "stat_types": ["mean", "min", "max"],
            "period": "hour",
            "days_to_show": 2,
            "grid_options": {"columns": 12, "rows": 4},
        },
    ]


WOTKIT_PAGE: Final = Page(
    path="wotkit",
    title="WoTKit",
    entries=(WotkitService.title,),
    areas={},
    sections=_sections,
)
