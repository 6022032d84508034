"""IoTBiz in a real browser: its view, and the platform set up and a device let in by hand."""

from collections.abc import AsyncIterator

from playwright.async_api import Page
import pytest
import pytest_asyncio

from tests.simulators.iotbiz import NOT_INSTALLED, find_mosquitto

from .browser import go_to, show_view
from .house import House, set_up
from .iotbiz import CUSTOMER, CUSTOMER_NAME
from .iotbiz_page import IOTBIZ_PAGE
from .iotbiz_repairs import questions
from .iotbiz_workshop import SILO
from .test_iotbiz import devices_of, entry_of
from .waiting import until, until_state

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(find_mosquitto() is None, reason=NOT_INSTALLED),
]

# It goes back in the history a moment after it was ended: from whatever page that is.
DIALOG_IS_CLOSED = "!history.state?.dialog"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(house: House, browser_page: Page) -> Page:
    """The view in a browser."""
    await show_view(browser_page, house, IOTBIZ_PAGE.path)
    return browser_page


async def test_view_is_shown(page: Page, house: House) -> None:
    """What the press says is seen at once, and no card tells of an error."""
    tile = page.locator("hui-tile-card").filter(has_text="Order")
    await tile.wait_for()

    await house.iotbiz.press.agent.publish({"order": "Latches"})

    await tile.get_by_text("Latches").wait_for()
    assert await page.locator("hui-error-card").count() == 0


async def test_button_sends_a_command(page: Page, house: House) -> None:
    """A click reaches the press."""
    commands = house.iotbiz.press.agent.commands

    await page.locator("hui-button-card").filter(has_text="Stop").click()

    await until(lambda: house.iotbiz.press.agent.commands == [*commands, "stop"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def without_entry(house: House) -> AsyncIterator[None]:
    """Take the platform away for a while; in the end all is as before."""
    entry = await entry_of(house.api)
    await house.api.delete(f"config/config_entries/entry/{entry['entry_id']}")
    yield
    await set_up(house.api, house.services, lambda _: None)


@pytest.mark.usefixtures("without_entry")
async def test_platform_is_added_by_hand(page: Page, house: House) -> None:
    """From the list of services to the secret, with which the broker's hook is let in."""
    address = f"{house.process.url}/config/integrations/integration/iot_bridge"
    submit = page.get_by_role("button", name="Submit")
    texts = page.locator("ha-selector-text input")

    await go_to(page, address)
    await page.get_by_text("Add hub", exact=True).click()
    await page.get_by_text("IoTBiz", exact=True).last.click()
    await page.get_by_text("The platform", exact=True).click()
    await texts.nth(1).fill(CUSTOMER_NAME)
    await texts.first.fill(CUSTOMER)
    await submit.click()
    shown = page.locator("ha-markdown code")
    await shown.nth(2).wait_for()
    base, customer, secret = await shown.all_text_contents()
    await submit.click()
    await page.get_by_role("button", name="Finish").click()
    await page.wait_for_function(DIALOG_IS_CLOSED)

    assert base == f"{house.process.url}/api/iotbiz"
    assert customer == CUSTOMER
    assert (await entry_of(house.api))["state"] == "loaded"
    house.iotbiz.know_secret(secret)


@pytest.mark.usefixtures("without_entry")
async def test_device_is_let_in_by_hand(page: Page, house: House) -> None:
    """In *Repairs*; then its page shows what it tells."""
    silo = house.iotbiz.silo
    assert "approve" in (await silo.come_in()).error
    assert list(await questions(house.api)) == [SILO]

    await go_to(page, f"{house.process.url}/config/repairs")
    await page.get_by_text("A new device wants to come in").first.click()
    await page.get_by_text("Let it in", exact=True).click()
    await page.get_by_role("button", name="Finish").click()
    await page.wait_for_function(DIALOG_IS_CLOSED)

    assert (await silo.come_in()).status == 200
    told = await silo.tell(house.iotbiz.private)
    assert told is not None
    assert told.status == 200
    await until_state(house.api, "sensor.silo_content", "Granulate")
    device = (await devices_of(house.api))[SILO]
    await go_to(page, f"{house.process.url}/config/devices/device/{device['id']}")
    await page.get_by_text("Granulate").first.wait_for()
    await page.get_by_text("Fill level").first.wait_for()
