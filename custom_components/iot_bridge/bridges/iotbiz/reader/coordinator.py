"""The devices of somebody else's platform, as one of its users sees them.

Nothing is pushed to users: the list of devices is read each minute, and what a device
measures when it was heard since.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, override

from yarl import URL

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ....coordinator import BridgeConfigEntry
from ..client import IotbizError, ListedDevice
from ..const import SERVICE_NAME
from ..coordinator import IotbizCoordinator
from ..device import IotbizDevice, in_place_of, state_of
from ..entity_names import device_info_of
from ..errors import ERROR_TEXTS
from .account import create_reader
from .own_device import own_device_ids
from .telemetry import Telemetry

POLL: Final = timedelta(minutes=1)
# One failure is forgiven; the base's timer may be a second late.
_GRACE: Final = POLL + timedelta(seconds=16)

# Somebody may have deleted all, or the platform lost its data for a moment.
_EMPTY_LISTS_THAT_COUNT: Final = 3


class ReaderCoordinator(IotbizCoordinator):
    """Reads the devices that a user of a platform sees.

    Attributes:
        client: The user's account.
    """

    client_errors = (IotbizError,)
    error_texts = ERROR_TEXTS

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Make the client for the entry's account; nothing is sent yet."""
        super().__init__(hass, entry, SERVICE_NAME, pushes=False, grace=_GRACE)
        self.update_interval = POLL
        self.client = create_reader(hass, entry.data)
        self._telemetry = Telemetry(self.client)
        self._empty_lists = 0

    @property
    @override
    def scope(self) -> str:
        """Return what keeps ids of two accounts apart that see the same devices.

        It outlives another user name, unlike the entry's unique id.
        """
        return self.config_entry.entry_id

    @property
    @override
    def empty_list_counts(self) -> bool:
        return True

    @property
    @override
    def missing_means_gone(self) -> bool:
        return not 0 < self._empty_lists < _EMPTY_LISTS_THAT_COUNT

    @override
    async def async_fetch_devices(self) -> Iterable[IotbizDevice]:
        listed = await self.client.devices()
        self._empty_lists = 0 if listed else self._empty_lists + 1
        own = own_device_ids(self.hass, URL(self.config_entry.data[CONF_URL]))
        followed = {
            one.device_id: one
            for one in listed
            if one.activated and one.device_id not in own
        }
        await self._telemetry.async_read(followed.values())
        return [self._device(one) for one in followed.values()]

    def _device(self, listed: ListedDevice) -> IotbizDevice:
        state = state_of(
            running=listed.running,
            word=listed.word,
            last_seen=listed.last_seen,
            attributes=self._telemetry.attributes(listed.device_id),
        )
        return IotbizDevice(
            id=listed.device_id,
            customer_id=listed.customer_id,
            online=bool(listed.online),
            state=in_place_of(self.data.get(listed.device_id), state),
        )

    @override
    def device_info(self, device: IotbizDevice) -> dr.DeviceInfo:
        return device_info_of(self.device_identifier(device.id), device)
