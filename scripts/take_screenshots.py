"""What `scripts/screenshot` runs: a browser looks at a fresh demo house."""

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path
import signal
import sys
import tempfile
from typing import Final

from playwright.async_api import Page

from scripts.demo_house import port_is_free
from tests.e2e.browser import find_browser, open_browser, show_view
from tests.e2e.config_folder import REPOSITORY
from tests.e2e.ewelink import EWELINK_PAGE
from tests.e2e.hkwhub_page import HKWHUB_PAGE
from tests.e2e.home_assistant import StartError
from tests.e2e.house import PORT_COUNT, House, HouseError, open_house
from tests.e2e.iotbiz_page import IOTBIZ_PAGE
from tests.e2e.iotbiz_platform import DEVICE
from tests.e2e.thingplus_page import THINGPLUS_PAGE
from tests.e2e.wotkit_page import WOTKIT_PAGE
from tests.simulators.ewelink import live
from tests.simulators.iotbiz import NOT_INSTALLED, find_mosquitto

PICTURES: Final = REPOSITORY / "docs" / "images"
# Long enough for meters to show something.
SECONDS_OF_LIFE: Final = 6
# For the page to draw all.
SECONDS_TO_DRAW: Final = 2
TAXI: Final = "device_tracker.big_yellow_taxi"
TAXI_MINUTES: Final = range(0, 12, 2)
# Home Assistant asks WoTKit at most once in ten seconds.
UPDATE_SECONDS: Final = 15
FIRST_PORT: Final = 18423
PORTS: Final = range(FIRST_PORT, FIRST_PORT + PORT_COUNT)


async def toggle(page: Page, house: House, name: str) -> None:
    """Toggle a device by its tile and wait until the simulated device has it.

    Raises:
        TimeoutError: The device was not reached.
    """
    devices = house.ewelink.cloud.devices.values()
    [device] = [one for one in devices if one.name == name]
    before = device.params["switch"]
    tile = page.locator("hui-tile-card").filter(has_text=name)
    await tile.locator("ha-tile-icon").click()
    async with asyncio.timeout(5):
        while device.params["switch"] == before:
            await asyncio.sleep(0.01)
    print(f"{name}: {before} -> {device.params['switch']}, by a click in the browser")


async def take_switches(page: Page, house: House) -> None:
    """Use eWeLink's view, and keep what is seen."""
    await show_view(page, house, EWELINK_PAGE.path)
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS_OF_LIFE):
            await live(house.ewelink.cloud, 0.1)
    await toggle(page, house, "Hall light")
    await toggle(page, house, "Coffee machine")
    await asyncio.sleep(SECONDS_TO_DRAW)
    await page.screenshot(path=PICTURES / "dashboard.png")


async def take_speakers(page: Page, house: House) -> None:
    """Let music play on HKWHub's view, and keep what is seen."""
    await show_view(page, house, HKWHUB_PAGE.path)
    await asyncio.sleep(SECONDS_TO_DRAW)
    await page.screenshot(path=PICTURES / "hkwhub.png")


async def drive(house: House) -> None:
    """Let the taxi drive for minutes, and Home Assistant see where it has come by."""
    taxi = house.wotkit.taxi
    for minutes in TAXI_MINUTES:
        house.wotkit.drive(minutes * 60)
        place = taxi.rows[-1].values
        await house.api.call("homeassistant", "update_entity", entity_id=TAXI)
        async with asyncio.timeout(UPDATE_SECONDS):
            while place["lat"] != await latitude(house):
                await asyncio.sleep(0.1)


async def latitude(house: House) -> float:
    """Return where Home Assistant has seen the taxi."""
    degrees: float = (await house.api.states())[TAXI]["attributes"]["latitude"]
    return degrees


async def take_wotkit(page: Page, house: House) -> None:
    """Let the taxi drive on WoTKit's view, and keep what is seen."""
    await drive(house)
    await show_view(page, house, WOTKIT_PAGE.path)
    await page.locator("hui-map-card ha-entity-marker").first.wait_for()
    await asyncio.sleep(SECONDS_TO_DRAW)
    await page.screenshot(path=PICTURES / "wotkit.png")


async def take_thingplus(page: Page, house: House) -> None:
    """Let water run on Thing+'s view, and keep what is seen."""
    await show_view(page, house, THINGPLUS_PAGE.path)
    pump = page.locator("hui-tile-card").filter(has_text="Irrigation pump")
    await pump.get_by_role("switch").click()
    await page.locator("hui-map-card ha-entity-marker").first.wait_for()
    await asyncio.sleep(SECONDS_TO_DRAW)
    await page.screenshot(path=PICTURES / "thingplus.png")


async def take_iotbiz(page: Page, house: House) -> None:
    """Let the platform tell Home Assistant something, and keep what is seen."""
    await house.iotbiz_platform.platform.send_command(DEVICE, "close the gate")
    await show_view(page, house, IOTBIZ_PAGE.path)
    await asyncio.sleep(SECONDS_TO_DRAW)
    await page.screenshot(path=PICTURES / "iotbiz.png")


async def take_integration(page: Page, house: House) -> None:
    """Keep what the integration's page shows."""
    await page.goto(f"{house.process.url}/config/integrations/integration/iot_bridge")
    await page.get_by_text("eWeLink", exact=False).first.wait_for()
    await asyncio.sleep(SECONDS_TO_DRAW)
    await page.screenshot(path=PICTURES / "integration.png")


async def take_pictures(browser: str) -> None:
    """Open a house, look at it, and keep what is seen."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_house(Path(folder), PORTS, print) as house,
            open_browser(browser, house) as page,
        ):
            await take_switches(page, house)
            life = asyncio.create_task(house.live(print))
            await asyncio.sleep(SECONDS_OF_LIFE)
            await take_speakers(page, house)
            await take_thingplus(page, house)
            await take_iotbiz(page, house)
            life.cancel()
            await take_wotkit(page, house)
            await take_integration(page, house)


def main() -> int:
    """Find a browser and take the pictures."""
    argparse.ArgumentParser(
        prog="scripts/screenshot",
        description="Takes the README's pictures of a fresh demo house, in docs/images.",
    ).parse_args()
    browser = find_browser()
    if browser is None:
        print("Chromium was not found: install it (Debian: apt-get install chromium).")
        return 1
    if find_mosquitto() is None:
        print(NOT_INSTALLED)
        return 1
    for port in PORTS:
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
