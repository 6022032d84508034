"""When gateways are asked: soon after their reports, and never twice a minute."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    Gateway,
    Sensor,
    Status,
    StatusValue,
)
from custom_components.iot_bridge.bridges.thingplus.polling import (
    GatewayPolls,
    report_interval_of,
)
from homeassistant.const import EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator
from tests.waiting import note_changes, state_of

from .conftest import CreateEntry
from .rhythm import Rhythm
from .world import (
    asked_at,
    gateway_listings,
    never_unavailable,
    poll_and_settle,
    requests_to,
    sensor_listings,
)

HOUR: Final = 3600
ASKED: Final = datetime(2031, 5, 1, tzinfo=UTC)


@pytest.fixture
def rhythm(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, server: ThingplusSimulator
) -> Rhythm:
    """Gateways to come; a client that asks twice a minute makes a fault."""
    server.watch.polls_per_minute = 1
    server.remove(GATEWAY)
    return Rhythm(hass, freezer, server)


@callback
def every_event(_: Any) -> bool:
    """Take each event; of those of this kind one may not listen to all unasked."""
    return True


@pytest.mark.parametrize(
    ("phases", "takes"),
    [
        pytest.param((60, 300, 600), 0, id="together"),
        pytest.param((40, 100, 500), 8, id="8 s for a report"),
        pytest.param((59, 299, 599), 3, id="just before"),
        pytest.param((35, 20, 31), 0, id="long after"),
    ],
)
async def test_no_false_alarm(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    phases: tuple[int, int, int],
    takes: int,
) -> None:
    """Gateways that report in time are never lost, whenever they do."""
    for interval, phase in zip((60, 300, 600), phases, strict=True):
        rhythm.add(f"gw{interval}", interval=interval, phase=phase, takes=takes)
    await create_entry()
    changes = note_changes(hass)
    asked = len(server.requests)
    await rhythm.run(2 * HOUR)
    assert never_unavailable(changes)
    assert state_of(hass, "sensor.gw600_number_1") == "21.5"
    # The list, and one request for each of its gateways; those that are not due with it
    # have one more.
    assert len(server.requests) - asked < 2 * 60 * 2 + (24 + 12) * 2 + 10
    ages = {
        one.at - report.at_ms / 1000
        for one in sensor_listings(server, "gw600")[2:]
        for report in server.gateways["gw600"].statuses
        if 0 <= one.at - report.at_ms / 1000 < 300
    }
    assert max(ages) < 10 + 8 + 3


async def test_who_reports_each_minute_and_was_met_too_late(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """It is lost for some seconds once, as one may not ask sooner; then never again."""
    rhythm.add("gw", interval=60, phase=10)
    await create_entry()
    changes = note_changes(hass)
    await rhythm.run(120)
    assert not never_unavailable(changes)
    assert state_of(hass, "sensor.gw_number_0") == "21.5"
    changes.clear()
    await rhythm.run(HOUR)
    assert never_unavailable(changes)


@pytest.mark.parametrize("interval", [75, 90, 120])
async def test_who_can_be_caught_up_with(
    hass: HomeAssistant,
    rhythm: Rhythm,
    create_entry: CreateEntry,
    interval: int,
) -> None:
    """Where reports are longer apart than requests, these come sooner after each."""
    rhythm.add("gw", interval=interval, phase=12)
    await create_entry()
    await rhythm.run(600)
    changes = note_changes(hass)
    await rhythm.run(HOUR)
    assert never_unavailable(changes)


@pytest.mark.parametrize("late", [15, 55, 100, 140])
async def test_late_report(
    hass: HomeAssistant, rhythm: Rhythm, create_entry: CreateEntry, late: int
) -> None:
    """A report may be late: what it was before still holds, and is asked for again."""
    rhythm.add("gw", phase=50)
    await create_entry()
    changes = note_changes(hass)
    await rhythm.run(600)
    rhythm.is_late("gw", late)
    await rhythm.run(HOUR)
    assert never_unavailable(changes)


async def test_value_of_a_report(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """What is reported is shown some seconds later."""
    rhythm.add("gw", phase=200)
    await create_entry()
    await rhythm.run(200)
    server.report("gw-0", "3.5")
    await rhythm.run(12)
    assert state_of(hass, "sensor.gw_number_0") == "3.5"


async def test_requests(
    rhythm: Rhythm, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """One gateway costs two requests: the list that tells its status, and its sensors."""
    rhythm.add("gw", phase=200)
    await create_entry()
    await rhythm.run(HOUR)
    server.requests.clear()
    await rhythm.run(HOUR)
    assert len(server.requests) == 2 * HOUR / 300
    assert asked_at(gateway_listings(server)) == [300 * n for n in range(12)]
    assert requests_to(server, "/gateways/gw") == []


async def test_silent_gateway(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Who is silent is asked for some time, then in its interval, and found again."""
    rhythm.add("gw", phase=50)
    await create_entry()
    rhythm.silence("gw")
    await rhythm.run(HOUR)
    assert state_of(hass, "sensor.gw_number_0") == "unavailable"
    before = len(sensor_listings(server, "gw"))
    await rhythm.run(HOUR)
    assert len(sensor_listings(server, "gw")) - before == 12
    for thing in ("gw", "gw-0", "gw-1"):
        server.report_status(thing, "on", 450)
    await rhythm.run(301)
    assert state_of(hass, "sensor.gw_number_0") == "21.5"


@pytest.mark.parametrize(("former", "later"), [(600, 60), (60, 600)])
async def test_changed_interval(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    former: int,
    later: int,
) -> None:
    """What was changed in the portal is followed from then on."""
    rhythm.add("gw", interval=former, phase=former - 20)
    await create_entry()
    changes = note_changes(hass)
    await rhythm.run(former + 35)
    rhythm.change_interval("gw", later)
    await rhythm.run(HOUR)
    before = len(sensor_listings(server, "gw"))
    await rhythm.run(HOUR)
    assert len(sensor_listings(server, "gw")) - before == HOUR / later
    assert never_unavailable(changes)
    assert float(state_of(hass, "sensor.gw_report_interval")) == later / 60


async def test_nothing_new_is_not_told(
    hass: HomeAssistant, rhythm: Rhythm, create_entry: CreateEntry
) -> None:
    """Statuses that were renewed and values as before write no states."""
    rhythm.add("gw", interval=60, phase=40)
    await create_entry()
    written: list[str] = note_changes(hass)

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_REPORTED, note, event_filter=every_event)
    await rhythm.run(600)
    assert written == []


async def test_only_what_is_new_is_told(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A new value writes the state of its entity alone."""
    rhythm.add("gw", interval=60, phase=40, sensors=20)
    await create_entry()
    changes = note_changes(hass)
    rhythm.silence("gw-7")
    server.report("gw-7", "4")
    await rhythm.run(61)
    assert changes == ["sensor.gw_number_7: 4"]


async def test_no_gateway(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """The first gateway of an account is found some minutes after it is there."""
    await create_entry()
    rhythm.add("gw", phase=200)
    await rhythm.run(400)
    assert state_of(hass, "sensor.gw_number_0") == "21.5"


async def test_clock_that_was_ahead(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Once it is right nobody waits until it is that late again."""
    # It is the clock of the simulated server too.
    server.watch.polls_per_minute = None
    rhythm.add("gw", phase=200)
    entry = await create_entry()
    freezer.tick(timedelta(days=-1))
    server.add_sensor("gw", "gw-2", "Number 2", "temperature")
    server.report_status("gw-2", "on", 450)
    server.report("gw-2", "7")
    await poll_and_settle(hass, entry)
    assert state_of(hass, "sensor.gw_number_2") == "7"
    await poll_and_settle(hass, entry)
    assert len(gateway_listings(server)) == 2
    assert len(sensor_listings(server, "gw")) == 2


async def test_polling_is_switched_off(
    hass: HomeAssistant,
    rhythm: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Who has switched it off for the entry asks by himself."""
    rhythm.add("gw", phase=200)
    entry = await create_entry(set_up=False)
    hass.config_entries.async_update_entry(entry, pref_disable_polling=True)
    await hass.config_entries.async_setup(entry.entry_id)
    asked = len(server.requests)
    await rhythm.run(HOUR)
    assert len(server.requests) == asked
    await entry.runtime_data.async_refresh()
    assert len(server.requests) > asked


# Without a server


def gateway_of(interval: float | None, status: Status | None = None) -> Gateway:
    """Return a gateway that reports in some seconds."""
    return Gateway(id="gw", name="gw", report_interval=interval, status=status)


def told(age: float, valid: float | None = None) -> Status:
    """Return a status that was reported some seconds ago."""
    time = ASKED - timedelta(seconds=age)
    expires = None if valid is None else time + timedelta(seconds=valid)
    return Status(value=StatusValue.ON, time=time, expires=expires)


def sensor_with(status: Status | None) -> Sensor:
    """Return a sensor with a status."""
    return Sensor(id="s", name="s", type="t", gateway_id="gw", status=status)


def wait_after(gateway: Gateway, *sensors: Status | None, offset: float = 0) -> float:
    """Return the seconds until a gateway is asked again."""
    polls = GatewayPolls()
    by = timedelta(seconds=offset)
    asked = ASKED - by
    polls.was_read(gateway, [sensor_with(one) for one in sensors], asked, by)
    waits = (half / 2 for half in range(10_000))
    return next(n for n in waits if polls.is_due("gw", asked + timedelta(seconds=n)))


@pytest.mark.parametrize(
    ("interval", "seconds"),
    [(None, 300), (0, 60), (-5, 60), (59.9, 60), (60, 60), (450.5, 450.5), (1e30, 1e8)],
)
def test_interval(interval: float | None, seconds: float) -> None:
    """It is a minute at least, and five minutes where nobody tells it."""
    assert report_interval_of(gateway_of(interval)).total_seconds() == seconds


@pytest.mark.parametrize(
    ("interval", "statuses", "wait"),
    [
        pytest.param(300, [], 300, id="no status"),
        pytest.param(None, [], 300, id="no interval"),
        pytest.param(300, [None], 300, id="no status of the sensor"),
        pytest.param(300, [Status(value=StatusValue.ON)], 300, id="no time"),
        pytest.param(300, [told(0)], 310, id="now"),
        pytest.param(300, [told(100)], 210, id="some time ago"),
        pytest.param(300, [told(-20)], 330, id="in the future"),
        pytest.param(300, [told(-9999)], 300, id="far in the future"),
        pytest.param(300, [told(280)], 59.5, id="long ago"),
        pytest.param(300, [told(311)], 60, id="late"),
        pytest.param(900, [told(911)], 180, id="late, of a long interval"),
        pytest.param(300, [told(311, 450)], 60, id="late, and ends"),
        pytest.param(300, [told(371, 450)], 74, id="late, and ends soon"),
        pytest.param(300, [told(440, 450)], 60, id="late, and ends now"),
        pytest.param(300, [told(700)], 300, id="silent"),
        pytest.param(300, [told(100, 450), told(92, 450)], 218, id="several"),
        pytest.param(300, [told(5, 450), told(290, 450)], 155, id="one ends"),
        pytest.param(300, [told(5, 450), told(440, 450)], 305, id="one ends soon"),
        pytest.param(300, [told(5, 450), told(900, 450)], 305, id="one has ended"),
        pytest.param(300, [told(5, 20)], 305, id="short"),
        pytest.param(300, [told(5, 100)], 90, id="shorter than the interval"),
        pytest.param(60, [told(5, 90)], 65, id="each minute"),
        pytest.param(60, [told(29, 90)], 59.5, id="each minute, rather late"),
        pytest.param(60, [told(45, 90)], 85, id="each minute, too late"),
        pytest.param(60, [told(75, 90)], 59.5, id="each minute, and late"),
        pytest.param(90, [told(80, 135)], 59.5, id="caught up with"),
        pytest.param(86400, [told(50, 129600)], 3600, id="each day"),
        pytest.param(1e30, [told(50)], 3600, id="hardly ever"),
    ],
)
def test_next_request(
    interval: float | None, statuses: list[Status | None], wait: float
) -> None:
    """Just after the next report; before something ends; and not too often."""
    assert wait_after(gateway_of(interval), *statuses) == wait


@pytest.mark.parametrize("offset", [-3600, -30, 30, 3600])
def test_clock_of_the_server(offset: float) -> None:
    """Statuses are by the server's clock, timers by ours."""
    assert wait_after(gateway_of(300, told(100, 450)), offset=offset) == 210


def test_who_fails_is_asked_more_and_more_seldom() -> None:
    """But not more seldom than it reports; once it is read all is as before."""
    polls = GatewayPolls()
    gateway = gateway_of(600)
    polls.list_was_read([gateway], ASKED)
    waits = []
    for _ in range(6):
        polls.failed(gateway, ASKED)
        due = (ASKED + timedelta(seconds=n) for n in range(10_000))
        waits.append(next(one for one in due if polls.is_due("gw", one)) - ASKED)
    assert [one.total_seconds() for one in waits] == [60, 120, 240, 480, 600, 600]
    polls.was_read(gateway, [], ASKED, timedelta(0))
    polls.failed(gateway, ASKED)
    assert polls.is_due("gw", ASKED + timedelta(seconds=60))


def test_list_goes_with_a_gateway() -> None:
    """It is read when a gateway is due, if it is not too young; else a little later."""
    polls = GatewayPolls()
    assert polls.list_is_due(ASKED)
    polls.list_was_read([gateway_of(300)], ASKED)

    def is_due(seconds: float) -> bool:
        return polls.list_is_due(ASKED + timedelta(seconds=seconds))

    polls.was_read(gateway_of(300), [], ASKED, timedelta(0))
    assert not is_due(299)
    assert is_due(300)
    polls.was_read(gateway_of(300), [], ASKED + timedelta(seconds=200), timedelta(0))
    assert not is_due(374)
    assert is_due(375)
    polls.want_list()
    assert not is_due(59)
    assert is_due(59.5)
    polls.list_was_read([], ASKED)
    assert not is_due(374)
    assert is_due(375)
