"""What speaks HTTP with a server, and looks at its answers."""

from dataclasses import dataclass
import json
from typing import Any, Final, Self, override

import aiohttp

_SECONDS: Final = 30.0
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer; its `repr` has no body, which may hold a password.

    Attributes:
        status: The HTTP status.
        content_type: Of the body.
        headers: Its headers, with small letters.
        text: The body.
    """

    status: int
    content_type: str
    headers: dict[str, str]
    text: str

    @override
    def __repr__(self) -> str:
        """Tell the status, and the reason of a refusal."""
        return f"<Answer {self.status} {self.error}>"

    @property
    def json(self) -> Any:
        """Return the body as JSON, None if it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    @property
    def error(self) -> str:
        """Return the reason of a refusal, "" if there is none."""
        body = self.json
        error = body.get("error", "") if isinstance(body, dict) else ""
        return error if isinstance(error, str) else ""

    @property
    def is_json(self) -> bool:
        """Return whether the answer says that it is JSON."""
        return self.content_type == _JSON


class HttpCaller:
    """Has an HTTP session of its own from the first request on, until it is closed.

    Attributes:
        base: The address of the server, with what is in front of the documented paths.
        faults: What in the server's answers is not as documented.
    """

    def __init__(self, base: str, local_address: str | None = None) -> None:
        """Ask nothing yet.

        Args:
            base: As of the attribute.
            local_address: The address that requests come from; None: any.
        """
        self.base = base.rstrip("/")
        self.faults: list[str] = []
        self._local_address = local_address
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """End the session; with the next request there is a new one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(
        self, path: str, body: Any, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send JSON; redirects are not followed.

        Raises:
            aiohttp.ClientError: There is no answer.
            TimeoutError: There is none in time.
        """
        if self._session is None:
            self._session = self._open()
        async with self._session.post(
            self.base + path, json=body, headers=headers, allow_redirects=False
        ) as response:
            return Answer(
                status=response.status,
                content_type=response.content_type,
                headers={
                    name.lower(): value for name, value in response.headers.items()
                },
                text=await response.text(errors="replace"),
            )

    def _open(self) -> aiohttp.ClientSession:
        local = None if self._local_address is None else (self._local_address, 0)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(local_addr=local, force_close=True),
            timeout=aiohttp.ClientTimeout(total=_SECONDS),
        )

    def _expect(self, what: str, *, wanted: bool) -> None:
        """Note a fault of the server."""
        if not wanted:
            self.faults.append(what)
