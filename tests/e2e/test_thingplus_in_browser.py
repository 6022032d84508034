"""Thing+ in a real browser: its view of the dashboard, and an account added by hand."""

from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Page
import pytest
import pytest_asyncio

from .browser import go_to, show_view
from .house import House, wait_until_loaded
from .thingplus import CLIENT_ID, CLIENT_SECRET, SITE, ThingplusService
from .thingplus_farm import COLD_STORE, GREENHOUSE
from .thingplus_page import THINGPLUS_PAGE
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEIGHBOUR = "neighbour"
NEIGHBOUR_PASSWORD = "neighbour-password"


async def entries(house: House) -> list[dict[str, Any]]:
    """Return the config entries of Thing+, the latest last."""
    listed = await house.api.get("config/config_entries/entry?domain=iot_bridge")
    return [one for one in listed if one["title"].startswith(ThingplusService.title)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(house: House, browser_page: Page) -> Page:
    """The view in a browser; the gateways have just reported."""
    for gateway in (GREENHOUSE, COLD_STORE):
        house.thingplus.report(gateway)
    [entry] = await entries(house)
    await house.api.post(f"config/config_entries/entry/{entry['entry_id']}/reload")
    await wait_until_loaded(house.api)
    await show_view(browser_page, house, THINGPLUS_PAGE.path)
    return browser_page


async def test_view_is_shown(page: Page) -> None:
    """The map shows the tractor, and no card tells of an error."""
    await page.locator("hui-map-card ha-entity-marker").first.wait_for()
    tile = page.locator("hui-tile-card").filter(has_text="Soil water tension")
    await tile.get_by_text("cbar").wait_for()
    assert await page.locator("hui-error-card").count() == 0


async def test_pump_is_switched(page: Page, house: House) -> None:
    """A click on the pump is obeyed by its gateway, and the tile follows."""
    commands = house.thingplus.server.commands
    tile = page.locator("hui-tile-card").filter(has_text="Irrigation pump")
    await tile.get_by_text("Off", exact=True).wait_for()
    before = len(commands)

    await tile.get_by_role("switch").click()

    await until(lambda: len(commands) > before)
    assert commands[-1].cmd == "on"
    await tile.get_by_text("On", exact=True).wait_for()


@pytest_asyncio.fixture(loop_scope="session")
async def only_for_now(house: House) -> AsyncIterator[None]:
    """Remove in the end what a test has added."""
    before = [entry["entry_id"] for entry in await entries(house)]
    yield
    for entry in await entries(house):
        if entry["entry_id"] not in before:
            await house.api.delete(f"config/config_entries/entry/{entry['entry_id']}")


@pytest.mark.usefixtures("only_for_now")
async def test_account_is_added_by_hand(page: Page, house: House) -> None:
    """From the list of services over the server's own page to an entry that works."""
    server = house.thingplus.server
    server.add_user(NEIGHBOUR, NEIGHBOUR_PASSWORD, site_id=SITE)
    address = f"{house.process.url}/config/integrations/integration/iot_bridge"
    submit = page.get_by_role("button", name="Submit")
    fields = page.locator("ha-form input")

    await go_to(page, address)
    await page.get_by_text("Add hub", exact=True).click()
    await page.get_by_text("Thing+", exact=True).last.click()
    await page.get_by_text("Another address", exact=True).click()
    await submit.click()
    await fields.fill(server.url)
    await submit.click()
    await page.get_by_text("Client and Thing+'s web page").click()
    await fields.nth(0).fill(CLIENT_ID)
    await fields.nth(1).fill(CLIENT_SECRET)
    async with page.expect_popup() as opened:
        await submit.click()
    web_page = await opened.value
    await web_page.locator("input[name=username]").fill(NEIGHBOUR)
    await web_page.locator("input[name=password]").fill(NEIGHBOUR_PASSWORD)
    await web_page.get_by_role("button", name="Log in").click()
    async with web_page.expect_event("close"):
        await web_page.get_by_role("button", name="Authorize").click()
    await page.get_by_role("button", name="Skip and finish").click()

    assert server.office.issued[-1].grant == "authorization_code"
    *_, added = await entries(house)
    assert added["state"] == "loaded"
    requests = [one.path for one in server.requests if one.user == NEIGHBOUR]
    assert f"/gateways/{GREENHOUSE}/sensors" in requests
