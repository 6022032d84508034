"""Which track of the hub's media list comes next; the hub itself knows no queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
import random
from typing import Final

from .client import Track

# Artist and album of the sounds that the HKWHub app brings along: door bells, alarms.
SOUND_LIBRARY: Final = "Sound Library"

# "Previous" starts a track again that has played longer than this, in seconds.
RESTART_AFTER: Final = 6


class Repeat(StrEnum):
    """What happens at the end."""

    OFF = "off"
    ONE = "one"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Order:
    """How the queue goes on, as the user has chosen it."""

    repeat: Repeat = Repeat.OFF
    shuffle: bool = False


def is_sound_effect(track: Track) -> bool:
    """Return whether a track is a sound for doors and alarms, not music."""
    return track.artist == SOUND_LIBRARY and track.album == SOUND_LIBRARY


class PlayQueue:
    """Tracks in the order in which they are played."""

    def __init__(self, chance: random.Random | None = None) -> None:
        """Start empty.

        Args:
            chance: Shuffles; a generator of its own unless in a test.
        """
        # Not for secrets: it chooses songs.
        self._chance = chance or random.Random()
        self._tracks: list[Track] = []
        self._unshuffled: list[Track] = []
        self._index = 0
        self._chosen = False
        self.order = Order()

    @property
    def current(self) -> Track | None:
        """Return the track whose turn it is, None for an empty queue."""
        return self._tracks[self._index] if self._tracks else None

    def play_alone(self, track: Track, library: Sequence[Track]) -> None:
        """Play one track; after it, or on "next", the library goes on.

        Sounds for doors and alarms play alone, and never after something else.
        """
        music = [one for one in library if not is_sound_effect(one)]
        self._fill(music if track in music else [track], track, chosen=False)

    def play_all(self, tracks: Sequence[Track]) -> None:
        """Play some tracks, one after the other."""
        first = self._chance.choice(tracks) if self.order.shuffle else tracks[0]
        self._fill(tracks, first, chosen=True)

    def insert(self, tracks: Sequence[Track], *, play_now: bool = False) -> None:
        """Put tracks behind the current one.

        Args:
            tracks: What to play.
            play_now: Whether the first of them becomes the current one.
        """
        self._keep_only_chosen()
        if (current := self.current) is None:
            behind = unshuffled_behind = 0
        else:
            behind = self._index + 1
            unshuffled_behind = self._unshuffled.index(current) + 1
        self._tracks[behind:behind] = tracks
        self._unshuffled[unshuffled_behind:unshuffled_behind] = tracks
        if play_now:
            self._index = behind

    def append(self, tracks: Sequence[Track]) -> None:
        """Put tracks at the end."""
        self._keep_only_chosen()
        self._tracks += tracks
        self._unshuffled += tracks

    def clear(self) -> None:
        """Forget all tracks."""
        self._tracks, self._unshuffled, self._index = [], [], 0

    def set_order(self, order: Order) -> None:
        """Take over what the user has chosen; the current track stays."""
        if order.shuffle != self.order.shuffle and (current := self.current):
            self.order = order
            self._fill(self._unshuffled, current, chosen=self._chosen)
        self.order = order

    def step(self, by: int) -> Track | None:
        """Go forward (1) or back (-1), round the ends; None for an empty queue."""
        if self._tracks:
            self._index = (self._index + by) % len(self._tracks)
        return self.current

    def after_end(self, *, auto_advance: bool) -> Track | None:
        """Go on when the current track has ended.

        Args:
            auto_advance: Whether the library goes on after a track that was played
                alone. What the user has put into the queue is always played.

        Returns:
            The track to play now, None where it is over.
        """
        if (current := self.current) is None:
            return None
        if is_sound_effect(current) and not self._chosen:
            # Who lets music repeat does not mean the doorbell.
            return None
        if self.order.repeat is Repeat.ONE:
            return current
        if not (self._chosen or auto_advance):
            return None
        at_end = self._index + 1 == len(self._tracks)
        if at_end and self.order.repeat is Repeat.OFF:
            return None
        return self.step(1)

    def _fill(self, tracks: Sequence[Track], first: Track, *, chosen: bool) -> None:
        self._unshuffled = list(tracks)
        self._tracks = list(tracks)
        self._chosen = chosen
        if self.order.shuffle:
            self._tracks.remove(first)
            self._chance.shuffle(self._tracks)
            self._tracks.insert(0, first)
        self._index = self._tracks.index(first)

    def _keep_only_chosen(self) -> None:
        """Let the user's own queue begin with the current track, without the library."""
        if not self._chosen:
            current = self.current
            self.clear()
            if current is not None:
                self._tracks, self._unshuffled = [current], [current]
            self._chosen = True
