"""HKIoTCloud: REST with OAuth2; HKWHub specification, "HKIoTCloud Mode"."""

import base64
from collections.abc import Mapping
from typing import Literal, override

from aiohttp import web

from .home import SimulatedHome, random_token
from .oauth_page import oauth_page
from .oauth_tokens import OAuthClient, OAuthError, TokenOffice
from .rest import RestServer, ResultForm
from .sessions import Front
from .trouble import Trouble
from .vocabulary import JsonObject

type HubOffline = Literal["504", "false", "hang"]

BEARER = "Bearer "
BASIC = "Basic "
FORM_TYPE = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class HkIotCloud(RestServer):
    """The cloud, and the hub that is connected to it.

    Attributes:
        office: Users, clients and tokens.
        echo_state: Whether `state` comes back with the code; undocumented.
        hub_offline: What commands get while the hub app is not connected: HTTP 504,
            `{"Result":"false"}` or nothing; None: it is connected.
        oauth_trouble: What goes wrong below `/oauth/`; "authorize" and "token" are the
            names of the commands.
        token_requests: Forms that were posted to `/oauth/token`, secrets included.
    """

    def __init__(self, home: SimulatedHome, result_as: ResultForm = "string") -> None:
        """Serve a home.

        Args:
            home: Where commands are carried out.
            result_as: Whether true is the text "true" or a JSON boolean.
        """
        front = Front(name="cloud", new_token=random_token)
        super().__init__(home, front, "/api/v1/", result_as=result_as)
        # Through the home, so that a clock that is replaced later counts here too.
        self.office = TokenOffice(lambda: home.clock())
        self.echo_state = True
        self.hub_offline: HubOffline | None = None
        self.oauth_trouble = Trouble()
        self.token_requests: list[Mapping[str, str]] = []

    def add_user(self, username: str, password: str) -> None:
        """Let somebody have signed up; again with a new password: changed it."""
        self.office.users[username] = password

    def add_client(
        self, client_id: str, secret: str, redirect_uris: tuple[str, ...] = ()
    ) -> OAuthClient:
        """Register an app."""
        client = OAuthClient(id=client_id, secret=secret, redirect_uris=redirect_uris)
        self.office.clients[client_id] = client
        return client

    def sign_in(self, username: str, client_id: str) -> JsonObject:
        """Return new tokens without asking anybody, as `/oauth/token` answers.

        Raises:
            LookupError: The user or the client is unknown.
        """
        if username not in self.office.users:
            raise LookupError(username)
        return self.office.issue(username, self.office.clients[client_id])

    def expire_access_tokens(self) -> None:
        """Let the time of all access tokens run out."""
        self.office.expire_access_tokens()

    def revoke_all(self) -> None:
        """Let all tokens end: users have to sign in again."""
        self.office.revoke_all()

    def note_fault(self, name: str, fault: str) -> None:
        """Note what only a wrongly programmed client does."""
        self.home.note_fault(self.front, name, fault)

    @override
    def _add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/oauth/{name:authorize|token}", self._oauth)

    @override
    async def _refuse(self, request: web.Request, command: str) -> web.Response | None:
        header = request.headers.get("Authorization", "")
        if not header.startswith(BEARER):
            self.note_fault(command, "there is no bearer token")
            return self._answer({"error": "unauthorized"}, 401)
        if not self.office.is_valid(header.removeprefix(BEARER)):
            return self._answer({"error": "invalid_token"}, 401)
        if self.hub_offline == "hang":
            await self._hang()
            return self._drop(request)
        if self.hub_offline == "504":
            return web.Response(status=504, text="Gateway Timeout")
        if self.hub_offline == "false":
            return self._answer({"Result": "false"})
        return None

    async def _oauth(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        refused = await self._apply(self.oauth_trouble, request, name)
        if refused is not None:
            return refused
        if name == "authorize" and request.method in ("GET", "POST"):
            return await oauth_page(self, request)
        if name == "authorize" or request.method != "POST":
            self.note_fault(name, f"sent by {request.method}")
            return web.Response(status=405)
        if request.content_type != FORM_TYPE:
            self.note_fault(name, f"the body is {request.content_type}")
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.token_requests.append(form)
        try:
            answer = self._grant(request, form)
        except OAuthError as error:
            body = {"error": error.error}
            return web.json_response(body, status=error.status, headers=NO_STORE)
        if self.oauth_trouble.lose_answer and self.oauth_trouble.concerns(name):
            return self._drop(request)
        return web.json_response(answer, headers=NO_STORE)

    def _grant(self, request: web.Request, form: Mapping[str, str]) -> JsonObject:
        grant_type = form.get("grant_type")
        if grant_type == "password":
            client = self._client_of_header(request)
            username, password = self._fields(form, "username", "password")
            if not self.office.check_user(username, password):
                raise OAuthError("invalid_grant")
            return self.office.issue(username, client)
        if grant_type == "authorization_code":
            client = self._client_of_body(form)
            code, redirect_uri = self._fields(form, "code", "redirect_uri")
            return self.office.exchange_code(code, client, redirect_uri)
        if grant_type == "refresh_token":
            client = self._client_of_body(form)
            (token,) = self._fields(form, "refresh_token")
            return self.office.refresh(token, client)
        self.note_fault("token", f"grant_type {grant_type} is unknown")
        raise OAuthError("unsupported_grant_type")

    def _client_of_header(self, request: web.Request) -> OAuthClient:
        header = request.headers.get("Authorization", "")
        decoded = _decode_basic(header)
        if decoded is None:
            self.note_fault("token", "there is no Basic header with the client")
            raise OAuthError("invalid_request")
        client_id, _, secret = decoded.partition(":")
        return self.office.check_client(client_id, secret)

    def _client_of_body(self, form: Mapping[str, str]) -> OAuthClient:
        client_id, secret = self._fields(form, "client_id", "client_secret")
        return self.office.check_client(client_id, secret)

    def _fields(self, form: Mapping[str, str], *names: str) -> list[str]:
        for name in names:
            if name not in form:
                self.note_fault("token", f"{name} is missing")
                raise OAuthError("invalid_request")
        return [form[name] for name in names]


def _decode_basic(header: str) -> str | None:
    if not header.startswith(BASIC):
        return None
    try:
        return base64.b64decode(header.removeprefix(BASIC), validate=True).decode()
    except ValueError:
        return None
