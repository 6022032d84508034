"""What the forms of the config flow have in common, whichever role they are for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, override

from yarl import URL

from homeassistant.const import CONF_URL

from ...entry_forms import EntryForm, FormError
from ...error_texts import nearest
from .client import IotbizError, RefusedError, api_base
from .errors import FORM_ERRORS

EXAMPLE_ADDRESS: Final = "https://iot.example.com"


def read_address(typed: str) -> str:
    """Return the base address of a platform.

    Args:
        typed: Any address there, as of `client.api_base`.

    Raises:
        FormError: It is no address.
    """
    try:
        return str(api_base(typed))
    except ValueError:
        raise FormError(CONF_URL, "invalid_address") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class IotbizForm(EntryForm):
    """A form whose entries are checked by asking a platform or its broker."""

    client_error: ClassVar = IotbizError

    @override
    def placeholders(self, known: Mapping[str, Any]) -> Mapping[str, str]:
        host = URL(known[CONF_URL]).host if CONF_URL in known else None
        return {"example_address": EXAMPLE_ADDRESS, "host": host or ""}

    @override
    def error(self, err: Exception) -> FormError:
        name, key = nearest(FORM_ERRORS, err)
        reason = err.reason if isinstance(err, RefusedError) else ""
        return FormError(self.place_of(name), key, {"reason": reason or "-"})
