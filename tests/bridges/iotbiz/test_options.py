"""Options of the server role: who may register, silent devices, allowed addresses."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from tests.bridges.flow_walker import FlowWalker, fields, suggested

from .conftest import CreateServer
from .world import CUSTOMER, DEVICE, SECRET, activate, ask, register, server_options

ALLOWED = ["127.0.0.1", "::1"]


async def open_settings(flows: FlowWalker, entry: MockConfigEntry) -> ConfigFlowResult:
    """Choose the settings from the menu."""
    menu = await flows.options(entry)
    return await flows.choose(menu, {"next_step_id": "iotbiz_settings"})


async def test_menu(flows: FlowWalker, create_server: CreateServer) -> None:
    """Nobody was refused: there is nobody to forgive."""
    menu = await flows.options(await create_server())
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == [
        "iotbiz_settings",
        "iotbiz_add_customer",
        "iotbiz_customer",
    ]


async def test_defaults(flows: FlowWalker, create_server: CreateServer) -> None:
    """Who changes nothing keeps what the set-up has stored."""
    entry = await create_server(set_up=False)
    form = await open_settings(flows, entry)
    assert form["errors"] == {}
    assert fields(form) == ["admission", "silent_minutes", "allowed_addresses"]
    assert suggested(form) == {"admission": "approve", "allowed_addresses": ALLOWED}
    result = await flows.choose(form, suggested(form))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert dict(entry.options) == server_options()


async def test_all(flows: FlowWalker, create_server: CreateServer) -> None:
    """All are stored and shown again, minutes as a whole number; customers stay."""
    entry = await create_server(set_up=False)
    answer = {
        "admission": "closed",
        "silent_minutes": 90.0,
        "allowed_addresses": ["192.168.1.0/24"],
    }
    await flows.choose(await open_settings(flows, entry), answer)
    assert dict(entry.options) == server_options(**answer)
    assert type(entry.options["silent_minutes"]) is int
    form = await open_settings(flows, entry)
    assert suggested(form) == answer
    del answer["silent_minutes"]
    await flows.choose(form, answer)
    assert dict(entry.options) == server_options(**answer)


@pytest.mark.parametrize(
    ("entered", "stored"),
    [
        ([], []),
        (["", "  "], []),
        ([" 10.0.0.7 ", "10.0.0.7", "10.0.0.7/32"], ["10.0.0.7"]),
        (["10.0.0.7/24"], ["10.0.0.0/24"]),
        (["FE80:0::1", "fd00::1/64"], ["fe80::1", "fd00::/64"]),
        (["::ffff:10.0.0.7", "::ffff:a00:100/120"], ["10.0.0.7", "10.0.1.0/24"]),
    ],
)
async def test_addresses(
    flows: FlowWalker,
    create_server: CreateServer,
    entered: list[str],
    stored: list[str],
) -> None:
    """Each is stored once, and as it is usually written."""
    entry = await create_server(set_up=False)
    form = await open_settings(flows, entry)
    answer = {"admission": "approve", "allowed_addresses": entered}
    await flows.choose(form, answer)
    assert entry.options["allowed_addresses"] == stored
    assert suggested(await open_settings(flows, entry))["allowed_addresses"] == stored


@pytest.mark.parametrize(
    "wrong", ["localhost", "10.0.0.256", "10.0.0.0/33", "fe80::1%eth0", "1.2.3.4:80"]
)
async def test_wrong_address(
    flows: FlowWalker, create_server: CreateServer, wrong: str
) -> None:
    """The error names the one that is wrong; all is shown again."""
    entry = await create_server(set_up=False)
    form = await open_settings(flows, entry)
    answer: dict[str, Any] = {
        "admission": "automatic",
        "silent_minutes": 7,
        "allowed_addresses": ["10.0.0.7", f" {wrong}", "nonsense"],
    }
    form = await flows.choose(form, answer)
    assert form["step_id"] == "iotbiz_settings"
    assert form["errors"] == {"allowed_addresses": "invalid_network"}
    assert form["description_placeholders"] == {"network": wrong}
    assert suggested(form) == answer
    assert dict(entry.options) == server_options()
    right = answer | {"allowed_addresses": ["10.0.0.7"]}
    await flows.choose(form, right)
    assert dict(entry.options) == server_options(**right)


@pytest.mark.parametrize(
    "wrong",
    [
        {"admission": "maybe"},
        {"silent_minutes": 0},
        {"silent_minutes": 10081},
        {"allowed_addresses": "127.0.0.1"},
        {"customers": []},
    ],
    ids=str,
)
async def test_invalid(
    flows: FlowWalker, create_server: CreateServer, wrong: dict[str, Any]
) -> None:
    """What the form does not offer is refused, and what is right can be entered then."""
    entry = await create_server(set_up=False)
    form = await open_settings(flows, entry)
    with pytest.raises(InvalidData):
        await flows.choose(form, {"admission": "approve"} | wrong)
    await flows.choose(form, {"admission": "closed", "silent_minutes": 10080})
    assert entry.options["admission"] == "closed"


async def test_settings_count_at_once(
    flows: FlowWalker,
    create_server: CreateServer,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Nothing is set up anew; the next request is answered as was chosen."""
    entry = await create_server()
    before = entry.runtime_data
    web = await hass_client_no_auth()
    password = await register(web)
    status, answer = await activate(web, password)
    assert (status, "approve" in answer["error"]) == (403, True)
    await flows.choose(
        await open_settings(flows, entry),
        {"admission": "automatic", "allowed_addresses": ["192.0.2.1"]},
    )
    assert (await activate(web, password))[0] == 200
    forwarded = {
        "from_username": DEVICE,
        "topic": f"devices/out/{CUSTOMER}/{DEVICE}/state",
        "payload": '{"status": "online"}',
        "ts": 123,
    }
    path, secret = "/privateapi/update-device/", f"Bearer {SECRET}"
    assert (await ask(web, path, forwarded, Authorization=secret))[0] == 403
    await flows.choose(
        await open_settings(flows, entry),
        {"admission": "closed", "allowed_addresses": ["127.0.0.0/8"]},
    )
    assert (await ask(web, path, forwarded, Authorization=secret))[0] == 200
    with pytest.raises(AssertionError, match="not admitted"):
        await register(web, "second")
    assert entry.runtime_data is before


@pytest.mark.parametrize(
    ("role", "has_options", "subentries"),
    [
        ("server", True, set()),
        ("agent", False, {"iotbiz_export"}),
        ("reader", False, set()),
    ],
)
async def test_what_roles_can_do(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    role: str,
    has_options: bool,
    subentries: set[str],
) -> None:
    """Only a platform has something to choose, and only a device something to send."""
    entry = MockConfigEntry(domain=DOMAIN, data={"bridge": "iotbiz", "role": role})
    entry.add_to_hass(hass)
    assert entry.supports_options is has_options
    assert entry.supported_subentry_types.keys() == subentries
