"""Where sensors of the type "location" say that they are."""

from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulators.thingplus import ThingplusSimulator
from tests.waiting import state_of

from .conftest import CreateEntry
from .things import add, tell_and_poll
from .world import attribute

TRACKER: Final = "device_tracker.control_tractor"


@pytest.mark.parametrize(
    ("value", "position"),
    [
        ({"lat": 37.5, "lng": 127.03, "alt": 25.5}, (37.5, 127.03, 25.5)),
        ({"lat": "37.5", "lng": "127.03"}, (37.5, 127.03, None)),
        ({"lat": 0, "lng": 0}, (0, 0, None)),
        ({"lat": -90, "lng": -180, "alt": -400}, (-90, -180, -400)),
    ],
)
async def test_position(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    value: Any,
    position: tuple[Any, ...],
) -> None:
    """It is on the map; text and numbers are the same."""
    add(server, "location", value, name="Tractor")
    await create_entry()
    assert state_of(hass, TRACKER) == "not_home"
    names = ("latitude", "longitude", "altitude")
    assert tuple(attribute(hass, TRACKER, name) for name in names) == position
    assert attribute(hass, TRACKER, "source_type") == "gps"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "here",
        {},
        {"lat": 37.5},
        {"lat": 37.5, "lng": "east"},
        {"lat": 90.5, "lng": 0},
        {"lat": 0, "lng": 180.5},
        {"lat": {"a": "b"}, "lng": 1},
    ],
    ids=repr,
)
async def test_no_position(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    value: Any,
) -> None:
    """What is none is not known."""
    add(server, "location", value, name="Tractor")
    await create_entry()
    assert state_of(hass, TRACKER) == STATE_UNKNOWN
    assert attribute(hass, TRACKER, "altitude") is None


async def test_tractor_comes_home(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """It is in the zone where it is; it is no diagnostic."""
    home = {"lat": hass.config.latitude, "lng": hass.config.longitude}
    tractor = add(server, "location", {"lat": 10, "lng": 10}, name="Tractor")
    hass.states.async_set(
        "zone.home",
        "zoning",
        {"latitude": home["lat"], "longitude": home["lng"], "radius": 100},
    )
    entry = await create_entry()
    assert state_of(hass, TRACKER) == "not_home"
    await tell_and_poll(hass, freezer, server, entry, tractor, home)
    assert state_of(hass, TRACKER) == "home"
    registered = entity_registry.async_get(TRACKER)
    assert registered is not None
    assert registered.entity_category is None
