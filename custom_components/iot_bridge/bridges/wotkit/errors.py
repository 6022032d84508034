"""What the user is told of the client's errors: one table, read by every caller."""

from typing import Final

from ...error_texts import ErrorTexts
from .client import errors
from .const import SERVICE_NAME

# Errors that go away only when the user signs in again.
SIGN_IN_ERRORS: Final = (errors.SignInError,)

ERROR_TEXTS: Final = ErrorTexts(
    service_name=SERVICE_NAME,
    keys={
        errors.WotkitError: "wotkit_unexpected_answer",
        errors.CannotConnectError: "wotkit_cannot_connect",
        errors.RequestTimeoutError: "wotkit_timeout",
        errors.SignInError: "wotkit_sign_in",
        errors.NotAllowedError: "wotkit_not_allowed",
        errors.NotFoundError: "wotkit_not_found",
        errors.AlreadyExistsError: "wotkit_already_exists",
        errors.InvalidDataError: "wotkit_invalid_data",
        errors.FutureTimestampError: "wotkit_future_timestamp",
    },
    sign_in_errors=SIGN_IN_ERRORS,
)
