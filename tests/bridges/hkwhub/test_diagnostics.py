"""Diagnostics help, and no secret leaves by them, by states or by the log."""

from collections.abc import Iterable
import json
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.simulators.hkwhub import SimulatedHome

from .conftest import (
    CHANNEL,
    CLIENT_ID,
    CLIENT_SECRET,
    HUB_UUID,
    PASSWORD,
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    TRANSPORTS,
    USERNAME,
    AddHub,
    Servers,
    make_impatient,
)
from .media_server import MediaServer
from .mishaps import hub, local
from .remote import ADAPT, HUB, LEFT, RIGHT, TV, call, play

pytestmark = pytest.mark.usefixtures("many_publishes")

SPOKEN = "The code of the door is 4711"
SIGNATURE = "authSig=eyJhbGciOiJIUzI1NiJ9.hidden"

# Web servers of the tests, not of the integration, log each request; Home Assistant
# itself logs what a service was called with, and what it pushes to the frontend.
OURS = ("custom_components", "homeassistant.helpers", "homeassistant.config_entries")


def secrets_of(home: SimulatedHome, servers: Servers) -> set[str]:
    """Return all that nobody else may read."""
    return {
        USERNAME,
        PASSWORD,
        CLIENT_ID,
        CLIENT_SECRET,
        PUBLISH_KEY,
        SUBSCRIBE_KEY,
        CHANNEL,
        HUB_UUID,
        SIGNATURE,
        *(one.session for one in home.commands if one.session),
        *(
            str(token[name])
            for token in servers.cloud.office.issued
            for name in ("access_token", "refresh_token")
        ),
    }


def private_of(home: SimulatedHome) -> set[str]:
    """Return what tells where somebody lives and what they hear."""
    return {
        SPOKEN,
        "127.0.0.1",
        "Living Room",
        "Kitchen",
        # "Adapt" is a model too.
        *(
            speaker.name
            for speaker in home.speakers.values()
            if speaker.name != "Adapt"
        ),
        *(speaker.id for speaker in home.speakers.values()),
        *(speaker.mac for speaker in home.speakers.values() if speaker.mac),
        *(speaker.ip for speaker in home.speakers.values()),
        *(track.title for track in home.tracks.values()),
    }


def found_in(text: str, searched: Iterable[str]) -> list[str]:
    """Return what of it is in a text, in whatever case."""
    return [one for one in searched if one.lower() in text.lower()]


async def live(
    hass: HomeAssistant,
    home: SimulatedHome,
    media_server: MediaServer,
    entry: ConfigEntry[Any],
) -> None:
    """Do all that can be done with speakers, also what fails."""
    home.tts_key = "a key"
    await play(hass, LEFT, "Lighthouse", extra={"priority": 120})
    await call(hass, "join", LEFT, group_members=[RIGHT])
    for service in ("media_pause", "media_play", "media_next_track", "media_stop"):
        await call(hass, service, LEFT)
    await play(hass, HUB, f"{media_server.url}/song.mp3?{SIGNATURE}")
    await call(hass, "volume_set", ADAPT, volume_level=0.4)
    await call(hass, "volume_mute", HUB, is_volume_muted=True)
    await play(hass, TV, SPOKEN, "hkwhub_speech")
    for wrong in ("missing.mp3", "page.mp3"):
        with pytest.raises(HomeAssistantError):
            await play(hass, TV, f"{media_server.url}/{wrong}?{SIGNATURE}")
    home.expire_sessions()
    await call(hass, "volume_up", ADAPT)
    home.speaker("Adapt").switch_off()
    await entry.runtime_data.async_refresh()
    with pytest.raises(HomeAssistantError):
        await call(hass, "join", LEFT, group_members=[ADAPT])
    await play(hass, LEFT, f"{media_server.url}/song.mp3?{SIGNATURE}")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_nothing_leaks(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    media_server: MediaServer,
    caplog: pytest.LogCaptureFixture,
    transport: str,
) -> None:
    """A whole life is searched: diagnostics, all states, and the log."""
    caplog.set_level(logging.DEBUG)
    entry = await add_hub(transport)
    assert await async_setup_component(hass, "diagnostics", {})
    seen: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        seen.append("" if new is None else str(new.as_dict()))

    hass.bus.async_listen("state_changed", note)
    await live(hass, home, media_server, entry)
    servers.cloud.expire_access_tokens()
    await entry.runtime_data.async_refresh()
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    text = json.dumps(dump)
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        of_device = await get_diagnostics_for_device(hass, hass_client, entry, device)
        text += json.dumps(of_device)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()

    secrets = secrets_of(home, servers)
    assert len(secrets) > 9
    assert found_in(text, secrets | private_of(home)) == []
    assert found_in(text, {entry.entry_id}) == []
    attributes = "".join(seen)
    assert "media_title" in attributes
    assert found_in(attributes, secrets) == []
    logged = "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_info or ''}"
        for record in caplog.records
        if record.name.startswith(OURS)
    )
    assert "custom_components.iot_bridge" in logged
    assert found_in(logged, secrets | {SPOKEN}) == []


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_is_told(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
) -> None:
    """What support needs is there."""
    entry = await add_hub(transport)
    assert await async_setup_component(hass, "diagnostics", {})
    await play(hass, LEFT, "Lighthouse", extra={"priority": 120})
    home.speaker("TV").switch_off()
    await entry.runtime_data.async_refresh()

    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump["transport"] == transport
    assert dump["grant"] == {"cloud": "password"}.get(transport)
    assert dump["pushes"] == (transport == "pubnub")
    assert dump["link_up"] is True
    assert dump["service_available"] is True
    assert dump["last_update_success"] is True
    assert dump["last_error"] is None
    assert dump["session_open"] is True
    assert dump["tracks_known"] == 14
    assert dump["playback"] == {
        "state": "playing",
        "position": 0,
        "media": "HubMedia",
        "duration": 312,
        "priority": 120,
        "announced": False,
    }
    assert [speaker["model"] for speaker in dump["speakers"]] == [
        "Omni 10",
        "Omni 10",
        "Omni Adapt",
        "Omnibar",
    ]
    assert dump["speakers"][0] == {
        "model": "Omni 10",
        "firmware": "0.1.6.2",
        "mac_known": True,
        "in_a_room": True,
        "online": True,
        "volume": 17,
        "active": True,
        "is_playing": True,
        "role": 21,
        "wifi_signal": -67,
    }
    assert [speaker["mac_known"] for speaker in dump["speakers"]] == [1, 1, 0, 1]
    assert [speaker["in_a_room"] for speaker in dump["speakers"]] == [1, 1, 1, 0]
    assert [speaker["online"] for speaker in dump["speakers"]] == [1, 1, 1, 0]


async def test_one_device(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    device_registry: dr.DeviceRegistry,
    add_hub: AddHub,
) -> None:
    """A speaker's diagnostics tell of it alone; the hub's tell of no speaker."""
    entry = await add_hub()
    assert await async_setup_component(hass, "diagnostics", {})
    told: dict[str | None, Any] = {}
    for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id):
        dump: Any = await get_diagnostics_for_device(hass, hass_client, entry, device)
        told[device.name] = [speaker["model"] for speaker in dump["speakers"]]
    assert told == {
        "HKWHub": [],
        "Omni Left": ["Omni 10"],
        "Omni Right": ["Omni 10"],
        "Adapt": ["Omni Adapt"],
        "TV": ["Omnibar"],
    }


@pytest.mark.parametrize(
    ("transport", "spoil"), [("local", local(drop=True)), ("pubnub", hub(hang=True))]
)
async def test_hub_that_is_gone(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_hub: AddHub,
    servers: Servers,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
    spoil: Any,
) -> None:
    """Why it is gone is told, without what an error may have in it."""
    make_impatient(monkeypatch)
    entry = await add_hub(transport)
    assert await async_setup_component(hass, "diagnostics", {})
    await spoil(servers)
    await entry.runtime_data.async_refresh()
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump["last_update_success"] is False
    assert dump["last_error"] == "UpdateFailed"
    servers.local.trouble = servers.hub.trouble = type(servers.hub.trouble)()


async def test_entry_that_is_not_loaded(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_hub: AddHub,
    servers: Servers,
) -> None:
    """A hub that cannot be set up has diagnostics too."""
    entry = await add_hub()
    assert await async_setup_component(hass, "diagnostics", {})
    await local(http_status=503)(servers)
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump["state"] == "setup_retry"
    assert dump["reason"].startswith("hkwhub_")
    await local()(servers)
