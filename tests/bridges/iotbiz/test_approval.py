"""Asking the user whether a new device may come in: a repair issue and its answer."""

from hashlib import sha256
from http import HTTPStatus
import json
import re
from typing import Any, Final

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.bridges.flow_walker import TEXTS

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

ISSUE_TEXTS: Final = TEXTS["issues"]["iotbiz_new_device"]
FIX: Final = "/api/repairs/issues/fix"

type Web = TestClient[Any, Any]


def issue_id(entry: MockConfigEntry, device_id: str = DEVICE) -> str:
    """Return the id of the question about a device; whether it is put away goes by it."""
    name = f"{entry.entry_id} {device_id}"
    return f"iotbiz_device_{sha256(name.encode()).hexdigest()[:16]}"


def question(
    hass: HomeAssistant, entry: MockConfigEntry, device_id: str = DEVICE
) -> ir.IssueEntry | None:
    """Return the question about a device, None if there is none."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id(entry, device_id))
    return issue if issue is not None and issue.active else None


@pytest.fixture
async def entry(hass: HomeAssistant, create_server: CreateServer) -> MockConfigEntry:
    """A server that asks about new devices, and Home Assistant's repairs."""
    assert await async_setup_component(hass, "repairs", {})
    return await create_server(options={"customers": [customer(name="House")]})


@pytest.fixture
async def web(
    entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> Web:
    """What devices ask."""
    return await hass_client_no_auth()


@pytest.fixture
async def user(entry: MockConfigEntry, hass_client: ClientSessionGenerator) -> Web:
    """The user's browser."""
    return await hass_client()


async def knock(web: Web, device_id: str = DEVICE) -> str:
    """Register a device and let it ask to be activated; return its password."""
    password = await register(web, device_id)
    status, answer = await activate(web, password, device_id)
    assert status == HTTPStatus.FORBIDDEN
    assert "approve" in answer["error"]
    return password


async def post(user: Web, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Do what the page of a repair does."""
    async with user.post(path, json=body) as response:
        assert response.status == HTTPStatus.OK, await response.text()
        result: dict[str, Any] = await response.json()
        return result


async def open_question(
    user: Web, entry: MockConfigEntry, device_id: str = DEVICE
) -> dict[str, Any]:
    """Open the question about a device."""
    return await post(
        user, FIX, {"handler": DOMAIN, "issue_id": issue_id(entry, device_id)}
    )


async def say(user: Web, opened: dict[str, Any], answer: str) -> dict[str, Any]:
    """Answer a question."""
    return await post(user, f"{FIX}/{opened['flow_id']}", {"next_step_id": answer})


async def test_approve(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web
) -> None:
    """The question names the device; it comes in as soon as it asks again."""
    password = await knock(web)
    issue = question(hass, entry)
    assert issue is not None
    assert issue.is_fixable
    assert not issue.is_persistent
    assert issue.severity is ir.IssueSeverity.WARNING
    opened = await open_question(user, entry)
    assert opened["type"] == "menu"
    assert opened["menu_options"] == ["approve", "refuse"]
    assert opened["description_placeholders"] == {
        "device": DEVICE,
        "customer": "House",
        "address": "127.0.0.1",
    }
    assert (await activate(web, password))[0] == HTTPStatus.FORBIDDEN
    result = await say(user, opened, "approve")
    assert result["type"] == "create_entry"
    assert question(hass, entry) is None
    assert (await activate(web, password))[0] == HTTPStatus.OK
    assert (await activate(web, password))[0] == HTTPStatus.OK
    assert question(hass, entry) is None


async def test_refuse(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web
) -> None:
    """Whoever is refused is not asked about again, however often it asks."""
    password = await knock(web)
    result = await say(user, await open_question(user, entry), "refuse")
    assert result["type"] == "create_entry"
    assert question(hass, entry) is None
    status, answer = await activate(web, password)
    assert (status, "refused" in answer["error"]) == (HTTPStatus.FORBIDDEN, True)
    with pytest.raises(AssertionError, match="refused"):
        await register(web)
    assert question(hass, entry) is None


async def test_each_device_has_its_own(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web
) -> None:
    """An answer is for one device; the other one goes on waiting."""
    first, second = await knock(web, "first"), await knock(web, "second")
    await say(user, await open_question(user, entry, "second"), "approve")
    assert question(hass, entry, "first") is not None
    assert question(hass, entry, "second") is None
    assert (await activate(web, first, "first"))[0] == HTTPStatus.FORBIDDEN
    assert (await activate(web, second, "second"))[0] == HTTPStatus.OK


async def test_asks_again_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web
) -> None:
    """A device that waits is asked about again; nothing is asked while unloaded."""
    password = await knock(web)
    await hass.config_entries.async_unload(entry.entry_id)
    assert question(hass, entry) is None
    await hass.config_entries.async_setup(entry.entry_id)
    assert question(hass, entry) is not None
    opened = await open_question(user, entry)
    # Where it came from is not kept.
    assert opened["description_placeholders"]["address"] == "?"
    await say(user, opened, "approve")
    assert (await activate(web, password))[0] == HTTPStatus.OK


@pytest.mark.parametrize("answer", ["approve", "refuse"])
async def test_answered_elsewhere(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web, answer: str
) -> None:
    """Of two answers the first one counts; the second one ends with a text."""
    password = await knock(web)
    first, second = await open_question(user, entry), await open_question(user, entry)
    await say(user, first, "approve")
    result = await say(user, second, answer)
    assert result["type"] == "abort"
    assert result["reason"] == "no_longer_waiting"
    assert ISSUE_TEXTS["fix_flow"]["abort"][result["reason"]]
    assert (await activate(web, password))[0] == HTTPStatus.OK


async def test_admitted_meanwhile(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web
) -> None:
    """A device that came in another way is not asked about any more."""
    password = await knock(web)
    opened = await open_question(user, entry)
    hass.config_entries.async_update_entry(
        entry, options=server_options(admission="automatic")
    )
    assert (await activate(web, password))[0] == HTTPStatus.OK
    result = await say(user, opened, "refuse")
    assert result["reason"] == "no_longer_waiting"
    assert question(hass, entry) is None
    assert (await activate(web, password))[0] == HTTPStatus.OK


@pytest.mark.parametrize("answer", ["approve", "refuse"])
async def test_not_loaded(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web, answer: str
) -> None:
    """Nobody takes the answer while the entry is not set up; it can be given later."""
    password = await knock(web)
    opened = await open_question(user, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    result = await say(user, opened, answer)
    assert result["type"] == "abort"
    assert result["reason"] == "not_loaded"
    assert ISSUE_TEXTS["fix_flow"]["abort"][result["reason"]]
    await hass.config_entries.async_setup(entry.entry_id)
    await say(user, await open_question(user, entry), "approve")
    assert (await activate(web, password))[0] == HTTPStatus.OK


async def test_removed_device(
    hass: HomeAssistant, entry: MockConfigEntry, web: Web, user: Web
) -> None:
    """A question whose entry is gone can be put away; nothing else comes of it."""
    await knock(web)
    await hass.config_entries.async_remove(entry.entry_id)
    assert question(hass, entry) is None
    # As one that was left over would be
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(entry),
        data={"entry_id": entry.entry_id, "device_id": DEVICE},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="iotbiz_new_device",
    )
    opened = await open_question(user, entry)
    assert (opened["type"], opened["step_id"]) == ("form", "confirm")
    result = await post(user, f"{FIX}/{opened['flow_id']}", {})
    assert result["type"] == "create_entry"
    assert question(hass, entry) is None


@pytest.mark.parametrize("bridge", ["wotkit"])
@pytest.mark.parametrize("data", [None, {"entry_id": "of another bridge"}])
async def test_issue_of_others(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    user: Web,
    bridge: str,
    data: dict[str, Any] | None,
) -> None:
    """An issue that no bridge can fix is confirmed, not answered."""
    MockConfigEntry(
        domain=DOMAIN, entry_id="of another bridge", data={"bridge": bridge}
    ).add_to_hass(hass)
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(entry),
        data=data,
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="iotbiz_new_device",
    )
    opened = await open_question(user, entry)
    assert (opened["type"], opened["step_id"]) == ("form", "confirm")


async def test_hostile_names(
    hass: HomeAssistant, create_server: CreateServer, user: Web, web: Web, entry: Any
) -> None:
    """A customer's name cannot leave the marks that make it plain text."""
    odd = customer(OTHER_CUSTOMER, name="`[click](http://example.com)`")
    hass.config_entries.async_update_entry(
        entry, options=server_options(customers=[customer(CUSTOMER), odd])
    )
    password = await register(web, customer_id=OTHER_CUSTOMER)
    await activate(web, password)
    opened = await open_question(user, entry)
    assert opened["description_placeholders"]["customer"] == (
        "'[click](http://example.com)'"
    )


async def test_customer_without_a_name(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Every user sees the list of repairs: a customer number is for administrators."""
    hass.config_entries.async_update_entry(entry, options=server_options())
    client = await hass_ws_client(hass)
    await knock(await hass_client_no_auth())
    await client.send_json_auto_id({"type": "repairs/list_issues"})
    [issue] = (await client.receive_json())["result"]["issues"]
    assert issue["translation_placeholders"]["customer"] == f"{CUSTOMER[:2]}…"
    assert CUSTOMER not in str(issue)


def test_texts() -> None:
    """All that the question says is there, and names what it is told."""
    step = ISSUE_TEXTS["fix_flow"]["step"]["init"]
    assert step["title"]
    named = set(re.findall(r"\{(\w+)\}", json.dumps(ISSUE_TEXTS)))
    assert named == {"device", "customer", "address"}
    for name in named:
        assert f"`{{{name}}}`" in step["description"]
    assert set(step["menu_options"]) == {"approve", "refuse"}
    assert set(step["menu_option_descriptions"]) == {"approve", "refuse"}
    assert set(ISSUE_TEXTS["fix_flow"]["abort"]) == {"no_longer_waiting", "not_loaded"}
