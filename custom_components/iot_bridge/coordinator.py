"""Keeps what a bridge knows of its devices, and tells each entity what concerns it.

Two ways in: a list of all devices (at set-up, after each reconnect and as a slow
safety poll) and pushes about single devices. Both end in a comparison with what is
known, and only the entities of a device, and of these only the ones that show a
changed key, are told. Nothing here walks all entities, save when the connection to
the service is lost or comes back.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Any, ClassVar, Final, Protocol, Self, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import DOMAIN
from .link import BackoffPolicy, Link

_LOGGER = logging.getLogger(__name__)

# How long a lost connection may take to come back before entities become unavailable.
LINK_GRACE: Final = timedelta(seconds=30)

LINK_POLICY: Final = BackoffPolicy()

# Pushes carry the news; the poll is for what they cannot tell, such as a new name.
SAFETY_POLL: Final = timedelta(minutes=10)

# Reconnects and strange devices may ask for the list in quick succession.
REFRESH_COOLDOWN_SECONDS: Final = 1.0

type BridgeConfigEntry = ConfigEntry[BridgeCoordinator[Any]]


class BridgeDevice(Protocol):
    """What every bridge's device is: an id, and values by key."""

    @property
    def id(self) -> str:
        """Return the id that the service gave it."""

    @property
    def online(self) -> bool:
        """Return whether the service reaches it."""

    @property
    def state(self) -> Mapping[str, Any]:
        """Return its values by key."""

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """Return it with some of its values replaced."""

    def with_online(self, online: bool) -> Self:
        """Return it as reached or not reached."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What an entity shows: some keys of one device."""

    device_id: str
    keys: tuple[str, ...]


@dataclass(slots=True)
class _Push:
    """What was pushed about a device while a list was on its way."""

    changes: dict[str, Any]
    online: bool | None = None


class BridgeCoordinator[DeviceT: BridgeDevice](
    DataUpdateCoordinator[dict[str, DeviceT]]
):
    """The devices of one config entry, by id."""

    config_entry: BridgeConfigEntry

    # Errors after which the connection is tried again, and errors that only the user can mend.
    retry_errors: ClassVar[tuple[type[Exception], ...]]
    sign_in_errors: ClassVar[tuple[type[Exception], ...]]

    def __init__(
        self, hass: HomeAssistant, entry: BridgeConfigEntry, service_name: str
    ) -> None:
        """Start with no devices.

        Args:
            hass: Home Assistant.
            entry: The config entry of the account, hub or role.
            service_name: The service's name for log lines.
        """
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=service_name,
            update_interval=SAFETY_POLL,
            always_update=False,
            request_refresh_debouncer=Debouncer(
                hass, _LOGGER, cooldown=REFRESH_COOLDOWN_SECONDS, immediate=True
            ),
        )
        self.data = {}
        self.link_up = False
        self.service_available = True
        self._listening = False
        self._fetching = False
        self._pushed_meanwhile: dict[str, _Push] = {}
        self._interested: dict[str, dict[str, list[CALLBACK_TYPE]]] = {}
        self._on_new_devices: list[Callable[[Iterable[DeviceT]], None]] = []
        self._cancel_grace: CALLBACK_TYPE | None = None

    # What a bridge brings

    @abstractmethod
    async def async_fetch_devices(self) -> Iterable[DeviceT]:
        """Read the list of all devices; errors come out as the client raised them."""

    @property
    def empty_list_counts(self) -> bool:
        """Return whether a list without devices means that there are none."""
        return False

    @abstractmethod
    async def async_listen(self, on_up: Callable[[], None]) -> object:
        """Open the push connection, call `on_up`, deliver until it ends."""

    @abstractmethod
    def device_info(self, device: DeviceT) -> dr.DeviceInfo:
        """Describe a device for the registry."""

    @abstractmethod
    def update_error(self, err: Exception) -> HomeAssistantError:
        """Turn a client's error into one that a failed refresh raises."""

    @abstractmethod
    def command_error(self, err: Exception, entity_name: str) -> HomeAssistantError:
        """Turn a client's error into one that a failed action raises."""

    # Names

    @property
    def scope(self) -> str:
        """Return what keeps ids of two accounts apart that share a device."""
        return self.config_entry.unique_id or self.config_entry.entry_id

    def device_identifier(self, device_id: str) -> tuple[str, str]:
        """Return the identifier of a device in Home Assistant's device registry."""
        return (DOMAIN, f"{self.scope}_{device_id}")

    def known_device_id(self, registry_device: dr.DeviceEntry) -> str | None:
        """Return the id of the device behind a registry entry, if it is still known."""
        return next(
            (
                device_id
                for device_id in self.data
                if self.device_identifier(device_id) in registry_device.identifiers
            ),
            None,
        )

    # Listeners

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> CALLBACK_TYPE:
        """Tell an entity what it is interested in.

        Args:
            update_callback: Called when something of the interest has changed.
            context: The entity's `Interest`.

        Returns:
            Ends it.
        """
        remove_from_all = super().async_add_listener(update_callback, context)
        if not isinstance(context, Interest):
            return remove_from_all
        of_device = self._interested.setdefault(context.device_id, defaultdict(list))
        for key in context.keys:
            of_device[key].append(update_callback)

        @callback
        def remove() -> None:
            remove_from_all()
            for key in context.keys:
                of_device[key].remove(update_callback)
            if not any(of_device.values()):
                self._interested.pop(context.device_id, None)

        return remove

    @callback
    def async_on_new_devices(
        self, add: Callable[[Iterable[DeviceT]], None]
    ) -> CALLBACK_TYPE:
        """Call `add` with devices that are new or have shown a new value.

        It is called too, with none, when devices have gone.
        """
        self._on_new_devices.append(add)
        return lambda: self._on_new_devices.remove(add)

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Tell nobody: who is concerned by a refresh was told while it was merged."""

    @callback
    def _tell_everybody(self) -> None:
        super().async_update_listeners()

    @callback
    def _tell(self, device_id: str, keys: Collection[str] | None) -> None:
        """Tell the entities that show one of the keys, or (None) all of the device."""
        if (of_device := self._interested.get(device_id)) is None:
            return
        told = {
            update_callback: None
            for key in (of_device if keys is None else keys)
            for update_callback in of_device.get(key, ())
        }
        for update_callback in told:
            update_callback()

    # News about one device

    @callback
    def async_push(
        self,
        device_id: str,
        changes: Mapping[str, Any],
        online: bool | None = None,
    ) -> None:
        """Take over what the service has pushed, or confirmed, about one device.

        Args:
            device_id: A known device's id.
            changes: Values by key; those that are as before are ignored.
            online: Whether the service reaches the device, None if not said.
        """
        if self._fetching:
            push = self._pushed_meanwhile.setdefault(device_id, _Push({}))
            push.changes.update(changes)
            push.online = push.online if online is None else online
        device = self.data[device_id]
        old = device.state
        changed = {
            key: value
            for key, value in changes.items()
            if key not in old or old[key] != value
        }
        turned = online is not None and online != device.online
        if not changed and not turned:
            return
        if changed:
            device = device.with_changes(changed)
        if turned:
            device = device.with_online(bool(online))
        self.data[device_id] = device
        if not changed.keys() <= old.keys():
            self._announce([device])
        self._tell(device_id, None if turned else changed)

    @callback
    def _announce(self, devices: Collection[DeviceT]) -> None:
        for add in self._on_new_devices:
            add(devices)

    # The list of all devices

    @override
    async def _async_update_data(self) -> dict[str, DeviceT]:
        """Read the list of devices and merge it."""
        if self._listening and not self.link_up:
            # The list is read as soon as the connection is back; until then one
            # log line about the connection says it all.
            return self.data
        self._fetching = True
        try:
            devices = await self.async_fetch_devices()
        except (*self.retry_errors, *self.sign_in_errors) as err:
            raise self.update_error(err) from err
        finally:
            self._fetching = False
            pushed, self._pushed_meanwhile = self._pushed_meanwhile, {}
        self._merge({device.id: device for device in devices}, pushed)
        return self.data

    @callback
    def _merge(self, listed: dict[str, DeviceT], pushed: dict[str, _Push]) -> None:
        """Take over a list; what was pushed since it was asked for is newer."""
        fresh: list[DeviceT] = []
        for device_id, push in pushed.items():
            if (device := listed.get(device_id)) is not None:
                device = device.with_changes(push.changes)
                listed[device_id] = (
                    device if push.online is None else device.with_online(push.online)
                )
        gone = self.data.keys() - listed.keys()
        for device_id in gone:
            del self.data[device_id]
        for device_id, device in listed.items():
            known = self.data.get(device_id)
            # A list may hold less than was pushed before; what it leaves out stays.
            self.data[device_id] = merged = (
                device
                if known is None
                else device.with_changes({**known.state, **device.state})
            )
            if known is None or merged.state.keys() - known.state.keys():
                fresh.append(merged)
            if known is not None:
                self._update_device_info(known, merged)
                self._tell_differences(known, merged)
        self._remove_from_registry(listed, gone)
        if fresh or gone:
            self._announce(fresh)

    def _tell_differences(self, known: DeviceT, merged: DeviceT) -> None:
        if known.online != merged.online:
            self._tell(merged.id, None)
        elif known.state != merged.state:
            self._tell(
                merged.id,
                [
                    key
                    for key, value in merged.state.items()
                    if known.state.get(key) != value
                ],
            )

    def _update_device_info(self, known: DeviceT, merged: DeviceT) -> None:
        """Take over a new name or firmware; entities told it only when they were added."""
        if (info := self.device_info(merged)) != self.device_info(known):
            dr.async_get(self.hass).async_get_or_create(
                config_entry_id=self.config_entry.entry_id, **info
            )

    def _remove_from_registry(
        self, listed: Mapping[str, DeviceT], gone: Collection[str]
    ) -> None:
        """Remove from the device registry what the service no longer lists.

        An empty list may be no reason to: services answer so too when they have
        forgotten an app's rights, and the user's names and areas would be lost.
        """
        for device_id in gone:
            self._tell(device_id, None)
        if not listed and not self.empty_list_counts:
            return
        registry = dr.async_get(self.hass)
        current = {self.device_identifier(device_id) for device_id in listed}
        for entry in dr.async_entries_for_config_entry(
            registry, self.config_entry.entry_id
        ):
            if not entry.identifiers & current:
                registry.async_remove_device(entry.id)

    # The connection

    @callback
    def async_start_listening(self) -> None:
        """Keep the push connection up in the background, until the entry is unloaded."""
        self._listening = True
        # With a listener of its own the poll runs for an account without devices too.
        self.config_entry.async_on_unload(self.async_add_listener(lambda: None))
        self.config_entry.async_on_unload(self._stop_grace)
        self._start_grace()
        self.config_entry.async_create_background_task(
            self.hass, self._async_keep_link(), f"{DOMAIN} {self.name} link"
        )

    async def _async_keep_link(self) -> None:
        link = Link(
            self.async_listen,
            # One message that nobody thought of must not end the connection for ever.
            retry_on=Exception,
            stop_on=self.sign_in_errors,
            on_up=self._link_came_up,
            on_down=self._link_went_down,
            policy=LINK_POLICY,
        )
        try:
            await link.run()
        except self.sign_in_errors as err:
            _LOGGER.warning("%s asks to sign in again: %s", self.name, err)
            self.link_up = False
            self._lose_service()
            self.config_entry.async_start_reauth(self.hass)

    @callback
    def _link_came_up(self) -> None:
        self.link_up = True
        self._stop_grace()
        if not self.service_available:
            _LOGGER.info("The connection to %s is back", self.name)
            self.service_available = True
            self._tell_everybody()
        # Whatever changed while nobody listened is in the list.
        self.config_entry.async_create_background_task(
            self.hass,
            self.async_request_refresh(),
            f"{DOMAIN} {self.name} refresh after connecting",
        )

    @callback
    def _link_went_down(self, err: Exception | None) -> None:
        if err is None or isinstance(err, self.retry_errors):
            _LOGGER.debug("No connection to %s: %s", self.name, err)
        else:
            _LOGGER.error(
                "Unexpected end of the connection to %s", self.name, exc_info=err
            )
        self.link_up = False
        if self.service_available:
            self._start_grace()

    @callback
    def _start_grace(self) -> None:
        if self._cancel_grace is None:
            self._cancel_grace = async_call_later(
                self.hass, LINK_GRACE, self._grace_is_over
            )

    @callback
    def _stop_grace(self) -> None:
        if self._cancel_grace is not None:
            self._cancel_grace()
            self._cancel_grace = None

    @callback
    def _grace_is_over(self, _: datetime) -> None:
        self._cancel_grace = None
        _LOGGER.warning(
            "The connection to %s is lost; it is tried again in the background",
            self.name,
        )
        self._lose_service()

    @callback
    def _lose_service(self) -> None:
        self._stop_grace()
        self.service_available = False
        self._tell_everybody()
