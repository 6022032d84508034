"""The second generation of the REST interface; eWeLink v2 documents.

Answers come in an envelope `{error, msg, data}`, with HTTP 200 for errors too.
"""

from collections.abc import Collection, Mapping
import logging
from typing import Any, Final, override

import orjson

from .account import Credentials, Tokens
from .api import Api, SocketAddress, each_once, read_address, read_tokens
from .errors import V2_ERRORS, V2_STATUS_ERRORS, ErrorTable, RequestTimeoutError
from .http import Answer
from .models import Home
from .signing import new_nonce, sign
from .wire import NOTHING, as_int, as_mapping, as_text

_LOGGER = logging.getLogger(__name__)

_JSON: Final = "application/json; charset=utf-8"

# Things of a device list: 1 own device, 2 shared device, 3 group, 5 device of a
# shared home. An item that does not say is left to the parser.
_DEVICE_TYPES: Final = (1, 2, 5, None)
_ALL_AT_ONCE: Final = 0
_PAGE_SIZE: Final = 30
# Bounds the pages of one home whatever the server says of their number.
_MAX_PAGES: Final = 400


class ApiV2(Api):
    """The calls of the second generation."""

    _page_size = _ALL_AT_ONCE

    @override
    async def sign_in(self, region: str, credentials: Credentials) -> Tokens:
        members = {
            "countryCode": credentials.country_code,
            **credentials.account(),
            "password": credentials.password,
            "lang": "en",
        }
        answer = await self.signed_post("sign-in", region, "/v2/user/login", members)
        return read_tokens(answer, checked(answer), region)

    @override
    async def refresh(self, tokens: Tokens) -> Tokens:
        answer = await self.signed_post(
            "refresh",
            tokens.region,
            "/v2/user/refresh",
            {"rt": tokens.refresh_token},
        )
        return read_tokens(answer, checked(answer), tokens.region, tokens)

    @override
    async def homes(self, tokens: Tokens) -> list[Home]:
        answer = await self._get("home list", tokens, "/v2/family")
        homes = checked(answer).get("familyList")
        if not isinstance(homes, list):
            raise answer.unexpected("home list")
        return [
            Home(id=home_id, name=as_text(as_mapping(home).get("name")) or home_id)
            for home in homes
            if (home_id := as_text(as_mapping(home).get("id")))
        ]

    @override
    async def device_items(
        self, tokens: Tokens, homes: Collection[str] | None
    ) -> list[object]:
        if homes is None:
            homes = [home.id for home in await self.homes(tokens)]
        # A home that is named twice is asked once.
        items: list[object] = []
        for home in dict.fromkeys(homes):
            items.extend(await self._items_of_home(tokens, home))
        return each_once(items)

    @override
    async def dispatch(self, tokens: Tokens) -> SocketAddress:
        answer = await self._http.get(
            "dispatch",
            f"{self._hosts.dispatch(tokens.region)}/dispatch/app",
            query={},
            headers=self._headers(f"Bearer {tokens.access_token}"),
        )
        data = checked(answer)
        return read_address(answer, data or as_mapping(answer.body))

    async def profile(self, region: str, access_token: str) -> Mapping[str, Any]:
        """Return the profile of the account: `user` with its `apikey`, `region`."""
        answer = await self._http.get(
            "profile",
            f"{self._hosts.rest(region)}/v2/user/profile",
            query={},
            headers=self._headers(f"Bearer {access_token}"),
        )
        return checked(answer)

    async def signed_post(
        self, call: str, region: str, path: str, members: Mapping[str, str]
    ) -> Answer:
        """Make a call that needs no token but a signature.

        Args:
            call: The name of the call, for error messages.
            region: The region that is asked.
            path: The path of the call.
            members: The members of the body.
        """
        body = orjson.dumps(members)
        return await self._http.post(
            call,
            f"{self._hosts.rest(region)}{path}",
            body=body,
            headers=self._headers(f"Sign {sign(self._app.app_secret, body)}"),
        )

    async def _items_of_home(self, tokens: Tokens, home: str) -> list[object]:
        """Return the device items of one home.

        The documents warn that big pages may time out; when they do, small
        pages are asked for, then and from then on.
        """
        if self._page_size == _ALL_AT_ONCE:
            try:
                return await self._pages(tokens, home, _ALL_AT_ONCE)
            except RequestTimeoutError:
                _LOGGER.debug("The device list timed out, asking for small pages")
        items = await self._pages(tokens, home, _PAGE_SIZE)
        self._page_size = _PAGE_SIZE
        return items

    async def _pages(self, tokens: Tokens, home: str, size: int) -> list[object]:
        """Walk through the device list of one home.

        `total` counts devices too that this app is not shown, so the walk ends
        as well with a page that brings nothing new.
        """
        things: dict[str, object] = {}
        query = {"num": str(size), "familyid": home}
        for _ in range(_MAX_PAGES):
            answer = await self._get("device list", tokens, "/v2/device/thing", query)
            data = checked(answer)
            page = data.get("thingList")
            if not isinstance(page, list):
                raise answer.unexpected("device list")
            known = len(things)
            for thing in page:
                things.setdefault(_identity(thing), thing)
            last = as_int(as_mapping(page[-1]).get("index")) if page else None
            total = as_int(data.get("total"))
            if last is None or len(things) == known:
                break
            if total is not None and len(things) >= total:
                break
            query["beginIndex"] = str(last)
        return [
            as_mapping(thing).get("itemData")
            for thing in things.values()
            if as_int(as_mapping(thing).get("itemType")) in _DEVICE_TYPES
        ]

    async def _get(
        self,
        call: str,
        tokens: Tokens,
        path: str,
        query: Mapping[str, str] = NOTHING,
    ) -> Answer:
        return await self._http.get(
            call,
            f"{self._hosts.rest(tokens.region)}{path}",
            query=query,
            headers=self._headers(f"Bearer {tokens.access_token}"),
        )

    def _headers(self, authorization: str) -> dict[str, str]:
        return {
            "X-CK-Appid": self._app.app_id,
            "X-CK-Nonce": new_nonce(),
            "Authorization": authorization,
            "Content-Type": _JSON,
        }


def checked(answer: Answer, errors: ErrorTable = V2_ERRORS) -> Mapping[str, Any]:
    """Return the data of a success, empty where it has none.

    Args:
        answer: The answer to a call.
        errors: What codes mean for this call.

    Raises:
        EwelinkError: The call failed.
    """
    if (failure := answer.failure(errors, V2_STATUS_ERRORS)) is not None:
        raise failure
    return as_mapping(as_mapping(answer.body).get("data"))


def _identity(thing: object) -> str:
    """Return what tells a thing from others: the id of a device or a group."""
    data = as_mapping(as_mapping(thing).get("itemData"))
    named = as_text(data.get("deviceid")) or as_text(data.get("id"))
    return named or repr(thing)
