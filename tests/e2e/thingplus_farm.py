"""What the gateways of Thing+'s demo farm measure: a believable day, and again the next.

All depends on the time, and on what Home Assistant has turned on.
"""

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

type Value = float | dict[str, float]

GREENHOUSE: Final = "5ca1ab1e0001"
COLD_STORE: Final = "5ca1ab1e0002"
# The farm lies north of Berlin; degrees.
LATITUDE: Final = 52.6900
LONGITUDE: Final = 13.5900
ADDRESS: Final = "Demo farm, Barnim"

CLIMATE: Final = f"{GREENHOUSE}-climate"
GAUGE: Final = f"{GREENHOUSE}-gauge"
TRACTOR: Final = f"{GREENHOUSE}-tractor"
PUMP: Final = f"{GREENHOUSE}-pump"
LAMP: Final = f"{GREENHOUSE}-lamp"

# Device, its name
DEVICES: Final = {
    CLIMATE: "Greenhouse climate",
    GAUGE: "Rain gauge",
    TRACTOR: "Tractor",
}


@dataclass(frozen=True, slots=True)
class FarmSensor:
    """A sensor or an actuator of the farm.

    Attributes:
        id: Begins with its gateway's id.
        name: For people.
        type: In Thing+'s words.
        device: The device that it is on, None for the gateway.
    """

    id: str
    name: str
    type: str
    device: str | None = None

    @property
    def gateway(self) -> str:
        """Return the id of its gateway."""
        return self.id.partition("-")[0]


def _sensor(owner: str, name: str, kind: str, device: str | None = None) -> FarmSensor:
    return FarmSensor(f"{owner}-{kind}", name, kind, device)


SENSORS: Final = (
    _sensor(GREENHOUSE, "Temperature", "temperature", CLIMATE),
    _sensor(GREENHOUSE, "Humidity", "humidity", CLIMATE),
    _sensor(GREENHOUSE, "Light", "light", CLIMATE),
    _sensor(GREENHOUSE, "CO2", "co2", CLIMATE),
    _sensor(GREENHOUSE, "Soil", "soilMoisture", CLIMATE),
    _sensor(GREENHOUSE, "Rain", "rain", GAUGE),
    _sensor(GREENHOUSE, "Position", "location", TRACTOR),
    _sensor(GREENHOUSE, "Speed", "speed", TRACTOR),
    _sensor(GREENHOUSE, "Door", "door"),
    _sensor(COLD_STORE, "Temperature", "temperature"),
    _sensor(COLD_STORE, "Cooling", "powerControllerState"),
    _sensor(COLD_STORE, "Door", "door"),
)
ACTUATORS: Final = (
    FarmSensor(PUMP, "Irrigation pump", "powerSwitch"),
    FarmSensor(LAMP, "Grow light", "rgbLed"),
)

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
# Noon on the farm is that much before noon in Greenwich, seconds.
_SUN_IS_EARLY: Final = 13.6 / 15 * _HOUR
_SUNRISE: Final = 6.0
_SUNSET: Final = 18.0
_BRIGHTEST_LUX: Final = 38_000
_LAMP_LUX: Final = 4_200
# Water tension: the drier the soil, the higher.
_WET_CBAR: Final = 9.0

# Round the field, corner by corner: metres north and east of the farm
_FIELD: Final = ((60, 80), (560, 80), (560, 640), (60, 640))
_SECONDS_PER_SIDE: Final = 240
_METRES_PER_DEGREE: Final = 111_200


def measure(
    seconds: float, *, pump_is_on: bool = False, lamp_is_on: bool = False
) -> dict[str, Value]:
    """Return what all sensors measure, by their ids.

    Args:
        seconds: Since 1970.
        pump_is_on: Whether water runs.
        lamp_is_on: Whether the grow light shines.
    """
    hour = (seconds + _SUN_IS_EARLY) % _DAY / _HOUR
    minute = seconds // _MINUTE
    sun = _sunshine(hour) * (0.75 + 0.25 * _wave(seconds, 2.3))
    warmth = 17 + 5 * cos((hour - 15) / 24 * 2 * pi) + 4 * sun
    warmth += 0.4 * _wave(seconds, 0.7)
    # Ten minutes in each hour the door is open, the cold store's two.
    door_is_open = minute % 60 < 10
    store_is_open = minute % 30 < 2
    cold = 3.6 + 0.7 * _wave(seconds, 0.45) + (0.9 if store_is_open else 0)
    greenhouse: dict[str, Value] = {
        "temperature": round(warmth - (1.5 if door_is_open else 0), 1),
        "humidity": round(72 - 1.6 * (warmth - 17) + (9 if pump_is_on else 0), 1),
        "light": round(_BRIGHTEST_LUX * sun + 3 + (_LAMP_LUX if lamp_is_on else 0)),
        "co2": round(640 - 180 * sun + 25 * _wave(seconds, 1.1)),
        "soilMoisture": (
            _WET_CBAR if pump_is_on else round(24 + 8 * _wave(seconds, 19), 1)
        ),
        "rain": max(0, round(0.09 * _wave(seconds, 5.1) - 0.03, 2)),
        "location": _tractor(seconds),
        "speed": round(2.2 + 0.4 * _wave(seconds, 0.2), 1),
        "door": int(door_is_open),
    }
    cold_store: dict[str, Value] = {
        "temperature": round(cold, 1),
        # Of its four states: off, and on
        "powerControllerState": 3 if cold > 3.6 else 2,
        "door": int(store_is_open),
    }
    return {
        f"{owner}-{kind}": value
        for owner, values in ((GREENHOUSE, greenhouse), (COLD_STORE, cold_store))
        for kind, value in values.items()
    }


def _wave(seconds: float, hours: float) -> float:
    """Return -1 to 1, once to and fro in some hours."""
    return sin(seconds / (hours * _HOUR) * 2 * pi)


def _sunshine(hour: float) -> float:
    """Return how strong the sun is, 0 to 1."""
    if not _SUNRISE < hour < _SUNSET:
        return 0.0
    return sin((hour - _SUNRISE) / (_SUNSET - _SUNRISE) * pi)


def _tractor(seconds: float) -> dict[str, float]:
    """Return where the tractor is on its way round the field."""
    sides, on_side = divmod(seconds, _SECONDS_PER_SIDE)
    start = _FIELD[int(sides) % len(_FIELD)]
    end = _FIELD[(int(sides) + 1) % len(_FIELD)]
    part = on_side / _SECONDS_PER_SIDE
    north, east = (a + (b - a) * part for a, b in zip(start, end, strict=True))
    per_degree_east = _METRES_PER_DEGREE * cos(LATITUDE / 180 * pi)
    return {
        "lat": round(LATITUDE + north / _METRES_PER_DEGREE, 6),
        "lng": round(LONGITUDE + east / per_degree_east, 6),
        "alt": 68.0,
    }
