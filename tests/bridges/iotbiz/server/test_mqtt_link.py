"""Home Assistant's own MQTT comes, goes and is set up anew while devices speak."""

from collections.abc import Callable

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components import mqtt
from homeassistant.core import HomeAssistant
from tests.bridges.iotbiz.mqtt_rig import (
    MqttRig,
    Observer,
    async_set_up_mqtt,
    async_unload_mqtt,
    prepare_mqtt,
)
from tests.bridges.iotbiz.world import OTHER_CUSTOMER, customer, pass_time
from tests.simulators.iotbiz import Broker
from tests.simulators.iotbiz.agent import SimulatedAgent
from tests.waiting import note_changes, state_of, until, until_state

from .agents import (
    NewAgent,
    agent,
    new_agent,
    pattern,
    subscriptions,
    until_subscribed_again,
)
from .callers import CONNECTED, LEVEL, NOTIFY, Caller

__all__ = ["agent", "new_agent"]

pytestmark = pytest.mark.usefixtures("entry")


async def lose_broker(rig: MqttRig) -> None:
    """Let the broker go without a farewell: one that ends tells the last wills."""
    await rig.broker.kill()
    await rig.until_disconnected()


async def test_broker_lost(
    hass: HomeAssistant, mqtt_rig: MqttRig, agent: SimulatedAgent
) -> None:
    """A short loss changes no value; a long one makes all of them unavailable."""
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    changes = note_changes(hass)
    await lose_broker(mqtt_rig)
    await hass.async_block_till_done()
    # There is nobody to carry a command, but that is all.
    assert changes == [f"{NOTIFY}: unavailable"]
    pass_time(hass, seconds=31)
    await hass.async_block_till_done()
    assert state_of(hass, LEVEL) == "unavailable"
    assert state_of(hass, CONNECTED) == "unavailable"
    observer = await mqtt_rig.start_broker()
    await until_state(hass, LEVEL, "4.5")
    await until_state(hass, NOTIFY, "unknown")
    await mqtt_rig.until_subscribed(pattern("state"))
    await agent.connect(mqtt_rig.broker)
    await agent.publish({"level": 5})
    await until_state(hass, LEVEL, "5")
    await observer.connection.close()


async def test_short_loss(
    hass: HomeAssistant, mqtt_rig: MqttRig, agent: SimulatedAgent
) -> None:
    """A broker that is restarted is hardly noticed."""
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    changes = note_changes(hass)
    await lose_broker(mqtt_rig)
    observer = await mqtt_rig.start_broker()
    await until_state(hass, NOTIFY, "unknown")
    pass_time(hass, seconds=31)
    await hass.async_block_till_done()
    assert changes == [f"{NOTIFY}: unavailable", f"{NOTIFY}: unknown"]
    await observer.connection.close()


async def test_without_mqtt(hass: HomeAssistant, here: Caller) -> None:
    """Without MQTT the private interface alone works, for as long as you like."""
    await here.enrol()
    assert await here.update({"status": "online", "level": 1}) == (200, "")
    await until_state(hass, LEVEL, "1")
    pass_time(hass, minutes=5)
    await hass.async_block_till_done()
    assert state_of(hass, LEVEL) == "1"
    assert state_of(hass, CONNECTED) == "on"
    assert state_of(hass, NOTIFY) == "unavailable"


async def test_set_up_later(
    hass: HomeAssistant,
    broker: Broker,
    observer: Observer,
    new_agent: NewAgent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """MQTT that is set up after the server is used at once."""
    agent = await new_agent()
    prepare_mqtt(monkeypatch)
    entry = await async_set_up_mqtt(hass, broker)
    rig = MqttRig(hass, broker, entry, observer)
    await rig.until_subscribed(pattern("state"))
    await agent.connect(broker)
    await until_state(hass, CONNECTED, "on")
    await until_state(hass, NOTIFY, "unknown")
    await async_unload_mqtt(hass, entry)


@pytest.mark.parametrize("times", [1, 3])
async def test_reloaded(
    hass: HomeAssistant, mqtt_rig: MqttRig, agent: SimulatedAgent, times: int
) -> None:
    """MQTT that is reloaded delivers each message, and each once."""
    await until_state(hass, CONNECTED, "on")
    for _ in range(times):
        before = subscriptions(mqtt_rig)
        assert await hass.config_entries.async_reload(mqtt_rig.entry.entry_id)
        await until_subscribed_again(mqtt_rig, before)
    await until_state(hass, NOTIFY, "unknown")
    sent = mqtt_rig.broker.log.count(f"'{agent.state_topic}', ... (")
    await agent.publish({"level": 1})
    await until_state(hass, LEVEL, "1")
    # From the device, to the observer and to Home Assistant
    assert mqtt_rig.broker.log.count(f"'{agent.state_topic}', ... (") == sent + 3


async def test_removed_and_added(
    hass: HomeAssistant, mqtt_rig: MqttRig, agent: SimulatedAgent
) -> None:
    """Without MQTT what it told is not known any more; a new one tells it again."""
    await until_state(hass, CONNECTED, "on")
    await hass.config_entries.async_remove(mqtt_rig.entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, NOTIFY) == "unavailable"
    assert state_of(hass, CONNECTED) == "on"
    pass_time(hass, seconds=31)
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "unavailable"
    added = await async_set_up_mqtt(hass, mqtt_rig.broker)
    await until_state(hass, CONNECTED, "on")
    await until_subscribed_again(mqtt_rig, 1)
    await agent.publish({"level": 1})
    await until_state(hass, LEVEL, "1")
    await async_unload_mqtt(hass, added)


async def test_from_mqtt_to_the_private_interface(
    hass: HomeAssistant, mqtt_rig: MqttRig, agent: SimulatedAgent, here: Caller
) -> None:
    """A device whose messages are forwarded meanwhile does not depend on MQTT."""
    await until_state(hass, CONNECTED, "on")
    await async_unload_mqtt(hass, mqtt_rig.entry)
    pass_time(hass, seconds=31)
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTED) == "unavailable"
    assert await here.update({"status": "online", "level": 2}) == (200, "")
    await until_state(hass, LEVEL, "2")
    assert state_of(hass, CONNECTED) == "on"


async def test_new_customer(
    hass: HomeAssistant, mqtt_rig: MqttRig, new_agent: NewAgent, entry: MockConfigEntry
) -> None:
    """A customer that is added is listened to at once, and no longer than it is there."""
    await mqtt_rig.until_subscribed(pattern("state"))
    before = dict(entry.options)
    both = [*before["customers"], customer(OTHER_CUSTOMER)]
    config = hass.config_entries
    config.async_update_entry(entry, options={**before, "customers": both})
    for leaf in ("state", "supervisor"):
        await mqtt_rig.until_subscribed(pattern(leaf, OTHER_CUSTOMER))
    agent = await new_agent("other", customer_id=OTHER_CUSTOMER)
    await agent.connect(mqtt_rig.broker)
    await until_state(hass, "binary_sensor.other_connectivity", "on")
    assert subscriptions(mqtt_rig) == 1
    config.async_update_entry(entry, options=before)
    await until(unsubscribing(mqtt_rig, pattern("state", OTHER_CUSTOMER)))


def unsubscribing(rig: MqttRig, topic: str) -> Callable[[], bool]:
    """Return what tells whether Home Assistant listens to a pattern no more."""

    def has_unsubscribed() -> bool:
        ends = rig.broker.log.split("UNSUBSCRIBE")[1:]
        return any(line.strip() == topic for end in ends for line in end.splitlines())

    return has_unsubscribed


async def test_server_without_mqtt_starts_again(
    hass: HomeAssistant,
    mqtt_rig: MqttRig,
    agent: SimulatedAgent,
    entry: MockConfigEntry,
) -> None:
    """What was known before a restart is shown until the grace is over, then no more."""
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    await lose_broker(mqtt_rig)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert not mqtt.is_connected(hass)
    assert state_of(hass, LEVEL) == "4.5"
    pass_time(hass, seconds=31)
    await hass.async_block_till_done()
    assert state_of(hass, LEVEL) == "unavailable"
    assert state_of(hass, CONNECTED) == "unavailable"
