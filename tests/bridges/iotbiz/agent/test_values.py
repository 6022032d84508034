"""Values arrive as the platform wants them: one message with all, once for each change."""

import asyncio
import time
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import HUMIDITY, LOUNGE, SUN, TEMPERATURE, WINDOW, House
from tests.bridges.world import pass_time
from tests.waiting import until

from .conftest import CONNECTED, PERIOD, TITLE, AddExport
from .platform import ONLINE, Platform, statuses_of


async def test_all_in_one_message(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """Numbers, booleans and words are what they are; the message is retained."""
    house.show("counter.visitors", 7)
    house.show("input_text.note", "12")
    await add_export(
        TEMPERATURE, HUMIDITY, WINDOW, SUN, "counter.visitors", "input_text.note"
    )
    row = {
        TEMPERATURE: 21.5,
        HUMIDITY: 40,
        WINDOW: False,
        SUN: "autumn",
        "counter.visitors": 7,
        "input_text.note": "12",
    }
    await platform.until_row(row)
    assert [type(value) for value in platform.rows[-1].values()] == [
        type(value) for value in row.values()
    ]
    assert platform.rows == [{}, row]
    assert await platform.retained() == {**row, **ONLINE}


NUMBERS: Final = {
    "40": 40,
    "40.0": 40.0,
    "-3": -3,
    "1e3": 1000.0,
    "9007199254740993": 9007199254740992.0,
    "nan": None,
    "inf": None,
    "soon": None,
    "unavailable": None,
    "unknown": None,
}
SWITCHES: Final = {"on": True, "off": False, "unknown": None, "unavailable": None}
WORDS: Final = {
    'été \N{SNOWMAN} "quoted"': 'été \N{SNOWMAN} "quoted"',
    "on": "on",
    "40": "40",
    "nan": "nan",
    "\ud800": None,
    "unknown": None,
}


async def test_kinds_of_values(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """They are told as what they are, and what is not known as such."""
    expected: dict[str, Any] = {}
    for domain, attributes, states in (
        ("sensor", {"unit_of_measurement": "%"}, NUMBERS),
        ("light", {}, SWITCHES),
        ("input_text", {}, WORDS),
    ):
        for number, (state, value) in enumerate(states.items()):
            entity_id = f"{domain}.kind_{number}"
            house.show(entity_id, state, attributes)
            expected[entity_id] = value
    await add_export(*expected)
    await platform.until_row(expected)
    told = platform.rows[-1]
    assert [type(told[name]) for name in expected] == [*map(type, expected.values())]
    assert platform.rows == [{}, expected]


async def test_each_change_once(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """A change is a row, and those of one moment are one row."""
    await add_export(TEMPERATURE, HUMIDITY)
    await platform.until_values(TEMPERATURE, ["(none)", 21.5])
    for value in (22, 23, 24):
        house.show(TEMPERATURE, value)
        house.show(HUMIDITY, value + 20)
        await platform.until_row({TEMPERATURE: value, HUMIDITY: value + 20})
    await asyncio.sleep(4 * PERIOD)
    assert platform.values(TEMPERATURE) == ["(none)", 21.5, 22, 23, 24]
    assert {*map(str, map(statuses_of, platform.states))} == {str(ONLINE)}


async def test_quick_changes(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """Of those within an interval the last one counts."""
    await add_export(TEMPERATURE)
    await platform.until_values(TEMPERATURE, ["(none)", 21.5])
    before = time.monotonic()
    for value in range(100):
        house.show(TEMPERATURE, value)
        await asyncio.sleep(0.001)
    await platform.until_row({TEMPERATURE: 99})
    assert len(platform.rows) <= 3 + (time.monotonic() - before) / PERIOD


async def test_two_exports_that_change_together(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """One row tells the news of both; an entity that both have is there once."""
    await add_export(TEMPERATURE, WINDOW)
    await add_export(HUMIDITY, WINDOW)
    first = {TEMPERATURE: 21.5, WINDOW: False, HUMIDITY: 40}
    await platform.until_row(first)
    await asyncio.sleep(2 * PERIOD)
    count = len(platform.rows)
    house.show(TEMPERATURE, 22)
    house.show(HUMIDITY, 41)
    house.show(WINDOW, "on")
    await platform.until_row({TEMPERATURE: 22, WINDOW: True, HUMIDITY: 41})
    await asyncio.sleep(4 * PERIOD)
    assert len(platform.rows) == count + 1


async def test_value_that_is_lost_and_found(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """It is told that it is not known, and the value again though it is the same."""
    await add_export(TEMPERATURE, HUMIDITY)
    await platform.until_row({TEMPERATURE: 21.5, HUMIDITY: 40})
    house.show(TEMPERATURE, "unavailable")
    await platform.until_row({TEMPERATURE: None, HUMIDITY: 40})
    house.show(TEMPERATURE, "unknown")
    house.show(TEMPERATURE, 21.5)
    await platform.until_row({TEMPERATURE: 21.5, HUMIDITY: 40})
    await asyncio.sleep(4 * PERIOD)
    assert platform.values(TEMPERATURE) == ["(none)", 21.5, None, 21.5]


async def test_value_that_is_lost_for_a_moment(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """It is not worth a row."""
    await add_export(TEMPERATURE)
    await platform.until_row({TEMPERATURE: 21.5})
    house.show(TEMPERATURE, "unavailable")
    house.show(TEMPERATURE, 21.5)
    await asyncio.sleep(6 * PERIOD)
    assert platform.values(TEMPERATURE) == ["(none)", 21.5]


@pytest.mark.parametrize(("more", "rows"), [({}, 2), ({"heartbeat": 10}, 4)])
async def test_values_that_do_not_change(
    hass: HomeAssistant,
    platform: Platform,
    add_export: AddExport,
    more: dict[str, Any],
    rows: int,
) -> None:
    """They are a row again only if the user has asked for that."""
    await add_export(TEMPERATURE, **more)
    await platform.until_row({TEMPERATURE: 21.5})
    for hours in range(1, 4):
        pass_time(hass, hours=hours)
        await asyncio.sleep(3 * PERIOD)
    assert platform.values(TEMPERATURE) == ["(none)", *[21.5] * (rows - 1)]


async def test_pace(
    hass: HomeAssistant, platform: Platform, house: House, add_export: AddExport
) -> None:
    """Between two rows is the time that the user has set."""
    await add_export(TEMPERATURE, HUMIDITY, min_interval=1)
    await platform.until_row({TEMPERATURE: 21.5, HUMIDITY: 40})
    house.show(TEMPERATURE, 22)
    await asyncio.sleep(0.3)
    house.show(HUMIDITY, "unavailable")
    await asyncio.sleep(0.3)
    assert len(platform.rows) == 2
    await platform.until_row({TEMPERATURE: 22, HUMIDITY: None})
    assert len(platform.rows) == 3


async def test_fewer_entities(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    agent: MockConfigEntry,
    flows: FlowWalker,
    add_export: AddExport,
) -> None:
    """The next message lacks what is not chosen any more, and comes soon."""
    first = await add_export(TEMPERATURE, HUMIDITY)
    second = await add_export(LOUNGE)
    await platform.until_row({TEMPERATURE: 21.5, HUMIDITY: 40, LOUNGE: 19.0})
    er.async_get(hass).async_remove(HUMIDITY)
    hass.states.async_remove(HUMIDITY)
    await platform.until_row({TEMPERATURE: 21.5, LOUNGE: 19.0})
    hass.config_entries.async_remove_subentry(agent, second.subentry_id)
    await platform.until_row({TEMPERATURE: 21.5})
    form = await flows.reconfigure_subentry(agent, first)
    await flows.fill(form, {"min_interval": 0, "entities": [WINDOW]})
    await platform.until_row({WINDOW: False})
    hass.config_entries.async_remove_subentry(agent, first.subentry_id)
    await platform.until_row({})


async def test_renamed(
    hass: HomeAssistant, platform: Platform, house: House, add_export: AddExport
) -> None:
    """The attribute has the entity's new name, and the old one is gone."""
    await add_export(TEMPERATURE)
    await platform.until_row({TEMPERATURE: 21.5})
    er.async_get(hass).async_update_entity(TEMPERATURE, new_entity_id="sensor.stove")
    house.show("sensor.stove", 30, {"unit_of_measurement": "°C"})
    hass.states.async_remove(TEMPERATURE)
    await platform.until_row({"sensor.stove": 30})


async def test_own_entities(
    platform: Platform, agent: MockConfigEntry, add_export: AddExport
) -> None:
    """What comes from here does not go back there."""
    await add_export(CONNECTED, TEMPERATURE)
    await platform.until_row({TEMPERATURE: 21.5})


@pytest.mark.parametrize(
    ("url", "is_told"),
    [("https://iot.example.com", False), ("https://other.example.com", True)],
)
async def test_entities_of_the_same_platform(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    add_export: AddExport,
    url: str,
    is_told: bool,
) -> None:
    """What a user of it sees there does not go back: that would never end."""
    user = MockConfigEntry(
        domain=DOMAIN, data={"bridge": "iotbiz", "role": "reader", "url": url}
    )
    user.add_to_hass(hass)
    seen = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "seen", config_entry=user
    )
    house.show(seen.entity_id, 21.5)
    await add_export(seen.entity_id, HUMIDITY)
    expected = {seen.entity_id: "21.5"} if is_told else {}
    await platform.until_row({**expected, HUMIDITY: 40})


async def test_too_many(
    platform: Platform,
    house: House,
    add_export: AddExport,
    agent: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first ones are told, and the log names some of the others once."""
    names = [f"sensor.one_of_many_{number:03}" for number in range(223)]
    for number, name in enumerate(names):
        house.show(name, number, {"unit_of_measurement": "%"})
    await add_export(*names)
    await platform.until_row(dict(zip(names[:200], range(200), strict=True)))
    house.show(names[0], 1000)
    house.show(names[202], 1000)
    await platform.until_row(
        {**dict(zip(names[:200], range(200), strict=True)), names[0]: 1000}
    )
    (line,) = [one for one in caplog.messages if names[200] in one]
    assert line == (
        f"{TITLE}: too much is chosen for one message, 23 entities are left out: "
        f"{', '.join(names[200:220])}, …"
    )
    (exporter,) = agent.runtime_data.exports.exporters
    await until(lambda: exporter.counts.refused == 24)
    assert exporter.counts.waiting == 0
    assert len(platform.rows) == 3


async def test_too_long(
    platform: Platform, house: House, add_export: AddExport
) -> None:
    """A state has 32 KiB at most, whatever letters are in it."""
    names = [f"input_text.long_{number:03}" for number in range(60)]
    for name in names:
        house.show(name, "\N{SNOWMAN}" * 255)
    await add_export(*names, SUN)
    await platform.until_values(SUN, ["(none)", "autumn"])
    told = [*platform.rows[-1]]
    assert told == [*names[: len(told) - 1], SUN]
    assert 35 < len(told) < 45
