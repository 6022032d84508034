"""What Thing+'s actuators can be told, and what that is in Home Assistant.

Thing+ guide, "Sensor types", actuators and their commands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from homeassistant.components.button import ButtonEntityDescription
from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, Platform, UnitOfTemperature, UnitOfTime

from .client import SensorType

# Types that are on or off, and are told so in these words
SWITCH_TYPES: Final = frozenset({"powerSwitch", "powerController"})
SIREN_TYPE: Final = "buzzer"

# Types of lights: whether they have colours.
LIGHT_TYPES: Final[Mapping[str, bool]] = MappingProxyType(
    {"led": False, "rgbLed": True}
)

# Types that are told one of some words
SELECT_TYPES: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "7colorRGBLed": (
            "red",
            "green",
            "blue",
            "magenta",
            "yellow",
            "cyan",
            "white",
            "off",
        )
    }
)

LOCK_TYPE: Final = "lockUnlock"
DISPLAY_TYPE: Final = "lcd"
TEXT_TYPE: Final = "stringActuator"
# The command that numbers are told with
SET: Final = "set"
# Far more than anything is set to
_ANY: Final = 1_000_000.0


@dataclass(frozen=True, kw_only=True)
class ThingplusNumberDescription(NumberEntityDescription):
    """A number that an actuator is told with `set`; its key is the option's name."""


def _temperature(option: str, least: float, most: float) -> ThingplusNumberDescription:
    is_target = option == "targetTemperature"
    return ThingplusNumberDescription(
        key=option,
        device_class=(
            NumberDeviceClass.TEMPERATURE
            if is_target
            else NumberDeviceClass.TEMPERATURE_DELTA
        ),
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        native_min_value=least,
        native_max_value=most,
        native_step=0.1,
        entity_category=None if is_target else EntityCategory.CONFIG,
    )


def _plain_number(
    option: str, category: EntityCategory | None = None
) -> ThingplusNumberDescription:
    """Return a number of which nobody says what it is."""
    return ThingplusNumberDescription(
        key=option,
        native_min_value=-_ANY,
        native_max_value=_ANY,
        native_step=0.01,
        mode=NumberMode.BOX,
        entity_category=category,
    )


NUMBERS: Final[Mapping[str, Sequence[ThingplusNumberDescription]]] = MappingProxyType(
    {
        "temperatureController": (
            _temperature("targetTemperature", -50, 150),
            _temperature("coolingDeviation", 0, 50),
            _temperature("heatingDeviation", 0, 50),
        ),
        "powerController": (_plain_number("standBy", EntityCategory.CONFIG),),
        "timer": (
            ThingplusNumberDescription(
                key="duration",
                device_class=NumberDeviceClass.DURATION,
                native_unit_of_measurement=UnitOfTime.SECONDS,
                native_min_value=0,
                native_max_value=86_400,
                native_step=1,
            ),
        ),
    }
)


def _button(
    command: str, category: EntityCategory | None = None
) -> ButtonEntityDescription:
    return ButtonEntityDescription(key=command, entity_category=category)


# Commands without options that are no state, by type
BUTTONS: Final[Mapping[str, Sequence[ButtonEntityDescription]]] = MappingProxyType(
    {
        "powerController": (
            _button("get", EntityCategory.DIAGNOSTIC),
            _button("reset", EntityCategory.CONFIG),
        ),
        "temperatureController": (_button("get", EntityCategory.DIAGNOSTIC),),
        "camera": (_button("snapPicture"),),
        DISPLAY_TYPE: (_button("clear"),),
    }
)

# Options that a button's command cannot do without, by type and command
FIXED_OPTIONS: Final[Mapping[tuple[str, str], Mapping[str, int]]] = MappingProxyType(
    # The first row
    {(DISPLAY_TYPE, "clear"): {"row": 0}}
)

_BY_PLATFORM: Final[Mapping[Platform, frozenset[str]]] = MappingProxyType(
    {
        Platform.SWITCH: SWITCH_TYPES,
        Platform.LIGHT: frozenset(LIGHT_TYPES),
        Platform.SELECT: frozenset(SELECT_TYPES),
        Platform.SIREN: frozenset({SIREN_TYPE}),
        Platform.LOCK: frozenset({LOCK_TYPE}),
        Platform.NOTIFY: frozenset({DISPLAY_TYPE}),
        Platform.TEXT: frozenset({TEXT_TYPE}),
        Platform.NUMBER: frozenset(NUMBERS),
        Platform.BUTTON: frozenset(BUTTONS),
    }
)
_KNOWN: Final = frozenset[str]().union(*_BY_PLATFORM.values())


def platforms_of(type_name: str) -> Iterator[Platform]:
    """Yield the platforms that actuators of a type may have entities on."""
    if not is_tabled(type_name):
        # What their commands are, the server says.
        yield Platform.BUTTON
        yield Platform.NUMBER
    for platform, types in _BY_PLATFORM.items():
        if type_name in types:
            yield platform


def is_tabled(type_name: str) -> bool:
    """Return whether a type of actuators is in the tables."""
    return type_name in _KNOWN


def buttons_of(
    type_name: str, known: SensorType | None
) -> Iterator[ButtonEntityDescription]:
    """Yield the buttons of a type of actuators.

    Args:
        type_name: The type. What is in no table, as remote controls of television
            sets, gets a button for each command that has no options.
        known: What the server says of it.
    """
    yield from BUTTONS.get(type_name, ())
    if not is_tabled(type_name) and known is not None:
        for command, options in known.commands.items():
            if not options:
                yield _button(command)


def numbers_of(
    type_name: str, known: SensorType | None
) -> Iterator[ThingplusNumberDescription]:
    """Yield the numbers that a type of actuators is told.

    Args:
        type_name: The type. What is in no table, as "waterController", gets one for
            each option of its command "set".
        known: What the server says of it.
    """
    yield from NUMBERS.get(type_name, ())
    if not is_tabled(type_name) and known is not None:
        for option in known.commands.get(SET, ()):
            yield _plain_number(option)
