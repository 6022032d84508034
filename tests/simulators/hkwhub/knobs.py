"""What the documents leave open, limits, and timings of a simulated home."""

from dataclasses import dataclass
from typing import Literal

type AfterInterruption = Literal["position", "start", "refused"]


@dataclass(kw_only=True, eq=False)
class Knobs:
    """Attributes of a home that a test may set at any time; times in seconds.

    Attributes:
        selected_replaces: `…_selected_speakers` takes all others out of the session.
        status_is_hub_wide: Every session sees the status of the one playback.
        paused_tells_elapsed: `TimeElapsed` of a paused playback is not -1.
        polling_renews: Commands that only ask keep a session alive.
        session_seconds: Life of a session after the last command (documents: "about
            60 minutes").
        session_not_found: Name of the reply to an unknown session, see
            `SESSION_NOT_FOUND_SHAPES`.
        resume_after_interruption: Where a paused track goes on after another playback
            came between.
        tts_key: The VoiceRSS key typed into the app; None: nothing can be spoken.
        https_refused: Only `http:` can be downloaded, not `https:`.
        web_duration: Duration of web media in place of what the file tells.
        web_timeout: How long a server may take to answer, or to send more.
        download_limit: Bytes; what is longer is an endless radio.
        download_seconds: What takes longer to download is an endless radio.
        prepare_seconds: From a play command to the first sound, on the home's clock.
        fetch_seconds: What the reply to web media and speech takes longer, real time.
        double_send_seconds: The same play command again within this real time is a
            fault of the client.
    """

    selected_replaces: bool = False
    status_is_hub_wide: bool = False
    paused_tells_elapsed: bool = False
    polling_renews: bool = True
    session_seconds: float = 3600.0
    session_not_found: str = "error"
    resume_after_interruption: AfterInterruption = "position"
    tts_key: str | None = None
    https_refused: bool = True
    web_duration: float | None = None
    web_timeout: float = 10.0
    download_limit: int = 4 * 1024 * 1024
    download_seconds: float = 3.0
    prepare_seconds: float = 0.0
    fetch_seconds: float = 0.0
    double_send_seconds: float = 0.02
