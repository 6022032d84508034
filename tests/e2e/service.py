"""What the demo house needs of a simulated IoT service."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from .home_assistant import HomeAssistantApi

# A kind of flow, see `HomeAssistantApi.walk_flow`, and its answers
type Flow = tuple[str, tuple[Mapping[str, Any], ...]]


class DemoService(ABC):
    """A simulated service that lives at one port, and its config entry.

    What it holds is the same in each run, so that a second run with one configuration
    folder finds its entry again.

    Attributes:
        name: For people.
        title: How the title of its config entry begins.
    """

    name: str
    title: str

    @abstractmethod
    async def start(self, port: int) -> None:
        """Start it.

        Args:
            port: On 127.0.0.1. The entry holds it, so it has to be the same in each run
                with one configuration folder.
        """

    @abstractmethod
    async def stop(self) -> None:
        """End it; nothing happens if it was not started."""

    @property
    @abstractmethod
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters in each step of the config flow; nothing: no entry."""

    @property
    def integrations(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what Home Assistant needs besides: by domain, what a user enters."""
        return {}

    def is_entry(self, title: str) -> bool:
        """Return whether a title is that of its config entry."""
        return title.startswith(self.title)

    def see(self, step: Mapping[str, Any]) -> None:
        """Look at a step of the config flow, as the user does.

        Args:
            step: What the web page shows.
        """
        return

    def further_flows(self, entry_id: str) -> tuple[Flow, ...]:
        """Return what a user sets up besides, once the entry was added.

        Args:
            entry_id: The config entry.
        """
        return ()

    async def settle(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        """Let happen what the entry's first look shows, in each run.

        Args:
            api: Home Assistant, which has loaded all entries.
            say: Told of what did not work.
        """
        return

    @abstractmethod
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        """Let happen what is worth looking at, until cancelled.

        Args:
            api: Home Assistant, for what users do there.
            say: Told of what only people at home would notice.
        """
