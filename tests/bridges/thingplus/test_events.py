"""Tags that readers see, and readers that see tags."""

from datetime import timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from tests.simulators.thingplus import ThingplusSimulator
from tests.waiting import state_of

from .conftest import CreateEntry
from .things import add, poll_later, tell, tell_and_poll
from .world import attribute, poll_and_settle

EVENT: Final = "event.control_thing"
KNOWN: Final = {"event_type", "event_types", "friendly_name", "reader", "tag"}


@pytest.mark.parametrize(
    ("kind", "value", "event_type", "other"),
    [
        ("tag", {"state": "in", "reader": "7"}, "in", ("reader", "7")),
        ("tag", {"state": "OUT", "reader": "7"}, "out", ("reader", "7")),
        ("reader", {"state": "tagged", "tag": "A1"}, "tagged", ("tag", "A1")),
        # Names that an event's attributes have themselves are not taken over.
        (
            "reader",
            {"state": "in", "tag": "A1", "event_type": "x", "friendly_name": "x"},
            *("in", ("tag", "A1")),
        ),
    ],
)
async def test_event(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    kind: str,
    value: Any,
    event_type: str,
    other: tuple[str, str],
) -> None:
    """What happens has a time, a type and what else is told."""
    sensor = add(server, kind)
    entry = await create_entry()
    assert state_of(hass, EVENT) == STATE_UNKNOWN
    await tell_and_poll(hass, freezer, server, entry, sensor, value)
    assert state_of(hass, EVENT) != STATE_UNKNOWN
    assert attribute(hass, EVENT, "event_type") == event_type
    assert attribute(hass, EVENT, other[0]) == other[1]
    assert attribute(hass, EVENT, "friendly_name") == "Control Thing"
    state = hass.states.get(EVENT)
    assert state is not None
    assert state.attributes.keys() <= KNOWN


async def test_same_again(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """The same value at a later time is another event; a poll alone is none."""
    told = {"state": "in", "reader": "7"}
    sensor = add(server, "tag", told)
    entry = await create_entry()
    # What was there before Home Assistant is no news.
    assert state_of(hass, EVENT) == STATE_UNKNOWN
    await tell_and_poll(hass, freezer, server, entry, sensor, told)
    first = state_of(hass, EVENT)
    assert first != STATE_UNKNOWN
    await poll_later(hass, freezer, entry)
    assert state_of(hass, EVENT) == first
    await tell_and_poll(hass, freezer, server, entry, sensor, told)
    assert state_of(hass, EVENT) > first


async def test_restart(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """The last event is still the last one."""
    sensor = add(server, "tag")
    entry = await create_entry()
    value = {"state": "out", "reader": "7"}
    await tell_and_poll(hass, freezer, server, entry, sensor, value)
    last = state_of(hass, EVENT)
    freezer.tick(timedelta(minutes=1))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, EVENT) == last
    assert attribute(hass, EVENT, "event_type") == "out"


@pytest.mark.parametrize(
    "value", ["in", {}, {"reader": "7"}, {"state": "lost"}, {"state": {"a": "in"}}]
)
async def test_no_event(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    value: Any,
) -> None:
    """What is none does not count as one, and the next one does."""
    sensor = add(server, "tag")
    entry = await create_entry()
    await tell_and_poll(hass, freezer, server, entry, sensor, value)
    assert state_of(hass, EVENT) == STATE_UNKNOWN
    await tell_and_poll(hass, freezer, server, entry, sensor, {"state": "in"})
    assert attribute(hass, EVENT, "event_type") == "in"


async def test_gateway_goes(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """A value that comes with the end of its sensor is no trouble."""
    server.add_gateway("shed", "Shed")
    sensor = add(server, "tag")
    entry = await create_entry()
    freezer.tick(timedelta(minutes=6))
    tell(server, sensor, {"state": "in"})
    server.remove(sensor.gateway_id)
    await poll_and_settle(hass, entry)
    assert state_of(hass, EVENT) == "(none)"
