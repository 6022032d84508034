"""A simulated WoTKit server.

It needs aiohttp alone, and runs on any event loop: in tests and demos.
"""

from .examples import actuator, mule1, weather_station
from .oauth_tokens import Application
from .record import RecordedRequest, SentMessage
from .sensor import Row, SimulatedField, SimulatedSensor, default_fields
from .server import WotkitServer
from .trouble import Trouble
from .vocabulary import ApiError

__all__ = [
    "ApiError",
    "Application",
    "RecordedRequest",
    "Row",
    "SentMessage",
    "SimulatedField",
    "SimulatedSensor",
    "Trouble",
    "WotkitServer",
    "actuator",
    "default_fields",
    "mule1",
    "weather_station",
]
