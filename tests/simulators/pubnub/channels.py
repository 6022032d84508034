"""Channels, and what was published on them not long ago."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
import time
from typing import Any

type Listener = Callable[[Any, str], object]

REGION = 1
# Timetokens count tenths of microseconds since 1970, in 17 digits.
_TICKS_PER_NANOSECOND = 100


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A message on a channel.

    Attributes:
        timetoken: When it was published; no two messages share one.
        publisher: The `uuid` of the client that published it.
        subscribe_key: The key that it belongs to.
        channel: The name of the channel.
        message: Any JSON.
    """

    timetoken: int
    publisher: str
    subscribe_key: str
    channel: str
    message: Any

    def envelope(self) -> dict[str, Any]:
        """Return the form that subscribers get."""
        return {
            "a": "1",
            "f": 0,
            "i": self.publisher,
            "p": {"t": str(self.timetoken), "r": REGION},
            "k": self.subscribe_key,
            "c": self.channel,
            "d": self.message,
        }


class Timetokens:
    """Makes timetokens, each one later than those before."""

    def __init__(self) -> None:
        """Start with none."""
        self.last = 0

    def next(self) -> int:
        """Return the present time as a timetoken."""
        self.last = max(self.last + 1, time.time_ns() // _TICKS_PER_NANOSECOND)
        return self.last


@dataclass
class Channel:
    """One channel.

    Attributes:
        buffer: The messages that wait for clients that are away, oldest first.
        listeners: Those who listen without HTTP.
    """

    buffer: deque[Publication]
    listeners: list[Listener] = field(default_factory=list)


class Channels:
    """All channels of all keys."""

    def __init__(self, buffer_size: int) -> None:
        """Start without messages.

        Args:
            buffer_size: Messages that each channel keeps.
        """
        self.timetokens = Timetokens()
        self.published: list[Publication] = []
        self._buffer_size = buffer_size
        self._channels: dict[tuple[str, str], Channel] = {}
        self._news = asyncio.Event()

    def channel(self, subscribe_key: str, name: str) -> Channel:
        """Return a channel; every name there is can be used."""
        key = (subscribe_key, name)
        if key not in self._channels:
            self._channels[key] = Channel(deque(maxlen=self._buffer_size))
        return self._channels[key]

    def publish(
        self, subscribe_key: str, channel: str, message: Any, publisher: str
    ) -> Publication:
        """Put a message on a channel and tell those who listen."""
        publication = Publication(
            timetoken=self.timetokens.next(),
            publisher=publisher,
            subscribe_key=subscribe_key,
            channel=channel,
            message=message,
        )
        there = self.channel(subscribe_key, channel)
        there.buffer.append(publication)
        self.published.append(publication)
        self.wake()
        for listener in list(there.listeners):
            listener(message, publisher)
        return publication

    def newer(
        self, subscribe_key: str, names: Iterable[str], timetoken: int
    ) -> list[Publication]:
        """Return what was published after a timetoken, oldest first."""
        return sorted(
            (
                publication
                for name in names
                for publication in self.channel(subscribe_key, name).buffer
                if publication.timetoken > timetoken
            ),
            key=lambda publication: publication.timetoken,
        )

    def forget(self) -> None:
        """Lose all messages."""
        for channel in self._channels.values():
            channel.buffer.clear()

    @property
    def news(self) -> asyncio.Event:
        """What is set at the next `wake`."""
        return self._news

    def wake(self) -> None:
        """Let all who wait look again."""
        news, self._news = self._news, asyncio.Event()
        news.set()
