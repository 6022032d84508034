"""What a platform does with a message that its broker forwards.

Source: README "Private API"; protocols/iotbiz.md C1 "Private API", as the code has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from typing import Any, Final

from .packets import Message
from .world import Generation, World

# Bytes. Nothing documents a limit; no honest state is near to it.
LONGEST_STATE: Final = 32 * 1024

STATUS_KEYS: Final[Mapping[Generation, tuple[str, ...]]] = {
    "seed": ("status",),
    "late": ("agentStatus", "programStatus"),
}


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """The answer to the broker.

    Attributes:
        status: The HTTP status.
        text: The body.
    """

    status: int
    text: str = ""


def take_message(world: World, message: Message) -> HookAnswer:
    """Take a message on `devices/out/#`; what is wrong is a fault of the client.

    The name of the sender is taken from the topic: the broker sees to it that nobody
    publishes to the topics of others.
    """
    parts = message.topic.split("/")
    device_id = parts[3] if len(parts) > 3 else ""
    device = world.devices.get(device_id)
    if device is None:
        return _refusal(world, message, 403, f"Device {device_id} not in database.")
    if message.topic == f"devices/out/{device.customer_id}/{device_id}/supervisor":
        device.supervisor.append(message.payload.decode(errors="replace"))
        return HookAnswer(403, f"Invalid topic {message.topic}")
    if message.topic != device.state_topic:
        return _refusal(world, message, 403, f"Invalid topic {message.topic}")
    if len(message.payload) > LONGEST_STATE:
        world.note_fault(f"{message.topic}: {len(message.payload)} bytes")
    state = _object(message.payload)
    if state is None:
        return _refusal(world, message, 403, "Payload is not a valid json.")
    missing = [key for key in STATUS_KEYS[world.generation] if key not in state]
    if missing:
        world.note_fault(f"{message.topic}: there is no {', '.join(missing)}")
        return HookAnswer(400, "Error while updating the device.")
    world.add_row(device_id, state)
    return HookAnswer(200)


def _refusal(world: World, message: Message, status: int, text: str) -> HookAnswer:
    world.note_fault(f"{message.topic}: {text}")
    return HookAnswer(status, text)


def _object(payload: bytes) -> dict[str, Any] | None:
    try:
        state = json.loads(payload)
    except ValueError:
        return None
    return state if isinstance(state, dict) else None
