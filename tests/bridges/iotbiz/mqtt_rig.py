"""Home Assistant's real `mqtt` integration at a real broker.

Each test has a broker of its own: it starts in a hundredth of a second, and nothing of
another test is retained there.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant import config as conf_util
from homeassistant.components import mqtt
from homeassistant.components.mqtt import client as mqtt_client
from homeassistant.components.mqtt.const import (
    CONF_BIRTH_MESSAGE,
    CONF_BROKER,
    CONFIG_ENTRY_MINOR_VERSION,
    CONFIG_ENTRY_VERSION,
    PROTOCOL_5,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_DISCOVERY,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_PROTOCOL,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant
from tests.simulators.iotbiz import Broker, Message, MqttConnection
from tests.simulators.iotbiz_callers import running_broker
from tests.waiting import until

# Seconds, which are up to ten by default. A new entry takes them from the module.
_PACE: Final = {
    "INITIAL_SUBSCRIBE_COOLDOWN": 0.01,
    "SUBSCRIBE_COOLDOWN": 0.01,
    "UNSUBSCRIBE_COOLDOWN": 0.01,
    "RECONNECT_INTERVAL_SECONDS": 0.05,
}
_USER: Final = "home-assistant"
_PASSWORD: Final = "test-password-of-home-assistant"


@dataclass(frozen=True, slots=True)
class Observer:
    """Another client of the broker, which may do everything there.

    Attributes:
        connection: How it is connected.
    """

    connection: MqttConnection

    @classmethod
    async def at(cls, broker: Broker, *patterns: str) -> Self:
        """Connect, and subscribe to all topics or to some patterns."""
        connection = await broker.connect()
        for pattern in patterns or ("#",):
            await connection.subscribe(pattern, qos=2)
        return cls(connection)

    @property
    def messages(self) -> list[Message]:
        """Return all that came, also what was retained before."""
        return self.connection.received

    def payloads(self, topic: str) -> list[str]:
        """Return what was said on a topic."""
        return [
            message.payload.decode()
            for message in self.messages
            if message.topic == topic
        ]

    async def publish(
        self, topic: str, payload: str | bytes, *, qos: int = 1, retain: bool = False
    ) -> None:
        """Say something."""
        await self.connection.publish(topic, payload, qos=qos, retain=retain)

    async def until_heard(self, topic: str, payloads: Iterable[str]) -> None:
        """Wait until just this was said on a topic.

        Raises:
            AssertionError: It was not, for too long.
        """
        expected = list(payloads)
        try:
            await until(lambda: self.payloads(topic) == expected)
        except TimeoutError:
            pytest.fail(f"Not {expected} but {self.payloads(topic)}")


@dataclass(frozen=True, slots=True)
class MqttRig:
    """Home Assistant at a broker.

    Attributes:
        hass: Home Assistant.
        broker: The broker.
        entry: The entry of the integration.
        observer: Another client.
    """

    hass: HomeAssistant
    broker: Broker
    entry: MockConfigEntry
    observer: Observer

    @property
    def is_connected(self) -> bool:
        """Return whether Home Assistant is connected."""
        return mqtt.is_connected(self.hass)

    async def until_connected(self) -> None:
        """Wait until Home Assistant is connected."""
        await until(lambda: self.is_connected)

    async def until_disconnected(self) -> None:
        """Wait until Home Assistant knows that it is not connected."""
        await until(lambda: not self.is_connected)

    async def until_subscribed(self, pattern: str) -> None:
        """Wait until the broker knows that Home Assistant listens to a pattern."""
        await until(lambda: self.subscribed(pattern))

    def subscribed(self, pattern: str) -> bool:
        """Return whether the broker knows of a subscription since it was started."""
        lines = self.broker.log.splitlines()
        return any(f"{pattern} (QoS " in line for line in lines)

    async def stop_broker(self) -> None:
        """Let the broker go away, and Home Assistant notice it."""
        await self.broker.stop()
        await self.until_disconnected()

    async def start_broker(self) -> Observer:
        """Let the broker come back, and Home Assistant with it; nothing is retained.

        Returns:
            An observer that listens; the former has lost its connection.
        """
        await self.broker.start()
        await self.until_connected()
        return await Observer.at(self.broker)


def prepare_mqtt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the integration subscribe and reconnect in hundredths of seconds.

    It reads the YAML configuration, too, which tests do not have.
    """
    monkeypatch.setattr(conf_util, "load_yaml_config_file", lambda *_: {})
    for name, seconds in _PACE.items():
        monkeypatch.setattr(mqtt_client, name, seconds)


def mqtt_entry(broker: Broker, **changes: Any) -> MockConfigEntry:
    """Return an entry of the integration, for the login of Home Assistant.

    Args:
        broker: Where to connect.
        changes: Of its data.
    """
    return MockConfigEntry(
        domain=mqtt.DOMAIN,
        title="MQTT",
        data={
            CONF_BROKER: broker.host,
            CONF_PORT: broker.port,
            CONF_USERNAME: _USER,
            CONF_PASSWORD: _PASSWORD,
            CONF_PROTOCOL: PROTOCOL_5,
            **changes,
        },
        # Neither is wanted here, and discovery makes each start and end slower.
        options={CONF_DISCOVERY: False, CONF_BIRTH_MESSAGE: {}},
        version=CONFIG_ENTRY_VERSION,
        minor_version=CONFIG_ENTRY_MINOR_VERSION,
    )


async def async_set_up_mqtt(hass: HomeAssistant, broker: Broker) -> MockConfigEntry:
    """Set the integration up after `prepare_mqtt`, and wait until it is connected."""
    await broker.add_user(_USER, _PASSWORD)
    entry = mqtt_entry(broker)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await until(lambda: mqtt.is_connected(hass))
    return entry


async def async_unload_mqtt(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload the integration if it is set up."""
    if entry.state is ConfigEntryState.LOADED:
        assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
async def broker(socket_enabled: None) -> AsyncIterator[Broker]:
    """A broker; without mosquitto the test is passed over."""
    async with running_broker() as running:
        yield running


@pytest.fixture
async def observer(broker: Broker) -> AsyncIterator[Observer]:
    """A client that hears everything, also what was retained."""
    observer = await Observer.at(broker)
    yield observer
    await observer.connection.close()


@pytest.fixture
async def mqtt_rig(
    hass: HomeAssistant,
    broker: Broker,
    observer: Observer,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[MqttRig]:
    """Home Assistant, connected to a broker."""
    prepare_mqtt(monkeypatch)
    entry = await async_set_up_mqtt(hass, broker)
    yield MqttRig(hass, broker, entry, observer)
    await async_unload_mqtt(hass, entry)
