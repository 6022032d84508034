"""HKWHub's view of the dashboard in a real browser."""

from playwright.async_api import Page
import pytest
import pytest_asyncio

from .browser import show_view
from .hkwhub_page import HKWHUB_PAGE
from .house import House
from .waiting import until, until_state

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(house: House, browser_page: Page) -> Page:
    """The view in a browser."""
    await show_view(browser_page, house, HKWHUB_PAGE.path)
    return browser_page


async def test_play_is_pressed(page: Page, house: House) -> None:
    """A click on a speaker's tile plays music there, and the tile tells so."""
    home = house.hub.home
    home.heard.clear()
    tile = page.locator("hui-tile-card").filter(has_text="Adapt")

    await tile.get_by_role("button", name="Play", exact=True).click()

    await until(lambda: home.heard)
    [heard] = home.heard
    assert heard.speaker_id == home.speaker("Adapt").id
    await tile.get_by_text(heard.title).wait_for()
    await tile.get_by_role("button", name="Pause", exact=True).wait_for()


async def test_doorbell_is_announced(page: Page, house: House) -> None:
    """The button starts the README's blueprint: all speakers tell it, music goes on."""
    home = house.hub.home
    adapt = home.speaker("Adapt").id
    home.heard.clear()

    await page.locator("hui-button-card").filter(has_text="Doorbell").click()

    await until(lambda: any(one.kind == "hub" for one in home.heard))
    spoken = [one for one in home.heard if one.kind == "tts"]
    assert {one.content for one in spoken} == {"Somebody is at the door."}
    assert {one.speaker_id for one in spoken} == set(home.speakers)
    [resumed] = [one for one in home.heard if one.kind == "hub"]
    assert resumed.speaker_id == adapt
    await until_state(house.api, "media_player.kitchen_adapt", "playing")
    await house.api.call(
        "media_player", "unjoin", entity_id="media_player.kitchen_adapt"
    )


async def test_volume_moves_in_the_browser(page: Page, house: House) -> None:
    """Somebody turns the volume down at a hub over PubNub, and the slider follows."""
    hub = house.pubnub_hub.hub
    desk = house.pubnub_hub.home.speaker("Desk")
    tile = page.locator("hui-tile-card").filter(has_text="Desk")

    await hub.foreign_command("set_volume_device", {"DeviceID": desk.id, "Volume": "4"})
    await hub.foreign_command("close_session")

    await tile.locator("[role=slider][aria-valuenow='8']").wait_for()
