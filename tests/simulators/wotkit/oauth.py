"""The two addresses of OAuth2.

Source: WoTKit API documentation, "Authorization Code Grant" and "Password Grant".
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from .call import FORM_TYPE
from .oauth_page import consent_page
from .oauth_tokens import SCOPE, OAuthError
from .platform import Platform
from .vocabulary import JsonObject

NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
SECRETS: Final = ("client_secret", "password", "refresh_token", "code")


async def answer_oauth(
    platform: Platform, request: web.Request, parts: list[str]
) -> web.Response:
    """Answer a request below `oauth/`.

    Args:
        platform: Knows users and applications.
        request: The request.
        parts: The path below `oauth/`.
    """
    match request.method, parts:
        case (("GET" | "POST"), ["authorize"]):
            return await consent_page(platform, request)
        case "POST", ["token"]:
            return await _token(platform, request)
        case _, (["authorize"] | ["token"]):
            return web.Response(status=405, text="Method Not Allowed")
        case _:
            return web.Response(status=404, text="Not Found")


async def _token(platform: Platform, request: web.Request) -> web.Response:
    try:
        answer = await _grant(platform, request)
    except OAuthError as error:
        return web.json_response(error.to_json(), status=error.status, headers=NO_STORE)
    return web.json_response(answer, headers=NO_STORE)


async def _grant(platform: Platform, request: web.Request) -> JsonObject:
    for name in SECRETS:
        if name in request.query:
            platform.note_fault(f"POST oauth/token: {name} in the address")
    if request.content_type != FORM_TYPE:
        raise _fault(platform, f"the body is {request.content_type}")
    form = {name: str(value) for name, value in (await request.post()).items()}
    return _tokens(platform, form)


def _tokens(platform: Platform, form: Mapping[str, str]) -> JsonObject:
    office = platform.office
    if "client_id" not in form or "client_secret" not in form:
        platform.note_fault("POST oauth/token: the client is not in the body")
    client_id = form.get("client_id", "")
    office.check_application(client_id, form.get("client_secret", ""))
    match form.get("grant_type"):
        case "authorization_code":
            code = _required(platform, form, "code")
            return office.exchange_code(code, client_id, form.get("redirect_uri"))
        case "password":
            return _password_grant(platform, form, client_id)
        case "refresh_token":
            token = _required(platform, form, "refresh_token")
            return office.refresh(token, client_id)
        case _:
            platform.note_fault("POST oauth/token: grant_type is unknown")
            raise OAuthError("unsupported_grant_type", "Unsupported grant type")


def _password_grant(
    platform: Platform, form: Mapping[str, str], client_id: str
) -> JsonObject:
    user = _required(platform, form, "username")
    password = _required(platform, form, "password")
    if _required(platform, form, "scope") != SCOPE:
        raise OAuthError("invalid_scope", "Invalid scope")
    if not platform.is_user(user, password):
        raise OAuthError("invalid_grant", "Bad credentials")
    return platform.office.issue(user, client_id)


def _required(platform: Platform, form: Mapping[str, str], name: str) -> str:
    if name not in form:
        raise _fault(platform, f"{name} is missing")
    return form[name]


def _fault(platform: Platform, text: str) -> OAuthError:
    platform.note_fault(f"POST oauth/token: {text}")
    return OAuthError("invalid_request", text)
