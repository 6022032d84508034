"""One sensor that the server cannot cope with, or a clock that was wrong: others go on."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit.client import WotkitClient
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from tests.bridges.house import LOUNGE, TEMPERATURE, House
from tests.simulators.wotkit import Trouble, WotkitServer
from tests.waiting import until

from .conftest import AddExport
from .exported import calls, exported, until_values

# In milliseconds
HOUR = 60 * 60 * 1000
DAY = 24 * HOUR


@pytest.fixture(autouse=True)
def patient(server: WotkitServer) -> None:
    """The server does not mind how often the list is read: minutes are moments here."""
    server.polls_per_minute = None


@pytest.mark.parametrize("together", [True, False], ids=["together", "alone"])
async def test_sensor_that_the_server_fails_with(
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
    together: bool,
) -> None:
    """Its values are given up one day, the others arrive before that."""
    await add_export(TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    (exporter,) = account.runtime_data.exports.exporters
    lounge = exported(server)["ha_lounge"]
    server.trouble = Trouble(status=500, path=f"/sensors/{lounge.id}/data$")
    house.show(LOUNGE, 20)
    before = {True: 0, False: 3}[together]
    await until(lambda: calls(server, "PUT", "/data") >= before)
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    # Nothing says yet whether the server would take anything at all now.
    house.show(TEMPERATURE, 23)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0])
    await until(lambda: exporter.counts.refused == 1)
    server.trouble = None
    house.show(LOUNGE, 21)
    await until_values(server, "ha_lounge", "temperature", [19.0, 21.0])
    await until(lambda: exporter.counts.waiting == 0)
    assert exporter.counts.sent == 5
    assert caplog.text.count(f"values of {LOUNGE} cannot be sent: the service") == 1
    assert caplog.text.count("cannot be sent") == 1


async def test_rows_are_not_taken_for_long(
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """While no sensor takes anything, nothing is given up."""
    await add_export(TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    (exporter,) = account.runtime_data.exports.exporters
    server.trouble = Trouble(status=500, path="/data$")
    for value in range(4):
        house.show(TEMPERATURE, value)
        house.show(LOUNGE, value)
    await until(lambda: calls(server, "PUT", "/data") >= 30)
    server.trouble = None
    # They may come in another order, but each with its time.
    await until_values(server, "ha_lounge", "temperature", [19.0, *range(4)])
    await until_values(server, "ha_kitchen", "temperature", [21.5, *range(4)])
    assert exporter.counts.refused == 0


async def test_odd_error(
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After an error that nobody expects the server is asked what is there."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    (exporter,) = account.runtime_data.exports.exporters
    lists = calls(server, "GET", "/sensors")

    async def fail(*_: Any) -> None:
        raise RuntimeError("odd")

    with monkeypatch.context() as patch:
        patch.setattr(WotkitClient, "send_row", fail)
        house.show(TEMPERATURE, 22)
        await until(lambda: exporter.last_error == "RuntimeError")
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    assert calls(server, "GET", "/sensors") == lists + 1


@pytest.mark.parametrize("ahead", [2 * HOUR, 400 * DAY], ids=["2 hours", "400 days"])
async def test_clock_was_ahead(
    hass_storage: dict[str, Any],
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
    ahead: int,
) -> None:
    """What was taken at a time to come is given up, so that the rest need not wait."""
    subentry = await add_export(TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.trouble = Trouble(path="/data$", drop=True)
    house.show(TEMPERATURE, 22)
    house.show(LOUNGE, 20)
    assert await hass.config_entries.async_unload(account.entry_id)
    document = hass_storage[f"{DOMAIN}.export.{subentry.subentry_id}"]["data"]
    assert [row[1] for row in document["waiting"]] == [TEMPERATURE, LOUNGE]
    document["waiting"][0][4] += ahead
    document["in_batch"] = 0
    server.trouble = None
    await hass.config_entries.async_setup(account.entry_id)
    (exporter,) = account.runtime_data.exports.exporters
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    await until(lambda: exporter.counts.refused == 1)
    house.show(TEMPERATURE, 23)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 23.0])
    assert f"{TEMPERATURE} cannot be sent: its time is more than" in caplog.text
