"""Which sensors are followed: each choice, its change, and controlled sensors."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.wotkit import SimulatedSensor, WotkitServer
from tests.waiting import state_of

from .conftest import USERNAME, AddAccount, choose_options
from .world import CONTROLS, EVENT, device_names, poll_and_settle

LAMP = "1002"
OWN = {"Weather Station", "Lamp Post"}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        pytest.param({}, OWN, id="contributed"),
        pytest.param({"choice": "subscribed"}, {"Big Yellow Taxi"}, id="subscribed"),
        pytest.param({"choice": "both"}, {*OWN, "Big Yellow Taxi"}, id="both"),
        pytest.param(
            {"choice": "tags", "tags": ["garden", "city"]},
            {"Weather Station", "Big Yellow Taxi"},
            id="tags",
        ),
        pytest.param({"choice": "tags", "tags": ["sea"]}, set(), id="no such tag"),
        pytest.param(
            {"choice": "picked", "sensors": ["1", "1001"]},
            {"Weather Station", "Big Yellow Taxi"},
            id="picked",
        ),
        pytest.param(
            {"choice": "subscribed", "controlled_sensors": [LAMP]},
            {"Lamp Post", "Big Yellow Taxi"},
            id="subscribed and controlled",
        ),
        pytest.param(
            {"choice": "tags", "tags": ["garden"], "controlled_sensors": [LAMP]},
            OWN,
            id="tags and controlled",
        ),
        pytest.param(
            {"choice": "picked", "sensors": ["1"], "controlled_sensors": [LAMP]},
            {"Lamp Post", "Big Yellow Taxi"},
            id="picked and controlled",
        ),
    ],
)
async def test_choice(
    hass: HomeAssistant,
    add_account: AddAccount,
    sensors: dict[str, SimulatedSensor],
    options: dict[str, Any],
    names: set[str],
) -> None:
    """Public sensors that the user has nothing to do with are never there."""
    sensors["mule1"].tags = ["city"]
    sensors["compiler"].tags = ["garden", "city"]
    entry = await add_account(**options)
    assert device_names(hass, entry) == names
    has_controls = {state_of(hass, one) != "(none)" for one in (EVENT, *CONTROLS)}
    assert has_controls == {"controlled_sensors" in options}


async def test_tags_change(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """Whoever gets the tag comes, whoever loses it goes."""
    entry = await add_account(choice="tags", tags=["garden"])
    sensors["lamp_post"].tags.append("garden")
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == OWN
    sensors["weather_station"].tags.clear()
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {"Lamp Post"}


async def test_sensor_that_one_subscribes_to_oneself(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """It is in both lists, and there once."""
    server.subscribe(USERNAME, sensors["lamp_post"])
    entry = await add_account(choice="both", controlled_sensors=[LAMP])
    assert device_names(hass, entry) == {*OWN, "Big Yellow Taxi"}
    assert state_of(hass, EVENT) == "unknown"


async def test_another_choice(
    hass: HomeAssistant, flows: FlowWalker, add_account: AddAccount
) -> None:
    """The options are changed: what is not followed any more goes."""
    entry = await add_account(choice="both")
    await choose_options(flows, entry, choice="subscribed", controlled_sensors=[])
    await hass.async_block_till_done()
    assert device_names(hass, entry) == {"Big Yellow Taxi"}

    await choose_options(flows, entry, choice="contributed", controlled_sensors=[])
    await hass.async_block_till_done()
    assert device_names(hass, entry) == OWN


async def test_fewer_controls(
    hass: HomeAssistant, flows: FlowWalker, add_account: AddAccount
) -> None:
    """Controls that are not wanted any more go; then the whole channel."""
    entry = await add_account(controlled_sensors=[LAMP])
    await choose_options(
        flows,
        entry,
        choice="contributed",
        controlled_sensors=[LAMP],
        controls=["slider"],
    )
    await hass.async_block_till_done()
    shown = [state_of(hass, one) for one in (EVENT, *CONTROLS)]
    assert shown == ["unknown", "(none)", "unknown", "(none)"]

    await choose_options(flows, entry, choice="contributed", controlled_sensors=[])
    await hass.async_block_till_done()
    shown = [state_of(hass, one) for one in (EVENT, *CONTROLS)]
    assert shown == ["(none)"] * 4
    assert device_names(hass, entry) == OWN


async def test_channel_without_controls(
    hass: HomeAssistant, add_account: AddAccount
) -> None:
    """Events alone are possible too."""
    await add_account(controlled_sensors=[LAMP], controls=[])
    shown = [state_of(hass, one) for one in (EVENT, *CONTROLS)]
    assert shown == ["unknown", "(none)", "(none)", "(none)"]
