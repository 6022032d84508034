"""A client of the channel of a simulated hub, without HTTP."""

from typing import Any

from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

KEYS = ("pub-c-1", "sub-c-1")
CHANNEL = "hkwhubchannel"
HUB = "XXX-XXX-XXX-XXX"


class Channel:
    """A client that publishes on the channel, and what it hears there."""

    def __init__(self, net: PubNubSimulator) -> None:
        """Listen."""
        self._net = net
        self.heard: list[Any] = []
        self.token = ""
        net.subscribe_inside(KEYS[1], CHANNEL, self._on_message)

    def _on_message(self, message: Any, publisher: str) -> None:
        self.heard += [message] if publisher == "HKWHubApp" else []

    async def publish(self, message: Any) -> None:
        """Publish anything."""
        await self._net.publish_inside(KEYS[1], CHANNEL, message, "client")

    async def ask(self, message: dict[str, Any]) -> Any:
        """Publish and return the next message of the hub that is no event."""
        before = len(self.answers())
        await self.publish(message)
        await until(lambda: len(self.answers()) > before)
        return self.answers()[before]

    def answers(self) -> list[Any]:
        """Return what is no event."""
        return [
            message
            for message in self.heard
            if isinstance(message, dict) and not {"Event", "Envet"} & message.keys()
        ]

    def events(self) -> list[dict[str, Any]]:
        """Return the events."""
        return [
            message
            for message in self.heard
            if isinstance(message, dict) and {"Event", "Envet"} & message.keys()
        ]

    async def open(self) -> None:
        """Open a session."""
        self.token = (await self.ask({"Command": "init_session"}))["SessionToken"]

    def command(self, name: str, **params: Any) -> dict[str, Any]:
        """Return a command in the session."""
        return {
            "Command": name,
            "HKWHubUUID": HUB,
            "SessionToken": self.token,
            "SesssionToken": self.token,
            **params,
        }

    async def __call__(self, name: str, **params: Any) -> Any:
        """Send a command in the session."""
        return await self.ask(self.command(name, **params))

    async def is_ignored(self, message: dict[str, Any]) -> bool:
        """Return whether nothing comes back until another command is answered."""
        before = len(self.answers())
        await self.publish(message)
        await self.ask({"Command": "init_session"})
        return len(self.answers()) == before + 1
