"""What a reader shows of devices: each value by its kind, and how they are."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.world import attribute, device_of, entity_ids, poll_and_settle
from tests.simulators.iotbiz import IotbizSimulator
from tests.waiting import note_changes, state_of

from .conftest import CreateReader
from .world import (
    CONNECTION,
    CUSTOMER,
    DRY,
    FLOW,
    GATE_CONNECTION,
    LAST_SEEN,
    MODE,
    OFFLINE,
    ONLINE,
    PUMP,
    RUNNING,
    STATUS,
    TURNS,
    say,
)

AT: Final = 1_900_000_000.0
ALL_THAT_NEEDS_THE_DEVICE: Final = (RUNNING, DRY, FLOW, TURNS, MODE)


def attributes_of(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    """Return the attributes of an entity's state."""
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


async def test_everything(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    snapshot: SnapshotAssertion,
) -> None:
    """All entities of two devices, as they are registered and shown."""
    say(iotbiz, PUMP, AT, flow=21.5, turns=3, dry=False, mode="eco", tank={"level": 7})
    say(iotbiz, "44:8a:5b:9c:70:93", AT)
    entry = await create_reader()
    registered = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    assert {
        one.entity_id: {
            "unique_id": one.unique_id.removeprefix(entry.entry_id),
            "name": one.original_name,
            "category": one.entity_category,
            "state": state_of(hass, one.entity_id),
            "attributes": attributes_of(hass, one.entity_id),
        }
        for one in registered
    } == snapshot


async def test_device(hass: HomeAssistant, create_reader: CreateReader) -> None:
    """A device is called what it calls itself."""
    entry = await create_reader()
    device = device_of(hass, FLOW)
    assert (device.name, device.serial_number, device.model, device.manufacturer) == (
        PUMP,
        PUMP,
        "IoTBiz device",
        None,
    )
    assert device.identifiers == {("iot_bridge", f"{entry.entry_id}_{PUMP}")}
    assert device.entry_type is not dr.DeviceEntryType.SERVICE


@pytest.mark.parametrize(
    ("value", "entity_id", "shown"),
    [
        (0, "sensor.pump_1_odd", "0"),
        (-0.5, "sensor.pump_1_odd", "-0.5"),
        (2**62, "sensor.pump_1_odd", str(2**62)),
        (2**70, "sensor.pump_1_odd", "1.18059162071741e+21"),
        (1e308, "sensor.pump_1_odd", "1e+308"),
        (True, "binary_sensor.pump_1_odd", "on"),
        ("", "sensor.pump_1_odd", ""),
        ("21.5", "sensor.pump_1_odd", "21.5"),
        ("<b>ß</b>\n{{ 1 }}", "sensor.pump_1_odd", "<b>ß</b>\n{{ 1 }}"),
        ("x" * 255, "sensor.pump_1_odd", "x" * 255),
        ([1, {"a": None}], "sensor.pump_1_odd", '[1, {"a": null}]'),
        ({"deep": {"deeper": 1}}, "sensor.pump_1_odd_deep_deeper", "1"),
        ({"on": True}, "binary_sensor.pump_1_odd_on", "on"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_odd_value(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    value: Any,
    entity_id: str,
    shown: str,
) -> None:
    """Whatever JSON can hold is shown."""
    say(iotbiz, PUMP, odd=value)
    await create_reader()
    assert state_of(hass, entity_id) == shown


@pytest.mark.parametrize("value", [None, {}, 10**400], ids=["null", "{}", "infinite"])
async def test_no_value(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    value: Any,
) -> None:
    """What is no value is no entity; what it was before is not known any more."""
    say(iotbiz, PUMP, odd=value, flow=1)
    entry = await create_reader()
    assert [one for one in entity_ids(hass, entry) if "odd" in one] == []

    say(iotbiz, PUMP, flow=value)
    await poll_and_settle(hass, entry)
    assert state_of(hass, FLOW) == "unknown"


async def test_long_text(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """What is too long for a state is cut, and whole in an attribute."""
    say(iotbiz, PUMP, mode="y" * 300)
    await create_reader()
    assert state_of(hass, MODE) == "y" * 254 + "…"
    assert attribute(hass, MODE, "full_text") == "y" * 300


async def test_many_values(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As many as a message may have; of ever more there is an end, and one line."""

    def told(start: int) -> dict[str, int]:
        return {f"key{number}": number for number in range(start, start + 200)}

    say(iotbiz, PUMP, **told(0))
    entry = await create_reader()
    numbers = [one for one in entity_ids(hass, entry) if "pump_1_key" in one]
    assert len(numbers) == 200
    assert state_of(hass, "sensor.pump_1_key199") == "199"

    for start in (100, 200, 300, 400, 500):
        say(iotbiz, PUMP, **told(start))
        await poll_and_settle(hass, entry)
    numbers = [one for one in entity_ids(hass, entry) if "pump_1_key" in one]
    assert len(numbers) == 400
    assert caplog.text.count("further ones are left out") == 1
    say(iotbiz, PUMP, **told(0))
    await poll_and_settle(hass, entry)
    assert state_of(hass, "sensor.pump_1_key199") == "199"
    assert state_of(hass, "sensor.pump_1_key200") == "unknown"


async def test_odd_keys(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """Keys that look alike, or like something else, are entities of their own."""
    keys = [
        "tankLevel",
        "tank level",
        "tank_level",
        "tank.level",
        "running",
        "last_seen",
    ]
    keys += ["🔥", "number:flow", "word", "a/b", "online", "x" * 100]
    say(iotbiz, PUMP, **{key: number for number, key in enumerate(keys)})
    entry = await create_reader()
    shown = [
        state.state
        for state in hass.states.async_all("sensor")
        if "state_class" in state.attributes
    ]
    assert sorted(shown, key=int) == [str(number) for number in range(len(keys))]
    assert state_of(hass, RUNNING) == "on"
    assert state_of(hass, CONNECTION) == "on"
    assert len(entity_ids(hass, entry)) == len(keys) + 6


async def test_kind_that_changes(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """Each kind has an entity; those of other kinds know nothing meanwhile."""
    number, text, boolean = FLOW, f"{FLOW}_2", "binary_sensor.pump_1_flow"
    entry = await create_reader()
    seen = []
    for value in (1, True, "1", 1.0, None, False, 0):
        say(iotbiz, PUMP, flow=value)
        await poll_and_settle(hass, entry)
        seen.append([state_of(hass, one) for one in (number, text, boolean)])
    assert seen == [
        ["1", "(none)", "(none)"],
        ["unknown", "(none)", "on"],
        ["unknown", "1", "unknown"],
        ["1.0", "unknown", "unknown"],
        ["unknown", "unknown", "unknown"],
        ["unknown", "unknown", "off"],
        ["0", "unknown", "unknown"],
    ]


async def test_keys_come_and_go(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """A new key is a new entity; what a message lacks is not known."""
    entry = await create_reader()
    assert state_of(hass, MODE) == "eco"
    say(iotbiz, PUMP, pressure=2.5)
    await poll_and_settle(hass, entry)
    assert state_of(hass, "sensor.pump_1_pressure") == "2.5"
    assert [state_of(hass, one) for one in (FLOW, TURNS, MODE, DRY)] == ["unknown"] * 4

    say(iotbiz, PUMP, mode="full")
    await poll_and_settle(hass, entry)
    assert state_of(hass, MODE) == "full"
    assert state_of(hass, "sensor.pump_1_pressure") == "unknown"


async def test_device_that_goes_and_comes(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """While it is not there, only that and when it was is shown."""
    entry = await create_reader()
    assert [state_of(hass, one) for one in ALL_THAT_NEEDS_THE_DEVICE] == [
        "on",
        "off",
        "21.5",
        "3",
        "eco",
    ]
    assert state_of(hass, CONNECTION) == "on"

    iotbiz.add_row(PUMP, OFFLINE, AT)
    await poll_and_settle(hass, entry)
    assert state_of(hass, CONNECTION) == "off"
    assert state_of(hass, LAST_SEEN) == datetime.fromtimestamp(AT, UTC).isoformat()
    assert {state_of(hass, one) for one in ALL_THAT_NEEDS_THE_DEVICE} == {"unavailable"}
    assert state_of(hass, GATE_CONNECTION) == "on"

    changes = note_changes(hass)
    say(iotbiz, PUMP, AT + 60, flow=4, turns=5, dry=True, mode="full")
    await poll_and_settle(hass, entry)
    seen = sorted(changes)
    assert seen == sorted(
        [
            f"{CONNECTION}: on",
            f"{RUNNING}: on",
            f"{DRY}: on",
            f"{FLOW}: 4",
            f"{TURNS}: 5",
            f"{MODE}: full",
            f"{LAST_SEEN}: {datetime.fromtimestamp(AT + 60, UTC).isoformat()}",
        ]
    )


@pytest.mark.parametrize(
    ("told", "connection", "running", "status"),
    [
        ({"agentStatus": "Online", "programStatus": "up"}, "on", "on", "(none)"),
        ({"agentStatus": "online", "programStatus": "down"}, "on", "off", "(none)"),
        ({"agentStatus": "online", "programStatus": "odd"}, "on", "(none)", "(none)"),
        ({"status": "online"}, "on", "(none)", "(none)"),
        ({"status": "maintenance"}, "on", "(none)", "maintenance"),
        (OFFLINE, "off", "unavailable", "(none)"),
    ],
)
async def test_status(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    told: dict[str, Any],
    connection: str,
    running: str,
    status: str,
) -> None:
    """Both generations' words are understood; other words are shown."""
    await iotbiz.add_device("mill", CUSTOMER)
    iotbiz.add_row("mill", told)
    await create_reader()
    names = [one.replace("pump_1", "mill") for one in (CONNECTION, RUNNING, STATUS)]
    assert [state_of(hass, one) for one in names] == [connection, running, status]


async def test_status_word_that_ends(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """A word is an entity once it was told."""
    entry = await create_reader()
    assert state_of(hass, STATUS) == "(none)"
    iotbiz.add_row(PUMP, {"agentStatus": "updating", "programStatus": "odd"})
    await poll_and_settle(hass, entry)
    assert [state_of(hass, one) for one in (STATUS, CONNECTION, RUNNING)] == [
        "updating",
        "on",
        "unknown",
    ]
    iotbiz.add_row(PUMP, ONLINE)
    await poll_and_settle(hass, entry)
    assert [state_of(hass, one) for one in (STATUS, RUNNING)] == ["unknown", "on"]


@pytest.mark.parametrize("word", [None, ""])
async def test_device_that_never_told_anything(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    word: str | None,
) -> None:
    """It counts as not there, and there is nothing else to show."""
    iotbiz.never_told = word
    await iotbiz.add_device("mill", CUSTOMER)
    entry = await create_reader()
    assert state_of(hass, "binary_sensor.mill_connectivity") == "off"
    assert state_of(hass, "sensor.mill_last_seen") == "unknown"
    assert len([one for one in entity_ids(hass, entry) if "mill" in one]) == 2
