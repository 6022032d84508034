"""Follows what the hub plays, from what it tells, what it answers and what it was told.

The hub's answers lag behind its doings by some hundred milliseconds, so for a moment
after a command of our own an answer that contradicts it is passed over.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...coordinator import BridgeConfigEntry
from .client import HkwhubError, HubClient, PlaybackStatus, PlayerState
from .playback import IDLE, Item, Playback, PlaybackState

_LOGGER = logging.getLogger(__name__)

# The documents recommend to ask each second while something plays.
FOLLOW_SECONDS: Final = 1.0

# Over PubNub the playing time comes each second; when it does not, the hub is asked.
SILENCE_SECONDS: Final = 2.5

# How long an answer may contradict a command that the hub has confirmed.
SETTLE_SECONDS: Final = 2.0

# Over PubNub a hub that still fetches what it was given says that it does not play.
START_SECONDS: Final = 4.0

# A position that is further off than this has jumped, in seconds.
JUMP: Final = 2

# A track counts as played to its end when no more than this was left, in seconds.
NEARLY_OVER: Final = 3

# The end is looked for this much after it is due, in seconds.
AFTER_END: Final = 0.3

_PLAYING_STATES: Final = (PlayerState.PLAYING, PlayerState.PREPARING)


class PlaybackWatch:
    """Knows what the hub plays, and finds out when that ends.

    Attributes:
        playback: What the hub does.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: BridgeConfigEntry,
        client: HubClient,
        *,
        follow: bool,
        on_change: Callable[[Playback], None],
        on_end: Callable[[Item | None, bool], None],
        on_failure: Callable[[], None],
    ) -> None:
        """Start with a silent hub.

        Args:
            hass: Home Assistant.
            entry: The hub's config entry; what is asked ends with it.
            client: Asks the hub.
            follow: Whether to ask each second while something plays, where the hub
                does not tell by itself.
            on_change: Called with what the hub does, whenever that has changed.
            on_end: Called when something has ended that nobody here has ended: with
                the item, if known, and whether it was played to its end.
            on_failure: Called when the hub was asked and did not answer.
        """
        self._hass = hass
        self._entry = entry
        self._client = client
        self._follow = follow
        self._on_change = on_change
        self._on_end = on_end
        self._on_failure = on_failure
        self._cancel_timer: CALLBACK_TYPE | None = None
        self._asking = False
        self._ask_task: asyncio.Task[None] | None = None
        self._closed = False
        self._settled_at = 0.0
        self._confirmed = True
        self._held = False
        self._lost = False
        self._ours = False
        self._last_elapsed: int | None = None
        self.playback = IDLE

    # What we have told the hub, and it has confirmed

    @callback
    def started(self, item: Item, position: int = 0) -> None:
        """Note that the hub plays something that it was given.

        Args:
            item: What it plays.
            position: Seconds of the item where it begins.
        """
        self._settle(confirmed=False)
        self._ours = True
        self._set(
            Playback(
                state=PlaybackState.PLAYING,
                item=item,
                position=position,
                position_at=dt_util.utcnow(),
            )
        )

    @callback
    def paused(self) -> None:
        """Note that the hub has paused, or stopped for want of something resumable."""
        self._settle()
        item = self.playback.item
        if item is None or not item.can_be_resumed:
            self._set(IDLE)
        else:
            self._set(self._now_at(PlaybackState.PAUSED))

    @callback
    def stopped(self) -> None:
        """Note that the hub has stopped."""
        self._settle()
        self._set(IDLE)

    @callback
    def hold(self, item: Item, position: float | None) -> None:
        """Note that an item counts as paused, though the hub has stopped meanwhile.

        Args:
            item: What goes on when the user presses play.
            position: Seconds of the item that were played.
        """
        self._settle()
        self._set(
            Playback(
                state=PlaybackState.PAUSED,
                item=item,
                position=None if position is None else round(position),
                position_at=dt_util.utcnow(),
            )
        )
        self._held = True

    @callback
    def lose(self) -> None:
        """Note that the hub is lost; what it does is not asked for until it is back.

        What has ended meanwhile is no reason to let something else begin.
        """
        self._lost = True
        self._stop_timer()

    @property
    def is_settling(self) -> bool:
        """Return whether the hub's answers may lag behind a command."""
        return self._hass.loop.time() < self._settled_at

    # What the hub tells

    @callback
    def report(self, status: PlaybackStatus) -> None:
        """Take over an answer to `playback_status`."""
        if status.state in _PLAYING_STATES:
            self._plays(status.elapsed)
        elif status.state is PlayerState.PAUSED:
            self._is_paused()
        else:
            self._is_silent()

    @callback
    def report_playing(self, playing: bool) -> None:
        """Take over an answer to `is_playing`."""
        if playing:
            self._plays(None)
        else:
            self._is_silent()

    @callback
    def report_time(self, elapsed: int, own: bool | None) -> None:
        """Take over the playing time that the hub has told by itself.

        Args:
            elapsed: Seconds of what plays.
            own: Whether it plays in our session, None if not told.
        """
        if own is False and self._ours and not self.is_settling:
            self._begun_by_others(elapsed)
        else:
            self._plays(elapsed)

    @callback
    def report_item(self, item: Item | None) -> None:
        """Take over what somebody else has given the hub to play."""
        self._confirmed = True
        self._ours = False
        self._last_elapsed = None
        self._set(
            Playback(
                state=PlaybackState.PLAYING,
                item=item,
                position=0,
                position_at=dt_util.utcnow(),
            )
        )

    async def async_ask(self) -> None:
        """Ask the hub what it does; an answer that does not come is no news."""
        if self._asking or self._closed:
            return
        self._asking = True
        try:
            if self._client.pushes:
                self.report_playing(await self._client.is_playing())
            else:
                self.report(await self._client.playback_status())
        except HkwhubError as err:
            # Whether the hub is lost is for the list of speakers to find out.
            _LOGGER.debug("The playback could not be followed: %s", err)
            self._on_failure()
        finally:
            self._asking = False
            self._set_timer()

    @callback
    def close(self) -> None:
        """End for good."""
        self._closed = True
        self._stop_timer()
        if self._ask_task is not None:
            self._ask_task.cancel()

    # Transitions

    def _plays(self, elapsed: int | None) -> None:
        self._lost = False
        known = self.playback
        if known.state is not PlaybackState.PLAYING:
            if not self.is_settling:
                self._begun_by_others(elapsed)
            return
        now = dt_util.utcnow()
        expected = known.position_now(now)
        off = elapsed is not None and (
            expected is None or abs(elapsed - expected) > JUMP
        )
        if off and not self._confirmed and self.is_settling:
            # It is still about what played before.
            self._set_timer()
            return
        went_back = (
            self._confirmed
            and elapsed is not None
            and self._last_elapsed is not None
            and elapsed < self._last_elapsed - JUMP
        )
        self._confirmed = True
        self._last_elapsed = elapsed
        if off:
            # Nobody can seek, so what begins anew is something else.
            self._set(
                replace(
                    known,
                    item=None if went_back else known.item,
                    position=elapsed,
                    position_at=now,
                )
            )
        else:
            self._set_timer()

    def _begun_by_others(self, elapsed: int | None) -> None:
        """Somebody else has let the hub play, or go on with what we have paused."""
        known = self.playback
        goes_on = (
            known.state is PlaybackState.PAUSED
            and elapsed is not None
            and known.position is not None
            and 0 <= elapsed - known.position <= FOLLOW_SECONDS + JUMP
        )
        self._last_elapsed = elapsed
        self._confirmed = True
        self._ours = self._ours and goes_on
        self._set(
            Playback(
                state=PlaybackState.PLAYING,
                item=known.item if goes_on else None,
                position=elapsed,
                position_at=None if elapsed is None else dt_util.utcnow(),
            )
        )

    @property
    def _is_starting(self) -> bool:
        """Return whether the hub may be silent for what it was given a moment ago."""
        if not self._client.pushes:
            return self.is_settling
        late = START_SECONDS - SETTLE_SECONDS
        return self._hass.loop.time() < self._settled_at + late

    def _is_paused(self) -> None:
        if self.playback.state is PlaybackState.PLAYING and not self.is_settling:
            self._set(self._now_at(PlaybackState.PAUSED))

    def _is_silent(self) -> None:
        lost, self._lost = self._lost, False
        known = self.playback
        if known.state is PlaybackState.PLAYING:
            if self._confirmed or not self._is_starting:
                finished = self._is_over(known) and not lost
                self._set(IDLE)
                self._on_end(known.item, finished)
            else:
                self._set_timer()
        elif (
            known.state is PlaybackState.PAUSED
            and not self._held
            and not self.is_settling
            and not self._client.pushes
        ):
            # Over PubNub "not playing" is what a paused hub answers too.
            self._set(IDLE)

    def _is_over(self, playback: Playback) -> bool:
        if playback.item is None or playback.item.duration is None:
            return False
        position = playback.position_now(dt_util.utcnow())
        return position is not None and position >= playback.item.duration - NEARLY_OVER

    def _now_at(self, state: PlaybackState) -> Playback:
        now = dt_util.utcnow()
        position = self.playback.position_now(now)
        return replace(
            self.playback,
            state=state,
            position=None if position is None else round(position),
            position_at=None if position is None else now,
        )

    def _settle(self, *, confirmed: bool = True) -> None:
        self._settled_at = self._hass.loop.time() + SETTLE_SECONDS
        self._confirmed = confirmed
        self._last_elapsed = None
        self._held = False
        self._lost = False

    def _set(self, playback: Playback) -> None:
        if playback != self.playback:
            self.playback = playback
            self._held = False
            self._on_change(playback)
        self._set_timer()

    # When to ask

    @callback
    def _set_timer(self) -> None:
        self._stop_timer()
        if (seconds := self._ask_in()) is not None and not self._closed:
            self._cancel_timer = async_call_later(self._hass, seconds, self._ask)

    def _ask_in(self) -> float | None:
        """Return after how many seconds the hub is to be asked, None for never."""
        playback = self.playback
        if playback.state is not PlaybackState.PLAYING or self._lost:
            return None
        waits = []
        if self._client.pushes:
            starting = self._is_starting and not self._confirmed
            waits.append(FOLLOW_SECONDS if starting else SILENCE_SECONDS)
        elif self._follow or (playback.item is not None and playback.item.announced):
            waits.append(FOLLOW_SECONDS)
        if playback.item is not None and playback.item.duration is not None:
            position = playback.position_now(dt_util.utcnow()) or 0
            left = playback.item.duration - position + AFTER_END
            # One that is overdue is a clock that goes wrong: ask at the usual pace.
            waits += [left] if left > 0 else [FOLLOW_SECONDS]
        return min(waits, default=None)

    @callback
    def _ask(self, _: datetime) -> None:
        self._cancel_timer = None
        self._ask_task = self._entry.async_create_background_task(
            self._hass, self.async_ask(), f"{DOMAIN} hkwhub playback"
        )

    @callback
    def _stop_timer(self) -> None:
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
