"""What the user is told of the client's errors: one table, read by every caller."""

from typing import Final

from ...error_texts import ErrorTexts
from .client import errors
from .const import SERVICE_NAME

# Errors that go away only when the user signs in again or brings other keys.
SIGN_IN_ERRORS: Final = (errors.SignInError,)

ERROR_TEXTS: Final = ErrorTexts(
    service_name=SERVICE_NAME,
    keys={
        errors.HkwhubError: "hkwhub_refused",
        errors.CannotConnectError: "hkwhub_cannot_connect",
        errors.RequestTimeoutError: "hkwhub_timeout",
        errors.UnexpectedAnswerError: "hkwhub_unexpected_answer",
        errors.HubOfflineError: "hkwhub_hub_offline",
        errors.SignInError: "hkwhub_sign_in",
        errors.KeysRefusedError: "hkwhub_keys_refused",
        errors.SessionNotFoundError: "hkwhub_session_lost",
        errors.MessageTooLargeError: "hkwhub_message_too_large",
        errors.NotInThisGenerationError: "hkwhub_app_too_old",
    },
    sign_in_errors=SIGN_IN_ERRORS,
)
