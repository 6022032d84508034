"""The connection comes, goes and comes back; the platform always knows whether it is there."""

import asyncio

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.bridges.iotbiz.agent import sink as sink_module
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import HUMIDITY, TEMPERATURE, House
from tests.bridges.iotbiz.world import device_of, pass_time
from tests.simulators.iotbiz import Broker
from tests.waiting import state_of, until, until_state

from .conftest import COMMAND, CONNECTED, PERIOD, TITLE, AddAgent, AddExport
from .platform import CUSTOMER, DEVICE, OFFLINE, ONLINE, PASSWORD, Platform
from .relay import Relay


async def test_what_there_is(hass: HomeAssistant, agent: MockConfigEntry) -> None:
    """One device with two entities, whatever number it has on the platform."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), agent.entry_id)
    assert {entity.entity_id for entity in entities} == {CONNECTED, COMMAND}
    assert {entity.unique_id for entity in entities} == {
        f"{agent.entry_id}_agent/connected",
        f"{agent.entry_id}_agent/received_command",
    }
    device = device_of(hass, CONNECTED)
    assert device == device_of(hass, COMMAND)
    assert (device.name, device.serial_number) == (TITLE, DEVICE)
    assert device.configuration_url == "https://iot.example.com"


async def test_other_device_number(
    hass: HomeAssistant, agent: MockConfigEntry, platform: Platform
) -> None:
    """The entities stay, and the device tells its new number."""
    await platform.simulator.add_device("another", CUSTOMER, password=PASSWORD)
    before = device_of(hass, CONNECTED).id
    hass.config_entries.async_update_entry(
        agent, data={**agent.data, "device_id": "another"}
    )
    assert await hass.config_entries.async_reload(agent.entry_id)
    await until_state(hass, CONNECTED, "on")
    assert device_of(hass, CONNECTED).id == before
    assert device_of(hass, CONNECTED).serial_number == "another"
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), agent.entry_id)
    assert len(devices) == 1


async def test_tls(
    hass: HomeAssistant,
    tls_platform: Platform,
    add_agent: AddAgent,
) -> None:
    """The broker is known by the platform's own authority."""
    broker = tls_platform.broker
    entry = await add_agent(
        broker_host="localhost",
        broker_port=broker.tls_port,
        security="own_ca",
        ca=broker.ca_pem,
    )
    await until_state(hass, CONNECTED, "on")
    await tls_platform.until_row({})
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "ca": broker.foreign_ca_pem}
    )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: entry.runtime_data.link_error is not None)
    assert type(entry.runtime_data.link_error).__name__ == "BrokerCertificateError"
    assert state_of(hass, CONNECTED) == "off"


async def test_broker_is_not_there_at_first(
    hass: HomeAssistant,
    platform: Platform,
    broker: Broker,
    add_agent: AddAgent,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The entities are there all the same, and stay; the log has one line."""
    await broker.stop()
    entry = await add_agent()
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, CONNECTED) == "off"
    pass_time(hass, seconds=31)
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "off"
    assert state_of(hass, COMMAND) == "unknown"
    assert caplog.text.count("The connection to IoTBiz is lost") == 1
    await broker.start()
    await until_state(hass, CONNECTED, "on")
    await platform.until_row({})
    await until(lambda: "The connection to IoTBiz is back" in caplog.text)


async def test_cut(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    relay: Relay,
    add_agent: AddAgent,
) -> None:
    """The broker tells that the device is gone, until it is back."""
    await add_agent(broker_port=relay.port)
    await platform.until_row({})
    relay.cut()
    await until(lambda: len(platform.rows) == 2)
    assert platform.states == [ONLINE, OFFLINE, ONLINE]
    await until_state(hass, CONNECTED, "on")


async def test_outage(
    hass: HomeAssistant,
    platform: Platform,
    broker: Broker,
    house: House,
    agent: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """What changes meanwhile is one row, with what is newest, as soon as it is back."""
    await add_export(TEMPERATURE)
    await add_export(HUMIDITY, min_interval=3600)
    await platform.until_row({TEMPERATURE: 21.5, HUMIDITY: 40})
    count = len(platform.rows)
    await broker.stop()
    await until_state(hass, CONNECTED, "off")
    exporter, slow = agent.runtime_data.exports.exporters
    for value in range(30):
        house.show(TEMPERATURE, value)
    house.show(HUMIDITY, 41)
    await until(lambda: exporter.counts.waiting == 30)
    await until(lambda: exporter.last_error == "BrokerError")
    await broker.start()
    await platform.until_row({TEMPERATURE: 29, HUMIDITY: 41})
    await until(lambda: exporter.counts.waiting == slow.counts.waiting == 0)
    await asyncio.sleep(4 * PERIOD)
    assert len(platform.rows) == count + 1
    assert exporter.last_error is None
    house.show(TEMPERATURE, 30)
    await platform.until_row({TEMPERATURE: 30, HUMIDITY: 41})
    assert len(platform.rows) == count + 2


async def test_outage_without_back_off(
    hass: HomeAssistant,
    platform: Platform,
    broker: Broker,
    house: House,
    agent: MockConfigEntry,
    add_export: AddExport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long the export would have waited, it goes on when the broker is back."""
    monkeypatch.setattr(sink_module, "RETRY_WAIT", 3600)
    await add_export(TEMPERATURE)
    await platform.until_row({TEMPERATURE: 21.5})
    await broker.stop()
    await until_state(hass, CONNECTED, "off")
    house.show(TEMPERATURE, 22)
    (exporter,) = agent.runtime_data.exports.exporters
    await until(lambda: exporter.last_error is not None)
    await broker.start()
    await platform.until_row({TEMPERATURE: 22})
    await until(lambda: exporter.counts.waiting == 0)


@pytest.fixture
async def behind_relay(
    platform: Platform,
    house: House,
    relay: Relay,
    add_agent: AddAgent,
    flows: FlowWalker,
) -> MockConfigEntry:
    """An entry that reaches the broker through the relay, and has told a value."""
    entry = await add_agent(broker_port=relay.port)
    form = await flows.add_subentry(entry, "iotbiz_export")
    await flows.fill(form, {"min_interval": 0, "entities": [TEMPERATURE]})
    await platform.until_row({TEMPERATURE: 21.5})
    return entry


async def test_silent_broker(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    relay: Relay,
    behind_relay: MockConfigEntry,
) -> None:
    """A message that nobody confirms is said once more when the broker can be heard."""
    relay.hold()
    house.show(TEMPERATURE, 22)
    await asyncio.sleep(4 * PERIOD)
    house.show(TEMPERATURE, 23)
    assert platform.values(TEMPERATURE)[-1] == 21.5
    relay.release()
    await platform.until_row({TEMPERATURE: 23})
    (exporter,) = behind_relay.runtime_data.exports.exporters
    await until(lambda: exporter.counts.waiting == 0)
    assert platform.values(TEMPERATURE)[-3:] == [21.5, 22, 23]


async def test_cut_before_an_answer(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    relay: Relay,
    behind_relay: MockConfigEntry,
) -> None:
    """That a value is not known any more is told when the broker is back."""
    relay.hold()
    house.show(TEMPERATURE, "unavailable")
    await asyncio.sleep(3 * PERIOD)
    relay.cut()
    await until_state(hass, CONNECTED, "off")
    relay.release()
    await platform.until_row({TEMPERATURE: None})
    await until_state(hass, CONNECTED, "on")
    house.show(TEMPERATURE, 21.5)
    await platform.until_row({TEMPERATURE: 21.5})


async def test_password_that_is_refused(
    hass: HomeAssistant,
    platform: Platform,
    broker: Broker,
    house: House,
    agent: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """The user is asked, the broker is left alone; then it goes on with what waits."""
    await add_export(TEMPERATURE)
    await platform.until_row({TEMPERATURE: 21.5})
    await platform.simulator.set_password(DEVICE, "a new one")
    await until_state(hass, CONNECTED, "off")
    await until(lambda: [*agent.async_get_active_flows(hass, {SOURCE_REAUTH})])
    # The log of the broker comes a moment later.
    await until(lambda: broker.log.count("not authorised") == 1)
    house.show(TEMPERATURE, 22)
    await asyncio.sleep(0.3)
    assert broker.log.count("not authorised") == 1
    assert state_of(hass, CONNECTED) == "off"
    hass.config_entries.async_update_entry(
        agent, data={**agent.data, "password": "a new one"}
    )
    assert await hass.config_entries.async_reload(agent.entry_id)
    await platform.until_row({TEMPERATURE: 22})
    await until_state(hass, CONNECTED, "on")
