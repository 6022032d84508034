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
        errors.ThingplusError: "thingplus_unexpected_answer",
        errors.CannotConnectError: "thingplus_cannot_connect",
        errors.RequestTimeoutError: "thingplus_timeout",
        errors.SignInError: "thingplus_sign_in",
        errors.NotAllowedError: "thingplus_not_allowed",
        errors.NotFoundError: "thingplus_not_found",
        errors.AlreadyExistsError: "thingplus_already_exists",
        errors.PlanExceededError: "thingplus_plan_exceeded",
        errors.InvalidDataError: "thingplus_invalid_data",
        errors.GatewayError: "thingplus_gateway_failed",
        errors.GatewayTimeoutError: "thingplus_gateway_timeout",
    },
    sign_in_errors=SIGN_IN_ERRORS,
)
