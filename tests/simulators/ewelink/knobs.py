"""Limits and timings of the simulated cloud."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Knobs:
    """Limits and timings; times in seconds.

    Attributes:
        min_request_interval: REST calls of one client must be that far apart
            (eWeLink v2 documents: 500 ms); 0 turns the check off.
        max_requests: REST calls of one client within `request_window`; None: any.
        request_window: Length of that window (documents: 300 calls in 5 minutes).
        hb_interval: `hbInterval` of the handshake answer; 0 means no heartbeat.
        heartbeat_grace: What the documents add to `hbInterval`.
        heartbeat_margin: What the simulator adds to that before it cuts the link.
        max_handshakes: `userOnline` of one account within `handshake_window`.
        handshake_window: Length of that window.
        message_rate: Socket messages per second a client may send for long.
        message_burst: Socket messages it may send at once.
        ts_tolerance: How far `ts` may be from now.
        time_scale: Factor on the time devices take for inching.
        begin_index_inclusive: v2 pages start at `beginIndex` itself, not behind it.
    """

    min_request_interval: float = 0.5
    max_requests: int | None = 300
    request_window: float = 300.0
    hb_interval: float = 145
    heartbeat_grace: float = 7.0
    heartbeat_margin: float = 5.0
    max_handshakes: int = 10
    handshake_window: float = 10.0
    message_rate: float = 10.0
    message_burst: float = 12.0
    ts_tolerance: float = 300.0
    time_scale: float = 1.0
    begin_index_inclusive: bool = True
