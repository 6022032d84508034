"""Tokens of a running entry, which nothing refreshes: renewed, or asked for in time."""

from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from tests.bridges.leftovers import timers
from tests.simulators.thingplus import RecordedRequest, ThingplusSimulator, Trouble
from tests.waiting import note_changes, state_of

from .conftest import CLIENT_ID, USERNAME, CreateEntry
from .mishaps import no_password_grant, password_changed, secret_changed
from .rhythm import NOW, Rhythm
from .world import never_unavailable, requests_to

DAY: Final = 24 * 3600
TEMPERATURE: Final = "sensor.climate_temperature"


@pytest.fixture
def clock(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, server: ThingplusSimulator
) -> Rhythm:
    """The clock, which may go on by days."""
    return Rhythm(hass, freezer, server)


def grants(server: ThingplusSimulator) -> list[RecordedRequest]:
    """Return the requests for tokens."""
    return requests_to(server, "/oauth2/token", "POST")


def asked_to_sign_in(hass: HomeAssistant, entry: ConfigEntry[Any]) -> int:
    """Return how often the user is asked to sign in again."""
    return len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})])


def token_of(entry: ConfigEntry[Any]) -> str:
    """Return the access token of an entry."""
    token: str = entry.data["token"]["access_token"]
    return token


async def test_renewed_in_time(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Three days before it ends there is another one, again and again."""
    entry = await create_entry()
    changes = note_changes(hass)
    await clock.jump(days=86.9)
    assert grants(server) == []
    await clock.jump(days=0.2)
    assert len(grants(server)) == 1
    assert token_of(entry) == server.office.issued[-1].token
    assert entry.data["token"]["expires_at"] > NOW.timestamp() + 176 * DAY
    await clock.jump(days=87)
    assert len(grants(server)) == 2
    assert asked_to_sign_in(hass, entry) == 0
    assert never_unavailable(changes)


async def test_server_is_away_then(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """It is tried again some hours later; what there is goes on working."""
    entry = await create_entry(life=5 * DAY)
    changes = note_changes(hass)
    server.trouble = Trouble(status=503, path="^/oauth2/token")
    await clock.jump(days=3.9)
    assert grants(server) == []
    await clock.jump(days=0.11)
    assert len(grants(server)) == 1
    await clock.jump(hours=5.9)
    assert len(grants(server)) == 1
    await clock.jump(hours=0.2)
    assert len(grants(server)) == 2
    server.trouble = None
    await clock.jump(hours=6.1)
    assert len(grants(server)) == 3
    assert token_of(entry) == server.office.issued[-1].token
    await clock.jump(days=2)
    assert len(grants(server)) == 3
    assert asked_to_sign_in(hass, entry) == 0
    assert never_unavailable(changes)


@pytest.mark.parametrize("spoil", [password_changed, secret_changed, no_password_grant])
async def test_refused_in_time(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    spoil: Any,
) -> None:
    """The user is asked, once, while all goes on working."""
    entry = await create_entry(life=5 * DAY)
    changes = note_changes(hass)
    spoil(server)
    await clock.jump(days=3.9)
    assert asked_to_sign_in(hass, entry) == 0
    await clock.jump(days=0.2)
    assert asked_to_sign_in(hass, entry) == 1
    await clock.jump(days=0.5)
    assert asked_to_sign_in(hass, entry) == 1
    assert never_unavailable(changes)


@pytest.mark.parametrize("status", [401, 403])
async def test_ended(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    clock: Rhythm,
    create_entry: CreateEntry,
    status: int,
) -> None:
    """A token that the server takes for ended is replaced at once."""
    entry = await create_entry()
    changes = note_changes(hass)
    server.office.expired_status = status
    former = token_of(entry)
    server.revoke_all()
    await clock.jump(hours=2)
    assert len(grants(server)) == 1
    assert token_of(entry) not in (former, "")
    assert entry.state is ConfigEntryState.LOADED
    assert never_unavailable(changes)
    # The new one is watched, not the former.
    await clock.jump(days=86.95)
    assert len(grants(server)) == 1
    await clock.jump(days=0.1)
    assert len(grants(server)) == 2


@pytest.mark.parametrize("sign_in", ["password_grant", "code"])
async def test_code_or_refusal(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    sign_in: str,
) -> None:
    """Where there is no other token the user is asked, and nothing is shown."""
    entry = await create_entry(sign_in=sign_in)
    server.revoke_all()
    password_changed(server)
    await clock.jump(hours=2)
    assert asked_to_sign_in(hass, entry) == 1
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    asked = len(server.requests)
    await clock.jump(days=1)
    assert len(server.requests) == asked


async def test_user_deleted(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Tokens end with the user."""
    entry = await create_entry()
    server.remove_user(USERNAME)
    await clock.jump(hours=2)
    assert asked_to_sign_in(hass, entry) == 1


async def test_code_ends(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """The user is asked three days before, and all works until the very end."""
    entry = await create_entry(sign_in="code")
    changes = note_changes(hass)
    await clock.jump(days=11.9)
    assert asked_to_sign_in(hass, entry) == 0
    await clock.jump(days=0.2)
    assert asked_to_sign_in(hass, entry) == 1
    await clock.jump(days=2.8)
    assert asked_to_sign_in(hass, entry) == 1
    assert never_unavailable(changes)
    assert grants(server) == []
    await clock.jump(days=0.2)
    assert asked_to_sign_in(hass, entry) == 1
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE


async def test_code_after_a_restart(
    hass: HomeAssistant, clock: Rhythm, create_entry: CreateEntry
) -> None:
    """The user is asked at a restart again."""
    entry = await create_entry(sign_in="code", life=10)
    await hass.config_entries.async_unload(entry.entry_id)
    entry = await create_entry(sign_in="code", set_up=False)
    token = {**entry.data["token"], "expires_at": NOW.timestamp() + 2 * DAY}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    await hass.config_entries.async_setup(entry.entry_id)
    await clock.run(60)
    assert asked_to_sign_in(hass, entry) == 1
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_ended_before_a_restart(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A token that ended meanwhile is renewed, and not even shown to the server."""
    entry = await create_entry()
    await hass.config_entries.async_unload(entry.entry_id)
    server.requests.clear()
    await clock.jump(days=100)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert server.requests[0].path == "/oauth2/token"
    assert all(one.user == USERNAME for one in list(server.requests)[1:])
    assert asked_to_sign_in(hass, entry) == 0


async def test_code_ended_before_a_restart(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Nothing is asked of the server: it is the user who is asked."""
    entry = await create_entry(sign_in="code")
    await hass.config_entries.async_unload(entry.entry_id)
    server.requests.clear()
    await clock.jump(days=100)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert asked_to_sign_in(hass, entry) == 1
    assert len(server.requests) == 0


async def test_token_that_is_none(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Where the server gives one that it does not know there is another right away."""
    entry = await create_entry(life=DAY)
    body = '{"access_token": "opaque", "token_type": "Bearer"}'
    server.trouble = Trouble(status=200, body=body, path="^/oauth2/token", times=1)
    await clock.jump(days=0.85)
    assert len(grants(server)) == 2
    assert token_of(entry) == server.office.issued[-1].token
    assert asked_to_sign_in(hass, entry) == 0


async def test_tokens_of_a_moment(
    clock: Rhythm, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """A server whose tokens end soon is not asked without a pause."""
    server.office.password_token_life = 30
    await create_entry(life=60)
    await clock.run(120)
    assert 1 < len(grants(server)) < 10


async def test_renewed_while_it_is_reconfigured(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A token for the former way is of no use any more."""
    entry = await create_entry(life=DAY)
    data = {**entry.data, "client_id": "another", "sign_in": "password_grant"}
    hass.config_entries.async_update_entry(entry, data=data)
    await clock.jump(days=0.9)
    assert grants(server) == []
    assert dict(entry.data) == data


async def test_unload(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """Nobody watches the token any more."""
    entry = await create_entry(life=DAY)
    await hass.config_entries.async_unload(entry.entry_id)
    assert timers() == []
    await clock.jump(days=1)
    assert grants(server) == []


async def test_day_and_night(
    hass: HomeAssistant,
    clock: Rhythm,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A token that another client got does not matter."""
    await create_entry(life=DAY)
    server.issue_token(USERNAME, CLIENT_ID, 5)
    changes = note_changes(hass)
    await clock.jump(days=2)
    assert never_unavailable(changes)
