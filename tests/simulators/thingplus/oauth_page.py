"""The pages on which a user logs in and lets a client in.

Source: OAuth2.md, "Authorization code grant"; `state` comes back, as the library of the
service (oauth2orize) does it.
"""

from html import escape
import secrets
from typing import Final, NoReturn
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from .people import OAuthClient, SimulatedUser, md5_of
from .sign_in import COOKIE
from .vocabulary import FlatError, JsonObject, oauth_error
from .world import World

KNOWN: Final = frozenset({"response_type", "client_id", "redirect_uri", "state"})
PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Thing+ (simulated)</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font-family: sans-serif; max-width: 24rem; margin: 4rem auto; }}
input, button {{ display: block; width: 100%; margin: .5rem 0; padding: .5rem; }}
</style></head><body><h1>Simulated Thing+</h1><p role="alert">{message}</p>{form}
</body></html>
"""
LOG_IN: Final = """<form method="post">
<label>Username <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password"
  autocomplete="current-password" required></label>
<button>Log in</button></form>"""
CONSENT: Final = """<form method="post" action="authorize/decision">
<p>{name} asks for: {scopes}</p>
<input type="hidden" name="transaction_id" value="{transaction}">
<button name="allow" value="Allow">Authorize</button>
<button name="cancel" value="Deny">Deny</button></form>"""


async def authorize(world: World, request: web.Request) -> web.Response:
    """Show the pages, or take who logs in.

    Who logs in is remembered by a cookie. A form with name, password and `decision`
    ("allow" or "deny") at once does as well as the pages one by one.

    Args:
        world: Knows users and clients.
        request: The request at `oauth2/authorize`.

    Raises:
        FlatError: The client asks for what it may not have.
    """
    client = _client(world, request)
    user = _user_of_session(world, request)
    entered = await request.post()
    if "username" in entered:
        user = world.find_user(str(entered["username"]))
        if user is None or not user.has_password(md5_of(str(entered.get("password")))):
            return _page(401, "Wrong username or password", LOG_IN)
    if user is None:
        return _page(200, "", LOG_IN)
    query: JsonObject = dict(request.query)
    match entered.get("decision"):
        case "allow":
            return _allow(world, query, user)
        case "deny":
            return _deny(query)
    return _ask(world, client, user, query)


async def decide(world: World, request: web.Request) -> web.Response:
    """Take what the user decided, and send the user back.

    Args:
        world: Knows users and clients.
        request: The request at `oauth2/authorize/decision`.

    Raises:
        FlatError: Nothing was asked of this user.
    """
    entered = await request.post()
    transaction = str(entered.get("transaction_id", ""))
    user = _user_of_session(world, request)
    asked = world.transactions.pop(transaction, None)
    if asked is None or user is None or asked["user"] != user.id:
        text = f"Unable to load OAuth 2.0 transaction: {transaction}"
        raise FlatError(403, {"name": "ForbiddenError", "message": text, "status": 403})
    if "cancel" in entered:
        return _deny(asked["query"])
    return _allow(world, asked["query"], user)


def _client(world: World, request: web.Request) -> OAuthClient:
    query = request.query
    for name in query.keys() - KNOWN:
        world.note_fault(f"oauth2/authorize: there is no parameter {name}")
    for name in ("client_id", "redirect_uri", "response_type"):
        if name not in query:
            world.note_fault(f"oauth2/authorize: {name} is missing")
            _refuse("invalid_request", 400, f"{name} is missing")
    if query["response_type"] != "code":
        world.note_fault("oauth2/authorize: response_type is not code")
        _refuse("unsupported_response_type", 501, "Unsupported response type")
    client = world.clients.get(query["client_id"])
    if client is None:
        _refuse("incorrect_client_credentials", 401, "Incorrect client credentials")
    if client.redirect_uris and query["redirect_uri"] not in client.redirect_uris:
        _refuse("redirect_uri_mismatch", 400, "Redirect URI mismatch")
    return client


def _refuse(code: str, status: int, text: str) -> NoReturn:
    raise oauth_error("AuthorizationError", code, status, text)


def _user_of_session(world: World, request: web.Request) -> SimulatedUser | None:
    user_id = world.browsers.get(request.cookies.get(COOKIE, ""), "")
    return world.users.get(user_id)


def _ask(
    world: World, client: OAuthClient, user: SimulatedUser, query: JsonObject
) -> web.Response:
    transaction = secrets.token_hex(4)
    world.transactions[transaction] = {"user": user.id, "query": query}
    form = CONSENT.format(
        name=escape(client.name),
        scopes=escape(", ".join(client.scopes)),
        transaction=transaction,
    )
    page = _page(200, "", form)
    cookie = secrets.token_hex(16)
    world.browsers[cookie] = user.id
    page.set_cookie(COOKIE, cookie, httponly=True, samesite="Lax")
    return page


def _allow(world: World, query: JsonObject, user: SimulatedUser) -> web.Response:
    code = world.office.issue_code(user.id, query["client_id"], query["redirect_uri"])
    return _send_back(query, {"code": code})


def _deny(query: JsonObject) -> web.Response:
    return _send_back(query, {"error": "access_denied"})


def _send_back(query: JsonObject, answer: dict[str, str]) -> web.Response:
    parts = urlsplit(query["redirect_uri"])
    back = [*parse_qsl(parts.query), *answer.items()]
    if "state" in query:
        back.append(("state", query["state"]))
    location = urlunsplit(parts._replace(query=urlencode(back)))
    return web.Response(status=302, headers={"Location": location})


def _page(status: int, message: str, form: str = "") -> web.Response:
    return web.Response(
        status=status,
        text=PAGE.format(message=escape(message), form=form),
        content_type="text/html",
    )
