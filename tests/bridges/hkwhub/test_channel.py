"""What is said on the PubNub channel, by others too, and while it is lost."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import note_changes, state_of, until, until_state

from .conftest import HUB_UUID, AddHub, Servers
from .listening import MUSIC
from .mishaps import network, repair
from .remote import ADAPT, HUB, call, play, shown, sounding

pytestmark = pytest.mark.usefixtures("quick", "many_publishes", "quick_reconnect")


async def test_messages_during_an_outage(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """What others did meanwhile is seen afterwards, once; a command is not lost."""
    entry = await add_hub("pubnub")
    await servers.net.wait_for_subscriber()
    await network(drop=True)(servers)
    servers.net.drop_subscribers()
    await until(lambda: not entry.runtime_data.link_up)
    adapt = home.speaker("Adapt")
    await servers.hub.foreign_command(
        "set_volume_device", {"DeviceID": adapt.id, "Volume": "44"}
    )
    await servers.hub.foreign_command(
        "play_hub_media_selected_speakers",
        {"PersistentID": home.track(MUSIC).id, "DeviceIDList": adapt.id},
    )
    commands = len(home.commands)

    await repair(servers)

    await until_state(hass, ADAPT, "playing")
    await until(lambda: shown(hass, ADAPT, "volume_level") == 44 / 50)
    assert {one.name for one in home.commands[commands:]} <= {
        "device_list",
        "is_playing",
    }
    await call(hass, "media_stop", ADAPT)
    assert sounding(home) == {}


@pytest.mark.parametrize(
    "message",
    [
        "Hello from HKWHubApp",
        7,
        None,
        [],
        {},
        {"Event": 5},
        {"HKWHubUUID": HUB_UUID},
        {"HKWHubUUID": HUB_UUID, "Event": "SomethingNew"},
        {"HKWHubUUID": HUB_UUID, "Event": "DeviceStateUpdated"},
        {"HKWHubUUID": HUB_UUID, "Envet": "PlaybackTimeChanged"},
        {
            "HKWHubUUID": HUB_UUID,
            "Envet": "PlaybackTimeChanged",
            "PlaybackTime": "soon",
        },
        {"HKWHubUUID": HUB_UUID, "Envet": "PlaybackTimeChanged", "PlaybackTime": -1},
        {"HKWHubUUID": HUB_UUID, "ResponseOf": ["device_list"]},
        {"HKWHubUUID": HUB_UUID, "ResponseOf": "device_list", "DeviceList": "none"},
    ],
    ids=str,
)
async def test_odd_messages(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    caplog: pytest.LogCaptureFixture,
    message: Any,
) -> None:
    """Whatever is said on the channel: nothing breaks, nothing is shown wrongly."""
    await add_hub("pubnub")
    await servers.net.publish_inside(
        servers.hub.subscribe_key, servers.hub.channel, message
    )

    await call(hass, "volume_set", ADAPT, volume_level=0.5)
    assert home.speaker("Adapt").volume == 25
    assert state_of(hass, HUB) == "idle"
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "message",
    [
        {"Envet": "PlaybackTimeChanged", "PlaybackTime": 15},
        {"Event": "DeviceStateUpdated", "Reason": "DeviceAvailable"},
        {"Command": "set_volume", "Volume": 3},
        {"ResponseOf": "set_volume", "Result": True},
        {"ResponseOf": "device_list", "DeviceList": []},
    ],
    ids=str,
)
async def test_messages_of_another_hub(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    message: dict[str, Any],
) -> None:
    """Two hubs on a channel do not get mixed up."""
    await add_hub("pubnub")
    changes = note_changes(hass)
    commands = len(home.commands)
    foreign = {**message, "HKWHubUUID": "SOMEBODY-ELSE", "SessionToken": "PubNub-1000"}
    for _ in range(3):
        await servers.net.publish_inside(
            servers.hub.subscribe_key, servers.hub.channel, foreign
        )

    await call(hass, "volume_set", ADAPT, volume_level=0.5)

    assert [one for one in changes if not one.startswith((ADAPT, HUB))] == []
    assert state_of(hass, HUB) == "idle"
    assert [one.name for one in home.commands[commands:]] == ["set_volume_device"]


async def test_token_in_the_second_spelling(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """Whichever spelling of the session's key the app reads."""
    for spelling in ("SessionToken", "SesssionToken"):
        servers.hub.token_key = spelling
        entry = await add_hub("pubnub")
        await play(hass, ADAPT, MUSIC)
        assert sounding(home) == {"Adapt": MUSIC}
        await hass.config_entries.async_remove(entry.entry_id)
