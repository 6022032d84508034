"""The end of an export: the service is told so, unless it is only for a moment."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryDisabler, ConfigSubentry
from homeassistant.core import HomeAssistant
from tests.bridges.house import LOUNGE, TEMPERATURE, House
from tests.simulators.thingplus import ThingplusSimulator, Trouble

from .conftest import AddExport, Clock
from .exported import gateways, said, sensors, the_gateway

type End = Callable[[HomeAssistant, MockConfigEntry, ConfigSubentry], Awaitable[None]]


async def remove_export(
    hass: HomeAssistant, entry: MockConfigEntry, subentry: ConfigSubentry
) -> None:
    """Remove the export."""
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await hass.async_block_till_done()


async def remove(
    hass: HomeAssistant, entry: MockConfigEntry, _: ConfigSubentry
) -> None:
    """Remove the account."""
    await hass.config_entries.async_remove(entry.entry_id)


async def disable(
    hass: HomeAssistant, entry: MockConfigEntry, _: ConfigSubentry
) -> None:
    """Disable the account."""
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )


async def reload(
    hass: HomeAssistant, entry: MockConfigEntry, _: ConfigSubentry
) -> None:
    """Reload the account."""
    await hass.config_entries.async_reload(entry.entry_id)


ENDS = [
    pytest.param(remove_export, False, id="remove the export"),
    pytest.param(remove, False, id="remove the account"),
    pytest.param(disable, True, id="disable the account"),
]


@pytest.mark.parametrize(("end", "keeps_file"), ENDS)
async def test_off(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
    end: End,
    keeps_file: bool,
) -> None:
    """Gateway and sensors are off, and nothing is sent any more."""
    subentry = await add_export(TEMPERATURE, LOUNGE)
    await clock.go(120)
    await end(hass, account, subentry)
    await clock.settle()
    for thing in (the_gateway(server), *sensors(server).values()):
        assert said(thing) == ["on", "off"]
        assert thing.statuses[-1].valid_seconds == 450
    file = f"iot_bridge.thingplus_export.{subentry.subentry_id}"
    assert (file in hass_storage) == keeps_file
    written = [one for one in server.requests if one.method != "GET"]
    house.show(TEMPERATURE, 22)
    await clock.go(900)
    assert [one for one in server.requests if one.method != "GET"] == written


@pytest.mark.parametrize(("end", "keeps_file"), ENDS)
@pytest.mark.parametrize("trouble", [{"status": 500}, {"drop": True}, {"status": 404}])
async def test_off_cannot_be_told(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    end: End,
    keeps_file: bool,
    trouble: dict[str, Any],
) -> None:
    """It ends all the same, and nobody is bothered."""
    subentry = await add_export(TEMPERATURE)
    await clock.go(120)
    caplog.clear()
    server.trouble = Trouble(**trouble)
    await end(hass, account, subentry)
    await clock.settle()
    assert said(the_gateway(server)) == ["on"]
    file = f"iot_bridge.thingplus_export.{subentry.subentry_id}"
    assert (file in hass_storage) == keeps_file
    loud = [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]
    assert [one for one in loud if "iot_bridge" in one.name] == []


async def test_reload(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """Nothing is off: the statuses go on before they have run out."""
    subentry = await add_export(TEMPERATURE)
    for _ in range(3):
        await clock.go(100)
        await reload(hass, account, subentry)
        await clock.settle()
    for thing in (the_gateway(server), *sensors(server).values()):
        assert set(said(thing)) == {"on"}
        assert len(said(thing)) >= 4
    assert len(gateways(server)) == 1


async def test_one_of_two_exports_is_removed(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """Each has a gateway of its own, and the other one goes on."""
    first = await add_export(TEMPERATURE, gateway_name="First")
    await add_export(TEMPERATURE, gateway_name="Second")
    await clock.go(100)
    await remove_export(hass, account, first)
    await clock.go(600)
    by_name = {one.name: one for one in gateways(server)}
    assert said(by_name["First"]) == ["on", "off"]
    assert set(said(by_name["Second"])) == {"on"}


async def test_one_of_two_gateways_is_lost(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """The other one is told to be off all the same when the account is removed."""
    subentry = await add_export(TEMPERATURE, gateway_name="First")
    await add_export(TEMPERATURE, gateway_name="Second")
    first, second = gateways(server)
    assert first.name == "First"
    server.trouble = Trouble(path=f"^/gateways/{first.id}", status=403)
    await remove(hass, account, subentry)
    assert said(first) == ["on"]
    assert said(second) == ["on", "off"]


async def test_own_gateways_are_no_devices(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """What comes from here is not followed, nor what an export has left behind."""
    subentry = await add_export(TEMPERATURE)
    known = set(account.runtime_data.data)
    await clock.go(600)
    assert set(account.runtime_data.data) == known
    await remove_export(hass, account, subentry)
    await clock.go(600)
    assert set(account.runtime_data.data) == known
    assert len(gateways(server)) == 1
