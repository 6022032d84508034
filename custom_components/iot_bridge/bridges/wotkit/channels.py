"""The control channels that the user has chosen, each heard by a long poll of its own.

WoTKit API documentation, "Sensor Control Channel".
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ...availability import ServiceAvailability
from ...const import DOMAIN
from ...coordinator import LINK_POLICY, BridgeCoordinator
from ...push_link import PushLink
from .client import ControlChannel, ControlMessage, WotkitClient, WotkitError
from .const import SERVICE_NAME, Control
from .controls import read_control
from .devices import CHANNEL_UP, RECEIVED, Received, SensorDevice
from .entity_names import control_key, is_controlled
from .errors import SIGN_IN_ERRORS

_STORE_VERSION: Final = 1
_SAVE_DELAY: Final = 5.0


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, _STORE_VERSION, f"{DOMAIN}.{entry_id}.subscriptions")


async def async_remove_subscriptions(hass: HomeAssistant, entry_id: str) -> None:
    """Forget the subscriptions of a config entry that is removed."""
    await _store(hass, entry_id).async_remove()


class ControlChannels:
    """Hears control channels and takes over what arrives.

    A subscription keeps messages for some minutes while nobody asks. So subscriptions
    are remembered: what was sent while Home Assistant restarted is heard after it.
    """

    def __init__(
        self, coordinator: BridgeCoordinator[SensorDevice], client: WotkitClient
    ) -> None:
        """Start with none.

        Args:
            coordinator: Has the sensors, and is told what arrives.
            client: The account.
        """
        self._client = client
        self._coordinator = coordinator
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._store = _store(coordinator.hass, coordinator.config_entry.entry_id)
        self._subscriptions: dict[str, int] = {}
        self._links: dict[str, PushLink] = {}
        self._received = 0
        self._ended = False

    async def async_load(self) -> None:
        """Load the subscriptions of the last time.

        They are numbers, which mean something else on another server or account.
        """
        stored = await self._store.async_load() or {}
        if stored.get("account") == self._entry.unique_id:
            self._subscriptions = stored["subscriptions"]

    async def async_save(self) -> None:
        """Save the subscriptions for the next time."""
        await self._store.async_save(self._document())

    def _document(self) -> dict[str, Any]:
        return {
            "account": self._entry.unique_id,
            "subscriptions": self._subscriptions,
        }

    @callback
    def async_start(self) -> None:
        """Hear the channels of the sensors that there are, and of those to come."""
        coordinator = self._coordinator
        self._entry.async_on_unload(
            self._entry.async_on_state_change(self._entry_turned)
        )
        self._entry.async_on_unload(coordinator.async_on_new_devices(self._follow))
        self._follow(coordinator.data.values())

    @callback
    def _entry_turned(self) -> None:
        """Hear nothing any more once the entities begin to go.

        What is sent from now on waits at the server for those that come next.
        """
        if self._entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS:
            self._ended = True
            for link in self._links.values():
                link.stop()

    @callback
    def _follow(self, devices: Iterable[SensorDevice]) -> None:
        for gone in self._links.keys() - self._coordinator.data.keys():
            self._links.pop(gone).stop()
            self._remember(gone, None)
        for device in devices:
            if (
                device.id not in self._links
                and not self._ended
                and is_controlled(self._entry.options, device)
            ):
                # Known before it is shown: what shows something new comes here again.
                link = self._links[device.id] = self._create_link(device)
                self._show(device.id, True)
                link.start()

    def _create_link(self, device: SensorDevice) -> PushLink:
        device_id = device.id
        channel = ControlChannel(
            self._client,
            device.sensor.id,
            subscription=self._subscriptions.get(device_id),
            on_subscribed=lambda subscription: self._remember(device_id, subscription),
        )

        async def listen(on_up: Callable[[], None]) -> object:
            return await channel.listen(
                on_up, lambda message: self._take_over(device_id, message)
            )

        name = f"{SERVICE_NAME} control channel of {device.sensor.long_name}"
        availability = ServiceAvailability(
            self._hass,
            name,
            on_turn=lambda: self._show(device_id, availability.available),
            log=True,
        )
        link = PushLink(
            self._hass,
            self._entry,
            name,
            availability,
            listen=listen,
            on_up=availability.is_current,
            expected=(WotkitError,),
            stop_on=SIGN_IN_ERRORS,
            at_least=lambda _: 0,
            policy=LINK_POLICY,
        )
        self._entry.async_on_unload(availability.stop_grace)
        return link

    @callback
    def _show(self, device_id: str, up: bool) -> None:
        if device_id in self._coordinator.data:
            self._coordinator.async_push(device_id, {CHANNEL_UP: up})

    @callback
    def _remember(self, device_id: str, subscription: int | None) -> None:
        if subscription is None:
            self._subscriptions.pop(device_id, None)
        else:
            self._subscriptions[device_id] = subscription
        self._store.async_delay_save(self._document, _SAVE_DELAY)

    @callback
    def _take_over(self, device_id: str, message: ControlMessage) -> None:
        if device_id not in self._coordinator.data:
            return
        self._received += 1
        changes: dict[str, Any] = {RECEIVED: Received(self._received, message)}
        for control in Control:
            if (value := read_control(control, message)) is not None:
                changes[control_key(control)] = value
        self._coordinator.async_push(device_id, changes)
