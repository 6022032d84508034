"""How a field's past is read: in pieces that the server, and memory, can bear."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import override

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.wotkit.client import (
    AnswerTooLargeError,
    BasicCredentials,
    CannotConnectError,
    DataRow,
    RequestTimeoutError,
    WotkitClient,
    WotkitError,
)
from custom_components.iot_bridge.bridges.wotkit.history import async_read_field
from custom_components.iot_bridge.history import importer as history_import
from homeassistant.exceptions import ServiceValidationError

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def never(start: datetime, end: datetime) -> None:
    """Find nothing wrong with a range."""


class Past(WotkitClient):
    """A client whose sensor has readings at equal distances."""

    def __init__(
        self,
        session: ClientSession,
        *,
        first: datetime = START,
        every: timedelta = HOUR,
        failure: Callable[[datetime, datetime], WotkitError | None] = never,
    ) -> None:
        """Have a past.

        Args:
            session: Makes no requests.
            first: The time of the first reading.
            every: How far they are apart.
            failure: What is wrong with a range.
        """
        super().__init__(session, URL("http://127.0.0.1"), BasicCredentials("", ""))
        self._first = first
        self._every = every
        self._failure = failure
        self.ranges: list[tuple[datetime, datetime]] = []

    @override
    async def rows(
        self, name: str | int, start: datetime, end: datetime
    ) -> list[DataRow]:
        self.ranges.append((start, end))
        if (failure := self._failure(start, end)) is not None:
            raise failure
        begin = max((start - self._first) // self._every + 1, 0)
        stop = (end - self._first) // self._every + 1
        return [
            DataRow(timestamp=self._first + self._every * at, values={"value": at})
            for at in range(begin, stop)
        ]


def longer_than(
    longest: timedelta, error: type[WotkitError]
) -> Callable[[datetime, datetime], WotkitError | None]:
    """Return what refuses ranges that are longer."""

    def failure(start: datetime, end: datetime) -> WotkitError | None:
        return error("GET data") if end - start > longest else None

    return failure


async def values_of(past: Past, days: float) -> list[float]:
    """Read some days."""
    read = await async_read_field(past, 1, "value", START, START + days * DAY)
    assert [sample.time for sample in read] == sorted(sample.time for sample in read)
    return [sample.value for sample in read]


@pytest.fixture
async def session() -> ClientSession:
    """A session that nobody uses."""
    session = ClientSession()
    await session.close()
    return session


async def test_each_reading_once(session: ClientSession) -> None:
    """The first moment counts, the last one does not."""
    past = Past(session)
    assert await values_of(past, 100) == list(range(2400))


async def test_numbers_as_text(session: ClientSession) -> None:
    """Text that the entity would not show as a number is none here either."""
    texts = ["1.5", " 2 ", "1_000", "nan", "inf", "", "on", "3e2"]

    class Texts(Past):
        @override
        async def rows(
            self, name: str | int, start: datetime, end: datetime
        ) -> list[DataRow]:
            return [DataRow(timestamp=START, values={"value": text}) for text in texts]

    assert await values_of(Texts(session), 1) == [1.5, 2, 300]


async def test_years_without_data(session: ClientSession) -> None:
    """They take few requests."""
    past = Past(session, first=START + 3650 * DAY)
    assert await values_of(past, 3650) == []
    assert len(past.ranges) < 130


@pytest.mark.parametrize("error", [AnswerTooLargeError, RequestTimeoutError])
async def test_sensor_that_begins_late_and_sends_often(
    session: ClientSession, error: type[WotkitError]
) -> None:
    """After a long time without data the server is asked for too much at once."""
    past = Past(
        session,
        first=START + 200 * DAY,
        every=timedelta(seconds=10),
        failure=lambda start, end: longer_than(5 * DAY, error)(
            max(start, START + 200 * DAY), end
        ),
    )
    assert await values_of(past, 230) == list(range(30 * 8640))


async def test_sensor_that_sends_each_second(session: ClientSession) -> None:
    """No answer but the first keeps Home Assistant busy for long."""
    past = Past(session, every=timedelta(seconds=1))
    assert await values_of(past, 3) == list(range(3 * 86400))
    assert max(end - start for start, end in past.ranges[1:]) <= 6 * HOUR


@pytest.mark.parametrize("error", [AnswerTooLargeError, RequestTimeoutError])
async def test_server_that_never_gives_it(
    session: ClientSession, error: type[WotkitError]
) -> None:
    """It is not asked for ever."""
    past = Past(session, failure=longer_than(timedelta(0), error))
    with pytest.raises(error):
        await values_of(past, 100)
    assert len(past.ranges) < 5


async def test_other_errors(session: ClientSession) -> None:
    """They are not better with less."""
    past = Past(session, failure=longer_than(timedelta(0), CannotConnectError))
    with pytest.raises(CannotConnectError):
        await values_of(past, 100)
    assert len(past.ranges) == 1


async def test_too_many_readings(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would not fit into memory; reading ends as soon as that is known."""
    monkeypatch.setattr(history_import, "MOST_READINGS", 100)
    assert len(await values_of(Past(session), 100 / 24)) == 100
    past = Past(session)
    with pytest.raises(ServiceValidationError) as raised:
        await values_of(past, 1000)
    assert raised.value.translation_key == "history_too_many_readings"
    assert raised.value.translation_placeholders == {"most": "100"}
    assert len(past.ranges) < 5
