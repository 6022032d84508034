"""Runs an exporter for each config subentry of a type, as users add and change them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigSubentry,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..link import BackoffPolicy
from .exporter import Exporter, ExportSink, async_remove_export_store
from .form import CONF_ENTITIES, settings_from

# How long a service that is lost is left alone.
EXPORT_POLICY: Final = BackoffPolicy()

type _Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Running:
    data: _Settings
    exporter: Exporter
    sink: ExportSink


def _store_key(subentry_id: str) -> str:
    return f"{DOMAIN}.export.{subentry_id}"


def _is_of_another(_entry_id: str) -> bool:
    return False


async def async_remove_exports(
    hass: HomeAssistant, entry: ConfigEntry[Any], subentry_type: str
) -> None:
    """Forget what waits to be sent for a config entry that is removed."""
    for subentry in entry.get_subentries_of_type(subentry_type):
        await async_remove_export_store(hass, _store_key(subentry.subentry_id))


class Exports:
    """The exporters of one config entry.

    A subentry that is added, changed or removed takes effect at once; nothing else of
    the entry is disturbed by that.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        subentry_type: str,
        create_sink: Callable[[ConfigSubentry], ExportSink],
        *,
        batch_size: int = 100,
        is_of_service: Callable[[str], bool] = _is_of_another,
    ) -> None:
        """Start with none.

        Args:
            hass: Home Assistant.
            entry: Has the subentries.
            subentry_type: Their type.
            create_sink: Makes what takes the values of a subentry.
            batch_size: Readings that are sent together at the most.
            is_of_service: Tells by the id of another config entry whether its entities
                come from the service, too.
        """
        self._hass = hass
        self._entry = entry
        self._is_of_service = is_of_service
        self._subentry_type = subentry_type
        self._create_sink = create_sink
        self._batch_size = batch_size
        self._running: dict[str, _Running] = {}
        self._lock = asyncio.Lock()
        self._stopped = False

    @property
    def exporters(self) -> list[Exporter]:
        """Return what runs."""
        return [one.exporter for one in self._running.values()]

    @callback
    def async_start(self) -> None:
        """Run what there is, and follow the entry's subentries."""
        self._entry.async_on_unload(
            async_dispatcher_connect(
                self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
            )
        )
        self._follow()

    async def async_stop(self) -> None:
        """End all; what waits is kept on the disk."""
        self._stopped = True
        async with self._lock:
            # Each may wait for an answer; together they wait no longer than one.
            await asyncio.gather(
                *(_async_end(one, removed=False) for one in self._running.values())
            )
            self._running.clear()

    @callback
    def _entry_changed(
        self, change: ConfigEntryChange, entry: ConfigEntry[Any]
    ) -> None:
        if change is ConfigEntryChange.UPDATED and entry is self._entry:
            self._follow()

    @callback
    def _follow(self) -> None:
        self._entry.async_create_task(
            self._hass, self._async_follow(), f"{DOMAIN} exports"
        )

    async def _async_follow(self) -> None:
        async with self._lock:
            if self._stopped:
                return
            wanted = {
                subentry.subentry_id: subentry
                for subentry in self._entry.get_subentries_of_type(self._subentry_type)
            }
            for subentry_id, running in list(self._running.items()):
                subentry = wanted.get(subentry_id)
                if subentry is not None and subentry.data == running.data:
                    continue
                await _async_end(running, removed=subentry is None)
                del self._running[subentry_id]
                if subentry is None:
                    await async_remove_export_store(self._hass, _store_key(subentry_id))
            for subentry_id, subentry in wanted.items():
                if subentry_id not in self._running:
                    sink = self._create_sink(subentry)
                    exporter = self._create(subentry, sink)
                    running = _Running(subentry.data, exporter, sink)
                    self._running[subentry_id] = running
                    await exporter.async_start()
                    await sink.async_open(exporter)

    def _create(self, subentry: ConfigSubentry, sink: ExportSink) -> Exporter:
        @callback
        def is_own(entity: er.RegistryEntry | None, _: str) -> bool:
            # What comes from the service does not go back to it.
            if entity is None or (origin := entity.config_entry_id) is None:
                return False
            return origin == self._entry.entry_id or self._is_of_service(origin)

        @callback
        def store_new_name(old: str, new: str) -> None:
            if subentry.subentry_id not in self._entry.subentries:
                # It was removed, and waits for the exporter to be stopped.
                return
            entities = [
                new if entity_id == old else entity_id
                for entity_id in subentry.data[CONF_ENTITIES]
            ]
            data = {**subentry.data, CONF_ENTITIES: entities}
            # The exporter knows it already; another one would miss what happens now.
            running = self._running[subentry.subentry_id]
            self._running[subentry.subentry_id] = replace(running, data=data)
            self._hass.config_entries.async_update_subentry(
                self._entry, subentry, data=data
            )

        return Exporter(
            self._hass,
            self._entry,
            name=self._entry.title,
            store_key=_store_key(subentry.subentry_id),
            settings=settings_from(subentry.data),
            sink=sink,
            excluded=is_own,
            on_renamed=store_new_name,
            batch_size=self._batch_size,
            policy=EXPORT_POLICY,
        )


async def _async_end(running: _Running, *, removed: bool) -> None:
    await running.exporter.async_stop()
    await running.sink.async_close(removed=removed)
