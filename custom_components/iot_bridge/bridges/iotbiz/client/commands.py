"""What devices are told: no format is defined anywhere, thus anything may come."""

from collections.abc import Mapping
import json
from typing import Any, Final

from ....wire.values import as_number, as_text
from .models import Command
from .state import is_deep

# Bytes. As JSON each may take six, and text and data of a command go together; Home
# Assistant's recorder takes events of 32 KiB.
LONGEST_COMMAND: Final = 4 * 1024


def read_command(payload: bytes) -> Command:
    """Read a command.

    Args:
        payload: As it came, not longer than `LONGEST_COMMAND`.

    Returns:
        The command. What it holds as JSON is sound: it is not nested deeply, its text
        can be written, and its numbers are neither huge nor infinite.
    """
    text = payload.decode(errors="replace")
    try:
        data = json.loads(text)
    except ValueError, RecursionError:
        data = None
    return Command(text=text, data=None if is_deep(data) else _sound(data))


def _sound(value: Any) -> Any:
    match value:
        case dict():
            return _sound_object(value)
        case list():
            return [_sound(one) for one in value]
        case bool():
            return value
        case str():
            return as_text(value)
        case _:
            return as_number(value)


def _sound_object(members: Mapping[str, Any]) -> dict[str, Any]:
    return {as_text(key) or "": _sound(value) for key, value in members.items()}
