"""Constants of the eWeLink bridge."""

from typing import Final

SERVICE_NAME: Final = "eWeLink"

# Data of a config entry
CONF_GENERATION: Final = "generation"
CONF_APP_ID: Final = "app_id"
CONF_APP_SECRET: Final = "app_secret"
CONF_SERVER: Final = "server"
CONF_ACCESS_TOKEN: Final = "access_token"
CONF_REFRESH_TOKEN: Final = "refresh_token"
CONF_ACCESS_EXPIRES_AT: Final = "access_expires_at"
CONF_REFRESH_EXPIRES_AT: Final = "refresh_expires_at"
CONF_APIKEY: Final = "apikey"

# Options
CONF_HOMES: Final = "homes"
