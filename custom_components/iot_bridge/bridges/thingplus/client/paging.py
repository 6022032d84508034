"""Reads lists that may be longer than one answer.

Source: Thing+ guide, "REST API", `count`, `page` and `_meta`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ....wire.values import as_int
from .envelope import Contents
from .errors import UnexpectedAnswerError

# Items that are asked for at once; the server gives up to 4000.
PAGE: Final = 1000
_PAGES: Final = 100


async def every_item(ask: Callable[[int], Awaitable[Contents]], what: str) -> list[Any]:
    """Return the items of all pages.

    Args:
        ask: Asks for a page by its number, the first one is 0.
        what: What is asked, for the error's text.

    Returns:
        All items; some may be there twice, if others were created or removed meanwhile.

    Raises:
        UnexpectedAnswerError: A page is no list.
    """
    items: list[Any] = []
    previous: set[str] | None = None
    for number in range(_PAGES):
        contents = await ask(number)
        page = contents.data
        if not isinstance(page, list):
            raise UnexpectedAnswerError(f"{what}: the answer is no list")
        # A server that does not know `page` gives the same again and again.
        identities = {_identity(item) for item in page}
        if identities == previous:
            break
        previous = identities
        items += page
        if not page or _is_last(len(page), len(items), contents.meta):
            break
    return items


def _is_last(size: int, read: int, meta: Mapping[str, Any]) -> bool:
    total = as_int(meta.get("total"))
    if total is not None:
        return read >= total
    return size < (as_int(meta.get("count")) or PAGE)


def _identity(item: object) -> str:
    """Return what tells an item from others, also when its values change."""
    return repr(item.get("id") if isinstance(item, dict) else item)
