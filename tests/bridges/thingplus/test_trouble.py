"""A server in trouble, and gateways that cannot be read while others can."""

from collections.abc import Mapping
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.thingplus.export_ids import (
    async_installation,
    gateway_id,
)
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, Trouble, sensor_id
from tests.waiting import note_changes, state_of

from .conftest import CreateEntry
from .rhythm import Rhythm
from .world import (
    device_names,
    gateway_listings,
    never_unavailable,
    poll,
    requests_to,
    sensor_listings,
)

TEMPERATURE: Final = "sensor.climate_temperature"
OTHER: Final = "sensor.other_number_0"
FAILED: Final = "Error fetching Thing+ data"
RECOVERED: Final = "Fetching Thing+ data recovered"

TROUBLES: Final[Mapping[str, dict[str, Any]]] = {
    "403": {"status": 403},
    "404": {"status": 404},
    "429": {"status": 429},
    "500": {"status": 500},
    "html": {"garbage": "html"},
    "broken": {"garbage": "broken_json"},
    "cut off": {"garbage": "truncated"},
    "drop": {"drop": True},
}


@pytest.fixture
def rhythm(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, server: ThingplusSimulator
) -> Rhythm:
    """The greenhouse, whose statuses hold for ever, and another gateway."""
    server.watch.polls_per_minute = 1
    rhythm = Rhythm(hass, freezer, server)
    rhythm.add("other", phase=200)
    return rhythm


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
@pytest.mark.parametrize("path", ["", "/sensors"], ids=["gateway", "sensors"])
async def test_one_gateway(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    caplog: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
    path: str,
) -> None:
    """It keeps what it has told, nobody else is hurt; then it is as before."""
    await create_entry()
    changes = note_changes(hass)
    server.trouble = Trouble(**trouble, path=f"^/gateways/{GATEWAY}{path}")
    server.report(sensor_id("temperature"), "5")
    server.report("other-0", "6")
    await rhythm.run(900)
    assert state_of(hass, TEMPERATURE) == "21.5"
    assert state_of(hass, OTHER) == "6"
    assert FAILED not in caplog.text
    assert caplog.text.count("A gateway cannot be read for now") == 1

    server.trouble = None
    await rhythm.run(660)
    assert state_of(hass, TEMPERATURE) == "5"
    assert never_unavailable(changes)


async def test_another_gateway_answers(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What a mistaken server or proxy says of it does not count."""
    # With its report the list is read; "other" is asked for itself soon after.
    rhythm.add("early", phase=100)
    entry = await create_entry()
    names = device_names(hass, entry)
    other = '{"statusCode": 200, "data": {"id": "else", "name": "Else"}}'
    server.trouble = Trouble(status=200, body=other, path="^/gateways/other$")
    await rhythm.run(900)
    assert len(requests_to(server, "/gateways/other")) > 0
    assert device_names(hass, entry) == names
    server.trouble = None
    await rhythm.run(660)
    assert state_of(hass, OTHER) == "21.5"
    assert FAILED not in caplog.text
    assert "Unexpected error" not in caplog.text


async def test_one_gateway_since_the_start(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """What the user has made of its devices and entities is there when it is back."""
    entry = await create_entry()
    entity_registry.async_update_entity(TEMPERATURE, name="Warmth")
    await hass.config_entries.async_unload(entry.entry_id)
    server.trouble = Trouble(status=500, path=f"^/gateways/{GATEWAY}/sensors")
    await rhythm.run(120)
    await hass.config_entries.async_setup(entry.entry_id)
    await rhythm.run(300)
    assert state_of(hass, OTHER) == "21.5"
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert "Greenhouse" in device_names(hass, entry)

    server.trouble = None
    await rhythm.run(300)
    assert state_of(hass, TEMPERATURE) == "21.5"
    registered = entity_registry.async_get(TEMPERATURE)
    assert registered is not None
    assert registered.name == "Warmth"


async def test_gateway_removed_while_another_cannot_be_read(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """What is not there counts as out of reach until all is known."""
    server.trouble = Trouble(status=500, path=f"^/gateways/{GATEWAY}/sensors")
    entry = await create_entry()
    rhythm.silence("other")
    server.remove("other")
    await rhythm.run(400)
    # There is nobody left who could be read.
    assert state_of(hass, OTHER) == STATE_UNAVAILABLE
    server.trouble = None
    await rhythm.run(400)
    assert state_of(hass, OTHER) == "(none)"
    assert device_names(hass, entry) == {"Greenhouse", "Climate", "Control"}


async def test_gateway_that_has_just_gone(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Gone between the list and its sensors: the next list leaves it out."""
    entry = await create_entry()
    server.trouble = Trouble(status=404, path="^/gateways/other")
    await rhythm.run(220)
    assert len(sensor_listings(server, "other")) > 0
    rhythm.silence("other")
    server.remove("other")
    await rhythm.run(130)
    assert "other" not in device_names(hass, entry)
    assert FAILED not in caplog.text


async def test_only_gateway_has_gone(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """An account without gateways is nothing bad."""
    entry = await create_entry()
    rhythm.silence("other")
    server.remove("other")
    server.remove(GATEWAY)
    await rhythm.run(400)
    assert device_names(hass, entry) == set()
    assert entry.runtime_data.last_update_success


OUTAGES: Final = [
    pytest.param(trouble, path, id=f"{name}, {what}")
    for name, trouble in TROUBLES.items()
    for what, path in (
        ("all", ""),
        ("list", "^/gateways$"),
        ("sensors", "^/gateways/.*/sensors"),
    )
    # Gateways that are not found are no outage.
    if (name, what) != ("404", "sensors")
]


@pytest.mark.parametrize(("trouble", "path"), OUTAGES)
async def test_outage(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    caplog: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
    path: str,
) -> None:
    """After the grace all is unavailable until the server is back: one line each."""
    await create_entry()
    server.trouble = Trouble(**trouble, path=path)
    await rhythm.run(800)
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, OTHER) == STATE_UNAVAILABLE
    assert caplog.text.count(FAILED) == 1

    server.trouble = None
    await rhythm.run(620)
    assert state_of(hass, TEMPERATURE) == "21.5"
    assert state_of(hass, OTHER) == "21.5"
    assert caplog.text.count(FAILED) == 1
    assert caplog.text.count(RECOVERED) == 1


async def test_outage_that_is_short(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """It is over before the grace is."""
    await create_entry()
    changes = note_changes(hass)
    server.trouble = Trouble(status=502, times=1)
    await rhythm.run(900)
    assert server.trouble.times == 0
    assert never_unavailable(changes)


async def test_server_is_off(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A machine that is switched off answers nothing at all; it is asked each minute."""
    await create_entry()
    await server.stop()
    await rhythm.run(600)
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    await server.start()
    await rhythm.run(63)
    assert state_of(hass, TEMPERATURE) == "21.5"


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
async def test_types(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    trouble: dict[str, Any],
) -> None:
    """The table serves without them; they are asked for again, and then once a day."""
    server.trouble = Trouble(**trouble, path="^/sensorTypes")
    entry = await create_entry()
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, TEMPERATURE) == "21.5"
    server.requests.clear()
    server.trouble = None
    await rhythm.run(660)
    assert entry.state is ConfigEntryState.LOADED
    # Entities were made anew with them.
    assert len(requests_to(server, "/sensorTypes")) == 2
    await rhythm.run(3600)
    assert len(requests_to(server, "/sensorTypes")) == 2
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_entities_stay_without_types(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """What only the server's types tell of is not removed when it is silent once."""
    entry = await create_entry()
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    before = {one.entity_id for one in entities}
    server.trouble = Trouble(status=500, path="^/sensorTypes")
    await hass.config_entries.async_unload(entry.entry_id)
    await rhythm.run(90)
    await hass.config_entries.async_setup(entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert before <= {one.entity_id for one in entities}


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, {"Greenhouse", "other", "away"}),
        ({"sites": ["1"]}, {"Greenhouse", "other"}),
        ({"sites": ["2"]}, {"away"}),
        ({"gateways": ["other"]}, {"other"}),
        ({"sites": ["2"], "gateways": ["other"]}, set()),
        ({"sites": ["3"]}, set()),
        ({"sites": [], "gateways": []}, {"Greenhouse", "other", "away"}),
    ],
    ids=["all", "a site", "the other", "a gateway", "both", "gone", "empty"],
)
async def test_what_is_followed(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    options: dict[str, Any],
    shown: set[str],
) -> None:
    """Sites and gateways may be chosen; what is not followed is not asked."""
    server.add_site("2", "elsewhere")
    server.add_gateway("away", "away", site_id="2")
    entry = await create_entry(options=options)
    assert device_names(hass, entry) & {"Greenhouse", "other", "away"} == shown
    asked = {
        gateway.name
        for gateway in server.gateways.values()
        if sensor_listings(server, gateway.id)
    }
    assert asked == shown


async def test_own_export(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """What Home Assistant itself has registered there is no news."""
    own = gateway_id(await async_installation(hass), "subentry")
    server.add_gateway(own, "Home Assistant")
    entry = await create_entry(options={"gateways": [own, "other"]})
    assert device_names(hass, entry) == {"other"}
    assert sensor_listings(server, own) == []


async def test_odd_intervals(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A server that tells nonsense is not asked more often for that."""
    told: tuple[Any, ...] = ("", "soon", None, "-1", "0", "1e400", [], "5")
    for number, odd in enumerate(told):
        server.add_gateway(f"odd{number}", f"odd{number}", reportInterval=odd)
    await create_entry()
    await rhythm.run(3600)
    polls = [len(sensor_listings(server, f"odd{number}")) for number in range(8)]
    # Of those that are an interval a minute is the least.
    assert [one > 30 for one in polls] == [*[False] * 7, True]
    assert max(polls) <= 61
    assert min(polls) >= 12
    assert len(gateway_listings(server)) <= 61


async def test_signed_out(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """One gateway that wants another sign-in has the user asked, once."""
    entry: ConfigEntry[Any] = await create_entry(sign_in="code")
    server.trouble = Trouble(status=401, path="^/gateways/other/sensors")
    await rhythm.run(300)
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    asked = len(server.requests)
    await rhythm.run(3600)
    assert len(server.requests) == asked


async def test_asked_by_the_user(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Who asks again and again does not make it more requests."""
    entry = await create_entry()
    asked = len(server.requests)
    for _ in range(5):
        await poll(entry)
    assert len(server.requests) == asked
    assert entry.runtime_data.last_update_success
