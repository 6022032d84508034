"""The simulated local server answers as documented, and gets into trouble."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.simulators.hkwhub import (
    COMMANDS,
    SESSION_NOT_FOUND_SHAPES,
    LocalServer,
    SimulatedHome,
    Trouble,
    believable_hub,
)
from tests.waiting import until

from .hkwhub_callers import ADAPT, HARBOUR, LEFT, RestCaller

PLAY = "play_hub_media_party_mode"
TRUE = {"Result": "true"}
FALSE = {"Result": "false"}
RADIO = "rtsp://127.0.0.1:9/radio"
# Every command with parameters and answer, in an order in which all succeed. Longer
# answers are looked at elsewhere.
DIALOGUE: list[tuple[str, dict[str, str], dict[str, Any] | None]] = [
    ("device_count", {}, {"DeviceCount": "4"}),
    ("device_list", {}, None),
    ("device_info", {"DeviceID": ADAPT}, None),
    ("media_list", {}, None),
    ("set_party_mode", {}, TRUE),
    ("remove_device_from_session", {"DeviceID": LEFT}, TRUE),
    ("add_device_to_session", {"DeviceID": LEFT}, TRUE),
    ("play_hub_media", {"PersistentID": HARBOUR}, TRUE),
    (PLAY, {"PersistentID": HARBOUR}, TRUE),
    (
        "play_hub_media_selected_speakers",
        {"PersistentID": HARBOUR, "DeviceIDList": f"{LEFT},{ADAPT}", "Priority": "100"},
        TRUE,
    ),
    (
        "playback_status",
        {},
        {"PlaybackState": "PlayerStatePlaying", "TimeElapsed": "0"},
    ),
    ("is_playing", {}, {"IsPlaying": "true"}),
    ("pause_play", {}, TRUE),
    ("resume_hub_media", {"PersistentID": HARBOUR}, TRUE),
    ("resume_hub_media_party_mode", {"PersistentID": HARBOUR}, FALSE),
    (
        "resume_hub_media_selected_speakers",
        {"PersistentID": HARBOUR, "DeviceIDList": LEFT},
        FALSE,
    ),
    ("play_web_media", {"MediaUrl": RADIO}, TRUE),
    ("play_web_media_party_mode", {"MediaUrl": RADIO}, TRUE),
    (
        "play_web_media_selected_speakers",
        {"MediaUrl": RADIO, "DeviceIDList": LEFT},
        TRUE,
    ),
    ("play_tts", {"Text": "Grüße & 100%?"}, TRUE),
    ("play_tts_party_mode", {"Text": "Hello"}, TRUE),
    ("play_tts_selected_speakers", {"Text": "Hello", "DeviceIDList": LEFT}, TRUE),
    ("stop_play", {}, TRUE),
    (
        "playback_status",
        {},
        {"PlaybackState": "PlayerStateStopped", "TimeElapsed": "-1"},
    ),
    ("set_volume", {"Volume": "12"}, TRUE),
    ("set_volume_device", {"DeviceID": LEFT, "Volume": "32"}, TRUE),
    ("get_volume", {}, {"Volume": "17"}),
    ("get_volume_device", {"DeviceID": LEFT}, {"Volume": "32"}),
    ("close_session", {}, TRUE),
]


@pytest.fixture
def home() -> SimulatedHome:
    """A believable home that can speak."""
    home = SimulatedHome()
    believable_hub(home)
    home.tts_key = "key"
    return home


@pytest.fixture
async def server(
    home: SimulatedHome, socket_enabled: None
) -> AsyncIterator[LocalServer]:
    """A running local server."""
    server = LocalServer(home)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def old_server(
    home: SimulatedHome, socket_enabled: None
) -> AsyncIterator[LocalServer]:
    """A running local server of 2015."""
    server = LocalServer(home, generation=0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def caller(http: aiohttp.ClientSession, server: LocalServer) -> RestCaller:
    """A client with a session."""
    caller = RestCaller(http, f"{server.url}/api/v1")
    await caller.open()
    return caller


def expected_at(answer: dict[str, Any] | None, command: str) -> dict[str, Any] | None:
    """Return an answer with its command."""
    return answer and {**answer, "ResponseOf": command}


async def test_every_command(caller: RestCaller, home: SimulatedHome) -> None:
    """All commands are answered as documented."""
    for command, params, expected in DIALOGUE:
        status, answer = await caller(command, **params)
        assert status == 200
        assert answer == (expected_at(expected, command) or answer), command
    assert {command for command, _, _ in DIALOGUE} == COMMANDS.keys() - {"init_session"}
    assert home.faults == []
    assert {recorded.front for recorded in home.commands} == {"local"}


async def test_long_answers(caller: RestCaller) -> None:
    """Devices and media are described in JSON's own types."""
    _, devices = await caller("device_list")
    assert devices["ResponseOf"] == "device_list"
    assert [device["DeviceName"] for device in devices["DeviceList"]] == [
        "Omni Left",
        "Omni Right",
        "Adapt",
        "TV",
    ]
    _, device = await caller("device_info", DeviceID=LEFT)
    assert {**devices["DeviceList"][0], "ResponseOf": "device_info"} == device
    assert (device["Active"], device["Volume"]) == (False, 17)
    _, media = await caller("media_list")
    assert len(media["MediaList"]) == 14
    assert media["MediaList"][0]["Duration"] == 236


async def test_text_is_decoded(caller: RestCaller, home: SimulatedHome) -> None:
    """What is percent-encoded is spoken as it was meant."""
    await caller("play_tts_party_mode", Text="Grüße & 100%? a=b/c")
    assert home.heard[0].content == "Grüße & 100%? a=b/c"


async def test_long_text(caller: RestCaller, home: SimulatedHome) -> None:
    """A long text has room in the request."""
    await caller("play_tts_party_mode", Text="ö" * 10_000)
    assert len(home.heard[0].content) == 10_000


async def test_booleans(http: aiohttp.ClientSession, home: SimulatedHome) -> None:
    """Results may be booleans; counts stay texts."""
    server = LocalServer(home, result_as="bool")
    server.names_command = False
    await server.start()
    caller = RestCaller(http, f"{server.url}/api/v1")
    await caller.open()
    assert await caller("set_party_mode") == (200, {"Result": True})
    assert await caller("is_playing") == (200, {"IsPlaying": False})
    assert await caller("get_volume") == (200, {"Volume": "17"})
    await server.stop()
    await server.stop()


async def test_generation_0(
    http: aiohttp.ClientSession, old_server: LocalServer, home: SimulatedHome
) -> None:
    """The API of 2015 has other names, and priorities of sessions."""
    caller = RestCaller(http, f"{old_server.url}/v1", key="SessionID")
    assert await caller.get("init_session", Priority="50") == (
        200,
        {"SessionID": "1000"},
    )
    caller.token = "1000"
    assert await caller("add_device_tosession", DeviceID=LEFT) == (200, TRUE)
    await home.foreign(PLAY, {"PersistentID": HARBOUR}, priority=60)
    assert await caller("play_hub_media", PersistentID=HARBOUR) == (200, FALSE)
    assert home.faults == []


@pytest.mark.parametrize(
    ("command", "status", "fault"),
    [
        ("add_device_to_session", 404, "there is no such command"),
        ("play_tts", 404, "there is no such command"),
        (PLAY, 200, "unknown parameter Priority"),
    ],
)
async def test_faults_of_generation_0(
    http: aiohttp.ClientSession,
    old_server: LocalServer,
    home: SimulatedHome,
    command: str,
    status: int,
    fault: str,
) -> None:
    """What came later is a fault there."""
    caller = RestCaller(http, f"{old_server.url}/v1", key="SessionID")
    await caller.open()
    params = {
        "play_tts": {"Text": "a"},
        PLAY: {"PersistentID": HARBOUR, "Priority": "1"},
    }
    given = params.get(command, {"DeviceID": LEFT})
    assert (await caller(command, **given))[0] == status
    assert len(home.faults) == 1
    assert fault in home.faults[0]


async def test_other_paths(
    http: aiohttp.ClientSession,
    server: LocalServer,
    old_server: LocalServer,
    home: SimulatedHome,
) -> None:
    """A client may try which generation it is; slashes may be doubled."""
    for url, status in (
        (f"{server.url}/v1/init_session", 404),
        (f"{old_server.url}/api/v1/init_session", 404),
        (f"{old_server.url}//v1/init_session", 200),
        (server.url, 404),
    ):
        async with http.get(url) as response:
            assert response.status == status
    assert home.faults == []


@pytest.mark.parametrize("name", sorted(SESSION_NOT_FOUND_SHAPES))
async def test_session_not_found(
    caller: RestCaller, home: SimulatedHome, name: str
) -> None:
    """An expired session is said in one of several ways."""
    home.session_not_found = name
    home.expire_sessions()
    shape = SESSION_NOT_FOUND_SHAPES[name]
    assert await caller("get_volume") == (shape.status, shape.body)
    assert home.faults == []


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("Text=a%20b&Text=c", "Text is there twice"),
        ("Text=a+b", "a space is sent as +"),
    ],
)
async def test_faults_in_the_query(
    http: aiohttp.ClientSession,
    server: LocalServer,
    home: SimulatedHome,
    query: str,
    fault: str,
) -> None:
    """Queries that can be misunderstood are faults."""
    await RestCaller(http, f"{server.url}/api/v1").get("init_session")
    (token,) = home.sessions.tokens
    url = f"{server.url}/api/v1/play_tts?SessionToken={token}&{query}"
    async with http.get(URL(url, encoded=True)) as response:
        assert response.status == 200
    assert fault in home.faults[0]


async def test_post(
    http: aiohttp.ClientSession, server: LocalServer, home: SimulatedHome
) -> None:
    """All commands are sent by GET."""
    async with http.post(f"{server.url}/api/v1/init_session") as response:
        assert response.status == 405
    assert home.faults == ["local: init_session: sent by POST"]


async def test_restart(
    caller: RestCaller, server: LocalServer, home: SimulatedHome
) -> None:
    """A restarted app is at the same port, and has forgotten all."""
    await caller(PLAY, PersistentID=HARBOUR)
    url = server.url
    await server.stop()
    assert not home.stage.is_sounding
    assert home.members == []
    await server.start()
    assert server.url == url
    assert (await caller("get_volume"))[1] == {"Error": "SessionNotFound"}


async def test_taken_port(server: LocalServer, home: SimulatedHome) -> None:
    """A port that is taken is refused."""
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await LocalServer(home).start(port)


async def test_a_track_ends_by_itself(caller: RestCaller, home: SimulatedHome) -> None:
    """While it is served, a track ends without anybody looking."""
    home.speed = 2000
    await caller(PLAY, PersistentID=HARBOUR)
    stretches = home.stage.heard
    await until(lambda: stretches and stretches[0].ended_at is not None)
    assert stretches[0].to_second == 236


@pytest.mark.parametrize(
    ("trouble", "status", "text"),
    [
        (Trouble(http_status=503), 503, "<html>"),
        (Trouble(garbage=True), 200, "<html>"),
        (Trouble(slow=0.01), 200, "Volume"),
    ],
)
async def test_trouble_with_an_answer(
    caller: RestCaller, server: LocalServer, trouble: Trouble, status: int, text: str
) -> None:
    """Answers can be bad or late, for chosen commands."""
    trouble.only = frozenset({"get_volume"})
    server.trouble = trouble
    answered, answer = await caller("get_volume")
    assert answered == status
    assert text in str(answer)
    assert (await caller("device_count"))[1]["DeviceCount"] == "4"


@pytest.mark.parametrize(
    ("trouble", "carried_out"),
    [(Trouble(drop=True), False), (Trouble(lose_answer=True), True)],
)
async def test_connection_is_closed(
    caller: RestCaller,
    server: LocalServer,
    home: SimulatedHome,
    trouble: Trouble,
    carried_out: bool,
) -> None:
    """A command without answer may have been carried out or not."""
    server.trouble = trouble
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller(PLAY, PersistentID=HARBOUR)
    assert home.stage.is_sounding is carried_out


async def test_hang(caller: RestCaller, server: LocalServer) -> None:
    """A server that hangs lets go when it is stopped."""
    server.trouble.hang = True
    asking = asyncio.create_task(caller("get_volume"))
    _, pending = await asyncio.wait({asking}, timeout=0.05)
    assert pending
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await asking
