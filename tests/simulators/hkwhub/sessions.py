"""Sessions of clients; HKWHub specification, "Playback Session Management"."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from .vocabulary import DEFAULT_PRIORITY


class SessionNotFound(Exception):
    """The session does not exist, or not any more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Front:
    """What distinguishes the ways to the hub when a command is executed.

    Attributes:
        name: "local", "cloud", "pubnub" or "foreign".
        new_token: Returns the token of a new session.
        session_key: The name of the token among the parameters.
        missing: Commands that do not exist there.
        priority_on_init: `Priority` belongs to `init_session`, not to `play_*`.
    """

    name: str
    new_token: Callable[[], str]
    session_key: str = "SessionToken"
    missing: frozenset[str] = frozenset()
    priority_on_init: bool = False


@dataclass(slots=True, eq=False)
class Session:
    """One client's session.

    Attributes:
        token: What the client sends.
        front: Where it was opened; it is not known anywhere else.
        priority: Of its playbacks, unless they bring their own.
        renewed_at: When its time began to run, on the home's clock.
    """

    token: str
    front: Front
    renewed_at: float
    priority: int = DEFAULT_PRIORITY


class SessionTable:
    """The sessions that the app knows."""

    def __init__(self) -> None:
        """Know none."""
        # Two front ends may give out the same token.
        self._sessions: dict[tuple[Front, str], Session] = {}

    @property
    def tokens(self) -> list[str]:
        """Return the tokens of all sessions, the oldest first."""
        return [token for _, token in self._sessions]

    def open(self, front: Front, now: float, priority: int) -> Session:
        """Open a session."""
        session = Session(front.new_token(), front, now, priority)
        self._sessions[front, session.token] = session
        return session

    def find(
        self, front: Front, token: str | None, now: float, seconds: float
    ) -> Session:
        """Return the session of a token.

        Args:
            front: Where the command came in.
            token: What it carried.
            now: Time on the home's clock.
            seconds: Life of a session.

        Raises:
            SessionNotFound: There is none, or it expired.
        """
        session = self._sessions.get((front, token or ""))
        if session is None:
            raise SessionNotFound
        if now - session.renewed_at > seconds:
            self.close(session)
            raise SessionNotFound
        return session

    def close(self, session: Session) -> None:
        """Forget a session."""
        self._sessions.pop((session.front, session.token), None)

    def close_all(self, front: Front | None = None) -> None:
        """Forget the sessions of a front end, or all."""
        self._sessions = {
            key: session
            for key, session in self._sessions.items()
            if front is not None and session.front is not front
        }


def numbered_tokens(prefix: str = "") -> Callable[[], str]:
    """Return a source of tokens like "1000" or "PubNub-1000"."""
    numbers = count(1000)
    return lambda: f"{prefix}{next(numbers)}"
