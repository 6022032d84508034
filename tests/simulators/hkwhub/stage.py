"""The one playback of a home, who plays it, and what that sounds like over time."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from .playback import PausedTrack, Playback
from .record import Heard
from .sessions import Session
from .vocabulary import State

# A clock that stands still must not make the wake-up spin.
SHORTEST_WAIT = 0.02


class Member(Protocol):
    """What the stage needs of a speaker."""

    id: str
    volume: int
    active: bool


class Stage:
    """Plays one thing at a time on all active speakers.

    Every method brings the playback up to the present first, so that what was heard is
    exact no matter when it is looked at.
    """

    def __init__(
        self, clock: Callable[[], float], on_change: Callable[[State, Session], None]
    ) -> None:
        """Begin in silence.

        Args:
            clock: Returns the time, seconds.
            on_change: Called with each new state of the playback, and whose it is.
        """
        self._clock = clock
        self._on_change = on_change
        self._speed = 1.0
        self._playback: Playback | None = None
        self._sounding: dict[str, Heard] = {}
        self._orders = 0
        self._overruled = 0
        self._live = False
        self._wake_up: asyncio.TimerHandle | None = None
        self.members: dict[str, Member] = {}
        self.heard: list[Heard] = []
        self.paused: dict[str, PausedTrack] = {}

    # Looking

    @property
    def playback(self) -> Playback | None:
        """Return what is prepared, played or paused."""
        self.settle()
        return self._playback

    @property
    def running(self) -> Playback | None:
        """Return what is prepared or played, not what is paused."""
        playback = self.playback
        if playback is None or playback.state is State.PAUSED:
            return None
        return playback

    @property
    def is_sounding(self) -> bool:
        """Return whether something can be heard."""
        playback = self.playback
        return playback is not None and playback.state is State.PLAYING

    @property
    def position(self) -> float:
        """Return the second of the media; -1 without a playback."""
        playback = self.playback
        if playback is None:
            return -1.0
        return playback.position(self._clock(), self._speed)

    # The order of commands that overlap

    def take_order(self) -> int:
        """Return the number of a play command that is about to be carried out."""
        self._orders += 1
        return self._orders

    def overrule(self) -> None:
        """Let no play command that is under way begin any more."""
        self._overruled = self._orders

    def is_overruled(self, order: int) -> bool:
        """Return whether a later command has taken effect already."""
        return order <= self._overruled

    # Time

    @property
    def speed(self) -> float:
        """Return how many seconds of media pass in a second of the clock."""
        return self._speed

    @speed.setter
    def speed(self, factor: float) -> None:
        self.settle()
        playback = self._playback
        if playback is not None and playback.state is State.PLAYING:
            now = self._clock()
            playback.anchor_second = playback.position(now, self._speed)
            playback.anchor_at = now
        self._speed = factor
        self._schedule()

    def settle(self) -> None:
        """Let happen what is due: a prepared playback begins, a track ends."""
        playback = self._playback
        if playback is None:
            return
        now = self._clock()
        if playback.state is State.PREPARING and now >= playback.anchor_at:
            self._begin(playback)
        ends_at = playback.ends_at(self._speed)
        if playback.state is State.PLAYING and ends_at is not None and now >= ends_at:
            self._end(ends_at)

    def go_live(self, live: bool) -> None:
        """Settle by a timer of the event loop from now on, or no longer."""
        self._live = live
        self._schedule()

    def _schedule(self) -> None:
        if self._wake_up is not None:
            self._wake_up.cancel()
            self._wake_up = None
        playback = self._playback
        if not self._live or playback is None:
            return
        due = playback.ends_at(self._speed)
        if playback.state is State.PREPARING:
            due = playback.anchor_at
        if due is not None:
            delay = max(due - self._clock(), SHORTEST_WAIT)
            loop = asyncio.get_running_loop()
            self._wake_up = loop.call_later(delay, self._wake)

    def _wake(self) -> None:
        self.settle()
        self._schedule()

    # Playing

    def start(
        self, playback: Playback, order: int, members: Iterable[Member], replace: bool
    ) -> None:
        """Play something else from now on.

        Args:
            playback: In state PREPARING.
            order: Number of the command.
            members: Speakers that join.
            replace: Whether all others leave.
        """
        self.settle()
        self._end(self._clock())
        self._overruled = max(self._overruled, order)
        content = playback.media.content
        self.paused.pop(content, None)
        for track in self.paused.values():
            track.interrupted = True
        if replace:
            for member in self.members.values():
                member.active = False
            self.members.clear()
        for member in members:
            member.active = True
            self.members[member.id] = member
        self._playback = playback
        self._on_change(playback.state, playback.owner)
        self.settle()
        self._schedule()

    def pause(self) -> bool:
        """Pause a hub track; stop anything else. Return whether something played."""
        playback = self.running
        if playback is None:
            return self._playback is not None
        if playback.media.kind != "hub":
            self._end(self._clock())
            return True
        second = self.position
        self._silence(self._sounding, self._clock(), second)
        playback.anchor_second = second
        playback.state = State.PAUSED
        self.paused[playback.media.content] = PausedTrack(
            media=playback.media, priority=playback.priority, second=second
        )
        self._on_change(State.PAUSED, playback.owner)
        self._schedule()
        return True

    def stop(self) -> None:
        """Stop for good: what was paused last cannot be resumed either."""
        self.settle()
        self.overrule()
        self._give_up()

    def _give_up(self) -> None:
        if self._playback is not None:
            self.paused.pop(self._playback.media.content, None)
        self._end(self._clock())

    def _begin(self, playback: Playback) -> None:
        playback.state = State.PLAYING
        for member in self.members.values():
            self._sound(member, playback, playback.anchor_at)
        self._on_change(State.PLAYING, playback.owner)
        self._schedule()

    def _end(self, at: float) -> None:
        playback = self._playback
        if playback is None:
            return
        self._silence(self._sounding, at, playback.position(at, self._speed))
        self._playback = None
        self._on_change(State.STOPPED, playback.owner)
        self._schedule()

    # Speakers

    def join(self, member: Member) -> None:
        """Take a speaker into the session; it sounds at once if something plays."""
        self.settle()
        if member.id in self.members:
            return
        member.active = True
        self.members[member.id] = member
        playback = self._playback
        if playback is not None and playback.state is State.PLAYING:
            self._sound(member, playback, self._clock())

    def leave(self, member: Member) -> None:
        """Take a speaker out of the session; without any the playback stops."""
        self.settle()
        if self.members.pop(member.id, None) is None:
            return
        member.active = False
        self._silence([member.id], self._clock(), self.position)
        if not self.members:
            self._give_up()

    def disband(self) -> None:
        """Stop, and take all speakers out of the session."""
        self.stop()
        for member in self.members.values():
            member.active = False
        self.members.clear()
        self.paused.clear()

    def set_volume(self, member: Member, volume: int) -> None:
        """Set a speaker's volume, 0..50, and note it if it sounds."""
        self.settle()
        member.volume = volume
        heard = self._sounding.get(member.id)
        if heard is not None:
            heard.volumes.append((self._clock(), volume))

    def _sound(self, member: Member, playback: Playback, at: float) -> None:
        heard = Heard(
            speaker_id=member.id,
            kind=playback.media.kind,
            content=playback.media.content,
            audio=playback.media.audio,
            title=playback.media.title,
            started_at=at,
            from_second=playback.position(at, self._speed),
            volume_at_start=member.volume,
        )
        self.heard.append(heard)
        self._sounding[member.id] = heard

    def _silence(self, speaker_ids: Iterable[str], at: float, second: float) -> None:
        for speaker_id in list(speaker_ids):
            heard = self._sounding.pop(speaker_id, None)
            if heard is not None:
                heard.ended_at = at
                heard.to_second = second
