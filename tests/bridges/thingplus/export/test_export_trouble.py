"""What goes wrong on the way to the service."""

from itertools import pairwise, product
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import HUMIDITY, LOUNGE, SUN, TEMPERATURE, WINDOW, House
from tests.simulators.thingplus import ThingplusSimulator, Trouble

from ..conftest import CLIENT_ID, CLIENT_SECRET, PASSWORD, PASSWORD_HASH, USERNAME
from .conftest import AddExport, Clock
from .exported import registrations, said, sensors, the_gateway, values

KITCHEN = "Kitchen Temperature"
REFUSAL = (
    '{"statusCode":400,"message":"Bad Request",'
    '"errors":[{"code":"INVALID_INPUT","message":"it does not fit"}]}'
)


@pytest.mark.parametrize(
    "trouble",
    [
        {"drop_after": True},
        {"drop": True},
        {"status": 500},
        {"status": 429},
        {"status": 403},
        {"status": 404},
        {"garbage": "html"},
        {"garbage": "truncated"},
    ],
    ids=["lost answer", "cut off", "500", "429", "403", "404", "page", "truncated"],
)
@pytest.mark.parametrize("path", ["/series$", "/sensors/.*/status$", "^/gateways"])
async def test_trouble(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
    trouble: dict[str, Any],
    path: str,
) -> None:
    """Each value is there once in the end, and statuses go on."""
    await add_export(TEMPERATURE, LOUNGE)
    server.trouble = Trouble(method="PUT", path=path, times=2, **trouble)
    house.show(TEMPERATURE, 22)
    await clock.go(120)
    house.show(TEMPERATURE, 23)
    await clock.go(600)
    shown = list(dict.fromkeys(values(server, KITCHEN)))
    assert shown == ["21.5", "22", "23"]
    assert set(values(server, "lounge temperature")) == {"19"}
    assert server.trouble.times == 0
    for thing in (the_gateway(server), *sensors(server).values()):
        assert len(said(thing)) >= 3


@pytest.mark.parametrize(
    ("status", "what"),
    [*product([400, 403, 404, 409], ["status", "series"]), (500, "status")],
)
async def test_one_sensor_is_never_taken(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
    status: int,
    what: str,
) -> None:
    """The others are told of in time, have their values, and nobody is hurried."""
    await add_export(TEMPERATURE, HUMIDITY, WINDOW, LOUNGE, SUN)
    others = sensors(server)
    bad, good = others.pop(KITCHEN), others["lounge temperature"]
    server.watch.watches_status_periods = False
    path = f"{bad.id}/{what}$"
    server.trouble = Trouble(method="PUT", path=path, status=status)
    known = len(server.requests)
    for minute in range(60):
        house.show(TEMPERATURE, minute)
        house.show(LOUNGE, minute)
        await clock.go(60, step=10)
    for one in others.values():
        gaps = [b.at_ms - a.at_ms for a, b in pairwise(one.statuses)]
        assert len(gaps) >= 12
        assert max(gaps) <= 360_000
    assert [*good.values][-1] in {str(minute) for minute in range(50, 60)}
    assert {str(minute) for minute in range(50)} <= set(good.values)
    assert len(server.requests) - known < 600


async def test_sensor_that_may_not_be_registered(
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """What is registered goes on; it is tried again an hour later."""
    subentry = await add_export(LOUNGE)
    server.trouble = Trouble(method="POST", path="/sensors$", status=403)
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {"entities": [LOUNGE, TEMPERATURE], "min_interval": 0})
    house.show(LOUNGE, 20)
    await clock.go(600)
    assert values(server, "lounge temperature")[:2] == ["19", "20"]
    server.trouble = None
    await clock.go(3600)
    assert set(sensors(server)) == {"lounge temperature", KITCHEN}


async def test_bad_value_among_good_ones(
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is found, and is the only one that is refused."""
    await add_export(TEMPERATURE, HUMIDITY, LOUNGE)
    sensor = sensors(server)["kitchen humidity"]
    for value in range(50, 60):
        house.show(HUMIDITY, value)
    house.show(TEMPERATURE, 22)
    path = f"{sensor.id}/series$"
    # All of them, the first half, and its first value but one
    server.trouble = Trouble(method="PUT", path=path, times=2, status=400, body=REFUSAL)
    await clock.go(300)
    assert [*sensor.values][:11] == ["40", *map(str, range(50, 60))]
    assert values(server, KITCHEN)[:2] == ["21.5", "22"]
    server.trouble = Trouble(method="PUT", path=path, status=400, body=REFUSAL)
    house.show(HUMIDITY, 70)
    house.show(LOUNGE, 20)
    await clock.go(300)
    server.trouble = None
    assert "70" not in sensor.values
    assert values(server, "lounge temperature")[-1] == "20"
    assert caplog.text.count("values of sensor.kitchen_humidity cannot be sent") == 1
    assert caplog.text.count("cannot be sent") == 1
    (exporter,) = account.runtime_data.exports.exporters
    assert exporter.counts.refused >= 1


async def test_nothing_but_bad_values(
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """They are given up before each of them was tried."""
    await add_export(HUMIDITY)
    sensor = sensors(server)["kitchen humidity"]
    for value in range(200):
        house.show(HUMIDITY, value / 10)
    path = f"{sensor.id}/series$"
    server.trouble = Trouble(method="PUT", path=path, status=400, body=REFUSAL)
    known = len(server.requests)
    await clock.go(300)
    server.trouble = None
    assert len(server.requests) - known < 60
    (exporter,) = account.runtime_data.exports.exporters
    assert exporter.counts.refused >= 200
    assert exporter.counts.waiting == 0


async def test_sensor_that_the_service_does_not_like(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Only its values are refused; it is tried again an hour later."""
    server.trouble = Trouble(
        method="POST", path="/sensors$", times=1, status=400, body=REFUSAL
    )
    await add_export(TEMPERATURE, LOUNGE)
    await clock.go(600)
    assert set(sensors(server)) == {"lounge temperature"}
    assert len(values(server, "lounge temperature")) == 3
    assert caplog.text.count("cannot be sent") == 1
    await clock.go(3600)
    assert set(sensors(server)) == {"lounge temperature", KITCHEN}
    assert registrations(server).count("sensor") == 2


async def test_sign_in_is_lost(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """The user is asked once; what waits arrives after that."""
    server.watch.watches_status_periods = False
    await add_export(TEMPERATURE)
    user = server.find_user(USERNAME)
    assert user is not None
    user.password = "another one"
    server.revoke_all()
    house.show(TEMPERATURE, 22)
    await clock.go(900)
    assert len(list(account.async_get_active_flows(hass, {SOURCE_REAUTH}))) == 1
    house.show(TEMPERATURE, 23)
    user.password = PASSWORD
    form = await flows.open_reauth(account)
    form = await flows.answer(
        form,
        {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "password": PASSWORD,
        },
    )
    assert form["reason"] == "reauth_successful"
    await clock.go(900)
    shown = list(dict.fromkeys(values(server, KITCHEN)))
    assert shown == ["21.5", "22", "23"]


async def test_token_that_runs_out(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """Another one is taken, and nobody notices."""
    await add_export(TEMPERATURE)
    server.revoke_all()
    house.show(TEMPERATURE, 22)
    await clock.go(600)
    assert values(server, KITCHEN)[:2] == ["21.5", "22"]
    assert not hass.config_entries.flow.async_progress()


async def test_secrets(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the log nor the export's files hold any, nor the values."""
    caplog.set_level("DEBUG")
    house.show(TEMPERATURE, 22.125)
    await add_export(TEMPERATURE)
    server.trouble = Trouble(times=3, status=500)
    house.show(TEMPERATURE, 22.375)
    await clock.go(600)
    assert await hass.config_entries.async_unload(account.entry_id)
    stored = json.dumps(
        [hass_storage[name] for name in hass_storage if name.startswith("iot_bridge")]
    )
    log = "\n".join(
        f"{one.getMessage()} {one.exc_text}"
        for one in caplog.records
        if "iot_bridge" in one.name
    )
    token = account.data["token"]["access_token"]
    for secret in (PASSWORD, PASSWORD_HASH, CLIENT_SECRET, token):
        assert secret not in log
        assert secret not in stored
    assert "22.125" not in log
    assert "22.375" not in log
