"""What config entries for somebody else's platform are called."""

from collections.abc import Mapping
from typing import Any

from yarl import URL

from homeassistant.const import CONF_URL

from .const import SERVICE_NAME


def title_of(data: Mapping[str, Any]) -> str:
    """Return the title for an entry's data; Home Assistant writes it to its log."""
    return f"{SERVICE_NAME} ({URL(data[CONF_URL]).host})"
