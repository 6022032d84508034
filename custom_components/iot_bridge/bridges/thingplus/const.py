"""Constants of the Thing+ bridge: what its config entries hold."""

from enum import StrEnum
from typing import Final

SERVICE_NAME: Final = "Thing+"


class SignIn(StrEnum):
    """How the user signs in; Thing+ guide, "Access Token acquisition"."""

    # Also for a client that was created for the user: it is used in the same way.
    PASSWORD_GRANT = "password_grant"
    CODE = "code"


# Data. `url` is the base of the API, with its version and without a slash at the end.
# Besides there are `client_id`, `client_secret`, `token`, and for the password grant
# `username`.
CONF_SIGN_IN: Final = "sign_in"
CONF_TOKEN: Final = "token"
# The MD5 hash of the password, which is all that the service wants; in lower case.
CONF_PASSWORD_HASH: Final = "password_hash"
# Whose account it is, as the token says; absent where it does not.
CONF_USER_ID: Final = "user_id"

# Options: the ids of sites and gateways that are followed; none stands for all.
CONF_SITES: Final = "sites"
CONF_GATEWAYS: Final = "gateways"
# What sensors of dust count; the service does not say which size it is.
CONF_DUST: Final = "dust"
# Types of sensors whose values only ever grow, as a meter's do.
CONF_METERS: Final = "meters"


class Dust(StrEnum):
    """The size of the dust that sensors of the type "dust" count."""

    UNKNOWN = "unknown"
    PM10 = "pm10"
    PM25 = "pm25"


DEFAULT_DUST: Final = Dust.UNKNOWN
# Types that may be meters; whether they are, the service does not say.
METER_TYPES: Final = ("power", "count", "countEvent", "stepCount", "volume")

# The type of config subentry that sends Home Assistant's values.
SUBENTRY_EXPORT: Final = "thingplus_export"
# Its data beside those of `export/form.py`, for `registerGateway`.
CONF_SITE_ID: Final = "site_id"
CONF_GATEWAY_NAME: Final = "gateway_name"
CONF_GATEWAY_MODEL: Final = "gateway_model"
# "Open API Gateway"; Thing+ guide, "Obtaining the Gateway Model ID"
DEFAULT_GATEWAY_MODEL: Final = "52"
