"""Each minute the list is read, and what devices said that were heard since."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.iotbiz.reader import (
    telemetry as telemetry_module,
)
from homeassistant.core import HomeAssistant
from tests.bridges.world import go_to, poll, poll_and_settle, settle
from tests.simulators.iotbiz import IotbizSimulator, Trouble
from tests.waiting import note_changes, state_of, until

from .conftest import CreateReader
from .world import CUSTOMER, FLOW, GATE, PUMP, asked_for, key_of, say

NOW: Final = datetime(2031, 1, 17, 12, tzinfo=UTC)
AT: Final = 1_900_000_000.0
LIST: Final = "/api/devices/"
ROWS: Final = "/api/telemetry/"
GATE_WIDTH: Final = "sensor.44_8a_5b_9c_70_93_width"


def lists(iotbiz: IotbizSimulator) -> int:
    """Return how often the list was asked for."""
    return asked_for(iotbiz).count(LIST)


async def test_pace(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
) -> None:
    """Once a minute; nobody asks in between."""
    freezer.move_to(NOW)
    await create_reader()
    before = lists(iotbiz)
    say(iotbiz, PUMP, flow=3)

    go_to(hass, freezer, NOW + timedelta(seconds=58))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert lists(iotbiz) == before

    go_to(hass, freezer, NOW + timedelta(seconds=61))
    await settle(lambda: state_of(hass, FLOW) == "3")
    assert lists(iotbiz) == before + 1

    go_to(hass, freezer, NOW + timedelta(seconds=122))
    await settle(lambda: lists(iotbiz) == before + 2)


async def test_requests_of_a_poll(
    create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """Who was not heard is not asked for."""
    await iotbiz.add_device("mill", CUSTOMER)
    entry = await create_reader()
    pump, gate = (f"{ROWS} {key_of(iotbiz, one)}" for one in (PUMP, GATE))
    assert sorted(asked_for(iotbiz)[1:]) == sorted([LIST, pump, gate])

    iotbiz.requests.clear()
    await poll(entry)
    assert asked_for(iotbiz) == [LIST]

    say(iotbiz, GATE, AT)
    iotbiz.requests.clear()
    await poll(entry)
    assert asked_for(iotbiz) == [LIST, gate]
    iotbiz.requests.clear()
    await poll(entry)
    assert asked_for(iotbiz) == [LIST]


async def test_long_past(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """Of a device that has told much only what is new is read."""
    for number in range(1200):
        say(iotbiz, PUMP, AT + 60 * number, flow=number)
    entry = await create_reader()
    assert state_of(hass, FLOW) == "1199"
    say(iotbiz, PUMP, AT + 60 * 1200, flow=1200)
    await poll(entry)
    assert state_of(hass, FLOW) == "1200"
    told = [dict(one.query) for one in iotbiz.requests if one.path == ROWS]
    offsets = [one["offset"] for one in told if one["device"] == key_of(iotbiz, PUMP)]
    assert offsets == ["0", "0"]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_order_of_rows(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    newest_first: bool,
) -> None:
    """The latest counts, wherever it is in the list."""
    iotbiz.newest_first = newest_first
    for number in range(3):
        say(iotbiz, PUMP, AT + number, flow=number)
    await create_reader()
    assert state_of(hass, FLOW) == "2"


async def test_clocks_that_differ(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """Rows may be much older than the device seems to be."""
    say(iotbiz, PUMP, AT, flow=7)
    iotbiz.devices[PUMP].last_updated = AT + 9 * 3600
    entry = await create_reader()
    assert state_of(hass, FLOW) == "7"
    say(iotbiz, PUMP, AT + 60, flow=8)
    iotbiz.devices[PUMP].last_updated = AT + 9 * 3600 + 60
    await poll(entry)
    assert state_of(hass, FLOW) == "8"


async def test_row_that_comes_after_the_list(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """A device is noted as heard a moment before its message is kept."""
    say(iotbiz, PUMP, AT, flow=7)
    entry = await create_reader()
    iotbiz.devices[PUMP].last_updated = AT + 60
    await poll(entry)
    assert state_of(hass, FLOW) == "7"
    say(iotbiz, PUMP, AT + 60, flow=8)
    await poll(entry)
    assert state_of(hass, FLOW) == "8"


async def test_row_that_never_comes(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """It is asked for once more, not for ever; what is known stays."""
    say(iotbiz, PUMP, AT, flow=7)
    entry = await create_reader()
    iotbiz.devices[PUMP].rows.clear()
    iotbiz.devices[PUMP].last_updated = AT + 60
    iotbiz.requests.clear()
    for _ in range(4):
        await poll(entry)
    rows = f"{ROWS} {key_of(iotbiz, PUMP)}"
    assert asked_for(iotbiz) == [LIST, rows, LIST, rows, LIST, LIST]
    assert state_of(hass, FLOW) == "7"


async def test_odd_rows(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """What is no state is passed over."""
    deep: Any = 1
    for _ in range(20):
        deep = {"deeper": deep}
    say(iotbiz, PUMP, AT, flow=7)
    say(iotbiz, PUMP, AT + 1, flow=deep)
    say(iotbiz, PUMP, AT + 2, **{"k" * 500: 1})
    await create_reader()
    assert state_of(hass, FLOW) == "7"


async def test_one_that_fails_fails_alone(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """The others have what is new; it is tried again the next time."""
    say(iotbiz, GATE, AT, width=1)
    say(iotbiz, PUMP, AT, flow=1)
    entry = await create_reader()
    say(iotbiz, GATE, AT + 60, width=2)
    say(iotbiz, PUMP, AT + 60, flow=2)
    iotbiz.trouble = Trouble(status=500, path=ROWS, times=1)
    await poll(entry)
    assert entry.runtime_data.last_update_success
    assert sorted([state_of(hass, FLOW), state_of(hass, GATE_WIDTH)]) == ["1", "2"]
    await poll(entry)
    assert [state_of(hass, FLOW), state_of(hass, GATE_WIDTH)] == ["2", "2"]


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 500},
        {"status": 403, "body": "{}"},
        {"status": 404},
        {"garbage": "html"},
        {"garbage": "truncated"},
        {"drop": True},
        {"status": 200, "body": '{"results": {}}'},
        {"status": 200, "body": "[]"},
    ],
    ids=str,
)
async def test_values_that_cannot_be_read(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    caplog: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
) -> None:
    """How the devices are is shown nevertheless; one line says what is missing."""
    iotbiz.trouble = Trouble(**trouble, path=ROWS)
    entry = await create_reader()
    await poll(entry)
    assert state_of(hass, "binary_sensor.pump_1_connectivity") == "on"
    assert state_of(hass, FLOW) == "(none)"
    assert caplog.text.count("What devices have said cannot be read") == 1

    iotbiz.trouble = None
    await poll_and_settle(hass, entry)
    assert state_of(hass, FLOW) == "21.5"
    say(iotbiz, PUMP, AT, flow=2)
    iotbiz.trouble = Trouble(**trouble, path=ROWS)
    await poll(entry)
    assert state_of(hass, FLOW) == "21.5"
    assert caplog.text.count("What devices have said cannot be read") == 2


async def test_few_requests_at_a_time(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four, and not for ever: who had no turn is the first the next time."""
    for number in range(8):
        await iotbiz.add_device(f"mill-{number}", CUSTOMER)
        say(iotbiz, f"mill-{number}", AT, speed=number)
    monkeypatch.setattr(telemetry_module, "LONGEST_READING", 0.2)
    iotbiz.trouble = Trouble(hang=True, path=ROWS)
    entry = await create_reader()
    first = [one for one in asked_for(iotbiz) if one.startswith(ROWS)]
    assert len(first) == 4
    assert state_of(hass, "binary_sensor.mill_7_connectivity") == "on"

    monkeypatch.undo()
    iotbiz.trouble = None
    iotbiz.requests.clear()
    await poll_and_settle(hass, entry)
    then = [one for one in asked_for(iotbiz) if one.startswith(ROWS)]
    assert len(then) == 10
    assert set(first) & set(then[:4]) == set()
    assert [state_of(hass, f"sensor.mill_{n}_speed") for n in range(8)] == [*"01234567"]


async def test_only_what_changes_is_written(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """A list that says the same writes no state at all."""
    entry = await create_reader()
    changes = note_changes(hass)
    for _ in range(3):
        await poll_and_settle(hass, entry)
    assert changes == []
    say(iotbiz, PUMP, AT, flow=22, turns=3, dry=False, mode="eco")
    await poll_and_settle(hass, entry)
    await until(lambda: len(changes) == 2)
    assert sorted(changes) == [
        f"{FLOW}: 22",
        "sensor.pump_1_last_seen: 2030-03-17T17:46:40+00:00",
    ]
