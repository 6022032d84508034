"""Names of commands, options and parts of values, for people."""

import re
from typing import Final

# Between "target" and "Temperature", "MAX" and "Temperature", "mode" and "2"
_SEAM: Final = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[0-9])|[_\s-]+"
)


def in_words(name: str) -> str:
    """Return a name of the service as words, for example "target temperature"."""
    words = filter(None, _SEAM.split(name))
    return " ".join(word if word.isupper() else word.lower() for word in words) or name


def followed_by(name: str, word: str) -> str:
    """Return a name with a word behind it, unless it ends with that word."""
    rest = name[: len(name) - len(word)]
    is_there = name[len(rest) :].casefold() == word.casefold()
    if is_there and not rest[-1:].isalnum():
        return name
    return f"{name} {word}"


def without_start(name: str, start: str) -> str:
    """Return a name without the words that it starts with.

    Args:
        name: For example "Greenhouse temperature".
        start: What is known anyhow, for example "Greenhouse".

    Returns:
        For example "Temperature"; empty if there is nothing else.
    """
    rest = name[len(start) :]
    if name[: len(start)].casefold() != start.casefold() or rest[:1].isalnum():
        return name
    rest = rest.lstrip(" -_:,./")
    return rest[:1].upper() + rest[1:]
