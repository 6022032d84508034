"""What a test can make go wrong at a front end."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Trouble:
    """Knobs of a front end in trouble, all off by default.

    Where not said otherwise the command is not carried out.

    Attributes:
        http_status: HTTP status of every answer, with a text body (not PubNub).
        hang: Nothing is ever answered.
        garbage: Answers that are not what the documents describe.
        drop: The connection is closed in place of an answer; PubNub: no answer.
        lose_answer: Like `drop`, but the command is carried out.
        slow: Seconds until a command is looked at; it is carried out.
        only: Commands that are affected; None: all.
    """

    http_status: int | None = None
    hang: bool = False
    garbage: bool = False
    drop: bool = False
    lose_answer: bool = False
    slow: float = 0.0
    only: frozenset[str] | None = None

    def concerns(self, command: str) -> bool:
        """Return whether a command is affected."""
        return self.only is None or command in self.only
