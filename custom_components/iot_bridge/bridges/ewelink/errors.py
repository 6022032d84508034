"""What the user is told of the client's errors: one table, read by every caller."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME

from ...error_texts import ErrorTexts, nearest
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

ERROR_TEXTS: Final = ErrorTexts(
    service_name=SERVICE_NAME,
    keys={
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
    },
    sign_in_errors=SIGN_IN_ERRORS,
)

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


def flow_error(err: Exception) -> tuple[str, str]:
    """Return the field of a form and the error key that tell of a client's error."""
    return nearest(_FLOW_ERRORS, err)
