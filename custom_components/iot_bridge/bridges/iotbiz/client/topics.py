"""The MQTT topics of a device.

Source: README "Private API" for the topic of states; the agent's code for the others.
"""

from dataclasses import dataclass
import re
from typing import Final, override

# They are levels of topics, user names at brokers and parts of texts: nothing that means
# something there ("/", "+", "#"), no blanks, no control characters.
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._@-]{0,63}")

STATE: Final = "state"
SUPERVISOR: Final = "supervisor"
COMMAND: Final = "command"


@dataclass(frozen=True, slots=True)
class OutTopic:
    """A topic that a device publishes to.

    Attributes:
        customer_id: Its customer number.
        device_id: Its name.
        leaf: What is published: "state" or "supervisor".
    """

    customer_id: str
    device_id: str
    leaf: str

    @override
    def __str__(self) -> str:
        """Return the topic."""
        return f"devices/out/{self.customer_id}/{self.device_id}/{self.leaf}"


def is_id(text: object) -> bool:
    """Return whether a text can be the number of a customer or the name of a device."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def parse_out_topic(topic: str) -> OutTopic | None:
    """Return what a device's topic says, None if it is no such topic."""
    match topic.split("/"):
        case ["devices", "out", customer_id, device_id, leaf] if (
            is_id(customer_id) and is_id(device_id) and leaf in (STATE, SUPERVISOR)
        ):
            return OutTopic(customer_id, device_id, leaf)
    return None


def command_topic(customer_id: str, device_id: str) -> str:
    """Return the topic on which a device is told what to do."""
    return f"devices/in/{customer_id}/{device_id}/{COMMAND}"
