"""What answers of web services say, whichever service it is."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

_WORDS_LENGTH: Final = 200


def is_trouble(status: int) -> bool:
    """Return whether the server cannot serve anybody at present."""
    return (
        status == HTTPStatus.TOO_MANY_REQUESTS
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )


def words_of(text: str, secrets: Iterable[str]) -> str:
    """Return what a server says, in one line and without secrets.

    Args:
        text: Its words.
        secrets: What must not be in it, the longest first.

    Returns:
        At most 200 characters.
    """
    hidden = [secret for secret in secrets if secret]
    shown = "".join(
        sign if sign.isprintable() else " " for sign in _without(hidden, text)
    )
    # Again: blanks and line breaks may have hidden one.
    return _without(hidden, " ".join(shown.split()))[:_WORDS_LENGTH]


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "**")
    return text
