"""Why something is refused: what the device is told, and what the user's log says.

README "Platform API": a refusal is a 403 with its reason in `error`.
"""

from collections import Counter
from enum import StrEnum
import logging
from typing import Final

_LOGGER = logging.getLogger(__name__)

# Beyond that nothing new is told: somebody is trying out addresses.
_MOST_LINES: Final = 100


class Reason(StrEnum):
    """Why; as it is told."""

    TOO_LARGE = "The request is too large."
    TOO_SLOW = "The request did not come in time."
    NO_OBJECT = "The request is no JSON object."
    BAD_CUSTOMER_ID = "customer_id is missing or no customer number."
    BAD_DEVICE_ID = "mac_address or device_id is missing or cannot be used."
    DIFFERENT_IDS = "mac_address and device_id are different."
    BAD_PASSWORD_FIELD = "password is missing or no text."
    TOO_MANY_REQUESTS = "Too many requests. Try again later."
    BUSY = "Too many requests at the same time. Try again later."
    NOT_READY = "Home Assistant is not ready. Try again later."
    # Of registrations and activations: the disk is full, or broken.
    NOT_KEPT = "The device could not be stored. Try again later."
    # Of registrations
    INVALID_CUSTOMER = "Invalid customer id."
    LIMIT_REACHED = "The limit of devices of this customer id is reached."
    ALREADY_ACTIVATED = "Device already exists and is activated."
    REFUSED = "The device was refused."
    CLOSED = "New devices are not admitted at present."
    # Of activations. It does not tell which of the two is wrong.
    INVALID_PASSWORD = "Invalid device or password."
    NOT_APPROVED = "The device has to be approved in Home Assistant first."
    # Of messages, over HTTP or MQTT
    NOT_ALLOWED = "Not allowed."
    BAD_USERNAME = "from_username is missing or no name of a device."
    BAD_TOPIC = "topic is not that of the device's state."
    BAD_PAYLOAD = "payload is no text."
    BAD_STATE = "payload cannot be used"
    BAD_TIME = "ts is missing or no time."
    UNKNOWN_DEVICE = "The device is not registered and activated."


# The user has them on the screen, or wants them so.
_QUIET: Final = frozenset({Reason.NOT_APPROVED, Reason.NOT_READY})


class Refused(Exception):
    """Something is refused.

    Attributes:
        reason: Why.
        text: That, and what is wrong with the message, in a sentence.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """Tell why.

        Args:
            reason: Why.
            detail: What exactly is wrong; holds nothing of what was sent.
        """
        super().__init__(reason.value)
        self.reason = reason
        self.text = f"{reason.value}: {detail}." if detail else reason.value


class Refusals:
    """Counts what was refused, and tells the log of each kind and sender once.

    Attributes:
        counts: How often, by reason.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.counts: Counter[Reason] = Counter()
        self._told: set[tuple[Reason, str]] = set()

    def note(self, refused: Refused, sender: str) -> None:
        """Take note of a refusal.

        Args:
            refused: What was refused.
            sender: Where it came from, without anything that the sender has chosen.
        """
        self.counts[refused.reason] += 1
        told = (refused.reason, sender)
        if refused.reason in _QUIET or told in self._told:
            return
        if len(self._told) >= _MOST_LINES:
            _LOGGER.debug("Refused something from %s: %s", sender, refused.text)
            return
        self._told.add(told)
        _LOGGER.warning(
            "Refused something from %s: %s This is not told again", sender, refused.text
        )
        if len(self._told) == _MOST_LINES:
            _LOGGER.warning(
                "So much was refused that no further refusals are told until a restart"
            )
