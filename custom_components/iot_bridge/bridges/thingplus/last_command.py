"""What an actuator was told last, as far as it is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, override

from homeassistant.helpers.restore_state import ExtraStoredData
from homeassistant.util import dt as dt_util

from .client import SeriesValue


@dataclass(frozen=True, kw_only=True)
class LastCommand(ExtraStoredData):
    """A command.

    Attributes:
        command: One of the actuator's type, or what it is since; None where nobody
            knows.
        options: What is known of its options, also from commands before.
        at: When it was obeyed, by the server's clock; None where nobody says.
    """

    command: str | None = None
    options: Mapping[str, Any]
    at: datetime | None = None

    @override
    def as_dict(self) -> dict[str, Any]:
        """Return it as it is stored."""
        at = None if self.at is None else self.at.isoformat()
        return {"command": self.command, "options": dict(self.options), "at": at}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self | None:
        """Return what was stored, None if it is something else."""
        command, options = stored.get("command"), stored.get("options")
        at = dt_util.parse_datetime(str(stored.get("at")))
        if not isinstance(options, Mapping) or at is None or at.tzinfo is None:
            return None
        word = command if isinstance(command, str) else None
        return cls(command=word, options=options, at=at)

    @classmethod
    def from_series(cls, value: SeriesValue | None, at: datetime | None) -> Self:
        """Return what the service tells of an actuator.

        Args:
            value: A word, or an object with a word and perhaps options.
            at: When the actuator has said so.
        """
        if not isinstance(value, Mapping):
            text = None if value is None else value.strip()
            return cls(command=text, options={}, at=at)
        word = value.get("cmd") or value.get("state")
        options = value.get("options")
        return cls(
            command=word.strip() if isinstance(word, str) else None,
            options=options if isinstance(options, Mapping) else value,
            at=at,
        )
