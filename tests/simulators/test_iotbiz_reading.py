"""What users read from the simulated IoTBiz: tokens, devices, telemetry."""

import base64
from collections.abc import AsyncIterator
import json
from typing import Any

import aiohttp
import pytest

from tests.simulators.iotbiz import IotbizSimulator

from .iotbiz_callers import (
    CUSTOMER,
    DEVICE,
    NOW,
    OFFLINE,
    ONLINE,
    PASSWORD,
    USER,
    Caller,
    running_simulator,
    turn_clock,
)


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncIterator[IotbizSimulator]:
    """A running simulator with a device."""
    async with running_simulator() as running:
        await running.add_device(DEVICE, CUSTOMER)
        yield running


@pytest.fixture
def stranger(session: aiohttp.ClientSession, simulator: IotbizSimulator) -> Caller:
    """A client without a token."""
    return Caller(session, simulator)


@pytest.fixture
async def user(stranger: Caller) -> Caller:
    """A client with a token."""
    await stranger.sign_in()
    return stranger


def claims_of(token: str) -> Any:
    """Return what a token says."""
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


async def renew(caller: Caller, token: str) -> tuple[int, Any]:
    """Ask for another token for access."""
    return await caller("POST", "/api/token/access/", json={"refresh": token})


# Tokens


async def test_tokens(stranger: Caller, simulator: IotbizSimulator) -> None:
    """A token for access lives an hour, and is renewed for a day."""
    tokens = await stranger.sign_in()
    access, refresh = claims_of(tokens["access"]), claims_of(tokens["refresh"])
    assert (access["token_type"], access["exp"] - NOW) == ("access", 3600)
    assert (refresh["token_type"], refresh["exp"] - NOW) == ("refresh", 86_400)
    await stranger.get("/api/devices/")
    turn_clock(simulator, 3600)
    status, body = await stranger("GET", "/api/devices/")
    assert (status, body["code"]) == (401, "token_not_valid")
    assert "detail" in body
    status, renewed = await renew(stranger, tokens["refresh"])
    assert (status, list(renewed)) == (200, ["access"])
    stranger.show(renewed["access"])
    await stranger.get("/api/devices/")
    turn_clock(simulator, 86_400 - 3600)
    assert (await renew(stranger, tokens["refresh"]))[0] == 401
    assert simulator.office.issued == {"access": 2, "refresh": 1}
    assert simulator.faults == []


async def test_lives_of_tokens(stranger: Caller, simulator: IotbizSimulator) -> None:
    """The lives may be chosen, and all tokens be revoked."""
    simulator.office.access_life, simulator.office.refresh_life = 5, 9
    tokens = await stranger.sign_in()
    turn_clock(simulator, 5)
    assert (await stranger("GET", "/api/ping/"))[0] == 401
    assert (await renew(stranger, tokens["refresh"]))[0] == 200
    simulator.office.revoke_all()
    assert (await renew(stranger, tokens["refresh"]))[0] == 401


@pytest.mark.parametrize(("name", "password"), [(USER, "wrong"), ("eve", PASSWORD)])
async def test_wrong_login(stranger: Caller, name: str, password: str) -> None:
    """A wrong login is refused."""
    body = {"username": name, "password": password}
    assert await stranger("POST", "/api/token/both/", json=body) == (
        401,
        {"detail": "No active account found with the given credentials"},
    )


async def test_mixed_up_tokens(stranger: Caller, simulator: IotbizSimulator) -> None:
    """Each token is for one purpose, and signed; a user who goes has none."""
    tokens = await stranger.sign_in()
    assert (await renew(stranger, tokens["access"]))[0] == 401
    for token in (tokens["refresh"], tokens["access"][:-2] + "xx", "x", "", "a.b.c"):
        stranger.show(token)
        assert (await stranger("GET", "/api/devices/"))[0] == 401
    stranger.show(tokens["access"])
    del simulator.users[USER]
    assert (await stranger("GET", "/api/devices/"))[0] == 401
    assert (await renew(stranger, tokens["refresh"]))[0] == 401


@pytest.mark.parametrize(
    "path", ["/api/devices/", "/api/devices/1/", "/api/telemetry/", "/api/ping/?id=1"]
)
async def test_without_a_token(stranger: Caller, path: str) -> None:
    """Nothing is told without a token."""
    assert await stranger("GET", path) == (
        401,
        {"detail": "Authentication credentials were not provided."},
    )


async def test_token_in_the_address(user: Caller, simulator: IotbizSimulator) -> None:
    """A token in the address is a fault."""
    await user.get("/api/ping/?token=x")
    assert simulator.faults == [
        "GET /api/ping/: token in the address",
        "GET /api/ping/: there is no parameter token",
    ]


# Devices


async def test_devices(user: Caller, simulator: IotbizSimulator) -> None:
    """Devices are listed with what they told."""
    await simulator.add_device("other", "77", activated=False)
    simulator.add_row(DEVICE, {**ONLINE, "att1": 1})
    turn_clock(simulator, 0.25)
    simulator.add_row(DEVICE, {**OFFLINE, "att1": 2})
    body = await user.get("/api/devices/")
    first, second = body["results"]
    assert body == {
        "count": 2,
        "next": None,
        "previous": None,
        "results": [first, second],
    }
    assert first == {
        "url": f"{simulator.base}/api/devices/1/",
        "name": DEVICE,
        "customer": CUSTOMER,
        "agent_status": "offline",
        "program_status": "down",
        "last_updated": "2021-03-21T12:00:00.250000Z",
        "auth": ["activated"],
    }
    assert second == {
        "url": f"{simulator.base}/api/devices/2/",
        "name": "other",
        "customer": "77",
        "agent_status": None,
        "program_status": None,
        "last_updated": None,
        "auth": ["not activated"],
    }
    assert await user.get("/api/devices/2/") == second
    assert await user("GET", "/api/devices/3/") == (404, {"detail": "Not found."})
    assert simulator.faults == []


async def test_never_told(user: Caller, simulator: IotbizSimulator) -> None:
    """What a device never told may be empty."""
    simulator.never_told = ""
    device = await user.get("/api/devices/1/")
    assert (device["agent_status"], device["program_status"]) == ("", "")


async def test_pages(user: Caller, simulator: IotbizSimulator) -> None:
    """Long lists come in pages."""
    for number in range(1, 5):
        await simulator.add_device(f"d{number}", CUSTOMER)
    simulator.page_size = 2
    path = "/api/devices/"
    pages = [await user.get(path)]
    for _ in range(2):
        path = pages[-1]["next"].removeprefix(simulator.base)
        pages.append(await user.get(path))
    names = [[device["name"] for device in page["results"]] for page in pages]
    assert names == [[DEVICE, "d1"], ["d2", "d3"], ["d4"]]
    assert [page["count"] for page in pages] == [5, 5, 5]
    base = f"{simulator.base}/api/devices/?limit=2"
    assert [page["next"] for page in pages] == [
        f"{base}&offset=2",
        f"{base}&offset=4",
        None,
    ]
    assert [page["previous"] for page in pages] == [None, base, f"{base}&offset=2"]
    page = await user.get("/api/devices/?limit=100&offset=4")
    assert (len(page["results"]), page["next"]) == (1, None)
    # What is no number does not count.
    assert len((await user.get("/api/devices/?limit=x&offset=-1"))["results"]) == 2
    assert simulator.faults == []


async def test_default_page(user: Caller, simulator: IotbizSimulator) -> None:
    """500 are told at once."""
    for number in range(500):
        simulator.new_device(f"d{number}", CUSTOMER)
    body = await user.get("/api/devices/")
    assert (body["count"], len(body["results"])) == (501, 500)


@pytest.mark.parametrize(("method", "status"), [("DELETE", 500), ("PUT", 400)])
async def test_what_does_not_work(
    user: Caller, simulator: IotbizSimulator, method: str, status: int
) -> None:
    """Devices can be neither deleted nor changed."""
    assert (await user(method, "/api/devices/1/"))[0] == status
    assert simulator.faults == [f"{method} /api/devices/1/: it does not work"]


# Telemetry


async def test_telemetry(user: Caller, simulator: IotbizSimulator) -> None:
    """Each message is a row, for all devices or one, for all times or some."""
    await simulator.add_device("other", CUSTOMER)
    for number in range(4):
        simulator.add_row(DEVICE, {**ONLINE, "n": number}, NOW + number)
    row = simulator.add_row("other", {**ONLINE, "tank": {"level": 0.5}}, NOW)

    async def found(query: str) -> list[Any]:
        body = await user.get(f"/api/telemetry/{query}")
        return [item["state"].get("n", "other") for item in body["results"]]

    assert await found("") == [0, 1, 2, 3, "other"]
    assert await found("?device=1") == [0, 1, 2, 3]
    assert await found("?device=1&start=2021-03-21T12:00:01Z") == [1, 2, 3]
    assert await found("?device=1&end=2021-03-21T12:00:01Z") == [0, 1]
    start = "start=2021-03-21T13:00:01%2B01:00"
    assert await found(f"?{start}&end=2021-03-21T12:00:02") == [1, 2]
    simulator.newest_first = True
    assert await found("?device=1&limit=2&offset=1") == [2, 1]
    assert (await user.get("/api/telemetry/?device=2"))["results"] == [
        {
            "url": f"{simulator.base}/api/telemetry/{row.pk}/",
            "created_on": "2021-03-21T12:00:00Z",
            "device": f"{simulator.base}/api/devices/2/",
            "state": {**ONLINE, "tank": {"level": 0.5}},
        }
    ]
    assert simulator.faults == []


async def test_wrong_queries(user: Caller, simulator: IotbizSimulator) -> None:
    """Odd parameters are refused, unknown ones are faults."""
    assert (await user("GET", "/api/telemetry/?device=9"))[0] == 400
    assert (await user("GET", "/api/telemetry/?start=today"))[0] == 400
    await user.get("/api/telemetry/?page=2")
    await user.get("/api/devices/?name=x")
    assert simulator.faults == [
        "GET /api/telemetry/: start is no time",
        "GET /api/telemetry/: there is no parameter page",
        "GET /api/devices/: there is no parameter name",
    ]


async def test_ping(user: Caller) -> None:
    """It repeats what it was asked."""
    assert await user.get("/api/ping/?id=42") == {"id": "42"}
