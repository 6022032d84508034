"""The types of sensors and actuators, as `/sensorTypes` tells them.

Source: English list of sensor types and data of the vendor's embedded test app.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from .vocabulary import JsonObject

type ValueKind = Literal["number", "string", "object", "boolean"]

MADE_AT: Final = "1431416762406"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a command.

    Attributes:
        kind: "integer", "number" or "string".
        low: The least number.
        high: The greatest number.
        required: Whether the command needs it.
    """

    kind: Literal["integer", "number", "string"]
    low: float | None = None
    high: float | None = None
    required: bool = False

    def takes(self, value: object) -> bool:
        """Return whether a value fits."""
        if self.kind == "string":
            return isinstance(value, str)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if self.kind == "integer" and not isinstance(value, int):
            return False
        return (self.low is None or value >= self.low) and (
            self.high is None or value <= self.high
        )

    def to_json(self) -> JsonObject:
        """Return what the server tells of it."""
        limits = {"min": self.low, "max": self.high}
        given = {name: limit for name, limit in limits.items() if limit is not None}
        return {"type": self.kind, **given, "required": self.required}


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorType:
    """A type.

    Attributes:
        id: Its name.
        kind: Of the values.
        unit: Of numbers; "" for none.
        decimals: Digits that numbers are shown with.
        values: All that there are, where they are few.
        texts: What people read for them.
        keys: What a value that is an object must have.
        optional_keys: What it may have besides.
        cumulative: A hint for charts.
        commands: Of actuators: options by command.
    """

    id: str
    kind: ValueKind = "number"
    unit: str = ""
    decimals: int = 0
    values: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    optional_keys: tuple[str, ...] = ()
    cumulative: bool = False
    commands: Mapping[str, Mapping[str, Option]] = field(default_factory=dict)

    @property
    def category(self) -> str:
        """Return "actuator" or "sensor"."""
        return "actuator" if self.commands else "sensor"

    def takes(self, value: object) -> bool:
        """Return whether a value of a series fits."""
        if self.commands:
            return False
        if self.kind == "object":
            return isinstance(value, dict) and set(self.keys) <= value.keys() <= {
                *self.keys,
                *self.optional_keys,
            }
        if not isinstance(value, str):
            return False
        if self.kind == "number":
            return _is_number(value)
        return not self.values or value in self.values

    def to_json(self) -> JsonObject:
        """Return what the server tells of it."""
        body: JsonObject = {"id": self.id, "category": self.category, "type": self.kind}
        if self.unit:
            body["unit"] = self.unit
        if self.kind == "number":
            body["decimalPlace"] = self.decimals
        if self.values:
            body["values"] = list(self.values)
            body["displayValues"] = list(self.texts)
        if self.commands:
            body["commands"] = {
                command: {name: option.to_json() for name, option in options.items()}
                for command, options in self.commands.items()
            }
        else:
            data_type = "series" if self.kind == "number" else "event"
            body["chart"] = {"dataType": data_type, "cumulative": self.cumulative}
        return {**body, "mtime": MADE_AT, "ctime": MADE_AT}


def _is_number(text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return number - number == 0


# Name, unit, digits
NUMBERS: Final = (
    ("temperature", "°C", 1),
    ("soilTemperature", "°C", 1),
    ("humidity", "%", 1),
    ("percent", "%", 1),
    ("precipitationProbability", "%", 0),
    ("batteryGauge", "%", 0),
    ("soilMoisture", "cbar", 1),
    ("light", "lux", 0),
    ("co2", "ppm", 0),
    ("co", "ppm", 1),
    ("voc", "ppm", 2),
    ("no2", "ppm", 3),
    ("o3", "ppm", 3),
    # With the micro sign, U+00B5
    ("dust", "\u00b5g/m³", 1),
    ("density", "g/m³", 1),
    ("power", "kWh", 2),
    ("electricEnergy", "kWh", 2),
    ("electricPower", "W", 1),
    ("wattage", "kW", 2),
    ("current", "A", 2),
    ("voltage", "V", 1),
    ("frequency", "Hz", 1),
    ("powerFactor", "pf", 2),
    ("pressure", "bar", 3),
    ("noise", "dB", 1),
    ("windSpeed", "m/s", 1),
    ("rain", "mm/min", 2),
    ("speed", "m/s", 1),
    ("sSpeed", "mm/s", 1),
    ("weight", "g", 1),
    ("length", "mm", 1),
    ("linearDisplacement", "mm", 1),
    ("distance", "m", 1),
    ("timeDuration", "sec", 0),
    ("ph", "pH", 2),
    ("conductivity", "dS/m", 2),
    ("solarRadiation", "\u00b5mol/m²/s", 1),
    ("ultraviolet-b", "W/m²", 2),
    ("rssi", "", 0),
    ("count", "ea", 0),
    ("countEvent", "ea", 0),
    ("stepCount", "walks", 0),
    ("rotaryAngle", "°", 1),
    ("vibration", "V", 2),
    ("strain", "um/m", 1),
    ("number", "", 2),
    ("dissolvedOxygen", "mg/L", 2),
    ("durationPower", "Wh", 1),
    ("volume", "L", 1),
)
CUMULATIVE: Final = ("power", "electricEnergy", "electricPower", "wattage")
# Name, texts of "0", "1" and so on
STATES: Final = (
    ("onoff", ("off", "on")),
    ("motion", ("none", "detected")),
    ("door", ("closed", "opened")),
    ("parkingStatus", ("empty", "occupied")),
    ("crackDetection", ("none", "crack")),
    ("powerControllerState", ("overload off", "standby off", "off", "on")),
    ("sleepStage", ("AWAKE", "REM", "LIGHT", "DEEP")),
)
# Name, keys that must be there, keys that may
OBJECTS: Final = (
    ("location", ("lat", "lng"), ("alt",)),
    ("accelerometer", ("x", "y", "z"), ()),
    ("color", ("r", "g", "b"), ()),
    ("complex", ("0",), ("1", "2")),
    ("tag", ("state", "reader"), ()),
    ("reader", ("state", "tag"), ()),
)
WIND_NAMES: Final = (
    *("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE"),
    *("S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"),
)
_DURATION: Final = {"duration": Option(kind="integer", low=0)}
_BLINK: Final = {
    **_DURATION,
    "interval": Option(kind="integer", low=100, high=10_000_000, required=True),
}
_RGB: Final = {
    color: Option(kind="integer", low=0, high=255, required=True)
    for color in ("red", "green", "blue")
}
_ROW: Final = Option(kind="integer", low=0, high=11, required=True)
_TEXT: Final = Option(kind="string", required=True)
_NUMBER: Final = Option(kind="number", required=True)
_IR: Final[Mapping[str, Mapping[str, Option]]] = {"on": {}, "off": {}}
ACTUATORS: Final[Mapping[str, Mapping[str, Mapping[str, Option]]]] = {
    "powerSwitch": {"on": _DURATION, "off": {}},
    "led": {"on": _DURATION, "blink": _BLINK, "off": {}},
    "buzzer": {"on": _DURATION, "off": {}},
    "rgbLed": {"on": _RGB, "off": {}},
    "7colorRGBLed": {
        color: {}
        for color in (
            *("red", "green", "blue", "magenta", "yellow", "cyan", "white"),
            "off",
        )
    },
    "lcd": {
        "print": {
            "text": _TEXT,
            "row": _ROW,
            "column": Option(kind="integer", low=0, high=15, required=True),
        },
        "clear": {"row": _ROW},
    },
    "stringActuator": {"send": {"text": _TEXT}},
    "powerController": {
        **{name: {} for name in ("on", "off", "get", "reset")},
        "set": {"standBy": _NUMBER},
    },
    "temperatureController": {
        "set": {
            "targetTemperature": _NUMBER,
            "coolingDeviation": Option(kind="number"),
            "heatingDeviation": Option(kind="number"),
        },
        "get": {},
    },
    "waterController": {"set": {"value": _NUMBER}},
    "lockUnlock": {"lock": {}, "unlock": {}},
    "timer": {"set": {"duration": Option(kind="integer", low=0, required=True)}},
    "camera": {"snapPicture": {}},
    "electricFan": _IR,
    "airConditioner": _IR,
    "television": _IR,
    "airPurifier": _IR,
}


def _number(name: str, unit: str, decimals: int) -> SensorType:
    return SensorType(
        id=name, unit=unit, decimals=decimals, cumulative=name in CUMULATIVE
    )


def _all_types() -> dict[str, SensorType]:
    wind = SensorType(
        id="windVane",
        unit="degrees",
        decimals=1,
        values=tuple(f"{index * 22.5:g}" for index in range(16)),
        texts=WIND_NAMES,
    )
    types = [
        *(_number(*row) for row in NUMBERS),
        wind,
        *(
            SensorType(
                id=name,
                kind="boolean",
                values=tuple(str(index) for index in range(len(texts))),
                texts=texts,
            )
            for name, texts in STATES
        ),
        SensorType(id="string", kind="string"),
        SensorType(id="state", kind="string"),
        *(
            SensorType(id=name, kind="object", keys=keys, optional_keys=optional)
            for name, keys, optional in OBJECTS
        ),
        *(
            SensorType(id=name, kind="object", commands=commands)
            for name, commands in ACTUATORS.items()
        ),
    ]
    return {kind.id: kind for kind in types}


SENSOR_TYPES: Final[Mapping[str, SensorType]] = _all_types()
