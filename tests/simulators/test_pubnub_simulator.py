"""The simulated PubNub network: what correct clients get."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

from .pubnub_client import CHANNEL, PUBLISH_KEY, SUBSCRIBE_KEY, RawPubNubClient


@pytest.fixture
async def net(socket_enabled: None) -> AsyncIterator[PubNubSimulator]:
    """A running network with keys."""
    network = PubNubSimulator()
    network.add_keys(PUBLISH_KEY, SUBSCRIBE_KEY)
    await network.start()
    yield network
    await network.stop()


@pytest.fixture
async def client(
    session: aiohttp.ClientSession, net: PubNubSimulator
) -> RawPubNubClient:
    """A correct client."""
    return RawPubNubClient(session, net.url)


async def test_first_subscribe_answers_at_once(client: RawPubNubClient) -> None:
    status, answer = await client.subscribe("0")
    assert (status, answer["m"]) == (200, [])
    assert answer["t"]["r"] == 1
    assert len(answer["t"]["t"]) == 17
    assert answer["t"]["t"].isdecimal()


async def test_held_until_a_message(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    token = await client.token()
    waiting = asyncio.create_task(client.subscribe(token))
    await net.wait_for_subscriber()
    assert net.subscribers == 1
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, {"Event": "x"}, uuid="hub")
    _, answer = await waiting
    (message,) = answer["m"]
    assert message == {
        "a": "1",
        "f": 0,
        "i": "hub",
        "p": {"t": answer["t"]["t"], "r": 1},
        "k": SUBSCRIBE_KEY,
        "c": CHANNEL,
        "d": {"Event": "x"},
    }
    assert net.subscribers == 0
    assert net.faults == []


async def test_nothing_new_in_time(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    net.knobs.hold = 0.05
    token = await client.token()
    _, answer = await client.subscribe(token)
    assert answer["m"] == []
    assert answer["t"]["t"] > token


async def test_published_while_away(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    token = await client.token()
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, 1)
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, 2)
    await net.publish_inside(SUBSCRIBE_KEY, "another", 3)
    await net.publish_inside("sub-c-another", CHANNEL, 4)
    _, answer = await client.subscribe(token)
    assert [message["d"] for message in answer["m"]] == [1, 2]
    waiting = asyncio.create_task(client.subscribe(answer["t"]["t"]))
    await net.wait_for_subscriber()
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, 5)
    _, answer = await waiting
    assert [message["d"] for message in answer["m"]] == [5]


async def test_several_channels(net: PubNubSimulator, client: RawPubNubClient) -> None:
    token = await client.token()
    await net.publish_inside(SUBSCRIBE_KEY, "b", 1)
    await net.publish_inside(SUBSCRIBE_KEY, "a", 2)
    _, answer = await client.subscribe(token, channel="a,b")
    assert [(message["c"], message["d"]) for message in answer["m"]] == [
        ("b", 1),
        ("a", 2),
    ]


async def test_buffer_is_limited(net: PubNubSimulator, client: RawPubNubClient) -> None:
    token = await client.token()
    for number in range(103):
        await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, number)
    _, answer = await client.subscribe(token)
    assert [message["d"] for message in answer["m"]] == list(range(3, 103))


async def test_outage(net: PubNubSimulator, client: RawPubNubClient) -> None:
    token = await client.token()
    waiting = asyncio.create_task(client.subscribe(token))
    await net.wait_for_subscriber()
    port = net.port
    await net.stop()
    with pytest.raises(aiohttp.ClientError):
        await waiting
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, "meanwhile")
    await net.start(port)
    assert net.port == port
    _, answer = await client.subscribe(token)
    assert [message["d"] for message in answer["m"]] == ["meanwhile"]
    net.forget()
    net.knobs.hold = 0.01
    _, answer = await client.subscribe(token)
    assert answer["m"] == []


async def test_start_at_a_taken_port(net: PubNubSimulator) -> None:
    with pytest.raises(OSError, match="in use"):
        await PubNubSimulator().start(net.port)


@pytest.mark.parametrize("by", ["GET", "POST"])
@pytest.mark.parametrize(
    "message",
    [
        {"Text": "Grüß dich / 50 % + ? # & \u2028 \N{SPEAKER}"},
        "Hello from HKWHubApp",
        [1, None, True],
    ],
)
async def test_publish(
    net: PubNubSimulator, client: RawPubNubClient, by: str, message: Any
) -> None:
    heard: list[tuple[Any, str]] = []
    cancel = net.subscribe_inside(
        SUBSCRIBE_KEY, CHANNEL, lambda *news: heard.append(news)
    )
    status, answer = await client.publish(message, method=by)
    assert (status, answer[:2]) == (200, [1, "Sent"])
    assert heard == [(message, "client")]
    assert str(net.published[-1].timetoken) == answer[2]
    cancel()
    cancel()
    await client.publish(message, method=by)
    assert len(heard) == 1
    assert net.faults == []


async def test_own_messages_come_back(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    token = await client.token()
    await client.publish({"Command": "init_session"})
    _, answer = await client.subscribe(token)
    (message,) = answer["m"]
    assert (message["i"], message["d"]) == ("client", {"Command": "init_session"})


async def test_publish_inside_is_json(net: PubNubSimulator) -> None:
    original = {"list": [1]}
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, original)
    original["list"].append(2)
    assert net.published[0].message == {"list": [1]}
    with pytest.raises(TypeError):
        await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, object())
    with pytest.raises(ValueError, match="too large"):
        await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, "x" * 33_000)


@pytest.mark.parametrize("by", ["GET", "POST"])
@pytest.mark.parametrize("status", [413, 400])
async def test_too_large(
    net: PubNubSimulator, client: RawPubNubClient, by: str, status: int
) -> None:
    net.knobs.too_large_status = status
    net.knobs.publishes_per_second = 1000
    room = 32 * 1024 - len(CHANNEL) - 100
    answers = [
        await client.publish("x" * (room - len(quote('""'))), method=by),
        await client.publish("x" * (room - len(quote('""')) + 1), method=by),
        await client.publish("ü" * 6_000, method=by),
    ]
    assert [(answer[0], answer[1][1]) for answer in answers] == [
        (200, "Sent"),
        (status, "Message Too Large"),
        (status, "Message Too Large"),
    ]
    assert len(net.published) == 1


@pytest.mark.parametrize("by", ["GET", "POST"])
async def test_invalid_json(
    net: PubNubSimulator, client: RawPubNubClient, by: str
) -> None:
    status, answer = await client.publish_text("{Command = x}", method=by)
    assert (status, answer[:2]) == (400, [0, "Invalid JSON"])
    assert net.published == []


async def test_keys(
    session: aiohttp.ClientSession, net: PubNubSimulator, client: RawPubNubClient
) -> None:
    wrong = RawPubNubClient(session, net.url, subscribe_key="sub-c-wrong")
    status, answer = await wrong.subscribe("0")
    assert (status, answer["message"]) == (400, "Invalid Subscribe Key")
    assert answer["error"] is True
    status, answer = await wrong.publish({})
    assert (status, answer[:2]) == (400, [0, "Invalid Key"])
    wrong = RawPubNubClient(session, net.url, publish_key="pub-c-wrong")
    status, answer = await wrong.publish({})
    assert (status, answer[:2]) == (400, [0, "Invalid Key"])
    status, _ = await wrong.presence("leave")
    assert status == 200
    net.refuse_keys()
    assert (await client.subscribe("0"))[0] == 400
    assert (await client.presence("heartbeat"))[0] == 400
    net.refuse_keys(access_manager=True)
    for status, answer in (await client.subscribe("0"), await client.publish({})):
        assert (status, answer["message"]) == (403, "Forbidden")
        assert answer["payload"] == {"channels": [CHANNEL]}
    net.allow_keys()
    assert (await client.subscribe("0"))[0] == 200


async def test_keys_that_are_refused_later(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    waiting = asyncio.create_task(client.subscribe(await client.token()))
    await net.wait_for_subscriber()
    net.refuse_keys(access_manager=True)
    status, _ = await waiting
    assert status == 403


async def test_time_and_presence(client: RawPubNubClient) -> None:
    status, (token,) = await client.get("/time/0")
    assert (status, len(str(token))) == (200, 17)
    ok = {"status": 200, "message": "OK", "service": "Presence"}
    assert await client.presence("heartbeat") == (200, ok)
    assert await client.presence("leave") == (200, ok)


async def test_old_subscribe(net: PubNubSimulator, client: RawPubNubClient) -> None:
    path = f"/subscribe/{SUBSCRIBE_KEY}/{CHANNEL}/0"
    status, (messages, token) = await client.get(f"{path}/0")
    assert (status, messages) == (200, [])
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, {"a": 1})
    _, answer = await client.get(f"{path}/{token}")
    assert answer == [[{"a": 1}], str(net.published[0].timetoken)]
    two = f"/subscribe/{SUBSCRIBE_KEY}/{CHANNEL},b/0/{token}"
    assert (await client.get(two))[1][2] == CHANNEL
    text = await client.get_text(f"/subscribe/{SUBSCRIBE_KEY}/b/jsonp_1/0")
    assert text.startswith("jsonp_1([[], ")
    assert (await client.get(f"/subscribe/wrong/{CHANNEL}/0/0"))[0] == 400


def _set_http(net: PubNubSimulator) -> None:
    net.trouble.http_status = 503


def _set_services(net: PubNubSimulator) -> None:
    net.trouble.subscribe_status = 503
    net.trouble.publish_status = 503


@pytest.mark.parametrize("cause", [_set_http, _set_services])
async def test_http_status(
    net: PubNubSimulator,
    client: RawPubNubClient,
    cause: Callable[[PubNubSimulator], None],
) -> None:
    cause(net)
    assert (await client.subscribe("0"))[0] == 503
    assert (await client.publish({}))[0] == 503
    assert net.published == []


@pytest.mark.parametrize(
    "knobs", [["garbage"], ["garbage_subscribe", "garbage_publish"]]
)
async def test_garbage(
    net: PubNubSimulator, client: RawPubNubClient, knobs: list[str]
) -> None:
    for knob in knobs:
        setattr(net.trouble, knob, True)
    for answer in (client.subscribe("0"), client.publish({})):
        with pytest.raises(ValueError, match="Expecting value"):
            await answer


async def test_drop(net: PubNubSimulator, client: RawPubNubClient) -> None:
    net.trouble.drop = True
    with pytest.raises(aiohttp.ClientError):
        await client.publish({})
    assert net.published == []


async def test_lost_answers(net: PubNubSimulator, client: RawPubNubClient) -> None:
    token = await client.token()
    net.trouble.half_answers = True
    net.trouble.lose_publish_answers = True
    with pytest.raises(aiohttp.ClientError):
        await client.publish({"a": 1}, method="POST")
    with pytest.raises(aiohttp.ClientError):
        await client.subscribe(token)
    net.trouble.half_answers = False
    _, answer = await client.subscribe(token)
    assert [message["d"] for message in answer["m"]] == [{"a": 1}]


@pytest.mark.parametrize("knobs", [["hang"], ["hang_subscribe", "hang_publish"]])
async def test_hang(
    net: PubNubSimulator, client: RawPubNubClient, knobs: list[str]
) -> None:
    for knob in knobs:
        setattr(net.trouble, knob, True)
    waiting = [
        asyncio.create_task(client.subscribe("0")),
        asyncio.create_task(client.publish({})),
    ]
    await until(lambda: len(net.requests) == 2)
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in waiting)
    await net.stop()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert net.published == []


async def test_dropped_subscribers(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    waiting = asyncio.create_task(client.subscribe(await client.token()))
    await net.wait_for_subscriber()
    net.drop_subscribers()
    # aiohttp repeats a GET by itself, once.
    await until(lambda: len(net.requests) == 3)
    await net.wait_for_subscriber()
    net.drop_subscribers()
    with pytest.raises(aiohttp.ClientError):
        await waiting
    await until(lambda: net.subscribers == 0)


async def test_client_that_gives_up(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    waiting = asyncio.create_task(client.subscribe(await client.token()))
    await net.wait_for_subscriber()
    waiting.cancel()
    await until(lambda: net.subscribers == 0)


async def test_requests_are_recorded(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    await client.publish({"a": "/"}, method="POST")
    await client.publish({"a": "/"}, method="GET")
    post, get = net.requests
    assert (post.method, post.service, json.loads(post.body)) == (
        "POST",
        "publish",
        {"a": "/"},
    )
    assert get.path.endswith(quote('{"a": "/"}', safe=""))
    assert get.query == {"uuid": "client", "store": "0"}
