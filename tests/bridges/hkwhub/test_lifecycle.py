"""Set-up, unload, reload, removal: what begins ends, and nothing piles up."""

import asyncio
import gc
from types import CoroutineType
from typing import Any, cast

import pytest

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulators.hkwhub import SimulatedHome, Trouble
from tests.waiting import state_of, until, until_state

from .conftest import AddHub, Servers, make_impatient
from .listening import MUSIC, both_ways, every_transport, start_music
from .mishaps import (
    Spoil,
    app_closed,
    hub,
    keys_refused,
    local,
    network,
    offline,
    repair,
)
from .remote import ADAPT, LEFT, call, play, sent, shown, sounding

pytestmark = pytest.mark.usefixtures("quick", "many_publishes", "quick_reconnect")


def client_tasks() -> set[asyncio.Task[Any]]:
    """Return all tasks that are alive but this test's and the simulated servers'."""
    own = asyncio.current_task()
    return {
        task
        for task in asyncio.all_tasks()
        if task is not own
        and (work := cast(CoroutineType[Any, Any, Any], task.get_coro())) is not None
        and "aiohttp/web_protocol" not in work.cr_code.co_filename
        and "simulators" not in work.cr_code.co_filename
    }


def timers() -> list[str]:
    """Return the timers of the integration that wait, for people to read."""
    loop: Any = asyncio.get_running_loop()
    waiting = [
        f"{timer._callback} {timer._args}"  # noqa: SLF001 - nothing public tells it
        for timer in loop._scheduled  # noqa: SLF001 - the same
        if not timer.cancelled()
    ]
    return [timer for timer in waiting if "custom_components.iot_bridge" in timer]


@every_transport
@pytest.mark.parametrize("playing", [False, True], ids=["idle", "playing"])
async def test_unload_leaves_nothing(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    transport: str,
    playing: bool,
) -> None:
    """No task, no timer, no session, no subscription; the music plays on."""
    entry = await add_hub(transport)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: servers.net.subscribers == 0)
    before = client_tasks()
    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(playing):
        await start_music(hass, home)
    music = sounding(home)
    await until(lambda: timers() != [])

    assert await hass.config_entries.async_unload(entry.entry_id)

    assert entry.state is ConfigEntryState.NOT_LOADED
    assert client_tasks() == before
    assert timers() == []
    assert home.commands[-1].name == "close_session"
    assert home.sessions.tokens == []
    await until(lambda: servers.net.subscribers == 0)
    assert state_of(hass, ADAPT) == STATE_UNAVAILABLE
    assert sounding(home) == music
    commands = len(home.commands)
    await asyncio.sleep(0.2)
    assert len(home.commands) == commands


@every_transport
async def test_unload_while_a_command_is_under_way(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    transport: str,
) -> None:
    """It comes to its end before the session is closed, and opens none of its own."""
    entry = await add_hub(transport)
    slow = Trouble(slow=0.2, only=frozenset({"play_hub_media_selected_speakers"}))
    servers.local.trouble = servers.cloud.trouble = servers.hub.trouble = slow
    playing = asyncio.create_task(play(hass, ADAPT, MUSIC))
    await asyncio.sleep(0.1)

    assert await hass.config_entries.async_unload(entry.entry_id)
    await playing

    assert sounding(home) == {"Adapt": MUSIC}
    assert home.sessions.tokens == []
    assert timers() == []


@both_ways
async def test_reloads_do_not_pile_up(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    transport: str,
) -> None:
    """After many reloads there is as much of everything as after one."""
    entry = await add_hub(transport)
    await start_music(hass, home)

    def count() -> tuple[int, ...]:
        gc.collect()
        kinds = [type(thing).__name__ for thing in gc.get_objects()]
        return (
            len(home.sessions.tokens),
            servers.net.subscribers,
            *(
                kinds.count(name)
                for name in ("HkwhubCoordinator", "HubClient", "PlaybackWatch")
            ),
        )

    assert await hass.config_entries.async_reload(entry.entry_id)
    first = count()
    for _ in range(20):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: count() == first)
    assert len(sent(home, "init_session")) == len(sent(home, "close_session")) + 1

    await call(hass, "media_stop", LEFT)
    assert sounding(home) == {}


@both_ways
async def test_reload_while_it_plays(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """What plays goes on, and is seen to play; whose it was is not known any more."""
    entry = await add_hub(transport)
    await start_music(hass, home)

    assert await hass.config_entries.async_reload(entry.entry_id)

    await until_state(hass, LEFT, "playing")
    assert shown(hass, LEFT, "group_members")[0] == LEFT
    assert [one.to_second for one in home.heard] == [None, None]


@both_ways
async def test_removal_while_it_plays(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
) -> None:
    """The entry leaves nothing in Home Assistant, and its session at the hub ends."""
    entry = await add_hub(transport)
    await start_music(hass, home)

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()

    assert hass.states.async_entity_ids("media_player") == []
    assert dr.async_entries_for_config_entry(device_registry, entry.entry_id) == []
    assert er.async_entries_for_config_entry(entity_registry, entry.entry_id) == []
    assert home.sessions.tokens == []
    assert timers() == []


@pytest.mark.parametrize(
    ("transport", "spoil", "reason"),
    [
        pytest.param("local", local(drop=True), "hkwhub_timeout", id="drop"),
        pytest.param(
            "local", local(http_status=503), "hkwhub_cannot_connect", id="503"
        ),
        pytest.param("local", local(hang=True), "hkwhub_timeout", id="hang"),
        pytest.param("local", local(garbage=True), "hkwhub_unexpected_answer", id="?"),
        pytest.param("cloud", offline("504"), "hkwhub_hub_offline", id="cloud 504"),
        pytest.param("cloud", offline("false"), "hkwhub_hub_offline", id="false"),
        pytest.param("cloud", offline("hang"), "hkwhub_timeout", id="cloud hang"),
        pytest.param("pubnub", app_closed, "hkwhub_hub_offline", id="app closed"),
        pytest.param("pubnub", hub(hang=True), "hkwhub_hub_offline", id="app hangs"),
        pytest.param(
            "pubnub", network(http_status=503), "hkwhub_cannot_connect", id="pubnub 503"
        ),
    ],
)
async def test_set_up_is_tried_again(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
    spoil: Spoil,
    reason: str,
) -> None:
    """A hub in trouble is waited for, and the entry says why; nothing is left behind."""
    make_impatient(monkeypatch)
    entry = await add_hub(transport)
    await hass.config_entries.async_unload(entry.entry_id)
    before = client_tasks()
    await spoil(servers)

    await hass.config_entries.async_setup(entry.entry_id)
    assert (entry.state, entry.error_reason_translation_key) == (
        ConfigEntryState.SETUP_RETRY,
        reason,
    )
    assert client_tasks() == before

    await repair(servers)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, ADAPT) == "idle"


async def sign_out(servers: Servers) -> None:
    """Let the cloud accept no token any more."""
    servers.cloud.revoke_all()


@pytest.mark.parametrize(
    ("transport", "spoil"),
    [
        pytest.param("cloud", sign_out, id="tokens"),
        pytest.param("pubnub", keys_refused(access_manager=False), id="keys"),
        pytest.param("pubnub", keys_refused(access_manager=True), id="access manager"),
    ],
)
async def test_set_up_needs_the_user(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    transport: str,
    spoil: Spoil,
) -> None:
    """What only the user can mend is asked for once, and not tried again and again."""
    entry = await add_hub(transport)
    await hass.config_entries.async_unload(entry.entry_id)
    await spoil(servers)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
