"""What users are told of a client's errors: each bridge brings a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN


def nearest[ValueT](table: Mapping[type[Exception], ValueT], err: Exception) -> ValueT:
    """Return what a table says of an error, or of the nearest class that it has.

    Args:
        table: By class; holds a base class of all errors that are looked up.
        err: The error.

    Raises:
        StopIteration: It holds none.
    """
    return next(table[base] for base in type(err).__mro__ if base in table)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTexts:
    """Turns a client's errors into translated ones.

    Attributes:
        service_name: The service's name, where no entity is meant.
        keys: Error -> key under `exceptions` in the translations. The nearest base
            class counts.
        sign_in_errors: Those that only the user can mend.
    """

    service_name: str
    keys: Mapping[type[Exception], str]
    sign_in_errors: tuple[type[Exception], ...]

    def update_error(
        self, err: Exception, retry_after: float = 0
    ) -> HomeAssistantError:
        """Return what a failed refresh raises.

        Args:
            err: The client's error.
            retry_after: Seconds that the error asks to be waited, 0 if it does not.
        """
        key = nearest(self.keys, err)
        placeholders = {"name": self.service_name}
        if isinstance(err, self.sign_in_errors):
            return ConfigEntryAuthFailed(
                translation_domain=DOMAIN,
                translation_key=key,
                translation_placeholders=placeholders,
            )
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
            retry_after=retry_after or None,
        )

    def action_error(self, err: Exception, name: str) -> HomeAssistantError:
        """Return what a failed action raises.

        Args:
            err: The client's error.
            name: The entity that the action was for.
        """
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=nearest(self.keys, err),
            translation_placeholders={"name": name},
        )
