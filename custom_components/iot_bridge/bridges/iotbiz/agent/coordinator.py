"""This Home Assistant as a device on a platform: connected, telling and being told."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, override

from homeassistant.const import CONF_URL, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ....const import DOMAIN
from ....coordinator import BridgeConfigEntry
from ....export.exports import Exports
from ..client import AgentSession, IotbizError, state_payload
from ..const import (
    CONF_CUSTOMER_ID,
    CONF_DEVICE_ID,
    CONF_ROLE,
    SERVICE_NAME,
    SUBENTRY_EXPORT,
    Role,
)
from ..coordinator import IotbizCoordinator
from ..device import IotbizDevice
from ..errors import ERROR_TEXTS
from .account import broker_of
from .commands import CommandDesk, ReceivedCommand
from .publisher import StatePublisher
from .sink import IotbizSink

EVENT_COMMAND: Final = f"{DOMAIN}_iotbiz_command"

# Keys of the device's state
CONNECTED: Final = "connected"
RECEIVED: Final = "received_command"

# In the ids of device and entities, which outlive another device number.
OWN_DEVICE: Final = "agent"

# Seconds that the farewell may take; the session itself does not take longer than two.
_FAREWELL_SECONDS: Final = 3.0
# All that has waited is one message.
_READINGS_AT_ONCE: Final = 5000
_FAREWELL: Final = state_payload(online=False, attributes={})


class AgentCoordinator(IotbizCoordinator):
    """Keeps the connection to the broker, sends values, tells of commands.

    Attributes:
        publisher: The state of this device on the platform.
        commands: What has come from there.
        exports: What is sent from Home Assistant.
    """

    client_errors = (IotbizError,)
    error_texts = ERROR_TEXTS

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Know the broker of the entry; nothing is sent yet."""
        super().__init__(hass, entry, SERVICE_NAME)
        self._broker = broker_of(entry.data)
        # As they are now: the entry is changed before it is loaded again.
        self._device_id: str = entry.data[CONF_DEVICE_ID]
        self._customer_id: str = entry.data[CONF_CUSTOMER_ID]
        self._session: asyncio.Task[None] | None = None
        self._is_leaving = False
        self.publisher = StatePublisher(hass, entry)
        self.commands = CommandDesk(hass, self._tell_command)
        self.exports = Exports(
            hass,
            entry,
            SUBENTRY_EXPORT,
            lambda subentry: IotbizSink(hass, self.publisher, subentry),
            batch_size=_READINGS_AT_ONCE,
            is_of_service=self._is_user_of_same_platform,
        )

    @property
    @override
    def scope(self) -> str:
        """Return what outlives another device number, unlike the entry's unique id."""
        return self.config_entry.entry_id

    @property
    def is_connected(self) -> bool:
        """Return whether the broker is reached right now."""
        return self._device.state[CONNECTED] is True

    @callback
    def _is_user_of_same_platform(self, entry_id: str) -> bool:
        """Return whether an entry shows what is sent, which would have no end."""
        entry = self.hass.config_entries.async_get_entry(entry_id)
        return (
            entry is not None
            and entry.domain == DOMAIN
            and entry.data.get(CONF_ROLE) == Role.READER
            and entry.data[CONF_URL] == self.config_entry.data[CONF_URL]
        )

    @property
    def _device(self) -> IotbizDevice:
        return self.data[self._device_id]

    @override
    def device_identifier(self, device_id: str) -> tuple[str, str]:
        return (DOMAIN, f"{self.scope}_{OWN_DEVICE}")

    @override
    def device_info(self, device: IotbizDevice) -> dr.DeviceInfo:
        return dr.DeviceInfo(
            identifiers={self.device_identifier(device.id)},
            name=self.config_entry.title,
            serial_number=device.id,
            entry_type=dr.DeviceEntryType.SERVICE,
            configuration_url=self.config_entry.data[CONF_URL],
        )

    @override
    async def async_fetch_devices(self) -> Iterable[IotbizDevice]:
        known = self.data.get(self._device_id)
        if known is not None:
            return [known]
        return [
            IotbizDevice(
                id=self._device_id,
                customer_id=self._customer_id,
                online=True,
                state={CONNECTED: False, RECEIVED: None},
            )
        ]

    # The connection

    @callback
    @override
    def async_start_listening(self) -> None:
        entry = self.config_entry
        entry.async_on_unload(
            self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_shut_down)
        )
        entry.async_on_unload(self.commands.async_start())
        super().async_start_listening()
        self.exports.async_start()

    @override
    async def async_listen(self, on_up: Callable[[], None]) -> None:
        """Be connected until the connection ends, or for the rest of the time we have."""
        session = AgentSession(
            self._broker,
            self._customer_id,
            self._device_id,
            state=self.publisher.greeting,
            farewell=_FAREWELL,
            on_command=self.commands.receive,
        )

        def came_up() -> None:
            on_up()
            self.publisher.connected(session)
            self._show_connected(True)

        if not self._is_leaving:
            # In a task of its own: its farewell is waited for, whoever ends it.
            task = asyncio.create_task(session.run(came_up))
            self._session = task
            try:
                await asyncio.wait({task})
            finally:
                await self._async_end_session()
            if not task.cancelled():
                return task.result()
        # Who has said goodbye does not come back.
        await asyncio.Event().wait()
        return None

    async def _async_end_session(self) -> None:
        self.publisher.disconnected()
        self._show_connected(False)
        if self._session is not None:
            self._session.cancel()
            await asyncio.wait({self._session}, timeout=_FAREWELL_SECONDS)

    @callback
    def _show_connected(self, is_connected: bool) -> None:
        self.async_push(self._device_id, {CONNECTED: is_connected})

    @override
    async def async_say_goodbye(self) -> None:
        # Both may wait for the broker; together they wait no longer than one.
        await asyncio.gather(self._async_leave(), self.exports.async_stop())

    async def _async_leave(self) -> None:
        self.publisher.stop()
        self._is_leaving = True
        await self._async_end_session()

    async def _async_shut_down(self, _: Event[Any]) -> None:
        await self._async_leave()

    # Commands

    @callback
    def _tell_command(self, command: ReceivedCommand) -> None:
        self.async_push(self._device_id, {RECEIVED: command})
        device = dr.async_get(self.hass).async_get_device_by_identifier(
            self.device_identifier(self._device_id), self.config_entry.entry_id
        )
        self.hass.bus.async_fire(
            EVENT_COMMAND,
            {
                "config_entry_id": self.config_entry.entry_id,
                "device_id": None if device is None else device.id,
                "text": command.text,
                "data": command.data,
            },
        )
