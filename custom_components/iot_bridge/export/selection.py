"""Which entities are exported: chosen by name, area, label and device class, followed live."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import (
    ATTR_AREA_ID,
    ATTR_DEVICE_CLASS,
    ATTR_LABEL_ID,
    EVENT_STATE_CHANGED,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

# What has to change of an entity or a device to change what is chosen.
_ENTITY_CHANGES: Final = frozenset(
    {
        "area_id",
        "device_class",
        "device_id",
        "disabled_by",
        "entity_category",
        "entity_id",
        "hidden_by",
        "labels",
        "original_device_class",
    }
)

type Excluded = Callable[[er.RegistryEntry | None, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a user has chosen.

    Attributes:
        entities: Ids of entities; these are exported in any case.
        areas: Ids of areas.
        labels: Ids of labels.
        device_classes: Device classes. Of the entities in the areas and with the labels,
            or of all if neither is given, those with one of them are exported; where
            none is given, whichever class they have.
    """

    entities: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    device_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEntity:
    """An entity whose values are exported.

    Attributes:
        key: Its id in the entity registry, which survives renames; its entity id if it is
            not registered.
        entity_id: Its entity id now.
        device_id: Its device, None if it has none.
    """

    key: str
    entity_id: str
    device_id: str | None


class SelectedEntities:
    """Follows which entities are chosen.

    Attributes:
        entities: Those that exist, by key.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        selection: Selection,
        *,
        on_change: Callable[[Mapping[str, ExportedEntity]], None],
        excluded: Excluded,
        on_renamed: Callable[[str, str], None],
    ) -> None:
        """Start with none.

        Args:
            hass: Home Assistant.
            selection: What the user has chosen.
            on_change: Told those that are chosen, by key, whenever they have changed.
            excluded: Tells whether an entity is left out although it is chosen; given its
                entry in the registry, None if it has none, and its id.
            on_renamed: Told the old and the new id of a renamed entity that is chosen by
                name.
        """
        self._hass = hass
        self._selection = selection
        self._names = dict.fromkeys(selection.entities)
        self._on_change = on_change
        self._excluded = excluded
        self._on_renamed = on_renamed
        # Registered no more, but their last state is still there.
        self._leaving: set[str] = set()
        self._is_live = False
        self._is_scheduled = False
        self._stop: list[CALLBACK_TYPE] = []
        self.entities: dict[str, ExportedEntity] = {}

    @callback
    def async_start(self) -> None:
        """Listen to renames; nothing is chosen yet."""
        bus = self._hass.bus
        self._stop = [
            bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_updated),
            bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._schedule),
            bus.async_listen(ar.EVENT_AREA_REGISTRY_UPDATED, self._schedule),
        ]
        if self._names or self._selection.device_classes:
            self._stop.append(
                bus.async_listen(
                    EVENT_STATE_CHANGED,
                    self._state_changed,
                    event_filter=self._is_relevant,
                )
            )

    @callback
    def async_follow(self) -> None:
        """Choose now, and again whenever something has changed."""
        self._is_live = True
        self._choose()

    @callback
    def async_stop(self) -> None:
        """Follow no more."""
        self._is_live = False
        for stop in self._stop:
            stop()
        self._stop.clear()

    def _may_be_chosen(self, entity_id: str) -> bool:
        """Return whether an entity can be chosen that is not registered."""
        return bool(self._selection.device_classes) or entity_id in self._names

    @callback
    def _is_relevant(self, data: EventStateChangedData) -> bool:
        """Return whether a state has come, gone, or changed its device class."""
        old, new = data["old_state"], data["new_state"]
        if not self._may_be_chosen(data["entity_id"]):
            return False
        if old is None or new is None:
            return True
        return _class_of(None, old) != _class_of(None, new)

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        if event.data["new_state"] is None:
            self._leaving.discard(event.data["entity_id"])
        self._schedule()

    @callback
    def _entity_updated(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        data = event.data
        if data["action"] != "update":
            # Some take their time to go. Meanwhile they must not be taken for others,
            # that are not registered.
            entity_id = data["entity_id"]
            is_there = self._hass.states.get(entity_id) is not None
            if (
                data["action"] == "remove"
                and is_there
                and self._may_be_chosen(entity_id)
            ):
                self._leaving.add(entity_id)
            self._schedule()
            return
        old, new = data.get("old_entity_id"), data["entity_id"]
        if old is not None and old in self._names:
            self._names = {(new if name == old else name): None for name in self._names}
            self._on_renamed(old, new)
        if not _ENTITY_CHANGES.isdisjoint(data["changes"]):
            self._schedule()

    @callback
    def _schedule(self, _: Event[Any] | None = None) -> None:
        """Choose again, once for all that happens at the same moment."""
        if self._is_live and not self._is_scheduled:
            self._is_scheduled = True
            self._hass.loop.call_soon(self._choose)

    @callback
    def _choose(self) -> None:
        self._is_scheduled = False
        if not self._is_live:
            return
        entities = {entity.key: entity for entity in self._chosen()}
        if entities != self.entities:
            self.entities = entities
            self._on_change(entities)

    def _chosen(self) -> Iterable[ExportedEntity]:
        """Yield the entities that are chosen and exist."""
        registry = er.async_get(self._hass)
        for entity_id in {**self._names, **dict.fromkeys(self._candidates())}:
            entry = registry.async_get(entity_id)
            state = self._hass.states.get(entity_id)
            if entry is None and (state is None or entity_id in self._leaving):
                continue
            if entity_id not in self._names and not self._fits(entry, state):
                continue
            if not self._excluded(entry, entity_id):
                yield ExportedEntity(
                    key=entity_id if entry is None else entry.id,
                    entity_id=entity_id,
                    device_id=None if entry is None else entry.device_id,
                )

    def _candidates(self) -> Iterable[str]:
        """Return the ids of entities that are chosen if they fit."""
        selection = self._selection
        if selection.areas or selection.labels:
            target = TargetSelection(
                {
                    ATTR_AREA_ID: list(selection.areas),
                    ATTR_LABEL_ID: list(selection.labels),
                }
            )
            found = async_extract_referenced_entity_ids(self._hass, target)
            return sorted(found.indirectly_referenced)
        if selection.device_classes:
            registered = er.async_get(self._hass).entities
            return sorted({*registered, *self._hass.states.async_entity_ids()})
        return ()

    def _fits(self, entry: er.RegistryEntry | None, state: State | None) -> bool:
        """Return whether an entity that is not chosen by name is meant."""
        if entry is not None and (
            entry.hidden_by is not None
            or entry.disabled_by is not None
            or entry.entity_category is not None
        ):
            return False
        classes = self._selection.device_classes
        return not classes or _class_of(entry, state) in classes


def _class_of(entry: er.RegistryEntry | None, state: State | None) -> str | None:
    """Return an entity's device class: as the user says, as its state says, or as it was."""
    device_class: str | None = None if entry is None else entry.device_class
    if device_class is None and state is not None:
        device_class = state.attributes.get(ATTR_DEVICE_CLASS)
    if device_class is None and entry is not None:
        device_class = entry.original_device_class
    return device_class
