"""What models of gateways are called: gateways tell a number."""

from collections.abc import Iterable
import logging

from .client import SignInError, ThingplusClient, ThingplusError

_LOGGER = logging.getLogger(__name__)


class ModelNames:
    """The names of models, each asked for once."""

    def __init__(self, client: ThingplusClient) -> None:
        """Know of none yet.

        Args:
            client: The account.
        """
        self._client = client
        self._names: dict[str, str] = {}

    def name(self, model: str) -> str | None:
        """Return the name of a model, its number where nobody knows it."""
        return self._names.get(model) or model or None

    async def async_learn(self, models: Iterable[str]) -> None:
        """Ask for the names that are not known yet.

        A model that the server does not tell of is not asked for again.

        Args:
            models: Their numbers.

        Raises:
            SignInError: Only the user can mend it.
        """
        for model in set(models) - self._names.keys() - {""}:
            self._names[model] = ""
            try:
                self._names[model] = (await self._client.gateway_model(model)).name
            except SignInError:
                raise
            except ThingplusError as err:
                _LOGGER.debug("A model of gateways has no name: %s", err)
