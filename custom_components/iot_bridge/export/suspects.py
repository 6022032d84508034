"""Finds out whether it is the service or a reading that makes each sending fail."""

from enum import Enum, auto
from typing import Final

# So many times in a row a sending may fail before the service is asked whether it is
# there, each time before it is tried again.
FAILURES_BEFORE_PROOF: Final = 5
# So many times a sending has to fail right after the service has answered.
BLAMES_BEFORE_VERDICT: Final = 3


class Verdict(Enum):
    """What is to be done with a batch whose sending has failed."""

    TRY_AGAIN = auto()
    """It is sent again as it is."""
    SPLIT = auto()
    """Its readings are sent one by one."""
    POSTPONE = auto()
    """Its only reading waits behind all others."""
    REFUSE = auto()
    """Its only reading is given up."""


class SuspectBatch:
    """Judges the batch that is to be sent next, by how its sendings have failed.

    In an outage nothing is given up: a batch is blamed only for failures while the
    service answers otherwise, and a reading is given up only if others arrive.
    """

    def __init__(self) -> None:
        """Start without suspicion."""
        self._failures = 0
        self._blames = 0
        self._service_answers = False

    @property
    def is_suspected(self) -> bool:
        """Return whether it has failed so often that the service has to be asked."""
        return self._failures >= FAILURES_BEFORE_PROOF

    @property
    def needs_proof(self) -> bool:
        """Return whether the service has to be asked before the next sending."""
        return self.is_suspected and not self._service_answers

    def clear(self) -> None:
        """Forget all suspicion: something has arrived, or another batch is next."""
        self._failures = self._blames = 0
        self._service_answers = False

    def note_answer(self) -> None:
        """Note that the service has answered when it was asked."""
        self._service_answers = self.is_suspected

    def note_silence(self) -> None:
        """Note that the service has not answered: this explains what has failed."""
        self._blames = 0
        self._service_answers = False

    def judge(self, size: int, *, others_arrive: bool) -> Verdict:
        """Note that its sending has failed, and return what is to be done with it.

        Args:
            size: How many readings it has.
            others_arrive: Whether it was postponed, and others have arrived since then.
        """
        self._failures += 1
        self._blames += self._service_answers
        self._service_answers = False
        if self._blames < BLAMES_BEFORE_VERDICT:
            return Verdict.TRY_AGAIN
        self.clear()
        if size > 1:
            return Verdict.SPLIT
        return Verdict.REFUSE if others_arrive else Verdict.POSTPONE
