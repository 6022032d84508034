"""Codes and the errors they stand for."""

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import errors
from custom_components.iot_bridge.bridges.ewelink.client.errors import (
    COMMAND_ERRORS,
    HANDSHAKE_ERRORS,
    V1_ERRORS,
    V1_REFRESH_ERRORS,
    V1_SIGN_IN_ERRORS,
    V2_CODE_ERRORS,
    V2_ERRORS,
    ErrorTable,
    EwelinkError,
    command_error,
    request_error,
)

SIGN_IN = {
    301: errors.RegionError,
    400: errors.RequestRefusedError,
    401: errors.WrongPasswordError,
    402: errors.AccountInactiveError,
    403: errors.AppNotAllowedError,
    404: errors.NoSuchUserError,
    406: errors.AppSecretError,
    412: errors.QuotaExceededError,
    500: errors.ServerError,
}
REFRESH = {
    400: errors.RequestRefusedError,
    401: errors.TokenInvalidError,
    402: errors.TokenExpiredError,
    406: errors.AppSecretError,
}
DEVICE_LIST_AND_DISPATCH = {
    400: errors.RequestRefusedError,
    401: errors.TokenInvalidError,
    402: errors.TokenExpiredError,
    403: errors.AppNotAllowedError,
    404: errors.RequestRefusedError,
    406: errors.LoggedInElsewhereError,
    409: errors.RequestRefusedError,
    498: errors.RequestRefusedError,
    500: errors.ServerError,
    503: errors.ServerError,
    504: errors.DeviceSilentError,
    160038: errors.RequestRefusedError,
}
V2 = {
    400: errors.RequestRefusedError,
    401: errors.TokenInvalidError,
    402: errors.TokenExpiredError,
    403: errors.RequestRefusedError,
    405: errors.RequestRefusedError,
    406: errors.LoggedInElsewhereError,
    407: errors.AppNotAllowedError,
    408: errors.AppExpiredError,
    412: errors.QuotaExceededError,
    500: errors.ServerError,
    4002: errors.CommandRefusedError,
    10001: errors.WrongPasswordError,
    10002: errors.CodeRejectedError,
    10003: errors.NoSuchUserError,
    10004: errors.RegionError,
    10009: errors.RequestRefusedError,
    10010: errors.RequestRefusedError,
    10014: errors.WrongPasswordError,
    20001: errors.RequestRefusedError,
    20002: errors.RequestRefusedError,
    20003: errors.RequestRefusedError,
    30003: errors.RequestRefusedError,
    30017: errors.AppNotAllowedError,
    30018: errors.DeviceUnknownError,
    30022: errors.DeviceOfflineError,
}
HANDSHAKE = {
    400: errors.RequestRefusedError,
    401: errors.TokenInvalidError,
    402: errors.TokenExpiredError,
    403: errors.AppNotAllowedError,
    406: errors.LoggedInElsewhereError,
    500: errors.ServerError,
    503: errors.ServerError,
    504: errors.ServerError,
}
COMMAND = {
    400: errors.CommandRefusedError,
    401: errors.CommandRefusedError,
    403: errors.ForbiddenError,
    404: errors.DeviceUnknownError,
    406: errors.LoggedInElsewhereError,
    411: errors.CommandRefusedError,
    422: errors.ValueOutOfRangeError,
    500: errors.CommandRefusedError,
    503: errors.DeviceOfflineError,
    504: errors.DeviceSilentError,
    4002: errors.CommandRefusedError,
    30018: errors.DeviceUnknownError,
    30022: errors.DeviceOfflineError,
}
TABLES = [
    (V1_SIGN_IN_ERRORS, SIGN_IN),
    (V1_REFRESH_ERRORS, REFRESH),
    (V1_ERRORS, DEVICE_LIST_AND_DISPATCH),
    (V2_ERRORS, V2),
    (V2_CODE_ERRORS, V2 | {405: errors.CodeRejectedError}),
    (HANDSHAKE_ERRORS, HANDSHAKE),
]


@pytest.mark.parametrize(
    ("table", "code", "kind"),
    [
        (table, code, kind)
        for table, documented in TABLES
        for code, kind in documented.items()
    ],
)
def test_requests(table: ErrorTable, code: int, kind: type[EwelinkError]) -> None:
    error = request_error("call", code, table)
    assert isinstance(error, kind)
    assert error.code == code
    assert str(error) == f"call: refused with code {code}"


@pytest.mark.parametrize(("code", "kind"), COMMAND.items())
def test_commands(code: int, kind: type[EwelinkError]) -> None:
    error = command_error("update", code)
    assert type(error) is kind
    assert error.code == code
    assert str(error) == f"update: refused with code {code}"


def test_every_row_is_tested() -> None:
    for table, documented in [*TABLES, (COMMAND_ERRORS, COMMAND)]:
        rare = {301, 403, 404, 407, 408, 412, 500, 503, 504}
        assert set(table) - set(documented) <= rare


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (errors.RequestTimeoutError, errors.CannotConnectError),
        (errors.ServerError, errors.CannotConnectError),
        (errors.UnexpectedAnswerError, errors.CannotConnectError),
        (errors.LinkLostError, errors.CannotConnectError),
        (errors.WrongPasswordError, errors.AuthenticationError),
        (errors.NoSuchUserError, errors.AuthenticationError),
        (errors.AccountInactiveError, errors.AuthenticationError),
        (errors.TokenInvalidError, errors.AuthenticationError),
        (errors.TokenExpiredError, errors.AuthenticationError),
        (errors.LoggedInElsewhereError, errors.AuthenticationError),
        (errors.CodeRejectedError, errors.AuthenticationError),
        (errors.AppNotAllowedError, errors.AppError),
        (errors.AppExpiredError, errors.AppError),
        (errors.QuotaExceededError, errors.AppError),
        (errors.AppSecretError, errors.AppError),
        (errors.RegionError, EwelinkError),
        (errors.RequestRefusedError, EwelinkError),
        (errors.DeviceOfflineError, errors.CommandError),
        (errors.DeviceSilentError, errors.CommandError),
        (errors.ValueOutOfRangeError, errors.CommandError),
        (errors.ForbiddenError, errors.CommandError),
        (errors.DeviceUnknownError, errors.CommandError),
        (errors.CommandRefusedError, errors.CommandError),
        (errors.CommandTimeoutError, errors.CommandError),
        (errors.NotConnectedError, errors.CommandError),
    ],
)
def test_families(kind: type[EwelinkError], base: type[EwelinkError]) -> None:
    assert issubclass(kind, base)
    assert kind("message").code is None
