"""What the hub plays: one thing at a time, on all speakers of its session."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from .client import HubMedia, Playable, Speech, Track, WebMedia


class PlaybackState(Enum):
    """What the hub does."""

    IDLE = "idle"
    PLAYING = "playing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that was given to the hub to play.

    Attributes:
        media: What the hub is told to play.
        title, artist, album: Shown to the user, None where unknown.
        duration: Seconds, None where unknown.
        priority: Of the playback; None for the hub's default, 100.
        announced: Whether it is an announcement, after which music goes on.
    """

    media: Playable
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    duration: int | None = None
    priority: int | None = field(default=None, compare=False)
    announced: bool = False

    @property
    def can_be_resumed(self) -> bool:
        """Return whether the hub can go on with it after a pause.

        HKWHub specification, "Pause the Current Playback": hub media only.
        """
        return isinstance(self.media, HubMedia)

    @property
    def content_id(self) -> str | None:
        """Return what identifies it for users, None where nothing does.

        Addresses may be signed, so they are not shown; a text is the title already.
        """
        match self.media:
            case HubMedia(persistent_id):
                return persistent_id
            case WebMedia() | Speech():
                return None


def track_item(track: Track, priority: int | None = None) -> Item:
    """Return a track of the hub's media list as something to play."""
    return Item(
        media=HubMedia(track.id),
        title=track.title or None,
        artist=track.artist or None,
        album=track.album or None,
        duration=track.duration,
        priority=priority,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """What the hub does right now.

    Attributes:
        state: What it does.
        item: What it plays or has paused; None when idle, or when somebody else has
            started it and did not tell what it is.
        position: Seconds of the item that were played at `position_at`.
        position_at: When the position was right. It is renewed on jumps only: while
            it plays, everybody can count on.
    """

    state: PlaybackState = PlaybackState.IDLE
    item: Item | None = None
    position: int | None = None
    position_at: datetime | None = None

    def position_now(self, now: datetime) -> float | None:
        """Return the seconds of the item that were played by now."""
        if self.position is None or self.position_at is None:
            return None
        if self.state is not PlaybackState.PLAYING:
            return self.position
        return self.position + (now - self.position_at).total_seconds()


IDLE = Playback()
