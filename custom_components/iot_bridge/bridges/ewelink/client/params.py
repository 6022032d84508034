"""Reads a device's raw parameters into plain state, and writes state as parameters.

Raw parameters come in any subset, numbers as int, float or text, relays alone or
in a list. State is one flat mapping with one type per key, so a change on one
outlet is a change of one key:

    switch, startup, pulse, pulse_width     the relay without a number
    switch_0, startup_0, pulse_0, ...       the relay of outlet 0
    power, voltage, current                 W, V, A; with _0, _1 where metered per outlet
    energy_today                            kWh, with _0, _1 where metered per outlet
    temperature, humidity                   degrees Celsius, %
    battery, battery_voltage                %, V
    rssi                                    dBm
    led, door, motion                       on or off
    None as a value                         reported, but not a value ("unavailable")

Source: CoolKit's UIID protocol documents; eWeLink developer guide, step 6.
"""

from collections.abc import Callable, Iterator, Mapping
import math
import re
from typing import Any, Final, NamedTuple

from .traits import SwitchForm, Traits

type StateValue = bool | int | float | str | None
type Converter = Callable[[object, Traits], StateValue]

STARTUP_OPTIONS: Final = ("on", "off", "stay")

# The range that devices accept for the time until an inching relay switches back.
PULSE_WIDTH_MIN_MS: Final = 500
PULSE_WIDTH_MAX_MS: Final = 3_600_000
PULSE_WIDTH_STEP_MS: Final = 500

_ON_OFF: Final[Mapping[object, bool]] = {
    "on": True,
    "off": False,
    1: True,  # and True, which is equal to 1
    0: False,
    "1": True,
    "0": False,
}
# A day of a history: kWh in a hexadecimal byte, then two decimals. They take a byte
# each in the one form ("010209" is 1.29) and a digit each in the other ("0129").
_WIDE_DAY: Final = re.compile(r"([0-9A-Fa-f]{2})0(\d)0(\d)")
_NARROW_DAY: Final = re.compile(r"([0-9A-Fa-f]{2})(\d)(\d)")


def state_key(name: str, outlet: int | None) -> str:
    """Return the key of a state that may belong to an outlet."""
    return name if outlet is None else f"{name}_{outlet}"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _scaled(value: object, scale: float) -> float | None:
    number = _number(value)
    return None if number is None else round(number * scale, 3)


def _on_off(value: object, _: Traits) -> bool | None:
    return _ON_OFF.get(value) if isinstance(value, (str, int)) else None


def _startup(value: object, _: Traits) -> str | None:
    return value if isinstance(value, str) and value in STARTUP_OPTIONS else None


def _whole(value: object, _: Traits) -> int | None:
    number = _number(value)
    return None if number is None else round(number)


def _plain(value: object, _: Traits) -> float | None:
    return _number(value)


def _metering(value: object, traits: Traits) -> float | None:
    return _scaled(value, traits.metering_scale)


def _climate(value: object, traits: Traits) -> float | None:
    return _scaled(value, traits.climate_scale)


def _hundredths(value: object, _: Traits) -> float | None:
    return _scaled(value, 0.01)


def _newest(day: re.Pattern[str], value: object) -> float | None:
    """Read today's energy out of a history, in which the newest day comes first."""
    if not isinstance(value, str) or not (today := day.match(value)):
        return None
    return int(today[1], 16) + int(today[2]) / 10 + int(today[3]) / 100


class Reader(NamedTuple):
    """The state that a raw parameter gives."""

    key: str
    convert: Converter


class EntryReader(NamedTuple):
    """The state that one field of an outlet's entry gives."""

    key: str
    field: str
    convert: Converter


READERS: Final[Mapping[str, Reader]] = {
    "startup": Reader("startup", _startup),
    "pulse": Reader("pulse", _on_off),
    "pulseWidth": Reader("pulse_width", _whole),
    "sledOnline": Reader("led", _on_off),
    "door": Reader("door", _on_off),
    "motion": Reader("motion", _on_off),
    "rssi": Reader("rssi", _whole),
    "subDevRssi": Reader("rssi", _whole),
    "battery": Reader("battery", _plain),
    "battery_voltage": Reader("battery_voltage", _plain),
    "power": Reader("power", _metering),
    "voltage": Reader("voltage", _metering),
    "current": Reader("current", _metering),
    **{
        f"kwhHistories_0{outlet}": Reader(
            state_key("energy_today", outlet),
            lambda value, _: _newest(_NARROW_DAY, value),
        )
        for outlet in range(4)
    },
    **{
        f"{raw}_0{outlet}": Reader(state_key(name, outlet), _metering)
        for raw, name in (
            ("actPow", "power"),
            ("voltage", "voltage"),
            ("current", "current"),
        )
        for outlet in range(4)
    },
    "dayKwh": Reader("energy_today", _hundredths),
    "hundredDaysKwhData": Reader(
        "energy_today", lambda value, _: _newest(_WIDE_DAY, value)
    ),
    "temperature": Reader("temperature", _climate),
    "currentTemperature": Reader("temperature", _climate),
    "humidity": Reader("humidity", _climate),
    "currentHumidity": Reader("humidity", _climate),
}

ENTRY_READERS: Final[Mapping[str, tuple[EntryReader, ...]]] = {
    "switches": (EntryReader("switch", "switch", _on_off),),
    "configure": (EntryReader("startup", "startup", _startup),),
    "pulses": (
        EntryReader("pulse", "pulse", _on_off),
        # The documents' table says pulseWidth, their examples and the devices say width.
        EntryReader("pulse_width", "width", _whole),
        EntryReader("pulse_width", "pulseWidth", _whole),
    ),
}

_RELAY: Final = Reader("switch", _on_off)
_SINGLE_FORMS: Final = frozenset({SwitchForm.SINGLE, SwitchForm.SINGLE_BOOL})


def read_params(params: Mapping[str, Any], traits: Traits) -> dict[str, StateValue]:
    """Read raw parameters into state.

    Args:
        params: Any subset of a device's parameters.
        traits: How this device's parameters are read.

    Returns:
        State by key, see the module's text. Parameters without a meaning here are
        left out; a value that is none ("unavailable", garbage) is None.
    """
    state: dict[str, StateValue] = {}
    for raw, value in params.items():
        name = traits.meanings.get(raw, raw)
        if name is None:
            continue
        if (reader := READERS.get(name)) is not None:
            state[reader.key] = reader.convert(value, traits)
        elif name == "switch" and traits.switch_form in _SINGLE_FORMS:
            state[_RELAY.key] = _RELAY.convert(value, traits)
        elif name in ENTRY_READERS and traits.switch_form is SwitchForm.CHANNELS:
            state.update(_read_entries(value, ENTRY_READERS[name], traits))
    return state


def _read_entries(
    entries: object, readers: tuple[EntryReader, ...], traits: Traits
) -> Iterator[tuple[str, StateValue]]:
    for entry in entries if isinstance(entries, list) else ():
        match entry:
            case {"outlet": int(outlet), **fields} if 0 <= outlet < traits.channels:
                for reader in readers:
                    if reader.field in fields:
                        yield (
                            state_key(reader.key, outlet),
                            reader.convert(fields[reader.field], traits),
                        )


def write_param(
    traits: Traits,
    state: Mapping[str, StateValue],
    name: str,
    outlet: int | None,
    value: StateValue,
) -> dict[str, Any]:
    """Write one state as the parameters of a command.

    Args:
        traits: How this device's parameters are written.
        state: The device's state, for what a command has to repeat.
        name: The state's name without the outlet: switch, startup, pulse, pulse_width, led.
        outlet: The outlet, None for the relay without a number.
        value: The new value: on or off as bool, a startup option, a width in milliseconds.

    Returns:
        The parameters that set this state and no other.
    """
    if outlet is None:
        return {**_SINGLE_NAMES[name](traits, value), **_extras(traits, name)}
    list_name, entry = _CHANNEL_ENTRIES[name](state, outlet, value)
    entries = [entry]
    if name == "switch" and traits.all_channels:
        # All channels belong into the command, but a guess would switch one.
        entries = [
            entry if other == outlet else _switch_entry(state, other)
            for other in range(traits.channels)
            if other == outlet or state.get(state_key("switch", other)) is not None
        ]
    return {list_name: entries, **_extras(traits, name)}


def _extras(traits: Traits, name: str) -> Mapping[str, Any]:
    return traits.command_extras if name == "switch" else {}


def _word(value: StateValue) -> str:
    return "on" if value else "off"


def _switch_entry(state: Mapping[str, StateValue], outlet: int) -> dict[str, Any]:
    return {"switch": _word(state.get(state_key("switch", outlet))), "outlet": outlet}


def _pulse_entry(
    state: Mapping[str, StateValue], outlet: int, **change: StateValue
) -> tuple[str, dict[str, Any]]:
    """An outlet's inching is set as a whole: what does not change is repeated."""
    pulse = change.get("pulse", state.get(state_key("pulse", outlet)))
    width = change.get("width", state.get(state_key("pulse_width", outlet)))
    return "pulses", {
        "pulse": _word(pulse),
        "width": width or PULSE_WIDTH_MIN_MS,
        "outlet": outlet,
    }


_SINGLE_NAMES: Final[Mapping[str, Callable[[Traits, StateValue], dict[str, Any]]]] = {
    "switch": lambda traits, value: {
        "switch": bool(value)
        if traits.switch_form is SwitchForm.SINGLE_BOOL
        else _word(value)
    },
    "startup": lambda _, value: {"startup": value},
    "pulse": lambda _, value: {"pulse": _word(value)},
    "pulse_width": lambda _, value: {"pulseWidth": value},
    "led": lambda _, value: {"sledOnline": _word(value)},
}

_CHANNEL_ENTRIES: Final[
    Mapping[
        str,
        Callable[
            [Mapping[str, StateValue], int, StateValue], tuple[str, dict[str, Any]]
        ],
    ]
] = {
    "switch": lambda _, outlet, value: (
        "switches",
        {"switch": _word(value), "outlet": outlet},
    ),
    "startup": lambda _, outlet, value: (
        "configure",
        {"startup": value, "outlet": outlet},
    ),
    "pulse": lambda state, outlet, value: _pulse_entry(state, outlet, pulse=value),
    "pulse_width": lambda state, outlet, value: _pulse_entry(
        state, outlet, width=value
    ),
}
