"""Two Home Assistants: the one that is a device understands what the platform says."""

from http import HTTPStatus
from typing import Any, Final

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker

from .conftest import CreateServer
from .world import (
    CUSTOMER,
    DEVICE,
    OTHER_CUSTOMER,
    activate,
    ask,
    customer,
    register,
    server_options,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

# More than the platform lets one address get wrong
MANY: Final = 25

type Web = TestClient[Any, Any]


@pytest.fixture
async def platform(create_server: CreateServer) -> MockConfigEntry:
    """A platform with room for one device, which the user has to approve."""
    return await create_server(options={"customers": [customer(limit=1)]})


@pytest.fixture
async def web(
    platform: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> Web:
    """What other devices ask."""
    return await hass_client_no_auth()


@pytest.fixture
def entered(web: Web) -> dict[str, Any]:
    """What makes a Home Assistant a device of the platform."""
    return {
        "url": str(web.make_url("/api/iotbiz")),
        "customer_id": CUSTOMER,
        "device_id": DEVICE,
    }


async def knock(flows: FlowWalker, entered: dict[str, Any]) -> ConfigFlowResult:
    """Register the device; it has to be approved."""
    form = await flows.answer(await flows.start("iotbiz", "iotbiz_agent"), entered)
    assert form["errors"] == {"base": "not_approved"}
    return form


async def test_approval(
    flows: FlowWalker, platform: MockConfigEntry, entered: dict[str, Any]
) -> None:
    """The form goes on with the same password once the device is approved."""
    form = await knock(flows, entered)
    enrolment = platform.runtime_data.enrolment
    before = enrolment.registrations[DEVICE].password_hash
    await enrolment.async_approve(DEVICE)
    form = await flows.answer(form, entered)
    assert form["step_id"] == "iotbiz_broker"
    assert enrolment.registrations[DEVICE].activated
    assert enrolment.registrations[DEVICE].password_hash == before


async def test_refusals(
    hass: HomeAssistant,
    flows: FlowWalker,
    platform: MockConfigEntry,
    web: Web,
    entered: dict[str, Any],
) -> None:
    """Each has its error, in words that tell what to do."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, entered | {"customer_id": OTHER_CUSTOMER})
    assert form["errors"] == {"customer_id": "customer_refused"}

    password = await register(web, "another")
    form = await flows.answer(form, entered)
    assert form["errors"] == {"base": "limit_reached"}

    closed = server_options(admission="closed")
    hass.config_entries.async_update_entry(platform, options=closed)
    form = await flows.answer(form, entered)
    assert form["errors"] == {"base": "platform_refused"}
    assert form["description_placeholders"] is not None
    assert "not admitted" in form["description_placeholders"]["reason"]

    await platform.runtime_data.enrolment.async_approve("another")
    assert (await activate(web, password, "another"))[0] == HTTPStatus.OK
    form = await flows.answer(form, entered | {"device_id": "another"})
    assert form["step_id"] == "iotbiz_agent_password"
    form = await flows.answer(form, {"password": "wrong"})
    assert form["errors"] == {"password": "device_password_refused"}
    form = await flows.answer(form, {"password": password})
    assert form["step_id"] == "iotbiz_broker"


async def test_refused_by_the_user(
    flows: FlowWalker, platform: MockConfigEntry, entered: dict[str, Any]
) -> None:
    """A device that is not let in is told so, until it may ask again."""
    form = await knock(flows, entered)
    enrolment = platform.runtime_data.enrolment
    await enrolment.async_refuse(DEVICE)
    form = await flows.answer(form, entered)
    assert form["errors"] == {"base": "platform_refused"}
    assert form["description_placeholders"] is not None
    assert "refused" in form["description_placeholders"]["reason"]
    await enrolment.async_forgive([DEVICE])
    form = await flows.answer(form, entered)
    assert form["errors"] == {"base": "not_approved"}


async def test_too_many_requests(
    hass: HomeAssistant,
    flows: FlowWalker,
    platform: MockConfigEntry,
    web: Web,
    entered: dict[str, Any],
) -> None:
    """The password is kept for when the platform has time again."""
    form = await knock(flows, entered)
    await platform.runtime_data.enrolment.async_approve(DEVICE)
    before = platform.runtime_data.enrolment.registrations[DEVICE]
    guess = {"customer_id": OTHER_CUSTOMER, "device_id": DEVICE}
    for _ in range(MANY):
        await ask(web, "/api/devices/register/", guess)
    form = await flows.answer(form, entered)
    assert form["errors"] == {"base": "platform_refused"}
    assert form["description_placeholders"] is not None
    assert "Too many" in form["description_placeholders"]["reason"]
    assert platform.runtime_data.enrolment.registrations[DEVICE] == before
    # It counts anew.
    await hass.config_entries.async_reload(platform.entry_id)
    form = await flows.answer(form, entered)
    assert form["step_id"] == "iotbiz_broker"
