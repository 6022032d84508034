"""What the user is told of the client's errors: one table, read by every caller."""

from collections.abc import Mapping
from typing import Final

from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed

from ...const import DOMAIN
from ...error_table import nearest
from .client import errors
from .const import SERVICE_NAME

# Errors that go away only when the user signs in again or brings other keys.
SIGN_IN_ERRORS: Final = (errors.SignInError,)

# Error -> key under `exceptions` in the translations. The nearest base class counts.
_EXCEPTION_KEYS: Final[Mapping[type[Exception], str]] = {
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
}


def exception_key(err: Exception) -> str:
    """Return the translation key that tells a user of a client's error."""
    return nearest(_EXCEPTION_KEYS, err)


def update_error(err: Exception) -> HomeAssistantError:
    """Return what a failed refresh raises."""
    error_class = (
        ConfigEntryAuthFailed if isinstance(err, SIGN_IN_ERRORS) else UpdateFailed
    )
    return error_class(
        translation_domain=DOMAIN,
        translation_key=exception_key(err),
        translation_placeholders={"name": SERVICE_NAME},
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
