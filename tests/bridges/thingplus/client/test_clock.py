"""How far the clock of a server is off."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    CannotConnectError,
    ThingplusClient,
)
from custom_components.iot_bridge.bridges.thingplus.client.clock import clock_offset
from tests.bridges.scripted import Reply, ScriptedServer

from .envelopes import success

NOON = datetime(2017, 5, 25, 12, 0, 0, tzinfo=UTC)
DATE = "Thu, 25 May 2017 12:00:00 GMT"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("asked", "took", "offset"),
    [
        (NOON, 0, 0),
        (NOON + 5 * SECOND, 0, 0),
        (NOON - 4 * SECOND, 0, 0),
        (NOON + 6 * SECOND, 0, -5.5),
        (NOON - 5 * SECOND, 0, 5.5),
        (NOON - 3600 * SECOND, 0, 3600.5),
        (NOON - 3600 * SECOND, 4, 3598.5),
        (NOON - 3600 * SECOND, 6, None),
        (NOON - 3600 * SECOND, -1, None),
        (NOON + 40_000 * 86400 * SECOND, 0, -40_000 * 86400 + 0.5),
    ],
)
def test_offset(asked: datetime, took: float, offset: float | None) -> None:
    expected = None if offset is None else timedelta(seconds=offset)
    assert clock_offset(DATE, asked, asked + took * SECOND) == expected


@pytest.mark.parametrize(
    ("ahead", "offset"), [(4, -3.5), (3, 0), (-3, 3.5), (-2, 0), (0, 0)]
)
def test_offset_at_the_limit(ahead: float, offset: float) -> None:
    """What was off stays so until it is clearly right again."""
    asked = NOON + ahead * SECOND
    known = timedelta(seconds=6)
    expected = timedelta(seconds=offset)
    assert clock_offset(DATE, asked, asked, known) == expected


@pytest.mark.parametrize(
    "date",
    [
        None,
        "",
        "today",
        "Thu, 25 May 99999 12:00:00 GMT",
        "Thu, 99 May 2017 12:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ],
)
def test_no_date(date: str | None) -> None:
    assert clock_offset(date, NOON, NOON) is None


def dated(moment: datetime, status: int = 200) -> Reply:
    """Return an answer with a date."""
    date = format_datetime(moment, usegmt=True)
    return Reply(status=status, body=success([]).body, headers={"Date": date})


async def test_offset_of_a_server(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    assert asking.clock_offset == timedelta(0)
    now = datetime.now(UTC)
    scripted.say(dated(now + timedelta(hours=1)))
    await asking.sites()
    hour_ahead = asking.clock_offset
    assert abs(hour_ahead - timedelta(hours=1)) < 5 * SECOND
    scripted.say(Reply(body=success([]).body, headers={"Date": "soon"}))
    await asking.sites()
    assert asking.clock_offset == hour_ahead
    scripted.say(dated(now))
    await asking.sites()
    assert asking.clock_offset == timedelta(0)


async def test_trouble_tells_nothing(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """Somebody else may have said so."""
    scripted.say(dated(NOON, status=502))
    with pytest.raises(CannotConnectError):
        await asking.sites()
    assert asking.clock_offset == timedelta(0)
