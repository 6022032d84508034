"""HKWHub's view of the demo house's dashboard."""

from typing import Final

from .furniture import Card, Inventory, Page, Section, heading, tile
from .hkwhub import LocalHubService, PubNubHubService

_PLAYER_FEATURES: Final = [
    {"type": "media-player-playback"},
    {"type": "media-player-volume-slider"},
]

# What is written above its cards, its icon, its config entry, and announcements to try
_HUBS: Final = (
    (
        "Downstairs, over the local server",
        "mdi:lan-connect",
        LocalHubService.title,
        ("input_button.doorbell", "script.chime_in_the_kitchen"),
    ),
    (
        "Upstairs, over PubNub",
        "mdi:cloud-sync",
        PubNubHubService.title,
        ("script.dinner_is_ready", "script.coffee_break"),
    ),
)


def _sections(inventory: Inventory) -> list[Section]:
    """Return for each hub: all speakers as one, announcements, each speaker."""
    sections: list[Section] = []
    for title, icon, entry, announcements in _HUBS:
        players = inventory.entities_of(entry, "media_player")
        hub = players.pop("HKWHub")
        sections.append(
            [
                heading(title, icon),
                {"type": "media-control", "entity": hub},
                *map(_button, announcements),
                *map(_player, players.values()),
            ]
        )
    return sections


def _button(entity_id: str) -> Card:
    """Return a button that presses an entity, where a click would show its details."""
    return {
        "type": "button",
        "entity": entity_id,
        "tap_action": {"action": "toggle"},
        "grid_options": {"columns": 6, "rows": 2},
    }


def _player(entity_id: str) -> Card:
    content = ["state", "media_title"]
    return tile(entity_id, features=_PLAYER_FEATURES, state_content=content)


HKWHUB_PAGE: Final = Page(
    path="hkwhub",
    title="HKWHub",
    entries=(LocalHubService.title, PubNubHubService.title),
    areas={LocalHubService.title: {"Living room": ("TV",)}},
    renamed={
        LocalHubService.title: {"HKWHub": "Everywhere downstairs"},
        PubNubHubService.title: {"HKWHub": "Everywhere upstairs"},
    },
    sections=_sections,
)
