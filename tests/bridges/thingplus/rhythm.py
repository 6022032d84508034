"""Gateways that report in time, and a clock that takes Home Assistant along."""

from datetime import UTC, datetime, timedelta
import math
from typing import Final

from freezegun.api import FrozenDateTimeFactory

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles
from tests.simulators.thingplus import ThingplusSimulator

from .world import go_to

NOW: Final = datetime(2031, 1, 17, 12, tzinfo=UTC)


class Rhythm:
    """Lets gateways report while time passes, second by second."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        server: ThingplusSimulator,
    ) -> None:
        """Begin at a round moment, with no gateway."""
        self._hass = hass
        self._freezer = freezer
        self._server = server
        self._rhythms: list[tuple[str, int, int]] = []
        # It would warn of each turn of the clock, and look where each callback came from.
        hass.loop.set_debug(False)
        freezer.move_to(NOW)

    def add(
        self,
        gateway_id: str,
        *,
        interval: int = 300,
        phase: int = 0,
        takes: int = 0,
        sensors: int = 2,
    ) -> None:
        """Add a gateway that has reported until now, and goes on.

        Args:
            gateway_id: Its id, and its name.
            interval: Seconds between reports.
            phase: Seconds from the round moment to its next report.
            takes: Seconds that it needs for a report; sensors come after the gateway.
            sensors: How many it has; "{gateway_id}-0" is the first.
        """
        self._server.add_gateway(
            gateway_id, gateway_id, report_interval_ms=interval * 1000
        )
        self._rhythms.append((gateway_id, interval, phase))
        for number in range(sensors):
            sensor_id = f"{gateway_id}-{number}"
            later = takes * (number + 1) // sensors
            self._server.add_sensor(
                gateway_id, sensor_id, f"Number {number}", "temperature"
            )
            self._rhythms.append((sensor_id, interval, phase + later))
        for thing_id, _, begins in self._rhythms[-1 - sensors :]:
            self._freezer.move_to(NOW + timedelta(seconds=begins - interval))
            self._report(thing_id, interval)
        self._freezer.move_to(NOW)

    def silence(self, gateway_id: str) -> None:
        """Let a gateway and its sensors report no more."""
        self._rhythms = [
            one for one in self._rhythms if not one[0].startswith(gateway_id)
        ]

    def change_interval(self, gateway_id: str, interval: int) -> None:
        """Let a gateway report in another interval from now on, as the portal can."""
        now = (dt_util.utcnow() - NOW) // timedelta(seconds=1)
        self._server.set_report_interval(gateway_id, interval * 1000)
        self.silence(gateway_id)
        things = [one for one in self._server.sensors if one.startswith(gateway_id)]
        self._rhythms += [(one, interval, now + 1) for one in (gateway_id, *things)]

    def is_late(self, gateway_id: str, seconds: int) -> None:
        """Let the reports of a gateway come later from now on."""
        self._rhythms = [
            (one, interval, phase + seconds * one.startswith(gateway_id))
            for one, interval, phase in self._rhythms
        ]

    async def run(self, seconds: float) -> None:
        """Let time pass, and what is due happen, at whole seconds."""
        end = dt_util.utcnow() + timedelta(seconds=seconds)
        while (now := dt_util.utcnow()) < end:
            await self._go_to(min(now + timedelta(seconds=self._pause()), end))

    async def jump(self, **time: float) -> None:
        """Let a long time pass at once, and all that is due by then happen."""
        await self._go_to(dt_util.utcnow() + timedelta(**time))
        await self.run(5)

    def _pause(self) -> int:
        """Return the seconds until something is due."""
        since = (dt_util.utcnow() - NOW) / timedelta(seconds=1)
        reports = (
            interval - (since - phase) % interval
            for _, interval, phase in self._rhythms
        )
        loop = self._hass.loop
        timers = (
            timer.when() - loop.time()
            for timer in get_scheduled_timer_handles(loop)
            if not timer.cancelled()
        )
        return max(1, math.ceil(min((*reports, *timers), default=1)))

    async def _go_to(self, moment: datetime) -> None:
        """Turn all clocks: gateways report first, then what else is due happens."""
        self._freezer.move_to(moment)
        since = (moment - NOW) / timedelta(seconds=1)
        for thing_id, interval, phase in self._rhythms:
            if since >= phase and (since - phase) % interval == 0:
                self._report(thing_id, interval)
        go_to(self._hass, self._freezer, moment)
        await self._hass.async_block_till_done(wait_background_tasks=True)

    def _report(self, thing_id: str, interval: int) -> None:
        self._server.report_status(thing_id, "on", interval * 1.5)
        if thing_id in self._server.sensors:
            values = self._server.sensors[thing_id].values
            self._server.report(thing_id, values[-1] if values else "21.5")
