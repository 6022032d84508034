"""What the three ways to a hub have in common."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .commands import Command

type Message = Mapping[str, Any]


class Transport(Protocol):
    """Carries commands to a hub and its answers back."""

    @property
    def pushes(self) -> bool:
        """Return whether the hub tells what happens by itself (PubNub)."""

    async def call(
        self, command: Command, params: Mapping[str, str], session: str | None
    ) -> Message:
        """Send a command and wait for the answer.

        Args:
            command: What to do.
            params: Its parameters as text, without the session.
            session: The session token; None for `init_session`.

        Returns:
            The answer as it came. Whether it says "SessionNotFound" or "false" is not
            looked at here.

        Raises:
            CannotConnectError: No answer, or none that could be read.
            SignInError: Only the user can mend it.
        """

    async def listen(
        self, on_up: Callable[[], None], on_message: Callable[[Message], None]
    ) -> None:
        """Deliver what the hub and other clients publish, until the subscription ends.

        Only where `pushes`. Answers to commands of our own are not delivered.

        Args:
            on_up: Called once messages arrive.
            on_message: Called with each message of the channel that is a JSON object.

        Raises:
            CannotConnectError: The subscription was lost or not reached.
            KeysRefusedError: PubNub does not accept the keys.
        """
