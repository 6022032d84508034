"""What devices publish at a real broker, and what they are told there."""

from datetime import timedelta

from freezegun import freeze_time
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.bridges.iotbiz.mqtt_rig import MqttRig
from tests.bridges.iotbiz.world import DEVICE, attribute, device_of, pass_time
from tests.simulators.iotbiz.agent import SimulatedAgent
from tests.waiting import note_changes, state_of, until, until_state

from .agents import NewAgent, agent, new_agent, pattern, until_subscribed_again
from .callers import CONNECTED, LAST_SEEN, LEVEL, NAME, NOTIFY, RUNNING, Caller
from .conftest import Warnings

__all__ = ["agent", "new_agent"]

pytestmark = pytest.mark.usefixtures("entry")


async def test_late_agent(hass: HomeAssistant, agent: SimulatedAgent) -> None:
    """A later agent's start, as it is on the wire, ends with a program that runs."""
    await until_state(hass, CONNECTED, "on")
    await until_state(hass, RUNNING, "on")
    await agent.publish({"level": 4.5, "door": True, "words": "hello"})
    await until_state(hass, LEVEL, "4.5")
    await until_state(hass, f"binary_sensor.{NAME}_door", "on")
    await until_state(hass, f"sensor.{NAME}_words", "hello")
    await agent.publish({"level": 5})
    await until_state(hass, LEVEL, "5")


async def test_seed_agent(
    hass: HomeAssistant, mqtt_rig: MqttRig, new_agent: NewAgent
) -> None:
    """An agent of the README has one status; it tells nothing of its program."""
    agent = await new_agent(generation="seed")
    await mqtt_rig.until_subscribed(pattern("state"))
    await agent.connect(mqtt_rig.broker)
    await agent.publish({"att1": "val1"})
    await until_state(hass, f"sensor.{NAME}_att1", "val1")
    assert state_of(hass, CONNECTED) == "on"
    assert state_of(hass, RUNNING) == "(none)"
    await agent.stop()
    await until_state(hass, CONNECTED, "off")


async def test_killed(hass: HomeAssistant, agent: SimulatedAgent) -> None:
    """The broker tells the last will of a device that is cut off."""
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    await agent.kill()
    await until_state(hass, CONNECTED, "off")
    assert state_of(hass, LEVEL) == "unavailable"
    assert state_of(hass, RUNNING) == "unavailable"
    assert state_of(hass, NOTIFY) == "unavailable"
    assert state_of(hass, LAST_SEEN) != "unavailable"


async def test_stops_and_comes_back(
    hass: HomeAssistant, mqtt_rig: MqttRig, agent: SimulatedAgent
) -> None:
    """A device that says goodbye is offline, and comes back with its values."""
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    await agent.stop()
    await until_state(hass, CONNECTED, "off")
    await agent.connect(mqtt_rig.broker)
    await until_state(hass, CONNECTED, "on")
    await until_state(hass, LEVEL, "4.5")


async def test_retained(
    hass: HomeAssistant, mqtt_rig: MqttRig, new_agent: NewAgent, entry: MockConfigEntry
) -> None:
    """What was retained is true of the agent alone: the rest of it may be old."""
    await mqtt_rig.until_subscribed(pattern("state"))
    agent = await new_agent()
    await agent.connect(mqtt_rig.broker)
    await agent.publish({"level": 4.5})
    await until_state(hass, RUNNING, "on")
    await until_state(hass, LEVEL, "4.5")
    stale = '{"agentStatus": "offline", "programStatus": "down", "level": 1, "new": 2}'
    config = hass.config_entries
    assert await config.async_unload(entry.entry_id)
    await agent.publish_raw("state", stale, retain=True)
    assert await config.async_setup(entry.entry_id)
    await until_state(hass, CONNECTED, "off")
    await agent.publish({"level": 5})
    await until_state(hass, LEVEL, "5")
    assert state_of(hass, RUNNING) == "on"
    assert state_of(hass, f"sensor.{NAME}_new") == "(none)"


async def test_retained_after_start(
    hass: HomeAssistant, agent: SimulatedAgent, entry: MockConfigEntry
) -> None:
    """Who is there when Home Assistant starts is there at once, with its values.

    The message that the broker has kept says "down" while the program runs.
    """
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    seen = state_of(hass, LAST_SEEN)
    changes = note_changes(hass)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_state(hass, NOTIFY, "unknown")
    assert state_of(hass, CONNECTED) == "on"
    assert state_of(hass, RUNNING) == "on"
    assert state_of(hass, LEVEL) == "4.5"
    assert state_of(hass, LAST_SEEN) == seen
    assert f"{RUNNING}: off" not in changes


async def test_retained_of_the_removed(
    hass: HomeAssistant,
    agent: SimulatedAgent,
    mqtt_rig: MqttRig,
    entry: MockConfigEntry,
    warnings: Warnings,
) -> None:
    """What a broker has kept of a device that is no more is no attack."""
    await until_state(hass, CONNECTED, "on")
    topic = "devices/out/abc123/gone/state"
    await mqtt_rig.observer.publish(topic, "{}", retain=True)
    await until(lambda: len(warnings()) == 1)
    assert await hass.config_entries.async_reload(entry.entry_id)
    # Now it comes from the broker alone, and before what is said from now on.
    await until_subscribed_again(mqtt_rig, 1)
    await agent.publish_raw("state", "no JSON")
    await until(lambda: "no JSON" in "".join(warnings()))
    assert len(warnings()) == 2


async def test_retained_and_silent(
    hass: HomeAssistant, mqtt_rig: MqttRig, new_agent: NewAgent, entry: MockConfigEntry
) -> None:
    """A device that is there only by what was retained has to be heard as well.

    The connection of an agent may be dead for long: it asks for no keep-alive.
    """
    agent = await new_agent()
    options = {**entry.options, "silent_minutes": 5}
    hass.config_entries.async_update_entry(entry, options=options)
    await mqtt_rig.until_subscribed(pattern("state"))
    kept = '{"agentStatus": "online", "programStatus": "down"}'
    assert await hass.config_entries.async_unload(entry.entry_id)
    await mqtt_rig.observer.publish(agent.state_topic, kept, retain=True)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_state(hass, CONNECTED, "on")
    pass_time(hass, minutes=6)
    await until_state(hass, CONNECTED, "off")


async def test_retained_and_long_dead(
    hass: HomeAssistant,
    agent: SimulatedAgent,
    mqtt_rig: MqttRig,
    entry: MockConfigEntry,
) -> None:
    """What a broker has kept does not raise the dead, each time that it is told again.

    A device that fell silent is back when it is heard.
    """
    options = {**entry.options, "silent_minutes": 5}
    hass.config_entries.async_update_entry(entry, options=options)
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    await until_state(hass, RUNNING, "on")
    kept = '{"agentStatus": "online", "programStatus": "down"}'
    await agent.publish_raw("state", kept, retain=True)
    await until_state(hass, RUNNING, "off")
    # It was heard several times: the first look is too early.
    for _ in range(2):
        pass_time(hass, minutes=6)
    await until_state(hass, CONNECTED, "off")
    changes = note_changes(hass)
    later = dt_util.utcnow() + timedelta(days=1)
    with freeze_time(later, tick=True):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until_subscribed_again(mqtt_rig, 1)
        await until_state(hass, NOTIFY, "unavailable")
        await agent.publish({"level": 5})
        await until_state(hass, LEVEL, "5")
    assert changes.count(f"{CONNECTED}: on") == 1
    assert f"{LEVEL}: 4.5" not in changes


async def test_supervisor(
    hass: HomeAssistant,
    agent: SimulatedAgent,
    mqtt_rig: MqttRig,
    entry: MockConfigEntry,
) -> None:
    """What a program writes is an event, for whoever switches that on."""
    await until_state(hass, CONNECTED, "on")
    registry = er.async_get(hass)
    output = registry.async_get_entity_id(
        "event", "iot_bridge", f"{entry.entry_id}_{DEVICE}/output"
    )
    assert output is not None
    registered = registry.async_get(output)
    assert registered is not None
    assert registered.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    await agent.supervisor("nobody reads this")

    registry.async_update_entity(output, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_state(hass, output, "unknown")
    await until_subscribed_again(mqtt_rig, 1)
    events = async_capture_events(hass, "state_changed")
    lines = ["Process started at: 1", "same", "same", "\udc80", "x" * 5000, "last"]
    for line in lines:
        await agent.publish_raw("supervisor", line.encode(errors="surrogateescape"))
    await until(lambda: attribute(hass, output, "line") == "last")
    assert [
        event.data["new_state"].attributes["line"]
        for event in events
        if event.data["entity_id"] == output
    ] == ["Process started at: 1", "same", "same", "\ufffd", "x" * 2048, "last"]
    assert attribute(hass, output, "event_type") == "output"


async def test_kept_line_is_no_news(
    hass: HomeAssistant,
    agent: SimulatedAgent,
    mqtt_rig: MqttRig,
    entry: MockConfigEntry,
) -> None:
    """A line that the broker has kept was written long ago."""
    output = "event.output"
    await until_state(hass, CONNECTED, "on")
    registry = er.async_get(hass)
    unique_id = f"{entry.entry_id}_{DEVICE}/output"
    known = registry.async_get_entity_id("event", "iot_bridge", unique_id)
    assert known is not None
    registry.async_update_entity(known, disabled_by=None, new_entity_id=output)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await agent.publish_raw("supervisor", "kept", retain=True)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_subscribed_again(mqtt_rig, 1)
    await agent.publish({"level": 1})
    await until_state(hass, LEVEL, "1")
    assert attribute(hass, output, "line") is None
    await agent.supervisor("new")
    await until(lambda: attribute(hass, output, "line") == "new")


async def test_command_of_notifier(hass: HomeAssistant, agent: SimulatedAgent) -> None:
    """A text for the notifier reaches the device as it is."""
    await until_state(hass, NOTIFY, "unknown")
    await hass.services.async_call(
        "notify",
        "send_message",
        {ATTR_ENTITY_ID: NOTIFY, "message": "restart now ✓"},
        blocking=True,
    )
    await until(lambda: agent.commands == ["restart now ✓"])


async def test_command_of_action(hass: HomeAssistant, agent: SimulatedAgent) -> None:
    """The action sends text as it is, and all else as JSON."""
    await until_state(hass, CONNECTED, "on")
    device = device_of(hass, CONNECTED)
    for command in ("go", {"do": ["wait", 1.5]}, True, 7):
        await hass.services.async_call(
            "iot_bridge",
            "iotbiz_send_command",
            {"device_id": device.id, "command": command},
            blocking=True,
        )
    sent = ["go", '{"do": ["wait", 1.5]}', "true", "7"]
    await until(lambda: agent.commands == sent)


async def test_command_of_action_refused(
    hass: HomeAssistant, agent: SimulatedAgent, mqtt_rig: MqttRig
) -> None:
    """A command for somebody else, or without MQTT, is refused with a reason."""
    await until_state(hass, CONNECTED, "on")
    device = device_of(hass, CONNECTED)

    async def command(*device_ids: str) -> None:
        await hass.services.async_call(
            "iot_bridge",
            "iotbiz_send_command",
            {"device_id": list(device_ids), "command": "go"},
            blocking=True,
        )

    with pytest.raises(ServiceValidationError, match="nobody"):
        await command(device.id, "nobody")
    assert await hass.config_entries.async_unload(mqtt_rig.entry.entry_id)
    with pytest.raises(HomeAssistantError, match="broker cannot be reached"):
        await command(device.id)
    assert agent.commands == []


async def test_others_are_not_heard(
    hass: HomeAssistant, agent: SimulatedAgent, mqtt_rig: MqttRig, here: Caller
) -> None:
    """Whoever is not activated, or speaks as what it is not, changes nothing."""
    await here.password("waiting")
    say = mqtt_rig.observer.publish
    online = '{"status": "online", "bad": 1}'
    for device_id in ("nobody", "waiting", DEVICE.upper()):
        await say(f"devices/out/abc123/{device_id}/state", online)
    for payload in (
        "no JSON",
        "[1]",
        "{}",
        "x" * 40_000,
        '{"a":' * 99 + "1" + "}" * 99,
    ):
        await say(agent.state_topic, payload)
    await say(agent.state_topic, b"\xff\xfe")
    await agent.publish({"level": 4.5})
    await until_state(hass, LEVEL, "4.5")
    assert [one for one in hass.states.async_entity_ids() if "bad" in one] == []


def unsubscribed(rig: MqttRig, topic: str) -> bool:
    """Return whether the broker knows that Home Assistant listens no more."""
    lines = rig.broker.log.split("UNSUBSCRIBE")[1:]
    return any(line.strip() == topic for part in lines for line in part.splitlines())


async def test_unload(
    hass: HomeAssistant,
    agent: SimulatedAgent,
    mqtt_rig: MqttRig,
    entry: MockConfigEntry,
) -> None:
    """The broker delivers nothing to an entry that is unloaded."""
    await until_state(hass, CONNECTED, "on")
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: unsubscribed(mqtt_rig, pattern("state")))
    await until(lambda: unsubscribed(mqtt_rig, pattern("supervisor")))
    before = mqtt_rig.broker.log.count("Sending PUBLISH to ")
    observed = len(mqtt_rig.observer.messages)
    await agent.publish({"level": 1})
    await until(lambda: len(mqtt_rig.observer.messages) == observed + 1)
    # To the observer alone
    assert mqtt_rig.broker.log.count("Sending PUBLISH to ") == before + 1
