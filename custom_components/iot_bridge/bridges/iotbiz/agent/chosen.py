"""What all exports of an entry have chosen, as one message of this Home Assistant."""

from collections.abc import Iterable, Mapping
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ....export.selection import ExportedEntity
from ..client import state_payload
from .attributes import attribute_of, that_fit

_LOGGER = logging.getLogger(__name__)

# A house has thousands of entities; one line of the log need not.
_MOST_NAMED: Final = 20
_ELLIPSIS: Final = "…"


class ChosenEntities:
    """The entities whose values the platform is told.

    Attributes:
        left_out: Keys of those that the last message had no room for.
    """

    def __init__(self, hass: HomeAssistant, title: str) -> None:
        """Start with none.

        Args:
            hass: Home Assistant.
            title: Of the entry, for the log.
        """
        self._hass = hass
        self._title = title
        self._by_export: dict[str, Mapping[str, ExportedEntity]] = {}
        self._told: set[str] = set()
        self.left_out: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        """Return how many there are."""
        return len(self._by_id())

    @callback
    def choose(self, export: str, entities: Mapping[str, ExportedEntity]) -> None:
        """Have the entities of an export in the message from now on, and no others.

        Args:
            export: Its name.
            entities: By key; in this order they have room in the message.
        """
        self._by_export[export] = entities

    @callback
    def forget(self, export: str) -> None:
        """Leave out what an export has chosen."""
        self._by_export.pop(export, None)

    def message(self) -> str:
        """Return the message with their values as they are now."""
        chosen = self._by_id()
        attributes = that_fit(
            (entity_id, attribute_of(self._hass.states.get(entity_id)))
            for entity_id in chosen
        )
        left_out = [one for one in chosen if one not in attributes]
        self.left_out = frozenset(chosen[one].key for one in left_out)
        self._tell(left_out)
        return state_payload(online=True, attributes=attributes)

    def _by_id(self) -> dict[str, ExportedEntity]:
        """Return each entity once: some may be in several exports."""
        return {
            entity.entity_id: entity
            for entities in self._by_export.values()
            for entity in entities.values()
        }

    def _tell(self, left_out: Iterable[str]) -> None:
        if new := [one for one in left_out if one not in self._told]:
            self._told.update(new)
            more = [_ELLIPSIS] if len(new) > _MOST_NAMED else []
            _LOGGER.warning(
                "%s: too much is chosen for one message, %d entities are left out: %s",
                self._title,
                len(new),
                ", ".join(new[:_MOST_NAMED] + more),
            )
