"""What sensors become that are no numbers, and types that no document names."""

from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulators.thingplus import SENSOR_TYPES, SensorType, ThingplusSimulator
from tests.waiting import state_of

from .conftest import CreateEntry
from .things import add, complaints, poll_later, tell_and_poll
from .world import attribute, entity_ids

SENSOR: Final = "sensor.control_thing"
BINARY: Final = "binary_sensor.control_thing"


@pytest.mark.parametrize(
    ("kind", "device_class"),
    [
        ("onoff", None),
        ("motion", "motion"),
        ("door", "door"),
        ("parkingStatus", "occupancy"),
        ("crackDetection", "problem"),
    ],
)
async def test_binary(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    kind: str,
    device_class: str | None,
) -> None:
    """Yes and no, with the class of the type."""
    sensor = add(server, kind, "1")
    entry = await create_entry()
    assert state_of(hass, BINARY) == STATE_ON
    assert attribute(hass, BINARY, "device_class") == device_class
    await tell_and_poll(hass, freezer, server, entry, sensor, "0")
    assert state_of(hass, BINARY) == STATE_OFF


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (1, STATE_ON),
        (0, STATE_OFF),
        (True, STATE_ON),
        (False, STATE_OFF),
        ("on", STATE_ON),
        ("OFF", STATE_OFF),
        ("true", STATE_ON),
        ("2", STATE_UNKNOWN),
        ("", STATE_UNKNOWN),
        ({"value": "1"}, STATE_UNKNOWN),
    ],
    ids=repr,
)
async def test_yes_and_no(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    value: Any,
    state: str,
) -> None:
    """However it is spelt."""
    add(server, "onoff", value)
    await create_entry()
    assert state_of(hass, BINARY) == state


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("powerControllerState", ["overload_off", "standby_off", "off", "on"]),
        ("sleepStage", ["awake", "rem", "light", "deep"]),
    ],
)
async def test_enum(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    kind: str,
    words: list[str],
) -> None:
    """Each value is a word, which is translated; what is none is not known."""
    sensor = add(server, kind)
    entry = await create_entry()
    assert state_of(hass, SENSOR) == STATE_UNKNOWN
    for number, word in enumerate(words):
        await tell_and_poll(hass, freezer, server, entry, sensor, str(number))
        assert state_of(hass, SENSOR) == word
    await tell_and_poll(hass, freezer, server, entry, sensor, str(len(words)))
    assert state_of(hass, SENSOR) == STATE_UNKNOWN
    assert attribute(hass, SENSOR, "options") == words
    assert attribute(hass, SENSOR, "device_class") == "enum"
    registered = entity_registry.async_get(SENSOR)
    assert registered is not None
    assert registered.translation_key is not None


@pytest.mark.parametrize("kind", ["string", "state"])
async def test_text(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    kind: str,
) -> None:
    """Words are shown as they are."""
    add(server, kind, "Calm")
    await create_entry()
    assert state_of(hass, SENSOR) == "Calm"
    assert attribute(hass, SENSOR, "state_class") is None


@pytest.mark.parametrize(
    ("kind", "value", "states"),
    [
        (
            "accelerometer",
            {"x": 0.01, "y": "-0.02", "z": 1},
            {"x": "0.01", "y": "-0.02", "z": "1"},
        ),
        ("accelerometer", {"x": "", "y": "up"}, {"x": "unknown", "y": "unknown"}),
        ("accelerometer", "shaken", {"x": "unknown", "y": "unknown", "z": "unknown"}),
        ("color", {"r": 255, "g": 0, "b": 16}, {"r": "255", "g": "0", "b": "16"}),
        ("complex", {"0": "1.5"}, {"0": "1.5", "1": "(none)"}),
        ("complex", {"0": 1, "1": 2, "2": 3}, {"0": "1", "1": "2", "2": "3"}),
        ("tag", {"state": "in", "reader": "07"}, {"state": "in", "reader": "07"}),
        ("reader", {"state": "out", "tag": "A1"}, {"state": "out", "tag": "A1"}),
        ("tag", {"state": {"a": "b"}}, {"state": "unknown", "reader": "unknown"}),
    ],
)
async def test_object(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    kind: str,
    value: Any,
    states: dict[str, str],
) -> None:
    """Each key of a value has an entity."""
    add(server, kind, value)
    await create_entry()
    assert {part: state_of(hass, f"{SENSOR}_{part}") for part in states} == states
    assert state_of(hass, SENSOR) == "(none)"


async def test_parts_are_recorded(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """Parts that are numbers have statistics; words have none."""
    add(server, "accelerometer", {"x": 1, "y": 2, "z": 3})
    add(server, "tag", {"state": "in", "reader": "7"}, name="Card")
    await create_entry()
    assert attribute(hass, f"{SENSOR}_x", "state_class") == "measurement"
    assert attribute(hass, "sensor.control_card_reader", "state_class") is None


def type_of(kind: str, **said: Any) -> SensorType:
    """Return a type that only the server knows."""
    return SensorType(id="novel", kind=kind, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "value", "entity_id", "state"),
    [
        pytest.param(type_of("number"), "7.5", SENSOR, "7.5", id="number"),
        pytest.param(type_of("number"), "many", SENSOR, "unknown", id="no number"),
        pytest.param(type_of("", unit="bar"), "2", SENSOR, "2", id="unit"),
        pytest.param(type_of("string"), "Calm", SENSOR, "Calm", id="string"),
        pytest.param(type_of(""), "Calm", SENSOR, "Calm", id="nothing"),
        pytest.param(type_of("boolean"), "1", BINARY, "on", id="boolean"),
        pytest.param(
            type_of("boolean", values=("0", "1"), texts=("dry", "wet")),
            *("1", BINARY, "on"),
            id="two values",
        ),
        pytest.param(
            type_of("string", values=("on", "off"), texts=("", "")),
            *("off", BINARY, "off"),
            id="on and off",
        ),
        pytest.param(
            type_of("boolean", values=("0", "1", "2"), texts=("low", "ok", "high")),
            *("2", SENSOR, "high"),
            id="three values",
        ),
        pytest.param(
            type_of("string", values=("a", "b"), texts=("same", "same")),
            *("b", SENSOR, "b"),
            id="one word for two",
        ),
        pytest.param(
            type_of("string", values=("a", "b")), "b", SENSOR, "b", id="no words"
        ),
        pytest.param(
            type_of("string", values=("a", "b")), "c", SENSOR, "unknown", id="other"
        ),
        pytest.param(
            type_of("number", values=("5", "10"), texts=("low", "high")),
            *("10", SENSOR, "high"),
            id="named numbers",
        ),
        pytest.param(
            type_of("number", values=("5", "10")), "7", SENSOR, "7", id="steps"
        ),
        pytest.param(type_of("object"), {"a": "1"}, f"{SENSOR}_a", "1", id="object"),
        pytest.param(
            type_of("object"), {"maxSpeed": "1"}, f"{SENSOR}_max_speed", "1", id="words"
        ),
    ],
)
async def test_type_of_the_server(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    caplog: pytest.LogCaptureFixture,
    said: SensorType,
    value: Any,
    entity_id: str,
    state: str,
) -> None:
    """What no document names is what the server says."""
    monkeypatch.setitem(SENSOR_TYPES, "novel", said)
    add(server, "novel", value)
    await create_entry()
    assert state_of(hass, entity_id) == state
    assert complaints(caplog) == []


@pytest.mark.parametrize(
    ("kind", "said", "value", "entity_id", "state"),
    [
        ("onoff", ("off", "on", "auto"), "2", SENSOR, "auto"),
        ("sleepStage", ("A", "B", "C", "D", "E"), "4", SENSOR, "E"),
        ("sleepStage", ("A", "B"), "1", SENSOR, "rem"),
        ("state", ("idle", "runs", "broken"), "1", SENSOR, "runs"),
    ],
)
async def test_server_knows_more_values(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    kind: str,
    said: tuple[str, ...],
    value: str,
    entity_id: str,
    state: str,
) -> None:
    """Values that the documents do not name are shown in the server's words."""
    values = tuple(str(number) for number in range(len(said)))
    novel = SensorType(id=kind, kind="boolean", values=values, texts=said)
    monkeypatch.setitem(SENSOR_TYPES, kind, novel)
    add(server, kind, value)
    await create_entry()
    assert state_of(hass, entity_id) == state


@pytest.mark.parametrize(
    ("value", "states"),
    [
        ("Calm", {SENSOR: "Calm"}),
        ("21.50", {SENSOR: "21.50"}),
        (None, {SENSOR: "unknown"}),
        (
            {"speed": 3.5, "mode": "eco", "id": "007"},
            {f"{SENSOR}_speed": "3.5", f"{SENSOR}_mode": "eco", f"{SENSOR}_id": "007"},
        ),
    ],
    ids=["word", "number", "nothing", "object"],
)
async def test_type_that_nobody_knows(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    value: Any,
    states: dict[str, str],
) -> None:
    """A sensor of which nobody says what it is shows what it says."""
    sensor = add(server, "string", value)
    sensor.type = "mystery"
    await create_entry()
    assert {one: state_of(hass, one) for one in states} == states


async def test_object_with_new_keys(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """They have entities with the next poll; the others stay, and nothing is reloaded."""
    monkeypatch.setitem(SENSOR_TYPES, "novel", type_of("object"))
    sensor = add(server, "novel", {"speed": "3"})
    entry = await create_entry()
    before, coordinator = entity_ids(hass, entry), entry.runtime_data
    told = {"speed": "4", "gear": "2", "driver": "Ada"}
    await tell_and_poll(hass, freezer, server, entry, sensor, told)
    assert state_of(hass, f"{SENSOR}_speed") == "4"
    assert state_of(hass, f"{SENSOR}_gear") == "2"
    assert attribute(hass, f"{SENSOR}_gear", "state_class") == "measurement"
    assert state_of(hass, f"{SENSOR}_driver") == "Ada"
    assert attribute(hass, f"{SENSOR}_driver", "state_class") is None
    assert entity_ids(hass, entry) == before | {f"{SENSOR}_gear", f"{SENSOR}_driver"}
    assert entry.runtime_data is coordinator

    # What is not told this time is as it was, and still there after a restart.
    await tell_and_poll(hass, freezer, server, entry, sensor, {"speed": "5"})
    assert state_of(hass, f"{SENSOR}_gear") == "2"
    after = entity_ids(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entity_ids(hass, entry) == after


async def test_precision(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
) -> None:
    """As many digits are shown as the server says."""
    await create_entry()
    shown = {
        name: registered.options["sensor"]["suggested_display_precision"]
        for name in ("temperature", "light")
        if (registered := entity_registry.async_get(f"sensor.climate_{name}"))
    }
    assert shown == {"temperature": 1, "light": 0}


async def test_options_of_the_user(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """What the service does not say, the user may say."""
    for kind in ("dust", "power", "countEvent"):
        add(server, kind, "3", name=kind)
    await create_entry(options={"dust": "pm25", "meters": ["power", "countEvent"]})
    names = ("device_class", "state_class")
    assert {
        name: tuple(attribute(hass, f"sensor.control_{name}", one) for one in names)
        for name in ("dust", "power", "countevent")
    } == {
        "dust": ("pm25", "measurement"),
        "power": ("energy", "total_increasing"),
        "countevent": (None, "total_increasing"),
    }


async def test_server_says_nothing_of_types(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """What is not known for a while loses nothing of what the user has."""
    monkeypatch.setitem(
        SENSOR_TYPES, "novel", type_of("boolean", values=("0", "1"), texts=("a", "b"))
    )
    add(server, "novel", "1")
    add(server, "television", name="TV")
    entry = await create_entry()
    before = entity_ids(hass, entry)
    assert {BINARY, "button.control_tv_on"} <= before
    await hass.config_entries.async_unload(entry.entry_id)
    monkeypatch.delitem(SENSOR_TYPES, "novel")
    monkeypatch.delitem(SENSOR_TYPES, "television")
    await hass.config_entries.async_setup(entry.entry_id)
    assert before <= entity_ids(hass, entry)
    await poll_later(hass, freezer, entry)
    assert state_of(hass, "sensor.climate_temperature") == "21.5"
