"""The addresses of OAuth2.

Source: OAuth2.md; Thing+ HTTPS guide, "Access Token acquisition".
"""

from collections.abc import Mapping
import json
from typing import Any, Final

from aiohttp import web

from .call import JSON_TYPE
from .oauth_page import authorize, decide
from .people import MD5, OAuthClient
from .vocabulary import FlatError, JsonObject, oauth_error
from .world import World

FORM_TYPE: Final = "application/x-www-form-urlencoded"
WHAT: Final = "POST /oauth2/token"


async def answer_oauth(
    world: World, request: web.Request, parts: list[str]
) -> web.Response:
    """Answer a request below `oauth2/`.

    Args:
        world: Knows users and clients.
        request: The request.
        parts: The path below `oauth2/`.
    """
    try:
        match request.method, parts:
            case (("GET" | "POST"), ["authorize"]):
                return await authorize(world, request)
            case "POST", ["authorize", "decision"]:
                return await decide(world, request)
            case "POST", ["token"]:
                return web.json_response(await _token(world, request))
            case _:
                return web.Response(status=404, text="Not Found")
    except FlatError as error:
        return web.json_response(error.body, status=error.status)


async def _token(world: World, request: web.Request) -> JsonObject:
    form = await _form(world, request)
    client = _client(world, form)
    match form.get("grant_type"):
        case "password":
            token = _password_grant(world, form, client)
        case "authorization_code":
            token = _code_grant(world, form, client)
        case _:
            world.note_fault(f"{WHAT}: grant_type is unknown")
            raise _refusal("unsupported_grant_type", 501, "Unsupported grant type")
    return {"access_token": token, "token_type": "Bearer"}


async def _form(world: World, request: web.Request) -> Mapping[str, Any]:
    if request.content_type == FORM_TYPE:
        return {name: str(value) for name, value in (await request.post()).items()}
    try:
        body = json.loads(await request.text())
    except ValueError:
        body = None
    if request.content_type != JSON_TYPE or not isinstance(body, dict):
        raise _malformed(world, f"the body is {request.content_type}")
    return body


def _client(world: World, form: Mapping[str, Any]) -> OAuthClient:
    client = world.clients.get(_required(world, form, "client_id"))
    if client is None or client.secret != _required(world, form, "client_secret"):
        raise _refusal(
            "incorrect_client_credentials", 401, "Incorrect client credentials"
        )
    return client


def _password_grant(world: World, form: Mapping[str, Any], client: OAuthClient) -> str:
    name = _required(world, form, "username")
    password = _required(world, form, "password")
    if MD5.fullmatch(password) is None:
        world.note_fault(f"{WHAT}: the password is no MD5 in lower-case hex")
    if not client.allows_password_grant:
        raise _refusal("unsupported_grant_type", 501, "Not for this client")
    user = world.find_user(name)
    if user is None or not user.has_password(password):
        raise _refusal("incorrect_user_credentials", 401, "Incorrect user credentials")
    if not user.is_approved:
        raise _refusal("unauthorized_user", 403, "Unauthorized user")
    life = world.office.password_token_life
    return world.office.issue(user.id, client.id, life, "password")


def _code_grant(world: World, form: Mapping[str, Any], client: OAuthClient) -> str:
    user_id = world.office.take_code(
        _required(world, form, "code"),
        client.id,
        _required(world, form, "redirect_uri"),
    )
    user = world.users.get(user_id)
    if user is None or not user.is_approved:
        raise _refusal("unauthorized_user", 403, "Unauthorized user")
    life = world.office.code_token_life
    return world.office.issue(user.id, client.id, life, "authorization_code")


def _required(world: World, form: Mapping[str, Any], name: str) -> str:
    value = form.get(name)
    if not isinstance(value, str):
        raise _malformed(world, f"{name} is missing")
    return value


def _malformed(world: World, text: str) -> FlatError:
    world.note_fault(f"{WHAT}: {text}")
    return _refusal("invalid_request", 400, text)


def _refusal(code: str, status: int, text: str) -> FlatError:
    return oauth_error("TokenError", code, status, text)
