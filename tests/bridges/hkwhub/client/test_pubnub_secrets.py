"""No key, token, text or channel gets into an error or into the log; nothing blocks."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import logging
import socket
import ssl
import traceback
from typing import Any
from unittest.mock import patch

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.errors import HkwhubError
from custom_components.iot_bridge.bridges.hkwhub.client.pubnub import (
    PUBNUB_ORIGIN,
    PubNubKeys,
    PubNubTransport,
)
from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

from .pubnub_world import (
    CHANNEL,
    HASTY,
    HUB,
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    TOKEN,
    Client,
    ScriptedHub,
    answer,
    keys_of,
    publish,
    running_client,
    running_network,
)

TEXT = "my-spoken-text"
SECRETS = (
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    CHANNEL,
    "hkwhub%2Fchannel",
    HUB,
    TOKEN,
    TEXT,
    "127.0.0.1",
)


@pytest.fixture
async def net(socket_enabled: None) -> AsyncIterator[PubNubSimulator]:
    """A network that knows the keys."""
    async with running_network() as network:
        yield network


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and all that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told_by(error: BaseException) -> str:
    """Return all that an error tells, in any way that it may be written."""
    words = [f"{part} {part!r} {part.args} {vars(part)}" for part in chain(error)]
    return "\n".join([*words, *traceback.format_exception(error)])


async def failure_of_speaking(client: Client) -> HkwhubError:
    """Return the error of a command that has to fail."""
    with pytest.raises(HkwhubError) as caught:
        await client.call("play_tts", Text=TEXT)
    return caught.value


@pytest.mark.parametrize(
    "trouble",
    [
        {"http_status": 500},
        {"http_status": 400},
        {"http_status": 302},
        {"hang": True},
        {"garbage": True},
        {"drop": True},
    ],
)
async def test_failures(
    session: ClientSession,
    net: PubNubSimulator,
    caplog: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    ScriptedHub(net).says("play_tts", "garbage", {"ResponseOf": ["odd"]})
    failures: list[BaseException | None] = []
    async with running_client(session, net, pace=HASTY) as client:
        await net.wait_for_subscriber()
        failures.append(await failure_of_speaking(client))
        await net.wait_for_subscriber()
        for name, value in trouble.items():
            setattr(net.trouble, name, value)
        failures.append(await failure_of_speaking(client))
    client.start()
    failures.append(await client.ended())
    await net.stop()
    client.start()
    failures.append(await client.ended())
    await net.start()
    net.trouble = type(net.trouble)()
    net.refuse_keys(access_manager=True)
    other = Client(PubNubTransport(session, keys_of(net), pace=HASTY))
    other.start()
    failures.append(await other.ended())
    told = [told_by(failure) for failure in failures if failure is not None]
    assert len(told) == 5
    logged = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
    ]
    assert logged
    everything = "\n".join([*told, *logged])
    assert [secret for secret in SECRETS if secret in everything] == []
    assert not any(
        "aiohttp" in type(part).__module__
        for failure in failures
        for part in chain(failure)
    )


async def test_all_is_well(
    session: ClientSession, net: PubNubSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ScriptedHub(net)
    async with running_client(session, net) as client:
        await client.call("play_tts", Text=TEXT)
        await publish(
            net, TEXT, answer({"Command": "play_tts", "SessionToken": TOKEN}), {}
        )
        await until(lambda: client.messages)
    logged = "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
    )
    assert "play_tts" in logged
    assert [secret for secret in SECRETS if secret in logged] == []


def test_shown_keys() -> None:
    keys = PubNubKeys(PUBLISH_KEY, SUBSCRIBE_KEY, CHANNEL)
    shown = f"{keys} {keys!r}"
    assert PUBNUB_ORIGIN in shown
    assert [secret for secret in SECRETS if secret in shown] == []


async def test_nothing_blocks(session: ClientSession, net: PubNubSimulator) -> None:
    """No name is looked up, no certificate read and no file opened in the loop."""
    ScriptedHub(net)
    with (
        patch.object(ssl, "create_default_context", side_effect=AssertionError),
        patch.object(ssl.SSLContext, "load_verify_locations", new=AssertionError),
        patch.object(socket, "getaddrinfo", side_effect=AssertionError),
        patch("builtins.open", side_effect=AssertionError),
        patch("time.sleep", side_effect=AssertionError),
    ):
        async with running_client(session, net) as client:
            await client.call("stop_play")


async def test_the_session_stays_open(
    session: ClientSession, net: PubNubSimulator
) -> None:
    """It is Home Assistant's, and others use it."""
    before = asyncio.all_tasks()
    ScriptedHub(net)
    for _ in range(3):
        async with running_client(session, net) as client:
            await client.call("stop_play")
    assert not session.closed
    await until(lambda: net.subscribers == 0)
    left = {task for task in asyncio.all_tasks() - before if "pubnub" in repr(task)}
    assert {task for task in left if "custom_components" in repr(task)} == set()
