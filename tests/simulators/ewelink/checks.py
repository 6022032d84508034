"""What every REST call is checked for, strictly by the documents."""

import re
import time
from typing import TYPE_CHECKING

from .accounts import SimulatedApp
from .call import Call
from .refusal import Refusal
from .signing import query_message, signature
from .tokens import TokenPair

if TYPE_CHECKING:
    from .simulator import EwelinkSimulator

NONCE = re.compile(r"[0-9A-Za-z]{8}")
TS = re.compile(r"[0-9]{10}")
PHONE = re.compile(r"\+[0-9]{5,15}")
COUNTRY_CODE = re.compile(r"\+[0-9]{1,4}")
VERSION = 8


def bad_params(call: Call, text: str) -> Refusal:
    """Build the refusal of a call with missing or wrong parameters."""
    return Refusal(400, "params incomplete", fault=f"{call.name}: {text}")


def text_param(call: Call, name: str) -> str:
    """Take a required text parameter.

    Raises:
        Refusal: 400 when it is missing, empty or no string.
    """
    value = call.params.get(name)
    if not isinstance(value, str) or not value:
        raise bad_params(call, f"`{name}` is missing or no string")
    return value


def check_content(call: Call) -> None:
    """Check the content type, the body and the query string.

    Raises:
        Refusal: 400.
    """
    media_type, _, options = call.headers.get("Content-Type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise bad_params(call, "Content-Type is not application/json")
    if options and options.strip().lower() != "charset=utf-8":
        raise bad_params(call, "charset of Content-Type is not utf-8")
    if call.method == "POST" and call.body is None:
        raise bad_params(call, "the body is no JSON object")
    if call.method == "GET" and call.raw_body:
        raise bad_params(call, "a GET request with a body")
    if call.repeated:
        raise bad_params(call, f"repeated query parameters {call.repeated}")


def check_nonce(value: object) -> bool:
    """Tell whether a nonce is 8 alphanumeric characters."""
    return isinstance(value, str) and NONCE.fullmatch(value) is not None


def is_near_now(simulator: EwelinkSimulator, seconds: float) -> bool:
    """Tell whether a time is now, by the clock of the cloud or by the real one."""
    tolerance = simulator.knobs.ts_tolerance
    return any(
        abs(now - seconds) <= tolerance for now in (simulator.clock(), time.time())
    )


def check_ts(simulator: EwelinkSimulator, value: object, *, as_text: bool) -> bool:
    """Tell whether a `ts` is a number of 10 digits near now.

    Args:
        simulator: The cloud.
        value: The parameter.
        as_text: Whether it comes from a query string.
    """
    if type(value) is not (str if as_text else int):
        return False
    return TS.fullmatch(str(value)) is not None and is_near_now(
        simulator, int(str(value))
    )


def _check_common(simulator: EwelinkSimulator, call: Call) -> str:
    as_text = call.method == "GET"
    app_id = text_param(call, "appid")
    if not check_nonce(call.params.get("nonce")):
        raise bad_params(call, "`nonce` is not 8 alphanumeric characters")
    if not check_ts(simulator, call.params.get("ts"), as_text=as_text):
        raise bad_params(call, "`ts` is not a 10-digit number near now")
    version = call.params.get("version")
    wanted: object = str(VERSION) if as_text else VERSION
    if type(version) is not type(wanted) or version != wanted:
        raise bad_params(call, f"`version` is not {VERSION}")
    return app_id


def _v2_app_id(call: Call) -> str | None:
    if not check_nonce(call.headers.get("X-CK-Nonce")):
        raise bad_params(call, "X-CK-Nonce is not 8 alphanumeric characters")
    return call.headers.get("X-CK-Appid") or None


def known_app(simulator: EwelinkSimulator, call: Call, app_id: str) -> SimulatedApp:
    """Find the app and check that it may use the cloud.

    Raises:
        Refusal: v1 406 unknown, 403 switched off; v2 407, 408; both 412.
    """
    app = simulator.apps.get(app_id)
    if call.generation == "v1":
        if app is None:
            raise Refusal(406, "Authentication Failed")
        if not app.allowed or app.expired:
            raise Refusal(403, "Sign:oauthClient enable invalid")
    else:
        if app is None:
            raise Refusal(407, "appid is unauthorized!", plain_text=True)
        if not app.allowed:
            raise Refusal(407, "the path of request is not allowed with appid")
        if app.expired:
            raise Refusal(408, "appid is expired")
    if app.quota_exceeded:
        raise Refusal(412, "the quota of appid is exceeded")
    return app


def check_signature(call: Call, app: SimulatedApp) -> None:
    """Check the signature of a call before login.

    Raises:
        Refusal: v1 406, v2 400.
    """
    error, reason = (
        (406, "Authentication Failed")
        if call.generation == "v1"
        else (400, "sign verification failed")
    )
    scheme, _, given = call.headers.get("Authorization", "").partition(" ")
    if scheme != "Sign" or not given:
        fault = f"{call.name}: Authorization is no signature (`Sign ...`)"
        raise Refusal(error, reason, fault=fault)
    message = query_message(call.query) if call.method == "GET" else call.raw_body
    if given != signature(app.secret, message):
        mistyped = any(
            given == signature(secret, message) for secret in app.mistaken_secrets
        )
        wrong = None if mistyped else f"{call.name}: the signature is wrong"
        raise Refusal(error, reason, fault=wrong, plain_text=True)


def check_bearer(
    simulator: EwelinkSimulator, call: Call, app_id: str | None
) -> TokenPair:
    """Check the access token of a call after login.

    Args:
        simulator: The cloud.
        call: The call.
        app_id: App id the call names; None where it names none.

    Raises:
        Refusal: 401 not valid, 402 expired.
    """
    token = call.bearer_token
    if token is None:
        fault = f"{call.name}: Authorization is no access token (`Bearer ...`)"
        raise Refusal(401, "Bearer:accessToken is empty", fault=fault)
    pair = simulator.tokens.by_access(token)
    if pair is None:
        raise Refusal(401, "Bearer:accessToken is invalid")
    if call.region not in (None, pair.account.region):
        fault = f"{call.name}: token of {pair.account.region} used at {call.region}"
        raise Refusal(401, "Bearer:accessToken is invalid", fault=fault)
    if app_id is not None and pair.app.app_id != app_id:
        fault = f"{call.name}: token of another app id"
        raise Refusal(401, "Bearer:accessToken is invalid", fault=fault)
    if pair.access_expires_at <= simulator.clock():
        raise Refusal(402, "Bearer:accessToken is expired")
    return pair


def signed_v1(simulator: EwelinkSimulator, call: Call) -> SimulatedApp:
    """Check a v1 call before login; returns the app."""
    check_content(call)
    app = known_app(simulator, call, _check_common(simulator, call))
    check_signature(call, app)
    return app


def bearer_v1(simulator: EwelinkSimulator, call: Call) -> TokenPair:
    """Check a v1 call after login; returns the tokens in use."""
    check_content(call)
    app = known_app(simulator, call, _check_common(simulator, call))
    return check_bearer(simulator, call, app.app_id)


def app_v2(simulator: EwelinkSimulator, call: Call) -> SimulatedApp:
    """Check content and headers of a v2 call that has to name its app."""
    check_content(call)
    app_id = _v2_app_id(call)
    if app_id is None:
        raise bad_params(call, "X-CK-Appid is missing")
    return known_app(simulator, call, app_id)


def signed_v2(simulator: EwelinkSimulator, call: Call) -> SimulatedApp:
    """Check a v2 call before login; returns the app."""
    app = app_v2(simulator, call)
    check_signature(call, app)
    return app


def bearer_v2(simulator: EwelinkSimulator, call: Call) -> TokenPair:
    """Check a v2 call after login; returns the tokens in use.

    The cloud was seen to serve device calls without X-CK-Appid, so only the account
    calls are refused then; the fault is noted for all.
    """
    if call.path.startswith("/v2/user/"):
        return check_bearer(simulator, call, app_v2(simulator, call).app_id)
    check_content(call)
    named = _v2_app_id(call)
    if named is None:
        simulator.note_fault(f"{call.name}: X-CK-Appid is missing")
    else:
        known_app(simulator, call, named)
    pair = check_bearer(simulator, call, named)
    if named is None:
        known_app(simulator, call, pair.app.app_id)
    return pair
