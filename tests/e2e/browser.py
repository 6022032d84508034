"""A browser that looks at the demo house: the machine's own Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import shutil
from typing import Final

from playwright.async_api import Page, async_playwright

from .furniture import DASHBOARD
from .house import USER, House

_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
# No look-ups of its own: the page is on this machine.
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

_SIGN_IN_MILLISECONDS: Final = 60_000

# As the web page itself goes to another view: without loading all anew, which takes
# seconds.
_GO_TO: Final = """address => {
  history.pushState(null, "", address);
  window.dispatchEvent(new Event("location-changed"));
}"""


def find_browser() -> str | None:
    """Return the path of a browser, None where none is installed."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


@asynccontextmanager
async def open_browser(
    path: str, house: House, *, height: int = 900
) -> AsyncIterator[Page]:
    """Open the demo house in a browser, signed in by the web page's own form.

    Args:
        path: What `find_browser` has found.
        house: The house.
        height: Of the window, in pixels.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=list(_ARGUMENTS)
        )
        page = await browser.new_page(viewport={"width": 1280, "height": height})
        await page.goto(house.process.url)
        await page.locator("input[name=username]").fill(USER)
        await page.locator("input[name=password]").fill(USER)
        await page.keyboard.press("Enter")
        await page.wait_for_selector(
            "home-assistant-main", timeout=_SIGN_IN_MILLISECONDS
        )
        await page.wait_for_url(f"**/{DASHBOARD}/*")
        yield page
        await browser.close()


async def show_view(page: Page, house: House, path: str) -> None:
    """Open a view of the demo house's dashboard.

    Args:
        page: The browser's page, signed in.
        house: The house.
        path: Last part of the view's address.
    """
    await go_to(page, f"{house.process.url}/{DASHBOARD}/{path}")
    await page.locator("hui-tile-card").first.wait_for()


async def go_to(page: Page, address: str) -> None:
    """Go to another address of Home Assistant's web page.

    Args:
        page: The browser's page, signed in.
        address: The address.
    """
    await page.evaluate(_GO_TO, address)
    await page.wait_for_url(address)
