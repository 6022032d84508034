"""What tests of the IoTBiz bridge have in common: customers, secrets and addresses."""

from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from aiohttp.test_utils import TestClient

from tests.bridges.world import (
    attribute,
    device_names,
    device_of,
    entity_ids,
    go_to,
    pass_time,
    poll,
    poll_and_settle,
    settle,
)

__all__ = [
    "CUSTOMER",
    "DEVICE",
    "OTHER_CUSTOMER",
    "SECRET",
    "SECRET_HASH",
    "activate",
    "ask",
    "attribute",
    "customer",
    "device_names",
    "device_of",
    "entity_ids",
    "go_to",
    "pass_time",
    "poll",
    "poll_and_settle",
    "register",
    "server_options",
    "settle",
]

# README "Platform API", "Specs"
CUSTOMER: Final = "abc123"
DEVICE: Final = "44:8a:5b:9c:70:93"

OTHER_CUSTOMER: Final = "other-customer-77"

# What brokers show to the private API.
SECRET: Final = "test-secret-of-the-private-api-0123456789ab"
SECRET_HASH: Final = sha256(SECRET.encode()).hexdigest()


def customer(
    customer_id: str = CUSTOMER, *, name: str = "", limit: int = 10
) -> dict[str, Any]:
    """Return a customer as options hold it."""
    return {"customer_id": customer_id, "name": name, "device_limit": limit}


def server_options(**changes: Any) -> dict[str, Any]:
    """Return the options that the config flow stores, some of them replaced."""
    return {
        "admission": "approve",
        "allowed_addresses": ["127.0.0.1", "::1"],
        "customers": [customer()],
        **changes,
    }


async def ask(
    web: TestClient[Any, Any], path: str, body: dict[str, Any], **headers: str
) -> tuple[int, Any]:
    """Ask Home Assistant something over HTTP.

    Args:
        web: Reaches Home Assistant.
        path: Of the address.
        body: What is sent as JSON.
        headers: What is sent besides.

    Returns:
        The HTTP status, and the JSON of the answer or its text.
    """
    async with web.post(path, json=body, headers=headers) as response:
        is_json = response.content_type == "application/json"
        return response.status, await (response.json() if is_json else response.text())


async def register(
    web: TestClient[Any, Any], device_id: str = DEVICE, customer_id: str = CUSTOMER
) -> str:
    """Register a device with Home Assistant; return its password."""
    status, answer = await ask(
        web,
        "/api/devices/register/",
        {"customer_id": customer_id, "mac_address": device_id},
    )
    assert status == HTTPStatus.CREATED, answer
    password: str = answer["password"]
    return password


async def activate(
    web: TestClient[Any, Any], password: str, device_id: str = DEVICE
) -> tuple[int, Any]:
    """Ask Home Assistant to activate a device; return status and answer."""
    return await ask(
        web,
        "/api/devices/activate/",
        {"mac_address": device_id, "password": password},
    )
