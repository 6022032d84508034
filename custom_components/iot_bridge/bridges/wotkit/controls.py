"""What the fields of a control message mean: they arrive as numbers or as text.

WoTKit API documentation, "Sensor Control Channel": its widgets send `button` "on" or
"off", a number as `slider`, and text as `message`.
"""

from collections.abc import Callable, Mapping
import math
from typing import Final

from .client import ControlMessage, FieldValue
from .const import Control

type ControlValue = bool | float | str

_ON: Final = "on"
_OFF: Final = "off"
_BUTTON_WORDS: Final[Mapping[str, bool]] = {
    **dict.fromkeys((_ON, "true", "1", "yes", "pressed"), True),
    **dict.fromkeys((_OFF, "false", "0", "no", "released"), False),
}


def read_control(control: Control, message: ControlMessage) -> ControlValue | None:
    """Return what a message says of a control, None if nothing that makes sense.

    Args:
        control: Which field.
        message: As it has arrived.
    """
    value = message.get(control.value)
    return None if value is None else _READERS[control](value)


def _button(value: FieldValue) -> bool | None:
    return _BUTTON_WORDS.get(str(value).strip().lower())


def _number(value: FieldValue) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


_READERS: Final[Mapping[Control, Callable[[FieldValue], ControlValue | None]]] = {
    Control.BUTTON: _button,
    Control.SLIDER: _number,
    Control.MESSAGE: str,
}


def button_message(on: bool) -> ControlMessage:
    """Return the message that turns something on or off."""
    return {Control.BUTTON.value: _ON if on else _OFF}
