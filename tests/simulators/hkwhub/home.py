"""One home: speakers, rooms, tracks, sessions and one playback."""

from collections.abc import Callable, Mapping
import secrets
import time
from typing import Any

from .execution import carry_out, result
from .faults import INTEGER, find_faults, may_have_priority
from .knobs import Knobs
from .record import Heard, RecordedCommand
from .sessions import Front, Session, SessionNotFound, SessionTable
from .speakers import SimulatedSpeaker
from .stage import Stage
from .tracks import SimulatedTrack
from .vocabulary import (
    COMMANDS,
    DEFAULT_PRIORITY,
    SESSION_TOKEN,
    JsonObject,
    Reason,
    State,
)


class UnknownCommand(Exception):
    """The hub does not know the command."""


class Watcher:
    """Wants to know what happens in a home; the methods do nothing here."""

    def on_speakers(self, reason: Reason) -> None:
        """Take the news that a speaker's state was updated."""

    def on_membership(self) -> None:
        """Take the news that a speaker joined or left without a command."""

    def on_state(self, state: State, owner: Session) -> None:
        """Take the news of another state of the playback, and whose it is."""


class SimulatedHome(Knobs):
    """A home with a hub. Its front ends only differ in what goes over the wire.

    Attributes:
        clock: Returns the time, seconds.
        speakers: All that were ever there, by `DeviceID`.
        tracks: The media list, by `PersistentID`.
        sessions: Sessions of all front ends.
        stage: The playback and who plays it.
        commands: What reached the hub.
        faults: What only wrongly programmed clients do, for people to read.
        watchers: Who is told what happens.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Build an empty home.

        Args:
            clock: Returns the time, seconds. With one that is not real, `tick()` lets
                happen what is due.
        """
        super().__init__()
        self.clock = clock
        self.speakers: dict[str, SimulatedSpeaker] = {}
        self.tracks: dict[str, SimulatedTrack] = {}
        self.sessions = SessionTable()
        self.stage = Stage(clock, self._tell_state)
        self.commands: list[RecordedCommand] = []
        self.faults: list[str] = []
        self.watchers: list[Watcher] = []
        self._fronts: set[Front] = set()
        self._foreign = Front(name="foreign", new_token=random_token)
        self._foreign_token: str | None = None
        self._last_start: tuple[float, object] = (0.0, None)

    # Contents

    def add_speaker(
        self, device_id: str, name: str, **attributes: Any
    ) -> SimulatedSpeaker:
        """Put a speaker into the home; for `attributes` see `SimulatedSpeaker`."""
        speaker = SimulatedSpeaker(self, device_id, name, **attributes)
        self.speakers[device_id] = speaker
        self.tell_speakers(Reason.AVAILABLE)
        return speaker

    def add_track(
        self, track_id: str, title: str, artist: str, album: str, duration: int
    ) -> SimulatedTrack:
        """Put a track into the media list; `duration` in seconds."""
        track = SimulatedTrack(
            id=track_id, title=title, artist=artist, album=album, duration=duration
        )
        self.tracks[track_id] = track
        return track

    @property
    def available(self) -> list[SimulatedSpeaker]:
        """Return the speakers that are switched on."""
        return [speaker for speaker in self.speakers.values() if speaker.is_on]

    @property
    def members(self) -> list[SimulatedSpeaker]:
        """Return the speakers in the session."""
        return [speaker for speaker in self.available if speaker.active]

    def find_speaker(self, device_id: str) -> SimulatedSpeaker | None:
        """Return a speaker that is switched on."""
        speaker = self.speakers.get(device_id)
        return speaker if speaker is not None and speaker.is_on else None

    def speaker(self, name: str) -> SimulatedSpeaker:
        """Return the speaker of a name.

        Raises:
            LookupError: There is none.
        """
        for speaker in self.speakers.values():
            if speaker.name == name:
                return speaker
        raise LookupError(name)

    def track(self, title: str) -> SimulatedTrack:
        """Return the first track of a title.

        Raises:
            LookupError: There is none.
        """
        for track in self.tracks.values():
            if track.title == title:
                return track
        raise LookupError(title)

    # Time

    @property
    def speed(self) -> float:
        """Return how many seconds of media pass in a second of the clock."""
        return self.stage.speed

    @speed.setter
    def speed(self, factor: float) -> None:
        self.stage.speed = factor

    @property
    def heard(self) -> list[Heard]:
        """Return what each speaker let hear: one entry per speaker and stretch."""
        self.stage.settle()
        return self.stage.heard

    def tick(self) -> None:
        """Let happen what is due by the clock."""
        self.stage.settle()

    def expire_sessions(self) -> None:
        """Let the time of all sessions run out; what plays goes on."""
        self.sessions.close_all()

    # Front ends

    def front_started(self, front: Front) -> None:
        """Take note of a front end that serves."""
        self._fronts.add(front)
        self.stage.go_live(True)

    def front_stopped(self, front: Front) -> None:
        """Take note of a front end that ended: the app is closed in this mode.

        Its sessions are lost, what they play stops. When no front end is left, nobody
        is in the session any more: "After HKWHub app is launched, none of speakers is
        selected for playback."
        """
        self._fronts.discard(front)
        self.sessions.close_all(front)
        playback = self.stage.playback
        if playback is not None and playback.owner.front is front:
            self.stage.stop()
        if not self._fronts:
            self.stage.disband()
            self.stage.go_live(False)

    # Commands

    async def execute(
        self, front: Front, command: str, params: Mapping[str, str]
    ) -> JsonObject:
        """Carry out one of the 29 commands.

        Args:
            front: The way it came in.
            command: Its name.
            params: Its parameters as text, the session among them.

        Returns:
            The answer in plain types (bool, int), without `ResponseOf`; the new
            session as `SessionToken`.

        Raises:
            SessionNotFound: The session is unknown or expired.
            UnknownCommand: There is no such command.
        """
        self.stage.settle()
        given = dict(params)
        token = given.pop(front.session_key, None)
        now = self.clock()
        self.commands.append(
            RecordedCommand(
                front=front.name, name=command, params=given, at=now, session=token
            )
        )
        rule = COMMANDS.get(command)
        if rule is None or command in front.missing:
            self.note_fault(front, command, "there is no such command")
            raise UnknownCommand(command)
        for fault in find_faults(self, front, command, rule, given):
            self.note_fault(front, command, fault)
        if command == "init_session":
            return {SESSION_TOKEN: self.open_session(front, _priority(given)).token}
        if not token:
            self.note_fault(front, command, f"{front.session_key} is missing")
        session = self.sessions.find(front, token, now, self.session_seconds)
        if self.polling_renews or not rule.is_poll:
            session.renewed_at = now
        if not may_have_priority(front, command, rule):
            given.pop("Priority", None)
        if any(name not in given for name in rule.required):
            return result(False)
        if not INTEGER.fullmatch(given.get("Priority", "0")):
            return result(False)
        if rule.starts:
            self._watch_doubles(front, command, (token, command, given))
        return await carry_out(self, session, command, given)

    def open_session(self, front: Front, priority: int = DEFAULT_PRIORITY) -> Session:
        """Open a session without a command."""
        return self.sessions.open(front, self.clock(), priority)

    async def foreign(
        self,
        command: str,
        params: Mapping[str, str] | None = None,
        *,
        priority: int | None = None,
    ) -> JsonObject:
        """Let another client, with a session of its own, send a command.

        Args:
            command: Its name.
            params: Its parameters without the session.
            priority: Of a playback; None: the default.

        Returns:
            The answer in plain types.

        Raises:
            UnknownCommand: There is no such command.
        """
        sent = dict(params or {})
        if priority is not None:
            sent["Priority"] = str(priority)
        try:
            token = self._foreign_token or ""
            self.sessions.find(self._foreign, token, self.clock(), self.session_seconds)
        except SessionNotFound:
            self._foreign_token = self.open_session(self._foreign).token
        sent[SESSION_TOKEN] = self._foreign_token or ""
        return await self.execute(self._foreign, command, sent)

    def _watch_doubles(self, front: Front, command: str, sent: object) -> None:
        # Real time, as a test's clock may stand still between two people's wishes.
        now = time.monotonic()
        sent_at, last = self._last_start
        if last == sent and now - sent_at < self.double_send_seconds:
            self.note_fault(front, command, "was sent twice")
        self._last_start = (now, sent)

    def note_fault(self, front: Front, command: str, fault: str) -> None:
        """Note what only a wrongly programmed client does."""
        self.faults.append(f"{front.name}: {command}: {fault}")

    # News

    def tell_speakers(self, reason: Reason) -> None:
        """Tell that a speaker's state was updated."""
        for watcher in self.watchers:
            watcher.on_speakers(reason)

    def tell_membership(self) -> None:
        """Tell that a speaker joined or left without a command."""
        for watcher in self.watchers:
            watcher.on_membership()

    def _tell_state(self, state: State, owner: Session) -> None:
        for watcher in self.watchers:
            watcher.on_state(state, owner)


def random_token() -> str:
    """Return a session token like those of the cloud."""
    return f"r:{secrets.token_urlsafe(18)}"


def _priority(params: Mapping[str, str]) -> int:
    given = params.get("Priority", "")
    return int(given) if INTEGER.fullmatch(given) else DEFAULT_PRIORITY
