"""Thing+ in the demo house: a farm's two gateways, and Home Assistant as a third one."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
import time
from typing import Any, Final, override

from tests.simulators.thingplus import ActuatorCommand, ThingplusSimulator

from .home_assistant import HomeAssistantApi
from .service import DemoService, Flow
from .thingplus_farm import (
    ACTUATORS,
    ADDRESS,
    COLD_STORE,
    DEVICES,
    GREENHOUSE,
    LAMP,
    LATITUDE,
    LONGITUDE,
    PUMP,
    SENSORS,
    measure,
)
from .thingplus_reporter import ThingplusReporter

USERNAME: Final = "demo"
PASSWORD: Final = "demo-thingplus-password"
CLIENT_ID: Final = "demo-client"
CLIENT_SECRET: Final = "demo-client-secret"
SITE: Final = "1"

GATEWAY_NAME: Final = "Demo house"
GATEWAY_MODEL: Final = "52"
# Of Home Assistant's entities: of other services, numbers and on or off
EXPORTED: Final = (
    "sensor.heat_pump_power",
    "sensor.living_room_climate_temperature",
    "sensor.weather_station_wind_speed",
    "binary_sensor.front_door",
)
_MIN_INTERVAL_SECONDS: Final = 3

# The shortest that Thing+ allows; what the guide advises: a status holds 1.5 times that.
REPORT_SECONDS: Final = 60.0
VALID_SECONDS: Final = 90.0

# What becomes statistics: the days before the demo
IMPORTED: Final = (
    "sensor.greenhouse_climate_temperature",
    "sensor.greenhouse_climate_soil",
    "sensor.cold_store_temperature",
)
DAYS_BEFORE: Final = 2
_MINUTES_BETWEEN_POINTS: Final = 10

# Reports of the cold store until it is silent, and how long it is after nobody knows
# any more how it is
_REPORTS_IN_A_ROW: Final = 3
_UNKNOWN_SECONDS: Final = 60.0
_LISTEN_SECONDS: Final = 0.5


class ThingplusService(DemoService):
    """A simulated Thing+ server with one site, "Demo farm".

    Attributes:
        server: The simulator.
    """

    name = "Thing+"
    title = "Thing+ (127.0.0.1)"

    def __init__(self) -> None:
        """Open an account whose gateways have reported for some time."""
        self.server = server = ThingplusSimulator()
        # Who sets up, reloads and restarts looks more often than once a minute.
        server.watch.polls_per_minute = 12
        # What the owner of the service has set for gateways of the Open API
        server.gateway_models[GATEWAY_MODEL]["reportInterval"] = _milliseconds()
        server.add_site(SITE, "Demo farm")
        user = server.add_user(USERNAME, PASSWORD, site_id=SITE)
        server.add_client(CLIENT_ID, CLIENT_SECRET, user=user, name="Demo house")
        self._is_on = dict.fromkeys((PUMP, LAMP), False)
        self._build()
        self._measure_past()

    def _build(self) -> None:
        place = {"latitude": LATITUDE, "longitude": LONGITUDE, "address": ADDRESS}
        for gateway, name in ((GREENHOUSE, "Greenhouse"), (COLD_STORE, "Cold store")):
            self.server.add_gateway(
                gateway,
                name,
                site_id=SITE,
                report_interval_ms=int(_milliseconds()),
                location=place,
            )
        for device, name in DEVICES.items():
            self.server.add_device(GREENHOUSE, device, name)
        for one in (*SENSORS, *ACTUATORS):
            self.server.add_sensor(
                one.gateway, one.id, one.name, one.type, device_id=one.device
            )
        for actuator in self._is_on:
            self.server.sensors[actuator].on_command = self._obey
            self.server.report(actuator, {"cmd": "off", "options": {}})

    def _measure_past(self) -> None:
        """Let the sensors have measured for some days."""
        now = self.server.clock()
        for minutes in range(DAYS_BEFORE * 24 * 60, 0, -_MINUTES_BETWEEN_POINTS):
            moment = now - minutes * 60
            for sensor, value in measure(moment).items():
                self.server.report(sensor, value, moment)

    @override
    async def start(self, port: int) -> None:
        await self.server.start(port)
        for gateway in (GREENHOUSE, COLD_STORE):
            self.report(gateway)

    @override
    async def stop(self) -> None:
        await self.server.stop()

    @property
    @override
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters who has created a client."""
        return (
            {"next_step_id": "thingplus"},
            {"server": "own"},
            {"url": self.server.url},
            {"next_step_id": "thingplus_password"},
            {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "username": USERNAME,
                "password": PASSWORD,
            },
        )

    @override
    def further_flows(self, entry_id: str) -> tuple[Flow, ...]:
        """Let Home Assistant report there as a gateway."""
        gateway = {
            "site_id": SITE,
            "gateway_name": GATEWAY_NAME,
            "gateway_model": GATEWAY_MODEL,
        }
        chosen = {"entities": list(EXPORTED), "min_interval": _MIN_INTERVAL_SECONDS}
        handler = {"handler": [entry_id, "thingplus_export"]}
        return (("subentries/flow", (handler, gateway, chosen)),)

    def report(self, gateway: str, valid: float = VALID_SECONDS) -> None:
        """Let a gateway report, and all that is on it.

        Args:
            gateway: The gateway's id.
            valid: How long the statuses hold, seconds; -1: for ever.
        """
        measured = measure(
            self.server.clock(),
            pump_is_on=self._is_on[PUMP],
            lamp_is_on=self._is_on[LAMP],
        )
        self.server.report_status(gateway, "on", valid)
        for one in (*SENSORS, *ACTUATORS):
            if one.gateway == gateway:
                self.server.report_status(one.id, "on", valid)
                if one.id in measured:
                    self.server.report(one.id, measured[one.id])

    def _obey(self, command: ActuatorCommand) -> None:
        """Do what an actuator is told, and tell that it is done."""
        self._is_on[command.actuator_id] = command.cmd == "on"
        self.server.report(
            command.actuator_id,
            {"cmd": command.cmd, "options": dict(command.options)},
        )

    @override
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        try:
            await self._import_past(api)
        except RuntimeError as err:
            # The house is its owner's: an entity may have been deleted or renamed.
            say(f"The farm's days before could not be imported: {err}")
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_greenhouse())
            group.create_task(self._keep_cold_store(say))
            group.create_task(self._tell(say))

    async def _import_past(self, api: HomeAssistantApi) -> None:
        start = datetime.now(UTC) - timedelta(days=DAYS_BEFORE)
        await api.call(
            "iot_bridge",
            "import_statistics",
            entity_id=list(IMPORTED),
            start=start.isoformat(),
        )

    async def _keep_greenhouse(self) -> None:
        """Let the greenhouse report in time, always."""
        while True:
            await self._sleep_until_report(GREENHOUSE)
            self.report(GREENHOUSE)

    async def _keep_cold_store(self, say: Callable[[str], None]) -> None:
        """Let the cold store report, and fall silent for a while now and then."""
        while True:
            for _ in range(_REPORTS_IN_A_ROW):
                await self._sleep_until_report(COLD_STORE)
                self.report(COLD_STORE)
            await self._sleep_until_report(COLD_STORE)
            end = self._last_report(COLD_STORE) + VALID_SECONDS
            until = datetime.fromtimestamp(end).strftime("%H:%M:%S")
            say(f"Cold store: silent; what it has said holds until {until}")
            await asyncio.sleep(end - self.server.clock())
            say("Cold store: nobody knows any more how it is, it is unavailable")
            await asyncio.sleep(_UNKNOWN_SECONDS)
            say("Cold store: it reports again")

    def _last_report(self, gateway: str) -> float:
        """Return when a gateway has reported last, seconds since 1970."""
        return self.server.gateways[gateway].statuses[-1].at_ms / 1000

    async def _sleep_until_report(self, gateway: str) -> None:
        """Wait until a gateway is to report again; an hour's sleep is not made up for."""
        await asyncio.sleep(
            self._last_report(gateway) + REPORT_SECONDS - self.server.clock()
        )

    async def _tell(self, say: Callable[[str], None]) -> None:
        reporter = ThingplusReporter(self.server)
        while True:
            for line in reporter.lines(time.monotonic()):
                say(line)
            await asyncio.sleep(_LISTEN_SECONDS)


def _milliseconds() -> str:
    return str(round(REPORT_SECONDS * 1000))
