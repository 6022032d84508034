"""Which lists hold the sensors that the user has chosen, and which of these count."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .client import Scope, Sensor
from .const import (
    CONF_CHOICE,
    CONF_CONTROLLED,
    CONF_SENSORS,
    CONF_TAGS,
    DEFAULT_CHOICE,
    Choice,
)


@dataclass(frozen=True, slots=True)
class Query:
    """A list of sensors to ask for.

    Attributes:
        scope: Whose sensors.
        tags: Only those with one of these; none for all.
        picked: The ids that count; None for all.
    """

    scope: Scope
    tags: tuple[str, ...] = ()
    picked: frozenset[str] | None = None

    def takes(self, sensor: Sensor) -> bool:
        """Return whether a listed sensor is one of those chosen."""
        return self.picked is None or str(sensor.id) in self.picked


def queries_for(options: Mapping[str, Any]) -> list[Query]:
    """Return the lists to ask for; each scope is asked for once, or twice with tags.

    Args:
        options: Of the config entry.
    """
    choice = Choice(options.get(CONF_CHOICE, DEFAULT_CHOICE))
    scopes: Collection[Scope] = Scope
    if choice in (Choice.CONTRIBUTED, Choice.SUBSCRIBED):
        scopes = (Scope(choice.value),)
    tags: tuple[str, ...] = ()
    if choice is Choice.TAGS:
        tags = tuple(options[CONF_TAGS])
    picked = None
    if choice is Choice.PICKED:
        picked = frozenset(options[CONF_SENSORS]) | _controlled(options)
    queries = [Query(scope, tags, picked) for scope in scopes]
    if _controlled(options) and choice in (Choice.SUBSCRIBED, Choice.TAGS):
        # Sensors with a control channel are there whatever else is chosen.
        queries.append(Query(Scope.CONTRIBUTED, picked=_controlled(options)))
    return queries


def _controlled(options: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(options.get(CONF_CONTROLLED, ()))
