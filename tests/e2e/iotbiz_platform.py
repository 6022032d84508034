"""IoTBiz in the demo house, Home Assistant as a device: somebody else's platform."""

import asyncio
from collections.abc import Callable, Mapping
import itertools
import time
from typing import Any, Final, override

from tests.simulators.iotbiz import Broker, IotbizSimulator

from .home_assistant import HomeAssistantApi
from .iotbiz_memory import Memory
from .iotbiz_reporter import PlatformReporter
from .iotbiz_workshop import COMPRESSOR, FORKLIFT, measure
from .service import DemoService, Flow

CUSTOMER: Final = "acme-07"
# Home Assistant's number there
DEVICE: Final = "demo-house"
USERNAME: Final = "demo"
PASSWORD: Final = "demo-iotbiz-password"
# Of Home Assistant's entities: of other services
EXPORTED: Final = (
    "sensor.heat_pump_power",
    "sensor.living_room_climate_temperature",
    "binary_sensor.front_door",
    "switch.hall_light",
)

_OTHERS: Final = (FORKLIFT, COMPRESSOR)
_MIN_INTERVAL_SECONDS: Final = 3
_SECONDS_BETWEEN_ROWS: Final = 20.0
_SECONDS_BETWEEN_COMMANDS: Final = 45.0
_LISTEN_SECONDS: Final = 0.5
_COMMANDS: Final = ("close the gate", '{"lamp": "on"}', '{"lamp": "off"}')


class Platform(IotbizSimulator):
    """Shares its broker with Home Assistant's own devices, which are no fault of anybody."""

    @override
    def note_fault(self, text: str) -> None:
        if not text.startswith("devices/out/") or f"/{CUSTOMER}/" in text:
            super().note_fault(text)


class IotbizPlatformService(DemoService):
    """A simulated platform with two devices, and Home Assistant as the third one.

    Attributes:
        platform: The simulator.
    """

    name = "an IoTBiz platform"
    title = "IoTBiz ("

    def __init__(self, memory: Memory, broker: Broker | None) -> None:
        """Know a customer and a user.

        Args:
            memory: Where Home Assistant's password there is kept.
            broker: Where its devices connect; None: Home Assistant cannot be one.
        """
        self.platform = Platform(broker=broker)
        self.platform.add_customer(CUSTOMER)
        self.platform.add_user(USERNAME, PASSWORD)
        self._memory = memory
        self._broker = broker

    @override
    async def start(self, port: int) -> None:
        for name in _OTHERS:
            await self.platform.add_device(name, CUSTOMER)
            self.measure(name)
        if password := self._memory.get(DEVICE):
            await self.platform.add_device(DEVICE, CUSTOMER, password=password)
        await self.platform.start(port)

    @override
    async def stop(self) -> None:
        await self.platform.stop()

    def measure(self, name: str) -> None:
        """Let one of the other devices tell what it measures."""
        status = {"agentStatus": "online", "programStatus": "up"}
        self.platform.add_row(name, {**status, **measure(name, time.time())})

    @property
    @override
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters who has got a customer number there."""
        if self._broker is None:
            return ()
        device = {
            "url": self.platform.base,
            "customer_id": CUSTOMER,
            "device_id": DEVICE,
        }
        broker = {
            "broker_host": self._broker.host,
            "broker_port": self._broker.port,
            "security": "plain",
        }
        known = self.platform.devices.get(DEVICE)
        # Without its former entry Home Assistant does not know it any more.
        password = () if known is None else ({"password": known.password},)
        return (
            {"next_step_id": "iotbiz"},
            {"next_step_id": "iotbiz_agent"},
            device,
            *password,
            broker,
        )

    @override
    def further_flows(self, entry_id: str) -> tuple[Flow, ...]:
        """Send values there, and show the other devices."""
        chosen = {"entities": list(EXPORTED), "min_interval": _MIN_INTERVAL_SECONDS}
        user = {
            "url": self.platform.base,
            "username": USERNAME,
            "password": PASSWORD,
        }
        roles = ({"next_step_id": "iotbiz"}, {"next_step_id": "iotbiz_reader"})
        return (
            ("subentries/flow", ({"handler": [entry_id, "iotbiz_export"]}, chosen)),
            ("flow", ({"handler": "iot_bridge"}, *roles, user)),
        )

    @override
    async def settle(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        if DEVICE in self.platform.devices:
            self._memory.keep(DEVICE, self.platform.devices[DEVICE].password)

    @override
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_others())
            if self._broker is not None:
                group.create_task(self._tell(say))
                group.create_task(self._send_commands(say))

    async def _keep_others(self) -> None:
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_ROWS)
            for name in _OTHERS:
                self.measure(name)
                del self.platform.devices[name].rows[:-1]

    async def _tell(self, say: Callable[[str], None]) -> None:
        reporter = PlatformReporter(self.platform, DEVICE)
        while True:
            for line in reporter.lines(time.monotonic()):
                say(line)
            await asyncio.sleep(_LISTEN_SECONDS)

    async def _send_commands(self, say: Callable[[str], None]) -> None:
        for command in itertools.cycle(_COMMANDS):
            await asyncio.sleep(_SECONDS_BETWEEN_COMMANDS)
            if DEVICE in self.platform.devices:
                say(f"The IoTBiz platform tells Home Assistant: {command}")
                await self.platform.send_command(DEVICE, command)
