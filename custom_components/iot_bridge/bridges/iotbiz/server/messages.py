"""What devices tell, on the topics that are theirs.

README "Private API" for the rules; later agents for the supervisor's topic.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ....wire.values import as_number
from ..client import OutTopic, PayloadError, ReportedState, parse_out_topic, read_state
from ..client.topics import STATE
from .refusals import Reason, Refused

# Brokers tell seconds or milliseconds, depending on their version.
_FIRST_MILLISECONDS: Final = 10**11
# README's example has 123: a clock that was never set tells nothing.
_EARLIEST: Final = datetime(2015, 1, 1, tzinfo=UTC)


def topic_of(fields: Mapping[str, Any]) -> OutTopic:
    """Return the topic of a forwarded message, which has to be that of its sender.

    Args:
        fields: Of the request.

    Raises:
        Refused: It is not.
    """
    username, topic = fields.get("from_username"), fields.get("topic")
    if not isinstance(username, str) or not username:
        raise Refused(Reason.BAD_USERNAME)
    parsed = parse_out_topic(topic) if isinstance(topic, str) else None
    if parsed is None or parsed.leaf != STATE or parsed.device_id != username:
        raise Refused(Reason.BAD_TOPIC)
    return parsed


def time_of(fields: Mapping[str, Any], now: datetime) -> datetime:
    """Return when a forwarded message was sent.

    Args:
        fields: Of the request.
        now: Taken where the broker's clock cannot be right.

    Raises:
        Refused: It holds no time.
    """
    number = as_number(fields.get("ts"))
    if number is None or isinstance(fields.get("ts"), bool):
        raise Refused(Reason.BAD_TIME)
    seconds = number / 1000 if number > _FIRST_MILLISECONDS else number
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except ValueError, OverflowError, OSError:
        return now
    return moment if _EARLIEST < moment < now else now


def state_of_message(payload: object) -> ReportedState:
    """Return what a device tells of itself.

    Args:
        payload: JSON as text.

    Raises:
        Refused: It cannot be used.
    """
    if not isinstance(payload, str | bytes):
        raise Refused(Reason.BAD_PAYLOAD)
    try:
        return read_state(payload)
    except PayloadError as err:
        raise Refused(Reason.BAD_STATE, str(err)) from None
