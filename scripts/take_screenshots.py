"""What `scripts/screenshot` runs: a browser looks at a fresh demo house."""

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path
import shutil
import signal
import sys
import tempfile
from typing import Final

from playwright.async_api import Page, async_playwright

from scripts.demo_house import port_is_free
from tests.e2e.home_assistant import REPOSITORY, StartError
from tests.e2e.house import USER, House, HouseError, open_house
from tests.simulators.ewelink import live

PICTURES: Final = REPOSITORY / "docs" / "images"
# Long enough for meters to show something.
SECONDS_OF_LIFE: Final = 6
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


async def toggle(page: Page, house: House, name: str) -> None:
    """Toggle a device by its tile and wait until the simulated device has it.

    Raises:
        TimeoutError: The device was not reached.
    """
    [device] = [one for one in house.cloud.devices.values() if one.name == name]
    before = device.params["switch"]
    tile = page.locator("hui-tile-card").filter(has_text=name)
    await tile.locator("ha-tile-icon").click()
    async with asyncio.timeout(5):
        while device.params["switch"] == before:
            await asyncio.sleep(0.01)
    print(f"{name}: {before} -> {device.params['switch']}, by a click in the browser")


async def take_pictures(browser_path: str) -> None:
    """Look at the dashboard, use it, and keep what is seen."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_house(Path(folder), PORT, PORT + 1, print) as house,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(
                executable_path=browser_path, args=list(BROWSER_ARGUMENTS)
            )
            page = await browser.new_page(viewport={"width": 1280, "height": 900})
            await sign_in(page, house.process.url)
            await page.locator("hui-tile-card").first.wait_for()
            with suppress(TimeoutError):
                async with asyncio.timeout(SECONDS_OF_LIFE):
                    await live(house.cloud, 0.1)
            await toggle(page, house, "Hall light")
            await toggle(page, house, "Coffee machine")
            await asyncio.sleep(2)
            await page.screenshot(path=PICTURES / "dashboard.png")
            await page.goto(
                f"{house.process.url}/config/integrations/integration/iot_bridge"
            )
            await page.get_by_text("eWeLink", exact=False).first.wait_for()
            await asyncio.sleep(2)
            await page.screenshot(path=PICTURES / "integration.png")
            await browser.close()


def main() -> int:
    """Find a browser and take the pictures."""
    argparse.ArgumentParser(
        prog="scripts/screenshot",
        description="Takes the README's pictures of a fresh demo house, in docs/images.",
    ).parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("Chromium was not found: install it (Debian: apt-get install chromium).")
        return 1
    for port in (PORT, PORT + 1):
        if not port_is_free(port):
            print(f"Port {port} is in use: end what listens on it.")
            return 1
    # However this is ended, Home Assistant is ended too.
    for signal_number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, signal.default_int_handler)
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(take_pictures(browser))
    except (StartError, HouseError) as err:
        print(err)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
