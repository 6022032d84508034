"""Readings that wait to be sent: in order, bounded, and with the borders of lost batches."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import math
from typing import Any, Final

from .values import ExportValue, Reading

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

type Row = list[str | float | None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A reading that waits.

    Attributes:
        reading: What is to be sent.
        again: Whether it may have arrived before.
        alone: Whether it has to be sent alone, to see whether it is the bad one.
        postponed_at: See `Batch`.
    """

    reading: Reading
    again: bool = False
    alone: bool = False
    postponed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings that are sent together.

    Attributes:
        readings: In order of their time.
        again: Whether some of them may have arrived before.
        postponed_at: What `ExportQueue.postpone` was told, None: it was not postponed.
    """

    readings: Sequence[Reading]
    again: bool
    postponed_at: int | None = None


class ExportQueue:
    """Keeps readings until they have arrived.

    Times grow within a batch, so there they tell readings apart. Over the whole queue
    they do not if the clock was far ahead for a while, or a reading was postponed.

    The batch that is on its way, or whose answer was lost, is kept apart: it stays as it
    is, so that a service can recognise it, and is not dropped when the queue is full.

    Attributes:
        dropped: How many readings were dropped because the queue was full.
    """

    def __init__(
        self, *, capacity: int, batch_size: int, on_overflow: Callable[[], None]
    ) -> None:
        """Start empty.

        Args:
            capacity: Readings that are kept at the most, at least 2.
            batch_size: Readings that are sent together at the most; never more than half
                of the capacity, so that there is always room for new ones.
            on_overflow: Called for the first reading that is dropped after the queue was
                empty.
        """
        self._capacity = capacity
        self._batch_size = max(1, min(batch_size, capacity // 2))
        self._on_overflow = on_overflow
        self._batch: list[_Waiting] = []
        self._in_doubt = False
        self._rest: deque[_Waiting] = deque()
        self._overflows = False
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """Return how many readings have not arrived yet."""
        return len(self._batch) + len(self._rest)

    @property
    def in_batch(self) -> int:
        """Return how many readings of the present batch have not arrived yet."""
        return len(self._batch)

    @property
    def oldest(self) -> datetime | None:
        """Return the time of the reading that waits for the longest, None: none waits."""
        waiting = self._batch or self._rest
        return waiting[0].reading.time if waiting else None

    def add(self, reading: Reading, *, again: bool = False) -> None:
        """Let a reading wait; the oldest is dropped if there are too many.

        Args:
            reading: Newer than all others.
            again: Whether it may have arrived before.
        """
        self._rest.append(_Waiting(reading, again))
        if self.waiting <= self._capacity:
            return
        self._rest.popleft()
        self.dropped += 1
        if not self._overflows:
            self._overflows = True
            self._on_overflow()

    def next_batch(self) -> Batch | None:
        """Return what is to be sent next, None if nothing waits.

        The one before has to be done with: see `remove`, `keep`, `split` and
        `postpone`.
        """
        while not self._is_complete():
            self._batch.append(self._rest.popleft())
        if not self._batch:
            return None
        first = self._batch[0]
        readings = [each.reading for each in self._batch]
        return Batch(readings, first.again, first.postponed_at)

    def remove(self, readings: Iterable[Reading]) -> int:
        """Forget readings of the present batch: they have arrived, or never will.

        Returns:
            How many of them were in the batch.
        """
        times = {reading.time for reading in readings}
        before = len(self._batch)
        self._batch = [each for each in self._batch if each.reading.time not in times]
        self._in_doubt = self._in_doubt and bool(self._batch)
        self._overflows = self._overflows and self.waiting > 0
        return before - len(self._batch)

    def keep(self, *, maybe_arrived: bool) -> None:
        """Let the present batch wait to be sent again.

        Args:
            maybe_arrived: Whether it may have arrived: then it is sent as it is.
        """
        if maybe_arrived:
            self._batch = [replace(each, again=True) for each in self._batch]
            self._in_doubt = bool(self._batch)
        elif not self._in_doubt:
            self._put_back()

    def split(self, *, again: bool = False) -> None:
        """Let the readings of the present batch be sent one by one.

        Args:
            again: Whether they may have arrived, apart from what is known already.
        """
        self._batch = [
            replace(each, alone=True, again=each.again or again) for each in self._batch
        ]
        self._in_doubt = False
        self._put_back()

    def postpone(self, at: int) -> None:
        """Let the present batch wait behind all others; it may have arrived.

        Args:
            at: Kept with it: how many readings have arrived until now.
        """
        self._rest.extend(
            replace(each, again=True, alone=True, postponed_at=at)
            for each in self._batch
        )
        self._batch = []
        self._in_doubt = False

    def as_rows(self) -> tuple[int, list[Row]]:
        """Return what waits, for the disk.

        Returns:
            How many of the first are one batch that may have arrived, and all readings.
        """
        everything = (*self._batch, *self._rest)
        return len(self._batch), [_as_row(each.reading) for each in everything]

    def restore(self, in_batch: int, readings: Sequence[Reading]) -> None:
        """Let wait what was on disk; all of it may have arrived since then.

        Args:
            in_batch: How many of the first are one batch that may have arrived.
            readings: In order.
        """
        waiting = [_Waiting(reading, again=True) for reading in readings]
        self._batch = waiting[:in_batch]
        self._in_doubt = bool(self._batch)
        self._rest.extend(waiting[in_batch:])
        while self._rest and self.waiting > self._capacity:
            self._rest.popleft()
            self.dropped += 1

    def _is_complete(self) -> bool:
        """Return whether the present batch is what is to be sent."""
        if not self._rest or self._in_doubt:
            return True
        if not self._batch:
            return False
        first, following = self._batch[0], self._rest[0]
        return (
            first.alone
            or following.alone
            or first.again is not following.again
            or self._batch[-1].reading.time >= following.reading.time
            or len(self._batch) >= self._batch_size
        )

    def _put_back(self) -> None:
        self._rest.extendleft(reversed(self._batch))
        self._batch = []


def milliseconds(time: datetime) -> int:
    """Return a time as whole milliseconds since the epoch."""
    return (time - EPOCH) // _MILLISECOND


def from_milliseconds(time: int) -> datetime:
    """Return the time that is so many milliseconds after the epoch."""
    return EPOCH + time * _MILLISECOND


def reading_from_row(row: Any) -> Reading:
    """Return a reading that was on disk.

    Raises:
        ValueError: It is none.
        TypeError: It is none.
        OverflowError: Its time is none.
    """
    key, entity_id, value, unit, time = row
    if not (isinstance(key, str) and isinstance(entity_id, str) and type(time) is int):
        raise ValueError("no reading")
    if not (unit is None or isinstance(unit, str)):
        raise ValueError("no unit")
    return Reading(
        key=key,
        entity_id=entity_id,
        value=value_from_disk(value),
        unit=unit,
        time=from_milliseconds(time),
    )


def value_from_disk(value: Any) -> ExportValue:
    """Return a value that was on disk.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, str) and value:
        return value
    if type(value) in (int, float) and math.isfinite(value):
        return float(value)
    raise ValueError("no value")


def _as_row(reading: Reading) -> Row:
    return [
        reading.key,
        reading.entity_id,
        reading.value,
        reading.unit,
        milliseconds(reading.time),
    ]
