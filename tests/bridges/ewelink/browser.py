"""A user's browser on the simulated OAuth page, and back at Home Assistant."""

from types import TracebackType
from typing import Any, Final, Self

from aiohttp import ClientSession
from aiohttp.test_utils import TestClient
from yarl import URL

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import AUTH_CALLBACK_PATH
from tests.simulators.ewelink import SimulatedAccount

from .flow_walker import BASE_URL, FlowWalker

# Where eWeLink's page sends the browser, unless Home Assistant's forwarding is used.
REDIRECT_URL: Final = f"{BASE_URL}{AUTH_CALLBACK_PATH}"


class Browser:
    """Opens eWeLink's page, fills in its form and follows where it leads."""

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

    async def sign_in(self, page: str, account: SimulatedAccount) -> URL:
        """Sign in on eWeLink's page.

        Args:
            page: The address that Home Assistant sent the browser to.
            account: Whose account.

        Returns:
            Where the page sends the browser.
        """
        async with self._session.get(page) as response:
            assert response.status == 200, await response.text()
        answers = {"email": account.identity, "password": account.password}
        async with self._session.post(
            page, data=answers, allow_redirects=False
        ) as response:
            assert response.status == 302, await response.text()
            return URL(response.headers["Location"])

    async def come_back(self, location: URL) -> None:
        """Open the address that eWeLink's page named.

        Home Assistant's own forwarding service hands on the query as it is.

        Args:
            location: The address.
        """
        callback = URL(AUTH_CALLBACK_PATH).with_query(location.query)
        async with self._home_assistant.get(str(callback)) as response:
            assert response.status == 200
            assert "window.close()" in await response.text()


def refusal(page: str) -> URL:
    """Return where eWeLink's page sends a user who does not consent.

    Args:
        page: The address of the page.
    """
    state = URL(page).query["state"]
    return URL(REDIRECT_URL).with_query(error="access_denied", state=state)


async def go_to_page(
    flows: FlowWalker, form: ConfigFlowResult, entered: dict[str, Any]
) -> ConfigFlowResult:
    """Fill in the form that leads to eWeLink's page."""
    page = await flows.answer(form, entered)
    assert page["type"] is FlowResultType.EXTERNAL_STEP
    assert page["step_id"] == "ewelink_authorize"
    return page


async def sign_in_on_page(
    flows: FlowWalker,
    browser: Browser,
    form: ConfigFlowResult,
    entered: dict[str, Any],
    account: SimulatedAccount,
) -> ConfigFlowResult:
    """Go to eWeLink's page, sign in there and come back."""
    page = await go_to_page(flows, form, entered)
    await browser.come_back(await browser.sign_in(page["url"], account))
    return await flows.resume(page)
