"""Which message on the channel answers the command that was just sent.

Everybody on the channel sees everything, and answers name neither who asked nor
which of two equal commands they are about. Known are: the order of the channel,
`ResponseOf`, the hub, and the session where the hub tells it. Source: HKWHub
specification, "REST API Specification (including PubNub JSON format)".
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from .parser import is_session_not_found, session_of
from .transport import Message

HUB_KEY: Final = "HKWHubUUID"
COMMAND_KEY: Final = "Command"
RESPONSE_KEY: Final = "ResponseOf"
# The documents use the second spelling for some commands and some answers; nobody
# can tell which one the app reads.
TOKEN_KEYS: Final = ("SessionToken", "SesssionToken")

_DEVICE_LIST: Final = "device_list"
_DEVICE_INFO: Final = "device_info"
_DEVICE_ID: Final = "DeviceID"
_EVENT_KEYS: Final = frozenset({"Event", "Envet"})

# Parameters that the documents show as numbers and that are no ids.
_NUMBERS: Final = frozenset({"Volume", "Priority"})


def command_message(
    name: str, params: Mapping[str, str], session: str | None, hub_uuid: str | None
) -> dict[str, Any]:
    """Return a command as it is published.

    Ids go as text, although the documents print some of them as numbers: they have
    64 bits, more than a number in JSON is sure to keep.

    Args:
        name: The command.
        params: Its parameters as text.
        session: The session token; without one nothing but the command is named.
        hub_uuid: The hub, if it is known.
    """
    message: dict[str, Any] = {COMMAND_KEY: name}
    if session is not None:
        if hub_uuid is not None:
            message[HUB_KEY] = hub_uuid
        message |= dict.fromkeys(TOKEN_KEYS, session)
    for key, value in params.items():
        number = key in _NUMBERS and value.isdecimal()
        message[key] = int(value) if number else value
    return message


def is_answer(message: Message) -> bool:
    """Return whether a message is an answer of a hub to anybody's command."""
    return RESPONSE_KEY in message


def is_command(message: Message) -> bool:
    """Return whether a message is anybody's command."""
    return COMMAND_KEY in message and not is_answer(message)


class OtherAskers:
    """Other clients' commands that have no answer yet."""

    def __init__(self, patience: float, clock: Callable[[], float]) -> None:
        """Start with none.

        Args:
            patience: Seconds after which an answer is not expected any more.
            clock: Tells the time in seconds.
        """
        self._patience = patience
        self._clock = clock
        self._asked: defaultdict[str, deque[float]] = defaultdict(
            lambda: deque(maxlen=16)
        )

    def asked(self, message: Message) -> None:
        """Note a command."""
        self._asked[str(message[COMMAND_KEY])].append(self._clock())

    def answered(self, message: Message) -> None:
        """Note an answer that is not for us."""
        if times := self._asked.get(str(message[RESPONSE_KEY])):
            times.popleft()

    def refused(self) -> None:
        """Note a refusal that names no command: it is likely the oldest one's."""
        waiting = [times for times in self._asked.values() if times]
        if waiting:
            min(waiting, key=lambda times: times[0]).popleft()

    def count(self, name: str) -> int:
        """Return how many are still likely to get an answer to a command."""
        after = self._clock() - self._patience
        return sum(time > after for time in self._asked.get(name, ()))

    def count_all(self) -> int:
        """Return how many are still likely to get an answer, whatever they asked."""
        return sum(self.count(name) for name in self._asked)


class PendingCommand:
    """A command of ours that waits for its answer.

    Attributes:
        answer: What the hub answered.
        asked: Whether the command was seen on the channel; answers come after it.
        hub_spoke: Whether the hub said anything since then.
        doubtful: An answer that was taken to be another client's.
    """

    def __init__(
        self,
        name: str,
        message: Mapping[str, Any],
        session: str | None,
        others: OtherAskers,
        *,
        not_before: int = 0,
    ) -> None:
        """Describe the command; needs a running event loop.

        Args:
            name: The command.
            message: It as it is published.
            session: The session it is about.
            others: Who else waits for answers.
            not_before: What was published until then, a time token, is not about it.
        """
        self.answer: asyncio.Future[Message] = (
            asyncio.get_running_loop().create_future()
        )
        self.asked = False
        self.hub_spoke = False
        self.doubtful: Message | None = None
        self.not_before = not_before
        self._name = name
        self._message = message
        self._session = session
        self._others = others
        self._earlier = 0
        self._earlier_of_all_names = 0

    def is_echo(self, message: Message) -> bool:
        """Return whether a message is this very command."""
        return message == self._message

    def note_echo(self) -> None:
        """Note that the command is on the channel."""
        if not self.asked:
            self.asked = True
            # Their answers come first, and may look just like ours.
            self._earlier = self._others.count(self._name)
            self._earlier_of_all_names = self._others.count_all()

    def give_up(self, error: Exception) -> None:
        """Let the command fail, unless it is answered already."""
        if not self.answer.done():
            self.answer.set_exception(error)
            # Read once, so that a caller who was cancelled leaves no complaint.
            self.answer.exception()

    def take(self, message: Message) -> bool:
        """Take what a hub says.

        Returns:
            Whether it is the answer.
        """
        if not self.asked or self.answer.done():
            return False
        self.hub_spoke = True
        if not self._is_about_it(message):
            return False
        token = session_of(message)
        known = None not in (token, self._session)
        if known and token == self._session:
            self.answer.set_result(message)
            return True
        if not known and not self._others_before(message):
            self.answer.set_result(message)
            return True
        # It is another client's, for sure or perhaps.
        if is_answer(message):
            self._earlier = max(0, self._earlier - 1)
        else:
            self._others.refused()
            self._earlier_of_all_names = max(0, self._earlier_of_all_names - 1)
        if not known:
            self.doubtful = message
        return False

    def _others_before(self, message: Message) -> int:
        """Return how many others it may be for, who asked before us."""
        if is_answer(message):
            return self._earlier
        # A refusal that names no command may be about any of them.
        return min(self._earlier_of_all_names, self._others.count_all())

    def _is_about_it(self, message: Message) -> bool:
        if not is_answer(message):
            return _is_nameless_refusal(message)
        response = message[RESPONSE_KEY]
        if self._name == _DEVICE_INFO and response == _DEVICE_LIST:
            # The documents show this command answered under the other one's name.
            asked_for = self._message.get(_DEVICE_ID)
            return _DEVICE_ID in message and str(message[_DEVICE_ID]) == asked_for
        if self._name == _DEVICE_LIST and _DEVICE_ID in message:
            return False
        return bool(response == self._name)


def _is_nameless_refusal(message: Message) -> bool:
    """Return whether it says "SessionNotFound"; its form is documented nowhere."""
    return not _EVENT_KEYS & message.keys() and is_session_not_found(message)
