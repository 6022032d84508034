"""What the user is told of the client's errors: tables, read by every caller."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import CONF_PASSWORD, CONF_URL

from ...entry_forms import BASE
from ...error_texts import ErrorTexts
from .client import errors
from .const import CONF_CUSTOMER_ID, SERVICE_NAME

# Errors that go away only when the user signs in again.
SIGN_IN_ERRORS: Final = (errors.SignInError,)

ERROR_TEXTS: Final = ErrorTexts(
    service_name=SERVICE_NAME,
    keys={
        errors.IotbizError: "iotbiz_unexpected_answer",
        errors.CannotConnectError: "iotbiz_cannot_connect",
        errors.RequestTimeoutError: "iotbiz_timeout",
        errors.RefusedError: "iotbiz_refused",
        errors.SignInError: "iotbiz_sign_in",
        errors.NotAllowedError: "iotbiz_not_allowed",
        errors.BrokerError: "iotbiz_broker_unreachable",
        errors.BrokerTimeoutError: "iotbiz_broker_timeout",
        errors.BrokerCertificateError: "iotbiz_broker_certificate",
        errors.BrokerSignInError: "iotbiz_broker_sign_in",
    },
    sign_in_errors=SIGN_IN_ERRORS,
)

# Error -> field, and key under `config.error`
FORM_ERRORS: Final[Mapping[type[Exception], tuple[str, str]]] = {
    errors.IotbizError: (CONF_URL, "not_an_iotbiz"),
    errors.CannotConnectError: (CONF_URL, "cannot_connect"),
    errors.RequestTimeoutError: (CONF_URL, "timeout_connect"),
    errors.RefusedError: (BASE, "platform_refused"),
    errors.CustomerRefusedError: (CONF_CUSTOMER_ID, "customer_refused"),
    errors.LimitReachedError: (BASE, "limit_reached"),
    errors.NotApprovedError: (BASE, "not_approved"),
    errors.AlreadyActivatedError: (CONF_PASSWORD, "password_needed"),
    errors.PasswordRefusedError: (CONF_PASSWORD, "device_password_refused"),
    errors.SignInError: (CONF_PASSWORD, "invalid_auth"),
    errors.NotAllowedError: (BASE, "list_not_allowed"),
    errors.BrokerError: (BASE, "broker_unreachable"),
    errors.BrokerCertificateError: (BASE, "broker_certificate"),
    errors.BrokerSignInError: (BASE, "broker_refused"),
}
