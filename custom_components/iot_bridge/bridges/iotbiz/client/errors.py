"""What can go wrong between Home Assistant and an IoTBiz platform or its broker.

Texts name what was asked and what the answer was; never addresses, passwords, customer
numbers or values. Source: README "Platform API", and what the platform's code answers.
"""

from collections.abc import Mapping
from typing import Final

from ....wire import errors as wire


class IotbizError(Exception):
    """The base of all errors of this client."""


class CannotConnectError(IotbizError):
    """The platform was not reached, or it is in trouble itself (HTTP 429, 5xx)."""


class RequestTimeoutError(CannotConnectError):
    """No answer in time, or the connection was lost before it came.

    The platform may have obeyed nevertheless.
    """


class UnexpectedAnswerError(IotbizError):
    """The answer is not what the documents describe, or it comes from no IoTBiz."""


class RefusedError(IotbizError):
    """The platform refuses to register or to activate a device (HTTP 400, 403).

    Attributes:
        reason: What it says, in its own words, without secrets; may be empty.
    """

    def __init__(self, what: str, reason: str = "") -> None:
        """Keep the platform's reason apart: it may quote what was sent."""
        super().__init__(what)
        self.reason = reason


class CustomerRefusedError(RefusedError):
    """The platform does not know the customer number."""


class LimitReachedError(RefusedError):
    """The customer number has no room for another device."""


class AlreadyActivatedError(RefusedError):
    """The device is registered and activated: only its password helps."""


class PasswordRefusedError(RefusedError):
    """It is not the device's password, or the device is not registered."""


class NotApprovedError(RefusedError):
    """Somebody has to approve the device on the platform first."""


class TooManyRequestsError(RefusedError):
    """The platform has no time at present: this tells nothing of device and password."""


class SignInError(IotbizError):
    """Only the user can mend it: user name, password or token are not accepted."""


class NotAllowedError(IotbizError):
    """The platform knows who asks, and does not allow this."""


class BrokerError(IotbizError):
    """The broker was not reached, or the connection to it is lost."""


class BrokerTimeoutError(BrokerError):
    """The broker did not answer in time; it may have got the message."""


class BrokerCertificateError(BrokerError):
    """The broker's certificate is not signed by the given authority, or for another name."""


class BrokerSignInError(SignInError):
    """The broker does not accept the device's password."""


class PayloadError(ValueError):
    """A message of a device is none that can be used; the text says why.

    It holds nothing of what the device has sent.
    """


# What one request meets with, as an error of this client
EXCHANGE_ERRORS: Final[Mapping[type[wire.ExchangeError], type[IotbizError]]] = {
    wire.NotReachedError: CannotConnectError,
    wire.AnswerLostError: RequestTimeoutError,
    wire.NoHttpError: UnexpectedAnswerError,
    wire.AnswerTooLargeError: UnexpectedAnswerError,
}
