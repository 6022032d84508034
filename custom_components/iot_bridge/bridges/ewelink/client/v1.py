"""The first generation of the REST interface; eWeLink developer guide, steps 1-3."""

from collections.abc import Collection
import time
from typing import Any, Final, override

import orjson

from .account import Credentials, Tokens
from .api import Api, SocketAddress, each_once, read_address, read_tokens
from .errors import V1_ERRORS, V1_REFRESH_ERRORS, V1_SIGN_IN_ERRORS, ErrorTable
from .http import Answer
from .models import Home
from .signing import new_nonce, sign, sign_query
from .wire import as_mapping

_INTERFACE_VERSION: Final = 8
_JSON: Final = "application/json"


class ApiV1(Api):
    """The calls of the first generation."""

    @override
    async def sign_in(self, region: str, credentials: Credentials) -> Tokens:
        body = orjson.dumps(
            {
                **self._common(),
                **credentials.account(),
                "password": credentials.password,
            }
        )
        signature = sign(self._app.app_secret, body)
        answer = await self._http.post(
            "sign-in",
            f"{self._hosts.rest(region)}/api/user/login",
            body=body,
            headers=_headers(f"Sign {signature}"),
        )
        members = as_mapping(_checked(answer, V1_SIGN_IN_ERRORS))
        return read_tokens(answer, members, region)

    @override
    async def refresh(self, tokens: Tokens) -> Tokens:
        query = {
            **self._common_query(),
            "grantType": "refresh",
            "rt": tokens.refresh_token,
        }
        signature = sign_query(self._app.app_secret, query)
        answer = await self._http.get(
            "refresh",
            f"{self._hosts.rest(tokens.region)}/api/user/refresh",
            query=query,
            headers=_headers(f"Sign {signature}"),
        )
        members = as_mapping(_checked(answer, V1_REFRESH_ERRORS))
        return read_tokens(answer, members, tokens.region, tokens)

    @override
    async def homes(self, tokens: Tokens) -> list[Home]:
        return []

    @override
    async def device_items(
        self, tokens: Tokens, homes: Collection[str] | None
    ) -> list[object]:
        answer = await self._http.get(
            "device list",
            f"{self._hosts.rest(tokens.region)}/api/user/device",
            query={**self._common_query(), "lang": "en", "getTags": "1"},
            headers=_headers(f"Bearer {tokens.access_token}"),
        )
        body = _checked(answer, V1_ERRORS)
        # The guide's table says an object, its example is a bare array.
        items = body if isinstance(body, list) else body.get("devicelist")
        if not isinstance(items, list):
            raise answer.unexpected("device list")
        return each_once(items)

    @override
    async def dispatch(self, tokens: Tokens) -> SocketAddress:
        answer = await self._http.post(
            "dispatch",
            f"{self._hosts.dispatch(tokens.region)}/dispatch/app",
            body=orjson.dumps({**self._common(), "accept": "ws"}),
            headers=_headers(f"Bearer {tokens.access_token}"),
        )
        return read_address(answer, as_mapping(_checked(answer, V1_ERRORS)))

    def _common(self) -> dict[str, str | int]:
        return {
            "appid": self._app.app_id,
            "nonce": new_nonce(),
            "ts": int(time.time()),
            "version": _INTERFACE_VERSION,
        }

    def _common_query(self) -> dict[str, str]:
        return {name: str(value) for name, value in self._common().items()}


def _headers(authorization: str) -> dict[str, str]:
    return {"Authorization": authorization, "Content-Type": _JSON}


def _checked(answer: Answer, errors: ErrorTable) -> Any:
    """Return the body of a success, an object or an array."""
    if (failure := answer.failure(errors)) is not None:
        raise failure
    return answer.body
