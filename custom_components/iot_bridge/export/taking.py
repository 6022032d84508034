"""Decides which of an entity's values are sent: changes, in their pace, and heartbeats.

Knows no service and, as clock and timers are handed in, no real time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from .queue import from_milliseconds, milliseconds
from .selection import ExportedEntity
from .values import ExportValue, Reading

# Milliseconds that the last reading may be later than the clock says: a day. If it is
# more, the clock was wrong then, and times would stay wrong if they went on from there.
_FAR_AHEAD: Final = 24 * 60 * 60 * 1000

type Cancel = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """The value that an entity has.

    Attributes:
        value: A finite number, or a text that is not empty.
        unit: The value's unit, None if it has none.
        since: Since when the entity has it.
    """

    value: ExportValue
    unit: str | None
    since: datetime


@dataclass(slots=True)
class _Followed:
    """An entity whose values are taken.

    Attributes:
        entity: The entity.
        taken_at: When a value was last taken since the start, by the clock.
        due: Whether the present value is to be taken though it may be the old one.
        cancel_wait: Ends the wait for the end of the interval, if there is one.
        cancel_heartbeat: Ends the wait for the next heartbeat, if there is one.
    """

    entity: ExportedEntity
    taken_at: float | None = None
    due: bool = False
    cancel_wait: Cancel | None = None
    cancel_heartbeat: Cancel | None = None


class ValueTaker:
    """Takes values of the entities that are followed.

    Each reading is later than the one before, unless the clock was more than a day ahead
    then. None is later than the clock says, unless it has to be for that.

    Attributes:
        taken: The value last taken from each entity, by key; the latest is the last.
        last_time: Time of the last reading, in milliseconds since the epoch.
    """

    def __init__(
        self,
        *,
        min_interval: float,
        heartbeat: float | None,
        read: Callable[[str], Sample | None],
        now: Callable[[], datetime],
        clock: Callable[[], float],
        call_later: Callable[[float, Callable[[], None]], Cancel],
        on_taken: Callable[[Reading, bool], None],
    ) -> None:
        """Start with no entity.

        Args:
            min_interval: Seconds between two readings of an entity, at least.
            heartbeat: Seconds after which an entity's value is taken also if it has not
                changed; None: never. Not less than `min_interval`.
            read: Returns the present value of the entity with an id.
            now: Tells the time.
            clock: Tells seconds that only ever grow.
            call_later: Calls something after some seconds; returns what prevents it.
            on_taken: Told each reading, and whether it may have been taken before.
        """
        self._min_interval = min_interval
        self._heartbeat = None if heartbeat is None else max(heartbeat, min_interval)
        self._read = read
        self._now = now
        self._clock = clock
        self._call_later = call_later
        self._on_taken = on_taken
        self._followed: dict[str, _Followed] = {}
        self.taken: dict[str, ExportValue] = {}
        self.last_time = 0

    def restore(self, taken: Mapping[str, ExportValue], last_time: int) -> None:
        """Go on where an earlier one ended.

        Args:
            taken: The value last taken from each entity, by key.
            last_time: Time of the last reading, in milliseconds since the epoch.
        """
        self.taken = dict(taken)
        self.last_time = last_time

    def set_heartbeat(self, seconds: float) -> None:
        """Change the heartbeat, also for the values that wait for one.

        Args:
            seconds: As when it was created.
        """
        self._heartbeat = max(seconds, self._min_interval)
        for followed in self._followed.values():
            if followed.cancel_heartbeat is not None:
                followed.cancel_heartbeat()
            since = 0.0
            if followed.taken_at is not None:
                since = self._clock() - followed.taken_at
            self._await_heartbeat(followed, max(0.0, self._heartbeat - since))

    def follow(
        self, entities: Iterable[ExportedEntity], *, again: bool = False
    ) -> None:
        """Follow entities from now on, and take their values unless they are known.

        Args:
            entities: New ones, or those that have another id or device now.
            again: Whether these values may have been taken before: what was known of
                them is lost.
        """
        samples: list[tuple[datetime, str, Sample]] = []
        for entity in entities:
            if (followed := self._followed.get(entity.key)) is not None:
                followed.entity = entity
                self.changed(entity.key, self._read(entity.entity_id))
                continue
            self._followed[entity.key] = followed = _Followed(entity)
            self._await_heartbeat(followed, self._heartbeat)
            if (sample := self._read(entity.entity_id)) is not None:
                samples.append((sample.since, entity.key, sample))
        # In the order in which they came about, so that times need not be moved.
        for _, key, sample in sorted(samples, key=lambda each: each[0]):
            if sample.value != self.taken.get(key):
                self._take(self._followed[key], sample, sample.since, again=again)
        self._forget()

    def unfollow(self, keys: Iterable[str]) -> None:
        """Take no more values of some entities.

        What was last taken of them is kept for a while: they may come back.
        """
        for key in keys:
            _cancel_timers(self._followed.pop(key))

    def close(self) -> None:
        """Take no more values."""
        for followed in self._followed.values():
            _cancel_timers(followed)
        self._followed.clear()

    def changed(self, key: str, sample: Sample | None) -> None:
        """Note that an entity's state has changed.

        Args:
            key: The entity's.
            sample: What it has changed to, None if that is no value.
        """
        followed = self._followed[key]
        if sample is None or followed.cancel_wait is not None:
            return
        if not self._is_due(followed, sample):
            return
        wait = 0.0
        if self._min_interval and followed.taken_at is not None:
            wait = followed.taken_at + self._min_interval - self._clock()
        if wait > 0:
            followed.cancel_wait = self._call_later(
                wait, partial(self._interval_is_over, followed)
            )
        else:
            self._take(followed, sample, sample.since)

    def _is_due(self, followed: _Followed, sample: Sample) -> bool:
        return followed.due or sample.value != self.taken.get(followed.entity.key)

    def _interval_is_over(self, followed: _Followed) -> None:
        followed.cancel_wait = None
        sample = self._read(followed.entity.entity_id)
        if sample is not None and self._is_due(followed, sample):
            self._take(followed, sample, sample.since)

    def _await_heartbeat(self, followed: _Followed, seconds: float | None) -> None:
        if seconds is not None:
            followed.cancel_heartbeat = self._call_later(
                seconds, partial(self._beat, followed, followed.taken_at)
            )

    def _beat(self, followed: _Followed, taken_at: float | None) -> None:
        """Take an entity's value because none was taken for long.

        Args:
            followed: The entity.
            taken_at: When its last value had been taken as this wait began.
        """
        followed.cancel_heartbeat = None
        if followed.taken_at is not None and followed.taken_at != taken_at:
            # A value was taken meanwhile. One timer that looks is cheaper than a new one
            # for each value.
            since = self._clock() - followed.taken_at
            rest = max(0.0, (self._heartbeat or 0.0) - since)
            self._await_heartbeat(followed, rest)
            return
        followed.due = True
        sample = self._read(followed.entity.entity_id)
        if sample is not None and followed.cancel_wait is None:
            self._take(followed, sample, self._now())

    def _take(
        self,
        followed: _Followed,
        sample: Sample,
        time: datetime,
        *,
        again: bool = False,
    ) -> None:
        entity = followed.entity
        self.last_time = self._time_after_last(time)
        # Taken out first, so that the latest is the last.
        self.taken.pop(entity.key, None)
        self.taken[entity.key] = sample.value
        followed.taken_at = self._clock()
        followed.due = False
        if followed.cancel_heartbeat is None:
            self._await_heartbeat(followed, self._heartbeat)
        reading = Reading(
            key=entity.key,
            entity_id=entity.entity_id,
            value=sample.value,
            unit=sample.unit,
            time=from_milliseconds(self.last_time),
        )
        self._on_taken(reading, again)

    def _time_after_last(self, time: datetime) -> int:
        """Return a time, or the next possible one, in milliseconds since the epoch."""
        now = milliseconds(self._now())
        if self.last_time - now > _FAR_AHEAD:
            return now
        return max(min(milliseconds(time), now), self.last_time + 1)

    def _forget(self) -> None:
        """Forget the oldest values of entities that are not followed any more."""
        too_many = len(self.taken) - 2 * len(self._followed)
        if too_many > 0:
            others = [key for key in self.taken if key not in self._followed]
            for key in others[:too_many]:
                del self.taken[key]


def _cancel_timers(followed: _Followed) -> None:
    for cancel in (followed.cancel_wait, followed.cancel_heartbeat):
        if cancel is not None:
            cancel()
