"""A call or command the simulated cloud does not grant."""

from .json_types import JsonObject


class Refusal(Exception):
    """The answer to something the cloud refuses.

    Raised by the checks and handlers, turned into an answer of the right form by the
    server or the socket session.
    """

    def __init__(
        self,
        error: int,
        reason: str,
        *,
        fault: str | None = None,
        data: JsonObject | None = None,
        plain_text: bool = False,
    ) -> None:
        """Describe the refusal.

        Args:
            error: Error code of the documents.
            reason: Text the cloud would send along.
            fault: What the client did wrong; None where it is not to blame.
            data: Further members of the answer, such as the region.
            plain_text: Whether the real cloud was seen to answer this with bare text
                (only done with `Trouble.text_refusals`).
        """
        super().__init__(f"{error} {reason}")
        self.error = error
        self.reason = reason
        self.fault = fault
        self.data = data or {}
        self.plain_text = plain_text


class DeviceSilentError(Exception):
    """The device got the command and never answers."""
