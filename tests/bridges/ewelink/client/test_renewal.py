"""Renewing tokens when nobody waits for it any more."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
import time
from typing import override

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import auth as auth_module
from custom_components.iot_bridge.bridges.ewelink.client.account import (
    Credentials,
    Tokens,
)
from custom_components.iot_bridge.bridges.ewelink.client.api import Api, SocketAddress
from custom_components.iot_bridge.bridges.ewelink.client.auth import Auth
from custom_components.iot_bridge.bridges.ewelink.client.models import Home

OLD = Tokens(
    access_token="old",
    refresh_token="old",
    access_expires_at=0,
    refresh_expires_at=time.time() + 86400,
    region="eu",
    apikey="key",
)
NEW = replace(OLD, access_token="new", access_expires_at=time.time() + 30 * 86400)


class SlowCloud(Api):
    """Has renewed the tokens at once, and answers late."""

    def __init__(self) -> None:
        """Start with nobody asking."""
        self.asked = asyncio.Event()
        self.answers = asyncio.Event()

    @override
    async def refresh(self, tokens: Tokens) -> Tokens:
        self.asked.set()
        await self.answers.wait()
        return NEW

    @override
    async def sign_in(self, region: str, credentials: Credentials) -> Tokens:
        raise AssertionError

    @override
    async def homes(self, tokens: Tokens) -> list[Home]:
        return []

    @override
    async def device_items(
        self, tokens: Tokens, homes: Collection[str] | None
    ) -> list[object]:
        raise AssertionError

    @override
    async def dispatch(self, tokens: Tokens) -> SocketAddress:
        raise AssertionError


def start_renewal(cloud: SlowCloud) -> tuple[asyncio.Task[list[Home]], list[Tokens]]:
    """Make a call that needs new tokens; returns it, and where these are stored."""
    stored: list[Tokens] = []
    auth = Auth(
        cloud, region="eu", credentials=None, tokens=OLD, on_tokens=stored.append
    )
    return asyncio.create_task(auth.run(cloud.homes)), stored


async def test_answer_on_its_way_is_stored() -> None:
    """The former tokens are dead: losing the new ones would sign the user out."""
    cloud = SlowCloud()
    call, stored = start_renewal(cloud)
    await cloud.asked.wait()
    call.cancel()
    await asyncio.sleep(0)
    cloud.answers.set()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert stored == [NEW]


async def test_no_answer_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unloading waits for a moment, not for ever, and leaves no task."""
    monkeypatch.setattr(auth_module, "_LAST_MOMENTS", 0.01)
    cloud = SlowCloud()
    call, stored = start_renewal(cloud)
    await cloud.asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert stored == []
    assert asyncio.all_tasks() == {asyncio.current_task()}
