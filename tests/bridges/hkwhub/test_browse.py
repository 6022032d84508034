"""The media browser: the hub's list as a tree, Home Assistant's media, and a search."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from tests.simulators.hkwhub import SimulatedHome, many_tracks

from .conftest import TRANSPORTS, AddHub, Servers, make_impatient
from .media_server import wav
from .mishaps import hub, local
from .remote import ADAPT, HUB, call, play, sent, sounding

pytestmark = pytest.mark.usefixtures("many_publishes")

type Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
async def ask(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    tmp_path: Path,
    home: SimulatedHome,
    add_hub: AddHub,
) -> Ask:
    """Send a command of the frontend, and return the whole answer.

    Home Assistant's own folder of media holds a song and a picture.
    """
    (tmp_path / "bell.wav").write_bytes(wav(1))
    (tmp_path / "picture.png").write_bytes(b"x")
    hass.config.media_dirs = {"local": str(tmp_path)}

    async def send(kind: str, entity_id: str = ADAPT, **arguments: Any) -> Any:
        client = await hass_ws_client(hass)
        await client.send_json_auto_id(
            {"type": f"media_player/{kind}_media", "entity_id": entity_id, **arguments}
        )
        answer = await client.receive_json()
        await client.close()
        return answer

    return send


async def page(ask: Ask, media_id: str, media_type: str = "") -> Any:
    """Open a page of the browser."""
    answer = await ask(
        "browse", media_content_id=media_id, media_content_type=media_type
    )
    assert answer["success"], answer
    return answer["result"]


def titles(found: Any) -> list[str]:
    """Return the titles on a page."""
    return [child["title"] for child in found["children"]]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_first_page(
    home: SimulatedHome, add_hub: AddHub, ask: Ask, transport: str
) -> None:
    """The hub's folders, and what Home Assistant itself has."""
    await add_hub(transport)
    answer = await ask("browse")
    first = answer["result"]
    assert first["title"] == "HKWHub"
    assert titles(first) == ["Tracks", "Artists", "Albums", "Sounds", "bell.wav"]
    assert (first["can_play"], first["can_expand"]) == (False, True)
    assert [child["can_play"] for child in first["children"]] == [
        True,
        False,
        False,
        True,
        True,
    ]
    # The way back to it, from the page itself.
    assert await page(ask, first["media_content_id"]) == first


async def test_hub_without_tracks(
    home: SimulatedHome, add_hub: AddHub, ask: Ask
) -> None:
    """Empty folders are not offered."""
    home.tracks.clear()
    home.add_track("1", "Ding", "Sound Library", "Sound Library", 3)
    await add_hub()
    assert titles((await ask("browse"))["result"]) == ["Sounds", "bell.wav"]


async def test_pages(home: SimulatedHome, add_hub: AddHub, ask: Ask) -> None:
    """Artists and albums by name, tracks in the hub's order, sounds apart."""
    await add_hub()
    assert titles(await page(ask, "hkwhub://artists")) == [
        "Paper Engines",
        "Paper Engines feat. Ida",
        "The Quiet Coast",
        "Zoë Lindström",
    ]
    assert titles(await page(ask, "hkwhub://albums")) == [
        "City & Sons",
        "Grüße",
        "Low Tide",
    ]
    tracks = titles(await page(ask, "hkwhub://tracks"))
    assert len(tracks) == 12
    assert tracks[:2] == [
        "Harbour Lights – The Quiet Coast",
        "Driftwood – The Quiet Coast",
    ]
    sounds = titles(await page(ask, "hkwhub://sounds"))
    assert [title.split(" ")[0] for title in sounds] == [
        "Dogs-barking-close-loop",
        "Industrial",
    ]


async def test_all_that_is_offered_can_be_played(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, ask: Ask
) -> None:
    """Walk through the whole tree: what can be expanded opens, the rest plays."""
    # An album is played, and at once its first track.
    home.double_send_seconds = 0
    await add_hub()
    first = (await ask("browse"))["result"]
    level = [one for one in first["children"] if one["title"] != "bell.wav"]
    offered: list[Any] = []
    while level:
        offered += level
        pages = [
            await page(ask, one["media_content_id"], one["media_content_type"])
            for one in level
            if one["can_expand"]
        ]
        level = [child for found in pages for child in found["children"]]
    played: set[str] = set()
    for item in [one for one in offered if one["can_play"]]:
        await play(hass, ADAPT, item["media_content_id"], item["media_content_type"])
        played.update(sounding(home).values())
    assert played == {track.title for track in home.tracks.values()}


async def test_media_of_home_assistant(
    hass: HomeAssistant, add_hub: AddHub, ask: Ask, tmp_path: Path
) -> None:
    """Folders can be opened; only what can be heard is in them."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "gong.mp3").write_bytes(b"x")
    (tmp_path / "more" / "film.mp4").write_bytes(b"x")
    await add_hub()
    first = (await ask("browse"))["result"]
    assert titles(first)[4:] == ["more", "bell.wav"]
    more = first["children"][4]
    found = await page(ask, more["media_content_id"], more["media_content_type"])
    assert titles(found) == ["gong.mp3"]


@pytest.mark.parametrize(
    "media_id",
    ["hkwhub://nonsense", "hkwhub://album/Unheard", "hkwhub://track/1", "nonsense"],
)
async def test_pages_that_are_not_there(
    home: SimulatedHome, add_hub: AddHub, ask: Ask, media_id: str
) -> None:
    """A page that is gone, or never was, is said to be unknown."""
    await add_hub()
    answer = await ask(
        "browse", media_content_id=media_id, media_content_type="playlist"
    )
    assert not answer["success"]
    assert media_id in answer["error"]["message"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("driftwood", ["Driftwood – The Quiet Coast", "Driftwood – Zoë Lindström"]),
        ("ZOË driftwood", ["Driftwood – Zoë Lindström"]),
        (
            "low light",
            ["Harbour Lights – The Quiet Coast", "Lighthouse – The Quiet Coast"],
        ),
        ("雨", ["雨の日 – Zoë Lindström"]),
        ("alarm", ["Industrial Alarm-10s – Sound Library"]),
        ("nothing of that name", []),
    ],
)
async def test_search(
    home: SimulatedHome, add_hub: AddHub, ask: Ask, query: str, expected: list[str]
) -> None:
    """All words have to be there, in title, artist or album."""
    await add_hub()
    answer = await ask("search", search_query=query)
    assert [found["title"] for found in answer["result"]["result"]] == expected
    assert all(found["can_play"] for found in answer["result"]["result"])


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_list_is_read_once(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    ask: Ask,
    transport: str,
) -> None:
    """To walk about does not ask the hub for its list each time."""
    await add_hub(transport)
    for media_id in ("hkwhub://tracks", "hkwhub://albums", "hkwhub://artists"):
        await page(ask, media_id)
    await ask("search", entity_id=HUB, search_query="light")
    await play(hass, ADAPT, "Lighthouse")
    assert len(sent(home, "media_list")) == 1


@pytest.mark.parametrize("transport", ["local", "cloud"])
async def test_large_list(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, ask: Ask, transport: str
) -> None:
    """Over REST a list may be as long as it likes."""
    many_tracks(home, 1000)
    await add_hub(transport)
    assert len((await page(ask, "hkwhub://tracks"))["children"]) == 1012
    await play(hass, ADAPT, "Track 10 of album 100")
    assert sounding(home) == {"Adapt": "Track 10 of album 100"}


async def test_list_too_large_for_pubnub(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    ask: Ask,
    servers: Servers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The hub cannot answer, and the user learns why; all else works.

    Also the browser, but for the tracks, and a track whose id is known.
    """
    many_tracks(home, 400)
    make_impatient(monkeypatch)
    await add_hub("pubnub")
    answer = await ask("browse")
    assert answer["success"]
    assert all(
        child["media_content_id"].startswith("media-source://")
        for child in answer["result"]["children"]
    )
    answer = await ask(
        "browse", media_content_id="hkwhub://tracks", media_content_type="playlist"
    )
    assert "32 KiB" in answer["error"]["message"]
    answer = await ask("search", search_query="light")
    assert "32 KiB" in answer["error"]["message"]
    with pytest.raises(HomeAssistantError) as raised:
        await play(hass, ADAPT, "Lighthouse")
    assert raised.value.translation_key == "hkwhub_list_too_large"
    assert servers.hub.unpublished
    await play(hass, ADAPT, "rtsp://127.0.0.1/live")
    assert sounding(home) == {"Adapt": "live"}
    await play(hass, ADAPT, home.track("Lighthouse").id)
    assert sounding(home) == {"Adapt": "Lighthouse"}
    await call(hass, "media_pause", ADAPT)
    await call(hass, "volume_up", ADAPT)


@pytest.mark.parametrize(
    ("transport", "spoil"),
    [("local", local(garbage=True)), ("pubnub", hub(hang=True))],
)
async def test_list_that_does_not_come(
    home: SimulatedHome,
    add_hub: AddHub,
    ask: Ask,
    servers: Servers,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
    spoil: Callable[[Servers], Awaitable[None]],
) -> None:
    """A hub that does not answer at all is not told to be short of space."""
    make_impatient(monkeypatch)
    await add_hub(transport)
    await spoil(servers)
    answer = await ask("browse")
    assert not answer["success"]
    assert "32 KiB" not in answer["error"]["message"]
    assert "Adapt: " in answer["error"]["message"]
    servers.local.trouble = servers.hub.trouble = type(servers.hub.trouble)()


async def test_entity_of_another_name(
    hass: HomeAssistant, add_hub: AddHub, ask: Ask
) -> None:
    """The tree is the hub's, whichever of its players is asked."""
    await add_hub()
    er.async_get(hass).async_update_entity(ADAPT, new_entity_id="media_player.cook")
    await hass.async_block_till_done()
    first = (await ask("browse", entity_id="media_player.cook"))["result"]
    assert first == (await ask("browse", entity_id=HUB))["result"]
