"""Sensors that tests and the demo show."""

from typing import Final

from .platform import Platform
from .sensor import SimulatedField, SimulatedSensor, default_fields
from .times import parse_ms
from .vocabulary import PRIVATE, STRING

MULE1_TIME: Final = "2012-12-07T01:47:18.639Z"
MULE1_VALUES: Final = {"lat": 49.20532, "lng": -123.1404, "value": 58.0}
# The line break and the blanks are the documents' own.
MULE1_DESCRIPTION: Final = (
    "A big yellow taxi that travels from\n"
    "                       Vincent's house to UBC and then back."
)
# Name, long name, units and first value of what a weather station measures
WEATHER: Final = (
    ("temperature", "Temperature", "degC", 21.5),
    ("humidity", "Humidity", "%", 48),
    ("pressure", "Air pressure", "hPa", 1013.2),
    ("wind", "Wind speed", "km/h", 12.4),
    ("rain", "Rain today", "mm", 0.2),
    ("battery", "Battery", "V", 3.7),
    ("solar", "Solar power", "W", 140),
    ("energy", "Solar energy", "kWh", 12.6),
    ("co2", "Carbon dioxide", "ppm", 620),
    ("light", "Light", "lux", 5400),
    ("gadgets", "Gadgets", "widgets", 7),
)


def mule1(platform: Platform) -> SimulatedSensor:
    """Add the taxi of the documents, `sensetecnic.mule1`, as they show it.

    Source: WoTKit API documentation, "Keys and Basic Authentication".
    """
    sensor = platform.add_sensor(
        "sensetecnic",
        "mule1",
        sensor_id=1,
        long_name="Big Yellow Taxi",
        description=MULE1_DESCRIPTION,
        latitude=51.060386316691,
        longitude=-114.087524414062,
        fields=[
            SimulatedField(name="lat", long_name="latitude", required=True),
            SimulatedField(name="lng", long_name="longitude", required=True),
            SimulatedField(name="value", long_name="Data", required=True),
            SimulatedField(name="message", type=STRING, long_name="Message"),
        ],
    )
    sensor.add_row(MULE1_VALUES, parse_ms(MULE1_TIME))
    return sensor


def weather_station(platform: Platform, owner: str) -> SimulatedSensor:
    """Add a private weather station that has measured once and never moved."""
    lat, lng, *_ = default_fields()
    measures = [
        SimulatedField(name=name, long_name=long_name, units=units)
        for name, long_name, units, _ in WEATHER
    ]
    note = SimulatedField(name="note", type=STRING, long_name="Note")
    sensor = platform.add_sensor(
        owner,
        "weather_station",
        long_name="Weather Station",
        description="On the roof of the garden shed",
        visibility=PRIVATE,
        tags=("weather", "garden"),
        fields=[lat, lng, *measures, note],
        latitude=49.2606,
        longitude=-123.246,
    )
    values = {name: value for name, _, _, value in WEATHER}
    sensor.record({**values, "note": "Calm"})
    return sensor


def actuator(platform: Platform, owner: str) -> SimulatedSensor:
    """Add a private lamp post that obeys messages."""
    return platform.add_sensor(
        owner,
        "lamp_post",
        long_name="Lamp Post",
        description="A lamp that listens to its control channel",
        visibility=PRIVATE,
        tags=("light",),
        fields=[
            SimulatedField(name="value", long_name="Brightness"),
            SimulatedField(name="message", type=STRING, long_name="Message"),
        ],
    )
