"""The sensors of one WoTKit account that the user follows.

WoTKit pushes no data: one list holds all sensors with the latest value of each field,
and is read twice a minute. WoTKit API documentation, "Sensors".
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Final, override

from yarl import URL

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ...coordinator import BridgeConfigEntry, BridgeCoordinator
from ...export.exports import Exports
from .account import create_entry_client
from .channels import ControlChannels
from .choice import Query, queries_for
from .client import Scope, Sensor, WotkitError, sensor_page
from .const import CONF_SILENT_MINUTES, SERVICE_NAME, SUBENTRY_EXPORT
from .devices import SensorDevice, sensor_device
from .entity_names import remove_left_over
from .errors import ERROR_TEXTS
from .export import WotkitSink
from .export_marks import async_own_exports
from .remakes import Remakes
from .silence import SilenceWatch

# The documents name no limit; what matters sooner comes by the control channel.
POLL: Final = timedelta(seconds=30)

# An account may have lost its last sensor, or a server its data for a moment.
_EMPTY_LISTS_THAT_COUNT: Final = 3

_LONGEST_MODEL: Final = 255


class WotkitCoordinator(BridgeCoordinator[SensorDevice]):
    """Reads the sensors, hears their control channels, sends Home Assistant's values.

    Attributes:
        client: The account.
        channels: The control channels that the user has chosen.
        exports: What is sent from Home Assistant.
    """

    client_errors = (WotkitError,)
    error_texts = ERROR_TEXTS

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Make the client for the entry's account; nothing is sent yet."""
        super().__init__(hass, entry, SERVICE_NAME, pushes=False)
        self.update_interval = POLL
        self.client = create_entry_client(hass, entry)
        minutes: float | None = entry.options.get(CONF_SILENT_MINUTES)
        self._silence = SilenceWatch(
            hass,
            None if minutes is None else timedelta(minutes=minutes),
            self._fell_silent,
        )
        entry.async_on_unload(self._silence.stop)
        self.channels = ControlChannels(self, self.client)
        claims = asyncio.Lock()
        self.exports = Exports(
            hass,
            entry,
            SUBENTRY_EXPORT,
            lambda subentry: WotkitSink(hass, entry, self.client, subentry, claims),
        )
        self._remakes = Remakes(hass, entry)
        self._queries = queries_for(entry.options)
        self._empty_lists: dict[Query, int] = {}

    @property
    @override
    def scope(self) -> str:
        """Return what keeps ids of two accounts apart that see the same sensors.

        It outlives another key or another way to sign in, unlike the entry's unique id.
        """
        return self.config_entry.entry_id

    @property
    @override
    def empty_list_counts(self) -> bool:
        return True

    @property
    @override
    def missing_means_gone(self) -> bool:
        """Return whether no list is empty, or each that is has been so for a while."""
        return not any(
            0 < empty < _EMPTY_LISTS_THAT_COUNT for empty in self._empty_lists.values()
        )

    @override
    async def async_fetch_devices(self) -> Iterable[SensorDevice]:
        sensors: dict[int, Sensor] = {}
        own: set[int] = set()
        for query in self._queries:
            listed = await self.client.sensors(query.scope, tags=query.tags)
            empty = self._empty_lists.get(query, 0) + 1
            self._empty_lists[query] = 0 if listed else empty
            if query.scope is Scope.CONTRIBUTED:
                own.update(sensor.id for sensor in listed)
            sensors.update((one.id, one) for one in listed if query.takes(one))
        exported = await async_own_exports(self.hass, sensors.values())
        for sensor_id in exported:
            del sensors[sensor_id]
        devices = [
            sensor_device(sensor, own=sensor.id in own).with_online(
                self._silence.is_fresh(sensor)
            )
            for sensor in sensors.values()
        ]
        if not self._list_was_read:
            remove_left_over(self.hass, self.config_entry, self.scope, devices)
        if not self._closed:
            devices = self._remakes.async_check(devices, self.data.keys())
        if not self._closed:
            self._silence.watch(sensors.values())
        return devices

    @callback
    def _fell_silent(self, device_id: str) -> None:
        # What falls silent while a list is on its way may have spoken in it.
        self.async_push(device_id, {}, online=False, outlives_list=False)

    @override
    def device_info(self, device: SensorDevice) -> dr.DeviceInfo:
        sensor = device.sensor
        api = URL(self.config_entry.data[CONF_URL])
        return dr.DeviceInfo(
            identifiers={self.device_identifier(device.id)},
            name=sensor.long_name,
            manufacturer=sensor.owner or None,
            model=sensor.description[:_LONGEST_MODEL] or None,
            model_id=sensor.full_name,
            configuration_url=str(sensor_page(api, sensor.id)),
        )

    # Beside the list

    @override
    async def _async_setup(self) -> None:
        await self.channels.async_load()

    @callback
    @override
    def async_start_listening(self) -> None:
        super().async_start_listening()
        self.channels.async_start()
        self.exports.async_start()

    @override
    async def async_say_goodbye(self) -> None:
        await self.exports.async_stop()
        await self.channels.async_save()
