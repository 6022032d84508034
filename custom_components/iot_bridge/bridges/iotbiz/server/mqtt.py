"""What devices publish, and what they are told, over Home Assistant's own MQTT.

Home Assistant's `mqtt` integration may come, go and be set up anew while a server is set
up; without it there is the web interface alone.
"""

from collections.abc import Callable, Iterable
from typing import Final

from homeassistant.components import mqtt
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ....availability import ServiceAvailability
from ..client import STATE, SUPERVISOR, OutTopic, command_topic, parse_out_topic

# At least once: a state that comes twice is the same.
_QOS: Final = 1
# Exactly once, as the original has it
COMMAND_QOS: Final = 2

type OnMessage = Callable[[OutTopic, bytes, bool], None]


class MqttLink:
    """Listens for the devices of the customers there are.

    Attributes:
        availability: Whether what was heard over MQTT can be trusted.
    """

    def __init__(
        self, hass: HomeAssistant, on_message: OnMessage, on_turn: Callable[[], None]
    ) -> None:
        """Listen to nobody yet.

        Args:
            hass: Home Assistant.
            on_message: Called with the topic, the message, and whether the broker had
                kept it for whoever comes.
            on_turn: Called when it can be trusted no more, or again, and when commands
                can be sent no more, or again.
        """
        self._hass = hass
        self._on_message = on_message
        self._on_turn = on_turn
        # The `mqtt` integration tells the log of losses itself.
        self.availability = ServiceAvailability(
            hass, "MQTT", on_turn=on_turn, log=False
        )
        self._customer_ids: frozenset[str] = frozenset()
        self._unsubscribe: dict[str, CALLBACK_TYPE] = {}
        self._stop: list[CALLBACK_TYPE] = []

    @callback
    def start(self, customer_ids: Iterable[str]) -> None:
        """Listen, as soon as there is MQTT.

        Args:
            customer_ids: The numbers of all customers.
        """
        self._customer_ids = frozenset(customer_ids)
        self._stop = [
            async_dispatcher_connect(
                self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
            ),
            mqtt.async_subscribe_connection_status(self._hass, self._turned),
        ]
        self.availability.start_grace()
        self._follow()

    @callback
    def stop(self) -> None:
        """Listen no more."""
        for stop in self._stop:
            stop()
        self._stop.clear()
        self.availability.stop_grace()
        self._unsubscribe_from_all()

    @callback
    def set_customers(self, customer_ids: Iterable[str]) -> None:
        """Listen for the devices of these customers, in place of those before."""
        self._customer_ids = frozenset(customer_ids)
        if self._stop:
            self._follow()

    async def async_send(self, customer_id: str, device_id: str, command: str) -> None:
        """Tell a device something.

        Args:
            customer_id: The device's customer number.
            device_id: The device.
            command: What; no format is defined anywhere.

        Raises:
            HomeAssistantError: There is no MQTT.
        """
        await mqtt.async_publish(
            self._hass, command_topic(customer_id, device_id), command, COMMAND_QOS
        )

    @callback
    def _entry_changed(self, _: ConfigEntryChange, entry: ConfigEntry[object]) -> None:
        if entry.domain == mqtt.DOMAIN:
            self._follow()

    @callback
    def _follow(self) -> None:
        """Be subscribed to what there is to hear, and nothing else.

        Before `mqtt` is unloaded: what is subscribed then comes back with it, and could
        not be ended any more.
        """
        if not any(
            entry.state is ConfigEntryState.LOADED
            for entry in self._hass.config_entries.async_entries(mqtt.DOMAIN)
        ):
            self._unsubscribe_from_all()
            self._turned(False)
            return
        topics = {
            f"devices/out/{customer_id}/+/{leaf}"
            for customer_id in self._customer_ids
            for leaf in (STATE, SUPERVISOR)
        }
        for topic in self._unsubscribe.keys() - topics:
            self._unsubscribe.pop(topic)()
        for topic in topics - self._unsubscribe.keys():
            self._unsubscribe[topic] = mqtt.async_subscribe_internal(
                self._hass, topic, self._received, _QOS, None
            )
        self._turned(mqtt.is_connected(self._hass))

    def _unsubscribe_from_all(self) -> None:
        for unsubscribe in self._unsubscribe.values():
            unsubscribe()
        self._unsubscribe.clear()

    @callback
    def _turned(self, is_connected: bool) -> None:
        was_connected = self.availability.reached
        if is_connected:
            self.availability.came_up()
            self.availability.is_current()
        else:
            self.availability.went_down(None)
        if is_connected != was_connected:
            # There is no grace for commands.
            self._on_turn()

    @callback
    def _received(self, message: mqtt.ReceiveMessage) -> None:
        topic = parse_out_topic(message.topic)
        payload = message.payload
        if topic is not None and isinstance(payload, bytes):
            self._on_message(topic, payload, message.retain)
