"""How a kind of eWeLink device (uiid) reads and writes its parameters.

The same parameter means different things on different products: `switch` is a
relay on a plug and a contact on a door sensor, `power` is watts on one meter
and hundredths of a watt on another. `KINDS` has one row per uiid that departs
from what the device's own parameters tell; all others are inferred.
Source: CoolKit's UIID protocol documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from .wire import NOTHING

HUNDREDTHS: Final = 0.01
TENTHS: Final = 0.1

# No mains reaches this voltage: a device that reports more reports hundredths.
_HIGHEST_VOLTAGE: Final = 1000

# Kinds of sub-devices behind a Zigbee bridge; their climate values are hundredths.
_ZIGBEE_UIIDS: Final = (range(1000, 6000), range(7000, 8000))

# The kinds whose relays drive a motor or do nothing when `workMode` is not 1.
_WORK_MODE_UIIDS: Final = frozenset({126, 165, 211})
_WORK_MODE_SWITCH: Final = 1


class SwitchForm(StrEnum):
    """The form in which a device takes and reports its relays."""

    NONE = "none"
    SINGLE = "single"  # {"switch": "on"}
    SINGLE_BOOL = "single_bool"  # {"switch": true}
    CHANNELS = "channels"  # {"switches": [{"switch": "on", "outlet": 0}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """How one device's parameters are read and written.

    Attributes:
        switch_form: The form of its relays.
        channels: How many relays it has; many report four entries whatever they have.
        all_channels: Whether a command has to name every relay (Zigbee multi-gang).
        metering_scale: What a reported power, voltage or current is multiplied by.
        climate_scale: The same for temperature and humidity.
        meanings: Parameters that mean something else here (None: nothing of ours).
        command_extras: What every switch command carries besides.
        energy_requests: What to ask for the energy of the last days, which these
            devices do not report by themselves.
    """

    switch_form: SwitchForm
    channels: int = 1
    all_channels: bool = False
    metering_scale: float = 1.0
    climate_scale: float = 1.0
    meanings: Mapping[str, str | None] = NOTHING
    command_extras: Mapping[str, Any] = NOTHING
    energy_requests: tuple[Mapping[str, Any], ...] = ()

    @property
    def outlets(self) -> tuple[int | None, ...]:
        """Return the relays: numbers, or None alone for the relay without a number."""
        match self.switch_form:
            case SwitchForm.NONE:
                return ()
            case SwitchForm.CHANNELS:
                return tuple(range(self.channels))
            case _:
                return (None,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is known of a uiid beyond what its parameters tell; None is "infer it"."""

    relays: bool = True
    channels: int | None = None
    all_channels: bool = False
    metering_scale: float | None = None
    climate_scale: float | None = None
    meanings: Mapping[str, str | None] = NOTHING
    command_extras: Mapping[str, Any] = NOTHING
    energy_requests: tuple[Mapping[str, Any], ...] = ()


_UNKNOWN: Final = Kind()
_NOT_A_RELAY: Final = Kind(relays=False)
_CONTACT: Final = Kind(relays=False, meanings={"switch": "door"})
_LOCK_CONTACT: Final = Kind(relays=False, meanings={"lock": "door"})
_ONE: Final = Kind(channels=1)
_TWO: Final = Kind(channels=2)
_THREE: Final = Kind(channels=3)
_FOUR: Final = Kind(channels=4)
_HUNDRED_DAYS: Final = ({"hundredDaysKwh": "get"},)

KINDS: Final[Mapping[int, Kind]] = {
    # Plugs and wall switches
    2: _TWO,
    3: _THREE,
    4: _FOUR,
    7: _TWO,
    8: _THREE,
    9: _FOUR,
    29: _TWO,
    30: _THREE,
    31: _FOUR,
    82: _TWO,
    83: _THREE,
    84: _FOUR,
    77: _ONE,
    78: _ONE,
    81: _ONE,
    107: _ONE,
    133: _TWO,
    138: _ONE,
    160: _ONE,
    161: _TWO,
    162: _THREE,
    165: _TWO,
    209: _ONE,
    210: _TWO,
    211: _THREE,
    212: _FOUR,
    268: _ONE,
    275: _TWO,
    2256: Kind(channels=2, all_channels=True),
    3256: Kind(channels=3, all_channels=True),
    4256: Kind(channels=4, all_channels=True),
    7029: Kind(all_channels=True),
    # Meters
    5: Kind(metering_scale=1.0, energy_requests=_HUNDRED_DAYS),
    32: Kind(metering_scale=1.0, energy_requests=_HUNDRED_DAYS),
    126: Kind(
        channels=2,
        metering_scale=HUNDREDTHS,
        energy_requests=({"getKwh_00": 2}, {"getKwh_01": 2}),
    ),
    130: Kind(channels=4, metering_scale=HUNDREDTHS),
    182: Kind(channels=1, metering_scale=1.0, energy_requests=_HUNDRED_DAYS),
    190: Kind(channels=1, metering_scale=HUNDREDTHS, command_extras={"operSide": 1}),
    226: Kind(
        metering_scale=1.0,
        meanings={"phase_0_c": "current", "phase_0_p": "power", "phase_0_v": "voltage"},
    ),
    262: Kind(channels=4, metering_scale=HUNDREDTHS),
    276: Kind(channels=1, metering_scale=HUNDREDTHS),
    277: Kind(metering_scale=HUNDREDTHS),
    7032: Kind(channels=1, metering_scale=HUNDREDTHS),
    # Climate
    15: Kind(climate_scale=1.0),
    18: Kind(climate_scale=1.0),
    181: Kind(climate_scale=1.0),
    242: Kind(climate_scale=HUNDREDTHS),
    7017: Kind(climate_scale=TENTHS),
    7033: Kind(climate_scale=1.0),
    # Contacts and other sensors whose `switch` or `lock` is no relay
    102: Kind(relays=False, meanings={"switch": "door", "battery": "battery_voltage"}),
    154: _CONTACT,
    3026: _LOCK_CONTACT,
    7003: _LOCK_CONTACT,
    # Curtains ("pause" is no state of a relay), the fan whose speed is spelt in three relays
    11: _NOT_A_RELAY,
    258: _NOT_A_RELAY,
    7034: _NOT_A_RELAY,
    34: _ONE,
}


def traits_for(uiid: int, params: Mapping[str, object]) -> Traits:
    """Tell how a device's parameters are read and written.

    Args:
        uiid: The kind of device; need not be known.
        params: The device's parameters as the cloud listed them.

    Returns:
        The row of `KINDS`, its gaps filled from the parameters.
    """
    kind = KINDS.get(uiid, _UNKNOWN)
    return Traits(
        switch_form=_switch_form(uiid, kind, params),
        channels=kind.channels or _count_channels(params),
        all_channels=kind.all_channels,
        metering_scale=_given(kind.metering_scale, _metering_scale(params)),
        climate_scale=_given(kind.climate_scale, _climate_scale(uiid)),
        meanings=kind.meanings,
        command_extras=kind.command_extras,
        energy_requests=kind.energy_requests,
    )


def _given(known: float | None, inferred: float) -> float:
    return inferred if known is None else known


def _switch_form(uiid: int, kind: Kind, params: Mapping[str, object]) -> SwitchForm:
    if not kind.relays or (
        uiid in _WORK_MODE_UIIDS
        and params.get("workMode", _WORK_MODE_SWITCH) != _WORK_MODE_SWITCH
    ):
        return SwitchForm.NONE
    if isinstance(params.get("switches"), list):
        return SwitchForm.CHANNELS
    match params.get("switch"):
        case bool():
            return SwitchForm.SINGLE_BOOL
        case str():
            return SwitchForm.SINGLE
        case _:
            return SwitchForm.NONE


def _count_channels(params: Mapping[str, object]) -> int:
    """Count an unknown device's relays by what it reports.

    Rather one too many, which the user can disable, than one that is missing.
    """
    return min(
        (
            len(entries)
            for entries in (params.get("switches"), params.get("configure"))
            if isinstance(entries, list) and entries
        ),
        default=1,
    )


def _metering_scale(params: Mapping[str, object]) -> float:
    voltage = params.get("voltage")
    if isinstance(voltage, int) and voltage >= _HIGHEST_VOLTAGE:
        return HUNDREDTHS
    return 1.0


def is_sub_device(uiid: int) -> bool:
    """Tell whether a kind of device reaches the cloud through a Zigbee bridge."""
    return any(uiid in zigbee for zigbee in _ZIGBEE_UIIDS)


def _climate_scale(uiid: int) -> float:
    return HUNDREDTHS if is_sub_device(uiid) else 1.0
