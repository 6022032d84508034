"""Numbers that actuators are told together, and displays that are told line by line."""

import asyncio

import pytest

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.thingplus import ThingplusSimulator
from tests.waiting import state_of

from .conftest import CreateEntry
from .things import add, call, commands, tell

SWITCH = "switch.control_thing"


async def test_set_keeps_the_rest(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """Numbers are told together: what one changes leaves the others as they are."""
    heater = add(server, "temperatureController")
    tell(
        server,
        heater,
        {
            "cmd": "set",
            "options": {"targetTemperature": 21.5, "heatingDeviation": "1", "x": 9},
        },
    )
    await create_entry()
    prefix = "number.control_thing_"
    await call(hass, "number.set_value", f"{prefix}cooling_deviation", value=0.5)
    await call(hass, "number.set_value", f"{prefix}target_temperature", value=19)
    first = {"targetTemperature": 21.5, "heatingDeviation": 1, "coolingDeviation": 0.5}
    assert commands(server) == [
        ("set", first),
        ("set", first | {"targetTemperature": 19}),
    ]


async def test_numbers_at_the_same_time(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """A scene sets all of them at once, and none is lost."""
    add(server, "temperatureController")
    await create_entry()
    wanted = {
        "target_temperature": 19.5,
        "cooling_deviation": 1.5,
        "heating_deviation": 0.5,
    }
    await asyncio.gather(
        *(
            call(hass, "number.set_value", f"number.control_thing_{name}", value=value)
            for name, value in wanted.items()
        )
    )
    assert commands(server)[-1] == (
        "set",
        {
            "targetTemperature": 19.5,
            "coolingDeviation": 1.5,
            "heatingDeviation": 0.5,
        },
    )


async def test_set_leaves_the_switch(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """A setting does not say whether it is on."""
    add(server, "powerController")
    await create_entry()
    await call(hass, "switch.turn_on", SWITCH)
    await call(hass, "number.set_value", "number.control_thing_stand_by", value=3)
    await call(hass, "button.press", "button.control_thing_get")
    assert state_of(hass, SWITCH) == STATE_ON
    assert state_of(hass, "number.control_thing_stand_by") == "3"


@pytest.mark.parametrize(
    "expected_faults",
    [["POST /controlActuator: set needs targetTemperature"]],
    ids=["refused"],
)
async def test_deviation_without_a_target(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """What the server does not take, the user is told."""
    add(server, "temperatureController")
    await create_entry()
    with pytest.raises(HomeAssistantError, match="does not take what was sent"):
        await call(
            hass, "number.set_value", "number.control_thing_cooling_deviation", value=1
        )


async def test_temperature_in_the_units_of_the_user(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """The service has degrees Celsius."""
    await hass.config.async_update(unit_system="us_customary")
    add(server, "temperatureController")
    await create_entry()
    entity_id = "number.control_thing_target_temperature"
    await call(hass, "number.set_value", entity_id, value=68)
    assert commands(server) == [("set", {"targetTemperature": 20})]
    assert state_of(hass, entity_id) == "68.0"


@pytest.mark.parametrize(
    ("messages", "printed"),
    [
        ([{"message": "Hello"}], [[(0, "Hello")]]),
        ([{"message": "Hello\nworld"}], [[(0, "Hello"), (1, "world")]]),
        ([{"message": "warm", "title": "Today"}], [[(0, "Today"), (1, "warm")]]),
        # What is left of longer messages goes.
        ([{"message": "a\nb"}, {"message": "c"}], [[(0, "c"), (1, "")]]),
        ([{"message": "a\nb"}, {"message": "c"}, {"message": "d"}], [[(0, "d")]]),
        ([{"message": ""}], [[(0, "")]]),
        ([{"message": "x" * 20}], [[(0, "x" * 20)]]),
        ([{"message": "y\n" * 20}], [[(row, "y") for row in range(12)]]),
    ],
)
async def test_display(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    messages: list[dict[str, str]],
    printed: list[list[tuple[int, str]]],
) -> None:
    """A message is shown from the first place on, and nothing else."""
    add(server, "lcd")
    await create_entry()
    for message in messages:
        server.commands.clear()
        await call(hass, "notify.send_message", "notify.control_thing", **message)
    assert commands(server) == [
        ("print", {"row": row, "column": 0, "text": text.ljust(16)})
        for row, text in printed[0]
    ]
