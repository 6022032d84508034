"""Items of the hub's media list."""

from dataclasses import dataclass

from .vocabulary import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTrack:
    """A track; HKWHub specification, "Get the list of media item".

    Attributes:
        id: `PersistentID`, an unsigned 64-bit number as text.
        title, artist, album: Texts.
        duration: Seconds.
    """

    id: str
    title: str
    artist: str
    album: str
    duration: int

    def describe(self) -> JsonObject:
        """Return the item of `MediaList`."""
        return {
            "PersistentID": self.id,
            "Title": self.title,
            "Artist": self.artist,
            "Duration": self.duration,
            "AlbumTitle": self.album,
        }
