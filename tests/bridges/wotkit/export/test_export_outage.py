"""The server comes and goes: values wait, and arrive in order and once."""

import time
from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.wotkit import account as account_module
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import CELSIUS, HUMIDITY, LOUNGE, SUN, TEMPERATURE, House
from tests.simulators.wotkit import Trouble, WotkitServer
from tests.waiting import until

from ..conftest import KEY_ID, KEY_PASSWORD, USERNAME, WAYS, AddAccount
from .conftest import AddExport
from .exported import DEFAULTS, calls, exported, rows, until_values, values

LOST: Final = "the service is lost"
BACK: Final = "the service is back"
REFUSAL: Final = (
    '{"error":{"status":400,"code":0,"message":"%s","developerMessage":[]}}'
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(account_module, "TIMEOUT", 0.5)


async def test_server_is_gone_and_back(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What changes meanwhile arrives in order; the log has a line for each turn."""
    caplog.set_level("INFO")
    await add_export(TEMPERATURE, HUMIDITY, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    await server.stop()
    for number in range(150):
        house.show(TEMPERATURE, number)
        house.show(HUMIDITY, number % 90)
    await until(lambda: LOST in caplog.text)
    house.show(LOUNGE, 20)
    await server.start()
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    kitchen = exported(server)["ha_kitchen"]
    assert values(kitchen, "temperature") == [21.5, *range(150)]
    assert values(kitchen, "humidity") == [40.0, *(one % 90 for one in range(150))]
    await until(lambda: BACK in caplog.text)
    assert caplog.text.count(LOST) == caplog.text.count(BACK) == 1
    # They are sent together.
    assert calls(server, "PUT", "/data") + calls(server, "POST", "/data") < 20


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "trouble",
    [
        {"drop_after": True},
        {"drop": True},
        {"hang": True},
        {"status": 500},
        {"status": 429},
        {"status": 302},
        {"status": 403},
        {"status": 404},
        {"garbage": True},
    ],
    ids=[
        "lost answer",
        "cut off",
        "silence",
        "500",
        "429",
        "302",
        "403",
        "404",
        "page",
    ],
)
async def test_sending_fails(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    method: str,
    trouble: dict[str, Any],
) -> None:
    """Whether or not a row was taken, it is there once in the end."""
    await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    server.trouble = Trouble(method=method, path="/data$", times=2, **trouble)
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    house.show(TEMPERATURE, 23)
    house.show(HUMIDITY, 41)
    house.show(TEMPERATURE, 24)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0, 24.0])
    assert values(exported(server)["ha_kitchen"], "humidity") == [40.0, 41.0]
    server.trouble = None
    house.show(HUMIDITY, 42)
    await until_values(server, "ha_kitchen", "humidity", [40.0, 41.0, 42.0])


async def test_lost_answer_for_the_second_of_two_devices(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """What has arrived of the other device is not sent again."""
    await add_export(TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    lounge = exported(server)["ha_lounge"]
    path = f"/sensors/{lounge.id}/data$"
    server.trouble = Trouble(path=path, drop_after=True, times=1)
    server.requests.clear()
    house.show(TEMPERATURE, 22)
    house.show(LOUNGE, 20)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    assert calls(server, "POST", "/data") == 2
    house.show(LOUNGE, 21)
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0, 21.0])
    assert len(rows(server, "ha_kitchen")) == 2


@pytest.mark.parametrize("arrived", [True, False], ids=["lost answer", "lost"])
async def test_restart_during_an_outage(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
    arrived: bool,
) -> None:
    """What waits is on the disk, and arrives after the restart, once."""
    await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    server.trouble = Trouble(path="/data$", drop_after=arrived, drop=not arrived)
    for value in (22, 23, 24):
        house.show(TEMPERATURE, value)
    (exporter,) = account.runtime_data.exports.exporters
    await until(lambda: exporter.last_error is not None)
    assert await hass.config_entries.async_unload(account.entry_id)
    server.trouble = None
    await server.stop()
    await hass.config_entries.async_setup(account.entry_id)
    assert account.state is ConfigEntryState.SETUP_RETRY
    house.show(TEMPERATURE, 25)
    await server.start()
    await hass.config_entries.async_reload(account.entry_id)
    await until_values(
        server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0, 24.0, 25.0]
    )
    assert values(exported(server)["ha_kitchen"], "humidity") == [40.0]


async def test_selection_that_changes_during_an_outage(
    server: WotkitServer,
    house: House,
    flows: FlowWalker,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """What an entity has left that is not chosen any more goes where it belongs."""
    subentry = await add_export(TEMPERATURE, LOUNGE)
    (exporter,) = account.runtime_data.exports.exporters
    await until(lambda: exporter.counts.sent == 2)
    await server.stop()
    house.entity("sensor.oven", house.device("Oven"), name="Heat")
    house.show("sensor.oven", 180, CELSIUS)
    chosen = {**DEFAULTS, "entities": [TEMPERATURE, "sensor.oven"]}
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, chosen)
    house.show(TEMPERATURE, 22)
    (exporter,) = account.runtime_data.exports.exporters
    await until(lambda: exporter.counts.waiting == 2)
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {**DEFAULTS, "entities": [LOUNGE]})
    house.show(LOUNGE, 20)
    await server.start()
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    await until_values(server, "ha_oven", "heat", [180.0])
    assert set(exported(server)) == {"ha_kitchen", "ha_lounge", "ha_oven"}


async def test_entity_that_is_removed_during_an_outage(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    flows: FlowWalker,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """Home Assistant knows nothing of it any more, but its sensor still does."""
    oven = house.device("Oven")
    house.entity("sensor.oven", oven, name="Heat")
    house.show("sensor.oven", 180, CELSIUS)
    subentry = await add_export("sensor.oven")
    (exporter,) = account.runtime_data.exports.exporters
    await until(lambda: exporter.counts.sent == 1)
    await server.stop()
    house.show("sensor.oven", 190)
    dr.async_get(hass).async_remove_device(oven.id)
    hass.states.async_remove("sensor.oven")
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {**DEFAULTS, "entities": [LOUNGE]})
    await server.start()
    await until_values(server, "ha_oven", "heat", [180.0, 190.0])
    await until_values(server, "ha_lounge", "temperature", [19.0])
    assert set(exported(server)) == {"ha_oven", "ha_lounge"}


async def test_clock_of_the_server_is_behind(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Rows wait until the server's clock has come to them."""
    await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    server.clock = lambda: time.time() - 0.3
    for value in (22, 23, 24):
        house.show(TEMPERATURE, value)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0, 24.0])
    assert calls(server, "PUT", "/data") > 2


async def test_clock_of_the_server_is_behind_for_a_single_row(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """A server may refuse them too."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.trouble = Trouble(
        method="POST",
        path="/data$",
        times=1,
        status=400,
        body=REFUSAL % "The timestamp is in the future",
    )
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])


async def test_refused_value(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A field that was made another kind elsewhere stops no other."""
    house.entity("sensor.mood", house.device("Kitchen"), name="Mood")
    house.show("sensor.mood", "good")
    await add_export("sensor.mood", TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    kitchen = exported(server)["ha_kitchen"]
    mood = kitchen.find_field("mood")
    assert mood is not None
    mood.type = "NUMBER"
    house.show(TEMPERATURE, 22)
    house.show("sensor.mood", "bad")
    house.show(LOUNGE, 20)
    house.show(TEMPERATURE, 23)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0])
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    # Alone, it is refused too.
    house.show("sensor.mood", "worse")
    house.show(TEMPERATURE, 24)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0, 24.0])
    assert values(kitchen, "mood") == ["good"]
    assert caplog.text.count("values of sensor.mood cannot be sent") == 1
    assert caplog.text.count("cannot be sent") == 1


async def test_refused_value_alone(
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """It is counted, and the next one is sent."""
    await add_export(SUN)
    await until_values(server, "ha_home_assistant", "season", ["autumn"])
    (field,) = exported(server)["ha_home_assistant"].fields
    field.type = "NUMBER"
    (exporter,) = account.runtime_data.exports.exporters
    house.show(SUN, "winter")
    await until(lambda: exporter.counts.refused == 1)
    field.type = "STRING"
    house.show(SUN, "spring")
    await until_values(server, "ha_home_assistant", "season", ["autumn", "spring"])


@pytest.mark.parametrize("reason", ["Object has validation errors", "in the future"])
async def test_device_that_the_server_does_not_like(
    server: WotkitServer, house: House, add_export: AddExport, reason: str
) -> None:
    """Only its values are refused, for as long as it is so."""
    server.trouble = Trouble(
        method="POST", path="/sensors$", times=1, status=400, body=REFUSAL % reason
    )
    await add_export(TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    assert set(exported(server)) == {"ha_lounge"}
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [22.0])


async def test_field_that_the_server_passes_over(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Values without a field are not sent."""
    await add_export(device_classes=["temperature"])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.trouble = Trouble(method="PUT", path=r"/sensors/\d+$", times=1, status=204)
    house.entity("sensor.oven", house.device("Kitchen"), name="Oven")
    house.show("sensor.oven", 180, CELSIUS)
    await until(lambda: server.trouble is not None and server.trouble.times == 0)
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    house.show("sensor.oven", 190)
    await until_values(server, "ha_kitchen", "oven", [190.0])


async def test_field_that_becomes_another_kind_unnoticed(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was made ready for the former kind is refused, once that is seen."""
    await add_export(SUN)
    await until_values(server, "ha_home_assistant", "season", ["autumn"])
    (field,) = exported(server)["ha_home_assistant"].fields
    server.trouble = Trouble(method="POST", path="/data$", times=1, drop=True)
    field.type = "NUMBER"
    house.show(SUN, "winter")
    await until(lambda: "cannot be sent" in caplog.text)
    house.show(SUN, "7", CELSIUS)
    await until_values(server, "ha_home_assistant", "season", ["autumn", 7.0])


async def test_sign_in_is_lost(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    flows: FlowWalker,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """The user is asked once; what waits arrives after that."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.remove_key(KEY_ID)
    (exporter,) = account.runtime_data.exports.exporters
    for value in (22, 23):
        house.show(TEMPERATURE, value)
    await until(lambda: exporter.last_error is not None)
    tries = calls(server, "PUT", "/data")
    await until(lambda: calls(server, "PUT", "/data") > tries + 2)
    assert len(list(account.async_get_active_flows(hass, {SOURCE_REAUTH}))) == 1
    house.show(TEMPERATURE, 24)

    server.add_key(USERNAME, KEY_ID, KEY_PASSWORD)
    form = await flows.open_reauth(account)
    result = await flows.answer(form, WAYS["key"].form)
    assert result["reason"] == "reauth_successful"
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0, 24.0])
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_token_that_expires(
    server: WotkitServer,
    house: House,
    add_account: AddAccount,
    flows: FlowWalker,
    hass: HomeAssistant,
) -> None:
    """It is refreshed, and nothing is lost or doubled."""
    entry = await add_account("password_grant")
    form = await flows.add_subentry(entry, "export")
    await flows.fill(form, {**DEFAULTS, "entities": [TEMPERATURE]})
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.expire_access_tokens()
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
