"""HKWHub in a real Home Assistant process: music, groups, speech, announcements.

What is asserted is what the speakers let hear, by the record of the simulated home.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256

import pytest
import pytest_asyncio

from tests.simulators.hkwhub import Heard, SimulatedHome

from .demo_voice.tones import babble, chime
from .hkwhub import (
    CHANNEL,
    HUB_UUID,
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    LocalHubService,
    PubNubHubService,
)
from .home_assistant import HomeAssistantApi
from .house import House, wait_until_loaded
from .waiting import until, until_state

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Longer than a second: over PubNub the hub tells once a second that it still sounds.
SPOKEN = "Dinner is ready, come along"
LETTERS_PER_SECOND = 15


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A hub as a user of Home Assistant has it.

    Attributes:
        home: What is behind it.
        api: Home Assistant.
        player: The media player of the hub.
        voice: Its notify entity.
        first, second, third: Media players of three speakers.
        names: What these speakers are called at the hub.
        track: The title of a track of the media list.
    """

    home: SimulatedHome
    api: HomeAssistantApi
    player: str
    voice: str
    first: str
    second: str
    third: str
    names: tuple[str, str, str]
    track: str

    def heard_by(self, name: str) -> list[Heard]:
        """Return what a speaker has let hear."""
        speaker = self.home.speaker(name)
        return [one for one in self.home.heard if one.speaker_id == speaker.id]

    async def play(self) -> None:
        """Play the track on the first two speakers, until it is really playing."""
        await self.api.call(
            "media_player", "join", entity_id=self.first, group_members=[self.second]
        )
        await self.api.call(
            "media_player",
            "play_media",
            entity_id=self.first,
            media_content_id=self.track,
            media_content_type="music",
        )
        await until_state(self.api, self.first, "playing", media_title=self.track)


@pytest_asyncio.fixture(params=["local", "pubnub"], loop_scope="session")
async def hub(request: pytest.FixtureRequest, house: House) -> AsyncIterator[Hub]:
    """Each hub, silent before and after."""
    hubs = {
        "local": Hub(
            home=house.hub.home,
            api=house.api,
            player="media_player.hkwhub",
            voice="notify.hkwhub_speak",
            first="media_player.living_room_omni_left",
            second="media_player.living_room_omni_right",
            third="media_player.kitchen_adapt",
            names=("Omni Left", "Omni Right", "Adapt"),
            track="Harbour Lights",
        ),
        "pubnub": Hub(
            home=house.pubnub_hub.home,
            api=house.api,
            player="media_player.hkwhub_2",
            voice="notify.hkwhub_speak_2",
            first="media_player.attic_bookshelf",
            second="media_player.attic_window_sill",
            third="media_player.office_desk",
            names=("Bookshelf", "Window sill", "Desk"),
            track="Slow Tuesday",
        ),
    }
    chosen = hubs[request.param]
    chosen.home.heard.clear()
    yield chosen
    await house.api.call("media_player", "media_stop", entity_id=chosen.player)
    await house.api.call("media_player", "unjoin", entity_id=chosen.player)
    assert chosen.home.faults == []
    assert house.pubnub_hub.net.faults == []


async def test_entries_are_loaded(house: House) -> None:
    """Each flow has ended with an entry, and each speaker is a media player."""
    entries = await house.api.get("config/config_entries/entry?domain=iot_bridge")
    assert {entry["title"]: entry["state"] for entry in entries[1:3]} == {
        LocalHubService.title: "loaded",
        PubNubHubService.title: "loaded",
    }
    states = await house.api.states()
    players = {one for one in states if one.startswith("media_player.")}
    assert players == {
        "media_player.attic_bookshelf",
        "media_player.attic_window_sill",
        "media_player.garden_terrace",
        "media_player.hkwhub",
        "media_player.hkwhub_2",
        "media_player.kitchen_adapt",
        "media_player.living_room_omni_left",
        "media_player.living_room_omni_right",
        "media_player.office_desk",
        "media_player.tv",
    }


async def test_plays_a_track_on_a_group(hub: Hub) -> None:
    """A track plays, another speaker joins, each has its volume, and it can pause."""
    first, second, third = hub.names
    await hub.api.call(
        "media_player",
        "play_media",
        entity_id=hub.first,
        media_content_id=hub.track,
        media_content_type="music",
    )
    state = await until_state(hub.api, hub.first, "playing", media_title=hub.track)
    assert state["attributes"]["media_duration"] == hub.home.track(hub.track).duration
    assert hub.heard_by(second) == []

    await hub.api.call(
        "media_player", "join", entity_id=hub.first, group_members=[hub.second]
    )
    await until_state(hub.api, hub.second, "playing", media_title=hub.track)
    await hub.api.call(
        "media_player", "volume_set", entity_id=hub.second, volume_level=0.46
    )
    await hub.api.call("media_player", "media_pause", entity_id=hub.first)
    await until_state(hub.api, hub.second, "paused")
    await hub.api.call("media_player", "media_play", entity_id=hub.second)
    await until_state(hub.api, hub.first, "playing")

    [heard, again] = hub.heard_by(second)
    assert heard.title == again.title == hub.track
    assert [volume for _, volume in heard.volumes] == [23]
    assert again.from_second == heard.to_second
    assert again.volume_at_start == 23
    assert len(hub.heard_by(first)) == 2
    assert hub.heard_by(third) == []


async def test_hub_speaks_while_music_plays(hub: Hub) -> None:
    """All hear the hub's own voice, then the two that played go on where they were."""
    first, second, third = hub.names
    await hub.play()

    await hub.api.call("notify", "send_message", entity_id=hub.voice, message=SPOKEN)
    await until(lambda: len(hub.heard_by(first)) == 3)
    await until_state(hub.api, hub.first, "playing", media_title=hub.track)

    for name in (first, second):
        music, speech, resumed = hub.heard_by(name)
        assert (speech.kind, speech.content) == ("tts", SPOKEN)
        assert speech.to_second == pytest.approx(len(SPOKEN) / LETTERS_PER_SECOND)
        assert resumed.content == music.content
        assert resumed.from_second == music.to_second
    [speech] = hub.heard_by(third)
    assert speech.content == SPOKEN
    await until_state(hub.api, hub.third, "idle")


async def test_sound_file_is_announced(hub: Hub, house: House) -> None:
    """A file of Home Assistant's is really fetched, and sounds on one speaker, loud."""
    first, _, third = hub.names
    own_volume = hub.home.speaker(third).volume
    await hub.play()

    await hub.api.call(
        "media_player",
        "play_media",
        entity_id=hub.third,
        media_content_id="media-source://media_source/local/chime.wav",
        media_content_type="audio/wav",
        announce=True,
        extra={"volume": 0.9},
    )
    states = str(await hub.api.states())
    await until(lambda: len(hub.heard_by(first)) == 2)

    [announced] = hub.heard_by(third)
    assert announced.content.startswith(
        f"{house.process.url}/media/local/chime.wav?authSig="
    )
    assert announced.audio is not None
    assert announced.audio.sha256 == sha256(chime()).hexdigest()
    assert announced.volume_at_start == 45
    assert hub.home.speaker(third).volume == own_volume
    assert "authSig" not in states
    music, resumed = hub.heard_by(first)
    assert resumed.from_second == music.to_second


async def test_voice_of_home_assistant(hub: Hub, house: House) -> None:
    """A text-to-speech engine speaks on one speaker; the others stay silent."""
    _, _, third = hub.names

    await hub.api.call(
        "tts",
        "speak",
        entity_id="tts.demo_voice",
        media_player_entity_id=hub.third,
        message=SPOKEN,
        cache=False,
    )
    await until(lambda: [one.to_second for one in hub.home.heard] != [None])

    [spoken] = hub.home.heard
    assert [spoken] == hub.heard_by(third)
    assert spoken.content.startswith(f"{house.process.url}/api/tts_proxy/")
    assert spoken.audio is not None
    assert spoken.audio.size == len(babble(SPOKEN))
    await until_state(hub.api, hub.third, "idle")


async def test_diagnostics_hold_no_secret(house: House) -> None:
    """The entries' diagnostics hold neither keys nor what speakers are known by."""
    secrets = (PUBLISH_KEY, SUBSCRIBE_KEY, CHANNEL, HUB_UUID, "b0:38:29", "192.168.1.")
    for entry in await house.api.get("config/config_entries/entry?domain=iot_bridge"):
        dump = await house.api.get(f"diagnostics/config_entry/{entry['entry_id']}")
        text = str(dump["data"])
        assert [secret for secret in secrets if secret in text] == []


async def test_reload(hub: Hub, house: House) -> None:
    """A reload closes the session and opens another one."""
    [before] = hub.home.sessions.tokens
    for entry in await house.api.get("config/config_entries/entry?domain=iot_bridge"):
        await house.api.post(f"config/config_entries/entry/{entry['entry_id']}/reload")
    await wait_until_loaded(house.api)

    await hub.play()

    [after] = hub.home.sessions.tokens
    assert after != before
