"""A user's browser on eWeLink's simulated page, and back at Home Assistant."""

from typing import Any

from yarl import URL

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges import browser
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.ewelink import SimulatedAccount


class Browser(browser.Browser):
    """Knows what eWeLink's page asks for."""

    async def sign_in(self, page: str, account: SimulatedAccount) -> URL:
        """Sign in on eWeLink's page.

        Args:
            page: The address that Home Assistant sent the browser to.
            account: Whose account.

        Returns:
            Where the page sends the browser.
        """
        answers = {"email": account.identity, "password": account.password}
        return await self.fill_in(page, answers)


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
