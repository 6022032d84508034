"""Registration and activation at the simulated IoTBiz, README "Platform API"."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.iotbiz import Broker, IotbizSimulator, MqttRefusedError

from .iotbiz_callers import (
    CUSTOMER,
    DEVICE,
    NOW,
    Caller,
    running_broker,
    running_simulator,
)

REGISTER: Final = "/api/devices/register/"
ACTIVATE: Final = "/api/devices/activate/"
REQUIRED: Final = ["This field is required."]
BLANK: Final = ["This field may not be blank."]


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncIterator[IotbizSimulator]:
    """A running simulator without a broker."""
    async with running_simulator() as running:
        yield running


@pytest.fixture
def caller(session: aiohttp.ClientSession, simulator: IotbizSimulator) -> Caller:
    """A client."""
    return Caller(session, simulator)


def error(reason: str) -> tuple[int, dict[str, str]]:
    """Return a refusal."""
    return 403, {"error": reason}


ALREADY: Final = error("Device already exists and is activated.")
WRONG_PASSWORD: Final = error("Invalid password.")
UNKNOWN: Final = error("Error while retrieving device.")


async def test_the_way_in(caller: Caller, simulator: IotbizSimulator) -> None:
    """A device registers, activates, and may do so again."""
    password = await caller.new_password()
    assert len(password) == 50
    assert password.isascii() and password.isalnum()
    device = simulator.devices[DEVICE]
    assert (device.customer_id, device.activated) == (CUSTOMER, False)
    for _ in range(2):
        assert await caller.activate(password) == (200, "")
        assert simulator.devices[DEVICE].activated
    assert await caller.activate("wrong") == WRONG_PASSWORD
    assert simulator.faults == []


async def test_new_password(caller: Caller, simulator: IotbizSimulator) -> None:
    """Registered again before it is activated, a device has another password."""
    first = await caller.new_password()
    second = await caller.new_password()
    assert first != second
    assert await caller.activate(first) == WRONG_PASSWORD
    assert await caller.activate(second) == (200, "")
    assert simulator.faults == []


async def test_registering_an_activated_device(
    caller: Caller, simulator: IotbizSimulator
) -> None:
    """It is refused, and a fault if the client itself has activated the device."""
    await simulator.add_device("other", CUSTOMER)
    assert await caller.register("other") == ALREADY
    assert simulator.faults == []
    await caller.enrol()
    assert await caller.register() == ALREADY
    assert simulator.faults == [f"POST {REGISTER}: {DEVICE} has been activated"]


async def test_registering_with_a_reason(
    caller: Caller, simulator: IotbizSimulator
) -> None:
    """With a password that somebody has changed, it is no fault to try."""
    await caller.enrol()
    await simulator.set_password(DEVICE, "changed")
    assert await caller.register() == ALREADY
    assert await caller.activate("changed") == (200, "")
    assert simulator.faults == []


async def test_forgotten_device(caller: Caller, simulator: IotbizSimulator) -> None:
    """A device that is forgotten may register again."""
    password = await caller.enrol()
    await simulator.forget(DEVICE)
    assert await caller.activate(password) == UNKNOWN
    assert await caller.enrol() != password
    assert simulator.faults == []


async def test_unknown_device(caller: Caller, simulator: IotbizSimulator) -> None:
    """Activating a device that was never registered is a fault."""
    assert await caller.activate("x") == UNKNOWN
    assert simulator.faults == [f"POST {ACTIVATE}: {DEVICE} has not been registered"]


async def test_customers(caller: Caller, simulator: IotbizSimulator) -> None:
    """A customer number has to be right, and has room for some devices."""
    assert await caller.register(customer_id="abc") == error("Invalid customer id.")
    simulator.add_customer(CUSTOMER, limit=1)
    await caller.new_password()
    status, body = await caller.register("second")
    assert status == 403
    assert "limit" in body["error"]
    # It has its place already.
    await caller.enrol()
    simulator.add_customer(CUSTOMER, limit=2)
    await caller.new_password("second")
    await simulator.forget(DEVICE)
    await caller.new_password("third")
    assert simulator.faults == []


async def test_approval(caller: Caller, simulator: IotbizSimulator) -> None:
    """Devices may have to be approved; the password stays the same."""
    simulator.needs_approval = True
    password = await caller.new_password()
    refusal = error("The device has to be approved first.")
    assert await caller.activate("wrong") == WRONG_PASSWORD
    assert await caller.activate(password) == refusal
    simulator.approve(DEVICE)
    assert await caller.activate(password) == (200, "")
    assert simulator.faults == []


@pytest.mark.parametrize(
    ("wants", "keys", "status", "answer"),
    [
        ("device_id", ["device_id"], 201, None),
        ("device_id", ["device_id", "mac_address"], 201, None),
        ("device_id", ["mac_address"], 400, {"device_id": REQUIRED}),
        ("mac_address", ["mac_address"], 201, None),
        ("mac_address", ["device_id", "mac_address"], 201, None),
        ("mac_address", ["device_id"], 400, {"mac_address": REQUIRED}),
        ("either", ["mac_address"], 201, None),
        ("either", ["device_id"], 201, None),
    ],
)
async def test_keys(
    caller: Caller,
    simulator: IotbizSimulator,
    wants: Any,
    keys: list[str],
    status: int,
    answer: Any,
) -> None:
    """Each generation has its key; the other one is ignored."""
    simulator.wants = wants
    body = {"customer_id": CUSTOMER, **dict.fromkeys(keys, DEVICE)}
    answered, told = await caller("POST", REGISTER, json=body)
    assert answered == status
    assert answer in (None, told)
    assert list(simulator.devices) == [DEVICE] * (status == 201)
    assert simulator.registrations[-1].keys == ("customer_id", *keys)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"customer_id": REQUIRED, "device_id": REQUIRED}),
        ({"customer_id": CUSTOMER, "device_id": " "}, {"device_id": BLANK}),
        (
            {"customer_id": None, "device_id": []},
            {
                "customer_id": ["This field may not be null."],
                "device_id": ["Not a valid string."],
            },
        ),
    ],
)
async def test_missing_fields(
    caller: Caller, simulator: IotbizSimulator, body: Any, errors: Any
) -> None:
    """Fields that are missing or odd are told."""
    assert await caller("POST", REGISTER, json=body) == (400, errors)
    assert simulator.devices == {}


@pytest.mark.parametrize(
    ("data", "kind", "status", "fault"),
    [
        (b"{", "application/json", 400, "the body is no JSON"),
        (b"[]", "application/json", 400, "the body is no JSON object"),
        (b"{}", "text/plain", 415, "the body is text/plain"),
        (
            f"customer_id={CUSTOMER}&device_id=x".encode(),
            "application/x-www-form-urlencoded",
            201,
            "the body is application/x-www-form-urlencoded",
        ),
    ],
)
async def test_bodies_that_are_no_json(
    caller: Caller,
    simulator: IotbizSimulator,
    data: bytes,
    kind: str,
    status: int,
    fault: str,
) -> None:
    """Only JSON should come; forms are taken nevertheless."""
    caller.headers["Content-Type"] = kind
    assert (await caller("POST", REGISTER, data=data))[0] == status
    assert simulator.faults == [f"POST {REGISTER}: {fault}"]


async def test_addresses(caller: Caller, simulator: IotbizSimulator) -> None:
    """A slash has to be at the end; there are no parameters; other paths are not there."""
    body = {"customer_id": CUSTOMER, "device_id": DEVICE}
    assert await caller("POST", REGISTER[:-1], json=body) == (301, "")
    assert simulator.devices == {}
    path = f"{REGISTER}?password=x"
    assert (await caller("POST", path, json=body))[0] == 201
    assert (await caller("GET", REGISTER))[0] == 405
    assert (await caller("POST", "/privateapi/update-device/", json={}))[0] == 404
    assert simulator.faults == [
        f"POST {REGISTER[:-1]}: no slash at the end",
        f"POST {REGISTER}: password in the address",
        f"POST {REGISTER}: there is no parameter password",
    ]


async def test_prefix(
    session: aiohttp.ClientSession, simulator: IotbizSimulator
) -> None:
    """It may be served below a path."""
    simulator.prefix = "/api/iotbiz"
    await Caller(session, simulator).enrol()
    assert simulator.base == f"{simulator.url}/api/iotbiz"
    async with session.post(f"{simulator.url}{REGISTER}", json={}) as response:
        assert response.status == 404
    async with session.post(
        f"{simulator.base}{REGISTER[:-1]}", allow_redirects=False
    ) as response:
        assert response.headers["Location"] == f"/api/iotbiz{REGISTER}"


async def test_record(caller: Caller, simulator: IotbizSimulator) -> None:
    """It remembers who came, and no password."""
    password = await caller.enrol()
    await caller.activate("wrong")
    registered, activated, refused = simulator.registrations
    assert (registered.action, registered.status, registered.error) == (
        *("register", 201, ""),
    )
    assert (activated.action, activated.device_id, activated.at) == (
        *("activate", DEVICE, NOW),
    )
    assert (refused.status, refused.error) == (403, "Invalid password.")
    assert [request.keys for request in simulator.requests] == [
        ("customer_id", "device_id"),
        ("device_id", "password"),
        ("device_id", "password"),
    ]
    told = f"{simulator.requests}{simulator.registrations}{simulator.devices}"
    assert password not in told


# With a broker


@pytest.fixture
async def broker(socket_enabled: None) -> AsyncIterator[Broker]:
    """A running broker."""
    async with running_broker() as running:
        yield running


async def test_logins(session: aiohttp.ClientSession, broker: Broker) -> None:
    """A password counts at the broker once it is activated, and until it changes."""
    async with running_simulator(broker) as simulator:
        caller = Caller(session, simulator)
        password = await caller.new_password()
        with pytest.raises(MqttRefusedError):
            await broker.connect(DEVICE, password)
        await caller.activate(password)
        device = await broker.connect(DEVICE, password)
        await simulator.set_password(DEVICE, "changed")
        await device.wait_ended()
        device = await broker.connect(DEVICE, "changed")
        await simulator.forget(DEVICE)
        await device.wait_ended()
        assert not broker.has_user(DEVICE)
        assert simulator.faults == []


async def test_devices_from_before(broker: Broker) -> None:
    """Devices that were there before may connect, those not activated may not."""
    simulator = IotbizSimulator(broker=broker)
    await simulator.add_device(DEVICE, CUSTOMER, password="p")
    await simulator.add_device("other", CUSTOMER, password="p", activated=False)
    await simulator.start()
    await (await broker.connect(DEVICE, "p")).close()
    with pytest.raises(MqttRefusedError):
        await broker.connect("other", "p")
    await simulator.stop()
