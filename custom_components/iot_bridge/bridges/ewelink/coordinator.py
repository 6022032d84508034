"""The devices of one eWeLink account."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
import logging
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ...commands import async_carry_out
from ...const import DOMAIN
from ...coordinator import BridgeConfigEntry, BridgeCoordinator
from .account import create_entry_client
from .client import (
    Device,
    DeviceUnknownError,
    DeviceUpdate,
    EwelinkError,
    QuotaExceededError,
    StateValue,
)
from .const import CONF_HOMES, SERVICE_NAME
from .errors import ERROR_TEXTS, QUOTA_RETRY_SECONDS

_LOGGER = logging.getLogger(__name__)


class EwelinkCoordinator(BridgeCoordinator[Device]):
    """Reads the device list, listens to the socket, sends commands."""

    client_errors = (EwelinkError,)
    error_texts = ERROR_TEXTS

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Make the client for the entry's account; nothing is sent yet."""
        super().__init__(hass, entry, SERVICE_NAME)
        self.client = create_entry_client(hass, entry)
        self._strangers: set[str] = set()
        self._chosen_homes_exist = False
        self._energy_task: asyncio.Task[None] | None = None
        self._said_last: dict[str, tuple[Device, Mapping[str, Any], bool | None]] = {}

    @override
    async def async_fetch_devices(self) -> Iterable[Device]:
        devices = await self._async_fetch_chosen()
        self._strangers -= {device.id for device in devices}
        if any(self._is_remade(device) for device in devices):
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
        # Many meters take a while; a second round beside the first would ask twice.
        asking = self._energy_task is not None and not self._energy_task.done()
        if self.link_up and not asking:
            self._energy_task = self.config_entry.async_create_background_task(
                self.hass,
                self._async_ask_for_energy(devices),
                f"{DOMAIN} {self.name} energy of the day",
            )
        return devices

    def _is_remade(self, device: Device) -> bool:
        """Return whether a known device has other outlets now, or names for them.

        What entities there are, and how they are called, is decided when they are added.
        """
        known = self.data.get(device.id)
        return known is not None and (
            known.channel_names != device.channel_names
            or known.traits.outlets != device.traits.outlets
        )

    @property
    @override
    def empty_list_counts(self) -> bool:
        """Return whether the user has left homes out: then it is no surprise."""
        return self._chosen_homes_exist

    async def _async_fetch_chosen(self) -> list[Device]:
        """Read the devices of the homes that the user has chosen, or of all."""
        chosen: list[str] = self.config_entry.options.get(CONF_HOMES, [])
        if not chosen:
            return await self.client.devices()
        # To ask for a home that is no more would be refused as a whole.
        there = {home.id for home in await self.client.homes()}
        self._chosen_homes_exist = there.issuperset(chosen)
        return await self.client.devices([home for home in chosen if home in there])

    async def _async_ask_for_energy(self, devices: Iterable[Device]) -> None:
        """Ask the meters for what they do not report by themselves."""
        for device in devices:
            for request in device.traits.energy_requests if device.online else ():
                try:
                    self._take_over(await self.client.request(device, request))
                except EwelinkError as err:
                    # One that is silent today is asked again with the next list.
                    _LOGGER.debug("No energy history: %s", err)

    @override
    async def async_listen(self, on_up: Callable[[], None]) -> object:
        return await self.client.listen(on_up=on_up, on_update=self._take_over)

    @callback
    def _take_over(self, update: DeviceUpdate) -> None:
        device_id, params, online = update
        if (device := self.data.get(device_id)) is None:
            self._meet_stranger(device_id)
            return
        said = (device, params, online)
        if self._said_last.get(device_id) == said and not self._fetching:
            # Meters repeat themselves every few seconds. Nothing has changed the
            # device since: it would be another object.
            return
        self.async_push(device_id, device.read(params), online)
        self._said_last[device_id] = (self.data[device_id], params, online)

    @callback
    def _meet_stranger(self, device_id: str) -> None:
        """Look once whether a device that nobody listed is new.

        It may as well belong to a home that the user left out.
        """
        if device_id not in self._strangers:
            self._strangers.add(device_id)
            self.async_read_list_soon()

    async def async_set_state(
        self, device_id: str, name: str, outlet: int | None, value: StateValue
    ) -> None:
        """Set one state of a device; it counts as set once it is acknowledged.

        Args:
            device_id: A known device's id.
            name: The state's name without the outlet, see the client's `params`.
            outlet: The outlet, None for the relay without a number.
            value: The new value.

        Raises:
            EwelinkError: The command was not acknowledged.
        """
        await async_carry_out(
            self.hass,
            self.config_entry,
            self._async_command(device_id, name, outlet, value),
            f"{DOMAIN} {self.name} command",
        )

    async def _async_command(
        self, device_id: str, name: str, outlet: int | None, value: StateValue
    ) -> None:
        def build() -> dict[str, Any]:
            # What a command repeats of the device's state has to be looked up when it
            # is this command's turn: the one before it may be about to change it.
            return self._listed(device_id).command(name, outlet, value)

        def acknowledge(params: Mapping[str, Any]) -> None:
            if (device := self.data.get(device_id)) is not None:
                self.async_push(device_id, device.read(params))

        await self.client.send(self._listed(device_id), build, acknowledge)

    def _listed(self, device_id: str) -> Device:
        if (device := self.data.get(device_id)) is None:
            raise DeviceUnknownError("command: the device has gone")
        return device

    @override
    def wait_asked_for(self, err: Exception | None) -> float:
        return QUOTA_RETRY_SECONDS if isinstance(err, QuotaExceededError) else 0

    @override
    def device_info(self, device: Device) -> dr.DeviceInfo:
        return dr.DeviceInfo(
            identifiers={self.device_identifier(device.id)},
            name=device.name,
            manufacturer=device.brand,
            model=device.model,
            model_id=f"UIID {device.uiid}",
            sw_version=device.firmware,
            serial_number=device.id,
            connections=(
                {(dr.CONNECTION_NETWORK_MAC, dr.format_mac(device.mac))}
                if device.mac
                else set()
            ),
        )
