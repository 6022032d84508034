"""What the machines of IoTBiz' demo workshop measure; it depends on the time alone."""

from collections.abc import Callable, Mapping
from math import pi, sin
from typing import Any, Final

PRESS: Final = "Press"
SILO: Final = "Silo"
LATHE: Final = "Lathe"
# On somebody else's platform
FORKLIFT: Final = "Forklift"
COMPRESSOR: Final = "Compressor"

_MINUTE: Final = 60
_SECONDS_PER_STROKE: Final = 4
_STROKES_PER_DAY: Final = 86_400 // _SECONDS_PER_STROKE
_TONNES: Final = 24.0
_ORDERS: Final = ("Hinges", "Brackets", "Washers")

type Measured = dict[str, Any]


def measure(machine: str, seconds: float, *, is_running: bool = True) -> Measured:
    """Return what a machine measures.

    Args:
        machine: One of those above.
        seconds: Since 1970.
        is_running: Whether its program runs; only then does it work.
    """
    return _MEASURES[machine](seconds, is_running)


def _press(seconds: float, is_running: bool) -> Measured:
    load = round(62 + 14 * _wave(seconds, 1.5) + 3 * _wave(seconds, 0.4), 1)
    return {
        "temperature": round(44 + 5 * _wave(seconds, 11) + 2 * _wave(seconds, 3), 1),
        "strokes": int(seconds / _SECONDS_PER_STROKE) % _STROKES_PER_DAY,
        "guardClosed": is_running or seconds % 20 < 10,
        "order": _ORDERS[int(seconds // (20 * _MINUTE)) % len(_ORDERS)],
        "motor": {
            "rpm": round(1450 - 0.6 * load) if is_running else 0,
            "load": load if is_running else 0.0,
        },
    }


def _silo(seconds: float, _: bool) -> Measured:
    # Filled for six minutes in each hour, emptied for the rest of it.
    minute = seconds / _MINUTE % 60
    is_filling = minute < 6
    level = 20 + 70 * (minute / 6 if is_filling else (60 - minute) / 54)
    return {
        "fill_level": round(level, 1),
        "weight": round(_TONNES * level / 100, 2),
        "filling": is_filling,
        "content": "Granulate",
    }


def _lathe(seconds: float, is_running: bool) -> Measured:
    return {
        "spindle": {"speed": round(820 + 60 * _wave(seconds, 2)) if is_running else 0},
        "coolant": is_running,
        "job": "Shaft 7",
    }


def _forklift(seconds: float, _: bool) -> Measured:
    return {
        "battery": round(65 + 30 * _wave(seconds, 90)),
        "loaded": int(seconds / _MINUTE) % 3 == 0,
    }


def _compressor(seconds: float, _: bool) -> Measured:
    return {
        "pressure": round(7.5 + 0.8 * _wave(seconds, 4), 2),
        "oil": "Good",
    }


def _wave(seconds: float, minutes: float) -> float:
    """Return -1 to 1, once to and fro in some minutes."""
    return sin(seconds / (minutes * _MINUTE) * 2 * pi)


_MEASURES: Final[Mapping[str, Callable[[float, bool], Measured]]] = {
    PRESS: _press,
    SILO: _silo,
    LATHE: _lathe,
    FORKLIFT: _forklift,
    COMPRESSOR: _compressor,
}
