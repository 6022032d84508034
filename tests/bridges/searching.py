"""Searches what Home Assistant tells for what it must not tell."""

from collections.abc import Iterable

OURS = ("custom_components", "homeassistant.helpers", "homeassistant.config_entries")


def found_in(text: str, searched: Iterable[str]) -> list[str]:
    """Return what of it is in a text, in whatever case."""
    return [one for one in searched if one.lower() in text.lower()]


def text_of(error: BaseException | None) -> str:
    """Return all that an error and those behind it tell."""
    told = ""
    while error is not None:
        told += f"{error!r} {error} {getattr(error, 'translation_placeholders', '')}"
        error = error.__cause__ or error.__context__
    return told
