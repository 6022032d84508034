"""Sensors whose values are words, which may be longer than a state."""

from abc import abstractmethod
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity

ATTR_FULL_TEXT: Final = "full_text"

# Home Assistant takes no longer states.
_LONGEST_STATE: Final = 255
_ELLIPSIS: Final = "…"


class TextSensor(SensorEntity):
    """A sensor of words."""

    _unrecorded_attributes = frozenset({ATTR_FULL_TEXT})

    @property
    @abstractmethod
    def text(self) -> str | None:
        """Return the whole text, None while there is none."""

    @property
    @override
    def native_value(self) -> str | None:
        """Return the text, cut where it is too long."""
        text = self.text
        if text is None or len(text) <= _LONGEST_STATE:
            return text
        return text[: _LONGEST_STATE - 1] + _ELLIPSIS

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the whole text where the state is cut."""
        text = self.text
        if text is None or len(text) <= _LONGEST_STATE:
            return None
        return {ATTR_FULL_TEXT: text}
