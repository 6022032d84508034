"""What cannot be played now, and what the user is told."""

import pytest

from homeassistant.const import STATE_IDLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import state_of

from .conftest import TRANSPORTS, AddHub
from .remote import ADAPT, HUB, TV, call, play, sent, sounding, title, until_title

pytestmark = pytest.mark.usefixtures("many_publishes")

HARBOUR = "7387446959931482519"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_priority(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """What is more important is not interrupted, and the user learns why."""
    await add_hub(transport)
    await play(hass, ADAPT, HARBOUR, extra={"priority": 150})
    assert sent(home, "play_hub_media_selected_speakers")[0][1]["Priority"] == "150"

    with pytest.raises(HomeAssistantError) as raised:
        await play(hass, TV, "Lighthouse")
    assert raised.value.translation_key == "hkwhub_priority"
    assert raised.value.translation_placeholders == {"priority": "100"}
    assert sounding(home) == {"Adapt": "Harbour Lights"}
    assert title(hass, ADAPT) == title(hass, HUB) == "Harbour Lights"
    assert state_of(hass, TV) == STATE_IDLE

    await play(hass, TV, "Lighthouse", extra={"priority": 150})
    assert sounding(home) == {"TV": "Lighthouse"}
    # Who goes on with the list goes on with its priority.
    await call(hass, "media_next_track", TV)
    assert sounding(home) == {"TV": "Früh am Morgen"}
    assert sent(home, "play_hub_media_selected_speakers")[-1][1]["Priority"] == "150"


@pytest.mark.parametrize(
    ("field", "value", "lowest", "highest"),
    [
        ("priority", 0, "1", "1000"),
        ("priority", 1001, "1", "1000"),
        ("priority", "high", "1", "1000"),
        ("priority", True, "1", "1000"),
        ("volume", -0.1, "0", "1"),
        ("volume", 1.1, "0", "1"),
        ("volume", "loud", "0", "1"),
    ],
)
async def test_extra_out_of_range(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    field: str,
    value: object,
    lowest: str,
    highest: str,
) -> None:
    """Numbers that make no sense are refused before anything sounds."""
    await add_hub()
    with pytest.raises(ServiceValidationError) as raised:
        await play(hass, TV, HARBOUR, extra={field: value})
    assert raised.value.translation_key == "hkwhub_extra_out_of_range"
    assert raised.value.translation_placeholders == {
        "field": field,
        "lowest": lowest,
        "highest": highest,
    }
    assert home.heard == []


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_no_speakers(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """With all speakers switched off there is nobody to play."""
    entry = await add_hub(transport)
    for speaker in home.speakers.values():
        speaker.switch_off()
    await entry.runtime_data.async_refresh()
    with pytest.raises(ServiceValidationError) as raised:
        await play(hass, HUB, HARBOUR)
    assert raised.value.translation_key == "hkwhub_no_speakers"


async def test_track_was_removed(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A track that is in the list no more is refused by the hub."""
    await add_hub()
    await play(hass, TV, "Lighthouse")
    await call(hass, "media_stop", TV)
    del home.tracks[HARBOUR]
    with pytest.raises(HomeAssistantError) as raised:
        await play(hass, TV, HARBOUR)
    assert raised.value.translation_key == "hkwhub_track_refused"
    assert state_of(hass, TV) == STATE_IDLE
    await until_title(hass, TV, None)
