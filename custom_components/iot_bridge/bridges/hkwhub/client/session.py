"""Keeps a session with a hub, and repeats what may be repeated.

A session ends an hour after the last command, or with the app on the hub; commands
with an ended one are denied and not carried out. Source: HKWHub specification,
"Session Timeout".
"""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
import logging
from typing import Final

from .commands import COMMANDS, Command
from .errors import (
    CannotConnectError,
    HubOfflineError,
    RequestTimeoutError,
    SessionNotFoundError,
    UnexpectedAnswerError,
)
from .parser import hub_uuid_of, is_session_not_found, result_of, session_of
from .transport import Message, Transport

_LOGGER = logging.getLogger(__name__)

# A playback may outlast the session that started it.
_KNOWN_TOKENS: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Session:
    """A session. Its identity counts: a hub that was restarted reuses tokens."""

    token: str = field(repr=False)


class SessionKeeper:
    """Opens a session at need, and another one when the hub has forgotten it."""

    def __init__(self, transport: Transport) -> None:
        """Use a transport; nothing is sent yet."""
        self._transport = transport
        self._session: _Session | None = None
        self._lock = asyncio.Lock()
        self._tokens: deque[str] = deque(maxlen=_KNOWN_TOKENS)
        self._hub_uuid: str | None = None

    @property
    def is_open(self) -> bool:
        """Return whether there is a session, as far as it is known here."""
        return self._session is not None

    @property
    def hub_uuid(self) -> str | None:
        """Return what the hub called itself when the session was opened."""
        return self._hub_uuid

    @property
    def own_tokens(self) -> Collection[str]:
        """Return the tokens of this session and of the latest ones before it."""
        return self._tokens

    async def open(self) -> None:
        """Open a session unless there is one.

        Raises:
            CannotConnectError: The hub was not reached, or is no hub.
            SignInError: Only the user can mend it.
        """
        await self._current(None)

    async def close(self) -> bool:
        """Close the session if there is one; it is forgotten in any case.

        Returns:
            Whether the hub has closed it.

        Raises:
            CannotConnectError: The hub was not reached.
            SignInError: Only the user can mend it.
        """
        async with self._lock:
            session, self._session = self._session, None
        if session is None:
            return False
        answer = await self._transport.call(
            COMMANDS["close_session"], {}, session.token
        )
        return result_of(answer) is True

    async def ask(self, command: Command, params: Mapping[str, str]) -> Message:
        """Send a command within a session and wait for the answer.

        Args:
            command: What to do.
            params: Its parameters as text, without the session.

        Returns:
            The answer, which may say "false".

        Raises:
            CannotConnectError: No answer, or none that could be read.
            SignInError: Only the user can mend it.
            SessionNotFoundError: The hub denies a session that it has just opened.
        """
        session = await self._current(None)
        answer = await self._send_within(session, command, params)
        if not is_session_not_found(answer):
            return answer
        _LOGGER.debug("%s: the session has ended", command.name)
        session = await self._current(session)
        answer = await self._send_within(session, command, params)
        if not is_session_not_found(answer):
            return answer
        raise SessionNotFoundError(f"{command.name}: denied within a new session")

    async def _current(self, ended: _Session | None) -> _Session:
        """Return the session, another one than the one that has ended."""
        async with self._lock:
            if self._session is ended:
                self._session = None
            if self._session is None:
                self._session = await self._opened()
            return self._session

    async def _opened(self) -> _Session:
        command = COMMANDS["init_session"]
        answer = await self._send(command, {}, None)
        token = session_of(answer)
        if token is None:
            if result_of(answer) is False:
                # Nothing about it can be refused: no hub has said so.
                raise HubOfflineError(f"{command.name}: refused")
            raise UnexpectedAnswerError(f"{command.name}: the answer has no session")
        self._hub_uuid = hub_uuid_of(answer)
        self._tokens.append(token)
        _LOGGER.debug("A session is open")
        return _Session(token)

    async def _send_within(
        self, session: _Session, command: Command, params: Mapping[str, str]
    ) -> Message:
        try:
            return await self._send(command, params, session.token)
        except HubOfflineError, RequestTimeoutError:
            # On a channel nobody is bound to answer: a hub that was started anew may
            # just be silent about a session that it does not know.
            if self._transport.pushes and self._session is session:
                self._session = None
            raise

    async def _send(
        self, command: Command, params: Mapping[str, str], token: str | None
    ) -> Message:
        try:
            return await self._transport.call(command, params, token)
        except UnexpectedAnswerError:
            # It did get there.
            raise
        except CannotConnectError:
            if not command.repeatable:
                raise
        _LOGGER.debug("%s: sent again, there was no answer", command.name)
        return await self._transport.call(command, params, token)
