"""Options of the server role: customers, their limits, and devices that were refused."""

from http import HTTPStatus
import re
from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge import async_remove_config_entry_device
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from tests.bridges.flow_walker import FlowWalker, fields, suggested

from .conftest import CreateServer
from .world import (
    CUSTOMER,
    DEVICE,
    OTHER_CUSTOMER,
    activate,
    customer,
    register,
    server_options,
)

TWO = [customer(name="House", limit=3), customer(OTHER_CUSTOMER)]


async def choose(
    flows: FlowWalker, entry: MockConfigEntry, step: str
) -> ConfigFlowResult:
    """Choose from the menu of the options."""
    return await flows.choose(await flows.options(entry), {"next_step_id": step})


async def choose_customer(
    flows: FlowWalker, entry: MockConfigEntry, customer_id: str = CUSTOMER
) -> ConfigFlowResult:
    """Choose a customer to change."""
    form = await choose(flows, entry, "iotbiz_customer")
    return await flows.choose(form, {"customer_id": customer_id})


def offered(form: ConfigFlowResult, name: str) -> list[Any]:
    """Return what a field offers."""
    schema = form["data_schema"]
    assert schema is not None
    options: list[Any] = schema.schema[name].config["options"]
    return options


def counted(
    customer_id: str = CUSTOMER, *, devices: int = 0, waiting: int = 0
) -> dict[str, str]:
    """Return what the form of a customer tells."""
    return {
        "customer_id": customer_id,
        "devices": str(devices),
        "waiting": str(waiting),
    }


async def test_add(flows: FlowWalker, create_server: CreateServer) -> None:
    """Another customer comes behind the others; all other options stay."""
    entry = await create_server(options={"silent_minutes": 5}, set_up=False)
    form = await choose(flows, entry, "iotbiz_add_customer")
    assert fields(form) == ["customer_id", "name", "device_limit"]
    number = suggested(form)["customer_id"]
    assert re.fullmatch("[0-9a-f]{16}", number)
    result = await flows.choose(form, {"customer_id": number, "name": " Ada "})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    expected = [customer(), customer(number, name="Ada")]
    assert dict(entry.options) == server_options(customers=expected, silent_minutes=5)


@pytest.mark.parametrize(
    ("entered", "key"),
    [
        ("12345", "customer_too_short"),
        ("cus/tomer", "invalid_customer"),
        (CUSTOMER, "customer_exists"),
    ],
)
async def test_wrong_number(
    flows: FlowWalker, create_server: CreateServer, entered: str, key: str
) -> None:
    """What was entered is shown again and can be corrected."""
    entry = await create_server(set_up=False)
    form = await choose(flows, entry, "iotbiz_add_customer")
    wrong = {"customer_id": entered, "name": "Ada", "device_limit": 2}
    form = await flows.choose(form, wrong)
    assert form["errors"] == {"customer_id": key}
    assert suggested(form) == wrong
    await flows.choose(form, wrong | {"customer_id": OTHER_CUSTOMER})
    expected = customer(OTHER_CUSTOMER, name="Ada", limit=2)
    assert entry.options["customers"] == [customer(), expected]


async def test_added_meanwhile(
    hass: HomeAssistant, flows: FlowWalker, create_server: CreateServer
) -> None:
    """A customer that is added while the form is open is not lost."""
    entry = await create_server(set_up=False)
    form = await choose(flows, entry, "iotbiz_add_customer")
    hass.config_entries.async_update_entry(entry, options=server_options(customers=TWO))
    await flows.choose(form, {"customer_id": "a-third-one"})
    assert entry.options["customers"] == [*TWO, customer("a-third-one")]


async def test_change(flows: FlowWalker, create_server: CreateServer) -> None:
    """Name and limit can be changed; the number and the others stay."""
    entry = await create_server(options={"customers": TWO}, set_up=False)
    form = await choose(flows, entry, "iotbiz_customer")
    assert offered(form, "customer_id") == [
        {"value": CUSTOMER, "label": f"House ({CUSTOMER})"},
        {"value": OTHER_CUSTOMER, "label": OTHER_CUSTOMER},
    ]
    form = await flows.choose(form, {"customer_id": CUSTOMER})
    assert fields(form) == ["name", "device_limit", "remove"]
    assert suggested(form) == {"name": "House", "device_limit": 3}
    await flows.choose(form, {"device_limit": 4})
    assert entry.options["customers"] == [customer(limit=4), TWO[1]]
    form = await choose_customer(flows, entry, OTHER_CUSTOMER)
    await flows.choose(form, {"name": "Barn", "device_limit": 10})
    expected = [customer(limit=4), customer(OTHER_CUSTOMER, name="Barn")]
    assert dict(entry.options) == server_options(customers=expected)


async def test_unknown_customer(flows: FlowWalker, create_server: CreateServer) -> None:
    """Only customers that there are can be chosen."""
    entry = await create_server(set_up=False)
    form = await choose(flows, entry, "iotbiz_customer")
    with pytest.raises(InvalidData):
        await flows.choose(form, {"customer_id": OTHER_CUSTOMER})
    form = await flows.choose(form, {"customer_id": CUSTOMER})
    assert form["step_id"] == "iotbiz_change_customer"


async def test_removed_meanwhile(
    hass: HomeAssistant, flows: FlowWalker, create_server: CreateServer
) -> None:
    """A customer that somebody else removes does not come back."""
    entry = await create_server(options={"customers": TWO}, set_up=False)
    form = await choose_customer(flows, entry)
    hass.config_entries.async_update_entry(
        entry, options=server_options(customers=TWO[1:])
    )
    result = await flows.choose(form, {"name": "House"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "customer_gone"
    assert entry.options["customers"] == TWO[1:]


async def test_remove(flows: FlowWalker, create_server: CreateServer) -> None:
    """A customer without devices can be removed, even the last one."""
    entry = await create_server(options={"customers": TWO})
    form = await choose_customer(flows, entry)
    await flows.choose(form, {"remove": True})
    assert entry.options["customers"] == TWO[1:]
    form = await choose_customer(flows, entry, OTHER_CUSTOMER)
    await flows.choose(form, {"remove": True})
    assert dict(entry.options) == server_options(customers=[])
    menu = await flows.options(entry)
    assert menu["menu_options"] == ["iotbiz_settings", "iotbiz_add_customer"]


async def test_remove_with_devices(
    hass: HomeAssistant,
    flows: FlowWalker,
    create_server: CreateServer,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Devices have to go first; the number and the device stay as they are."""
    entry = await create_server(options={"customers": TWO, "admission": "automatic"})
    web = await hass_client_no_auth()
    password = await register(web)
    assert (await activate(web, password))[0] == HTTPStatus.OK
    form = await choose_customer(flows, entry)
    assert form["description_placeholders"] == counted(devices=1)
    form = await flows.choose(form, {"name": "Home", "remove": True})
    assert form["errors"] == {"remove": "customer_has_devices"}
    assert suggested(form)["name"] == "Home"
    assert entry.options["customers"] == TWO
    assert (await activate(web, password))[0] == HTTPStatus.OK
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert await async_remove_config_entry_device(hass, entry, device)
    await hass.async_block_till_done()
    await flows.choose(form, {"name": "Home", "remove": True})
    assert entry.options["customers"] == TWO[1:]


async def test_remove_with_devices_that_wait(
    hass: HomeAssistant,
    flows: FlowWalker,
    create_server: CreateServer,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Those that never came in go with their customer, and those of others stay."""
    entry = await create_server(options={"customers": TWO})
    web = await hass_client_no_auth()
    password = await register(web)
    await activate(web, password)
    await register(web, "refused")
    await entry.runtime_data.enrolment.async_refuse("refused")
    other = await register(web, "other", OTHER_CUSTOMER)
    await activate(web, other, "other")
    assert len(ir.async_get(hass).issues) == 2
    form = await choose_customer(flows, entry)
    assert form["description_placeholders"] == counted(waiting=1)
    await flows.choose(form, {"remove": True})
    assert entry.options["customers"] == TWO[1:]
    assert len(ir.async_get(hass).issues) == 1
    assert (await activate(web, password))[0] == HTTPStatus.FORBIDDEN
    with pytest.raises(AssertionError, match="customer"):
        await register(web)
    form = await choose_customer(flows, entry, OTHER_CUSTOMER)
    assert form["description_placeholders"] == counted(OTHER_CUSTOMER, waiting=1)
    assert "iotbiz_refused" not in (await flows.options(entry))["menu_options"]


async def test_remove_when_not_loaded(
    hass: HomeAssistant,
    flows: FlowWalker,
    create_server: CreateServer,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Devices are counted, and those that never came in go, as at other times."""
    entry = await create_server(options={"customers": TWO})
    web = await hass_client_no_auth()
    password = await register(web)
    await entry.runtime_data.enrolment.async_approve(DEVICE)
    assert (await activate(web, password))[0] == HTTPStatus.OK
    await register(web, "other", OTHER_CUSTOMER)
    await hass.config_entries.async_unload(entry.entry_id)

    form = await choose_customer(flows, entry)
    assert form["description_placeholders"] == counted(devices=1)
    form = await flows.choose(form, {"remove": True})
    assert form["errors"] == {"remove": "customer_has_devices"}
    form = await choose_customer(flows, entry, OTHER_CUSTOMER)
    assert form["description_placeholders"] == counted(OTHER_CUSTOMER, waiting=1)
    await flows.choose(form, {"remove": True})
    assert entry.options["customers"] == TWO[:1]

    await hass.config_entries.async_setup(entry.entry_id)
    assert list(entry.runtime_data.enrolment.registrations) == [DEVICE]


async def test_limit_counts_at_once(
    flows: FlowWalker,
    create_server: CreateServer,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """A limit is raised and lowered while devices register; none is lost."""
    entry = await create_server(options={"customers": [customer(limit=1)]})
    web = await hass_client_no_auth()
    await register(web)
    with pytest.raises(AssertionError, match="limit"):
        await register(web, "second")
    before = entry.runtime_data
    await flows.choose(await choose_customer(flows, entry), {"device_limit": 2})
    assert entry.runtime_data is before
    await register(web, "second")
    await flows.choose(await choose_customer(flows, entry), {"device_limit": 1})
    form = await choose_customer(flows, entry)
    assert form["description_placeholders"] == counted(waiting=2)


@pytest.fixture
async def refused(
    create_server: CreateServer, hass_client_no_auth: ClientSessionGenerator
) -> tuple[MockConfigEntry, TestClient[Any, Any]]:
    """A server that has refused two devices, and its web interface."""
    entry = await create_server()
    web = await hass_client_no_auth()
    for name in ("second", DEVICE):
        await register(web, name)
        await entry.runtime_data.enrolment.async_refuse(name)
    return entry, web


async def test_refused(
    flows: FlowWalker, refused: tuple[MockConfigEntry, TestClient[Any, Any]]
) -> None:
    """Those that the user chooses may register again, the others may not."""
    entry, web = refused
    form = await choose(flows, entry, "iotbiz_refused")
    assert offered(form, "devices") == [DEVICE, "second"]
    result = await flows.choose(form, {"devices": [DEVICE]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert dict(entry.options) == server_options()
    await register(web)
    with pytest.raises(AssertionError, match="refused"):
        await register(web, "second")
    form = await choose(flows, entry, "iotbiz_refused")
    assert offered(form, "devices") == ["second"]
    await flows.choose(form, {"devices": ["second"]})
    menu = await flows.options(entry)
    assert menu["menu_options"] == [
        "iotbiz_settings",
        "iotbiz_add_customer",
        "iotbiz_customer",
    ]


async def test_refused_when_not_loaded(
    hass: HomeAssistant,
    flows: FlowWalker,
    refused: tuple[MockConfigEntry, TestClient[Any, Any]],
) -> None:
    """Nobody can let devices in while the entry is not set up; the menu knows it."""
    entry, _ = refused
    form = await choose(flows, entry, "iotbiz_refused")
    await hass.config_entries.async_unload(entry.entry_id)
    result = await flows.choose(form, {"devices": [DEVICE]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_loaded"
    menu = await flows.options(entry)
    assert menu["menu_options"] == [
        "iotbiz_settings",
        "iotbiz_add_customer",
        "iotbiz_customer",
    ]
    await hass.config_entries.async_setup(entry.entry_id)
    form = await choose(flows, entry, "iotbiz_refused")
    assert offered(form, "devices") == [DEVICE, "second"]
