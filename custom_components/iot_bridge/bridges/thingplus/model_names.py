"""What models of gateways are called: gateways tell a number."""

from collections.abc import Iterable
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.util import dt as dt_util

from .client import CannotConnectError, SignInError, ThingplusClient, ThingplusError

_LOGGER = logging.getLogger(__name__)

# Until a server is asked again that could not be reached
_AGAIN: Final = timedelta(minutes=10)


class ModelNames:
    """The names of models, each asked for once."""

    def __init__(self, client: ThingplusClient) -> None:
        """Know of none yet.

        Args:
            client: The account.
        """
        self._client = client
        # Empty for those that the server does not know
        self._names: dict[str, str] = {}
        self._not_before: datetime | None = None

    def name(self, model: str) -> str | None:
        """Return the name of a model, its number where nobody knows it."""
        return self._names.get(model) or model or None

    async def async_learn(self, models: Iterable[str]) -> set[str]:
        """Ask for the names that are not known yet.

        A model that the server does not tell of is not asked for again. Names are worth
        no waiting: with the first one for which the server is out of reach, the others
        are left for later too.

        Args:
            models: Their numbers.

        Returns:
            The models whose names are known since now.

        Raises:
            SignInError: Only the user can mend it.
        """
        learned: set[str] = set()
        now = dt_util.utcnow()
        if self._not_before is not None and now < self._not_before:
            return learned
        for model in sorted(set(models) - self._names.keys() - {""}):
            try:
                self._names[model] = (await self._client.gateway_model(model)).name
            except SignInError:
                raise
            except CannotConnectError as err:
                self._not_before = now + _AGAIN
                _LOGGER.debug("Models of gateways cannot be read for now: %s", err)
                break
            except ThingplusError as err:
                self._names[model] = ""
                _LOGGER.debug("A model of gateways has no name: %s", err)
            else:
                learned.add(model)
        return learned
