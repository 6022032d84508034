"""The gateways of one Thing+ account that the user follows.

Nothing is pushed over HTTPS: each gateway is asked just after it has reported. What a
status says holds until it runs out, and ends at that very moment. Thing+ guide, "Send
Status".
"""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ...coordinator import BridgeConfigEntry, BridgeCoordinator
from ...deadlines import Deadlines
from ...export.exports import Exports
from ...reloads import async_reload_in_pace
from .account import create_client, create_tokens
from .client import Gateway, SensorType, SignInError, ThingplusError
from .const import CONF_GATEWAYS, CONF_SITES, SERVICE_NAME, SUBENTRY_EXPORT
from .devices import (
    CONNECTED,
    PROBLEMS,
    ThingplusDevice,
    alive_key,
    is_alive,
    problems_of,
    sensor_is_alive,
)
from .errors import ERROR_TEXTS
from .export import ThingplusSink
from .export_ids import async_own_gateway_ids
from .gateways import Gateways
from .left_over import remove_left_over
from .model_names import ModelNames
from .polling import SHORTEST
from .remakes import Remakes
from .token_watch import TokenWatch

# How long what the server says of types is taken to be true, and until it is asked again
# if it says nothing.
_TYPES_LAST: Final = timedelta(days=1)
_TYPES_AGAIN: Final = timedelta(minutes=10)
# After a failure; the base's timer may be a second too early.
_RETRY: Final = SHORTEST + timedelta(seconds=1)
# One failure is forgiven: what statuses say ends by itself.
_GRACE: Final = _RETRY + timedelta(seconds=15)
# The base's timer is exact to a second, and only there in case that ours is not.
_SPARE: Final = timedelta(seconds=5)

# All that has waited in an outage goes as one array for each sensor.
_READINGS_AT_ONCE: Final = 5000

# A device, and when something of it runs out by the server's clock. Often that is all
# that is on it: it is looked at once for all.
type _Expiring = tuple[str, datetime]


class ThingplusCoordinator(BridgeCoordinator[ThingplusDevice]):
    """Reads the gateways, sends Home Assistant's values.

    Attributes:
        client: The account.
        types: What the server says of types of sensors, by their names.
        exports: What is sent from Home Assistant.
    """

    client_errors = (ThingplusError,)
    error_texts = ERROR_TEXTS

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Make the client for the entry's account; nothing is sent yet."""
        super().__init__(hass, entry, SERVICE_NAME, pushes=False, grace=_GRACE)
        self.update_interval = _RETRY
        tokens = create_tokens(hass, entry)
        self._token_watch = TokenWatch(hass, entry, tokens)
        self.client = create_client(hass, entry.data, tokens=tokens)
        self.types: dict[str, SensorType] = {}
        self._types_due: datetime | None = None
        self._types_were_read = False
        # Made by what the server said of types before
        self._has_old_entities = False
        self._own: Container[str] = ()
        self._gateways = Gateways(self.client, self._follows)
        self._model_names = ModelNames(self.client)
        self._remakes = Remakes(hass, entry)
        self._deadlines: Deadlines[_Expiring] = Deadlines(hass, self._ran_out)
        self._next_poll: Deadlines[None] = Deadlines(hass, self._is_time_to_poll)
        entry.async_on_unload(self._deadlines.stop)
        entry.async_on_unload(self._next_poll.stop)
        self._is_tidy = False
        self.exports = Exports(
            hass,
            entry,
            SUBENTRY_EXPORT,
            lambda subentry: ThingplusSink(hass, entry, self.client, subentry),
            batch_size=_READINGS_AT_ONCE,
        )

    @property
    @override
    def scope(self) -> str:
        """Return what keeps ids of two accounts apart that see the same gateways.

        It outlives another way to sign in, unlike the entry's unique id.
        """
        return self.config_entry.entry_id

    @property
    @override
    def empty_list_counts(self) -> bool:
        return True

    @property
    @override
    def missing_means_gone(self) -> bool:
        # One that could not be read since the start is missing as well.
        return self._gateways.is_certain

    def _now(self) -> datetime:
        """Return the time by the server's clock."""
        return dt_util.utcnow() + self.client.clock_offset

    def _follows(self, gateway: Gateway) -> bool:
        options = self.config_entry.options
        sites, chosen = options.get(CONF_SITES), options.get(CONF_GATEWAYS)
        if gateway.id in self._own or (sites and gateway.site_id not in sites):
            return False
        return not chosen or gateway.id in chosen

    # Reading

    @override
    async def async_fetch_devices(self) -> Iterable[ThingplusDevice]:
        self._next_poll.stop()
        # What follows a failure; after a success there is more to wait for.
        self.update_interval = _RETRY
        self._own = await async_own_gateway_ids(self.hass)
        await self._async_read_types()
        if self._has_old_entities:
            async_reload_in_pace(self.hass, self.config_entry)
        await self._gateways.async_read()
        learned = await self._model_names.async_learn(self._gateways.models)
        now = self._now()
        devices = list(self._gateways.devices(now))
        if self._closed:
            return devices
        self._plan_next_poll()
        self._watch_statuses(devices, now)
        devices = self._remakes.async_check(devices)
        self._register(devices, learned)
        # What is not known yet must not be taken for something that has changed.
        known = self._gateways.is_complete and self._types_were_read
        if known and not self._is_tidy:
            self._is_tidy = True
            remove_left_over(
                self.hass, self.config_entry, self.scope, devices, self.types
            )
        return devices

    @callback
    def _plan_next_poll(self) -> None:
        """Have the next poll at the very moment that it is due."""
        now = dt_util.utcnow()
        due = self._gateways.polls.next(now)
        self.update_interval = due - now + _SPARE
        if not self.config_entry.pref_disable_polling:
            self._next_poll.watch({None: due})

    @callback
    def _is_time_to_poll(self, _: None) -> None:
        if not self.hass.is_stopping:
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{self.config_entry.title} poll"
            )

    async def _async_read_types(self) -> None:
        """Read what the server says of types, which hardly ever changes."""
        now = dt_util.utcnow()
        if self._types_due is not None and now < self._types_due:
            return
        try:
            types = await self.client.sensor_types()
        except SignInError:
            raise
        except ThingplusError as err:
            # The table serves without.
            self._types_due = now + _TYPES_AGAIN
            self.logger.debug("The types of sensors could not be read: %s", err)
            return
        self._types_due = now + _TYPES_LAST
        self._types_were_read = True
        if self._shown_types(types) != self._shown_types(self.types):
            self._has_old_entities = True
        self.types = types

    def _shown_types(
        self, types: Mapping[str, SensorType]
    ) -> dict[str, SensorType | None]:
        """Return those of the types that there are entities of."""
        return {
            sensor.type: types.get(sensor.type)
            for device in self.data.values()
            for sensor in device.sensors.values()
        }

    @callback
    def _watch_statuses(
        self, devices: Iterable[ThingplusDevice], now: datetime
    ) -> None:
        """Watch when what statuses say ends."""
        ends = {
            (device.id, status.expires)
            for device in devices
            for status in (
                device.gateway.status,
                *(sensor.status for sensor in device.sensors.values()),
            )
            if status is not None
            and status.expires is not None
            and status.expires > now
        }
        offset = self.client.clock_offset
        self._deadlines.watch({one: one[1] - offset for one in ends})

    @callback
    def _ran_out(self, expired: _Expiring) -> None:
        """Take back what is not known any more: all of a device at once."""
        device_id, end = expired
        if (device := self.data.get(device_id)) is None:
            return
        # Clocks may have been set meanwhile.
        now = max(self._now(), end)
        is_gateway = device.device is None
        sensors = device.sensors.values()
        changes: dict[str, Any] = {
            alive_key(sensor.id): False
            for sensor in sensors
            if not sensor_is_alive(sensor, now)
        }
        changes[PROBLEMS] = problems_of(
            device.gateway if is_gateway else None, sensors, now
        )
        is_heard = is_alive(device.gateway.status, now)
        if is_gateway and not is_heard:
            changes[CONNECTED] = False
        online = None if is_heard else False
        self.async_push(device_id, changes, online=online, outlives_list=False)

    # The registry

    @callback
    def _register(
        self, devices: Iterable[ThingplusDevice], learned: Container[str]
    ) -> None:
        """Register new devices: gateways come first, as others refer to them.

        Args:
            devices: All that there are.
            learned: Models of gateways whose names are known since now.
        """
        registry = dr.async_get(self.hass)
        for device in devices:
            has_new_name = device.device is None and device.gateway.model in learned
            if device.id not in self.data or has_new_name:
                registry.async_get_or_create(
                    config_entry_id=self.config_entry.entry_id,
                    **self.device_info(device),
                )

    @override
    def device_info(self, device: ThingplusDevice) -> dr.DeviceInfo:
        gateway, behind = device.gateway, device.device
        info = dr.DeviceInfo(
            identifiers={self.device_identifier(device.id)},
            manufacturer=SERVICE_NAME,
            name=gateway.name if behind is None else behind.name,
            model=(
                self._model_names.name(gateway.model)
                if behind is None
                else behind.model or None
            ),
        )
        if behind is not None:
            registered = dr.async_get(self.hass).async_get_device_by_identifier(
                self.device_identifier(gateway.id), self.config_entry.entry_id
            )
            if registered is not None:
                info["via_device_id"] = registered.id
        return info

    # Beside the list

    @callback
    @override
    def async_start_listening(self) -> None:
        super().async_start_listening()
        self._token_watch.async_start()
        self.exports.async_start()

    @override
    async def async_say_goodbye(self) -> None:
        await self.exports.async_stop()
