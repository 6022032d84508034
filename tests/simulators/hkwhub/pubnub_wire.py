"""How commands and answers look over PubNub, misspellings included.

Source: HKWHub specification, "REST API Specification (including PubNub JSON format)".
"""

from collections.abc import Iterator
from typing import Literal

from .vocabulary import SESSION_TOKEN, JsonObject

type TokenKey = Literal["SessionToken", "SesssionToken", "either"]
type ReplyForm = Literal["bare", "string"]

COMMAND = "Command"
HUB_UUID = "HKWHubUUID"
MISSPELT_TOKEN = "SesssionToken"
TOKEN_KEYS = (SESSION_TOKEN, MISSPELT_TOKEN)
ENVELOPE = frozenset({COMMAND, HUB_UUID, *TOKEN_KEYS})
# Numbers there lose digits: ids have 64 bits.
TEXTS = frozenset({"PersistentID", "DeviceIDList", "MediaUrl", "Text"})
VOLUME_COMMANDS = frozenset(
    {"get_volume", "get_volume_device", "set_volume", "set_volume_device"}
)
WITHOUT_TOKEN = frozenset({"set_party_mode", "media_list"})


def find_type_faults(message: JsonObject) -> Iterator[str]:
    """Return what is wrong with the types of a command, for people to read."""
    tokens = {message[key] for key in TOKEN_KEYS if isinstance(message.get(key), str)}
    if len(tokens) > 1:
        yield "the two spellings of the session differ"
    for name, value in message.items():
        if name in TEXTS and not isinstance(value, str):
            yield f"{name} is sent as JSON {type(value).__name__}, not as text"
        elif isinstance(value, bool) or not isinstance(value, str | int):
            yield f"{name} is sent as JSON {type(value).__name__}"


def read_params(message: JsonObject, token_key: TokenKey) -> dict[str, str]:
    """Return the parameters of a command as text, the session as `SessionToken`."""
    params = {
        name: str(value) for name, value in message.items() if name not in ENVELOPE
    }
    for key in TOKEN_KEYS if token_key == "either" else (token_key,):
        if key in message:
            params[SESSION_TOKEN] = str(message[key])
            break
    return params


def to_wire(
    command: str,
    answer: JsonObject,
    *,
    token: str | None,
    form: ReplyForm,
    device_info_as_list: bool,
) -> JsonObject:
    """Return an answer as the hub publishes it, without the hub's own id.

    Args:
        command: What is answered.
        answer: In plain types.
        token: The session.
        form: How true and numbers look.
        device_info_as_list: Whether `device_info` is answered as "device_list".
    """
    wire = dict(answer)
    if "IsPlaying" in wire and command == "is_playing":
        wire["Result"] = wire.pop("IsPlaying")
    if form == "string":
        for name in ("Result", "DeviceCount", "Volume"):
            if isinstance(wire.get(name), bool | int) and "DeviceID" not in wire:
                wire[name] = str(wire[name]).lower()
    is_slip = command == "device_info" and device_info_as_list
    wire["ResponseOf"] = "device_list" if is_slip else command
    if token is not None and command not in WITHOUT_TOKEN:
        wire[MISSPELT_TOKEN if command in VOLUME_COMMANDS else SESSION_TOKEN] = token
    return wire
