"""Commands to actuators; Thing+ REST API guide v2, "controlActuator"."""

from typing import Final

from .call import Call, Reply
from .query import NOTHING
from .record import ActuatorCommand
from .schema import NAME, OBJECT, TEXT, Schema, check_object
from .things import SimulatedGateway, SimulatedSensor
from .vocabulary import PROCESS_COMMAND_RESULT, ApiError, JsonObject

ACT: Final = "controlActuator"
BODY: Final[Schema] = {"id": TEXT.needed, "act": TEXT.needed, "params": OBJECT.needed}
PARAMS: Final[Schema] = {"id": TEXT.needed, "cmd": NAME.needed, "options": OBJECT}
SUCCESS: Final = "success"


def control_actuator(call: Call) -> Reply:
    """Pass a command to a gateway, and tell what it says."""
    call.check_query(NOTHING)
    body = check_object(call, call.json_object(), BODY)
    if body["act"] != ACT:
        raise call.input_error("act is unknown")
    params = check_object(call, body["params"], PARAMS, "params.")
    gateway = call.gateway_of(body["id"])
    actuator = call.sensor_of(gateway, params["id"])
    options = params.get("options", {})
    _check_command(call, actuator, params["cmd"], options)
    _ask(call, gateway)
    command = ActuatorCommand(
        gateway_id=gateway.id,
        actuator_id=actuator.id,
        cmd=params["cmd"],
        options=options,
        at=call.world.clock(),
        user=call.user.login_id,
    )
    call.world.commands.append(command)
    if actuator.on_command is not None:
        actuator.on_command(command)
    return Reply(data={"cmd": params["cmd"], "result": SUCCESS})


def _check_command(
    call: Call, actuator: SimulatedSensor, cmd: str, options: JsonObject
) -> None:
    known = actuator.sensor_type.commands.get(cmd)
    if known is None:
        raise call.input_error(f"{actuator.type} has no command {cmd}")
    for name, value in options.items():
        if name not in known:
            raise call.input_error(f"{cmd} has no option {name}")
        if not known[name].takes(value):
            raise call.input_error(f"{name} does not fit {cmd}")
    for name, option in known.items():
        if option.required and name not in options:
            raise call.input_error(f"{cmd} needs {name}")


def _ask(call: Call, gateway: SimulatedGateway) -> None:
    """Ask a gateway.

    Raises:
        ApiError: It does not answer, or cannot do it.
    """
    is_there = gateway.is_on(call.world.now_ms)
    if gateway.control_answer == "no_answer" or not is_there:
        raise ApiError(504, PROCESS_COMMAND_RESULT, "the gateway does not answer")
    if gateway.control_answer == "error":
        raise ApiError(600, PROCESS_COMMAND_RESULT, "the gateway failed")
