"""What becomes of the messages of a device, and of their absence."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.bridges.iotbiz.world import go_to
from tests.waiting import state_of, until_state

from .callers import CONNECTED, LAST_SEEN, LEVEL, NAME, RUNNING, Caller

STATUS: Final = f"sensor.{NAME}_status"
NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def device(entry: MockConfigEntry, here: Caller) -> Caller:
    """A device that is activated."""
    await here.enrol()
    return here


async def tell(device: Caller, *, ts: float = 123, **message: Any) -> None:
    """Let it say something."""
    assert await device.update({"status": "online", **message}, ts=ts) == (200, "")


async def test_partial_messages(hass: HomeAssistant, device: Caller) -> None:
    """What a message does not tell stays as it was."""
    await tell(device, level=1, tank={"full": True, "temp": 20.5})
    await tell(device, level=2)
    await until_state(hass, LEVEL, "2")
    assert state_of(hass, f"binary_sensor.{NAME}_tank_full") == "on"
    assert state_of(hass, f"sensor.{NAME}_tank_temp") == "20.5"
    await tell(device, tank={"temp": None})
    await until_state(hass, f"sensor.{NAME}_tank_temp", "unknown")
    assert state_of(hass, LEVEL) == "2"
    # A later agent may tell of its program alone: then it is there as well.
    await tell(device, status="offline")
    await until_state(hass, CONNECTED, "off")
    assert await device.update({"programStatus": "up"}) == (200, "")
    await until_state(hass, RUNNING, "on")
    assert state_of(hass, CONNECTED) == "on"


async def test_kinds_change(hass: HomeAssistant, device: Caller) -> None:
    """What is a number now and a word later is shown by the entity that can."""
    flag, words = f"binary_sensor.{NAME}_level", f"{LEVEL}_2"
    await tell(device, level=1)
    await until_state(hass, LEVEL, "1")
    await tell(device, level="high")
    await until_state(hass, words, "high")
    assert state_of(hass, LEVEL) == "unknown"
    await tell(device, level=True)
    await until_state(hass, flag, "on")
    assert state_of(hass, words) == "unknown"
    await tell(device, level=1)
    await until_state(hass, LEVEL, "1")
    assert state_of(hass, flag) == "unknown"


async def test_status_words(hass: HomeAssistant, device: Caller) -> None:
    """The vocabulary of the status is nowhere fixed."""
    await tell(device, status="Online")
    await until_state(hass, CONNECTED, "on")
    assert state_of(hass, STATUS) == "(none)"
    await tell(device, status="upgrading")
    await until_state(hass, STATUS, "upgrading")
    assert state_of(hass, CONNECTED) == "on"
    await tell(device, status="online")
    await until_state(hass, STATUS, "unknown")
    await tell(device, status="OFFLINE")
    await until_state(hass, CONNECTED, "off")


async def test_times(
    hass: HomeAssistant, device: Caller, freezer: FrozenDateTimeFactory
) -> None:
    """Times come in seconds or milliseconds; impossible ones mean now."""
    freezer.move_to(NOON)
    earlier = NOON - timedelta(hours=1)
    for ts, shown in (
        (earlier.timestamp(), earlier),
        (
            (earlier + timedelta(minutes=5)).timestamp() * 1000,
            earlier + timedelta(minutes=5),
        ),
        (123, NOON),
        (-1, NOON),
        (9e18, NOON),
        ((NOON + timedelta(days=1)).timestamp(), NOON),
    ):
        await tell(device, ts=ts)
        await until_state(hass, LAST_SEEN, shown.isoformat())


async def test_order(
    hass: HomeAssistant, device: Caller, freezer: FrozenDateTimeFactory
) -> None:
    """A message that was overtaken changes nothing; a clock that was put back does."""
    freezer.move_to(NOON)
    now = NOON.timestamp()
    await tell(device, ts=now - 10, level=1)
    await tell(device, ts=now - 12, level=2)
    await tell(device, ts=now - 10, level=3)
    await until_state(hass, LEVEL, "3")
    await tell(device, ts=now - 11, level=4, late=1)
    await hass.async_block_till_done()
    assert state_of(hass, LEVEL) == "3"
    assert hass.states.get(f"sensor.{NAME}_late") is None
    await tell(device, ts=now - 3600, level=5)
    await until_state(hass, LEVEL, "5")


async def test_clock_is_set_back(
    hass: HomeAssistant, device: Caller, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing is lost when Home Assistant's own clock was fast, and is put right."""
    freezer.move_to(NOON)
    await tell(device, level=1)
    await until_state(hass, LEVEL, "1")
    right = NOON - timedelta(seconds=20)
    freezer.move_to(right)
    await tell(device, level=2)
    await hass.async_block_till_done()
    assert state_of(hass, LEVEL) == "2"
    assert state_of(hass, LAST_SEEN) == right.isoformat()


async def test_many_keys(
    hass: HomeAssistant,
    device: Caller,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A device cannot fill Home Assistant with ever new keys."""
    for part in range(6):
        await tell(device, **{f"key{part}x{number}": number for number in range(100)})
    many = {f"key{number}": number for number in range(201)}
    assert (await device.update({"status": "online", **many}))[0] == 403
    await tell(device, key0x0=7)
    await until_state(hass, f"sensor.{NAME}_key0x0", "7")
    keys = [one for one in hass.states.async_entity_ids("sensor") if "_key" in one]
    assert len(keys) == 400
    (told,) = [line for line in caplog.messages if "different values" in line]
    assert "until it is removed" in told

    # What it takes back makes room, from the next start on.
    await tell(device, key0x0=None, late=1)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert hass.states.get(f"sensor.{NAME}_late") is None
    await tell(device, late=2, later=3)
    await until_state(hass, f"sensor.{NAME}_late", "2")
    assert hass.states.get(f"sensor.{NAME}_later") is None


@pytest.fixture
def options() -> dict[str, Any]:
    """Five minutes of silence are allowed."""
    return {"admission": "automatic", "silent_minutes": 5}


async def test_silence(
    hass: HomeAssistant,
    device: Caller,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A device that is silent for too long counts as offline until it speaks again."""
    freezer.move_to(NOON)
    await tell(device, level=1)
    go_to(hass, freezer, NOON + timedelta(minutes=4))
    await tell(device, level=1)
    await until_state(hass, CONNECTED, "on")
    go_to(hass, freezer, NOON + timedelta(minutes=8, seconds=58))
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "on"
    go_to(hass, freezer, NOON + timedelta(minutes=9, seconds=2))
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "off"
    assert state_of(hass, LEVEL) == "unavailable"
    await tell(device, level=1)
    await until_state(hass, CONNECTED, "on")
    assert state_of(hass, LEVEL) == "1"

    # Options count at once: any silence, then a short one.
    options = {**entry.options}
    del options["silent_minutes"]
    hass.config_entries.async_update_entry(entry, options=options)
    go_to(hass, freezer, NOON + timedelta(hours=5))
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "on"
    hour = {**options, "silent_minutes": 60}
    hass.config_entries.async_update_entry(entry, options=hour)
    go_to(hass, freezer, NOON + timedelta(hours=5, seconds=2))
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "off"


async def test_silence_since_a_restart(
    hass: HomeAssistant,
    device: Caller,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """After a restart a device has its time to be heard, and no more."""
    freezer.move_to(NOON)
    await tell(device, level=1)
    await until_state(hass, CONNECTED, "on")
    freezer.move_to(NOON + timedelta(hours=1))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, CONNECTED) == "on"
    go_to(hass, freezer, NOON + timedelta(hours=1, minutes=5, seconds=2))
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "off"
