"""Control channels: messages that wait for who listens to an actuator.

Source: WoTKit API documentation, "Sensor Control Channel".
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from .sensor import SimulatedSensor
from .vocabulary import NOT_LOCATED, ApiError, FieldValue, JsonObject

DEFAULT_WAIT: Final = 10
MAX_WAIT: Final = 20
SUBSCRIPTION_LIFE: Final = 300.0
MAX_WAITING: Final = 10_000


@dataclass(slots=True, kw_only=True)
class ControlSubscription:
    """One listener of an actuator.

    Attributes:
        id: The number that the listener polls with.
        sensor: The actuator.
        waiting: Messages that no answer has carried yet, each with its number.
        used_at: When it was used last, seconds on the clock.
        poll: Set to end the poll that is going on; None: there is none.
        is_gone: Whether the server has dropped it.
    """

    id: int
    sensor: SimulatedSensor
    used_at: float
    waiting: deque[tuple[int, JsonObject]] = field(
        default_factory=lambda: deque(maxlen=MAX_WAITING)
    )
    poll: asyncio.Event | None = None
    is_gone: bool = False

    def end_poll(self) -> None:
        """Let the poll that is going on, if any, be answered."""
        if self.poll is not None:
            self.poll.set()


class ControlChannels:
    """All listeners of all actuators.

    Attributes:
        life: Seconds on the clock without a poll after which a listener is dropped.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin without listeners.

        Args:
            clock: Returns the time in seconds.
        """
        self.life = SUBSCRIPTION_LIFE
        self._clock = clock
        self._subscriptions: dict[int, ControlSubscription] = {}
        self._ids: Iterator[int] = count(1234)
        self._message_ids: Iterator[int] = count(1)

    def subscribe(self, sensor: SimulatedSensor) -> int:
        """Let somebody listen; what was sent before is not heard."""
        number = next(self._ids)
        self._subscriptions[number] = ControlSubscription(
            id=number, sensor=sensor, used_at=self._clock()
        )
        return number

    def send(self, sensor: SimulatedSensor, message: Mapping[str, FieldValue]) -> None:
        """Let each listener of an actuator have a message."""
        self._drop_idle()
        for subscription in self._subscriptions.values():
            if subscription.sensor is sensor:
                subscription.waiting.append((next(self._message_ids), dict(message)))
                subscription.end_poll()

    def drop_all(self) -> None:
        """Drop all listeners; polls that are going on learn it at once."""
        self._drop(list(self._subscriptions.values()))

    def drop_of(self, sensor: SimulatedSensor) -> None:
        """Drop the listeners of an actuator."""
        self._drop([s for s in self._subscriptions.values() if s.sensor is sensor])

    def end_polls(self) -> None:
        """Let all polls be answered."""
        for subscription in self._subscriptions.values():
            subscription.end_poll()

    @property
    def listeners(self) -> int:
        """Return how many subscriptions there are that are not idle for too long."""
        self._drop_idle()
        return len(self._subscriptions)

    def find(self, number: int, user: str) -> ControlSubscription:
        """Return a user's subscription.

        Raises:
            ApiError: It was dropped, or there never was one of that number.
        """
        self._drop_idle()
        subscription = self._subscriptions.get(number)
        if subscription is None or subscription.sensor.owner != user:
            raise ApiError(404, NOT_LOCATED, str(number))
        return subscription

    async def poll(
        self, subscription: ControlSubscription, seconds: float
    ) -> list[tuple[int, JsonObject]]:
        """Wait until there are messages, at most some seconds.

        They stay until they are taken. A newer poll ends an older one: its client is
        most likely gone.

        Returns:
            What waits, each message with its number.

        Raises:
            ApiError: The subscription was dropped meanwhile.
        """
        subscription.end_poll()
        poll = subscription.poll = asyncio.Event()
        try:
            if not subscription.waiting:
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await poll.wait()
        finally:
            subscription.used_at = self._clock()
            is_latest = subscription.poll is poll
            if is_latest:
                subscription.poll = None
        if subscription.is_gone:
            raise ApiError(404, NOT_LOCATED, str(subscription.id))
        return list(subscription.waiting) if is_latest else []

    def take(self, subscription: ControlSubscription, last: int) -> None:
        """Forget messages that an answer has carried.

        Args:
            subscription: Whose messages.
            last: The number of the last one.
        """
        while subscription.waiting and subscription.waiting[0][0] <= last:
            subscription.waiting.popleft()

    def _drop_idle(self) -> None:
        latest = self._clock() - self.life
        self._drop(
            [
                subscription
                for subscription in self._subscriptions.values()
                if subscription.poll is None and subscription.used_at < latest
            ]
        )

    def _drop(self, subscriptions: list[ControlSubscription]) -> None:
        for subscription in subscriptions:
            subscription.is_gone = True
            subscription.end_poll()
            del self._subscriptions[subscription.id]
