"""The broker does not accept the password of the device any more."""

from typing import Any

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.bridges.iotbiz.world import DEVICE
from tests.simulators.iotbiz import Broker, IotbizSimulator
from tests.waiting import until

from .mishaps import activate, be_impatient, repair, unapproved
from .world import add_agent, done, password_of, registry_ids, until_told


def changes(entry: ConfigEntry[Any], before: dict[str, Any]) -> set[str]:
    """Return the names of data that are not what they were."""
    return {
        name
        for name in entry.data.keys() | before
        if entry.data.get(name) != before.get(name)
    }


async def test_forgotten_device(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The platform has lost the device: it is registered anew, and all entities stay."""
    entry = await add_agent(flows, iotbiz, broker)
    before, known = dict(entry.data), registry_ids(hass, entry)
    unique_id = entry.unique_id
    await until_told(iotbiz, "online")
    await iotbiz.forget(DEVICE)
    await until(lambda: any(entry.async_get_active_flows(hass, {SOURCE_REAUTH})))
    form = await flows.open_reauth(entry)
    assert form["step_id"] == "iotbiz_agent_reauth"
    assert fields(form) == ["password"]
    assert suggested(form) == {}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert (placeholders["device_id"], placeholders["host"]) == (DEVICE, "127.0.0.1")

    result = await flows.answer(form, {})
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"password"}
    assert entry.data["password"] == password_of(iotbiz)
    assert entry.unique_id == unique_id
    assert registry_ids(hass, entry) == known
    assert entry.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_new_password(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Somebody has changed it on the platform."""
    entry = await add_agent(flows, iotbiz, broker)
    before = dict(entry.data)
    await iotbiz.set_password(DEVICE, "another password")
    form = await flows.reauth(entry)
    form = await flows.answer(form, {})
    assert form["errors"] == {"password": "password_needed"}
    form = await flows.answer(form, {"password": "wrong"})
    assert form["errors"] == {"password": "device_password_refused"}
    result = await flows.answer(form, {"password": "another password"})
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"password"}
    assert entry.data["password"] == "another password"
    assert done(iotbiz, "register") == 1


async def test_false_alarm(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The password is right after all: nothing is registered."""
    entry = await add_agent(flows, iotbiz, broker)
    before = dict(entry.data)
    result = await flows.answer(await flows.reauth(entry), {})
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == set()
    assert done(iotbiz, "register") == 1


async def test_broker_disagrees(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The platform accepts what the broker does not: nothing is changed."""
    entry = await add_agent(flows, iotbiz, broker)
    before = dict(entry.data)
    await broker.remove_user(DEVICE)
    form = await flows.answer(await flows.reauth(entry), {})
    assert form["errors"] == {"base": "broker_refused"}
    form = await flows.answer(form, {"password": entry.data["password"]})
    assert form["errors"] == {"base": "broker_refused"}
    assert changes(entry, before) == set()
    await broker.add_user(DEVICE, password_of(iotbiz), entry.data["customer_id"])
    result = await flows.answer(form, {})
    assert result["reason"] == "reauth_successful"


async def test_trouble_in_between(
    hass: HomeAssistant,
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is cut off, the device is registered anew once."""
    entry = await add_agent(flows, iotbiz, broker)
    await until_told(iotbiz, "online")
    await iotbiz.forget(DEVICE)
    form = await flows.reauth(entry)
    shown = []
    for spoil in (activate(drop_after=True), activate(status=500), unapproved):
        spoil(iotbiz)
        with monkeypatch.context() as moment:
            be_impatient(moment)
            form = await flows.answer(form, {})
        shown.append(form["errors"])
        repair(iotbiz)
    keys = ("timeout_connect", "cannot_connect", "not_approved")
    assert shown == [{"base": key} for key in keys]
    await broker.stop()
    form = await flows.answer(form, {})
    assert form["errors"] == {"base": "broker_unreachable"}
    await broker.start()
    hass.config_entries.flow.async_abort(form["flow_id"])
    result = await flows.answer(await flows.reauth(entry), {})
    assert result["reason"] == "reauth_successful"
    assert entry.data["password"] == password_of(iotbiz)
    assert done(iotbiz, "register") == 2
