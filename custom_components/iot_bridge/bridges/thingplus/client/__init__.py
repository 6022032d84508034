"""A client for Thing+ servers: gateways, sensors, their values, and actuators.

It knows nothing of Home Assistant: give it an aiohttp session.
"""

from ....wire.access_tokens import AccessTokens
from ....wire.address import parse_server
from .client import ThingplusClient
from .errors import (
    AlreadyExistsError,
    AnswerTooLargeError,
    CannotConnectError,
    GatewayError,
    GatewayTimeoutError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    PlanExceededError,
    RequestTimeoutError,
    ServerTroubleError,
    SignInError,
    ThingplusError,
    UnexpectedAnswerError,
)
from .models import (
    AcceptedSensor,
    AuthClient,
    Category,
    Device,
    DeviceModel,
    Gateway,
    GatewayModel,
    Location,
    NewSensor,
    Point,
    Sensor,
    SensorType,
    Series,
    SeriesValue,
    Site,
    Status,
    StatusValue,
)
from .portal import create_auth_client
from .servers import PRESETS, api_base, api_candidates, find_api
from .tokens import password_hash, token_life, token_user

__all__ = [
    "PRESETS",
    "AcceptedSensor",
    "AccessTokens",
    "AlreadyExistsError",
    "AnswerTooLargeError",
    "AuthClient",
    "CannotConnectError",
    "Category",
    "Device",
    "DeviceModel",
    "Gateway",
    "GatewayError",
    "GatewayModel",
    "GatewayTimeoutError",
    "InvalidDataError",
    "Location",
    "NewSensor",
    "NotAllowedError",
    "NotFoundError",
    "PlanExceededError",
    "Point",
    "RequestTimeoutError",
    "Sensor",
    "SensorType",
    "Series",
    "SeriesValue",
    "ServerTroubleError",
    "SignInError",
    "Site",
    "Status",
    "StatusValue",
    "ThingplusClient",
    "ThingplusError",
    "UnexpectedAnswerError",
    "api_base",
    "api_candidates",
    "create_auth_client",
    "find_api",
    "parse_server",
    "password_hash",
    "token_life",
    "token_user",
]
