"""HKWHub in the demo house: one hub over its local server, one over PubNub."""

from abc import abstractmethod
import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, override
from urllib.parse import quote

from tests.simulators.hkwhub import (
    SOUND_LIBRARY,
    LocalServer,
    PubNubHub,
    SimulatedHome,
    believable_hub,
)
from tests.simulators.pubnub import PubNubSimulator

from .home_assistant import HomeAssistantApi
from .narrator import Narrator
from .service import DemoService

# Simulated, like all that it opens: the hub's own voice.
TTS_KEY: Final = "demo-voicerss-key"

PUBLISH_KEY: Final = "pub-c-demo"
SUBSCRIBE_KEY: Final = "sub-c-demo"
CHANNEL: Final = "demo-house"
HUB_UUID: Final = "0A7E5D32-UPSTAIRS"

_SECONDS_OF_RECORDS: Final = 60

# DeviceID, name, model, room, MAC address, Wi-Fi dBm, volume
_UPSTAIRS_SPEAKERS: Final = (
    ("81150038829701", "Bookshelf", "Omni 20", "Attic", "b0:38:29:20:07:01", -58, 15),
    ("81150038829702", "Window sill", "Omni 20", "Attic", "b0:38:29:20:07:02", -64, 15),
    ("81150038829703", "Desk", "Omni 10", "Office", "b0:38:29:20:07:03", -49, 9),
    ("81150038829704", "Terrace", "Omni Adapt", "Garden", "", -71, 28),
)
# PersistentID, title, artist, album, seconds
_UPSTAIRS_TRACKS: Final = (
    ("9012345678901234501", "Slow Tuesday", "Marlene Voss Trio", "Rooms", 312),
    ("9012345678901234502", "The Stairs", "Marlene Voss Trio", "Rooms", 268),
    ("9012345678901234503", "Half Past", "Marlene Voss Trio", "Rooms", 287),
    ("9012345678901234504", "Paper Boats", "Otto & The Kites", "Upwind", 201),
    ("9012345678901234505", "Kite Weather", "Otto & The Kites", "Upwind", 189),
    ("9012345678901234506", "Door bell", SOUND_LIBRARY, SOUND_LIBRARY, 3),
)


class HubService(DemoService):
    """A simulated home with a hub.

    Attributes:
        home: What is there.
    """

    def __init__(self) -> None:
        """Build a home whose hub can speak."""
        self.home = SimulatedHome()
        self.home.tts_key = TTS_KEY

    @override
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        try:
            await self._begin(api)
        except RuntimeError as err:
            # The house is its owner's: a hub may have been deleted or renamed.
            say(f"The music could not begin: {err}")
        await Narrator(self.home, say).narrate()

    @abstractmethod
    async def _begin(self, api: HomeAssistantApi) -> None:
        """Put on music by Home Assistant: the house shall not begin in silence."""


class LocalHubService(HubService):
    """The hub downstairs, over its local server."""

    name = "an HKWHub (local server)"
    title = "HKWHub (127.0.0.1)"

    def __init__(self) -> None:
        """Build the home downstairs."""
        super().__init__()
        believable_hub(self.home)
        self.server = LocalServer(self.home)

    @override
    async def start(self, port: int) -> None:
        await self.server.start(port)

    @override
    async def stop(self) -> None:
        await self.server.stop()

    @property
    @override
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters: the address that the app shows."""
        return (
            {"next_step_id": "hkwhub"},
            {"next_step_id": "hkwhub_local"},
            {"url": self.server.url},
        )

    @override
    async def _begin(self, api: HomeAssistantApi) -> None:
        """Play an album in the living room."""
        await _play_album(
            api,
            "Low Tide",
            "media_player.living_room_omni_left",
            "media_player.living_room_omni_right",
        )


class PubNubHubService(HubService):
    """The hub upstairs, over a PubNub network of its own.

    Attributes:
        net: The network.
        hub: The hub on it.
    """

    name = "an HKWHub (PubNub)"
    title = "HKWHub (PubNub)"

    def __init__(self) -> None:
        """Build the home upstairs."""
        super().__init__()
        for device_id, name, model, room, mac, wifi, volume in _UPSTAIRS_SPEAKERS:
            self.home.add_speaker(
                device_id,
                name,
                model=model,
                room=room,
                mac=mac,
                wifi=wifi,
                volume=volume,
            )
        for track in _UPSTAIRS_TRACKS:
            self.home.add_track(*track)
        self.net = PubNubSimulator()
        self.net.add_keys(PUBLISH_KEY, SUBSCRIBE_KEY)
        self.hub = PubNubHub(
            self.home,
            self.net,
            PUBLISH_KEY,
            SUBSCRIBE_KEY,
            channel=CHANNEL,
            uuid=HUB_UUID,
        )

    @override
    async def start(self, port: int) -> None:
        await self.net.start(port=port)
        await self.hub.start()

    @override
    async def stop(self) -> None:
        await self.hub.stop()
        await self.net.stop()

    @property
    @override
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters: what is set in the app."""
        return (
            {"next_step_id": "hkwhub"},
            {"next_step_id": "hkwhub_pubnub"},
            {
                "publish_key": PUBLISH_KEY,
                "subscribe_key": SUBSCRIBE_KEY,
                "channel": CHANNEL,
                "advanced": {"url": self.net.url},
            },
        )

    @override
    async def _begin(self, api: HomeAssistantApi) -> None:
        """Have an album paused in the attic, that somebody may go on with."""
        player = "media_player.attic_bookshelf"
        await _play_album(api, "Rooms", player, "media_player.attic_window_sill")
        await api.call("media_player", "media_pause", entity_id=player)

    @override
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(super().live(api, say))
            group.create_task(self._forget())

    async def _forget(self) -> None:
        """Empty the network's records: a demo may run for weeks."""
        while True:
            await asyncio.sleep(_SECONDS_OF_RECORDS)
            self.net.requests.clear()
            self.net.published.clear()


async def _play_album(
    api: HomeAssistantApi, album: str, player: str, other_player: str
) -> None:
    """Play an album of a hub's media list on two of its speakers."""
    await api.call(
        "media_player", "join", entity_id=player, group_members=[other_player]
    )
    await api.call(
        "media_player",
        "play_media",
        entity_id=player,
        media_content_id=f"hkwhub://album/{quote(album)}",
        media_content_type="album",
    )
