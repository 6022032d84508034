"""Entities that the service does not take now, and what the user is told of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ...const import DOMAIN
from .client import PlanExceededError, ThingplusError

# Seconds until it is tried again.
TRY_AGAIN: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _LeftOut:
    is_over_plan: bool
    until: float


class LeftOut:
    """Knows which entities have no sensor because it was refused."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with none.

        Args:
            clock: Tells seconds that only ever grow.
        """
        self._clock = clock
        self._entities: dict[str, _LeftOut] = {}
        self._chosen: frozenset[str] = frozenset()

    @property
    def over_plan(self) -> int:
        """Return how many there are that the plan has no room for."""
        return sum(one.is_over_plan for one in self._entities.values())

    def choose(self, keys: Iterable[str]) -> None:
        """Note which entities are chosen; if they are others now, there may be room.

        Args:
            keys: Of the entities.
        """
        if (chosen := frozenset(keys)) != self._chosen:
            self._chosen = chosen
            self._entities = {
                key: one
                for key, one in self._entities.items()
                if key in chosen and not one.is_over_plan
            }

    def refuse(self, key: str, error: ThingplusError) -> None:
        """Note that an entity is left out for a while.

        Args:
            key: Of the entity.
            error: Why.
        """
        self._entities[key] = _LeftOut(
            isinstance(error, PlanExceededError), self._clock() + TRY_AGAIN
        )

    def accept(self, key: str) -> None:
        """Note that an entity is not left out any more."""
        self._entities.pop(key, None)

    def is_waiting(self, key: str) -> bool:
        """Return whether an entity was left out not long ago."""
        return key in self._entities and self._clock() < self._entities[key].until

    def is_over_plan(self, key: str) -> bool:
        """Return whether it is the plan that has no room for an entity."""
        return key in self._entities and self._entities[key].is_over_plan


@callback
def async_tell_plan_exceeded(
    hass: HomeAssistant, entry: ConfigEntry[Any], subentry_id: str, entities: int
) -> None:
    """Tell the user how many entities the plan has no room for.

    Args:
        hass: Home Assistant.
        entry: The account.
        subentry_id: The export.
        entities: How many; with none the user is not bothered any more.
    """
    issue_id = f"thingplus_plan_exceeded_{subentry_id}"
    if not entities:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="thingplus_plan_exceeded",
        translation_placeholders={"name": entry.title, "entities": str(entities)},
    )
