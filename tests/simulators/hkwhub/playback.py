"""The one playback of a hub, and tracks that were paused."""

from dataclasses import dataclass

from .record import Audio, Kind
from .sessions import Session
from .vocabulary import State

# Seconds that may be lost in counting from the end of a track and back to it.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Something that can be played.

    Attributes:
        kind: Where it comes from.
        content: `PersistentID`, address, or text to speak.
        title: For people.
        duration: Seconds; None: endless.
        audio: What was downloaded, if anything.
    """

    kind: Kind
    content: str
    title: str
    duration: float | None
    audio: Audio | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Playback:
    """A playback, from its command until it is over.

    Attributes:
        media: What is played.
        owner: The session that started it; only it sees the status.
        priority: What a later play command must reach to interrupt it.
        state: PREPARING, PLAYING or PAUSED.
        anchor_at: When it was, or will be, at `anchor_second`; on the home's clock.
        anchor_second: Second of the media.
    """

    media: Media
    owner: Session
    priority: int
    state: State
    anchor_at: float
    anchor_second: float = 0.0

    def position(self, now: float, speed: float) -> float:
        """Return the second of the media that sounds, or sounded last."""
        if self.state is not State.PLAYING:
            return self.anchor_second
        position = self.anchor_second + max(0.0, now - self.anchor_at) * speed
        duration = self.media.duration
        if duration is not None and position > duration - ROUNDING:
            return duration
        return position

    def ends_at(self, speed: float) -> float | None:
        """Return when it ends by itself, on the home's clock; None: never."""
        if self.media.duration is None or self.state is State.PAUSED:
            return None
        return self.anchor_at + (self.media.duration - self.anchor_second) / speed


@dataclass(slots=True, kw_only=True)
class PausedTrack:
    """A hub track that was paused and may be resumed.

    Attributes:
        media: The track.
        priority: Of the playback that was paused.
        second: Where it goes on.
        interrupted: Whether something else was played since.
    """

    media: Media
    priority: int
    second: float
    interrupted: bool = False
