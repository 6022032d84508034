"""WoTKit in the demo house: a taxi, a weather station, a lamp post, and an export."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle
import time
from typing import Any, Final, override

from tests.simulators.wotkit import (
    SimulatedSensor,
    WotkitServer,
    actuator,
    mule1,
    weather_station,
)

from .home_assistant import HomeAssistantApi
from .service import DemoService, Flow
from .wotkit_reporter import WotkitReporter
from .wotkit_taxi import TaxiRoute
from .wotkit_weather import weather_at

type Message = Mapping[str, int | str]

USERNAME: Final = "demo"
PASSWORD: Final = "demo-wotkit-password"
KEY_ID: Final = "5d0e2f8a9b3c4d17"
KEY_PASSWORD: Final = "demo-key-password"

# Of Home Assistant's entities: with a device and without, numbers, on and off, text
EXPORTED: Final = (
    "sensor.heat_pump_power",
    "sensor.heat_pump_voltage",
    "switch.hall_light",
    "input_button.doorbell",
)
_MIN_INTERVAL_SECONDS: Final = 3

# What becomes statistics: the days before the demo
IMPORTED: Final = (
    "sensor.weather_station_temperature",
    "sensor.weather_station_wind_speed",
    "sensor.weather_station_solar_power",
)
DAYS_BEFORE: Final = 2
_MINUTES_BETWEEN_ROWS: Final = 10

# In Kitsilano, north of the taxi's route
_STATION_PLACE: Final = (49.2640, -123.1750)

_TAXI_SECONDS: Final = 2.0
_WEATHER_SECONDS: Final = 10.0
_LISTEN_SECONDS: Final = 0.5
_PEOPLE_SECONDS: Final = 75.0
# What is kept of each sensor: a demo may run for weeks.
_MOST_ROWS: Final = 10_000

_FIRST_MESSAGE: Final[Message] = {
    "button": "on",
    "slider": 60,
    "message": "Good evening",
}
# What people do with the lamp post on the web page of WoTKit
_PEOPLE: Final[tuple[Message, ...]] = (
    {"slider": 85},
    {"message": "The bus comes at 8"},
    {"button": "off"},
    {"button": "on", "slider": 35},
    {"slider": 60, "message": "Good evening"},
)


class WotkitService(DemoService):
    """A simulated WoTKit server.

    Attributes:
        server: The simulator.
        taxi: Somebody else's, the user has subscribed to it.
        station: The user's own.
        lamp: The user's own, with a control channel.
    """

    name = "WoTKit"
    title = "WoTKit (127.0.0.1)"

    def __init__(self) -> None:
        """Open an account whose sensors have measured for some time."""
        self.server = WotkitServer()
        self.server.add_user(USERNAME, PASSWORD)
        self.server.add_key(USERNAME, KEY_ID, KEY_PASSWORD)
        self.taxi = mule1(self.server)
        self._route = TaxiRoute()
        speed = self.taxi.find_field("value")
        assert speed is not None
        speed.long_name, speed.units = "Speed", "km/h"
        self.server.subscribe(USERNAME, self.taxi)
        self.station = weather_station(self.server, USERNAME)
        self.station.latitude, self.station.longitude = _STATION_PLACE
        self.lamp = actuator(self.server, USERNAME)
        self._measure_past()
        self.drive()
        self._obey(_FIRST_MESSAGE)

    def _measure_past(self) -> None:
        """Let the station have measured for some days, and just now."""
        now = self.server.clock()
        self.station.rows.clear()
        for minutes in range(DAYS_BEFORE * 24 * 60, -1, -_MINUTES_BETWEEN_ROWS):
            moment = now - minutes * 60
            self.station.record(weather_at(moment), moment)

    @override
    async def start(self, port: int) -> None:
        await self.server.start(port)

    @override
    async def stop(self) -> None:
        await self.server.stop()

    @property
    @override
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters who has made a key."""
        return (
            {"next_step_id": "wotkit"},
            {"url": self.server.url},
            {"next_step_id": "wotkit_key"},
            {"username": KEY_ID, "password": KEY_PASSWORD},
            {"choice": "both"},
        )

    @override
    def further_flows(self, entry_id: str) -> tuple[Flow, ...]:
        """Let Home Assistant listen to the lamp post, and send some of its values."""
        options = {"choice": "both", "controlled_sensors": [str(self.lamp.id)]}
        export = {"entities": list(EXPORTED), "min_interval": _MIN_INTERVAL_SECONDS}
        return (
            ("options/flow", ({"handler": entry_id}, options)),
            ("subentries/flow", ({"handler": [entry_id, "export"]}, export)),
        )

    @override
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        try:
            await self._import_past(api)
        except RuntimeError as err:
            # The house is its owner's: an entity may have been deleted or renamed.
            say(f"The weather of the days before could not be imported: {err}")
        async with asyncio.TaskGroup() as group:
            group.create_task(_repeat(self.drive, _TAXI_SECONDS))
            group.create_task(_repeat(self._measure, _WEATHER_SECONDS))
            group.create_task(self._use_lamp())
            group.create_task(self._tell(say))

    async def _import_past(self, api: HomeAssistantApi) -> None:
        start = datetime.now(UTC) - timedelta(days=DAYS_BEFORE)
        await api.call(
            "iot_bridge",
            "import_statistics",
            entity_id=list(IMPORTED),
            start=start.isoformat(),
        )

    def drive(self, ahead: float = 0) -> None:
        """Let the taxi tell where it is.

        Args:
            ahead: Seconds by which it is ahead of the clock.
        """
        _record(self.taxi, self._route.at(self.server.clock() + ahead))

    def _measure(self) -> None:
        _record(self.station, weather_at(self.server.clock()))

    def _obey(self, message: Mapping[str, object]) -> None:
        """Do with the lamp what a message says, and tell how bright it is."""
        brightness = self.lamp.find_field("value")
        assert brightness is not None
        values: dict[str, float | str] = {}
        if isinstance(slider := message.get("slider"), int | float | str):
            values["value"] = float(slider)
        if message.get("button") == "off":
            values["value"] = 0.0
        if "message" in message:
            values["message"] = str(message["message"])
        if values:
            _record(self.lamp, values)

    async def _use_lamp(self) -> None:
        """Let people use the lamp now and then, at first at once."""
        for message in cycle((_FIRST_MESSAGE, *_PEOPLE)):
            await self.server.send_message(self.lamp, message)
            await asyncio.sleep(_PEOPLE_SECONDS)

    async def _tell(self, say: Callable[[str], None]) -> None:
        reporter = WotkitReporter(self.server, USERNAME)
        while True:
            for line, message in reporter.messages():
                say(line)
                self._obey(message)
            if (line_on_values := reporter.values(time.monotonic())) is not None:
                say(line_on_values)
            await asyncio.sleep(_LISTEN_SECONDS)


def _record(sensor: SimulatedSensor, values: Mapping[str, float | str]) -> None:
    sensor.record(values)
    del sensor.rows[:-_MOST_ROWS]


async def _repeat(action: Callable[[], None], seconds: float) -> None:
    while True:
        action()
        await asyncio.sleep(seconds)
