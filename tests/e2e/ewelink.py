"""eWeLink in the demo house: an account with a believable home."""

from collections.abc import Callable, Mapping
from typing import Any, Final, override

from tests.simulators.ewelink import EwelinkSimulator, believable_home, live

from .furniture import Inventory, Page, Section, heading, tile
from .home_assistant import HomeAssistantApi
from .service import DemoService

APP_ID: Final = "demo-app-id"
APP_SECRET: Final = "demo-app-secret"
EMAIL: Final = "demo@example.com"
PASSWORD: Final = "demo-password"
# The same account in each run.
APIKEY: Final = "5f0c6a52-5d1a-4a8e-9d0e-6b1f7c1d2e3f"

_SECONDS_BETWEEN_CHANGES: Final = 3.0

# Where the devices of the believable home stand.
_AREAS: Final = {
    "Bathroom": ("Bathroom heater",),
    "Bedroom": ("Bedroom light",),
    "Cellar": ("Cellar window", "Washing machine", "Heat pump", "Mystery box"),
    "Garden": ("Garden", "Shared garage"),
    "Hallway": ("Hall light", "Front door", "Stairs motion"),
    "Kitchen": ("Kitchen", "Coffee machine"),
    "Living room": ("Living room climate", "Dining room"),
    "Office": ("Office desk",),
}


class EwelinkService(DemoService):
    """The simulated eWeLink cloud.

    Attributes:
        cloud: The simulator.
    """

    name = "eWeLink"
    title = "eWeLink"

    def __init__(self) -> None:
        """Open an account with a believable home."""
        self.cloud = EwelinkSimulator()
        self.cloud.add_app(APP_ID, APP_SECRET)
        account = self.cloud.add_account(email=EMAIL, password=PASSWORD, region="eu")
        account.apikey = APIKEY
        believable_home(self.cloud, account)

    @override
    async def start(self, port: int) -> None:
        await self.cloud.start(port=port)

    @override
    async def stop(self) -> None:
        await self.cloud.stop()

    @property
    @override
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a user enters who signs in with a password."""
        return (
            {"next_step_id": "ewelink"},
            {"next_step_id": "ewelink_v2"},
            {
                "username": EMAIL,
                "password": PASSWORD,
                "country": "DE",
                "app_id": APP_ID,
                "app_secret": APP_SECRET,
                "advanced": {"server": self.cloud.server_address},
            },
        )

    @override
    async def live(self, api: HomeAssistantApi, say: Callable[[str], None]) -> None:
        await live(self.cloud, _SECONDS_BETWEEN_CHANGES)


def _sections(inventory: Inventory) -> list[Section]:
    """Return a tile for each entity, by area."""
    sections = []
    for area in inventory.area_names:
        # What can be used comes first.
        shown = sorted(
            inventory.entities_in(area), key=lambda one: not one.startswith("switch.")
        )
        if shown:
            sections.append([heading(area), *map(tile, shown)])
    # Those of one height come to stand side by side.
    return sorted(sections, key=len, reverse=True)


EWELINK_PAGE: Final = Page(
    path="ewelink",
    title="eWeLink",
    entries=(EwelinkService.title,),
    areas={EwelinkService.title: _AREAS},
    sections=_sections,
)
