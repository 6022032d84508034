"""Starts a real Home Assistant with this integration, and talks to it as its web page does.

Used by the end-to-end tests, the demo and the screenshots.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
import itertools
import json
from pathlib import Path
import sys
from typing import Any, Final, Self

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse

from .config_folder import write_config_folder

_START_SECONDS: Final = 120
_STOP_SECONDS: Final = 30


class StartError(RuntimeError):
    """Home Assistant did not come up."""


class HomeAssistantProcess:
    """A Home Assistant in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        """Describe it; `start` starts it.

        Args:
            folder: Its configuration folder, made where it is missing.
            port: The port of its web page on 127.0.0.1.
        """
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "home-assistant.log"
        self.log_before = folder / "home-assistant.before.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until its web page answers.

        Raises:
            StartError: It ended or did not answer in time.
        """
        write_config_folder(self.folder, self.port)
        with (self.folder / "output.log").open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "homeassistant",
                "--config",
                str(self.folder),
                "--skip-pip",
                cwd=self.folder,
                stdout=output,
                stderr=output,
                # A terminal sends Ctrl-C to the whole group: one that it is told of
                # besides being ended by `stop` would end it before it has saved all.
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._wait_until_it_answers()
        except TimeoutError as err:
            await self.stop()
            raise StartError(
                f"No answer in {_START_SECONDS} s, see {self.log}"
            ) from err

    async def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        async with ClientSession() as session:
            while self._process.returncode is None:
                with suppress(ClientError):
                    async with session.get(f"{self.url}/manifest.json") as response:
                        if response.ok:
                            return
                await asyncio.sleep(0.2)
        raise StartError(f"Home Assistant ended at once, see {self.log}")

    async def wait(self) -> int:
        """Wait until it ends by itself, and return its exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> None:
        """End it, by force if it does not listen."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_SECONDS):
                    await self._process.wait()
        finally:
            # Also when this is interrupted: nobody else would end it.
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()


class HomeAssistantApi:
    """Home Assistant's own interfaces, signed in as a user."""

    def __init__(
        self, session: ClientSession, url: str, tokens: Mapping[str, Any]
    ) -> None:
        """Use a session that is signed in already.

        Args:
            session: Makes the requests.
            url: The address of the web page.
            tokens: What `/auth/token` answered.
        """
        self.url = url
        self.tokens = tokens
        self._session = session
        self._headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    @classmethod
    async def sign_in(
        cls, session: ClientSession, url: str, username: str, password: str
    ) -> Self:
        """Sign in as a user; on a new installation this user is made.

        Args:
            session: Makes the requests.
            url: The address of the web page.
            username: The user's name for signing in.
            password: The user's password.
        """
        client_id = f"{url}/"
        async with session.get(f"{url}/api/onboarding") as response:
            # Once there is a user, nobody is asked to make one any more.
            is_new = response.ok
        if not is_new:
            code = await _sign_in_code(session, url, username, password)
        else:
            code = (
                await _post(
                    session,
                    f"{url}/api/onboarding/users",
                    {
                        "client_id": client_id,
                        "name": username.capitalize(),
                        "username": username,
                        "password": password,
                        "language": "en",
                    },
                )
            )["auth_code"]
        async with session.post(
            f"{url}/auth/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "client_id": client_id,
            },
        ) as response:
            response.raise_for_status()
            return cls(session, url, await response.json())

    async def get(self, path: str) -> Any:
        """Read something under `/api`."""
        async with self._session.get(
            f"{self.url}/api/{path}", headers=self._headers
        ) as response:
            response.raise_for_status()
            return await response.json()

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send something under `/api`."""
        return await _post(
            self._session, f"{self.url}/api/{path}", body or {}, self._headers
        )

    async def delete(self, path: str) -> None:
        """Delete something under `/api`."""
        async with self._session.delete(
            f"{self.url}/api/{path}", headers=self._headers
        ) as response:
            response.raise_for_status()

    async def states(self) -> dict[str, dict[str, Any]]:
        """Return all states by entity id."""
        return {state["entity_id"]: state for state in await self.get("states")}

    async def call(self, domain: str, action: str, **data: Any) -> Any:
        """Perform an action and wait until it is done."""
        return await self.post(f"services/{domain}/{action}", data)

    async def walk_flow(
        self,
        *answers: Mapping[str, Any],
        kind: str = "flow",
        see: Callable[[Mapping[str, Any]], None] = lambda _: None,
    ) -> dict[str, Any]:
        """Walk through a config flow, as the web page does.

        Args:
            answers: The flow's handler first, then what is entered in each step.
            kind: "flow" adds an integration, "options/flow" changes an entry's options,
                "subentries/flow" adds to an entry.
            see: Told what each step shows.

        Returns:
            The flow's last result.
        """
        path = f"config/config_entries/{kind}"
        result: dict[str, Any] = {}
        for answer in answers:
            result = await self.post(path, answer)
            see(result)
            path = f"config/config_entries/{kind}/{result['flow_id']}"
        return result

    @asynccontextmanager
    async def websocket(self) -> AsyncIterator[HomeAssistantWebsocket]:
        """Open the web socket that the web page uses."""
        async with self._session.ws_connect(f"{self.url}/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json(
                {"type": "auth", "access_token": self.tokens["access_token"]}
            )
            await socket.receive_json()
            yield HomeAssistantWebsocket(socket)


class HomeAssistantWebsocket:
    """Commands and events over the web socket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Use a socket that is signed in already."""
        self._socket = socket
        self._ids = itertools.count(1)

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send a command and return its result; events in between are passed over."""
        command_id = next(self._ids)
        await self._socket.send_json({"id": command_id, "type": kind, **fields})
        while True:
            message = await self._socket.receive_json()
            if message["id"] == command_id and message["type"] == "result":
                if not message["success"]:
                    raise RuntimeError(f"{kind}: {message['error']}")
                return message["result"]

    async def next_event(self) -> Any:
        """Return the next event of any subscription."""
        while True:
            message = await self._socket.receive_json()
            if message["type"] == "event":
                return message["event"]


async def _post(
    session: ClientSession,
    url: str,
    body: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Any:
    async with session.post(url, json=body, headers=headers) as response:
        text = await response.text()
        if not response.ok:
            raise RuntimeError(f"POST {url}: {response.status} {text}")
        return json.loads(text)


async def _sign_in_code(
    session: ClientSession, url: str, username: str, password: str
) -> str:
    client_id = f"{url}/"
    flow = await _post(
        session,
        f"{url}/auth/login_flow",
        {
            "client_id": client_id,
            "handler": ["homeassistant", None],
            "redirect_uri": client_id,
        },
    )
    result = await _post(
        session,
        f"{url}/auth/login_flow/{flow['flow_id']}",
        {"client_id": client_id, "username": username, "password": password},
    )
    code: str = result["result"]
    return code
