"""A demo house: simulated IoT services, and a real Home Assistant that has them set up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession

from .ewelink import EWELINK_PAGE, EwelinkService
from .furniture import furnish
from .hkwhub import LocalHubService, PubNubHubService
from .hkwhub_page import HKWHUB_PAGE
from .home_assistant import HomeAssistantApi, HomeAssistantProcess
from .iotbiz import NO_BROKER, IotbizService
from .iotbiz_memory import Memory
from .iotbiz_page import IOTBIZ_PAGE
from .iotbiz_platform import IotbizPlatformService
from .service import DemoService
from .thingplus import ThingplusService
from .thingplus_page import THINGPLUS_PAGE
from .wotkit import WotkitService
from .wotkit_page import WOTKIT_PAGE

USER: Final = "demo"

# Of the web page, and of each service
PORT_COUNT: Final = 8

_PAGES: Final = (
    EWELINK_PAGE,
    HKWHUB_PAGE,
    WOTKIT_PAGE,
    THINGPLUS_PAGE,
    IOTBIZ_PAGE,
)
_LOAD_SECONDS: Final = 30


class HouseError(RuntimeError):
    """The house could not be set up."""


@dataclass(frozen=True, slots=True)
class House:
    """What is running.

    Attributes:
        process: Home Assistant.
        api: Home Assistant's interfaces, signed in as `USER`.
        ewelink: The simulated eWeLink cloud.
        hub: A hub with four speakers over its local server.
        pubnub_hub: Another one over PubNub.
        wotkit: A WoTKit server with a taxi, a weather station and a lamp post.
        thingplus: A Thing+ server with a greenhouse and a cold store.
        iotbiz: Machines that register themselves with Home Assistant, and their broker.
        iotbiz_platform: An IoTBiz platform, on which Home Assistant is a device.
    """

    process: HomeAssistantProcess
    api: HomeAssistantApi
    ewelink: EwelinkService
    hub: LocalHubService
    pubnub_hub: PubNubHubService
    wotkit: WotkitService
    thingplus: ThingplusService
    iotbiz: IotbizService
    iotbiz_platform: IotbizPlatformService

    @property
    def services(self) -> tuple[DemoService, ...]:
        """Return all simulated services, in the order of their ports."""
        return (
            self.ewelink,
            self.hub,
            self.pubnub_hub,
            self.wotkit,
            self.thingplus,
            self.iotbiz,
            self.iotbiz_platform,
        )

    async def live(self, say: Callable[[str], None]) -> None:
        """Let happen in all services what is worth looking at, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for service in self.services:
                group.create_task(service.live(self.api, say))


@asynccontextmanager
async def open_house(
    folder: Path, ports: Sequence[int], say: Callable[[str], None] = lambda _: None
) -> AsyncIterator[House]:
    """Run a house, and end all of it in the end.

    Args:
        folder: Home Assistant's configuration folder; what an earlier run has left
            there is used again, and what it did not know is added.
        ports: `PORT_COUNT` of them: of Home Assistant's web page, then of each service.
            They have to be the same in each run with one folder.
        say: Told of each step.

    Raises:
        StartError: Home Assistant did not come up.
        HouseError: A config flow did not end with an entry, or it was not loaded.
    """
    ewelink, hub, pubnub_hub = EwelinkService(), LocalHubService(), PubNubHubService()
    # What the last one sends is of the others.
    wotkit, thingplus = WotkitService(), ThingplusService()
    memory = Memory(folder)
    iotbiz = IotbizService(memory)
    iotbiz_platform = IotbizPlatformService(memory, iotbiz.broker)
    if iotbiz.broker is None:
        say(NO_BROKER)
    services: tuple[DemoService, ...] = (
        *(ewelink, hub, pubnub_hub, wotkit, thingplus),
        # In this order: the platform is at the broker of the machines.
        *(iotbiz, iotbiz_platform),
    )
    async with AsyncExitStack() as stack:
        for service, port in zip(services, ports[1:], strict=True):
            say(f"Starting {service.name}, simulated …")
            stack.push_async_callback(service.stop)
            await service.start(port)
        say("Starting Home Assistant …")
        process = HomeAssistantProcess(folder, ports[0])
        stack.push_async_callback(process.stop)
        await process.start()
        session = await stack.enter_async_context(ClientSession())
        say("Signing in …")
        api = await HomeAssistantApi.sign_in(session, process.url, USER, USER)
        await set_up(api, services, say)
        yield House(
            process,
            api,
            *(ewelink, hub, pubnub_hub, wotkit, thingplus, iotbiz, iotbiz_platform),
        )


async def set_up(
    api: HomeAssistantApi, services: Sequence[DemoService], say: Callable[[str], None]
) -> None:
    """Add to Home Assistant what it does not have yet: entries, areas, dashboard.

    Args:
        api: Home Assistant.
        services: They run.
        say: Told of each entry that is added.

    Raises:
        HouseError: A config flow did not end with an entry, or it was not loaded.
    """
    await _add_missing(api, services, say)
    await wait_until_loaded(api)
    for service in services:
        await service.settle(api, say)
    await furnish(api, _PAGES)


async def _add_missing(
    api: HomeAssistantApi,
    services: Sequence[DemoService],
    say: Callable[[str], None],
) -> None:
    """Add what has no config entry yet, through its config flow as users would."""
    if not await _entries(api, "demo_voice"):
        await _add(api, "demo_voice")
    titles = [entry["title"] for entry in await _entries(api)]
    for service in services:
        for domain, answer in service.integrations.items():
            if not await _entries(api, domain):
                await _add(api, domain, answer)
        if service.answers and not any(map(service.is_entry, titles)):
            say(f"Adding {service.name} through the config flow …")
            await _add(api, "iot_bridge", *service.answers, service=service)


async def _add(
    api: HomeAssistantApi,
    domain: str,
    *answers: Mapping[str, Any],
    service: DemoService | None = None,
) -> None:
    """Add a config entry, and what a user sets up besides."""
    see = service.see if service else (lambda _: None)
    result = await api.walk_flow({"handler": domain}, *answers, see=see)
    # It is there already when its owner has given it another title.
    if result.get("reason") == "already_configured":
        return
    _check_end(result)
    flows = service.further_flows(result["result"]["entry_id"]) if service else ()
    for kind, further_answers in flows:
        _check_end(await api.walk_flow(*further_answers, kind=kind))


def _check_end(result: Mapping[str, Any]) -> None:
    if result["type"] != "create_entry":
        raise HouseError(f"The config flow ended with {result}")


async def wait_until_loaded(api: HomeAssistantApi) -> None:
    """Wait until Home Assistant has loaded all entries: it answers before that.

    Raises:
        HouseError: They were not loaded in time.
    """
    not_loaded: list[Mapping[str, Any]] = []
    try:
        async with asyncio.timeout(_LOAD_SECONDS):
            while not_loaded := [
                entry for entry in await _entries(api) if entry["state"] != "loaded"
            ]:
                await asyncio.sleep(0.1)
    except TimeoutError as err:
        states = [
            f"{entry['title']}: {entry['state']}, {entry['reason']}"
            for entry in not_loaded
        ]
        raise HouseError(f"Not loaded in {_LOAD_SECONDS} s: {states}") from err


async def _entries(
    api: HomeAssistantApi, domain: str = "iot_bridge"
) -> list[Mapping[str, Any]]:
    entries: list[Mapping[str, Any]] = await api.get(
        f"config/config_entries/entry?domain={domain}"
    )
    return entries
