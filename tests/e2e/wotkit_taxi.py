"""The route of WoTKit's yellow taxi, and where on it the taxi is.

WoTKit API documentation, "Keys and Basic Authentication": it "travels from Vincent's
house to UBC and then back".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians, sin
from typing import Final

HOUSE: Final = "Vincent's house"
UBC: Final = "UBC"
# Shorter than the time between two polls of Home Assistant: it always moves.
STAND_SECONDS: Final = 20.0

_KM_PER_DEGREE: Final = 111.2
_SECONDS_PER_HOUR: Final = 3600

# Latitude, longitude and km/h to the next: up Granville Street, along 41st Avenue, down
# Marine Drive to the sea, and along Wesbrook Mall.
_ROUTE: Final = (
    (49.20532, -123.14040, 50),
    (49.21380, -123.14020, 55),
    (49.22260, -123.13990, 50),
    (49.23410, -123.13930, 45),
    (49.23450, -123.15560, 52),
    (49.23480, -123.17100, 50),
    (49.23450, -123.18550, 48),
    (49.23420, -123.19710, 64),
    (49.23820, -123.20620, 72),
    (49.24180, -123.21680, 75),
    (49.24400, -123.22700, 66),
    (49.24730, -123.23230, 56),
    (49.25410, -123.23640, 50),
    (49.26040, -123.24170, 44),
    (49.26520, -123.24590, 32),
    (49.26640, -123.24970, 0),
)


@dataclass(frozen=True, slots=True)
class _Leg:
    start: tuple[float, float]
    end: tuple[float, float]
    speed: float
    seconds: float


def _legs() -> list[_Leg]:
    legs = []
    for (lat, lng, speed), (next_lat, next_lng, _) in pairwise(_ROUTE):
        north = (next_lat - lat) * _KM_PER_DEGREE
        east = (next_lng - lng) * _KM_PER_DEGREE * cos(radians(lat))
        seconds = hypot(north, east) / speed * _SECONDS_PER_HOUR
        legs.append(_Leg((lat, lng), (next_lat, next_lng), speed, seconds))
    return legs


class TaxiRoute:
    """To and fro, with a break at each end."""

    def __init__(self) -> None:
        """Measure the route."""
        self._legs = _legs()
        self.seconds = sum(leg.seconds for leg in self._legs)

    def at(self, seconds: float) -> Mapping[str, float | str]:
        """Return what the taxi tells: where it is, how fast, and what it does.

        Args:
            seconds: On any clock that goes on.
        """
        there = self.seconds + STAND_SECONDS
        since = seconds % (2 * there)
        outward = since < there
        driven = since % there
        if driven >= self.seconds:
            lat, lng, _ = _ROUTE[-1 if outward else 0]
            place = UBC if outward else HOUSE
            return {
                "lat": lat,
                "lng": lng,
                "value": 0.0,
                "message": f"Free, at {place}",
            }
        lat, lng, speed = self._on_the_way(driven if outward else self.seconds - driven)
        place = UBC if outward else HOUSE
        return {
            "lat": round(lat, 5),
            "lng": round(lng, 5),
            "value": round(speed + 3 * sin(seconds / 7), 1),
            "message": f"To {place}",
        }

    def _on_the_way(self, driven: float) -> tuple[float, float, float]:
        """Return latitude, longitude and km/h some seconds away from the house."""
        for leg in self._legs:
            if driven <= leg.seconds:
                break
            driven -= leg.seconds
        part = min(driven / leg.seconds, 1)
        lat, lng = (
            start + part * (end - start)
            for start, end in zip(leg.start, leg.end, strict=True)
        )
        return lat, lng, leg.speed
