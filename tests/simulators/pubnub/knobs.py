"""Limits and timings of the simulated network."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Knobs:
    """Limits and timings; times in seconds.

    Attributes:
        hold: How long a subscribe without news is held (PubNub: about 300).
        buffer_size: Messages per channel that wait for clients that are away.
        message_limit: Size of a message that is still accepted, in bytes; counted
            are the URL-encoded channel and message and 100 for the rest.
        too_large_status: HTTP status for larger ones; older documents say 400.
        publishes_per_second: What one client may publish without being noted.
        publishers_hidden: Subscribers are not told who published a message.
    """

    hold: float = 20.0
    buffer_size: int = 100
    message_limit: int = 32 * 1024
    too_large_status: int = 413
    publishes_per_second: int = 15
    publishers_hidden: bool = False
