"""What can be named to be played: tracks, places in the browser, addresses, media."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.bridges.hkwhub import library
from homeassistant.components import media_source
from homeassistant.const import STATE_IDLE, STATE_PAUSED, STATE_PLAYING
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.bridges.browser import async_prepare_web_server
from tests.simulators.hkwhub import SimulatedHome
from tests.simulators.hkwhub.vocabulary import State
from tests.waiting import state_of, until_state

from .conftest import TRANSPORTS, AddHub
from .media_server import MediaServer, wav
from .remote import (
    ADAPT,
    HUB,
    LEFT,
    SPEAKERS,
    TV,
    call,
    heard_titles,
    play,
    sent,
    shown,
    sounding,
    title,
)

pytestmark = pytest.mark.usefixtures("many_publishes")


@pytest.fixture
async def media_folder(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    tmp_path: Path,
    socket_enabled: None,
) -> Path:
    """Home Assistant's folder of media, which the hub can really reach."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    await async_prepare_web_server(hass)
    client = await hass_client_no_auth()
    hass.config.internal_url = f"http://127.0.0.1:{client.port}"
    return tmp_path


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("1062764963669236741", "Salt and Sand"),
        ("Salt and Sand", "Salt and Sand"),
        ("salt AND sand", "Salt and Sand"),
        ("  été à málaga ", "Été à Málaga"),
        ("雨の日", "雨の日"),
        ("100% rain", "100% Rain"),
        ('The "Last" Train / Part 2', 'The "Last" Train / Part 2'),
        # Two artists have one of that name; the first counts.
        ("driftwood", "Driftwood"),
        ("hkwhub://track/2711950284411637702", "Driftwood"),
        ("hkwhub://artist/Paper%20Engines", "Night Bus"),
        ("hkwhub://album/City%20%26%20Sons", "Night Bus"),
        ("hkwhub://album/Gr%C3%BC%C3%9Fe", "Früh am Morgen"),
        ("hkwhub://tracks", "Harbour Lights"),
        ("hkwhub://sounds", "Dogs-barking-close-loop"),
        ("Industrial alarm-10s", "Industrial Alarm-10s"),
    ],
)
async def test_tracks(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    named: str,
    expected: str,
) -> None:
    """A track has an id and a title; artists, albums and folders are many tracks."""
    await add_hub()
    await play(hass, ADAPT, named)
    assert sounding(home) == {"Adapt": expected}
    assert title(hass, ADAPT) == expected


@pytest.mark.parametrize("media_type", ["track", "url", "audio/mpeg", "hkwhub", ""])
async def test_media_type(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, media_type: str
) -> None:
    """What something is, is told by its id; scripts write whatever comes to mind."""
    await add_hub()
    await play(hass, ADAPT, "Lighthouse", media_type)
    assert sounding(home) == {"Adapt": "Lighthouse"}


@pytest.mark.parametrize(
    "named",
    [
        "No such song",
        "9999",
        "hkwhub://",
        "hkwhub://track/9999",
        "hkwhub://album/Unheard",
        "hkwhub://nonsense/1",
        "ftp://127.0.0.1/song.mp3",
        "http://[",
        "foo://[x",
        "://",
        "a" * 500,
    ],
)
async def test_unknown(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, named: str
) -> None:
    """What is not there is said not to be there, and nothing stops for it."""
    await add_hub()
    await play(hass, ADAPT, "Harbour Lights")
    with pytest.raises(ServiceValidationError) as raised:
        await play(hass, ADAPT, named)
    assert raised.value.translation_key == "hkwhub_media_unknown"
    assert raised.value.translation_placeholders == {"media": named}
    assert sounding(home) == {"Adapt": "Harbour Lights"}


async def test_track_that_was_just_added(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A title that a list lacks which is not quite fresh is looked for in a new one."""
    monkeypatch.setattr(library, "FRESH_SECONDS", 0)
    await add_hub()
    await play(hass, ADAPT, "Harbour Lights")
    home.add_track("77", "Brand New", "Somebody", "Something", 100)
    await play(hass, ADAPT, "brand new")
    assert sounding(home) == {"Adapt": "Brand New"}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("name", ["song.wav", "song.mp3"])
async def test_address(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    transport: str,
    name: str,
) -> None:
    """The hub fetches what it plays by itself; the address is shown to nobody."""
    await add_hub(transport)
    url = f"{media_server.url}/{name}?authSig=hidden&a=ä b/+"
    await play(hass, ADAPT, url, extra={"title": "A song"})
    assert media_server.asked == [name]
    [heard] = home.heard
    assert (heard.kind, heard.content) == ("web", url)
    assert state_of(hass, ADAPT) == STATE_PLAYING
    assert title(hass, ADAPT) == "A song"
    assert shown(hass, ADAPT, "media_content_id") is None
    state = hass.states.get(ADAPT)
    assert state is not None
    assert "hidden" not in str(state.as_dict())


@pytest.mark.parametrize(
    ("address", "extra", "expected"),
    [
        ("song.mp3", {}, "song"),
        ("radio", {}, None),
        ("song.mp3", {"title": "Sea Shanty"}, "Sea Shanty"),
    ],
)
async def test_title_of_an_address(
    hass: HomeAssistant,
    add_hub: AddHub,
    media_server: MediaServer,
    address: str,
    extra: dict[str, str],
    expected: str | None,
) -> None:
    """A file has its name for a title unless it is given one; a radio has none."""
    await add_hub("local")
    await play(hass, ADAPT, f"{media_server.url}/{address}", extra=extra)
    assert title(hass, ADAPT) == expected


async def test_radio_that_the_hub_calls_paused(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    quick: None,
) -> None:
    """Nothing of it can be resumed, so "play" begins it anew."""
    entry = await add_hub()
    await play(hass, ADAPT, f"{media_server.url}/radio")
    # The hub's answers count again.
    await asyncio.sleep(0.25)
    playback = home.stage.playback
    assert playback is not None
    playback.state = State.PAUSED
    await entry.runtime_data.async_refresh()
    await until_state(hass, ADAPT, STATE_PAUSED)
    await call(hass, "media_play", ADAPT)
    assert len(sent(home, "play_web_media_selected_speakers")) == 2
    assert state_of(hass, ADAPT) == STATE_PLAYING


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_end_of_an_address(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    quick: None,
    transport: str,
) -> None:
    """The end of a file is noticed, though nobody has told how long it is."""
    await add_hub(transport)
    await play(hass, ADAPT, f"{media_server.url}/bell.wav")
    assert state_of(hass, ADAPT) == STATE_PLAYING
    await until_state(hass, ADAPT, STATE_IDLE)
    assert len(home.heard) == 1
    # It can be played again, and paused only by stopping it.
    await call(hass, "media_play", ADAPT)
    assert heard_titles(home, "Adapt") == ["bell.wav"] * 2


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_radio(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    quick: None,
    transport: str,
) -> None:
    """A radio plays until it is stopped, and again when it is told to."""
    home.download_seconds = 0.1
    await add_hub(transport)
    await play(hass, HUB, f"{media_server.url}/radio", "music")
    assert [state_of(hass, one) for one in SPEAKERS] == [STATE_PLAYING] * 4
    assert shown(hass, HUB, "media_duration") is None
    await call(hass, "media_stop", HUB)
    assert state_of(hass, HUB) == STATE_IDLE
    await call(hass, "media_play", LEFT)
    assert sounding(home) == dict.fromkeys(
        ("Omni Left", "Omni Right", "Adapt", "TV"), "radio"
    )


@pytest.mark.parametrize("url", ["rtsp://127.0.0.1/live", "mms://127.0.0.1/live"])
async def test_other_schemes(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, url: str
) -> None:
    """The documents know two more."""
    await add_hub()
    await play(hass, TV, url)
    assert sounding(home) == {"TV": "live"}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("missing.mp3", "hkwhub_media_refused"),
        ("page.mp3", "hkwhub_media_refused"),
    ],
)
async def test_address_that_is_refused(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    transport: str,
    name: str,
    key: str,
) -> None:
    """What the hub cannot get it refuses; what played plays on."""
    await add_hub(transport)
    await play(hass, ADAPT, "Harbour Lights")
    with pytest.raises(HomeAssistantError) as raised:
        await play(hass, ADAPT, f"{media_server.url}/{name}")
    assert raised.value.translation_key == key
    assert sounding(home) == {"Adapt": "Harbour Lights"}
    assert title(hass, ADAPT) == "Harbour Lights"


async def test_https(hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub) -> None:
    """It is tried, for nobody knows; if it is refused the user gets a hint."""
    await add_hub()
    with pytest.raises(HomeAssistantError) as raised:
        await play(hass, ADAPT, "https://127.0.0.1:9/song.mp3")
    assert raised.value.translation_key == "hkwhub_https_refused"
    assert state_of(hass, ADAPT) == STATE_IDLE


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("song.flac", ".flac"),
        ("song.OGG", ".ogg"),
        ("list.m3u8?x=1", ".m3u8"),
        ("list.pls", ".pls"),
    ],
)
async def test_formats(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, name: str, told: str
) -> None:
    """What no hub can play is refused before anything is interrupted."""
    await add_hub()
    with pytest.raises(ServiceValidationError) as raised:
        await play(hass, ADAPT, f"http://127.0.0.1:9/{name}")
    assert raised.value.translation_key == "hkwhub_format"
    assert raised.value.translation_placeholders == {"format": told}
    assert home.heard == []
    assert sent(home, "play_web_media_selected_speakers") == []


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_media_source(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_folder: Path,
    transport: str,
) -> None:
    """A file of Home Assistant's own is fetched from it, with a signed address."""
    (media_folder / "a song.wav").write_bytes(wav(30))
    await add_hub(transport)
    await play(hass, ADAPT, "media-source://media_source/local/a song.wav")
    [heard] = home.heard
    assert heard.audio is not None
    assert heard.audio.size == len(wav(30))
    assert "authSig=" in heard.content
    state = hass.states.get(ADAPT)
    assert state is not None
    assert state.state == STATE_PLAYING
    assert "authSig" not in str(state.as_dict())


async def test_speech_that_is_still_being_made(
    hass: HomeAssistant,
    add_hub: AddHub,
    media_server: MediaServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has no text yet, and the key to it is no title."""

    async def resolve(*_: object) -> media_source.PlayMedia:
        return media_source.PlayMedia(f"{media_server.url}/bell.wav", "audio/wav")

    monkeypatch.setattr(media_source, "async_resolve_media", resolve)
    await add_hub()
    await play(hass, ADAPT, "media-source://tts/-stream-/secret.mp3")
    state = hass.states.get(ADAPT)
    assert state is not None
    assert state.state == STATE_PLAYING
    assert "secret" not in str(state.as_dict())


async def test_media_source_over_tls(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, media_folder: Path
) -> None:
    """Where Home Assistant has an address without TLS too, the hub is given that."""
    internal = hass.config.internal_url
    hass.config.external_url = "https://home.example.org"
    (media_folder / "song.wav").write_bytes(wav(30))
    await add_hub()
    await play(hass, ADAPT, "media-source://media_source/local/song.wav")
    with pytest.raises(HomeAssistantError) as raised:
        await play(
            hass, TV, "https://home.example.org/media/local/song.wav?authSig=x&a=%2F"
        )
    # The signature is wrong, but not because anything of it was changed.
    assert raised.value.translation_key == "hkwhub_media_refused"
    assert sent(home, "play_web_media_selected_speakers")[-1][1]["MediaUrl"] == (
        f"{internal}/media/local/song.wav?authSig=x&a=%2F"
    )


async def test_home_assistant_without_plain_address(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Where there is no address without TLS the hub is asked, and the user told why."""
    hass.config.internal_url = "https://192.168.1.2:8123"
    hass.config.external_url = "https://home.example.org"
    url = "https://home.example.org/media/local/song.wav?authSig=x"
    await add_hub()
    with pytest.raises(HomeAssistantError) as raised:
        await play(hass, ADAPT, url)
    assert raised.value.translation_key == "hkwhub_https_refused"
    [(_, sent_params)] = sent(home, "play_web_media_selected_speakers")
    assert sent_params["MediaUrl"] == url


@pytest.mark.parametrize(
    ("name", "told"),
    [("song.flac", ".flac"), ("song.ogg", ".ogg"), ("film.mp4", ".mp4")],
)
async def test_media_source_of_a_wrong_format(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_folder: Path,
    name: str,
    told: str,
) -> None:
    """What a media source is, is known."""
    (media_folder / name).write_bytes(b"x")
    await add_hub()
    with pytest.raises(ServiceValidationError) as raised:
        await play(hass, ADAPT, f"media-source://media_source/local/{name}")
    assert raised.value.translation_placeholders == {"format": told}
    assert home.heard == []


@pytest.mark.parametrize("enqueue", ["add", "next"])
async def test_only_tracks_have_a_queue(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    enqueue: str,
) -> None:
    """What cannot be put behind the music does not interrupt it either."""
    await add_hub()
    await play(hass, ADAPT, "Harbour Lights")
    with pytest.raises(ServiceValidationError) as raised:
        await play(hass, ADAPT, f"{media_server.url}/song.mp3", enqueue=enqueue)
    assert raised.value.translation_key == "hkwhub_only_tracks_in_queue"
    assert sounding(home) == {"Adapt": "Harbour Lights"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"media": {"media_content_id": "Lighthouse", "media_content_type": "track"}},
        {
            "media": {
                "media_content_id": "hkwhub://track/9223372036854775809",
                "media_content_type": "track",
                "metadata": {"title": "Lighthouse", "thumbnail": None},
            }
        },
    ],
)
async def test_as_the_frontend_calls_it(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    arguments: dict[str, Any],
) -> None:
    """The media picker of automations gives all in one."""
    await add_hub()
    await call(hass, "play_media", ADAPT, **arguments)
    assert sounding(home) == {"Adapt": "Lighthouse"}
