"""What actuators are told, and what is shown of them."""

import asyncio
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    mock_restore_cache_with_extra_data,
)

from homeassistant.const import (
    ATTR_ASSUMED_STATE,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from tests.simulators.thingplus import (
    GATEWAY,
    SENSOR_TYPES,
    SensorType,
    ThingplusSimulator,
    Trouble,
)
from tests.waiting import state_of, until

from .conftest import CreateEntry
from .things import add, call, commands, poll_later, tell_and_poll
from .world import attribute, entity_ids

SWITCH: Final = "switch.control_thing"


def things(hass: HomeAssistant, entry: Any) -> set[str]:
    """Return the entities of what a test has added."""
    return {one for one in entity_ids(hass, entry) if "control_thing" in one}


@pytest.mark.parametrize(
    ("kind", "action", "entity", "data", "sent", "state"),
    [
        ("powerSwitch", "switch.turn_on", "", {}, ("on", {}), "on"),
        ("powerSwitch", "switch.turn_off", "", {}, ("off", {}), "off"),
        ("powerController", "switch.turn_on", "", {}, ("on", {}), "on"),
        ("buzzer", "siren.turn_on", "", {}, ("on", {}), "on"),
        ("buzzer", "siren.turn_off", "", {}, ("off", {}), "off"),
        ("led", "light.turn_on", "", {}, ("on", {}), "on"),
        ("led", "light.turn_off", "", {}, ("off", {}), "off"),
        (
            *("led", "light.turn_on", "", {"flash": "short"}),
            *(("blink", {"interval": 500}), "on"),
        ),
        (
            *("led", "light.turn_on", "", {"flash": "long"}),
            *(("blink", {"interval": 2000}), "on"),
        ),
        ("lockUnlock", "lock.lock", "", {}, ("lock", {}), "locked"),
        ("lockUnlock", "lock.unlock", "", {}, ("unlock", {}), "unlocked"),
        (
            *("7colorRGBLed", "select.select_option", "", {"option": "magenta"}),
            *(("magenta", {}), "magenta"),
        ),
        (
            *("stringActuator", "text.set_value", "", {"value": "Hello"}),
            *(("send", {"text": "Hello"}), "Hello"),
        ),
        (
            *("timer", "number.set_value", "_duration", {"value": 90}),
            *(("set", {"duration": 90}), "90"),
        ),
        (
            *("waterController", "number.set_value", "_value", {"value": 2.5}),
            *(("set", {"value": 2.5}), "2.5"),
        ),
        (
            *("powerController", "number.set_value", "_stand_by", {"value": 5}),
            *(("set", {"standBy": 5}), "5"),
        ),
    ],
)
async def test_command(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    kind: str,
    action: str,
    entity: str,
    data: dict[str, Any],
    sent: tuple[str, dict[str, Any]],
    state: str,
) -> None:
    """It reaches the gateway, and is what is assumed from then on."""
    actuator = add(server, kind)
    await create_entry()
    entity_id = f"{action.partition('.')[0]}.control_thing{entity}"
    assert state_of(hass, entity_id) == STATE_UNKNOWN
    await call(hass, action, entity_id, **data)
    assert commands(server) == [sent]
    assert server.commands[0].actuator_id == actuator.id
    assert state_of(hass, entity_id) == state
    assert attribute(hass, entity_id, ATTR_ASSUMED_STATE) is True


@pytest.mark.parametrize(
    ("kind", "button", "sent"),
    [
        ("powerController", "get", ("get", {})),
        ("powerController", "reset", ("reset", {})),
        ("temperatureController", "get", ("get", {})),
        ("camera", "snap_picture", ("snapPicture", {})),
        ("lcd", "clear", ("clear", {"row": 0})),
        ("television", "on", ("on", {})),
        ("airPurifier", "off", ("off", {})),
    ],
)
async def test_button(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    kind: str,
    button: str,
    sent: tuple[str, dict[str, Any]],
) -> None:
    """What is no state is a button."""
    add(server, kind)
    await create_entry()
    await call(hass, "button.press", f"button.control_thing_{button}")
    assert commands(server) == [sent]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("powerSwitch", {SWITCH}),
        (
            "powerController",
            {
                SWITCH,
                "button.control_thing_get",
                "button.control_thing_reset",
                "number.control_thing_stand_by",
            },
        ),
        (
            "temperatureController",
            {
                "button.control_thing_get",
                "number.control_thing_target_temperature",
                "number.control_thing_cooling_deviation",
                "number.control_thing_heating_deviation",
            },
        ),
        ("lcd", {"notify.control_thing", "button.control_thing_clear"}),
        ("electricFan", {"button.control_thing_on", "button.control_thing_off"}),
    ],
)
async def test_entities_of_an_actuator(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    kind: str,
    expected: set[str],
) -> None:
    """There is one for each thing that it can be told, and none else."""
    add(server, kind)
    assert things(hass, await create_entry()) == expected


async def test_type_of_the_server(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """What no document names has a button for each command that the server names."""
    known: dict[str, Any] = {"channelUp": {}, "전원": {}, "dim": {"level": _number()}}
    novel = SensorType(id="novel", kind="object", commands=known)
    monkeypatch.setitem(SENSOR_TYPES, "novel", novel)
    add(server, "novel")
    entry = await create_entry()
    assert things(hass, entry) == {
        "button.control_thing_channel_up",
        "button.control_thing_jeonweon",
    }
    await call(hass, "button.press", "button.control_thing_jeonweon")
    assert commands(server) == [("전원", {})]


def _number() -> Any:
    return SENSOR_TYPES["waterController"].commands["set"]["value"]


async def test_categories(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """What one sets once is out of the way of what one uses every day."""
    add(server, "temperatureController")
    add(server, "powerController", name="Power")
    await create_entry()
    assert {
        one.entity_id: str(one.entity_category)
        for one in entity_registry.entities.values()
        if one.domain in {"number", "button", "switch"} and "fan" not in one.entity_id
    } == {
        "button.control_power_get": "diagnostic",
        "button.control_power_reset": "config",
        "button.control_thing_get": "diagnostic",
        "number.control_power_stand_by": "config",
        "number.control_thing_cooling_deviation": "config",
        "number.control_thing_heating_deviation": "config",
        "number.control_thing_target_temperature": "None",
        "switch.control_power": "None",
    }


@pytest.mark.parametrize(
    ("kind", "entity_id", "value", "state"),
    [
        ("powerSwitch", SWITCH, "on", STATE_ON),
        ("powerSwitch", SWITCH, "1", STATE_ON),
        ("powerSwitch", SWITCH, 0, STATE_OFF),
        ("powerSwitch", SWITCH, {"cmd": "on"}, STATE_ON),
        ("powerSwitch", SWITCH, {"cmd": "OFF", "options": {}}, STATE_OFF),
        ("powerSwitch", SWITCH, {"state": "on"}, STATE_ON),
        ("powerSwitch", SWITCH, "standby", STATE_UNKNOWN),
        ("buzzer", "siren.control_thing", "on", STATE_ON),
        ("led", "light.control_thing", {"cmd": "blink"}, STATE_ON),
        ("led", "light.control_thing", "off", STATE_OFF),
        ("lockUnlock", "lock.control_thing", "lock", "locked"),
        ("lockUnlock", "lock.control_thing", {"state": "unlocked"}, "unlocked"),
        ("lockUnlock", "lock.control_thing", "ajar", STATE_UNKNOWN),
        ("7colorRGBLed", "select.control_thing", {"cmd": "cyan"}, "cyan"),
        ("7colorRGBLed", "select.control_thing", "grey", STATE_UNKNOWN),
        ("stringActuator", "text.control_thing", "Hello", "Hello"),
        ("stringActuator", "text.control_thing", "x" * 300, STATE_UNKNOWN),
        (
            *("stringActuator", "text.control_thing"),
            *({"cmd": "send", "options": {"text": "Hi"}}, "Hi"),
        ),
        ("stringActuator", "text.control_thing", {"cmd": "send"}, STATE_UNKNOWN),
        (
            *("temperatureController", "number.control_thing_target_temperature"),
            *({"cmd": "set", "options": {"targetTemperature": 21.5}}, "21.5"),
        ),
        ("timer", "number.control_thing_duration", {"duration": "60"}, "60"),
        ("timer", "number.control_thing_duration", "60", STATE_UNKNOWN),
    ],
)
async def test_service_tells(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    kind: str,
    entity_id: str,
    value: Any,
    state: str,
) -> None:
    """What the service knows of an actuator is shown, and no assumption."""
    add(server, kind, value)
    await create_entry()
    assert state_of(hass, entity_id) == state
    assert attribute(hass, entity_id, ATTR_ASSUMED_STATE) is None


async def test_report_is_late(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """What was reported before the command does not undo it; what comes later counts."""
    fan = add(server, "powerSwitch", "off")
    entry = await create_entry()
    freezer.tick(30)
    await call(hass, "switch.turn_on", SWITCH)
    assert state_of(hass, SWITCH) == STATE_ON
    await poll_later(hass, freezer, entry)
    assert state_of(hass, SWITCH) == STATE_ON
    # Somebody else has turned it off, and it says the same as at first.
    await tell_and_poll(hass, freezer, server, entry, fan, "off")
    assert state_of(hass, SWITCH) == STATE_OFF


async def test_clock_of_the_server(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """Whether a report is newer than a command, the server's clock decides."""
    minutes = 60.0
    server.date_offset = -10 * minutes
    fan = add(server, "powerSwitch", "off")
    entry = await create_entry()
    await call(hass, "switch.turn_on", SWITCH)
    freezer.tick(5 * minutes)
    told = server.now_ms - 10 * 60_000
    fan.add_point("off", told, told)
    await poll_later(hass, freezer, entry)
    assert state_of(hass, SWITCH) == STATE_OFF


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("no_answer", "did not answer in time. It may have done what it was told"),
        ("error", "the gateway did not do what it was told"),
    ],
)
async def test_gateway_fails(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    answer: Any,
    text: str,
) -> None:
    """The user is told, and what is shown stays."""
    add(server, "powerSwitch", "off")
    await create_entry()
    server.gateways[GATEWAY].control_answer = answer
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "switch.turn_on", SWITCH)
    assert str(raised.value).startswith("Control Thing: the gateway did not ")
    assert str(raised.value).endswith(text)
    assert state_of(hass, SWITCH) == STATE_OFF


@pytest.mark.parametrize(
    ("trouble", "text"),
    [
        (Trouble(status=403), "Thing+ does not allow this."),
        (Trouble(status=404), "Thing+ has no such thing, or no longer"),
        (Trouble(status=500), "the Thing+ server cannot be reached"),
        (Trouble(drop=True), "the Thing+ server did not answer in time"),
        (Trouble(garbage="html"), "the answer was not that of a Thing+ server"),
    ],
)
async def test_server_fails(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    trouble: Trouble,
    text: str,
) -> None:
    """The user is told what went wrong; the next command works."""
    add(server, "powerSwitch")
    await create_entry()
    server.trouble = trouble
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "switch.turn_on", SWITCH)
    assert str(raised.value).startswith(f"Control Thing: {text}")
    assert state_of(hass, SWITCH) == STATE_UNKNOWN
    server.trouble = None
    await call(hass, "switch.turn_on", SWITCH)
    assert state_of(hass, SWITCH) == STATE_ON


async def test_gateway_is_not_heard(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """What cannot be reached cannot be told; an actuator need not say that it is well."""
    add(server, "powerSwitch").statuses.clear()
    entry = await create_entry()
    assert state_of(hass, SWITCH) == STATE_UNKNOWN
    server.report_status(GATEWAY, "off")
    await poll_later(hass, freezer, entry)
    assert state_of(hass, SWITCH) == STATE_UNAVAILABLE
    await call(hass, "switch.turn_on", SWITCH)
    assert commands(server) == []


@pytest.mark.parametrize(
    ("kind", "action", "data", "state"),
    [
        ("powerSwitch", "switch.turn_on", {}, "on"),
        ("lockUnlock", "lock.lock", {}, "locked"),
        ("buzzer", "siren.turn_on", {}, "on"),
        ("rgbLed", "light.turn_on", {"rgb_color": [255, 0, 0]}, "on"),
        ("7colorRGBLed", "select.select_option", {"option": "red"}, "red"),
        ("stringActuator", "text.set_value", {"value": "Hello"}, "Hello"),
    ],
)
async def test_restart(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    kind: str,
    action: str,
    data: dict[str, Any],
    state: str,
) -> None:
    """What an actuator was told is known after a restart, until it says otherwise."""
    actuator = add(server, kind)
    entry = await create_entry()
    entity_id = f"{action.partition('.')[0]}.control_thing"
    await call(hass, action, entity_id, **data)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, entity_id) == state
    await poll_later(hass, freezer, entry)
    assert state_of(hass, entity_id) == state
    await tell_and_poll(hass, freezer, server, entry, actuator, "whatever")
    assert state_of(hass, entity_id) in {STATE_UNKNOWN, "whatever"}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"command": "on"},
        {"command": "on", "options": "red", "at": "2026-11-20T12:00:00+00:00"},
        {"command": "on", "options": {}, "at": "yesterday"},
        {"command": "on", "options": {}, "at": "2026-11-20T12:00:00"},
        {"command": 1, "options": {}, "at": "2026-11-20T12:00:00+00:00"},
    ],
)
async def test_odd_memory(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    stored: dict[str, Any],
) -> None:
    """What was stored in another way is no trouble."""
    add(server, "powerSwitch")
    mock_restore_cache_with_extra_data(hass, [(State(SWITCH, STATE_ON), stored)])
    await create_entry()
    assert state_of(hass, SWITCH) == STATE_UNKNOWN


async def test_one_command_after_the_other(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """The last one counts, though the first one takes longer."""
    add(server, "powerSwitch")
    await create_entry()
    server.trouble = Trouble(slow=0.2, path="controlActuator", times=1)
    first = hass.async_create_task(call(hass, "switch.turn_on", SWITCH))
    await until(lambda: server.requests[-1].path == "/controlActuator")
    await call(hass, "switch.turn_off", SWITCH)
    await first
    assert [name for name, _ in commands(server)] == ["on", "off"]
    assert state_of(hass, SWITCH) == STATE_OFF


async def test_automation_is_restarted(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """A command that is on its way is seen to its end."""
    add(server, "powerSwitch")
    await create_entry()
    server.trouble = Trouble(slow=0.2, path="controlActuator", times=1)
    caller = asyncio.ensure_future(call(hass, "switch.turn_on", SWITCH))
    await until(lambda: server.requests[-1].path == "/controlActuator")
    caller.cancel()
    await until(lambda: state_of(hass, SWITCH) == STATE_ON)
    assert commands(server) == [("on", {})]
