"""A plan that has no room for all."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.bridges.flow_walker import TEXTS, FlowWalker
from tests.bridges.house import HUMIDITY, LOUNGE, TEMPERATURE, House
from tests.simulators.thingplus import Limits, ThingplusSimulator

from .conftest import AddExport, Clock
from .exported import gateways, said, sensors, values

KITCHEN = "Kitchen Temperature"


def issues(hass: HomeAssistant) -> dict[str, dict[str, str] | None]:
    """Return what the user is asked to repair: by id, what fills in its text."""
    return {
        issue_id: issue.translation_placeholders
        for (domain, issue_id), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


def room(server: ThingplusSimulator, kind: str, more: int) -> Limits:
    """Return the limits of a plan that has room for some more of a kind."""
    there_are = {
        "gateways": len(server.gateways),
        "devices": len(server.devices),
        "sensors": len(server.sensors),
    }
    return Limits(**{kind: there_are[kind] + more})


@pytest.mark.parametrize(
    ("kind", "more", "left_out"),
    [("gateways", 0, 3), ("devices", 1, 1), ("sensors", 2, 1), ("sensors", 0, 3)],
)
async def test_no_room_and_room_again(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    more: int,
    left_out: int,
) -> None:
    """The user is told; it is tried once an hour, and what has room goes on."""
    server.limits = room(server, kind, more)
    subentry = await add_export(TEMPERATURE, HUMIDITY, LOUNGE)
    await clock.go(600)
    issue = f"thingplus_plan_exceeded_{subentry.subentry_id}"
    told = {"name": account.title, "entities": str(left_out)}
    assert issues(hass) == {issue: told}
    text = TEXTS["issues"]["thingplus_plan_exceeded"]
    assert text["title"].format(**told)
    assert text["description"].format(**told)
    assert len(sensors(server)) == 3 - left_out
    for sensor in sensors(server).values():
        assert said(sensor) == ["on"] * 3
        assert len(sensor.values) == 3
    posts = sum(one.method == "POST" for one in server.requests)
    await clock.go(2900)
    assert sum(one.method == "POST" for one in server.requests) == posts
    server.limits = Limits()
    await clock.go(900)
    assert issues(hass) == {}
    assert set(sensors(server)) == {KITCHEN, "kitchen humidity", "lounge temperature"}
    assert all(sensor.values for sensor in sensors(server).values())
    assert "cannot be sent" not in caplog.text


async def test_another_selection(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """It is tried at once; with fewer entities there is nothing to complain of."""
    server.limits = room(server, "sensors", 1)
    subentry = await add_export(TEMPERATURE, LOUNGE)
    await clock.go(120)
    assert len(issues(hass)) == 1
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {"entities": [TEMPERATURE], "min_interval": 0})
    await clock.go(10)
    assert issues(hass) == {}
    server.limits = Limits()
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {"entities": [TEMPERATURE, LOUNGE], "min_interval": 0})
    await clock.go(10)
    assert said(sensors(server)["lounge temperature"]) == ["on"]
    await clock.go(300)
    assert values(server, "lounge temperature") == ["19"]


async def test_export_is_removed(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """There is nothing to be repaired any more."""
    server.limits = room(server, "gateways", 0)
    subentry = await add_export(TEMPERATURE)
    assert len(issues(hass)) == 1
    hass.config_entries.async_remove_subentry(account, subentry.subentry_id)
    await hass.async_block_till_done()
    await clock.settle()
    assert issues(hass) == {}
    assert gateways(server) == []


async def test_account_is_removed(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """Likewise."""
    server.limits = room(server, "gateways", 0)
    await add_export(TEMPERATURE)
    assert len(issues(hass)) == 1
    await hass.config_entries.async_remove(account.entry_id)
    assert issues(hass) == {}
