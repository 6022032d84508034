"""The eWeLink client: one account, its devices and its socket."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Never

from aiohttp import ClientSession

from .account import App, Credentials, Generation, Tokens
from .api import Api
from .auth import Auth
from .errors import AuthenticationError, LinkLostError, NotConnectedError
from .handshake import open_connection
from .http import Http
from .models import Device, DeviceUpdate, Home
from .oauth import authorize_url, tokens_for_code
from .outbox import Outbox
from .pacing import Pace, RequestGate, TokenBucket
from .parser import parse_devices
from .regions import Hosts
from .socket import SocketConnection, reply_params
from .v1 import ApiV1
from .v2 import ApiV2


class EwelinkClient:
    """Signs in, lists devices, delivers what they report and sends commands.

    Every method may raise an `EwelinkError`; none lets a secret into it.
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        generation: Generation,
        app: App,
        region: str,
        server: str | None = None,
        credentials: Credentials | None = None,
        tokens: Tokens | None = None,
        on_tokens: Callable[[Tokens], None] | None = None,
        pace: Pace = Pace(),
        gate: RequestGate | None = None,
    ) -> None:
        """Prepare a client; nothing is sent yet.

        Args:
            session: Makes the connections; it is never closed here.
            generation: The generation of the protocol.
            app: The app whose id and secret are used.
            region: Where to sign in first: cn, as, eu or us.
            server: An address in place of CoolKit's, which may hold `{region}`.
            credentials: What to sign in with, None after OAuth.
            tokens: The tokens of an earlier session.
            on_tokens: Told of each new set of tokens, to store them.
            pace: Rates and time limits.
            gate: Keeps the interval between REST calls, which the cloud counts by
                address: to be shared by all clients of one server.
        """
        self._session = session
        self._app = app
        self._pace = pace
        self._hosts = Hosts(generation, server)
        http = Http(session, pace, gate)
        make_api = {Generation.V1: ApiV1, Generation.V2: ApiV2}[generation]
        self._api: Api = make_api(http, self._hosts, app)
        self._auth = Auth(
            self._api,
            region=region,
            credentials=credentials,
            tokens=tokens,
            on_tokens=on_tokens,
        )
        self._outbox = Outbox(TokenBucket(pace.message_rate, pace.message_burst))
        self._complaints: set[str] = set()
        self._listening = False
        self._link: SocketConnection | None = None
        self._up = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether the socket is up."""
        return self._link is not None

    @property
    def tokens(self) -> Tokens | None:
        """The present tokens, None before the first sign-in."""
        return self._auth.tokens

    @property
    def region(self) -> str:
        """The region of the account, as far as it is known."""
        return self._auth.region

    async def sign_in(self) -> Tokens:
        """Sign in with the credentials; go to another region if sent there.

        Returns:
            The tokens, which `on_tokens` was told too.

        Raises:
            AuthenticationError: The credentials are wrong, or there are none.
            AppError: The app is not accepted.
            RegionError: The regions send the account round in circles.
        """
        return await self._auth.sign_in()

    def authorize_url(self, *, redirect_url: str, state: str) -> str:
        """Return the address of the page where a user authorises the app.

        Args:
            redirect_url: Where the page sends the code; registered for the app.
            state: Comes back with the code.

        Raises:
            ValueError: The first generation knows no OAuth.
        """
        self._oauth_api()
        return authorize_url(
            self._hosts, self.region, self._app, redirect_url=redirect_url, state=state
        )

    async def sign_in_with_code(self, code: str, *, redirect_url: str) -> Tokens:
        """Sign in with the code that the OAuth page sent back.

        Args:
            code: The code, at most 30 seconds old.
            redirect_url: The same as for the page.

        Returns:
            The tokens, which `on_tokens` was told too.

        Raises:
            CodeRejectedError: The code is wrong, used or too old.
            ValueError: The first generation knows no OAuth.
        """
        api = self._oauth_api()

        async def buy(region: str) -> Tokens:
            return await tokens_for_code(api, region, code, redirect_url=redirect_url)

        return await self._auth.sign_in_with(buy)

    async def homes(self) -> list[Home]:
        """Return the homes of the account; the first generation has none."""
        return await self._auth.run(self._api.homes)

    async def devices(self, homes: Collection[str] | None = None) -> list[Device]:
        """Return the devices, own and shared ones, each once.

        Args:
            homes: The ids of the homes asked for, None for all. The first
                generation returns the whole account whatever is asked.
        """

        async def items(tokens: Tokens) -> list[object]:
            return await self._api.device_items(tokens, homes)

        return parse_devices(await self._auth.run(items), self._complaints)

    async def listen(
        self,
        *,
        on_up: Callable[[], None],
        on_update: Callable[[DeviceUpdate], None],
    ) -> Never:
        """Connect the socket and deliver what devices report until it ends.

        It does not reconnect: the caller does, with a growing pause.

        Args:
            on_up: Told once, when the socket is up.
            on_update: Told of each report.

        Raises:
            CannotConnectError: The socket did not come up, or ended
                (`LinkLostError`).
            AuthenticationError: The cloud does not accept the account any more.
            RuntimeError: It is listening already.
        """
        if self._listening:
            raise RuntimeError("this client is listening already")
        self._listening = True
        try:
            link = await self._auth.run(self._open_connection)
            try:
                await self._use_link(link, on_up, on_update)
            except AuthenticationError:
                if not await self._auth.has_replaced(link.tokens):
                    raise
                # It was this client that signed in again, nobody else.
                raise LinkLostError("socket: opened with former tokens") from None
        finally:
            self._listening = False

    async def send(
        self,
        device: Device,
        params: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        on_ack: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> Mapping[str, Any]:
        """Send new values to a device and wait until that is acknowledged.

        Commands to one device go one after the other, in the order of the calls.

        Args:
            device: The device.
            params: The values by the device's own names, or what returns them
                when it is this command's turn: one that repeats part of the
                device's state has to know what earlier commands made of it.
            on_ack: Told of the values when they are acknowledged, and before
                `on_update` is told of anything that comes after.

        Returns:
            The values that were sent.

        Raises:
            CommandError: The command was refused, or could not be sent.
        """
        values = params if callable(params) else lambda: params
        sent, _ = await self._command("update", device, values, on_ack)
        return sent

    async def request(self, device: Device, params: Mapping[str, Any]) -> DeviceUpdate:
        """Ask a device for something that it tells with its acknowledgement.

        Args:
            device: The device.
            params: The request by the device's own names, such as `hundredDaysKwh`.

        Raises:
            CommandError: The request was refused, or could not be sent.
        """
        _, reply = await self._command("update", device, lambda: params)
        return DeviceUpdate(device_id=device.id, params=reply_params(reply))

    async def query(self, device: Device, names: Sequence[str] = ()) -> DeviceUpdate:
        """Ask the cloud what it knows of a device.

        Args:
            device: The device.
            names: The device's own names of what is asked for, none for all.

        Raises:
            CommandError: The query was refused, or could not be sent.
        """
        _, reply = await self._command("query", device, lambda: list(names))
        return DeviceUpdate(device_id=device.id, params=reply_params(reply))

    async def _command[ParamsT](
        self,
        action: str,
        device: Device,
        params: Callable[[], ParamsT],
        on_ack: Callable[[ParamsT], None] | None = None,
    ) -> tuple[ParamsT, Mapping[str, Any]]:
        """Send a message about a device when it is its turn.

        Returns:
            What was sent as `params`, and the reply.
        """
        loop = asyncio.get_running_loop()
        patience = self._pace.command_timeout
        # Commands that queue up for one device wait for the socket together.
        socket_due = loop.time() + patience
        async with self._outbox.turns.of(device.id):
            began = loop.time()
            link = await self._connected_link(action, socket_due)
            sent = params()
            reply = await link.command(
                action,
                device.id,
                device.owner_apikey,
                sent,
                seconds=patience - (loop.time() - began),
                on_ack=None if on_ack is None else partial(on_ack, sent),
            )
        return sent, reply

    async def _connected_link(self, action: str, due: float) -> SocketConnection:
        """Return the socket once it is up, until a moment by the loop's clock."""
        try:
            async with asyncio.timeout_at(due):
                while (link := self._link) is None:
                    await self._up.wait()
        except TimeoutError:
            raise NotConnectedError(f"{action}: the socket is down") from None
        return link

    async def _use_link(
        self,
        link: SocketConnection,
        on_up: Callable[[], None],
        on_update: Callable[[DeviceUpdate], None],
    ) -> Never:
        try:
            self._link = link
            self._up.set()
            on_up()
            await link.run(on_update)
        finally:
            self._link = None
            self._up.clear()
            await link.close()

    async def _open_connection(self, tokens: Tokens) -> SocketConnection:
        address = await self._api.dispatch(tokens)
        return await open_connection(
            self._session,
            self._hosts.socket(address.host, address.port),
            app_id=self._app.app_id,
            tokens=tokens,
            pace=self._pace,
            outbox=self._outbox,
        )

    def _oauth_api(self) -> ApiV2:
        if not isinstance(self._api, ApiV2):
            # The caller's mistake, whatever the type of the attribute.
            raise ValueError("OAuth needs the second generation")  # noqa: TRY004
        return self._api
