"""A demo house: simulated IoT services, and a real Home Assistant that has them set up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession

from tests.simulators.ewelink import EwelinkSimulator, believable_home

from .home_assistant import HomeAssistantApi, HomeAssistantProcess

USER: Final = "demo"
APP_ID: Final = "demo-app-id"
APP_SECRET: Final = "demo-app-secret"
EMAIL: Final = "demo@example.com"
PASSWORD: Final = "demo-password"
# The same account in each run, so that a second run finds its entry again.
APIKEY: Final = "5f0c6a52-5d1a-4a8e-9d0e-6b1f7c1d2e3f"

DASHBOARD: Final = "demo-house"

_LOAD_SECONDS: Final = 30

# Where the devices of the believable home stand.
AREAS: Final = {
    "Bathroom": ("Bathroom heater",),
    "Bedroom": ("Bedroom light",),
    "Cellar": ("Cellar window", "Washing machine", "Heat pump", "Mystery box"),
    "Garden": ("Garden", "Shared garage"),
    "Hallway": ("Hall light", "Front door", "Stairs motion"),
    "Kitchen": ("Kitchen", "Coffee machine"),
    "Living room": ("Living room climate", "Dining room"),
    "Office": ("Office desk",),
}


class HouseError(RuntimeError):
    """The house could not be set up."""


@dataclass(frozen=True, slots=True)
class House:
    """What is running.

    Attributes:
        cloud: The simulated eWeLink cloud.
        process: Home Assistant.
        api: Home Assistant's interfaces, signed in as `USER`.
    """

    cloud: EwelinkSimulator
    process: HomeAssistantProcess
    api: HomeAssistantApi


@asynccontextmanager
async def open_house(
    folder: Path,
    port: int,
    cloud_port: int,
    say: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[House]:
    """Run a house, and end all of it in the end.

    Args:
        folder: Home Assistant's configuration folder; what an earlier run has left
            there is used again.
        port: Of Home Assistant's web page.
        cloud_port: Of the simulated cloud; the entry holds it, so it has to be the
            same in each run with one folder.
        say: Told of each step.

    Raises:
        StartError: Home Assistant did not come up.
        HouseError: The config flow did not end with an entry, or it was not loaded.
    """
    async with AsyncExitStack() as stack:
        say("Starting the simulated eWeLink cloud …")
        cloud = await _start_cloud(cloud_port)
        stack.push_async_callback(cloud.stop)
        say("Starting Home Assistant …")
        process = HomeAssistantProcess(folder, port)
        stack.push_async_callback(process.stop)
        await process.start()
        session = await stack.enter_async_context(ClientSession())
        say("Signing in …")
        api = await HomeAssistantApi.sign_in(session, process.url, USER, USER)
        if not await api.get("config/config_entries/entry?domain=iot_bridge"):
            say("Adding eWeLink through its config flow …")
            await _add_ewelink(api, cloud.server_address)
        await _wait_until_loaded(api)
        # Not by whether the entry is new: an earlier run may have ended in between.
        if not await _has_dashboard(api):
            await _furnish(api)
            await _make_dashboard(api)
        yield House(cloud, process, api)


async def _start_cloud(port: int) -> EwelinkSimulator:
    """Start the simulated eWeLink cloud with a believable home."""
    simulator = EwelinkSimulator()
    simulator.add_app(APP_ID, APP_SECRET)
    account = simulator.add_account(email=EMAIL, password=PASSWORD, region="eu")
    account.apikey = APIKEY
    believable_home(simulator, account)
    await simulator.start(port=port)
    return simulator


async def _add_ewelink(api: HomeAssistantApi, server: str) -> None:
    """Add the eWeLink entry through the config flow, as a user would."""
    result = await api.walk_flow(
        {"handler": "iot_bridge"},
        {"next_step_id": "ewelink"},
        {"next_step_id": "ewelink_v2"},
        {
            "username": EMAIL,
            "password": PASSWORD,
            "country": "DE",
            "app_id": APP_ID,
            "app_secret": APP_SECRET,
            "advanced": {"server": server},
        },
    )
    if result["type"] != "create_entry":
        raise HouseError(f"The config flow ended with {result}")


async def _wait_until_loaded(api: HomeAssistantApi) -> None:
    """Wait until Home Assistant has loaded the entry: it answers before that."""
    entry: Mapping[str, Any] = {}
    try:
        async with asyncio.timeout(_LOAD_SECONDS):
            while entry.get("state") != "loaded":
                await asyncio.sleep(0.1)
                [entry] = await api.get("config/config_entries/entry?domain=iot_bridge")
    except TimeoutError as err:
        raise HouseError(
            f"The eWeLink entry was not loaded in {_LOAD_SECONDS} s:"
            f" {entry.get('state')}, {entry.get('reason')}"
        ) from err


async def _has_dashboard(api: HomeAssistantApi) -> bool:
    async with api.websocket() as web:
        dashboards = await web.command("lovelace/dashboards/list")
    return any(dashboard["url_path"] == DASHBOARD for dashboard in dashboards)


async def _furnish(api: HomeAssistantApi) -> None:
    """Give each device its area, so that the dashboard has rooms."""
    async with api.websocket() as web:
        areas = {
            area["name"].casefold(): area["area_id"]
            for area in await web.command("config/area_registry/list")
        }
        area_of: dict[str, str] = {}
        for area, names in AREAS.items():
            if (area_id := areas.get(area.casefold())) is None:
                created = await web.command("config/area_registry/create", name=area)
                area_id = created["area_id"]
            area_of.update(dict.fromkeys(names, area_id))
        devices: list[Mapping[str, Any]] = await web.command(
            "config/device_registry/list"
        )
        for device in devices:
            if device["name"] in area_of:
                await web.command(
                    "config/device_registry/update",
                    device_id=device["id"],
                    area_id=area_of[device["name"]],
                )


async def _make_dashboard(api: HomeAssistantApi) -> None:
    """Make a first page with a tile for each entity, by area."""
    async with api.websocket() as web:
        areas = await web.command("config/area_registry/list")
        devices = await web.command("config/device_registry/list")
        area_of = {device["id"]: device["area_id"] for device in devices}
        entities = await web.command("config/entity_registry/list")
        shown = [
            entity
            for entity in entities
            if entity["platform"] == "iot_bridge"
            and entity["entity_category"] is None
            and entity["disabled_by"] is None
        ]
        # What can be used comes first.
        shown.sort(key=lambda entity: not entity["entity_id"].startswith("switch."))
        sections = [
            {
                "type": "grid",
                "cards": [
                    {"type": "heading", "heading": area["name"]},
                    *(
                        {"type": "tile", "entity": entity["entity_id"]}
                        for entity in shown
                        if area_of.get(entity["device_id"]) == area["area_id"]
                    ),
                ],
            }
            for area in areas
        ]
        await web.command(
            "lovelace/dashboards/create",
            url_path=DASHBOARD,
            title="Demo house",
            icon="mdi:bridge",
        )
        await web.command(
            "lovelace/config/save",
            url_path=DASHBOARD,
            config={
                "views": [
                    {
                        "title": "eWeLink",
                        "path": "ewelink",
                        "type": "sections",
                        "sections": sections,
                    }
                ]
            },
        )
        await web.command(
            "frontend/set_system_data", key="core", value={"default_panel": DASHBOARD}
        )
