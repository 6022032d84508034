"""Drives the flows over Home Assistant's web API, as its frontend does."""

from typing import Any, Final, Self

from aiohttp.test_utils import TestClient
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import HEADER_FRONTEND_BASE
from homeassistant.setup import async_setup_component

from .browser import async_prepare_web_server
from .flow_walker import BASE_URL

type Answer = dict[str, Any]

FLOWS: Final = "/api/config/config_entries/flow"
OPTIONS: Final = "/api/config/config_entries/options/flow"
SUBENTRIES: Final = "/api/config/config_entries/subentries/flow"


class Frontend:
    """Makes the calls of Home Assistant's frontend."""

    def __init__(self, home_assistant: TestClient[Any, Any]) -> None:
        """Use a web client that is signed in."""
        self._home_assistant = home_assistant
        self._headers = {HEADER_FRONTEND_BASE: BASE_URL}

    async def start(self, bridge: str, *steps: str) -> Answer:
        """Choose a bridge, and from its menus."""
        shown = await self._post(FLOWS, {"handler": DOMAIN})
        for choice in (bridge, *steps):
            shown = await self.answer(shown, {"next_step_id": choice})
        return shown

    async def answer(self, shown: Answer, entered: Answer) -> Answer:
        """Answer a form or menu."""
        return await self._post(f"{FLOWS}/{shown['flow_id']}", entered)

    async def look(self, shown: Answer) -> Answer:
        """Ask where a flow is."""
        async with self._home_assistant.get(
            f"{FLOWS}/{shown['flow_id']}", headers=self._headers
        ) as response:
            assert response.status == 200
            found: Answer = await response.json()
            return found

    async def options(self, entry: ConfigEntry[Any]) -> Answer:
        """Start to choose options."""
        return await self._post(OPTIONS, {"handler": entry.entry_id})

    async def choose(self, shown: Answer, entered: Answer) -> Answer:
        """Answer the form of the options."""
        return await self._post(f"{OPTIONS}/{shown['flow_id']}", entered)

    async def add_subentry(self, entry: ConfigEntry[Any], subentry_type: str) -> Answer:
        """Start to add a subentry to an entry."""
        return await self._post(
            SUBENTRIES, {"handler": [entry.entry_id, subentry_type]}
        )

    async def fill(self, shown: Answer, entered: Answer) -> Answer:
        """Answer the form of a subentry."""
        return await self._post(f"{SUBENTRIES}/{shown['flow_id']}", entered)

    async def _post(self, path: str, body: Answer) -> Answer:
        async with self._home_assistant.post(
            path, json=body, headers=self._headers
        ) as response:
            assert response.status == 200, await response.text()
            answer: Answer = await response.json()
            return answer

    @classmethod
    async def open(cls, hass: HomeAssistant, client: ClientSessionGenerator) -> Self:
        """Open the frontend, once all of the web API that it needs is there."""
        await async_prepare_web_server(hass)
        await async_setup_component(hass, "config", {})
        return cls(await client())
