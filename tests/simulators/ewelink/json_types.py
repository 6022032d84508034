"""JSON as the eWeLink cloud writes it: compact, UTF-8, not escaped."""

import json
from typing import Any, Literal

type JsonObject = dict[str, Any]
type Json = JsonObject | list[Any]
type Generation = Literal["v1", "v2"]


def dumps(value: object) -> str:
    """Write a value as compact JSON.

    Args:
        value: Anything the standard encoder takes.

    Returns:
        The JSON text, without spaces and with raw non-ASCII characters.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
