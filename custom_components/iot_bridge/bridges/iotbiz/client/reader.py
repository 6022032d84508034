"""What a user sees of the devices of a platform.

Source: the platform's code, `/api/devices/` and `/api/telemetry/`: lists in pages, by
`limit` and `offset`.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from http import HTTPStatus
import logging
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from ....wire.exchange import TIMEOUT, Answer
from ....wire.values import as_int, iso_milliseconds
from .errors import NotAllowedError, SignInError, UnexpectedAnswerError
from .http import PlatformHttp, body_of
from .models import ListedDevice, TelemetryRow
from .parser import parse_device, parse_row
from .tokens import UserTokens

_LOGGER = logging.getLogger(__name__)

_DEVICES: Final = "devices"
_TELEMETRY: Final = "telemetry"
# Items; the platform's own number.
PAGE: Final = 500
# Pages that are read of a list
MOST_DEVICE_PAGES: Final = 20
MOST_ROW_PAGES: Final = 4


class IotbizReader:
    """Reads on a user's behalf."""

    def __init__(
        self,
        session: ClientSession,
        base: URL,
        username: str,
        password: str,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            base: From `api_base`.
            username: The user's name.
            password: The user's password.
            timeout: Seconds to wait for each answer.
        """
        self._http = PlatformHttp(session, base, timeout)
        self._tokens = UserTokens(self._http, username, password)

    async def devices(self) -> list[ListedDevice]:
        """Return all devices that the user may see.

        Raises:
            SignInError: The platform does not know the user, or not by this password.
            NotAllowedError: The user may not see devices.
            CannotConnectError: The platform was not reached, or is in trouble.
            UnexpectedAnswerError: The answer comes from no IoTBiz.
        """
        found: dict[str, ListedDevice] = {}
        odd = 0
        async for item in self._items(_DEVICES, {}, MOST_DEVICE_PAGES):
            device = parse_device(item)
            if device is None:
                odd += 1
            else:
                # It may be on two pages, if others were removed meanwhile.
                found[device.key] = device
        if odd:
            _LOGGER.debug("%d devices cannot be read", odd)
        return list(found.values())

    async def newest(self, key: str, since: datetime | None) -> TelemetryRow | None:
        """Return the latest of what a device has said.

        Args:
            key: Of the device.
            since: What is older is not asked for; with a time zone. None: anything.
                The platform does not say in which order it lists them: of very many,
                the first and the last ones are read.

        Returns:
            None if there is nothing that can be used.

        Raises:
            IotbizError: As of `devices`.
        """
        query = {"device": key}
        if since is not None:
            query["start"] = iso_milliseconds(since)
        rows = [
            row
            async for item in self._items(_TELEMETRY, query, MOST_ROW_PAGES)
            if (row := parse_row(item)) is not None
        ]
        return max(rows, key=lambda row: row.time, default=None)

    async def _items(
        self, path: str, query: Mapping[str, str], most_pages: int
    ) -> AsyncIterator[Any]:
        """Yield the items of a list, of too long a one the first and the last."""
        offset = 0
        for number in range(most_pages):
            page = {**query, "limit": str(PAGE), "offset": str(offset)}
            what = f"GET {path}"
            body = body_of(await self._ask(path, page), what)
            items = body.get("results")
            if not isinstance(items, list):
                raise UnexpectedAnswerError(f"{what}: the answer is no list")
            for item in items:
                yield item
            offset += len(items)
            if not items or not _has_more(body, offset):
                return
            if number == 0 and (count := as_int(body.get("count"))) is not None:
                offset = max(offset, count - len(items) * (most_pages - 1))
        _LOGGER.debug("GET %s: the list is too long to be read whole", path)

    async def _ask(self, path: str, query: Mapping[str, str]) -> Answer:
        what = f"GET {path}"
        token = await self._tokens.access_token()
        answer = await self._http.get(path, query, token)
        for renew in (self._tokens.renew, self._tokens.sign_in):
            if answer.status != HTTPStatus.UNAUTHORIZED:
                break
            _LOGGER.debug("%s: the access token is renewed", what)
            token = await renew(token)
            answer = await self._http.get(path, query, token)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise SignInError(f"{what}: HTTP {answer.status}")
        if answer.status == HTTPStatus.FORBIDDEN:
            raise NotAllowedError(f"{what}: HTTP {answer.status}")
        return answer


def _has_more(body: Mapping[str, Any], offset: int) -> bool:
    """Return whether there is something behind a part of a list."""
    count = as_int(body.get("count"))
    return bool(body.get("next")) if count is None else offset < count
