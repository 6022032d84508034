"""A user on the simulated web page of a service, where access is granted."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType

from .browser import Browser
from .flow_walker import FlowWalker

# The user whom all simulated services know.
USERNAME: Final = "ada.lovelace"
PASSWORD: Final = "correct horse battery"
ANSWERS: Final = {"username": USERNAME, "password": PASSWORD, "decision": "allow"}


async def go_to_page(
    flows: FlowWalker, form: ConfigFlowResult, entered: dict[str, Any]
) -> ConfigFlowResult:
    """Answer the form that leads to the page."""
    page = await flows.answer(form, entered)
    assert page["type"] is FlowResultType.EXTERNAL_STEP, page
    assert page["step_id"] == "auth"
    return page


async def sign_in(
    flows: FlowWalker, browser: Browser, page: ConfigFlowResult, **answers: str
) -> ConfigFlowResult:
    """Allow the access on the page, and come back."""
    await browser.come_back(await browser.fill_in(page["url"], ANSWERS | answers))
    return await flows.resume(page)


async def sign_in_on_page(
    flows: FlowWalker,
    browser: Browser,
    form: ConfigFlowResult,
    entered: dict[str, Any],
    **answers: str,
) -> ConfigFlowResult:
    """Go to the page, allow the access there, and come back."""
    page = await go_to_page(flows, form, entered)
    return await sign_in(flows, browser, page, **answers)
