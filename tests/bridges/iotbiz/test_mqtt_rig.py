"""Home Assistant's own `mqtt` integration works with the broker of the tests."""

import logging

import pytest

from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from tests.waiting import until

from .mqtt_rig import MqttRig, Observer

pytestmark = pytest.mark.usefixtures("socket_enabled")

TOPIC = "devices/out/abc123/44:8a:5b:9c:70:93/state"
PATTERN = "devices/out/+/+/state"


@pytest.fixture
def heard() -> list[tuple[str, str, bool]]:
    """Topic, payload and whether it was retained, of what Home Assistant hears."""
    return []


async def listen(rig: MqttRig, heard: list[tuple[str, str, bool]]) -> None:
    """Let Home Assistant listen."""

    @callback
    def note(message: ReceiveMessage) -> None:
        heard.append((message.topic, str(message.payload), message.retain))

    await mqtt.async_subscribe(rig.hass, PATTERN, note, qos=1)
    await rig.until_subscribed(PATTERN)


async def test_receives(mqtt_rig: MqttRig, heard: list[tuple[str, str, bool]]) -> None:
    """Home Assistant hears what was retained, and what others say."""
    await mqtt_rig.observer.publish(TOPIC, "kept", retain=True)
    await listen(mqtt_rig, heard)
    await mqtt_rig.observer.publish(TOPIC, "new")
    await until(lambda: len(heard) == 2)
    assert heard == [(TOPIC, "kept", True), (TOPIC, "new", False)]


async def test_publishes(mqtt_rig: MqttRig) -> None:
    """Others hear what Home Assistant says."""
    await mqtt.async_publish(mqtt_rig.hass, "devices/in/a/b/command", "go", qos=1)
    await mqtt_rig.observer.until_heard("devices/in/a/b/command", ["go"])


async def test_restarted_broker(
    mqtt_rig: MqttRig,
    heard: list[tuple[str, str, bool]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Home Assistant comes back to a broker that does, and still listens."""
    await listen(mqtt_rig, heard)
    await mqtt_rig.stop_broker()
    assert not mqtt_rig.is_connected
    observer = await mqtt_rig.start_broker()
    await mqtt_rig.until_subscribed(PATTERN)
    await observer.publish(TOPIC, "again")
    await until(lambda: heard == [(TOPIC, "again", False)])
    await observer.connection.close()
    assert not [
        record
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR
    ]


async def test_wrong_password(
    hass: HomeAssistant, mqtt_rig: MqttRig, caplog: pytest.LogCaptureFixture
) -> None:
    """The broker asks Home Assistant for its password."""
    await mqtt_rig.broker.add_user(mqtt_rig.entry.data["username"], "another")
    await mqtt_rig.until_disconnected()
    await until(lambda: hass.config_entries.flow.async_progress())
    [flow] = hass.config_entries.flow.async_progress()
    assert (flow["handler"], flow["context"]["source"]) == ("mqtt", "reauth")


async def test_unloads(hass: HomeAssistant, mqtt_rig: MqttRig) -> None:
    """Unloaded, Home Assistant is not connected any more."""
    await hass.config_entries.async_unload(mqtt_rig.entry.entry_id)
    assert mqtt_rig.entry.state is ConfigEntryState.NOT_LOADED
    await until(lambda: "disconnected." in mqtt_rig.broker.log)


async def test_observer_hears_what_was_retained(
    mqtt_rig: MqttRig, observer: Observer
) -> None:
    """An observer that comes later hears what was retained."""
    await observer.publish(TOPIC, "kept", retain=True)
    later = await Observer.at(mqtt_rig.broker, PATTERN)
    await later.until_heard(TOPIC, ["kept"])
    assert [message.retain for message in later.messages] == [True]
    await later.connection.close()
