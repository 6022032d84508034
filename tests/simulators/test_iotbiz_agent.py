"""The simulated device and the simulated hook of a broker, at servers right and wrong."""

from collections.abc import AsyncIterator
import json
from typing import Any, Final, override

from aiohttp import web
import pytest

from tests.simulators.iotbiz import (
    Broker,
    IotbizSimulator,
    MqttRefusedError,
    PrivateApi,
    SimulatedAgent,
)
from tests.simulators.loopback import LoopbackServer
from tests.waiting import until

from .iotbiz_callers import (
    CUSTOMER,
    DEVICE,
    OFFLINE,
    ONLINE,
    STATE,
    SUPERVISOR,
    running_broker,
    running_simulator,
)

OFF: Final = {"status": "offline"}
ON: Final = {"status": "online"}


class ScriptedServer(LoopbackServer):
    """Answers what it is told to, and notes what came."""

    def __init__(self) -> None:
        """Answer 200 with an empty body."""
        super().__init__()
        self.status = 200
        self.text = ""
        self.kind = "application/json"
        self.requests: list[tuple[str, str | None, str | None, Any]] = []

    @override
    def _end_what_waits(self) -> None:
        """Nothing waits."""

    @override
    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(
            (
                request.path,
                request.remote,
                request.headers.get("Authorization"),
                await request.json(),
            )
        )
        return web.Response(status=self.status, text=self.text, content_type=self.kind)


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ScriptedServer]:
    """A server that answers anything."""
    running = ScriptedServer()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def broker(socket_enabled: None) -> AsyncIterator[Broker]:
    """A running broker."""
    async with running_broker() as running:
        yield running


@pytest.fixture
async def simulator(broker: Broker) -> AsyncIterator[IotbizSimulator]:
    """A server that is right, with a broker."""
    async with running_simulator(broker) as running:
        yield running


# At a server that is right


async def test_late_device(broker: Broker, simulator: IotbizSimulator) -> None:
    """A device of the later generation, from its registration to its last will."""
    agent = SimulatedAgent(simulator.base, CUSTOMER, DEVICE)
    assert (await agent.register()).status == 201
    with pytest.raises(MqttRefusedError):
        await agent.connect(broker)
    assert (await agent.activate("wrong")).error == "Invalid password."
    assert (await agent.activate()).status == 200
    observer = await broker.connect()
    await observer.subscribe(STATE)
    await agent.connect(broker)
    await agent.publish({"att1": "val1"})
    await agent.publish({"att2": 5})
    await agent.kill()
    told = [
        ONLINE,
        {**ONLINE, "programStatus": "down"},
        ONLINE,
        {**ONLINE, "att1": "val1"},
        {**ONLINE, "att1": "val1", "att2": 5},
        OFFLINE,
    ]
    await until(lambda: len(observer.received) == len(told))
    assert [json.loads(message.payload) for message in observer.received] == told
    await agent.close()
    assert agent.faults == []
    await observer.close()


async def test_what_a_late_device_retains(
    broker: Broker, simulator: IotbizSimulator
) -> None:
    """After its start it retains that its program is down, which is wrong."""
    agent = SimulatedAgent(simulator.base, CUSTOMER, DEVICE)
    await agent.enrol()
    await agent.connect(broker)
    later = await broker.connect()
    await later.subscribe(STATE)
    await until(lambda: later.received)
    [message] = later.received
    assert json.loads(message.payload) == {**ONLINE, "programStatus": "down"}
    await later.close()
    await agent.close()


async def test_device_of_the_seed(broker: Broker, simulator: IotbizSimulator) -> None:
    """A device as the README has it, which says goodbye."""
    simulator.wants, simulator.generation = "mac_address", "seed"
    agent = SimulatedAgent(simulator.base, CUSTOMER, DEVICE, generation="seed")
    await agent.enrol()
    await agent.connect(broker)
    await agent.publish({"att1": True}, retain=True)
    await agent.stop()
    await agent.stop()
    rows = simulator.devices[DEVICE].rows
    await until(lambda: len(rows) == 3)
    assert [row.state for row in rows] == [ON, {**ON, "att1": True}, OFF]
    assert (agent.faults, simulator.faults) == ([], [])
    await agent.close()


async def test_commands_and_lines(broker: Broker, simulator: IotbizSimulator) -> None:
    """It hears commands, and tells what its program prints."""
    agent = SimulatedAgent(simulator.base, CUSTOMER, DEVICE)
    await agent.enrol()
    await agent.connect(broker)
    await simulator.send_command(DEVICE, "reboot")
    await agent.supervisor("Process started")
    await until(lambda: agent.commands and simulator.devices[DEVICE].supervisor)
    assert agent.commands == ["reboot"]
    assert agent.received == [(f"devices/in/{CUSTOMER}/{DEVICE}/command", b"reboot")]
    assert simulator.devices[DEVICE].supervisor == ["Process started"]
    assert SUPERVISOR in broker.log
    await agent.close()


async def test_refusals(simulator: IotbizSimulator) -> None:
    """Refusals as documented are no faults of the server."""
    async with SimulatedAgent(simulator.base, CUSTOMER, DEVICE) as agent:
        refusal = await agent.register("wrong")
        assert (refusal.status, refusal.error) == (403, "Invalid customer id.")
        await agent.enrol()
        assert agent.password not in repr(refusal)
        with pytest.raises(AssertionError, match="already exists"):
            await agent.enrol()
        assert agent.faults == []


async def test_broker_that_goes(broker: Broker, simulator: IotbizSimulator) -> None:
    """A device may stop when its broker has gone."""
    async with SimulatedAgent(simulator.base, CUSTOMER, DEVICE) as agent:
        await agent.enrol()
        await agent.connect(broker)
        await broker.stop()
        with pytest.raises(ConnectionError):
            await agent.publish({"n": 1})
        await agent.stop()


# At a server that is wrong


@pytest.mark.parametrize(
    ("status", "kind", "text", "faults"),
    [
        (201, "application/json", '{"password": "x"}', []),
        (201, "text/plain", '{"password": "x"}', ["201 as text/plain"]),
        (
            *(201, "application/json", '{"password": "x", "id": 1}'),
            ["not just a password", "the password is no text"],
        ),
        (
            *(201, "application/json", '{"password": 5}'),
            ["the password is no text"],
        ),
        (200, "application/json", '{"password": "x"}', ["200 is not documented"]),
        (429, "application/json", "{}", ["429 is not documented"]),
        (403, "application/json", '{"error": "No."}', []),
        (
            *(403, "text/plain", "No."),
            [
                "403 as text/plain",
                "403 without just an error",
                "403 without a reason",
            ],
        ),
        (403, "application/json", '{"error": " "}', ["403 without a reason"]),
        (
            *(403, "application/json", '{"error": "No.", "code": 7}'),
            ["403 without just an error"],
        ),
    ],
)
async def test_wrong_answers_to_register(
    server: ScriptedServer, status: int, kind: str, text: str, faults: list[str]
) -> None:
    """What is not as documented is a fault of the server."""
    server.status, server.kind, server.text = status, kind, text
    async with SimulatedAgent(server.url, CUSTOMER, DEVICE) as agent:
        await agent.register()
        assert agent.faults == [f"register: {fault}" for fault in faults]


@pytest.mark.parametrize(
    ("status", "text", "faults"),
    [
        (200, "", []),
        (200, "{}", ["the answer has a body"]),
        (204, "", ["204 is not documented"]),
        (500, "", ["500 is not documented"]),
    ],
)
async def test_wrong_answers_to_activate(
    server: ScriptedServer, status: int, text: str, faults: list[str]
) -> None:
    """What is not as documented is a fault of the server."""
    server.status, server.text = status, text
    async with SimulatedAgent(server.url, CUSTOMER, DEVICE) as agent:
        await agent.activate("x")
        assert agent.faults == [f"activate: {fault}" for fault in faults]


async def test_what_devices_send(server: ScriptedServer) -> None:
    """Each generation has its key; paths may do without a slash, below any base."""
    async with (
        SimulatedAgent(f"{server.url}/api/iotbiz/", CUSTOMER, DEVICE) as late,
        SimulatedAgent(
            *(server.url, CUSTOMER, DEVICE),
            generation="seed",
            has_slash=False,
            local_address="127.0.0.2",
        ) as seed,
    ):
        await late.register()
        await seed.register("other")
        await seed.activate("p")
    assert server.requests == [
        (
            *("/api/iotbiz/api/devices/register/", "127.0.0.1", None),
            {"customer_id": CUSTOMER, "device_id": DEVICE},
        ),
        (
            *("/api/devices/register", "127.0.0.2", None),
            {"customer_id": "other", "mac_address": DEVICE},
        ),
        (
            *("/api/devices/activate", "127.0.0.2", None),
            {"mac_address": DEVICE, "password": "p"},
        ),
    ]


# The hook


async def test_hook(server: ScriptedServer) -> None:
    """It sends what the broker of the documents sends, and its secret in two ways."""
    async with (
        PrivateApi(server.url, "hush", clock=lambda: 123.4) as bearer,
        PrivateApi(
            *(f"{server.url}/x", "hush"),
            login="basic",
            has_slash=False,
            local_address="127.0.0.3",
        ) as basic,
        PrivateApi(server.url) as nobody,
    ):
        await bearer.update_device(DEVICE, STATE, ON)
        await basic.update_device(DEVICE, STATE, "{", ts=5, qos=0, more=1)
        await nobody.forward([])
        faults = [*bearer.faults, *basic.faults, *nobody.faults]
    body = {
        "action": "message_publish",
        "from_client_id": f"auto-{DEVICE}",
        "from_username": DEVICE,
        "topic": STATE,
        "qos": 2,
        "retain": False,
        "payload": '{"status": "online"}',
        "ts": 123,
    }
    path = "/privateapi/update-device"
    assert server.requests == [
        (f"{path}/", "127.0.0.1", "Bearer hush", body),
        (
            *(f"/x{path}", "127.0.0.3", "Basic ZW1xeDpodXNo"),
            {**body, "payload": "{", "ts": 5, "qos": 0, "more": 1},
        ),
        (f"{path}/", "127.0.0.1", None, []),
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("status", "text", "faults"),
    [
        (200, "ok", ["200 with a body"]),
        (403, "", ["403 without a reason"]),
        (403, '{"error": "No."}', []),
    ],
)
async def test_wrong_answers_to_the_hook(
    server: ScriptedServer, status: int, text: str, faults: list[str]
) -> None:
    """What is not as documented is a fault of the server."""
    server.status, server.text = status, text
    async with PrivateApi(server.url, "hush") as hook:
        answer = await hook.update_device(DEVICE, STATE, ON)
        assert answer.status == status
        assert hook.faults == [f"update-device: {fault}" for fault in faults]
