"""A user's browser on a simulated OAuth page, and back at Home Assistant."""

from collections.abc import Mapping
from importlib import import_module
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import ClientSession
from aiohttp.test_utils import TestClient
from yarl import URL

from custom_components.iot_bridge import bridges
from custom_components.iot_bridge.bridges import BRIDGES
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import AUTH_CALLBACK_PATH
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component

from .flow_walker import BASE_URL

# Where a service's page sends the browser, unless Home Assistant's forwarding is used.
REDIRECT_URL: Final = f"{BASE_URL}{AUTH_CALLBACK_PATH}"


async def async_prepare_web_server(hass: HomeAssistant) -> None:
    """Set up all that entries need of Home Assistant, before a web server starts.

    One that has started takes no more pages.
    """
    integration = await async_get_integration(hass, DOMAIN)
    platforms = {
        platform
        for bridge in BRIDGES
        for platform in import_module(f"{bridges.__name__}.{bridge}").BRIDGE.platforms
    }
    for component in (*integration.dependencies, *sorted(platforms)):
        assert await async_setup_component(hass, component, {})


class Browser:
    """Opens the page of a service, fills in its form and follows where it leads."""

    def __init__(self, home_assistant: TestClient[Any, Any]) -> None:
        """Know one Home Assistant.

        Args:
            home_assistant: Reaches its web server.
        """
        self._home_assistant = home_assistant
        self._session = ClientSession()

    async def __aenter__(self) -> Self:
        """Open the browser."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the browser."""
        await self._session.close()

    async def fill_in(self, page: str, answers: Mapping[str, str]) -> URL:
        """Fill in the form of a page.

        Args:
            page: The address that Home Assistant sent the browser to.
            answers: What is entered, by field.

        Returns:
            Where the page sends the browser.
        """
        async with self._session.get(page) as response:
            assert response.status == 200, await response.text()
        async with self._session.post(
            page, data=answers, allow_redirects=False
        ) as response:
            assert response.status == 302, await response.text()
            return URL(response.headers["Location"])

    async def come_back(self, location: URL) -> None:
        """Open the address that the page named.

        Home Assistant's own forwarding service hands on the query as it is.

        Args:
            location: The address.
        """
        callback = URL(AUTH_CALLBACK_PATH).with_query(location.query)
        async with self._home_assistant.get(str(callback)) as response:
            assert response.status == 200
            assert "window.close()" in await response.text()


def refusal(page: str) -> URL:
    """Return where a page sends a user who does not consent.

    Args:
        page: The address of the page.
    """
    state = URL(page).query["state"]
    return URL(REDIRECT_URL).with_query(error="access_denied", state=state)
