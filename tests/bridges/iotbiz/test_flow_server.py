"""Making Home Assistant the platform, and giving its brokers another secret."""

from hashlib import sha256
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, UnknownFlow
from tests.bridges.flow_walker import TEXTS, FlowWalker, fields, suggested

from .conftest import CreateServer
from .world import (
    CUSTOMER,
    DEVICE,
    SECRET,
    SECRET_HASH,
    ask,
    customer,
    register,
    server_options,
)

FORM: dict[str, Any] = {
    "customer_id": CUSTOMER,
    "device_limit": 10,
    "admission": "approve",
}
# What a broker forwards of a device that nobody knows: enough to see whether the
# secret is looked at.
FORWARDED: dict[str, Any] = {
    "from_username": DEVICE,
    "topic": f"devices/out/{CUSTOMER}/{DEVICE}/state",
    "payload": '{"status": "online"}',
    "ts": 123,
}


async def start(flows: FlowWalker) -> ConfigFlowResult:
    """Choose the role of the platform."""
    return await flows.start("iotbiz", "iotbiz_server")


def told(form: ConfigFlowResult, name: str) -> str:
    """Return what a form tells."""
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    return placeholders[name]


async def test_success(hass: HomeAssistant, flows: FlowWalker) -> None:
    """One customer, and a secret of which only the hash is kept."""
    form = await start(flows)
    assert form["step_id"] == "iotbiz_server"
    assert form["errors"] == {}
    assert fields(form) == ["customer_id", "name", "device_limit", "admission"]
    form = await flows.answer(
        form, FORM | {"name": "  My   house ", "device_limit": 25.0}
    )
    assert form["step_id"] == "iotbiz_server_secret"
    assert told(form, "customer_id") == CUSTOMER
    assert not hass.config_entries.async_entries("iot_bridge")
    secret = told(form, "secret")
    assert len(secret) >= 40
    result = await flows.answer(form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.title == "IoTBiz"
    assert entry.unique_id == "iotbiz_server"
    assert dict(entry.data) == {
        "bridge": "iotbiz",
        "role": "server",
        "secret_hash": sha256(secret.encode()).hexdigest(),
    }
    expected = [customer(name="My house", limit=25)]
    assert dict(entry.options) == server_options(customers=expected)
    assert type(entry.options["customers"][0]["device_limit"]) is int
    assert entry.state is ConfigEntryState.LOADED


async def test_suggestions(flows: FlowWalker) -> None:
    """The number is one that cannot be guessed: each form suggests another."""
    first, second = suggested(await start(flows)), suggested(await start(flows))
    assert first.keys() == second.keys() == {"customer_id"}
    assert first != second
    assert re.fullmatch("[0-9a-f]{16}", first["customer_id"])


async def test_defaults(flows: FlowWalker) -> None:
    """Who changes nothing lets in ten devices, each of which is asked about."""
    form = await start(flows)
    form = await flows.answer(form, suggested(form))
    entry = (await flows.answer(form, {}))["result"]
    expected = customer(told(form, "customer_id"), limit=10)
    assert dict(entry.options) == server_options(customers=[expected])


@pytest.mark.parametrize(
    ("entered", "key"),
    [
        ("", "customer_too_short"),
        (" 12345 ", "customer_too_short"),
        ("with blanks", "invalid_customer"),
        ("customer/1", "invalid_customer"),
        ("customer+", "invalid_customer"),
        ("#customer", "invalid_customer"),
        ("-customer", "invalid_customer"),
        ("Kündennummer", "invalid_customer"),
        ("9" * 65, "invalid_customer"),
    ],
)
async def test_wrong_number(flows: FlowWalker, entered: str, key: str) -> None:
    """It is part of topics; what was entered is shown again and can be corrected."""
    form = await start(flows)
    wrong = FORM | {"customer_id": entered, "name": "House", "admission": "automatic"}
    form = await flows.answer(form, wrong)
    assert form["step_id"] == "iotbiz_server"
    assert form["errors"] == {"customer_id": key}
    assert suggested(form) == wrong
    form = await flows.answer(form, wrong | {"customer_id": f" {CUSTOMER} "})
    entry = (await flows.answer(form, {}))["result"]
    expected = server_options(customers=[customer(name="House")], admission="automatic")
    assert dict(entry.options) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"device_limit": 0},
        {"device_limit": 1001},
        {"device_limit": "many"},
        {"admission": "maybe"},
        {"secret": "mine"},
    ],
    ids=str,
)
async def test_invalid(flows: FlowWalker, wrong: dict[str, Any]) -> None:
    """What the form does not offer is refused, and what is right can be entered then."""
    form = await start(flows)
    with pytest.raises(InvalidData):
        await flows.answer(form, FORM | wrong)
    form = await flows.answer(form, FORM | {"device_limit": 1000})
    assert form["step_id"] == "iotbiz_server_secret"


async def test_only_one(flows: FlowWalker, create_server: CreateServer) -> None:
    """Home Assistant is one platform: more customers are added in the options."""
    await create_server(set_up=False)
    result = await start(flows)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_at_once(hass: HomeAssistant, flows: FlowWalker) -> None:
    """The one that comes second is at its end when the first one is done."""
    first = await flows.answer(await start(flows), FORM)
    second = await flows.answer(await start(flows), FORM)
    assert told(first, "secret") != told(second, "secret")
    entry = (await flows.answer(first, {}))["result"]
    with pytest.raises(UnknownFlow):
        await flows.answer(second, {})
    assert hass.config_entries.async_entries("iot_bridge") == [entry]
    secret = told(first, "secret")
    assert entry.data["secret_hash"] == sha256(secret.encode()).hexdigest()


@pytest.mark.parametrize(
    ("urls", "use_ssl", "expected"),
    [
        ({}, False, "http://10.10.10.10:8123"),
        ({}, True, "https://homeassistant.local:8123"),
        ({"internal_url": "http://192.168.1.5:81"}, False, "http://192.168.1.5:81"),
        (
            {"external_url": "https://home.example.com"},
            True,
            "https://home.example.com",
        ),
    ],
    ids=["own IP address", "unknown", "internal", "external"],
)
async def test_base_address(
    hass: HomeAssistant,
    flows: FlowWalker,
    urls: dict[str, str],
    use_ssl: bool,
    expected: str,
) -> None:
    """Agents are told where Home Assistant is, as far as it knows that itself."""
    form = await start(flows)
    await hass.config.async_update(**urls)
    assert hass.config.api is not None
    hass.config.api.use_ssl = use_ssl
    form = await flows.answer(form, FORM)
    assert told(form, "base_address") == f"{expected}/api/iotbiz"


async def test_what_is_shown_works(
    flows: FlowWalker, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """A device registers with the number, and a broker is heard with the secret."""
    form = await start(flows)
    form = await flows.answer(form, suggested(form))
    await flows.answer(form, {})
    web = await hass_client_no_auth()
    assert await register(web, customer_id=told(form, "customer_id"))
    base = URL(told(form, "base_address")).path
    assert await forward(web, base, told(form, "secret")) == UNKNOWN_DEVICE
    assert await forward(web, base, SECRET) == NOT_ALLOWED


NOT_ALLOWED = (403, {"error": "Not allowed."})
UNKNOWN_DEVICE = (403, {"error": "The device is not registered and activated."})


async def forward(web: Any, base: str, secret: str) -> tuple[int, Any]:
    """Forward a message to the private API."""
    path = f"{base}/privateapi/update-device/"
    return await ask(web, path, FORWARDED, Authorization=f"Bearer {secret}")


async def test_another_secret(
    hass: HomeAssistant,
    flows: FlowWalker,
    create_server: CreateServer,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """It counts from the moment on when it was seen, and nothing is set up anew."""
    entry = await create_server()
    before = entry.runtime_data
    web = await hass_client_no_auth()
    assert await forward(web, "", SECRET) == UNKNOWN_DEVICE
    form = await flows.reconfigure(entry)
    assert form["step_id"] == "iotbiz_server_reconfigure"
    assert fields(form) == []
    assert entry.data["secret_hash"] == SECRET_HASH
    form = await flows.answer(form, {})
    assert form["step_id"] == "iotbiz_server_new_secret"
    secret = told(form, "secret")
    assert told(form, "base_address").endswith("/api/iotbiz")
    assert entry.data["secret_hash"] == SECRET_HASH
    result = await flows.answer(form, {})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert dict(entry.data) == {
        "bridge": "iotbiz",
        "role": "server",
        "secret_hash": sha256(secret.encode()).hexdigest(),
    }
    assert dict(entry.options) == server_options()
    assert entry.runtime_data is before
    assert await forward(web, "", secret) == UNKNOWN_DEVICE
    assert await forward(web, "", SECRET) == NOT_ALLOWED


async def test_secret_is_kept_if_the_flow_is_left(
    hass: HomeAssistant, flows: FlowWalker, create_server: CreateServer
) -> None:
    """Whoever only looks changes nothing."""
    entry = await create_server(set_up=False)
    form = await flows.answer(await flows.reconfigure(entry), {})
    hass.config_entries.flow.async_abort(form["flow_id"])
    assert entry.data["secret_hash"] == SECRET_HASH


async def test_choices_have_texts(flows: FlowWalker) -> None:
    """What can be selected is translated; nothing more is."""
    form = await start(flows)
    schema = form["data_schema"]
    assert schema is not None
    config = schema.schema["admission"].config
    texts = TEXTS["selector"][config["translation_key"]]["options"]
    assert list(texts) == config["options"]
