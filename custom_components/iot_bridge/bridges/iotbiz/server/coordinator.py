"""The devices that have registered themselves with Home Assistant.

Nobody is asked for anything: they tell what is new, over Home Assistant's MQTT or
through a broker that forwards it to the private interface.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util

from ....const import DOMAIN
from ....coordinator import BridgeConfigEntry
from ..client import STATE, BrokerError, IotbizError, OutTopic, ReportedState
from ..const import CONF_SILENT_MINUTES, SERVICE_NAME
from ..coordinator import IotbizCoordinator
from ..device import LAST_SEEN, OUTPUT, OVER_MQTT, RUNNING, WORD, IotbizDevice, added_to
from ..entity_names import device_info_of
from ..errors import ERROR_TEXTS
from .broker_views import broker_views
from .customers import customers_of
from .enrolment import Enrolment
from .messages import state_of_message
from .mqtt import MqttLink
from .refusals import Refusals, Refused
from .registrations import Registration
from .silence import SilenceWatch
from .states import StoredStates
from .views import async_close_views, async_open_views

# Brokers that forward messages may change their order; what is much older was sent by
# a clock that was wrong.
_OUT_OF_ORDER: Final = timedelta(minutes=1)
# Bytes; the recorder takes attributes of 16 KiB, and each byte may become six there.
_LONGEST_OUTPUT: Final = 2048
_MQTT_SENDER: Final = "MQTT"


class ServerCoordinator(IotbizCoordinator):
    """Registers devices, hears them, and tells them something.

    Attributes:
        enrolment: Who is a device, and who may become one.
        refusals: What was refused.
        mqtt: Home Assistant's own MQTT.
    """

    client_errors = (IotbizError,)
    error_texts = ERROR_TEXTS

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Know no device yet."""
        super().__init__(hass, entry, SERVICE_NAME, pushes=False)
        self.update_interval = None
        self.refusals = Refusals()
        self.enrolment = Enrolment(hass, entry, self._activated)
        self.mqtt = MqttLink(hass, self._heard_over_mqtt, self._tell_everybody)
        self._states = StoredStates(hass, entry.entry_id, lambda: self.data.values())
        self._silence = SilenceWatch(hass, self._fell_silent)
        self._outputs = 0

    @property
    @override
    def scope(self) -> str:
        return self.config_entry.entry_id

    @property
    @override
    def empty_list_counts(self) -> bool:
        return True

    @override
    async def _async_setup(self) -> None:
        await self.enrolment.async_load()
        states = await self._states.async_load()
        for registration in self.enrolment.activated:
            online, state = states.get(registration.device_id, (False, {}))
            self.data[registration.device_id] = _device(registration, online, state)

    @override
    async def async_fetch_devices(self) -> Iterable[IotbizDevice]:
        return list(self.data.values())

    @override
    def device_info(self, device: IotbizDevice) -> dr.DeviceInfo:
        return device_info_of(self.device_identifier(device.id), device)

    @override
    def hears(self, device_id: str) -> bool:
        device = self.data.get(device_id)
        if device is None or not device.state.get(OVER_MQTT):
            return True
        return self.mqtt.availability.available

    # From the beginning to the end

    @callback
    @override
    def async_start_listening(self) -> None:
        super().async_start_listening()
        entry = self.config_entry
        async_open_views(self.hass, self, *broker_views())
        entry.async_on_unload(lambda: async_close_views(self.hass))
        self.mqtt.start(customers_of(entry.options))
        entry.async_on_unload(self.mqtt.stop)
        for device in self.data.values():
            if device.online:
                # It had no chance to be heard before.
                self._silence.heard(device.id)
        self._allow_silence()
        entry.async_on_unload(self._silence.stop)
        self.enrolment.ask_again()
        entry.async_on_unload(self.enrolment.take_back_questions)
        entry.async_on_unload(
            async_dispatcher_connect(
                self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
            )
        )

    @override
    async def async_say_goodbye(self) -> None:
        """Nobody has to be told; what was told is kept."""
        await self.enrolment.async_close()
        await self._states.async_close()

    @callback
    def _entry_changed(self, _: ConfigEntryChange, entry: ConfigEntry[Any]) -> None:
        """Follow the options: a reload would make devices unheard for a moment."""
        if entry is self.config_entry:
            self.mqtt.set_customers(customers_of(entry.options))
            self._allow_silence()

    def _allow_silence(self) -> None:
        minutes = self.config_entry.options.get(CONF_SILENT_MINUTES)
        self._silence.allow(None if minutes is None else timedelta(minutes=minutes))

    # Devices come and go

    @callback
    def _activated(self, registration: Registration) -> None:
        self.async_take_in(_device(registration, online=False, state={}))
        self._states.changed()

    @callback
    @override
    def async_forget(self, registry_device: dr.DeviceEntry) -> bool:
        """Forget a device that the user removes: its number is free again."""
        device_id = self.known_device_id(registry_device)
        if device_id is not None:
            self._silence.forget(device_id)
            self.async_drop(device_id)
            self._states.changed()
            self.config_entry.async_create_task(
                self.hass,
                self.enrolment.async_forget(device_id),
                f"{DOMAIN} {device_id} is removed",
            )
        return True

    # What they say

    @callback
    def take_state(
        self,
        device_id: str,
        state: ReportedState,
        moment: datetime,
        *,
        over_mqtt: bool = False,
    ) -> None:
        """Take over what a device has told of itself.

        Args:
            device_id: A device that may speak.
            state: What it has told.
            moment: When.
            over_mqtt: Whether it was heard there, or a broker has forwarded it.
        """
        device = self.data[device_id]
        self._silence.heard(device_id)
        if _is_late(moment, device.state.get(LAST_SEEN)):
            self.logger.debug("A message of %s came late", device_id)
            return
        changes = {
            LAST_SEEN: moment,
            OVER_MQTT: over_mqtt,
            **added_to(device, state.attributes),
        }
        if state.running is not None:
            changes[RUNNING] = state.running
        if state.online is not None:
            changes[WORD] = state.word
        # A device that tells of its program alone is there as well.
        self.async_push(device_id, changes, online=state.online is not False)
        self._states.changed()

    @callback
    def _heard_over_mqtt(self, topic: OutTopic, payload: bytes, retained: bool) -> None:
        try:
            self.enrolment.speaker(topic.customer_id, topic.device_id)
            if topic.leaf == STATE:
                state = state_of_message(payload)
            elif not retained:
                self._take_output(topic.device_id, payload)
                return
            else:
                return
        except Refused as err:
            # Brokers keep what devices said that were removed long ago.
            if not retained:
                self.refusals.note(err, _MQTT_SENDER)
            return
        if not retained:
            self.take_state(topic.device_id, state, dt_util.utcnow(), over_mqtt=True)
        elif state.online is not None:
            self._take_kept(self.data[topic.device_id], state.online)

    def _take_kept(self, device: IotbizDevice, online: bool) -> None:
        """Take over what the broker has kept; but for being there it may be old."""
        if online and not device.online:
            if self._silence.is_too_long(device.state.get(LAST_SEEN)):
                # The broker tells it again and again, and it may be dead for years.
                return
            # From now on it has its time to be heard.
            self._silence.heard(device.id)
        self.async_push(device.id, {OVER_MQTT: True}, online=online)
        self._states.changed()

    def _take_output(self, device_id: str, payload: bytes) -> None:
        """Take over a line that the device's program has written."""
        line = payload[:_LONGEST_OUTPUT].decode(errors="replace")
        self._outputs += 1
        # The number tells the same line written twice from one that is told again.
        self.async_push(device_id, {OUTPUT: (self._outputs, line)})

    @callback
    def _fell_silent(self, device_id: str) -> None:
        if device_id in self.data:
            self.async_push(device_id, {}, online=False)
            self._states.changed()

    # What they are told

    @property
    def can_command(self) -> bool:
        """Return whether there is MQTT to tell devices something."""
        return self.mqtt.availability.reached

    async def async_send_command(self, device_id: str, command: str) -> None:
        """Tell a device something.

        Args:
            device_id: The device.
            command: What; no format is defined anywhere.

        Raises:
            HomeAssistantError: There is no MQTT.
        """
        device = self.data[device_id]
        if not self.can_command:
            # Else it would be sent some time later, when nobody expects it any more.
            raise self.error_texts.action_error(BrokerError("no MQTT"), device.id)
        await self.mqtt.async_send(device.customer_id, device.id, command)


def _is_late(moment: datetime, last_seen: datetime | None) -> bool:
    """Return whether a message was overtaken by the one before."""
    if last_seen is None or last_seen > dt_util.utcnow():
        # Our own clock was fast, and has been put right.
        return False
    return moment < last_seen < moment + _OUT_OF_ORDER


def _device(
    registration: Registration, online: bool, state: dict[str, Any]
) -> IotbizDevice:
    return IotbizDevice(
        id=registration.device_id,
        customer_id=registration.customer_id,
        online=online,
        state=state,
    )
