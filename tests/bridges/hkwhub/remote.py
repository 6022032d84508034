"""A user's remote control: calls media players, and looks at what they show."""

from typing import Any, Final

from homeassistant.core import (
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import until

HUB: Final = "media_player.hkwhub"
LEFT: Final = "media_player.living_room_omni_left"
RIGHT: Final = "media_player.living_room_omni_right"
ADAPT: Final = "media_player.kitchen_adapt"
TV: Final = "media_player.tv"
SPEAKERS: Final = (LEFT, RIGHT, ADAPT, TV)
NAMES: Final = {LEFT: "Omni Left", RIGHT: "Omni Right", ADAPT: "Adapt", TV: "TV"}


async def call(
    hass: HomeAssistant,
    service: str,
    entity_id: str | list[str],
    *,
    context: Context | None = None,
    **data: Any,
) -> None:
    """Call a service of media players, and wait until it is done."""
    await hass.services.async_call(
        "media_player",
        service,
        {"entity_id": entity_id, **data},
        blocking=True,
        context=context,
    )


async def play(
    hass: HomeAssistant,
    entity_id: str | list[str],
    media_id: str,
    media_type: str = "music",
    **data: Any,
) -> None:
    """Play something."""
    await call(
        hass,
        "play_media",
        entity_id,
        media_content_id=media_id,
        media_content_type=media_type,
        **data,
    )


def shown(hass: HomeAssistant, entity_id: str, attribute: str) -> Any:
    """Return an attribute of a media player."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.attributes.get(attribute)


def title(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the title that a media player shows."""
    found: str | None = shown(hass, entity_id, "media_title")
    return found


async def until_title(
    hass: HomeAssistant, entity_id: str, expected: str | None
) -> None:
    """Wait until a media player shows a title."""
    await until(lambda: title(hass, entity_id) == expected)


def sounding(home: SimulatedHome) -> dict[str, str]:
    """Return what sounds at this moment: the title by the speaker's name."""
    return {
        home.speakers[one.speaker_id].name: one.title
        for one in home.heard
        if one.ended_at is None
    }


def heard_titles(home: SimulatedHome, speaker: str) -> list[str]:
    """Return the titles that a speaker let hear, in order."""
    return [
        one.title for one in home.heard if home.speakers[one.speaker_id].name == speaker
    ]


def sent(home: SimulatedHome, *names: str) -> list[tuple[str, dict[str, str]]]:
    """Return the commands of some names that the hub got: name and parameters."""
    return [(one.name, dict(one.params)) for one in home.commands if one.name in names]


def note_writes(hass: HomeAssistant, entity_id: str) -> list[State]:
    """Return a list that grows with each state that an entity writes."""
    noted: list[State] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new is not None and new.entity_id == entity_id:
            noted.append(new)

    hass.bus.async_listen("state_changed", note)
    return noted


def note_titles(hass: HomeAssistant) -> list[set[str]]:
    """Return a list that grows with the titles that all speakers show together.

    What several entities write in one go counts as one moment.
    """
    noted: list[set[str]] = []

    def look() -> None:
        noted.append({found for one in SPEAKERS if (found := title(hass, one))})

    @callback
    def note(_: Event[EventStateChangedData]) -> None:
        hass.loop.call_soon(look)

    hass.bus.async_listen("state_changed", note)
    return noted
