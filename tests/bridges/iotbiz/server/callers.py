"""Who asks Home Assistant something over HTTP: devices, brokers and attackers."""

import asyncio
from collections.abc import Mapping
import json
from typing import Any, Final

from aiohttp import ClientSession, TCPConnector
from yarl import URL

from tests.bridges.iotbiz.world import CUSTOMER, DEVICE, SECRET

REGISTER: Final = "/api/devices/register/"
ACTIVATE: Final = "/api/devices/activate/"
UPDATE: Final = "/privateapi/update-device/"
BASE: Final = "/api/iotbiz"

# Where most tests ask from, and another address of this machine
HERE: Final = "127.0.0.1"
ELSEWHERE: Final = "127.0.0.2"

# README "Private API", as the example has it
PAYLOAD: Final = '{"status": "online", "att1": "val1", "att2": "val2"}'

# The entities of the device that most tests have
NAME: Final = "44_8a_5b_9c_70_93"
CONNECTED: Final = f"binary_sensor.{NAME}_connectivity"
RUNNING: Final = f"binary_sensor.{NAME}_running"
LAST_SEEN: Final = f"sensor.{NAME}_last_seen"
LEVEL: Final = f"sensor.{NAME}_level"
NOTIFY: Final = f"notify.{NAME}_send_command"

type Answer = tuple[int, Any]


def refused(reason: str) -> Answer:
    """Return the answer to a request that is refused."""
    return 403, {"error": reason}


TOO_MANY: Final = refused("Too many requests. Try again later.")
NOT_ALLOWED: Final = refused("Not allowed.")
NO_LOGIN: Final = refused("Invalid device or password.")
NO_SPEAKER: Final = refused("The device is not registered and activated.")
TAKEN: Final = refused("Device already exists and is activated.")
LIMIT_REACHED: Final = refused("The limit of devices of this customer id is reached.")


def bearer(secret: str = SECRET) -> dict[str, str]:
    """Return the headers that show a secret."""
    return {"Authorization": f"Bearer {secret}"}


class Caller:
    """Asks from one address."""

    def __init__(self, url: URL, address: str) -> None:
        """Connect to nobody yet.

        Args:
            url: Of Home Assistant.
            address: Of this machine.
        """
        self.url = url
        self._session = ClientSession(
            connector=TCPConnector(local_addr=(address, 0), limit=100)
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a body as it is.

        Returns:
            The HTTP status, and the JSON of the answer or its text.
        """
        async with self._session.request(
            method, self.url.with_path(path), data=body, headers=headers
        ) as response:
            is_json = response.content_type == "application/json"
            answer = await (response.json() if is_json else response.text())
            return response.status, answer

    async def ask_at(self, url: URL, fields: object) -> Answer:
        """Send JSON to an address that may have a login in it."""
        async with self._session.post(url, json=fields) as response:
            return response.status, await response.json()

    async def post(
        self, path: str, fields: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send JSON."""
        kind = {"Content-Type": "application/json"}
        return await self.ask(
            "POST", path, json.dumps(fields).encode(), {**kind, **(headers or {})}
        )

    async def register(
        self, device_id: str = DEVICE, customer_id: str = CUSTOMER
    ) -> Answer:
        """Ask for a password."""
        return await self.post(
            REGISTER, {"customer_id": customer_id, "mac_address": device_id}
        )

    async def password(
        self, device_id: str = DEVICE, customer_id: str = CUSTOMER
    ) -> str:
        """Ask for a password, and get it."""
        status, answer = await self.register(device_id, customer_id)
        assert status == 201, answer
        password: str = answer["password"]
        return password

    async def activate(self, password: str, device_id: str = DEVICE) -> Answer:
        """Confirm a password."""
        return await self.post(
            ACTIVATE, {"mac_address": device_id, "password": password}
        )

    async def enrol(self, device_id: str = DEVICE, customer_id: str = CUSTOMER) -> str:
        """Register and activate a device; return its password."""
        password = await self.password(device_id, customer_id)
        assert await self.activate(password, device_id) == (200, "")
        return password

    async def update(
        self,
        payload: Any = PAYLOAD,
        *,
        device_id: str = DEVICE,
        customer_id: str = CUSTOMER,
        headers: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> Answer:
        """Forward what a device has published, as a broker does.

        Args:
            payload: What; an object is sent as JSON in text.
            device_id: The device.
            customer_id: Its customer number.
            headers: Of the request; by default they show the secret.
            changes: Of the fields.
        """
        text = json.dumps(payload) if isinstance(payload, dict) else payload
        fields = {
            "from_username": device_id,
            "topic": f"devices/out/{customer_id}/{device_id}/state",
            "payload": text,
            "ts": 123,
            **changes,
        }
        shown = bearer() if headers is None else headers
        return await self.post(UPDATE, fields, shown)


_TICK: Final = 0.002


async def longest_standstill(until: asyncio.Future[Any]) -> tuple[float, float]:
    """Measure how long the event loop has no time for anything else.

    Args:
        until: Ends the measurement.

    Returns:
        The longest standstill, and how long it was measured, in seconds.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    longest = 0.0
    while not until.done():
        due = loop.time() + _TICK
        await asyncio.sleep(_TICK)
        longest = max(longest, loop.time() - due)
    return longest, loop.time() - began
