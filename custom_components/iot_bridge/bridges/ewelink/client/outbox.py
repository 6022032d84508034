"""What the successive connections of a client share to send their messages."""

from collections import deque
from dataclasses import dataclass, field
import time
from typing import Final

from .pacing import TokenBucket, Turns

# Own sequences that are remembered, to tell own commands from others' echoes.
_REMEMBERED_SEQUENCES: Final = 256


class Sequences:
    """Numbers messages by the clock in milliseconds, each higher than the last."""

    def __init__(self) -> None:
        """Start with the present time."""
        self._last = 0
        self._recent: deque[str] = deque(maxlen=_REMEMBERED_SEQUENCES)

    def __contains__(self, sequence: str) -> bool:
        """Return whether a sequence was given out lately."""
        return sequence in self._recent

    def next(self) -> str:
        """Return a new sequence."""
        self._last = max(self._last + 1, time.time_ns() // 1_000_000)
        sequence = str(self._last)
        self._recent.append(sequence)
        return sequence


@dataclass(frozen=True, slots=True)
class Outbox:
    """What a client's successive connections share.

    Attributes:
        bucket: Limits the rate of messages.
        turns: Keep the commands to one device in order.
        sequences: Number the messages.
    """

    bucket: TokenBucket
    turns: Turns = field(default_factory=Turns)
    sequences: Sequences = field(default_factory=Sequences)
