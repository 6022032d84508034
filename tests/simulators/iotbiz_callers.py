"""A running broker and a running simulator for tests, and plain clients of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.iotbiz import (
    NOT_INSTALLED,
    Broker,
    IotbizSimulator,
    ServerCertificate,
    find_mosquitto,
)

from .hkwhub_callers import TurnedClock

# README "Platform API", "Specs"
CUSTOMER: Final = "abc123"
DEVICE: Final = "44:8a:5b:9c:70:93"
STATE: Final = f"devices/out/{CUSTOMER}/{DEVICE}/state"
SUPERVISOR: Final = f"devices/out/{CUSTOMER}/{DEVICE}/supervisor"
COMMAND: Final = f"devices/in/{CUSTOMER}/{DEVICE}/command"
USER: Final = "ada"
PASSWORD: Final = "correct horse"
# 2021-03-21T12:00:00Z
NOW: Final = 1_616_328_000.0

ONLINE: Final = {"agentStatus": "online", "programStatus": "up"}
OFFLINE: Final = {"agentStatus": "offline", "programStatus": "down"}


@asynccontextmanager
async def running_broker(
    *, tls: bool = False, certificate: ServerCertificate | None = None
) -> AsyncIterator[Broker]:
    """Run a broker; where there is none the test is passed over.

    It takes less than a hundredth of a second, so each test has one of its own:
    nothing is retained from another, and logins do not meet.
    """
    if find_mosquitto() is None:
        pytest.skip(NOT_INSTALLED)
    broker = Broker(tls=tls, certificate=certificate)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


@asynccontextmanager
async def running_simulator(
    broker: Broker | None = None,
) -> AsyncIterator[IotbizSimulator]:
    """Run a simulator with a customer and a user; its clock stands still."""
    clock = TurnedClock()
    clock.now = NOW
    simulator = IotbizSimulator(clock, broker)
    simulator.add_customer(CUSTOMER)
    simulator.add_user(USER, PASSWORD)
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()


def turn_clock(simulator: IotbizSimulator, seconds: float) -> None:
    """Let time pass for a simulator with a clock that is turned."""
    assert isinstance(simulator.clock, TurnedClock)
    simulator.clock.turn(seconds)


class Caller:
    """A client of the API; answers are pairs of HTTP status and JSON or text."""

    def __init__(
        self, session: aiohttp.ClientSession, simulator: IotbizSimulator
    ) -> None:
        """Send nothing yet."""
        self._session = session
        self._simulator = simulator
        self.headers: dict[str, str] = {}

    async def __call__(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Send a request; redirects are not followed."""
        async with self._session.request(
            method,
            f"{self._simulator.base}{path}",
            headers=self.headers,
            allow_redirects=False,
            **more,
        ) as response:
            text = await response.text()
            try:
                return response.status, json.loads(text)
            except ValueError:
                return response.status, text

    async def register(
        self, device_id: str = DEVICE, customer_id: str = CUSTOMER
    ) -> tuple[int, Any]:
        """Register a device."""
        body = {"customer_id": customer_id, "device_id": device_id}
        return await self("POST", "/api/devices/register/", json=body)

    async def activate(self, password: str, device_id: str = DEVICE) -> tuple[int, Any]:
        """Activate a device."""
        body = {"device_id": device_id, "password": password}
        return await self("POST", "/api/devices/activate/", json=body)

    async def new_password(self, device_id: str = DEVICE) -> str:
        """Register a device, which has to succeed."""
        status, body = await self.register(device_id)
        assert (status, list(body)) == (201, ["password"])
        return str(body["password"])

    async def enrol(self, device_id: str = DEVICE) -> str:
        """Register and activate a device, and return its password."""
        password = await self.new_password(device_id)
        assert await self.activate(password, device_id) == (200, "")
        return password

    async def sign_in(self, user: str = USER, password: str = PASSWORD) -> Any:
        """Get tokens, and show the one for access from now on."""
        body = {"username": user, "password": password}
        status, tokens = await self("POST", "/api/token/both/", json=body)
        assert status == 200, tokens
        self.show(tokens["access"])
        return tokens

    def show(self, token: str) -> None:
        """Show a token from now on."""
        self.headers["Authorization"] = f"Bearer {token}"

    async def get(self, path: str) -> Any:
        """Return the answer of a GET that succeeds."""
        status, body = await self("GET", path)
        assert status == 200, body
        return body
