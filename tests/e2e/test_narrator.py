"""What the demo tells of its speakers."""

import pytest

from tests.simulators.hkwhub import SimulatedHome, believable_hub

from .narrator import Narrator


class Clock:
    """A clock that is set by hand; `now` in seconds."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.mark.asyncio
async def test_what_begins_and_ends_is_told_once() -> None:
    """Speakers that do the same share a line; silence is told of those that fell silent."""
    clock = Clock()
    home = SimulatedHome(clock)
    believable_hub(home)
    home.tts_key = "key"
    told: list[str] = []
    narrator = Narrator(home, told.append)
    left, right, adapt = (
        home.speaker(name).id for name in ("Omni Left", "Omni Right", "Adapt")
    )

    await home.foreign(
        "play_hub_media_selected_speakers",
        {
            "PersistentID": home.track("Harbour Lights").id,
            "DeviceIDList": f"{left},{right}",
        },
    )
    clock.now = 12.0
    assert narrator.lines() == [
        'Omni Left, Omni Right: plays "Harbour Lights" by The Quiet Coast at volume 17'
    ]
    assert narrator.lines() == []

    await home.foreign("remove_device_from_session", {"DeviceID": right})
    assert narrator.lines() == ["Omni Right: silent"]

    await home.foreign(
        "play_tts_selected_speakers", {"Text": "Dinner is ready", "DeviceIDList": adapt}
    )
    assert narrator.lines() == [
        'Omni Left: speaks "Dinner is ready" at volume 17',
        'Adapt: speaks "Dinner is ready" at volume 22',
    ]

    clock.now = 20.0
    assert narrator.lines() == ["Omni Left, Adapt: silent"]
    assert home.commands == []
    assert told == []
