"""Changing the platform, the device or the broker of an entry."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, suggested
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE, OTHER_CUSTOMER
from tests.simulators.iotbiz import Broker, IotbizSimulator

from .world import (
    add_agent,
    broker_form,
    created,
    device_form,
    done,
    open_broker_form,
    password_of,
    registry_ids,
    unique_id_of,
    until_told,
)


async def test_nothing_else(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Both forms are filled with what there is; who only submits changes nothing."""
    entry = await add_agent(flows, iotbiz, broker)
    before, known = dict(entry.data), registry_ids(hass, entry)
    form = await flows.reconfigure(entry)
    assert form["step_id"] == "iotbiz_agent"
    assert suggested(form) == device_form(iotbiz)
    form = await flows.answer(form, suggested(form))
    assert form["step_id"] == "iotbiz_broker"
    assert suggested(form) == broker_form(broker)
    result = await flows.answer(form, suggested(form))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == before
    assert entry.state is ConfigEntryState.LOADED
    assert registry_ids(hass, entry) == known
    assert done(iotbiz, "register") == 1


async def test_broker(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Another way to the broker; the certificate that it does not need goes."""
    entry = await add_agent(flows, iotbiz, broker)
    before = dict(entry.data)
    form = await flows.answer(await flows.reconfigure(entry), device_form(iotbiz))
    entered = broker_form(broker, broker_port=broker.port, security="plain")
    result = await flows.answer(form, entered)
    assert result["reason"] == "reconfigure_successful"
    del before["ca"]
    changed = {"security": "plain", "broker_port": broker.port}
    assert entry.data == before | changed


async def test_device_number(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Another device is registered; the entities stay the same."""
    entry = await add_agent(flows, iotbiz, broker)
    known = registry_ids(hass, entry)
    form = await flows.reconfigure(entry)
    form = await flows.answer(form, device_form(iotbiz, device_id="another"))
    result = await flows.answer(form, broker_form(broker))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["device_id"] == "another"
    assert entry.data["password"] == password_of(iotbiz, "another")
    assert entry.unique_id == unique_id_of(iotbiz, "another")
    assert registry_ids(hass, entry) == known
    assert entry.title == "IoTBiz (127.0.0.1)"


async def test_known_device(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The other device may be one that the platform knows."""
    await iotbiz.add_device("another", CUSTOMER, password="its password")
    entry = await add_agent(flows, iotbiz, broker)
    form = await flows.reconfigure(entry)
    form = await flows.answer(form, device_form(iotbiz, device_id="another"))
    assert form["step_id"] == "iotbiz_agent_password"
    form = await flows.answer(form, {"password": "its password"})
    await flows.answer(form, broker_form(broker))
    assert entry.data["password"] == "its password"


async def test_customer_number(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """For another customer the device is registered again, once it was removed."""
    entry = await add_agent(flows, iotbiz, broker)
    former = entry.data["password"]
    await until_told(iotbiz, "online")
    await iotbiz.forget(DEVICE)
    form = await flows.reconfigure(entry)
    form = await flows.answer(form, device_form(iotbiz, customer_id=OTHER_CUSTOMER))
    result = await flows.answer(form, broker_form(broker))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["customer_id"] == OTHER_CUSTOMER
    assert entry.data["password"] == password_of(iotbiz) != former
    assert iotbiz.devices[DEVICE].customer_id == OTHER_CUSTOMER


async def test_platform_has_moved(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The password is still right; the broker is looked for where the platform is."""
    form = await open_broker_form(flows, iotbiz)
    entered = broker_form(broker, broker_host="localhost")
    entry = created(await flows.answer(form, entered))
    before, former = dict(entry.data), entry.unique_id
    iotbiz.prefix = "/api/iotbiz"
    form = await flows.reconfigure(entry)
    form = await flows.answer(form, device_form(iotbiz))
    assert suggested(form) == broker_form(broker, broker_host="127.0.0.1")
    result = await flows.answer(form, entered)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == before | {"url": iotbiz.base}
    assert entry.unique_id != former
    assert done(iotbiz, "register") == 1


async def test_own_title(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """What the user has called the entry stays."""
    entry = await add_agent(flows, iotbiz, broker)
    hass.config_entries.async_update_entry(entry, title="Works")
    form = await flows.answer(await flows.reconfigure(entry), device_form(iotbiz))
    await flows.answer(form, broker_form(broker))
    assert entry.title == "Works"


async def test_device_of_another_entry(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Two entries cannot be the same device; nothing is asked of the platform."""
    await add_agent(flows, iotbiz, broker, device_id="another")
    entry = await add_agent(flows, iotbiz, broker)
    before, asked = dict(entry.data), len(iotbiz.requests)
    form = await flows.reconfigure(entry)
    result = await flows.answer(form, device_form(iotbiz, device_id="another"))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data == before
    assert len(iotbiz.requests) == asked


async def test_error(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """What does not work is told and changes nothing."""
    entry = await add_agent(flows, iotbiz, broker)
    before = dict(entry.data)
    form = await flows.reconfigure(entry)
    entered = device_form(iotbiz, customer_id="nobody")
    form = await flows.answer(form, entered)
    assert form["errors"] == {"customer_id": "customer_refused"}
    assert suggested(form) == entered
    form = await flows.answer(form, device_form(iotbiz))
    form = await flows.answer(form, broker_form(broker, broker_port=1))
    assert form["errors"] == {"base": "broker_unreachable"}
    assert entry.data == before
    result = await flows.answer(form, broker_form(broker))
    assert result["reason"] == "reconfigure_successful"
