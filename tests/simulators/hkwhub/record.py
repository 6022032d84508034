"""What the simulated home remembers: what was heard, and what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal, Self

type Kind = Literal["hub", "web", "tts"]


@dataclass(frozen=True, slots=True)
class Audio:
    """What was downloaded.

    Attributes:
        size: Bytes.
        sha256: Of these bytes, hexadecimal.
    """

    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Describe audio data."""
        return cls(len(data), sha256(data).hexdigest())


@dataclass(slots=True, kw_only=True)
class Heard:
    """One stretch of time during which one speaker sounded.

    Attributes:
        speaker_id: `DeviceID`.
        kind: Where the sound came from.
        content: `PersistentID`, address, or spoken text.
        audio: What was downloaded; None if it was not from the web.
        title: Title of the track, last part of the address, or the text.
        started_at: On the home's clock, seconds.
        from_second: Second of the media at which this speaker came in.
        volume_at_start: 0..50.
        ended_at: On the home's clock; None while it sounds.
        to_second: Second of the media at which it fell silent; None while it sounds.
        volumes: Later changes of volume, each as (time on the clock, 0..50).
    """

    speaker_id: str
    kind: Kind
    content: str
    audio: Audio | None
    title: str
    started_at: float
    from_second: float
    volume_at_start: int
    ended_at: float | None = None
    to_second: float | None = None
    volumes: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCommand:
    """A command that reached the hub.

    Attributes:
        front: Name of the front end: "local", "cloud", "pubnub" or "foreign".
        name: The command.
        params: Its parameters without the session.
        at: On the home's clock, seconds.
        session: The session token that it carried.
    """

    front: str
    name: str
    params: Mapping[str, str]
    at: float
    session: str | None
