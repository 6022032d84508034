"""What a device takes as a command, and what it refuses.

The ranges are those of the eWeLink device protocol documents.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .catalogue import ALL_CHANNELS_UIIDS
from .params import outlets
from .refusal import Refusal

type Rule = Callable[[Any], bool]


def one_of(*allowed: object) -> Rule:
    """Allow some values; `True` is not taken for 1."""
    return lambda value: any(
        type(value) is type(choice) and value == choice for choice in allowed
    )


def number(low: int, high: int, step: int = 1) -> Rule:
    """Allow whole numbers of a range, both ends included."""
    return lambda value: (
        type(value) is int and low <= value <= high and (value - low) % step == 0
    )


ON_OFF = one_of("on", "off")
WIDTH = number(500, 3_600_000, 500)
RULES: dict[str, Rule] = {
    "switch": ON_OFF,
    "startup": one_of("on", "off", "stay"),
    "pulse": ON_OFF,
    "pulseWidth": WIDTH,
    "sledOnline": ON_OFF,
    "lock": one_of(0, 1),
    "relaySeparation": one_of(0, 1),
    "state": ON_OFF,
    "colorR": number(0, 255),
    "colorG": number(0, 255),
    "colorB": number(0, 255),
}
CURTAIN: dict[str, Rule] = {
    "switch": one_of("on", "off", "pause"),
    "setclose": number(0, 100),
}
RULES_BY_UIID: dict[int, dict[str, Rule]] = {
    11: CURTAIN,
    36: {"bright": number(10, 100)},
    44: {"brightness": number(0, 100)},
    225: {"switch": one_of(True, False)},
    226: {"switch": one_of(True, False)},
    258: CURTAIN,
    277: {"brightness": number(1, 100)},
    7027: {"switch": one_of(True, False)},
    7034: CURTAIN,
}
CHANNEL_RULES: dict[str, dict[str, Rule]] = {
    "switches": {"switch": ON_OFF},
    "configure": {"startup": RULES["startup"]},
    "pulses": {"pulse": ON_OFF, "width": WIDTH, "switch": ON_OFF},
}
# The documents send these together, a device refuses them alone (uiid 44).
DIMMER_KEYS = frozenset({"switch", "brightness", "mode"})


def check_command(
    uiid: int | None, present: Mapping[str, Any], command: Mapping[str, Any]
) -> None:
    """Check a command the way the device does.

    Args:
        uiid: Kind of the device.
        present: Parameters the device has.
        command: Parameters of the command.

    Raises:
        Refusal: 400 for a malformed command, 422 for a value out of range.
    """
    _check_form(uiid, present, command)
    rules = RULES | RULES_BY_UIID.get(uiid or 0, {})
    for name, value in command.items():
        if name in CHANNEL_RULES:
            _check_channels(name, value, outlets(present))
        elif name in rules and not rules[name](value):
            raise _out_of_range(name, value)


def _check_form(
    uiid: int | None, present: Mapping[str, Any], command: Mapping[str, Any]
) -> None:
    if "switches" in present and "switch" in command and "switch" not in present:
        raise _malformed("`switch` sent to a device with `switches`")
    if "switch" in present and "switches" in command and "switches" not in present:
        raise _malformed("`switches` sent to a device with `switch`")
    for name in CHANNEL_RULES.keys() & command.keys():
        entries = command[name]
        if not isinstance(entries, list) or not entries:
            raise _malformed(f"`{name}` is no list of channels")
        if not all(_is_channel(entry) for entry in entries):
            raise _malformed(f"`{name}` has an entry without a whole number `outlet`")
    if uiid in ALL_CHANNELS_UIIDS and "switches" in command:
        named = {entry["outlet"] for entry in command["switches"]}
        if not named >= outlets(present):
            raise _malformed(f"`switches` of uiid {uiid} without all channels")
    if uiid == 44 and "brightness" in command and not command.keys() >= DIMMER_KEYS:
        raise _malformed("`brightness` of uiid 44 without `mode` and `switch`")


def _is_channel(entry: object) -> bool:
    return isinstance(entry, dict) and type(entry.get("outlet")) is int


def _check_channels(name: str, entries: list[Any], known: set[int]) -> None:
    rules = CHANNEL_RULES[name]
    for entry in entries:
        if entry["outlet"] not in known:
            raise _out_of_range(f"{name}.outlet", entry["outlet"])
        if name == "switches" and "switch" not in entry:
            raise _malformed("`switches` has an entry without `switch`")
        for member, value in entry.items():
            if member in rules and not rules[member](value):
                raise _out_of_range(f"{name}.{member}", value)


def _malformed(text: str) -> Refusal:
    return Refusal(400, "params error", fault=f"command: {text}")


def _out_of_range(name: str, value: object) -> Refusal:
    return Refusal(
        422, "value out of range", fault=f"command: `{name}` out of range: {value!r}"
    )
