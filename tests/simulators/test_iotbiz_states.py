"""What devices tell the simulated IoTBiz through its broker, README "Private API"."""

from collections.abc import AsyncIterator
import json
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.bridges.world import settle
from tests.simulators.iotbiz import Broker, IotbizSimulator, Message, MqttConnection
from tests.waiting import until

from .iotbiz_callers import (
    COMMAND,
    CUSTOMER,
    DEVICE,
    NOW,
    OFFLINE,
    ONLINE,
    STATE,
    SUPERVISOR,
    running_broker,
    running_simulator,
    turn_clock,
)

PASSWORD: Final = "234qweasdzxc"
UP: Final = json.dumps(ONLINE)
DOWN: Final = json.dumps(OFFLINE)


@pytest.fixture
async def broker(socket_enabled: None) -> AsyncIterator[Broker]:
    """A running broker."""
    async with running_broker() as running:
        yield running


@pytest.fixture
async def simulator(broker: Broker) -> AsyncIterator[IotbizSimulator]:
    """A running simulator with a device that may connect."""
    async with running_simulator(broker) as running:
        await running.add_device(DEVICE, CUSTOMER, password=PASSWORD)
        yield running


@pytest.fixture
async def device(
    broker: Broker, simulator: IotbizSimulator
) -> AsyncIterator[MqttConnection]:
    """The device, connected."""
    will = Message(topic=STATE, payload=DOWN.encode(), qos=2, retain=True)
    connection = await broker.connect(DEVICE, PASSWORD, will=will)
    yield connection
    await connection.abort()


def states(simulator: IotbizSimulator) -> list[Any]:
    """Return the rows of the device."""
    return [row.state for row in simulator.devices[DEVICE].rows]


async def tell(device: MqttConnection, state: Any, **more: Any) -> None:
    """Tell a state as it should be told."""
    payload = state if isinstance(state, str | bytes) else json.dumps(state)
    await device.publish(STATE, payload, **{"qos": 2, "retain": True, **more})


async def test_states(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """Each message is a row, and the latest one the device's state."""
    first, second = {**ONLINE, "att1": "val1"}, {**ONLINE, "att1": 5}
    for state in (first, second, second, OFFLINE):
        turn_clock(simulator, 1)
        await tell(device, state)
    await until(lambda: len(states(simulator)) == 4)
    assert states(simulator) == [first, second, second, OFFLINE]
    known = simulator.devices[DEVICE]
    assert known.state == OFFLINE
    assert (known.agent_status, known.program_status) == ("offline", "down")
    assert known.last_updated is not None
    assert known.last_updated > NOW
    await device.close()
    assert simulator.faults == []


@pytest.mark.parametrize(
    ("generation", "state", "fault"),
    [
        ("late", ONLINE, ""),
        ("late", {"status": "online"}, "there is no agentStatus, programStatus"),
        ("late", {"agentStatus": "online"}, "there is no programStatus"),
        ("seed", {"status": "online"}, ""),
        ("seed", ONLINE, "there is no status"),
        ("seed", {**ONLINE, "status": "online"}, ""),
        ("late", {**ONLINE, "status": "online"}, ""),
    ],
)
async def test_generations(
    simulator: IotbizSimulator,
    device: MqttConnection,
    generation: Any,
    state: dict[str, str],
    fault: str,
) -> None:
    """Each generation needs its keys; who tells all of them is always right."""
    simulator.generation = generation
    await tell(device, state)
    await until(lambda: simulator.faults or states(simulator))
    assert simulator.faults == [f"{STATE}: {fault}"] * bool(fault)
    assert states(simulator) == [state] * (not fault)


@pytest.mark.parametrize("payload", ["{", "[]", "5", b"\xff", ""])
async def test_no_object(
    simulator: IotbizSimulator, device: MqttConnection, payload: str | bytes
) -> None:
    """A state that is no JSON object is a fault."""
    await tell(device, payload)
    await until(lambda: simulator.faults)
    assert simulator.faults == [f"{STATE}: Payload is not a valid json."]
    assert states(simulator) == []


async def test_large_state(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """A state of more than 32 KiB is a fault, and stored."""
    room = 32 * 1024 - len(json.dumps({**ONLINE, "x": ""}))
    await tell(device, {**ONLINE, "x": "x" * room})
    await tell(device, {**ONLINE, "x": "x" * (room + 1)})
    await until(lambda: len(states(simulator)) == 2)
    assert simulator.faults == [f"{STATE}: 32769 bytes"]


async def test_not_retained(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """A state that is not retained is a fault, and stored."""
    await tell(device, ONLINE, retain=False)
    await until(lambda: states(simulator))
    assert simulator.faults == [f"{STATE}: it is not retained"]


async def test_supervisor(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """What a program prints is no state."""
    await device.publish(SUPERVISOR, "Process started at: noon", qos=2)
    await until(lambda: simulator.devices[DEVICE].supervisor)
    assert simulator.devices[DEVICE].supervisor == ["Process started at: noon"]
    assert states(simulator) == []
    assert simulator.faults == []


@pytest.mark.parametrize(
    "topic",
    [
        f"devices/out/other/{DEVICE}/state",
        f"devices/out/{CUSTOMER}/x{DEVICE}/state",
        COMMAND,
        "elsewhere",
    ],
)
async def test_topics_of_others(
    simulator: IotbizSimulator, device: MqttConnection, topic: str
) -> None:
    """A device that publishes where it may not makes a fault."""
    await device.publish(topic, UP, qos=2, retain=True)
    await until(lambda: simulator.faults)
    assert simulator.faults == [f"{topic}: {DEVICE} may not"]
    assert states(simulator) == []


async def test_other_topics_of_its_own(
    simulator: IotbizSimulator, device: MqttConnection
) -> None:
    """The broker lets it publish elsewhere below its name; nobody reads that."""
    topic = f"devices/out/{CUSTOMER}/{DEVICE}/status"
    await device.publish(topic, UP, qos=2)
    await until(lambda: simulator.faults)
    assert simulator.faults == [f"{topic}: Invalid topic {topic}"]


async def test_unknown_device(broker: Broker, simulator: IotbizSimulator) -> None:
    """What a device says that is not known is a fault."""
    await broker.add_user("ghost", "p", CUSTOMER)
    ghost = await broker.connect("ghost", "p")
    topic = f"devices/out/{CUSTOMER}/ghost/state"
    await ghost.publish(topic, UP, qos=2, retain=True)
    await until(lambda: simulator.faults)
    assert simulator.faults == [f"{topic}: Device ghost not in database."]
    await ghost.close()


# The end of connections


async def test_farewell(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """Who goes without telling it makes a fault."""
    await tell(device, ONLINE)
    await until(lambda: states(simulator))
    await device.close()
    await until(lambda: simulator.faults)
    assert simulator.faults == [f"{STATE}: a goodbye without telling it"]
    assert states(simulator) == [ONLINE]


async def test_right_farewell(
    simulator: IotbizSimulator, device: MqttConnection
) -> None:
    """Who tells it, or has told nothing, may go."""
    await tell(device, ONLINE)
    await tell(device, OFFLINE)
    await device.close()
    await until(lambda: len(states(simulator)) == 2)
    assert simulator.faults == []


async def test_silent_visit(simulator: IotbizSimulator, broker: Broker) -> None:
    """A visit without a word needs no farewell, whatever was said before."""
    first = await broker.connect(DEVICE, PASSWORD)
    await tell(first, ONLINE)
    await first.abort()
    second = await broker.connect(DEVICE, PASSWORD)
    await second.close()
    await until(lambda: states(simulator))
    assert simulator.faults == []


async def test_last_will(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """Cut off, the device's last will is a row, too."""
    await tell(device, ONLINE)
    await device.abort()
    await until(lambda: states(simulator) == [ONLINE, OFFLINE])
    assert simulator.faults == []


# The broker


async def test_commands(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """A device hears what it is told, also what was retained."""
    await simulator.send_command(DEVICE, "old", retain=True)
    await device.subscribe(COMMAND, 2)
    await simulator.send_command(DEVICE, b"\x00new")
    await until(lambda: len(device.received) == 2)
    assert [(m.payload, m.retain) for m in device.received] == [
        (b"old", True),
        (b"\x00new", False),
    ]
    with pytest.raises(KeyError):
        await simulator.send_command("ghost", "x")


async def test_restarted_broker(
    broker: Broker, simulator: IotbizSimulator, device: MqttConnection
) -> None:
    """The simulator is there as soon as the broker is; faults from before count."""
    await tell(device, ONLINE, retain=False)
    await until(lambda: states(simulator))
    await broker.kill()
    with pytest.raises(ConnectionError):
        await simulator.send_command(DEVICE, "x")
    await broker.start()
    again = await broker.connect(DEVICE, PASSWORD)
    await tell(again, {**ONLINE, "n": 2})
    await until(lambda: states(simulator) == [ONLINE, {**ONLINE, "n": 2}])
    await again.abort()
    assert simulator.faults == [f"{STATE}: it is not retained"]


async def test_restarted_simulator(
    simulator: IotbizSimulator, device: MqttConnection
) -> None:
    """What is said while it is away is lost, and not counted when it is back."""
    await simulator.stop()
    await tell(device, {**ONLINE, "n": 1})
    await simulator.start()
    await tell(device, {**ONLINE, "n": 2})
    await until(lambda: states(simulator))
    assert states(simulator) == [{**ONLINE, "n": 2}]
    await tell(device, OFFLINE)
    await device.close()
    await until(lambda: len(states(simulator)) == 2)
    assert simulator.faults == []


async def test_burst(simulator: IotbizSimulator, device: MqttConnection) -> None:
    """Nothing is lost of many messages, and nothing comes twice."""
    for number in range(150):
        await tell(device, {**ONLINE, "n": number})
    await until(lambda: len(states(simulator)) == 150)
    assert [state["n"] for state in states(simulator)] == list(range(150))
    assert simulator.faults == []


async def test_clocks_that_stand_still(
    freezer: FrozenDateTimeFactory, simulator: IotbizSimulator, broker: Broker
) -> None:
    """Nothing waits for a clock: all of it works where a test has stopped them."""
    await broker.restart()
    await simulator.set_password(DEVICE, "changed")
    device = await broker.connect(DEVICE, "changed")
    await tell(device, OFFLINE)
    await device.close()
    await settle(lambda: states(simulator))
    await broker.stop()
    assert simulator.faults == []
