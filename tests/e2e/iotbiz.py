"""IoTBiz in the demo house, Home Assistant as the platform: a workshop's machines."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, override

from aiohttp import ClientError

from tests.simulators.iotbiz import Broker, PrivateApi, SimulatedAgent, find_mosquitto

from .home_assistant import HomeAssistantApi
from .iotbiz_machines import Machine
from .iotbiz_memory import Memory
from .iotbiz_repairs import answer
from .iotbiz_reporter import CommandReporter
from .iotbiz_workshop import LATHE, PRESS, SILO, measure
from .service import DemoService

CUSTOMER: Final = "workshop-01"
CUSTOMER_NAME: Final = "Workshop"
NO_BROKER: Final = (
    "There is no MQTT broker, as mosquitto is not installed: IoTBiz' machines speak"
    " over HTTP alone, and Home Assistant is no device of an IoTBiz platform."
)

# Home Assistant's own login at the broker
MQTT_USER: Final = "home-assistant"
MQTT_PASSWORD: Final = "demo-mqtt-password"

# Keys of the memory, beside the machines' names
_SECRET: Final = "secret"

_SECONDS_BETWEEN_REPORTS: Final = 4.0
_REPORTS_WHILE_RUNNING: Final = 12
_REPORTS_WHILE_STOPPED: Final = 3
_SECONDS_CUT_OFF: Final = 20.0
_SECONDS_BETWEEN_TRIES: Final = 10.0
_LISTEN_SECONDS: Final = 0.5
_SETTLE_SECONDS: Final = 15
_TELL_AGAIN_SECONDS: Final = 0.3

_NO_ANSWER: Final = (ClientError, OSError, TimeoutError)


class IotbizService(DemoService):
    """Home Assistant's own broker, and the machines that register themselves.

    Attributes:
        broker: The broker; None where mosquitto is not installed.
        press: Over MQTT, of the later generation.
        silo: As the seed has it, over the private API.
        lathe: Over MQTT; it waits until the user lets it in.
        private: The broker's hook that forwards what the silo says.
    """

    name = "IoTBiz' machines"
    title = "IoTBiz"

    def __init__(self, memory: Memory) -> None:
        """Build the machines; Home Assistant's address is not known yet.

        Args:
            memory: What they keep between runs.
        """
        self._memory = memory
        # The log of each packet would fill the disk in weeks.
        self.broker = Broker(logs_packets=False) if find_mosquitto() else None
        self.press = Machine(SimulatedAgent("", CUSTOMER, PRESS), memory, self.broker)
        self.lathe = Machine(SimulatedAgent("", CUSTOMER, LATHE), memory, self.broker)
        silo = SimulatedAgent("", CUSTOMER, SILO, generation="seed", has_slash=False)
        self.silo = Machine(silo, memory, None)
        self.private = PrivateApi("", memory.get(_SECRET) or None)

    @property
    def machines(self) -> tuple[Machine, ...]:
        """Return all machines."""
        return (self.press, self.silo, self.lathe)

    @override
    def is_entry(self, title: str) -> bool:
        """Return whether a title is of Home Assistant as the platform."""
        return title == self.title

    @override
    async def start(self, port: int) -> None:
        if self.broker is not None:
            await self.broker.add_user(MQTT_USER, MQTT_PASSWORD)
            await self.broker.start(port)

    @override
    async def stop(self) -> None:
        for machine in self.machines:
            await machine.agent.close()
        await self.private.close()
        if self.broker is not None:
            await self.broker.stop()

    @property
    @override
    def integrations(self) -> Mapping[str, Mapping[str, Any]]:
        """Return Home Assistant's own integration of MQTT, if there is a broker."""
        if self.broker is None:
            return {}
        return {
            "mqtt": {
                "broker": self.broker.host,
                "port": self.broker.port,
                "protocol": "5",
                "username": MQTT_USER,
                "password": MQTT_PASSWORD,
                "other_settings": {
                    "transport": "tcp",
                    "set_ca_cert": "off",
                    "set_client_cert": False,
                },
            }
        }

    @property
    @override
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters who approves each device."""
        customer = {
            "customer_id": CUSTOMER,
            "name": CUSTOMER_NAME,
            "device_limit": 10,
            "admission": "approve",
        }
        return (
            {"next_step_id": "iotbiz"},
            {"next_step_id": "iotbiz_server"},
            customer,
            {},
        )

    @override
    def see(self, step: Mapping[str, Any]) -> None:
        """Note the secret down when it is shown."""
        if secret := (step.get("description_placeholders") or {}).get("secret"):
            self.know_secret(secret)

    def know_secret(self, secret: str) -> None:
        """Let the broker's hook show a secret from now on."""
        self.private.secret = secret
        self._memory.keep(_SECRET, secret)

    @override
    async def settle(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        """Let press and silo come in, as their owner does once."""
        base = f"{api.url}/api/iotbiz"
        for caller in (self.private, *(one.agent for one in self.machines)):
            caller.base = base
        for machine in (self.press, self.silo):
            told = await machine.come_in()
            if "approve" in told.error:
                await answer(api, machine.name, "approve")
                told = await machine.come_in()
            if told.status != 200:
                say(f"{machine.name} cannot come in: {told.error}")
                continue
            await machine.connect()
            try:
                await self._tell_until_known(api, machine)
            except TimeoutError:
                say(f"Home Assistant does not hear what {machine.name} tells")

    async def _tell_until_known(self, api: HomeAssistantApi, machine: Machine) -> None:
        """Let a machine tell what it measures until Home Assistant has entities of it.

        It may not have subscribed yet.

        Raises:
            TimeoutError: There are none in time.
        """
        async with asyncio.timeout(_SETTLE_SECONDS), api.websocket() as web:
            while True:
                await machine.tell(self.private)
                listed = await web.command("config/entity_registry/list")
                known = [
                    entity["unique_id"].rpartition(":")[2]
                    for entity in listed
                    if f"_{machine.name}/" in entity["unique_id"]
                ]
                if all(
                    any(one.partition(".")[0] == key for one in known)
                    for key in measure(machine.name, 0)
                ):
                    return
                await asyncio.sleep(_TELL_AGAIN_SECONDS)

    # What happens in the workshop

    @override
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        async with asyncio.TaskGroup() as group:
            for machine in self.machines:
                group.create_task(self._work(machine, say))
                group.create_task(self._obey(machine, say))

    async def _work(self, machine: Machine, say: Callable[[str], None]) -> None:
        """Let a machine work; what goes wrong is told, and tried again."""
        while True:
            try:
                await self._come_in(machine, say)
                await self._report(machine, _REPORTS_WHILE_RUNNING)
                if machine is self.press:
                    await self._have_bad_luck(machine, say)
            except _NO_ANSWER as err:
                say(f"{machine.name}: {type(err).__name__}")
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)

    async def _come_in(self, machine: Machine, say: Callable[[str], None]) -> None:
        """Wait until Home Assistant lets a machine in, and connect."""
        reason = ""
        while (told := await machine.come_in()).status != 200:
            if reason != (reason := told.error or f"it is answered {told.status}"):
                say(f"{machine.name} wants to come in: {reason}")
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
        if reason:
            say(f"{machine.name} is in")
        await machine.connect()

    async def _report(self, machine: Machine, times: int) -> None:
        for _ in range(times):
            await machine.tell(self.private)
            await asyncio.sleep(_SECONDS_BETWEEN_REPORTS)

    async def _have_bad_luck(
        self, machine: Machine, say: Callable[[str], None]
    ) -> None:
        """Let a machine's program stop for a while, and then cut it off."""
        agent = machine.agent
        say(f"{machine.name}: its program stops, what it measures goes on")
        agent.is_running = False
        await self._report(machine, _REPORTS_WHILE_STOPPED)
        agent.is_running = True
        await machine.tell(self.private)
        if machine.is_connected:
            say(f"{machine.name}: its cable is pulled, the broker tells its last will")
            await agent.kill()
            await asyncio.sleep(_SECONDS_CUT_OFF)
            say(f"{machine.name}: it is back")

    async def _obey(self, machine: Machine, say: Callable[[str], None]) -> None:
        """Do what Home Assistant tells a machine: its program stops or starts."""
        reporter = CommandReporter(machine)
        while True:
            for line, command in reporter.lines():
                say(line)
                if command in {"stop", "start"} and machine.is_connected:
                    machine.agent.is_running = command == "start"
                    await machine.tell(self.private)
            await asyncio.sleep(_LISTEN_SECONDS)
