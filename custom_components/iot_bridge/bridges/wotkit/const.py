"""Constants of the WoTKit bridge: what its config entries hold."""

from enum import StrEnum
from typing import Final

SERVICE_NAME: Final = "WoTKit"


class SignIn(StrEnum):
    """How the user signs in; WoTKit API documentation, "Authentication"."""

    KEY = "key"
    USER = "user"
    CODE = "code"
    PASSWORD_GRANT = "password_grant"


# Data. `url` is the base of the API, without a version and without a slash at the end.
# A key's id and password are stored as `username` and `password`, as a user's are. With
# OAuth2 there are `client_id`, `client_secret`, `token`, and for the password grant
# `username`.
CONF_SIGN_IN: Final = "sign_in"
CONF_TOKEN: Final = "token"
# The user name that the server knows the account by, where its sensors have told it:
# a key or a token does not say whose it is.
CONF_OWNER: Final = "owner"

# Options: which sensors, what arrives on control channels, and when data are too old.
CONF_CHOICE: Final = "choice"
CONF_TAGS: Final = "tags"
# Ids of sensors, as text
CONF_SENSORS: Final = "sensors"
CONF_CONTROLLED: Final = "controlled_sensors"
CONF_CONTROLS: Final = "controls"
# Minutes without data after which a sensor is unavailable; absent: never.
CONF_SILENT_MINUTES: Final = "silent_minutes"


class Choice(StrEnum):
    """Which sensors are followed: of the user's own and those subscribed to."""

    CONTRIBUTED = "contributed"
    SUBSCRIBED = "subscribed"
    BOTH = "both"
    TAGS = "tags"
    PICKED = "picked"


class Control(StrEnum):
    """The fields of messages that WoTKit's own control widgets send."""

    BUTTON = "button"
    SLIDER = "slider"
    MESSAGE = "message"


DEFAULT_CHOICE: Final = Choice.CONTRIBUTED
DEFAULT_CONTROLS: Final = tuple(Control)

# The type of config subentry that sends Home Assistant's values.
SUBENTRY_EXPORT: Final = "export"
# Its data beside those of `export/form.py`: whether new sensors tell where home is.
CONF_SHARE_LOCATION: Final = "share_location"
