"""What WoTKit's weather station measures: a believable day, and again the next one.

All depends on the time alone, so that a second run tells the same of the past.
"""

from collections.abc import Mapping
from math import cos, exp, pi, sin
from typing import Final

_DAY: Final = 86_400
_HOUR: Final = 3600
# Vancouver's noon is that much after noon in Greenwich, seconds.
_SUN_IS_LATE: Final = 123.1 / 15 * _HOUR
_SUNRISE: Final = 6.0
_SUNSET: Final = 18.0
_PEAK_WATTS: Final = 310.0

# Above which km/h the wind is called what
_WINDS: Final = ((19.0, "Windy"), (11.0, "Breezy"), (0.0, "Calm"))


def weather_at(seconds: float) -> Mapping[str, float | str]:
    """Return what the station measures, by the names of its fields.

    Args:
        seconds: Since 1970.
    """
    days, of_day = divmod(seconds - _SUN_IS_LATE, _DAY)
    hour = of_day / _HOUR
    clouds = 0.5 + 0.5 * _wave(seconds, 5.3, 1.7)
    sun = _sunshine(hour) * (1 - 0.45 * clouds)
    temperature = (
        14.0
        # Warmest at three in the afternoon
        + 6.5 * cos((hour - 15) / 24 * 2 * pi)
        + 1.2 * _wave(seconds, 31)
        + 0.4 * _wave(seconds, 0.8)
    )
    wind = 11 + 6 * _wave(seconds, 7.7) + 4 * _wave(seconds, 0.35, 0.4)
    return {
        "temperature": round(temperature, 1),
        "humidity": round(66 - 3.1 * (temperature - 14) + 4 * _wave(seconds, 3.1)),
        "pressure": round(1014 + 6 * _wave(seconds, 71) + 0.6 * _wave(seconds, 4.4), 1),
        "wind": round(max(wind, 0), 1),
        "rain": round(1.4 * _share(hour, 3, 5.5), 1),
        "battery": round(3.7 + 0.2 * _share(hour, _SUNRISE, _SUNSET), 2),
        "solar": round(_PEAK_WATTS * sun),
        "energy": round(_kilowatt_hours(days, hour), 2),
        "co2": round(420 + 18 * _wave(seconds, 9.1)),
        "light": round(62_000 * sun + 3),
        "gadgets": 7,
        "note": next(word for speed, word in _WINDS if max(wind, 0) >= speed),
    }


def _wave(seconds: float, hours: float, shift: float = 0.0) -> float:
    """Return -1 to 1, once to and fro in some hours."""
    return sin(seconds / (hours * _HOUR) * 2 * pi + shift)


def _share(hour: float, start: float, end: float) -> float:
    """Return how much of a stretch of the day is over, 0 to 1."""
    return min(max((hour - start) / (end - start), 0), 1)


def _sunshine(hour: float) -> float:
    """Return how strong the sun is, 0 to 1; it rises and sets gently."""
    if not _SUNRISE < hour < _SUNSET:
        return 0.0
    height = sin((hour - _SUNRISE) / (_SUNSET - _SUNRISE) * pi)
    return height * (1 - exp(-6 * height))


def _kilowatt_hours(days: float, hour: float) -> float:
    """Return what the panel has given since its counter was set to 0, a month before.

    It begins anew once a month, as a counter does whose battery is changed.
    """
    a_day = _PEAK_WATTS / 1000 * (_SUNSET - _SUNRISE) * 0.5
    share = (1 - cos(_share(hour, _SUNRISE, _SUNSET) * pi)) / 2
    return 40 + a_day * (days % 30 + share)
