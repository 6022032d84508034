"""Forms that ask for a config entry's data: what those of all bridges have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import voluptuous as vol

from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_USERNAME,
)
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

# Where an error is shown that is of no field.
BASE: Final = "base"
# The section of what few users need.
ADVANCED: Final = "advanced"

TEXT: Final = TextSelector()
SECRET: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)

USER_FIELDS: Final = {
    vol.Required(CONF_USERNAME): TEXT,
    vol.Required(CONF_PASSWORD): PASSWORD,
}
# The application that OAuth2 knows Home Assistant by.
CLIENT_FIELDS: Final = {
    vol.Required(CONF_CLIENT_ID): TEXT,
    vol.Required(CONF_CLIENT_SECRET): SECRET,
}
# For `read_pasted`
PASTED_CLIENT: Final = {
    CONF_CLIENT_ID: "invalid_client",
    CONF_CLIENT_SECRET: "invalid_client",
}


def advanced_section(*fields: str) -> dict[vol.Required, section]:
    """Return a collapsed section of texts that may be left out.

    Args:
        fields: Their names.
    """
    schema = vol.Schema({vol.Optional(name): TEXT for name in fields})
    return {vol.Required(ADVANCED): section(schema, {"collapsed": True})}


class FormError(Exception):
    """What was entered does not work.

    Attributes:
        errors: Keys under `config.error`, by field.
        placeholders: What the error's text names; no secrets.
    """

    def __init__(
        self, at: str, key: str, placeholders: Mapping[str, str] | None = None
    ) -> None:
        """Name the field, or "base", the error, and what its text names."""
        super().__init__(key)
        self.errors = {at: key}
        self.placeholders = placeholders or {}


def read_pasted(data: Mapping[str, Any], pasted: Mapping[str, str]) -> dict[str, str]:
    """Return what was pasted from a page or an app, without the blanks that came along.

    Args:
        data: What was entered.
        pasted: The fields, and the error that an empty one leads to.

    Returns:
        Those of the fields that are there.

    Raises:
        FormError: One is empty.
    """
    read = {name: "".join(data[name].split()) for name in pasted if name in data}
    for name, text in read.items():
        if not text:
            raise FormError(name, pasted[name])
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryForm(ABC):
    """A form that asks for a config entry's data, or for a part of them.

    Attributes:
        client_error: The base class of the errors that the bridge's client raises.
        step: The step that shows it.
        schema: Its fields.
    """

    client_error: ClassVar[type[Exception]]

    step: str
    schema: vol.Schema

    @abstractmethod
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return an entry's data, and the password where one was asked for.

        Args:
            entered: What the user has entered.
            known: Data of the same entry that this form does not ask for.

        Raises:
            FormError: Something cannot be right, whatever the server says.
        """

    @abstractmethod
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return what the form is filled with: no secrets.

        Args:
            known: The data that there are before the form is answered.
            entered: What the user has entered before.
        """

    @abstractmethod
    def placeholders(self, known: Mapping[str, Any]) -> Mapping[str, str]:
        """Return what the form's texts name.

        Args:
            known: The data that there are before the form is answered.
        """

    @abstractmethod
    def error(self, err: Exception) -> FormError:
        """Return what the form tells of a client's error."""

    def place_of(self, name: str) -> str:
        """Return where an error about a field is shown: above, if it is not there."""
        return name if name in self.schema.schema else BASE

    def filled(self, names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of some fields, where the form has them.

        Args:
            names: The fields.
            values: Of these fields and others.
        """
        return {
            name: values[name]
            for name in names
            if name in values and name in self.schema.schema
        }
