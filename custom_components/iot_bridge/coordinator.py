"""Keeps what a bridge knows of its devices, and tells each entity what concerns it.

Two ways in: a list of all devices (at set-up, after each reconnect and as a poll:
slow where the service pushes, else at the bridge's pace) and pushes about single
devices. Both end in a comparison with what is known, and only the entities of a
device, and of these only the ones that show a changed key, are told. Nothing here
walks all entities, save when the service is lost or comes back.
"""

from abc import abstractmethod
import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
import logging
from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .availability import GRACE, ServiceAvailability
from .const import DOMAIN
from .error_texts import ErrorTexts
from .link import Backoff, BackoffPolicy
from .listeners import KeyedListeners
from .models import BridgeDevice, Interest, Push
from .push_link import PushLink

_LOGGER = logging.getLogger(__name__)

LINK_POLICY: Final = BackoffPolicy()

# Pushes carry the news; the poll is for what they cannot tell, such as a new name.
SAFETY_POLL: Final = timedelta(minutes=10)

type BridgeConfigEntry = ConfigEntry[BridgeCoordinator[Any]]


class BridgeCoordinator[DeviceT: BridgeDevice](
    DataUpdateCoordinator[dict[str, DeviceT]]
):
    """The devices of one config entry, by id."""

    config_entry: BridgeConfigEntry

    # All errors that the client raises, and what the user is told of them.
    client_errors: ClassVar[tuple[type[Exception], ...]]
    error_texts: ClassVar[ErrorTexts]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: BridgeConfigEntry,
        service_name: str,
        *,
        pushes: bool = True,
        grace: timedelta = GRACE,
    ) -> None:
        """Start with no devices.

        Args:
            hass: Home Assistant.
            entry: The config entry of the account, hub or role.
            service_name: The service's name for log lines.
            pushes: Whether the service tells what happens by itself, over a connection
                of `async_listen`; else the bridge sets `update_interval` to its pace.
            grace: How long the service may be out of reach before entities become
                unavailable; longer than the pace, so that one failure is forgiven.
        """
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=service_name,
            update_interval=SAFETY_POLL,
            always_update=False,
        )
        self.data = {}
        self.pushes = pushes
        self._availability = ServiceAvailability(
            hass, service_name, on_turn=self._tell_everybody, log=pushes, grace=grace
        )
        self._listening = False
        self._list_was_read = False
        self._closed = False
        self._fetching = False
        self._list_wanted = asyncio.Event()
        self._list_task: asyncio.Task[None] | None = None
        self._unlisted: set[str] = set()
        self._pushed_meanwhile: dict[str, Push] = {}
        self._listeners_by_key = KeyedListeners()
        self._on_new_devices: list[Callable[[Collection[DeviceT]], None]] = []

    @property
    def link_up(self) -> bool:
        """Return whether the push connection is up, or the last poll succeeded."""
        return self._availability.reached

    @property
    def link_error(self) -> Exception | None:
        """Return why the service was lost the last time."""
        return self._availability.error

    @property
    def service_available(self) -> bool:
        """Return whether entities may show what is known; short losses are forgiven."""
        return self._availability.available

    # What a bridge brings

    @abstractmethod
    async def async_fetch_devices(self) -> Iterable[DeviceT]:
        """Read the list of all devices; errors come out as the client raised them."""

    @property
    def empty_list_counts(self) -> bool:
        """Return whether a list without devices means that there are none."""
        return False

    @property
    def missing_means_gone(self) -> bool:
        """Return whether a device that a list leaves out is no more.

        Else it counts as not reached, and it is the user who may remove it.
        """
        return True

    async def async_listen(self, on_up: Callable[[], None]) -> object:
        """Open the push connection, call `on_up`, deliver until it ends.

        Only asked for where the service pushes.
        """
        raise NotImplementedError

    async def async_say_goodbye(self) -> None:
        """Tell the service that we go, while the connection is still there."""

    def wait_asked_for(self, err: Exception | None) -> float:
        """Return the seconds that an error asks to be waited before the next attempt."""
        return 0

    @abstractmethod
    def device_info(self, device: DeviceT) -> dr.DeviceInfo:
        """Describe a device for the registry."""

    # Names

    @property
    def scope(self) -> str:
        """Return what keeps ids of two accounts apart that share a device."""
        return self.config_entry.unique_id or self.config_entry.entry_id

    def device_identifier(self, device_id: str) -> tuple[str, str]:
        """Return the identifier of a device in Home Assistant's device registry."""
        return (DOMAIN, f"{self.scope}_{device_id}")

    def known_device_id(self, registry_device: dr.DeviceEntry) -> str | None:
        """Return the id of the device behind a registry entry, if it is known."""
        return next(
            (
                device_id
                for device_id in self.data
                if self.device_identifier(device_id) in registry_device.identifiers
            ),
            None,
        )

    @callback
    def async_forget(self, registry_device: dr.DeviceEntry) -> bool:
        """Forget a device that the user removes; returns False if it is still listed."""
        device_id = self.known_device_id(registry_device)
        if device_id is None:
            return True
        if device_id not in self._unlisted:
            return False
        self.async_drop(device_id)
        return True

    @callback
    def async_take_in(self, device: DeviceT) -> None:
        """Add a device that has come by itself."""
        self.data[device.id] = device
        self._announce([device])

    @callback
    def async_drop(self, device_id: str) -> None:
        """Take a device away that is no more."""
        self._unlisted.discard(device_id)
        del self.data[device_id]
        self._announce([])

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
        remove_interest = self._listeners_by_key.add(update_callback, context)

        @callback
        def remove() -> None:
            remove_from_all()
            remove_interest()

        return remove

    @callback
    def async_on_new_devices(
        self, add: Callable[[Collection[DeviceT]], None]
    ) -> CALLBACK_TYPE:
        """Call `add` with devices that are new or have shown a new value.

        It is called too, with none, when devices have gone: only then all that there
        are have to be looked at.
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

    # News about one device

    @callback
    def async_push(
        self,
        device_id: str,
        changes: Mapping[str, Any],
        online: bool | None = None,
        *,
        outlives_list: bool = True,
    ) -> None:
        """Take over what the service has pushed, or confirmed, about one device.

        Args:
            device_id: A known device's id.
            changes: Values by key; those that are as before are ignored.
            online: Whether the service reaches the device, None if not said.
            outlives_list: Whether it is newer than a list that is on its way. What
                only follows from the former list is not.
        """
        if self._fetching and outlives_list:
            push = self._pushed_meanwhile.setdefault(device_id, Push({}))
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
        if any(old.get(key) is None for key in changed):
            self._announce([device])
        self._listeners_by_key.tell(device_id, None if turned else changed)

    @callback
    def _announce(self, devices: Collection[DeviceT]) -> None:
        for add in self._on_new_devices:
            add(devices)

    # The list of all devices

    @override
    async def _async_update_data(self) -> dict[str, DeviceT]:
        """Read the list of devices and merge it."""
        if self.pushes and self._listening and not self.link_up:
            # The list is read as soon as the connection is back; until then one
            # log line about the connection says it all.
            return self.data
        self._fetching = True
        try:
            devices = await self.async_fetch_devices()
        except self.client_errors as err:
            # A set-up that fails is tried again from the beginning: nothing is lost.
            if self._listening and not self.pushes and not self._closed:
                self._poll_failed(err)
            raise self._update_error(err) from err
        finally:
            self._fetching = False
            pushed, self._pushed_meanwhile = self._pushed_meanwhile, {}
        if not self._closed:
            self._merge({device.id: device for device in devices}, pushed)
            self._list_was_read = True
            if not self.pushes:
                self._availability.came_up()
            self._availability.is_current()
        return self.data

    def _update_error(self, err: Exception) -> HomeAssistantError:
        return self.error_texts.update_error(err, self.wait_asked_for(err))

    @callback
    def _poll_failed(self, err: Exception) -> None:
        if isinstance(err, self.error_texts.sign_in_errors):
            self._availability.lose()
        else:
            self._availability.went_down(err)

    @override
    async def async_shutdown(self) -> None:
        """End for good: what is still on its way belongs to the past."""
        self._closed = True
        await super().async_shutdown()

    @callback
    def async_read_list_soon(self) -> None:
        """Have the list read, by a reading that begins from now on.

        It is read again and again until that succeeds, or the connection is lost.
        """
        self._list_wanted.set()
        if self._list_task is None or self._list_task.done():
            self._list_task = self.config_entry.async_create_background_task(
                self.hass,
                self._async_read_list(),
                f"{DOMAIN} {self.name} list of devices",
            )

    async def _async_read_list(self) -> None:
        backoff = Backoff(LINK_POLICY)
        while self._list_wanted.is_set() and self.link_up:
            self._list_wanted.clear()
            await self.async_refresh()
            err = self.last_exception
            if self.last_update_success or isinstance(err, ConfigEntryAuthFailed):
                continue
            asked = err.retry_after if isinstance(err, UpdateFailed) else None
            with suppress(TimeoutError):
                async with asyncio.timeout(max(backoff.next_wait(0), asked or 0)):
                    await self._list_wanted.wait()
            self._list_wanted.set()

    @callback
    def _merge(self, listed: dict[str, DeviceT], pushed: dict[str, Push]) -> None:
        """Take over a list; what was pushed since it was asked for is newer."""
        for device_id, push in pushed.items():
            if (device := listed.get(device_id)) is not None:
                device = device.with_changes(push.changes)
                listed[device_id] = (
                    device if push.online is None else device.with_online(push.online)
                )
        missing = self.data.keys() - listed.keys()
        if self.missing_means_gone and (listed or self.empty_list_counts):
            for device_id in missing:
                del self.data[device_id]
            self._remove_from_registry(listed)
        else:
            self._lose_sight(missing)
        fresh = [device for device in listed.values() if self._merge_device(device)]
        self._unlisted = self.data.keys() - listed.keys()
        if missing:
            self._announce([])
        if fresh:
            self._announce([self.data[device.id] for device in fresh])

    def _merge_device(self, device: DeviceT) -> bool:
        """Take over one listed device; returns whether it shows something new."""
        if (known := self.data.get(device.id)) is None:
            self.data[device.id] = device
            return True
        # A list may hold less than was pushed before; what it leaves out stays.
        merged = device.with_changes({**known.state, **device.state})
        self.data[device.id] = merged
        self._update_device_info(known, merged)
        self._tell_differences(known, merged)
        return any(
            value is not None and known.state.get(key) is None
            for key, value in merged.state.items()
        )

    def _lose_sight(self, missing: Collection[str]) -> None:
        """Keep devices that an empty list leaves out, as not reached.

        Services answer so too when they have forgotten an app's rights; names and
        areas that the user gave are not thrown away for that.
        """
        for device_id in missing:
            self.async_push(device_id, {}, online=False)

    def _tell_differences(self, known: DeviceT, merged: DeviceT) -> None:
        if known.online != merged.online:
            self._listeners_by_key.tell(merged.id, None)
        elif known.state != merged.state:
            old, new = known.state, merged.state
            changed = [key for key, value in new.items() if old.get(key) != value]
            self._listeners_by_key.tell(merged.id, changed)

    def _update_device_info(self, known: DeviceT, merged: DeviceT) -> None:
        """Take over a new name or firmware; entities told it only when they were added."""
        if (info := self.device_info(merged)) != self.device_info(known):
            dr.async_get(self.hass).async_get_or_create(
                config_entry_id=self.config_entry.entry_id, **info
            )

    def _remove_from_registry(self, listed: Mapping[str, DeviceT]) -> None:
        """Remove from the device registry what the service no longer lists."""
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
        """Stay in touch with the service until the entry is unloaded.

        Over the push connection, which is kept up in the background, or by polls.
        """
        if self._listening:
            return
        self._stay_in_touch()
        if self.pushes:
            self._create_link().start()

    async def async_listen_first(self) -> None:
        """Bring the push connection up before the first list, which comes over it.

        For a bridge's `_async_setup`.

        Raises:
            HomeAssistantError: It did not come up.
        """
        self._stay_in_touch()
        try:
            await self._create_link().async_start_and_wait()
        except self.client_errors as err:
            raise self._update_error(err) from err

    @callback
    def _stay_in_touch(self) -> None:
        self._listening = True
        # With a listener of its own the poll runs for an account without devices too.
        self.config_entry.async_on_unload(self.async_add_listener(lambda: None))
        self.config_entry.async_on_unload(self._availability.stop_grace)

    def _create_link(self) -> PushLink:
        return PushLink(
            self.hass,
            self.config_entry,
            self.name,
            self._availability,
            listen=self.async_listen,
            on_up=self._link_came_up,
            expected=self.client_errors,
            stop_on=self.error_texts.sign_in_errors,
            at_least=self.wait_asked_for,
            policy=LINK_POLICY,
        )

    @callback
    def _link_came_up(self) -> None:
        if self._list_was_read:
            # Whatever changed while nobody listened is in the list.
            self.async_read_list_soon()
