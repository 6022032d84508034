"""Talks to a hub over a PubNub channel; HKWHub specification, "PubNub Server Mode"."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
import logging
import time
from typing import Any, Final, Never

from aiohttp import ClientSession

from .commands import Command
from .errors import (
    CannotConnectError,
    HubOfflineError,
    LinkLostError,
    NotOverPubNubError,
    RequestTimeoutError,
)
from .parser import hub_uuid_of, session_of
from .pubnub_answers import (
    OtherAskers,
    PendingCommand,
    command_message,
    is_answer,
    is_command,
)
from .pubnub_channel import PUBNUB_ORIGIN, Delivery, PubNubChannel, PubNubKeys
from .transport import Message

__all__ = ["PUBNUB_ORIGIN", "PubNubKeys", "PubNubPace", "PubNubTransport"]

_LOGGER = logging.getLogger(__name__)

_INIT_SESSION: Final = "init_session"
# Sessions of ours whose late answers are recognised.
_REMEMBERED_SESSIONS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PubNubPace:
    """Time limits in seconds, and how often to publish.

    Attributes:
        answer: For the hub's answer to a command.
        slow_answer: For commands for which the hub fetches something first.
        request: For requests that PubNub answers at once.
        poll: After which a subscription without news is looked at.
        publishes_per_second: At most, leaving room for the hub's own messages.
    """

    answer: float = 5.0
    slow_answer: float = 15.0
    request: float = 10.0
    poll: float = 120.0
    publishes_per_second: int = 8


class PubNubTransport:
    """Carries commands and answers over a channel that others use as well.

    Commands go out only while `listen` runs and has called its `on_up`: the answers
    come that way. Who wants a single answer runs `listen` as a task, waits for
    `on_up`, calls, and cancels the task. Nothing is sent to PubNub at the end: a
    "leave" is for presence, which the hub does not use, and closing the connection
    is enough.

    Attributes:
        hub_uuid: The hub to talk to, others on the channel are ignored. None until it
            is set or learned from the first answer to `init_session`.
    """

    def __init__(
        self,
        session: ClientSession,
        keys: PubNubKeys,
        *,
        hub_uuid: str | None = None,
        pace: PubNubPace | None = None,
    ) -> None:
        """Describe the way to a hub; nothing is sent yet.

        Args:
            session: Makes the requests; it is never closed here.
            keys: What the user typed into the app.
            hub_uuid: The hub, if it is known from an earlier time.
            pace: Time limits.
        """
        self.hub_uuid = hub_uuid
        self._pace = pace or PubNubPace()
        self._channel = PubNubChannel(
            session,
            keys,
            request_timeout=self._pace.request,
            poll_timeout=self._pace.poll,
            publishes_per_second=self._pace.publishes_per_second,
        )
        self._others = OtherAskers(self._pace.answer, time.monotonic)
        self._own_sessions: deque[str] = deque(maxlen=_REMEMBERED_SESSIONS)
        self._turn = asyncio.Lock()
        self._pending: PendingCommand | None = None
        self._up = False

    @property
    def pushes(self) -> bool:
        """Return True: the hub tells what happens by itself."""
        return True

    async def call(
        self, command: Command, params: Mapping[str, str], session: str | None
    ) -> Message:
        """Send a command and wait for the answer, one command at a time.

        Args:
            command: What to do.
            params: Its parameters as text, without the session.
            session: The session token; None for `init_session`.

        Returns:
            The answer as it came.

        Raises:
            HubOfflineError: The command reached the channel, and the hub said
                nothing at all in time. Perhaps its app is closed; an answer that is
                too large for PubNub (`media_list`) looks the same on a quiet hub.
            RequestTimeoutError: The hub is there but did not answer in time, or the
                command was not seen on the channel. As with all that is raised after
                the command was sent, it may have been carried out nevertheless.
            LinkLostError: The subscription was lost and did not come back in time.
            CannotConnectError: There is no subscription, or PubNub was not reached.
            KeysRefusedError: PubNub does not accept the keys.
            MessageTooLargeError: PubNub does not carry the command; it was not sent.
            NotOverPubNubError: The command does not exist over PubNub.
        """
        name = command.name
        if not command.over_pubnub:
            raise NotOverPubNubError(f"{name}: does not exist over PubNub")
        async with self._turn:
            await self._channel.wait_for_turn()
            if not self._up:
                raise CannotConnectError(f"{name}: the subscription is down")
            if session is not None:
                self._remember(session)
            message = command_message(name, params, session, self.hub_uuid)
            pending = PendingCommand(
                name,
                message,
                session,
                self._others,
                not_before=self._channel.checked_at,
            )
            self._pending = pending
            try:
                wait = self._pace.slow_answer if command.slow else self._pace.answer
                answer = await self._answer(name, message, pending, wait)
            finally:
                self._pending = None
                # Nobody may be left to read it.
                pending.answer.cancel()
            if name == _INIT_SESSION:
                self._learn(answer)
            return answer

    async def listen(
        self, on_up: Callable[[], None], on_message: Callable[[Message], None]
    ) -> Never:
        """Deliver what the hub and other clients publish, until it is lost.

        After a loss the next call goes on where the last one ended: what was
        published meanwhile is delivered, up to PubNub's 100 messages.

        Not delivered are our own commands, answers to them, what is about other hubs,
        and what is no JSON object.

        Args:
            on_up: Called once messages arrive and commands can be sent.
            on_message: Called with each message, once and in order.

        Raises:
            CannotConnectError: The subscription was lost or not reached.
            KeysRefusedError: PubNub does not accept the keys.
        """
        lost = False
        try:
            await self._channel.check()
            self._up = True
            on_up()
            while True:
                for delivery in await self._channel.receive():
                    self._take(delivery, on_message)
        except CannotConnectError:
            # Who waits for an answer may still get it from the next subscription.
            lost = True
            raise
        finally:
            self._up = False
            if not lost and self._pending is not None:
                self._pending.give_up(LinkLostError("PubNub: the subscription ended"))

    async def _answer(
        self,
        name: str,
        message: dict[str, Any],
        pending: PendingCommand,
        seconds: float,
    ) -> Message:
        _LOGGER.debug("%s: sending", name)
        try:
            async with asyncio.timeout(seconds):
                try:
                    await self._channel.publish(name, message)
                except RequestTimeoutError:
                    _LOGGER.debug("%s: perhaps not sent, waiting nevertheless", name)
                return await pending.answer
        except TimeoutError:
            pass
        if pending.doubtful is not None:
            return pending.doubtful
        if not self._up:
            raise LinkLostError(f"{name}: the subscription was lost")
        if pending.asked and not pending.hub_spoke:
            raise HubOfflineError(f"{name}: the hub is silent")
        raise RequestTimeoutError(f"{name}: no answer in time")

    def _learn(self, answer: Message) -> None:
        if self.hub_uuid is None:
            self.hub_uuid = hub_uuid_of(answer)
        if (token := session_of(answer)) is not None:
            self._remember(token)

    def _remember(self, session: str) -> None:
        if session not in self._own_sessions:
            self._own_sessions.append(session)

    def _take(self, delivery: Delivery, on_message: Callable[[Message], None]) -> None:
        """Sort one message."""
        message = delivery.message
        if not isinstance(message, dict):
            _LOGGER.debug("A message that is no object was ignored")
            return
        pending = self._pending
        if pending is not None and delivery.published_at <= pending.not_before:
            # From an outage before the command: even one that looks like it is not it.
            pending = None
        if self._is_own(delivery.publisher, message, pending):
            return
        hub = hub_uuid_of(message)
        if self.hub_uuid is not None and hub not in (None, self.hub_uuid):
            return
        token = session_of(message)
        if is_command(message):
            self._others.asked(message)
            if token is not None and token in self._own_sessions:
                # A hub whose app was restarted gives out the same tokens again.
                self._own_sessions.remove(token)
        elif pending is not None and pending.take(message):
            return
        elif is_answer(message):
            if token in self._own_sessions:
                _LOGGER.debug("An answer that came too late was ignored")
                return
            self._others.answered(message)
        self._tell(on_message, message)

    def _is_own(
        self, publisher: str | None, message: Message, pending: PendingCommand | None
    ) -> bool:
        """Return whether a message is a command of ours; PubNub may hide who sent it."""
        if publisher not in (None, self._channel.client_id):
            return False
        if pending is not None and pending.is_echo(message):
            pending.note_echo()
            return True
        return publisher is not None

    def _tell(self, on_message: Callable[[Message], None], message: Message) -> None:
        try:
            on_message(message)
        except Exception:
            # What is wrong with one message must not cost the others.
            _LOGGER.exception("A message of the channel could not be taken")
