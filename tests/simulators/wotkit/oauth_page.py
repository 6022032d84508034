"""The pages on which a user logs in and lets an application in.

Source: WoTKit API documentation, "Authorization Code Grant", steps 1 to 3.
"""

from html import escape
import secrets
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from .oauth_tokens import Application
from .platform import Platform

COOKIE: Final = "wotkit_session"
PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>WoTKit (simulated)</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font-family: sans-serif; max-width: 24rem; margin: 4rem auto; }}
input, button {{ display: block; width: 100%; margin: .5rem 0; padding: .5rem; }}
</style></head><body><h1>Simulated WoTKit</h1><p role="alert">{message}</p>{form}
</body></html>
"""
LOG_IN: Final = """<form method="post">
<label>Username <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password"
  autocomplete="current-password" required></label>
<button>Log in</button></form>"""
CONSENT: Final = """<form method="post">
<p>Do you authorize {client_id} to act on your behalf?</p>
<button name="decision" value="allow">Authorize</button>
<button name="decision" value="deny">Deny</button></form>"""


async def consent_page(platform: Platform, request: web.Request) -> web.Response:
    """Show the pages, or take what the user entered.

    Who logs in is remembered by a cookie. A form with name, password and decision at
    once does as well. In the end the user is sent back with `code` and `state`, or
    with `error=access_denied`.

    Args:
        platform: Knows users and applications.
        request: The request at `oauth/authorize`.
    """
    query = request.query
    if query.get("response_type") != "code":
        platform.note_fault("oauth/authorize: response_type is not code")
        return _page(400, "response_type must be code")
    application = platform.office.applications.get(query.get("client_id", ""))
    if application is None:
        return _page(401, "This application is unknown")
    if query.get("redirect_uri") not in application.redirect_uris:
        return _page(400, "This redirect_uri is not registered")
    user = platform.browsers.get(request.cookies.get(COOKIE, ""))
    entered = await request.post()
    if "username" in entered:
        name = str(entered["username"])
        if not platform.is_user(name, str(entered.get("password"))):
            return _page(401, "Wrong username or password", LOG_IN)
        user = name
    match entered.get("decision"):
        case "deny":
            return _send_back(request, {"error": "access_denied"})
        case "allow" if user is not None:
            return _send_back(request, _code(platform, request, user))
    if user is None:
        return _page(200, "", LOG_IN)
    return _ask(platform, application, user)


def _ask(platform: Platform, application: Application, user: str) -> web.Response:
    form = CONSENT.format(client_id=escape(application.client_id))
    page = _page(200, "", form)
    cookie = secrets.token_hex(16)
    platform.browsers[cookie] = user
    page.set_cookie(COOKIE, cookie, httponly=True, samesite="Lax")
    return page


def _code(platform: Platform, request: web.Request, user: str) -> dict[str, str]:
    query = request.query
    code = platform.office.issue_code(user, query["client_id"], query["redirect_uri"])
    return {"code": code}


def _send_back(request: web.Request, answer: dict[str, str]) -> web.Response:
    parts = urlsplit(request.query["redirect_uri"])
    query = [*parse_qsl(parts.query), *answer.items()]
    if "state" in request.query:
        query.append(("state", request.query["state"]))
    location = urlunsplit(parts._replace(query=urlencode(query)))
    return web.Response(status=302, headers={"Location": location})


def _page(status: int, message: str, form: str = "") -> web.Response:
    return web.Response(
        status=status,
        text=PAGE.format(message=escape(message), form=form),
        content_type="text/html",
    )
