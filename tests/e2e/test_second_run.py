"""A second run of the demo with the configuration folder of an earlier one."""

from typing import Any

import pytest

from tests.simulators.iotbiz import NOT_INSTALLED, find_mosquitto

from .ewelink import EWELINK_PAGE, EwelinkService
from .furniture import DASHBOARD
from .hkwhub import LocalHubService, PubNubHubService
from .hkwhub_page import HKWHUB_PAGE
from .house import House, set_up
from .iotbiz import IotbizService
from .iotbiz_page import IOTBIZ_PAGE
from .iotbiz_platform import DEVICE
from .thingplus import ThingplusService
from .thingplus_page import THINGPLUS_PAGE
from .thingplus_reporter import own_gateways
from .waiting import until, until_state
from .wotkit import WotkitService
from .wotkit_page import WOTKIT_PAGE
from .wotkit_reporter import exported

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Home Assistant is the platform; a device and a user of another one need a broker.
IOTBIZ_TITLES = [
    IotbizService.title,
    *(["IoTBiz (127.0.0.1)"] * 2 if find_mosquitto() else []),
]


async def entries(house: House) -> dict[str, str]:
    """Return the config entries by id, each with its title."""
    listed = await house.api.get("config/config_entries/entry?domain=iot_bridge")
    return {entry["entry_id"]: entry["title"] for entry in listed}


async def dashboard(house: House) -> dict[str, Any]:
    """Return the dashboard as it is stored."""
    async with house.api.websocket() as web:
        config: dict[str, Any] = await web.command(
            "lovelace/config", url_path=DASHBOARD
        )
        return config


def shown(views: list[dict[str, Any]]) -> set[str]:
    """Return the entities that some views show."""
    sections = [section for view in views for section in view["sections"]]
    cards = [card for section in sections for card in section["cards"]]
    return {card["entity"] for card in cards if "entity" in card}


async def test_second_run_finds_all(house: House) -> None:
    """Nothing is added twice."""
    before = await entries(house), await dashboard(house)
    said: list[str] = []

    await set_up(house.api, house.services, said.append)

    assert said == []
    assert (await entries(house), await dashboard(house)) == before


async def test_older_folder_gets_what_it_lacks(house: House) -> None:
    """A folder that knows eWeLink alone gets all else with its views, and keeps its own."""
    before = await dashboard(house)
    known = await entries(house)
    [ewelink] = [one for one in known if known[one].startswith(EwelinkService.title)]
    for entry_id in known.keys() - {ewelink}:
        await house.api.delete(f"config/config_entries/entry/{entry_id}")
    kept = [view for view in before["views"] if view["path"] == EWELINK_PAGE.path]
    async with house.api.websocket() as web:
        await web.command(
            "lovelace/config/save", url_path=DASHBOARD, config={"views": kept}
        )
    server = house.wotkit.server
    for device in house.iotbiz_platform.platform.devices.values():
        # With its entry Home Assistant has forgotten the password: it has to ask again.
        device.activated_by_client = False
    created = {one.id: len(one.rows) for one in exported(server)}

    await set_up(house.api, house.services, lambda _: None)

    after = await entries(house)
    assert after[ewelink] == known[ewelink]
    assert list(after.values())[1:] == [
        LocalHubService.title,
        PubNubHubService.title,
        WotkitService.title,
        ThingplusService.title,
        *IOTBIZ_TITLES,
    ]
    views = (await dashboard(house))["views"]
    assert [view["path"] for view in views] == [
        EWELINK_PAGE.path,
        HKWHUB_PAGE.path,
        WOTKIT_PAGE.path,
        THINGPLUS_PAGE.path,
        IOTBIZ_PAGE.path,
    ]
    assert views[0] == before["views"][0]
    assert shown(views) <= (await house.api.states()).keys()
    # What the removed entry has created on WoTKit is taken over.
    [light] = [
        one for one in house.ewelink.cloud.devices.values() if one.name == "Hall light"
    ]
    [sensor] = [one for one in exported(server) if one.long_name == "Hall light"]
    await light.press()
    await until(lambda: len(sensor.rows) > created[sensor.id])
    assert {one.id for one in exported(server)} == created.keys()
    # The gateway of the removed entry is off, and another one is in its place.
    thingplus = house.thingplus.server
    await until(lambda: len(own_gateways(thingplus)) == 2)
    former, present = own_gateways(thingplus)
    await until(lambda: present.is_on(thingplus.now_ms))
    assert former.status is not None
    assert former.status.value == "off"


async def test_machines_have_come_in_again(house: House) -> None:
    """What was forgotten with its entry has registered anew, and was approved."""
    told = await house.iotbiz.silo.tell(house.iotbiz.private)

    assert told is not None
    assert told.status == 200
    entity_ids = ("binary_sensor.press_connectivity", "binary_sensor.silo_connectivity")
    for entity_id in entity_ids:
        await until_state(house.api, entity_id, "on")


@pytest.mark.skipif(find_mosquitto() is None, reason=NOT_INSTALLED)
async def test_known_device_shows_its_password(house: House) -> None:
    """The platform did not forget it: without the password nothing would go on."""
    platform = house.iotbiz_platform.platform

    done = [(one.action, one.status) for one in platform.registrations]

    assert done[:2] == [("register", 201), ("activate", 200)]
    assert done[2:] == [("register", 403), ("activate", 200)]
    await until(lambda: platform.devices[DEVICE].agent_status == "online")
