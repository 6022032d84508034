"""What the user is told of the client's errors: one table, read by every caller."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed

from ...const import DOMAIN
from ...error_table import nearest
from .client import errors
from .const import CONF_APP_ID, CONF_APP_SECRET, SERVICE_NAME

# Errors that go away only when the user signs in again or brings another app id.
SIGN_IN_ERRORS: Final = (
    errors.AuthenticationError,
    errors.AppNotAllowedError,
    errors.AppExpiredError,
    errors.AppSecretError,
)

# A spent quota comes back with the month; asking each minute does not help.
QUOTA_RETRY_SECONDS: Final = 3600

# Error -> key under `exceptions` in the translations. The nearest base class counts.
_EXCEPTION_KEYS: Final[Mapping[type[Exception], str]] = {
    errors.EwelinkError: "ewelink_refused",
    errors.CannotConnectError: "ewelink_cannot_connect",
    errors.RequestTimeoutError: "ewelink_timeout",
    errors.AuthenticationError: "ewelink_sign_in",
    errors.LoggedInElsewhereError: "ewelink_logged_in_elsewhere",
    errors.AppError: "ewelink_app",
    errors.QuotaExceededError: "ewelink_quota",
    errors.DeviceOfflineError: "ewelink_device_offline",
    errors.DeviceSilentError: "ewelink_device_silent",
    errors.CommandTimeoutError: "ewelink_device_silent",
    errors.ValueOutOfRangeError: "ewelink_out_of_range",
    errors.ForbiddenError: "ewelink_forbidden",
    errors.DeviceUnknownError: "ewelink_device_unknown",
    errors.NotConnectedError: "ewelink_not_connected",
}

# Error -> the field of the form it belongs to, and the key under `config.error`.
_FLOW_ERRORS: Final[Mapping[type[Exception], tuple[str, str]]] = {
    errors.EwelinkError: ("base", "refused"),
    errors.CannotConnectError: ("base", "cannot_connect"),
    errors.RequestTimeoutError: ("base", "timeout_connect"),
    errors.UnexpectedAnswerError: ("base", "unexpected_answer"),
    errors.AuthenticationError: ("base", "invalid_auth"),
    errors.WrongPasswordError: (CONF_PASSWORD, "wrong_password"),
    errors.NoSuchUserError: (CONF_USERNAME, "no_such_user"),
    errors.AccountInactiveError: (CONF_USERNAME, "account_inactive"),
    errors.CodeRejectedError: ("base", "code_rejected"),
    errors.AppNotAllowedError: (CONF_APP_ID, "app_not_allowed"),
    errors.AppExpiredError: (CONF_APP_ID, "app_expired"),
    errors.AppSecretError: (CONF_APP_SECRET, "app_secret"),
    errors.QuotaExceededError: (CONF_APP_ID, "quota_exceeded"),
    errors.RegionError: ("base", "region_loop"),
}


def exception_key(err: Exception) -> str:
    """Return the translation key that tells a user of a client's error."""
    return nearest(_EXCEPTION_KEYS, err)


def flow_error(err: Exception) -> tuple[str, str]:
    """Return the field of a form and the error key that tell of a client's error."""
    return nearest(_FLOW_ERRORS, err)


def update_error(err: Exception) -> HomeAssistantError:
    """Return what a failed refresh raises."""
    key = exception_key(err)
    placeholders = {"name": SERVICE_NAME}
    if isinstance(err, SIGN_IN_ERRORS):
        return ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
        )
    spent = isinstance(err, errors.QuotaExceededError)
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
        retry_after=QUOTA_RETRY_SECONDS if spent else None,
    )


def action_error(err: Exception, name: str) -> HomeAssistantError:
    """Return what a failed action raises.

    Args:
        err: The client's error.
        name: The entity that the action was for.
    """
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=exception_key(err),
        translation_placeholders={"name": name},
    )
