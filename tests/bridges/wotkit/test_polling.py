"""Lists are read twice a minute: what is asked for, and what happens when it fails."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.wotkit import account as account_module
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import EVENT_STATE_REPORTED, STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, callback
from tests.simulators.wotkit import SimulatedField, SimulatedSensor, WotkitServer
from tests.waiting import note_changes, state_of, until_state

from .conftest import USERNAME, AddAccount
from .mishaps import Spoil, key_removed, lists, repair
from .world import (
    BRIGHTNESS,
    TAXI,
    TEMPERATURE,
    WEATHER_LAST_DATA,
    device_names,
    go_to,
    listings,
    pass_time,
    poll,
    poll_and_settle,
    settle,
)

NOW: Final = datetime(2031, 1, 17, 12, tzinfo=UTC)
FAILED: Final = "Error fetching WoTKit data"
RECOVERED: Final = "Fetching WoTKit data recovered"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(account_module, "TIMEOUT", 0.8)


async def test_pace(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """A list each half minute, with all values; nobody asks in between."""
    freezer.move_to(NOW)
    await add_account()
    before = len(listings(server))
    sensors["weather_station"].record({"temperature": 3}, at=NOW.timestamp() + 1)

    go_to(hass, freezer, NOW + timedelta(seconds=28))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(listings(server)) == before

    go_to(hass, freezer, NOW + timedelta(seconds=31))
    await settle(lambda: state_of(hass, TEMPERATURE) == "3")
    assert len(listings(server)) == before + 1

    go_to(hass, freezer, NOW + timedelta(seconds=62))
    await settle(lambda: len(listings(server)) == before + 2)


@pytest.mark.parametrize(
    ("options", "scopes"),
    [
        pytest.param({}, ["contributed"], id="contributed"),
        pytest.param({"choice": "subscribed"}, ["subscribed"], id="subscribed"),
        pytest.param({"choice": "both"}, ["contributed", "subscribed"], id="both"),
        pytest.param(
            {"choice": "tags", "tags": ["light"]},
            ["contributed light", "subscribed light"],
            id="tags",
        ),
        pytest.param(
            {"choice": "picked", "sensors": ["1"]},
            ["contributed", "subscribed"],
            id="picked",
        ),
        pytest.param(
            {"choice": "subscribed", "controlled_sensors": ["1002"]},
            ["contributed", "subscribed"],
            id="subscribed, controlled",
        ),
        pytest.param(
            {"choice": "tags", "tags": ["a", "b"], "controlled_sensors": ["1002"]},
            ["contributed", "contributed a,b", "subscribed a,b"],
            id="tags, controlled",
        ),
    ],
)
async def test_requests_of_a_poll(
    add_account: AddAccount,
    server: WotkitServer,
    options: dict[str, Any],
    scopes: list[str],
) -> None:
    """One request for each scope; never for the whole platform."""
    entry = await add_account(**options)
    before = len(listings(server))
    await poll(entry)
    asked = [
        f"{one.query['scope']} {one.query.get('tags', '')}".strip()
        for one in listings(server)[before:]
    ]
    assert sorted(asked) == scopes


async def test_more_than_a_thousand_sensors(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """The server gives a thousand at a time; the one that is picked is the last."""
    field = SimulatedField(name="value")
    for number in range(1001):
        last = server.add_sensor(USERNAME, f"number_{number}", fields=[field])
    entry = await add_account(choice="picked", sensors=[str(last.id)])
    assert device_names(hass, entry) == {"number_1000"}
    before = len(listings(server))
    await poll(entry)
    offsets = [one.query["offset"] for one in listings(server)[before:]]
    assert offsets == ["0", "1000", "0"]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        pytest.param(lists(status=500), "wotkit_cannot_connect", id="500"),
        pytest.param(lists(status=503), "wotkit_cannot_connect", id="503"),
        pytest.param(lists(status=429), "wotkit_cannot_connect", id="429"),
        pytest.param(lists(status=404), "wotkit_unexpected_answer", id="404"),
        pytest.param(lists(status=302), "wotkit_unexpected_answer", id="302"),
        pytest.param(lists(garbage=True), "wotkit_unexpected_answer", id="garbage"),
        pytest.param(
            lists(status=200, body='{"sensors": []}'),
            "wotkit_unexpected_answer",
            id="no list",
        ),
        pytest.param(lists(status=200, body="["), "wotkit_unexpected_answer", id="cut"),
        pytest.param(lists(drop=True), "wotkit_timeout", id="drop"),
        pytest.param(lists(hang=True), "wotkit_timeout", id="hang"),
    ],
)
async def test_server_in_trouble(
    hass: HomeAssistant,
    impatient: None,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
    caplog: pytest.LogCaptureFixture,
    spoil: Spoil,
    error: str,
) -> None:
    """After the grace all is unavailable until the server is back: one line each."""
    entry = await add_account(choice="both")
    spoil(server)
    changes = note_changes(hass)

    await poll(entry)
    last_error: Any = entry.runtime_data.last_exception
    assert last_error.translation_key == error
    assert changes == []
    pass_time(hass, seconds=31)
    await until_state(hass, TEMPERATURE, STATE_UNAVAILABLE)
    assert state_of(hass, TAXI) == STATE_UNAVAILABLE
    assert state_of(hass, WEATHER_LAST_DATA) == STATE_UNAVAILABLE
    await poll(entry)
    await poll(entry)
    assert caplog.text.count(FAILED) == 1

    repair(server)
    sensors["weather_station"].record({"temperature": -4.5})
    await poll(entry)
    assert [one for one in changes if one.startswith(TEMPERATURE)] == [
        f"{TEMPERATURE}: unavailable",
        f"{TEMPERATURE}: -4.5",
    ]
    assert state_of(hass, TAXI) == "not_home"
    assert caplog.text.count(FAILED) == 1
    assert caplog.text.count(RECOVERED) == 1
    assert "The connection to" not in caplog.text


async def test_server_is_off_and_on(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """A machine that is switched off answers nothing at all."""
    entry = await add_account()
    await server.stop()
    await poll(entry)
    pass_time(hass, seconds=31)
    await until_state(hass, TEMPERATURE, STATE_UNAVAILABLE)

    await server.start()
    await poll(entry)
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_slow_server(
    hass: HomeAssistant,
    impatient: None,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """An answer that takes its time is as good as any."""
    entry = await add_account()
    lists(slow=0.1)(server)
    sensors["weather_station"].record({"temperature": 2})
    await poll(entry)
    assert state_of(hass, TEMPERATURE) == "2"


async def test_short_trouble_is_not_seen(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """A poll that fails, and the next one that does not."""
    entry = await add_account()
    changes = note_changes(hass)
    lists(status=503)(server)
    await poll(entry)
    repair(server)
    await poll(entry)
    pass_time(hass, seconds=31)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert changes == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(key_removed, id="key removed"),
        pytest.param(lists(status=401), id="401"),
        pytest.param(lists(status=403), id="403"),
    ],
)
async def test_sign_in_is_refused(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer, spoil: Spoil
) -> None:
    """The user is asked at once, and once; nothing is shown meanwhile."""
    entry = await add_account()
    spoil(server)
    await poll(entry)
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    asked = len(listings(server))
    pass_time(hass, minutes=5)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(listings(server)) == asked

    repair(server)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, TEMPERATURE) == "21.5"


ODD_ITEMS: Final[list[Any]] = [
    None,
    5,
    "mule1",
    [],
    {},
    {"id": None, "name": "nobody"},
    {"id": "abc"},
    {"id": True},
    {"id": 12.5},
    {"id": 77, "thingType": "GROUP", "name": "a_group"},
]


@pytest.mark.parametrize("odd", ODD_ITEMS, ids=repr)
async def test_odd_item_in_a_list(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer, odd: Any
) -> None:
    """What is no sensor is passed over; all others are there."""
    server.odd = [odd, odd]
    entry = await add_account()
    assert device_names(hass, entry) == {"Weather Station", "Lamp Post"}


async def test_bare_sensor_in_a_list(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """A sensor that has next to nothing, and one whose fields are odd."""
    fields = [
        None,
        {"name": "speed", "value": "12.5", "type": "NUMBER", "units": "km/h"},
        {"name": "speed", "value": 99, "type": "NUMBER"},
        {"name": "code", "value": 4711, "type": "STRING"},
        {"name": "yes", "value": True, "type": "NUMBER"},
        {"name": "far", "value": "Infinity", "type": "NUMBER"},
        {"name": "deep", "value": {"a": 1}, "type": "STRING"},
    ]
    server.odd = [{"id": 4000}, {"id": "4001", "name": "odd", "fields": fields}]
    entry = await add_account()
    assert device_names(hass, entry) >= {"4000", "odd"}
    shown = {
        name: state_of(hass, f"sensor.odd_{name}")
        for name in ("speed", "code", "yes", "far", "deep")
    }
    assert shown == {
        "speed": "12.5",
        "code": "4711",
        "yes": "1",
        "far": "unknown",
        "deep": "unknown",
    }
    assert state_of(hass, "sensor.4000_last_data") == "unknown"


async def test_only_what_changes_is_written(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """A list that says the same writes no state at all."""
    entry = await add_account(choice="both")
    changes = note_changes(hass)
    reported: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        reported.append(event.data["entity_id"])

    hass.bus.async_listen(
        EVENT_STATE_REPORTED, note, event_filter=callback(lambda _: True)
    )
    for _ in range(3):
        await poll_and_settle(hass, entry)
    assert (changes, reported) == ([], [])

    sensors["lamp_post"].record({"value": 40}, at=2_000_000_000)
    await poll_and_settle(hass, entry)
    assert changes == [
        f"{BRIGHTNESS}: 40",
        "sensor.lamp_post_last_data: 2033-05-18T03:33:20+00:00",
    ]
    assert reported == []
