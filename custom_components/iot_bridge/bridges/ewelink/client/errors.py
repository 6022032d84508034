"""What can go wrong with the eWeLink cloud, and which answer means which error.

No error holds a secret: messages name the call and the code, never what was
sent nor the words of the server. Source of the codes: eWeLink developer guide,
steps 1, 3 and 6; API Center, "Update/Report Status"; eWeLink v2 documents,
"Error codes".
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


class EwelinkError(Exception):
    """Base of all errors of this client.

    Args:
        message: What happened, free of secrets.
        code: The code in the answer (or the HTTP status), where there is one.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        """Keep the code next to the message."""
        super().__init__(message)
        self.code = code


class CannotConnectError(EwelinkError):
    """The cloud was not reached: network, TLS, DNS. It may work later."""


class RequestTimeoutError(CannotConnectError):
    """The cloud did not answer in time."""


class ServerError(CannotConnectError):
    """The cloud failed by itself (500, HTTP 5xx)."""


class UnexpectedAnswerError(CannotConnectError):
    """The answer is not what the documents describe."""


class LinkLostError(CannotConnectError):
    """The socket ended."""


class AuthenticationError(EwelinkError):
    """The cloud does not accept who asks."""


class WrongPasswordError(AuthenticationError):
    """The password, or account and password together, are wrong."""


class NoSuchUserError(AuthenticationError):
    """There is no such account."""


class AccountInactiveError(AuthenticationError):
    """The account's e-mail address was never confirmed."""


class TokenInvalidError(AuthenticationError):
    """The access token is unknown: only a new sign-in helps."""


class TokenExpiredError(AuthenticationError):
    """The token is past its life: it has to be refreshed."""


class LoggedInElsewhereError(AuthenticationError):
    """A later sign-in with the same app ended this session."""


class CodeRejectedError(AuthenticationError):
    """The OAuth code is wrong, used or older than 30 seconds."""


class AppError(EwelinkError):
    """The cloud does not accept the app; the user cannot mend it by signing in."""


class AppNotAllowedError(AppError):
    """The app may not make this call, or was switched off."""


class AppExpiredError(AppError):
    """The app's yearly term is over."""


class QuotaExceededError(AppError):
    """The app made all the calls of its month."""


class AppSecretError(AppError):
    """The signature does not fit: app id and app secret do not belong together."""


class RegionError(EwelinkError):
    """The regions send the account round in circles, or name an unknown region."""


class OtherRegionError(RegionError):
    """The account lives in another region.

    Args:
        message: What happened.
        code: The code in the answer.
        region: The region that the answer names, where it names one.
    """

    def __init__(
        self, message: str, code: int | None = None, region: str | None = None
    ) -> None:
        """Keep the region to go to."""
        super().__init__(message, code)
        self.region = region


class RequestRefusedError(EwelinkError):
    """The cloud refused a request for a reason of its own."""


class CommandError(EwelinkError):
    """A command or a query did not succeed."""


class DeviceOfflineError(CommandError):
    """The cloud does not reach the device."""


class DeviceSilentError(CommandError):
    """The device did not answer the cloud."""


class ValueOutOfRangeError(CommandError):
    """The device does not take this value."""


class ForbiddenError(CommandError):
    """The account neither owns the device nor has it shared with it."""


class DeviceUnknownError(CommandError):
    """The cloud knows no such device."""


class CommandRefusedError(CommandError):
    """The command was refused for another reason."""


class CommandTimeoutError(CommandError):
    """The command was not acknowledged in time."""


class NotConnectedError(CommandError):
    """There is no socket to send through, or it ended before the answer came."""


type ErrorTable = Mapping[int, type[EwelinkError]]

_EVERY_CALL: Final[ErrorTable] = {
    400: RequestRefusedError,
    401: TokenInvalidError,
    402: TokenExpiredError,
    406: LoggedInElsewhereError,
    407: AppNotAllowedError,
    408: AppExpiredError,
    412: QuotaExceededError,
    500: ServerError,
    503: ServerError,
}

V1_ERRORS: Final[ErrorTable] = MappingProxyType(
    {
        **_EVERY_CALL,
        301: OtherRegionError,
        403: AppNotAllowedError,
        404: RequestRefusedError,
        504: DeviceSilentError,
    }
)

V1_SIGN_IN_ERRORS: Final[ErrorTable] = MappingProxyType(
    {
        **V1_ERRORS,
        401: WrongPasswordError,
        402: AccountInactiveError,
        404: NoSuchUserError,
        406: AppSecretError,
    }
)

# A refresh is signed like a sign-in, so 406 is about the app here as well.
V1_REFRESH_ERRORS: Final[ErrorTable] = MappingProxyType(
    {**V1_ERRORS, 406: AppSecretError}
)

V2_ERRORS: Final[ErrorTable] = MappingProxyType(
    {
        **_EVERY_CALL,
        403: RequestRefusedError,
        405: RequestRefusedError,
        4002: CommandRefusedError,
        10001: WrongPasswordError,
        10002: CodeRejectedError,
        10003: NoSuchUserError,
        10004: OtherRegionError,
        10014: WrongPasswordError,
        30017: AppNotAllowedError,
        30018: DeviceUnknownError,
        30022: DeviceOfflineError,
    }
)

V2_CODE_ERRORS: Final[ErrorTable] = MappingProxyType(
    {**V2_ERRORS, 405: CodeRejectedError}
)

# v2 answers its errors with HTTP 200, so an HTTP 403 is the exhausted quota
# whatever the body says.
V2_STATUS_ERRORS: Final[ErrorTable] = MappingProxyType({403: QuotaExceededError})

# HTTP statuses of answers that hold no code of their own.
STATUS_ERRORS: Final[ErrorTable] = MappingProxyType(
    {
        401: TokenInvalidError,
        402: TokenExpiredError,
        403: QuotaExceededError,
        406: LoggedInElsewhereError,
    }
)

HANDSHAKE_ERRORS: Final[ErrorTable] = MappingProxyType(
    {**_EVERY_CALL, 403: AppNotAllowedError, 504: ServerError}
)

COMMAND_ERRORS: Final[ErrorTable] = MappingProxyType(
    {
        400: CommandRefusedError,
        403: ForbiddenError,
        404: DeviceUnknownError,
        406: LoggedInElsewhereError,
        411: CommandRefusedError,
        422: ValueOutOfRangeError,
        503: DeviceOfflineError,
        504: DeviceSilentError,
        4002: CommandRefusedError,
        30018: DeviceUnknownError,
        30022: DeviceOfflineError,
    }
)

# Answers that tell by their words, in lower case, rather than by their code.
TEXT_ERRORS: Final[Mapping[str, type[EwelinkError]]] = MappingProxyType(
    {
        "sign verification failed": AppSecretError,
        "appid is unauthorized": AppNotAllowedError,
        "oauthclient enable invalid": AppNotAllowedError,
    }
)


def request_error(call: str, code: int, errors: ErrorTable) -> EwelinkError:
    """Return the error for the code that a REST call or a handshake answered.

    Args:
        call: The name of the call.
        code: The code in the answer, not 0.
        errors: What codes mean for this call.
    """
    kind = errors.get(code, RequestRefusedError)
    return kind(f"{call}: refused with code {code}", code)


def command_error(call: str, code: int) -> EwelinkError:
    """Return the error for the code that the socket answered to a command.

    Args:
        call: The name of the call, "update" or "query".
        code: The code in the answer, not 0.
    """
    kind = COMMAND_ERRORS.get(code, CommandRefusedError)
    return kind(f"{call}: refused with code {code}", code)
