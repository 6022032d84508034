"""Listens to a control channel in the background, and notes what is heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from custom_components.iot_bridge.bridges.wotkit.client import (
    ControlChannel,
    ControlMessage,
    WotkitClient,
)


@dataclass
class Listener:
    """Somebody who listens.

    Attributes:
        ups: How often the channel has come up.
        messages: What was heard.
        subscriptions: What was told of subscriptions.
        sleeps: The seconds of each pause; none of them passes.
        channel: The channel.
    """

    ups: int = 0
    messages: list[ControlMessage] = field(default_factory=list)
    subscriptions: list[int | None] = field(default_factory=list)
    sleeps: list[float] = field(default_factory=list)
    channel: ControlChannel = field(init=False)

    async def listen(self) -> None:
        """Listen until something goes wrong."""
        await self.channel.listen(self.note_up, self.messages.append)

    def note_up(self) -> None:
        """Note that the channel has come up."""
        self.ups += 1

    async def sleep(self, seconds: float) -> None:
        """Pause, but not for that long."""
        self.sleeps.append(seconds)
        await asyncio.sleep(0.002)


def listener_of(
    client: WotkitClient, name: str | int = "lamp_post", **options: Any
) -> Listener:
    """Return somebody who does not listen yet."""
    listener = Listener()
    options = {
        "on_subscribed": listener.subscriptions.append,
        "sleep": listener.sleep,
        **options,
    }
    listener.channel = ControlChannel(client, name, **options)
    return listener


@asynccontextmanager
async def listening(listener: Listener) -> AsyncIterator[asyncio.Task[None]]:
    """Let somebody listen for a while."""
    task = asyncio.create_task(listener.listen())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
