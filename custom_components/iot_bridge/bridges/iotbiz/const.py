"""Constants of the IoTBiz bridge: what its config entries hold."""

from enum import StrEnum
from typing import Final

SERVICE_NAME: Final = "IoTBiz"


class Role(StrEnum):
    """What Home Assistant is in a config entry."""

    # The platform that devices register themselves with; there is one such entry.
    SERVER = "server"
    # A device on somebody else's platform
    AGENT = "agent"
    # A user of somebody else's platform, who sees the devices there
    READER = "reader"


CONF_ROLE: Final = "role"

# Data of a server: the SHA-256 hash, as hexadecimal digits, of the secret that brokers
# show. It has 256 bits of chance: nothing slower is needed to keep it.
CONF_SECRET_HASH: Final = "secret_hash"

# Options of a server
CONF_CUSTOMERS: Final = "customers"
CONF_ADMISSION: Final = "admission"
# Addresses and networks that brokers may ask from
CONF_ALLOWED_ADDRESSES: Final = "allowed_addresses"
# After so many minutes of silence a device counts as offline; absent: never.
CONF_SILENT_MINUTES: Final = "silent_minutes"

# Each of the customers
CONF_CUSTOMER_ID: Final = "customer_id"
CONF_CUSTOMER_NAME: Final = "name"
CONF_DEVICE_LIMIT: Final = "device_limit"

DEFAULT_DEVICE_LIMIT: Final = 10
DEFAULT_ALLOWED_ADDRESSES: Final = ("127.0.0.1", "::1")


class Admission(StrEnum):
    """What has to happen before a new device may be activated."""

    # The user approves each, in a repair issue.
    APPROVE = "approve"
    # Its customer number is enough.
    AUTOMATIC = "automatic"
    # No new devices
    CLOSED = "closed"


DEFAULT_ADMISSION: Final = Admission.APPROVE

# Data of an agent, beside `url` and `customer_id`. The password is what the platform
# gave it: the broker asks for it.
CONF_DEVICE_ID: Final = "device_id"
CONF_BROKER_HOST: Final = "broker_host"
CONF_BROKER_PORT: Final = "broker_port"
CONF_SECURITY: Final = "security"
# The certificate of the broker's own authority, as PEM
CONF_CA: Final = "ca"


class Security(StrEnum):
    """How the connection to a broker is kept safe."""

    # TLS with an authority of the platform's own, as IoTBiz ships it
    OWN_CA = "own_ca"
    # TLS with an authority that everybody trusts
    TLS = "tls"
    PLAIN = "plain"


DEFAULT_BROKER_PORT: Final = 8883

# Data of a reader: `url`, `username` and `password`.

# The type of config subentry that sends Home Assistant's values.
SUBENTRY_EXPORT: Final = "iotbiz_export"
