"""Listens to a sensor's control channel.

Source: WoTKit API documentation, "Sensor Control Channel": one subscribes, and then
asks again and again; the server answers once there is a message, or with none after a
while. It drops a subscription nobody has asked about for some minutes.
"""

import asyncio
from collections.abc import Awaitable, Callable
import logging
import time
from typing import Final, Never

from .client import MAX_WAIT, WotkitClient
from .errors import SubscriptionGoneError
from .models import ControlMessage

_LOGGER = logging.getLogger(__name__)

# Seconds. Some servers may answer at once, whatever one asks for.
_PACE: Final = 1.0
# Answers with messages that may follow each other without a pause: a server that hands
# the same ones out again and again is not asked as fast as it answers.
_BURST: Final = 10


class ControlChannel:
    """Delivers the messages of one control channel.

    It keeps its subscription while the connection is down, so that messages wait.
    """

    def __init__(
        self,
        client: WotkitClient,
        name: str | int,
        *,
        subscription: int | None = None,
        on_subscribed: Callable[[int | None], None] = lambda _: None,
        wait: int = MAX_WAIT,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know of a channel; nothing is sent yet.

        Args:
            client: Carries everything.
            name: The sensor's id or name; it has to be the user's.
            subscription: One from before, for example before a restart: messages may
                wait there.
            on_subscribed: Told each new subscription, and None when one is gone.
            wait: Seconds that the server waits for a message, up to 20.
            sleep: Waits for some seconds.
            clock: Tells seconds.
        """
        self._client = client
        self._name = name
        self._subscription = subscription
        self._on_subscribed = on_subscribed
        self._wait = wait
        self._sleep = sleep
        self._clock = clock

    @property
    def subscription(self) -> int | None:
        """Return the subscription, None if there is none."""
        return self._subscription

    async def listen(
        self,
        on_up: Callable[[], None],
        on_message: Callable[[ControlMessage], None],
    ) -> Never:
        """Deliver messages until something goes wrong.

        Called again after that, it goes on where it was.

        Args:
            on_up: Called once the server has answered for the first time.
            on_message: Called with each message, in order.

        Raises:
            SubscriptionGoneError: The server drops new subscriptions at once.
            NotFoundError: There is no such sensor, or it is not the user's.
            WotkitError: Any other kind, by what went wrong.
        """
        is_new = False
        is_up = False
        burst = 0
        while True:
            subscription = self._subscription
            if subscription is None:
                subscription = await self._client.subscribe_control(self._name)
                self._set(subscription)
                is_new = True
                is_up = _tell_once(is_up, on_up)
            started = self._clock()
            try:
                messages = await self._client.control_messages(subscription, self._wait)
            except SubscriptionGoneError:
                self._set(None)
                if is_new and self._is_soon_after(started):
                    raise
                _LOGGER.debug("A control subscription is gone")
                continue
            is_new = False
            is_up = _tell_once(is_up, on_up)
            _deliver(messages, on_message)
            if not self._is_soon_after(started):
                burst = 0
                continue
            burst += 1
            if not messages or burst >= _BURST:
                await self._sleep(_PACE)

    def _is_soon_after(self, started: float) -> bool:
        return self._clock() - started < _PACE

    def _set(self, subscription: int | None) -> None:
        self._subscription = subscription
        self._on_subscribed(subscription)


def _tell_once(is_up: bool, on_up: Callable[[], None]) -> bool:
    if not is_up:
        on_up()
    return True


def _deliver(
    messages: list[ControlMessage], on_message: Callable[[ControlMessage], None]
) -> None:
    for message in messages:
        try:
            on_message(message)
        except Exception:
            # The others would be lost with it: the server gives each out once.
            _LOGGER.exception("A control message was not dealt with")
