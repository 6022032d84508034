"""Selects of what an account has: sites and gateways."""

from collections import Counter
from collections.abc import Iterable

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .client import Gateway, Site


def choice_select(
    found: Iterable[Site | Gateway], chosen: Iterable[str]
) -> SelectSelector:
    """Return a selector for some of the sites, or of the gateways.

    Args:
        found: What the server lists now.
        chosen: Ids that were chosen before. Those that the server does not list, or
            all if it could not be asked, stay there by their id until they are taken
            out.
    """
    labels = {one: one for one in chosen} | _labels(found)
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=value, label=label)
                for value, label in sorted(
                    labels.items(), key=lambda item: (item[1].casefold(), item[0])
                )
            ],
            multiple=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def _labels(found: Iterable[Site | Gateway]) -> dict[str, str]:
    """Return names by id; names that several have are told apart by the id."""
    names = {one.id: one.name for one in found}
    counts = Counter(names.values())
    return {
        one: name if counts[name] == 1 else f"{name} ({one})"
        for one, name in names.items()
    }
