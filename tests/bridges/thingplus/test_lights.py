"""Lamps of one colour and of any."""

from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from tests.simulators.thingplus import ThingplusSimulator
from tests.waiting import state_of

from .conftest import CreateEntry
from .things import add, call, commands, tell_and_poll
from .world import attribute

LIGHT: Final = "light.control_thing"
ON: Final = "light.turn_on"
OFF: Final = "light.turn_off"


def color(red: int, green: int, blue: int) -> dict[str, int]:
    """Return the options of a colour."""
    return {"red": red, "green": green, "blue": blue}


@pytest.mark.parametrize(
    ("calls", "sent", "shown"),
    [
        pytest.param(
            [(ON, {})], color(255, 255, 255), ((255, 255, 255), 255), id="plain"
        ),
        pytest.param(
            [(ON, {"rgb_color": [255, 0, 128]})],
            *(color(255, 0, 128), ((255, 0, 128), 255)),
            id="colour",
        ),
        pytest.param(
            [(ON, {"rgb_color": [255, 0, 0]}), (OFF, {}), (ON, {})],
            *(color(255, 0, 0), ((255, 0, 0), 255)),
            id="colour as before",
        ),
        pytest.param(
            [(ON, {"rgb_color": [255, 0, 0]}), (ON, {"brightness": 51})],
            *(color(51, 0, 0), ((255, 0, 0), 51)),
            id="brightness",
        ),
        pytest.param(
            [(ON, {"brightness": 51}), (ON, {"rgb_color": [0, 255, 0]})],
            *(color(0, 51, 0), ((0, 255, 0), 51)),
            id="brightness as before",
        ),
        pytest.param(
            [(ON, {"rgb_color": [0, 0, 255], "brightness_pct": 20})],
            *(color(0, 0, 51), ((0, 0, 255), 51)),
            id="both",
        ),
    ],
)
async def test_color(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    calls: list[tuple[str, dict[str, Any]]],
    sent: dict[str, int],
    shown: tuple[Any, ...],
) -> None:
    """Colour and brightness are kept where they are not named."""
    add(server, "rgbLed")
    await create_entry()
    for action, data in calls:
        await call(hass, action, LIGHT, **data)
    assert commands(server)[-1] == ("on", sent)
    assert state_of(hass, LIGHT) == STATE_ON
    assert (
        attribute(hass, LIGHT, "rgb_color"),
        attribute(hass, LIGHT, "brightness"),
    ) == shown


async def test_off(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """Off has no options."""
    add(server, "rgbLed")
    await create_entry()
    await call(hass, ON, LIGHT)
    await call(hass, OFF, LIGHT)
    assert commands(server)[-1] == ("off", {})
    assert state_of(hass, LIGHT) == STATE_OFF


async def test_color_after_a_restart(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """It is the one that it had."""
    add(server, "rgbLed")
    entry = await create_entry()
    await call(hass, ON, LIGHT, rgb_color=[255, 0, 0])
    await call(hass, OFF, LIGHT)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, LIGHT) == STATE_OFF
    await call(hass, ON, LIGHT)
    assert commands(server)[-1] == ("on", color(255, 0, 0))


@pytest.mark.parametrize(
    ("value", "state", "rgb", "brightness"),
    [
        ({"cmd": "on", "options": color(0, 128, 0)}, STATE_ON, (0, 255, 0), 128),
        ({"cmd": "on", **color(10, 20, 40)}, STATE_ON, (64, 128, 255), 40),
        ({"cmd": "on", "options": color(0, 0, 0)}, STATE_ON, None, None),
        ({"cmd": "on", "options": color(0, 300, 0)}, STATE_ON, None, None),
        ({"cmd": "on", "options": color(0, -1, 9)}, STATE_ON, None, None),
        ({"cmd": "on", "options": {"red": 1}}, STATE_ON, None, None),
        ({"cmd": "on", "options": {"red": "1.5"}}, STATE_ON, None, None),
        ("on", STATE_ON, None, None),
        ({"cmd": "off", "options": color(9, 9, 9)}, STATE_OFF, None, None),
    ],
)
async def test_service_tells(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    value: Any,
    state: str,
    rgb: tuple[int, int, int] | None,
    brightness: int | None,
) -> None:
    """What the service knows is shown."""
    lamp = add(server, "rgbLed")
    entry = await create_entry()
    await tell_and_poll(hass, freezer, server, entry, lamp, value)
    assert state_of(hass, LIGHT) == state
    assert attribute(hass, LIGHT, "rgb_color") == rgb
    assert attribute(hass, LIGHT, "brightness") == brightness
    assert attribute(hass, LIGHT, "supported_color_modes") == ["rgb"]


async def test_lamp_of_one_color(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """It can be turned on and off and blink, and nothing else."""
    add(server, "led")
    await create_entry()
    assert attribute(hass, LIGHT, "supported_color_modes") == ["onoff"]
    await call(hass, ON, LIGHT, flash="short")
    await call(hass, ON, LIGHT, brightness=10)
    assert commands(server) == [("blink", {"interval": 500}), ("on", {})]
