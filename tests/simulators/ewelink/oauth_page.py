"""The page where a user lets an app in (eWeLink v2 documents, OAuth2)."""

from html import escape
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from .accounts import SimulatedAccount, SimulatedApp
from .checks import check_nonce, is_near_now
from .refusal import Refusal
from .signing import page_message, signature

if TYPE_CHECKING:
    from .simulator import EwelinkSimulator

OAUTH_PATH = "/oauth/index.html"
MILLISECONDS = re.compile(r"[0-9]{13}")
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>eWeLink (simulated)</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font-family: sans-serif; max-width: 24rem; margin: 4rem auto; }}
input, button {{ display: block; width: 100%; margin: .5rem 0; padding: .5rem; }}
</style></head><body><h1>Simulated eWeLink</h1><p role="alert">{message}</p>{form}
</body></html>
"""
FORM = """<form method="post">
<label>E-mail or phone number<input name="email" autocomplete="username"></label>
<label>Password<input name="password" type="password"></label>
<button type="submit">Log in</button></form>
"""


async def oauth_page(
    simulator: EwelinkSimulator, request: web.Request
) -> web.StreamResponse:
    """Show the login form, or take it and send the user back with a code."""
    try:
        app = _check_link(simulator, request)
    except Refusal as refusal:
        simulator.note_fault(refusal.fault)
        return _page(400, refusal.reason, "")
    if request.method != "POST":
        return _page(200, "", FORM)
    form = await request.post()
    account = simulator.find_account(str(form.get("email", "")))
    if account is None or account.password != form.get("password"):
        return _page(401, "Wrong account or password", FORM)
    return _send_back(simulator, request, account, app)


def _check_link(simulator: EwelinkSimulator, request: web.Request) -> SimulatedApp:
    query = request.query
    app = simulator.apps.get(query.get("clientId", ""))
    if app is None:
        fault = None if query.get("clientId") else "OAuth page: no `clientId`"
        raise Refusal(407, "Unknown clientId", fault=fault)
    if not app.allowed or app.expired:
        raise Refusal(407, "This app may not be used")
    sequence = query.get("seq", "")
    if not MILLISECONDS.fullmatch(sequence) or not is_near_now(
        simulator, int(sequence) / 1000
    ):
        raise _bad_link("seq", "is not the time in milliseconds")
    given = query.get("authorization")
    message = page_message(app.app_id, sequence)
    if given != signature(app.secret, message):
        mistyped = any(
            given == signature(secret, message) for secret in app.mistaken_secrets
        )
        refusal = _bad_link("authorization", "is wrong")
        refusal.fault = None if mistyped else refusal.fault
        raise refusal
    if query.get("redirectUrl") not in app.redirect_urls:
        raise _bad_link("redirectUrl", "is not registered")
    if query.get("grantType") != "authorization_code":
        raise _bad_link("grantType", "is not authorization_code")
    if not query.get("state"):
        raise _bad_link("state", "is missing")
    if not check_nonce(query.get("nonce")):
        raise _bad_link("nonce", "is not 8 alphanumeric characters")
    return app


def _bad_link(name: str, text: str) -> Refusal:
    return Refusal(400, f"{name} {text}", fault=f"OAuth page: `{name}` {text}")


def _send_back(
    simulator: EwelinkSimulator,
    request: web.Request,
    account: SimulatedAccount,
    app: SimulatedApp,
) -> web.Response:
    redirect_url = request.query["redirectUrl"]
    parts = urlsplit(redirect_url)
    query = [
        *parse_qsl(parts.query),
        ("code", simulator.issue_code(account, app, redirect_url)),
        ("region", account.region),
        ("state", request.query["state"]),
    ]
    location = urlunsplit(parts._replace(query=urlencode(query)))
    return web.Response(status=302, headers={"Location": location})


def _page(status: int, message: str, form: str) -> web.Response:
    return web.Response(
        status=status,
        text=PAGE.format(message=escape(message), form=form),
        content_type="text/html",
    )
