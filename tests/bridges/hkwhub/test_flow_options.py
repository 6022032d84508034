"""Options: how announcements sound, and what is done while music plays."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.hkwhub import SimulatedHome

from .conftest import AddHub, Way, Ways

ANSWER = {
    "announcement_priority": 300,
    "announcement_volume": 60,
    "auto_advance": False,
    "follow_position": False,
}
PUBNUB_ANSWER = {name: ANSWER[name] for name in ANSWER if name != "follow_position"}


def numbers(entry: ConfigEntry[Any]) -> set[type]:
    """Return the kinds of numbers that an entry's options are."""
    return {type(value) for value in entry.options.values()}


@pytest.mark.parametrize("transport", ["local", "cloud"])
async def test_options(flows: FlowWalker, add_hub: AddHub, transport: str) -> None:
    """Options are kept as whole numbers, and shown again."""
    entry = await add_hub(transport)
    form = await flows.options(entry)
    assert form["step_id"] == "hkwhub"
    assert fields(form) == list(ANSWER)
    assert suggested(form) == {}
    result = await flows.choose(form, ANSWER)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == ANSWER
    assert numbers(entry) == {int, bool}
    assert entry.state is ConfigEntryState.LOADED
    assert suggested(await flows.options(entry)) == ANSWER


async def test_defaults(flows: FlowWalker, add_hub: AddHub) -> None:
    """Who changes nothing gets what counts without options; the volume stays open."""
    entry = await add_hub("local")
    await flows.choose(await flows.options(entry), {})
    assert entry.options == {
        "announcement_priority": 200,
        "auto_advance": True,
        "follow_position": True,
    }


async def test_volume_is_taken_away(flows: FlowWalker, add_hub: AddHub) -> None:
    """A volume that was chosen can be left out again."""
    entry = await add_hub("local")
    await flows.choose(await flows.options(entry), ANSWER)
    without = {name: ANSWER[name] for name in ANSWER if name != "announcement_volume"}
    await flows.choose(await flows.options(entry), without)
    assert entry.options == without


async def test_pubnub(flows: FlowWalker, add_hub: AddHub, ways: Ways) -> None:
    """Over PubNub the position comes by itself; what was chosen before is kept."""
    entry = await add_hub("local")
    await flows.choose(await flows.options(entry), ANSWER)
    menu = await flows.reconfigure(entry)
    form = await flows.choose_steps(menu, *ways["pubnub"].steps)
    await flows.answer(form, ways["pubnub"].form)

    form = await flows.options(entry)
    assert form["step_id"] == "hkwhub_pubnub"
    assert fields(form) == list(PUBNUB_ANSWER)
    await flows.choose(form, PUBNUB_ANSWER | {"announcement_priority": 1})
    assert entry.options == ANSWER | {"announcement_priority": 1}


async def test_pubnub_alone(flows: FlowWalker, add_hub: AddHub) -> None:
    """What was never asked for is not made up."""
    entry = await add_hub("pubnub")
    await flows.choose(await flows.options(entry), PUBNUB_ANSWER)
    assert entry.options == PUBNUB_ANSWER


@pytest.mark.parametrize(
    "wrong",
    [
        {"announcement_priority": 0},
        {"announcement_priority": 1001},
        {"announcement_priority": "high"},
        {"announcement_volume": -1},
        {"announcement_volume": 101},
        {"polling_interval": 1},
    ],
    ids=str,
)
async def test_invalid_options(
    flows: FlowWalker, add_hub: AddHub, wrong: dict[str, Any]
) -> None:
    """What is out of range is refused, and what is right can be entered then."""
    entry = await add_hub("local")
    form = await flows.options(entry)
    with pytest.raises(InvalidData):
        await flows.choose(form, ANSWER | wrong)
    await flows.choose(form, ANSWER)
    assert entry.options == ANSWER


async def test_reloads_when_changed(
    home: SimulatedHome, flows: FlowWalker, add_hub: AddHub
) -> None:
    """The entry is set up anew with other options, and with the same ones not."""
    entry = await add_hub("local")
    await flows.choose(await flows.options(entry), ANSWER)
    opened = [command.name for command in home.commands].count("init_session")
    await flows.choose(await flows.options(entry), ANSWER)
    assert [command.name for command in home.commands].count("init_session") == opened


async def test_without_hub(
    hass: HomeAssistant, flows: FlowWalker, add_hub: AddHub, way: Way
) -> None:
    """Options can be chosen while the entry is not set up."""
    entry = await add_hub(way.name)
    await hass.config_entries.async_unload(entry.entry_id)
    form = await flows.options(entry)
    result = await flows.choose(form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_every_entry_has_options(add_hub: AddHub, way: Way) -> None:
    """The menu of each entry offers them."""
    entry = await add_hub(way.name)
    assert entry.supports_options
