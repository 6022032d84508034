"""Commands to actuators of the simulated Thing+."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.thingplus import (
    GATEWAY,
    LOGIN,
    ActuatorCommand,
    ThingplusSimulator,
    sensor_id,
)

from .thingplus_callers import NOW, Caller, running_server, signed_in, turn_clock

SWITCH: Final = sensor_id("powerSwitch")
RED: Final = {"red": 255, "green": 0, "blue": 0}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def caller(session: aiohttp.ClientSession, server: ThingplusSimulator) -> Caller:
    """A client with the sample's token."""
    return signed_in(session, server)


def command(actuator: str, cmd: str, **more: Any) -> dict[str, Any]:
    """Return the body of a command."""
    params = {"id": actuator, "cmd": cmd, **more}
    return {"id": GATEWAY, "act": "controlActuator", "params": params}


async def test_command(caller: Caller, server: ThingplusSimulator) -> None:
    """A command reaches the gateway, with its options; a hook may do something."""
    state = sensor_id("powerControllerState")
    lamp = sensor_id("rgbLed")
    server.sensors[SWITCH].on_command = lambda done: server.report(state, "3")
    body = command(SWITCH, "on", options={"duration": 60})
    answer = await caller.send("POST", "controlActuator", json=body)
    assert answer == {"cmd": "on", "result": "success"}
    body = command(lamp, "on", options=RED)
    await caller.send("POST", "controlActuator", json=body)
    assert list(server.commands) == [
        ActuatorCommand(
            gateway_id=GATEWAY,
            actuator_id=actuator,
            cmd="on",
            options=options,
            at=NOW,
            user=LOGIN,
        )
        for actuator, options in ((SWITCH, {"duration": 60}), (lamp, RED))
    ]
    assert server.sensors[state].values[-1] == "3"
    assert server.faults == []


@pytest.mark.parametrize(("answer", "status"), [("no_answer", 504), ("error", 600)])
async def test_gateway_fails(
    caller: Caller, server: ThingplusSimulator, answer: Any, status: int
) -> None:
    """The gateway may not answer, or fail."""
    server.gateways[GATEWAY].control_answer = answer
    body = command(SWITCH, "off")
    refusal = await caller.refusal("POST", "controlActuator", json=body)
    assert refusal == (status, "PROCESS_COMMAND_RESULT")
    assert not server.commands
    assert server.faults == []


@pytest.mark.parametrize(("value", "valid"), [("off", -1), ("on", 10)])
async def test_gateway_is_off(
    caller: Caller, server: ThingplusSimulator, value: Any, valid: float
) -> None:
    """A gateway that is off, or whose status ran out, does not answer."""
    server.report_status(GATEWAY, value, valid)
    turn_clock(server, 10)
    body = command(SWITCH, "off")
    refusal = await caller.refusal("POST", "controlActuator", json=body)
    assert refusal == (504, "PROCESS_COMMAND_RESULT")


@pytest.mark.parametrize(
    ("body", "refusal", "faults"),
    [
        (command("none", "on"), (404, "NOT_FOUND"), 0),
        (command(SWITCH, "on") | {"id": "none"}, (404, "NOT_FOUND"), 0),
        (command(SWITCH, "explode"), (400, "INVALID_INPUT"), 1),
        (command(sensor_id("door"), "on"), (400, "INVALID_INPUT"), 1),
        (command(SWITCH, "on", options={"speed": 1}), (400, "INVALID_INPUT"), 1),
        (command(SWITCH, "on", options={"duration": "60"}), (400, "INVALID_INPUT"), 1),
        (command(sensor_id("rgbLed"), "on"), (400, "INVALID_INPUT"), 1),
        (
            command(sensor_id("rgbLed"), "on", options=RED | {"red": 256}),
            *((400, "INVALID_INPUT"), 1),
        ),
        (command(SWITCH, "on") | {"act": "reboot"}, (400, "INVALID_INPUT"), 1),
        (command(SWITCH, "on", options=[]), (400, "SCHEMA_VALIDATE"), 1),
        (command(SWITCH, "on") | {"extra": 1}, (400, "SCHEMA_VALIDATE"), 1),
        ({"id": GATEWAY}, (400, "SCHEMA_VALIDATE"), 1),
    ],
)
async def test_command_is_refused(
    caller: Caller,
    server: ThingplusSimulator,
    body: Any,
    refusal: tuple[int, str],
    faults: int,
) -> None:
    """Commands and options are those of the type."""
    assert await caller.refusal("POST", "controlActuator", json=body) == refusal
    assert not server.commands
    assert len(server.faults) == faults


@pytest.mark.parametrize(
    ("actuator_type", "cmd", "options", "status"),
    [
        ("led", "blink", {"interval": 100}, 200),
        ("led", "blink", {"interval": 99}, 400),
        ("lcd", "print", {"text": "a", "row": 11, "column": 15}, 200),
        ("lcd", "print", {"text": 5, "row": 11, "column": 15}, 400),
        ("7colorRGBLed", "cyan", {}, 200),
        ("stringActuator", "send", {"text": "hello"}, 200),
        ("temperatureController", "set", {"targetTemperature": 21.5}, 200),
        ("timer", "set", {"duration": 1.5}, 400),
        ("lockUnlock", "lock", {}, 200),
        ("camera", "snapPicture", {}, 200),
    ],
)
async def test_commands_of_types(
    caller: Caller,
    server: ThingplusSimulator,
    actuator_type: str,
    cmd: str,
    options: dict[str, Any],
    status: int,
) -> None:
    """Each type has its commands, and these their options."""
    server.add_sensor(GATEWAY, "tested", "Tested", actuator_type)
    body = command("tested", cmd, options=options)
    assert (await caller("POST", "controlActuator", json=body))[0] == status
    assert len(server.commands) == (status == 200)
