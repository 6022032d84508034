"""What `scripts/screenshot` runs: a browser looks at a fresh demo house."""

import asyncio
from pathlib import Path
import shutil
import sys
import tempfile
from typing import Final

from playwright.async_api import Page, async_playwright

from tests.e2e.home_assistant import REPOSITORY
from tests.e2e.house import USER, open_house

PICTURES: Final = REPOSITORY / "docs" / "images"
PORT: Final = 18423
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
# No look-ups of its own: the page is on this machine.
BROWSER_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


async def sign_in(page: Page, url: str) -> None:
    """Sign in by the web page's own form."""
    await page.goto(url)
    await page.locator("input[name=username]").fill(USER)
    await page.locator("input[name=password]").fill(USER)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("home-assistant-main", timeout=60_000)


async def take_pictures(browser_path: str) -> None:
    """Look at the overview and at a device, and keep what is seen."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_house(Path(folder), PORT, PORT + 1, print) as house,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(
                executable_path=browser_path, args=list(BROWSER_ARGUMENTS)
            )
            page = await browser.new_page(viewport={"width": 1280, "height": 800})
            await sign_in(page, house.process.url)
            await page.wait_for_load_state("networkidle")
            await asyncio.sleep(3)
            await page.screenshot(path=PICTURES / "dashboard.png")
            await page.goto(
                f"{house.process.url}/config/integrations/integration/iot_bridge"
            )
            await page.wait_for_load_state("networkidle")
            await asyncio.sleep(3)
            await page.screenshot(path=PICTURES / "integration.png")
            await browser.close()


def main() -> int:
    """Find a browser and take the pictures."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("Chromium was not found: install it (Debian: apt-get install chromium).")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_pictures(browser))
    return 0


if __name__ == "__main__":
    sys.exit(main())
