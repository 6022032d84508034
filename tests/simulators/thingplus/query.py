"""Queries with brackets: `embed=sensors&sensors[embed]=series`.

Source: Thing+ REST API guide v2, "Getting started"; the parser there is qs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Final

NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
BRACKET: Final = re.compile(r"\[([^\[\]]*)\]")


@dataclass(slots=True)
class Query:
    """A query or what is in brackets below a name of it.

    Attributes:
        values: What was given for a name, in order.
        children: What was given for names in brackets.
    """

    values: dict[str, list[str]] = field(default_factory=dict)
    children: dict[str, Query] = field(default_factory=dict)

    def all(self, name: str) -> list[str]:
        """Return all that was given for a name."""
        return self.values.get(name, [])

    def one(self, name: str, default: str = "") -> str:
        """Return the last that was given for a name."""
        return self.values[name][-1] if name in self.values else default

    def child(self, name: str) -> Query:
        """Return what is in brackets below a name."""
        return self.children.get(name, Query())


@dataclass(frozen=True, slots=True)
class Known:
    """What a query may have.

    Attributes:
        names: Without brackets.
        children: By what is in front of the brackets; None: any names in them.
    """

    names: frozenset[str] = frozenset()
    children: Mapping[str, Known | None] = field(default_factory=dict)

    def unknown(self, query: Query, prefix: str = "") -> Iterator[str]:
        """Yield the parameters of a query that it may not have."""
        for name in query.values:
            if name not in self.names:
                yield f"{prefix}{name}"
        for name, child in query.children.items():
            if name not in self.children:
                yield f"{prefix}{name}[]"
                continue
            known = self.children[name]
            if known is not None:
                yield from known.unknown(child, f"{prefix}{name}.")


def parse_query(items: Iterable[tuple[str, str]]) -> Query:
    """Return a query.

    Args:
        items: Names and values, without percent signs.
    """
    query = Query()
    for name, value in items:
        match = NAME.fullmatch(name)
        path = [match[1], *BRACKET.findall(match[2])] if match else [name]
        # `embed[]=a` is a list, like `embed=a`
        if len(path) > 1 and path[-1] == "":
            path.pop()
        at = query
        for part in path[:-1]:
            at = at.children.setdefault(part, Query())
        at.values.setdefault(path[-1], []).append(value)
    return query


NOTHING: Final = Known()
STATISTICS: Final = Known(frozenset({"id", "timeUnit", "subFunc", "timeInerval"}))
SERIES: Final = Known(
    frozenset({"dataStart", "dataEnd", "interval", "intervalFunc", "count"}),
    {"statFunc": STATISTICS},
)
RESOURCE: Final = frozenset({"fields", "embed"})
COLLECTION: Final = RESOURCE | {
    *("count", "page", "orderBy", "orderDir", "start", "end")
}
SENSOR: Final = Known(RESOURCE, {"series": SERIES})
SENSORS: Final = Known(COLLECTION, {"series": SERIES, "filter": None})
DEVICE: Final = Known(frozenset({"fields"}))
DEVICES: Final = Known(COLLECTION - {"embed"}, {"filter": None})
GATEWAY: Final = Known(RESOURCE, {"sensors": SENSOR, "devices": DEVICE})
GATEWAYS: Final = Known(COLLECTION, {**GATEWAY.children, "filter": None})
PLAIN_LIST: Final = DEVICES
