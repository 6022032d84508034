"""The hub comes and goes: availability, sessions, tokens, and what is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.iot_bridge.bridges.hkwhub import account as account_module
from custom_components.iot_bridge.bridges.hkwhub.client import PubNubPace
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.simulators.hkwhub import SESSION_NOT_FOUND_SHAPES, SimulatedHome, Trouble
from tests.waiting import note_changes, state_of, until, until_state

from .conftest import AddHub, Servers
from .listening import MUSIC, every_transport, start_music
from .mishaps import (
    Spoil,
    app_closed,
    cloud,
    keys_refused,
    local,
    network,
    offline,
    repair,
)
from .remote import ADAPT, LEFT, RIGHT, call, play, sent, shown, sounding

pytestmark = pytest.mark.usefixtures("quick", "many_publishes", "quick_reconnect")

LOST = "The connection to HKWHub is lost"
BACK = "The connection to HKWHub is back"
POLL_FAILED = "Error fetching HKWHub data"
POLL_RECOVERED = "Fetching HKWHub data recovered"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, many_publishes: None) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(account_module, "TIMEOUT", 0.3)
    pace = PubNubPace(answer=0.3, request=0.3, publishes_per_second=1000)
    monkeypatch.setattr(account_module, "PACE", pace)


def pass_time(hass: HomeAssistant, **time: float) -> None:
    """Turn the clock; what is due by then happens."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**time))


async def poll(entry: ConfigEntry[Any]) -> None:
    """Let the hub be asked, as it would be some time by itself."""
    await entry.runtime_data.async_refresh()


async def lose_for_long(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Let a poll fail, and the grace pass."""
    await poll(entry)
    assert state_of(hass, ADAPT) != STATE_UNAVAILABLE
    pass_time(hass, seconds=31)
    await until_state(hass, ADAPT, STATE_UNAVAILABLE)


@pytest.mark.parametrize(
    ("transport", "spoil"),
    [
        pytest.param("local", local(drop=True), id="local"),
        pytest.param("local", local(hang=True), id="local hangs"),
        pytest.param("local", local(http_status=503), id="local 503"),
        pytest.param("cloud", offline("504"), id="cloud 504"),
        pytest.param("cloud", offline("false"), id="cloud false"),
        pytest.param("pubnub", app_closed, id="pubnub, app closed"),
    ],
)
async def test_hub_is_gone_and_back(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    caplog: pytest.LogCaptureFixture,
    transport: str,
    spoil: Spoil,
) -> None:
    """After the grace all is unavailable until the hub is back: one line each."""
    entry = await add_hub(transport)
    await spoil(servers)
    changes = note_changes(hass)

    await lose_for_long(hass, entry)
    await until_state(hass, "notify.kitchen_adapt_speak", STATE_UNAVAILABLE)
    await poll(entry)
    assert caplog.text.count(POLL_FAILED) == 1

    await repair(servers)
    home.speaker("Adapt").turn_volume(33)
    await poll(entry)
    await until_state(hass, ADAPT, "idle")
    assert shown(hass, ADAPT, "volume_level") == 33 / 50
    assert [one for one in changes if one.startswith(f"{ADAPT}:")] == [
        f"{ADAPT}: unavailable",
        f"{ADAPT}: idle",
    ]
    assert caplog.text.count(POLL_FAILED) == 1
    assert caplog.text.count(POLL_RECOVERED) == 1
    assert LOST not in caplog.text


async def test_network_is_gone_and_back(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """PubNub itself is lost: a short loss is not seen, a long one makes one line."""
    entry = await add_hub("pubnub")
    await servers.net.wait_for_subscriber()
    changes = note_changes(hass)
    for _ in range(3):
        servers.net.drop_subscribers()
        await servers.net.wait_for_subscriber()
    assert changes == []

    await network(http_status=503)(servers)
    servers.net.drop_subscribers()
    await until(lambda: not entry.runtime_data.link_up)
    assert state_of(hass, ADAPT) == "idle"
    pass_time(hass, seconds=31)
    await until_state(hass, ADAPT, STATE_UNAVAILABLE)
    await poll(entry)

    await repair(servers)
    await until_state(hass, ADAPT, "idle")
    assert caplog.text.count(LOST) == 1
    assert caplog.text.count(BACK) == 1
    assert POLL_FAILED not in caplog.text


async def test_app_is_back_and_tells_so(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """A hub that tells something is asked at once, not when the next poll is due."""
    entry = await add_hub("pubnub")
    await app_closed(servers)
    await lose_for_long(hass, entry)

    await repair(servers)
    home.speaker("Adapt").change_wifi(-40)
    await until_state(hass, ADAPT, "idle")


async def test_app_is_closed_while_it_plays(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """The silence is noticed long before the safety poll; nothing plays afterwards."""
    entry = await add_hub("pubnub")
    home.speed = 5
    await start_music(hass, home)
    await app_closed(servers)
    starts = len(sent(home, "play_hub_media_selected_speakers"))

    await until(lambda: not entry.runtime_data.last_update_success)
    pass_time(hass, seconds=31)
    await until_state(hass, LEFT, STATE_UNAVAILABLE)

    await repair(servers)
    await poll(entry)
    await until_state(hass, LEFT, "idle")
    assert len(sent(home, "play_hub_media_selected_speakers")) == starts


async def test_track_that_ends_while_the_hub_is_lost(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """When the hub is back nobody expects the next track to begin by itself."""
    home.add_track("77", "Short", "Paper Engines", "City & Sons", 3)
    entry = await add_hub()
    await play(hass, ADAPT, "Short")
    await local(drop=True)(servers)
    await lose_for_long(hass, entry)
    home.speed = 1000
    await until(lambda: sounding(home) == {})

    await repair(servers)
    await poll(entry)
    await until_state(hass, ADAPT, "idle")
    assert sounding(home) == {}


@pytest.mark.parametrize(
    ("transport", "spoil", "key"),
    [
        ("local", local(drop=True), "hkwhub_timeout"),
        ("local", local(http_status=503), "hkwhub_cannot_connect"),
        ("local", local(hang=True), "hkwhub_timeout"),
        ("local", local(garbage=True), "hkwhub_unexpected_answer"),
        ("cloud", cloud(http_status=503), "hkwhub_hub_offline"),
        ("cloud", offline("504"), "hkwhub_hub_offline"),
        ("pubnub", app_closed, "hkwhub_hub_offline"),
        ("pubnub", network(publish_status=503), "hkwhub_cannot_connect"),
    ],
)
async def test_command_while_the_hub_is_gone(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    transport: str,
    spoil: Spoil,
    key: str,
) -> None:
    """A command that fails says why; what is shown stays true."""
    await add_hub(transport)
    await spoil(servers)

    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "volume_set", ADAPT, volume_level=0.9)

    assert raised.value.translation_key == key
    assert shown(hass, ADAPT, "volume_level") == 22 / 50
    await repair(servers)
    await call(hass, "volume_set", ADAPT, volume_level=0.9)
    assert home.speaker("Adapt").volume == 45


async def test_command_that_does_not_arrive(
    hass: HomeAssistant,
    add_hub: AddHub,
    servers: Servers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The hub is looked for at once, though PubNub polls but every ten minutes."""
    await add_hub("pubnub")
    await app_closed(servers)
    with pytest.raises(HomeAssistantError):
        await call(hass, "media_next_track", ADAPT)

    await until(lambda: POLL_FAILED in caplog.text)
    pass_time(hass, seconds=31)
    await until_state(hass, ADAPT, STATE_UNAVAILABLE)


@every_transport
async def test_play_is_not_sent_twice(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    transport: str,
) -> None:
    """When its answer is lost it has been carried out perhaps, and is not repeated."""
    await add_hub(transport)
    name = "play_hub_media_selected_speakers"
    lost = Trouble(lose_answer=True, only=frozenset({name}))
    servers.local.trouble = servers.cloud.trouble = servers.hub.trouble = lost

    with pytest.raises(HomeAssistantError):
        await play(hass, ADAPT, MUSIC)

    assert len(sent(home, name)) == 1
    assert sounding(home) == {"Adapt": MUSIC}


@every_transport
async def test_slow_answers(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    transport: str,
) -> None:
    """A hub that takes its time is waited for."""
    await add_hub(transport)
    slow = Trouble(slow=0.1)
    servers.local.trouble = servers.cloud.trouble = servers.hub.trouble = slow

    await play(hass, ADAPT, MUSIC)
    assert sounding(home) == {"Adapt": MUSIC}
    await call(hass, "media_stop", ADAPT)
    await until_state(hass, ADAPT, "idle")


# Sessions and tokens


@pytest.mark.parametrize("shape", SESSION_NOT_FOUND_SHAPES)
@every_transport
async def test_session_expires(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
    shape: str,
) -> None:
    """Another one is opened, and the command sent once more: nobody notices."""
    home.session_not_found = shape
    await add_hub(transport)
    sessions = len(sent(home, "init_session"))

    home.expire_sessions()
    await play(hass, ADAPT, MUSIC)
    home.expire_sessions()
    await call(hass, "volume_set", ADAPT, volume_level=0.5)

    assert len(sent(home, "init_session")) == sessions + 2
    assert sounding(home) == {"Adapt": MUSIC}
    assert home.speaker("Adapt").volume == 25
    assert [one.to_second for one in home.heard] == [None]


async def test_access_token_expires(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
) -> None:
    """It is refreshed, and the rotated refresh token is stored: a reload works."""
    entry = await add_hub("cloud")
    before = dict(entry.data["token"])

    for level in (0.2, 0.4):
        servers.cloud.expire_access_tokens()
        await call(hass, "volume_set", ADAPT, volume_level=level)
        assert home.speaker("Adapt").volume == round(level * 50)

    token = entry.data["token"]
    assert token["refresh_token"] != before["refresh_token"]
    assert token["access_token"] == servers.cloud.office.issued[-1]["access_token"]
    servers.cloud.expire_access_tokens()
    assert await hass.config_entries.async_reload(entry.entry_id)
    grants = [form["grant_type"] for form in servers.cloud.token_requests]
    assert grants == ["password", *["refresh_token"] * 3]


async def test_many_commands_with_an_expired_token(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
) -> None:
    """All wait for one refresh: a second one would have a dead refresh token."""
    await add_hub("cloud")
    servers.cloud.expire_access_tokens()

    await call(hass, "volume_set", [LEFT, RIGHT, ADAPT], volume_level=0.5)

    refreshes = [
        form
        for form in servers.cloud.token_requests
        if form["grant_type"] == "refresh_token"
    ]
    assert len(refreshes) == 1


async def test_tokens_are_revoked(
    hass: HomeAssistant, add_hub: AddHub, servers: Servers
) -> None:
    """The user is asked to sign in again; until then all is unavailable."""
    entry = await add_hub("cloud")
    servers.cloud.revoke_all()

    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "volume_set", ADAPT, volume_level=0.5)
    assert raised.value.translation_key == "hkwhub_sign_in"
    pass_time(hass, seconds=31)

    await until_state(hass, ADAPT, STATE_UNAVAILABLE)
    [flow] = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    assert flow["context"]["entry_id"] == entry.entry_id


@pytest.mark.parametrize("access_manager", [False, True])
async def test_keys_are_refused(
    hass: HomeAssistant, add_hub: AddHub, servers: Servers, access_manager: bool
) -> None:
    """PubNub does not take the keys any more: only the user has others."""
    entry = await add_hub("pubnub")
    await servers.net.wait_for_subscriber()

    await keys_refused(access_manager=access_manager)(servers)

    await until_state(hass, ADAPT, STATE_UNAVAILABLE)
    await until(lambda: [*entry.async_get_active_flows(hass, {SOURCE_REAUTH})])
    requests = len(servers.net.requests)
    pass_time(hass, minutes=11)
    await hass.async_block_till_done()
    assert len(servers.net.requests) == requests
