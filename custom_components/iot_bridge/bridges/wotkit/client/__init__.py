"""A client for WoTKit servers: sensors, their data, and control channels.

It knows nothing of Home Assistant: give it an aiohttp session.
"""

from ....wire.access_tokens import AccessTokens
from ....wire.address import parse_server
from .address import api_candidates, portal_url, sensor_page
from .client import MAX_WAIT, WotkitClient
from .control import ControlChannel
from .credentials import BasicCredentials, Credentials
from .discovery import find_api
from .errors import (
    AlreadyExistsError,
    AnswerTooLargeError,
    CannotConnectError,
    FutureTimestampError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    RequestTimeoutError,
    SignInError,
    SubscriptionGoneError,
    UnexpectedAnswerError,
    WotkitError,
)
from .http import WotkitHttp
from .models import (
    ControlMessage,
    DataRow,
    Field,
    FieldType,
    FieldValue,
    NewSensor,
    Scope,
    Sensor,
    Visibility,
)
from .parser import parse_messages, parse_row, parse_sensor, parse_sensors

__all__ = [
    "MAX_WAIT",
    "AccessTokens",
    "AlreadyExistsError",
    "AnswerTooLargeError",
    "BasicCredentials",
    "CannotConnectError",
    "ControlChannel",
    "ControlMessage",
    "Credentials",
    "DataRow",
    "Field",
    "FieldType",
    "FieldValue",
    "FutureTimestampError",
    "InvalidDataError",
    "NewSensor",
    "NotAllowedError",
    "NotFoundError",
    "RequestTimeoutError",
    "Scope",
    "Sensor",
    "SignInError",
    "SubscriptionGoneError",
    "UnexpectedAnswerError",
    "Visibility",
    "WotkitClient",
    "WotkitError",
    "WotkitHttp",
    "api_candidates",
    "find_api",
    "parse_messages",
    "parse_row",
    "parse_sensor",
    "parse_sensors",
    "parse_server",
    "portal_url",
    "sensor_page",
]
