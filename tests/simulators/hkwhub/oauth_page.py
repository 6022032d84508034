"""The page on which a user lets an app in; "Creating a Consent Request"."""

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from .oauth_tokens import OAuthClient

if TYPE_CHECKING:
    from .cloud import HkIotCloud

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>HKIoTCloud (simulated)</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font-family: sans-serif; max-width: 24rem; margin: 4rem auto; }}
input, button {{ display: block; width: 100%; margin: .5rem 0; padding: .5rem; }}
</style></head><body><h1>Simulated HKIoTCloud</h1><p role="alert">{message}</p>{form}
</body></html>
"""
FORM = """<form method="post">
<label>Username <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password"
  autocomplete="current-password" required></label>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" formnovalidate>Deny</button></form>"""


async def oauth_page(cloud: HkIotCloud, request: web.Request) -> web.Response:
    """Show the page, or take what the user entered.

    The request is at `/oauth/authorize`; the user is sent back with `code` and `state`,
    or with `error=access_denied`.
    """
    query = request.query
    if query.get("response_type") != "code":
        cloud.note_fault("authorize", "response_type is not code")
        return _page(400, "response_type must be code", "")
    client = cloud.office.clients.get(query.get("client_id", ""))
    if client is None:
        return _page(401, "This client is unknown", "")
    if query.get("redirect_uri") not in client.redirect_uris:
        return _page(400, "This redirect_uri is not registered", "")
    if request.method == "GET":
        return _page(200, "", FORM)
    entered = await request.post()
    if entered.get("decision") == "deny":
        return _send_back(cloud, request, {"error": "access_denied"})
    username, password = str(entered.get("username")), str(entered.get("password"))
    if not cloud.office.check_user(username, password):
        return _page(401, "Wrong username or password", FORM)
    return _send_back(cloud, request, _code(cloud, request, username, client))


def _code(
    cloud: HkIotCloud, request: web.Request, username: str, client: OAuthClient
) -> dict[str, str]:
    redirect_uri = request.query["redirect_uri"]
    return {"code": cloud.office.issue_code(username, client, redirect_uri)}


def _send_back(
    cloud: HkIotCloud, request: web.Request, answer: dict[str, str]
) -> web.Response:
    parts = urlsplit(request.query["redirect_uri"])
    query = [*parse_qsl(parts.query), *answer.items()]
    if cloud.echo_state and "state" in request.query:
        query.append(("state", request.query["state"]))
    location = urlunsplit(parts._replace(query=urlencode(query)))
    return web.Response(status=302, headers={"Location": location})


def _page(status: int, message: str, form: str) -> web.Response:
    return web.Response(
        status=status,
        text=PAGE.format(message=escape(message), form=form),
        content_type="text/html",
    )
