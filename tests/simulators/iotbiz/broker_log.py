"""What a broker's log tells of its clients."""

from dataclasses import dataclass
import re
from typing import Final

_CONNECTED: Final = re.compile(
    r"New client connected from \S+ as (?P<client>\S+) \(.*, u'(?P<name>.*)'\)\."
)
_PACKET: Final = re.compile(
    r"(?P<what>Received|Denied|Sending) PUBLISH (?:from|to) (?P<client>\S+) "
    r"\(d(?P<dup>\d), q(?P<qos>\d), r(?P<retain>\d), m\d+, '(?P<topic>.*)', \.\.\. "
)
_DISCONNECT: Final = re.compile(r"Received DISCONNECT from (?P<client>\S+)")


@dataclass(frozen=True, slots=True)
class Connected:
    """A client has connected.

    Attributes:
        client: What the broker calls its connection.
        name: Its user name.
    """

    client: str
    name: str


@dataclass(frozen=True, slots=True)
class Published:
    """A client publishes.

    Attributes:
        client: Its connection.
        topic: The topic.
        retain: Whether it shall be retained.
        is_allowed: Whether it may.
        is_repeated: Whether it may have come before.
    """

    client: str
    topic: str
    retain: bool
    is_allowed: bool
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message goes to a client.

    Attributes:
        client: Its connection.
        topic: The topic.
    """

    client: str
    topic: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """A client says goodbye.

    Attributes:
        client: Its connection.
    """

    client: str


type LogEvent = Connected | Published | Delivered | Goodbye


def read_line(line: str) -> LogEvent | None:
    """Return what a line tells, None if that is of no interest."""
    if found := _PACKET.match(line):
        if found["what"] == "Sending":
            return Delivered(found["client"], found["topic"])
        return Published(
            client=found["client"],
            topic=found["topic"],
            retain=found["retain"] == "1",
            is_allowed=found["what"] == "Received",
            is_repeated=found["dup"] == "1",
        )
    if found := _CONNECTED.match(line):
        return Connected(found["client"], found["name"])
    if found := _DISCONNECT.match(line):
        return Goodbye(found["client"])
    return None
