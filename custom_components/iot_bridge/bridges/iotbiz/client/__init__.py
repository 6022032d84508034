"""An asynchronous client for IoTBiz platforms and their MQTT brokers.

Knows nothing of Home Assistant. Sources: the README of IoTBiz, "Platform API", and what
the code of its platform and of its agent does.
"""

from ....wire.exchange import TIMEOUT
from .client import IotbizClient
from .commands import LONGEST_COMMAND
from .connection import try_broker
from .errors import (
    AlreadyActivatedError,
    BrokerCertificateError,
    BrokerError,
    BrokerSignInError,
    BrokerTimeoutError,
    CannotConnectError,
    CustomerRefusedError,
    IotbizError,
    LimitReachedError,
    NotAllowedError,
    NotApprovedError,
    PasswordRefusedError,
    PayloadError,
    RefusedError,
    RequestTimeoutError,
    SignInError,
    TooManyRequestsError,
    UnexpectedAnswerError,
)
from .models import Broker, Command, ListedDevice, TelemetryRow
from .reader import IotbizReader
from .servers import api_base
from .session import AgentSession
from .state import (
    DEEPEST_STATE,
    LONGEST_STATE,
    MOST_ATTRIBUTES,
    AttributeValue,
    ReportedState,
    read_state,
    state_payload,
)
from .topics import (
    COMMAND,
    STATE,
    SUPERVISOR,
    OutTopic,
    command_topic,
    is_id,
    parse_out_topic,
)

__all__ = [
    "COMMAND",
    "DEEPEST_STATE",
    "LONGEST_COMMAND",
    "LONGEST_STATE",
    "MOST_ATTRIBUTES",
    "STATE",
    "SUPERVISOR",
    "TIMEOUT",
    "AgentSession",
    "AlreadyActivatedError",
    "AttributeValue",
    "Broker",
    "BrokerCertificateError",
    "BrokerError",
    "BrokerSignInError",
    "BrokerTimeoutError",
    "CannotConnectError",
    "Command",
    "CustomerRefusedError",
    "IotbizClient",
    "IotbizError",
    "IotbizReader",
    "LimitReachedError",
    "ListedDevice",
    "NotAllowedError",
    "NotApprovedError",
    "OutTopic",
    "PasswordRefusedError",
    "PayloadError",
    "RefusedError",
    "ReportedState",
    "RequestTimeoutError",
    "SignInError",
    "TelemetryRow",
    "TooManyRequestsError",
    "UnexpectedAnswerError",
    "api_base",
    "command_topic",
    "is_id",
    "parse_out_topic",
    "read_state",
    "state_payload",
    "try_broker",
]
