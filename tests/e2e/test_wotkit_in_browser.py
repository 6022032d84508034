"""WoTKit's view of the dashboard in a real browser."""

from playwright.async_api import Page
import pytest
import pytest_asyncio

from .browser import show_view
from .house import House
from .waiting import until
from .wotkit_page import WOTKIT_PAGE

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(house: House, browser_page: Page) -> Page:
    """The view in a browser."""
    await show_view(browser_page, house, WOTKIT_PAGE.path)
    return browser_page


async def test_view_is_shown(page: Page) -> None:
    """The map shows the taxi, and no card tells of an error."""
    await page.locator("hui-map-card ha-entity-marker").first.wait_for()
    tile = page.locator("hui-tile-card").filter(has_text="Temperature")
    await tile.get_by_text("°C").wait_for()
    assert await page.locator("hui-error-card").count() == 0


async def test_lamp_is_switched(page: Page, house: House) -> None:
    """A click on the lamp is heard by the server, and the tile follows."""
    server = house.wotkit.server
    await server.send_message(house.wotkit.lamp, {"button": "on"})
    tile = page.locator("hui-tile-card").filter(has_text="Lamp")
    await tile.get_by_text("On", exact=True).wait_for()
    before = server.messages_sent

    await tile.get_by_role("switch").click()

    await until(lambda: server.messages_sent > before)
    assert server.messages[-1].message == {"button": "off"}
    await tile.get_by_text("Off", exact=True).wait_for()


async def test_message_is_seen(page: Page, house: House) -> None:
    """What somebody else sends is on the lamp's display at once."""
    await house.wotkit.server.send_message(house.wotkit.lamp, {"message": "Hello"})

    tile = page.locator("hui-tile-card").filter(has_text="Display")
    await tile.get_by_text("Hello", exact=True).wait_for()
