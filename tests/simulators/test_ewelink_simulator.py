"""The simulated eWeLink cloud takes a correct client, and gets into trouble."""

import asyncio
import json

import aiohttp
import pytest

from tests.simulators.ewelink import (
    EwelinkSimulator,
    SimulatedAccount,
    SimulatedApp,
    signature,
)
from tests.simulators.ewelink.signing import page_message, query_message

from .hand_made_client import HandMadeClient

GUIDE_SECRET = "OdPuCZ4PkPPi0rVKRVcGmll2NM6vVk0c"
GUIDE_APP = "McFJj4Noke1mGDZCR1QarGW7P9Ycp0Vr"
GUIDE_LOGIN = {
    "appid": GUIDE_APP,
    "nonce": "asbsedwq",
    "password": "12345678",
    "phoneNumber": "+8613123456789",
    "ts": 1560306258,
    "version": 8,
}
V2_LOGIN = {"email": "1234@gmail.com", "password": "12345678", "countryCode": "+1"}
GUIDE_QUERY = {
    "ts": "1558004249",
    "appid": GUIDE_APP,
    "nonce": "2323dfgh",
    "deviceid": "1000012345",
    "sign": "left out",
}


@pytest.mark.parametrize(
    ("secret", "message", "expected"),
    [
        (
            GUIDE_SECRET,
            json.dumps(GUIDE_LOGIN, separators=(",", ":")).encode(),
            "XuOzGxtG50CiF4H3odUfZsvKVl5+qSPzhfLEuUd4eJw=",
        ),
        (
            GUIDE_SECRET,
            json.dumps(GUIDE_LOGIN).encode(),
            "XfWcNURxPxpk6Z+6I+WR/j9wHURhvTEK1qa3sAJFNR0=",
        ),
        (
            GUIDE_SECRET,
            query_message(GUIDE_QUERY),
            "2CqlYZcS8x6LI27DgfX3QdqnVCFqbEz8sZXtOGEFuGc=",
        ),
        (
            GUIDE_SECRET,
            json.dumps(V2_LOGIN, separators=(",", ":")).encode(),
            "ttZ/gluzqrafvGonjMD20p4//arW6KoZKbo1SOMEzCA=",
        ),
        (
            GUIDE_SECRET,
            json.dumps(V2_LOGIN).encode(),
            "cE/Wl57Ithy21Elieq5wFsYwJWl2IrkBxlmuCnwI73c=",
        ),
        (
            "abc",
            page_message("ABC", "123"),
            "v1+mfNY2ukxswM8sZOTg99srZsVnUVv9DGXeav1096M=",
        ),
    ],
)
def test_documented_signatures(secret: str, message: bytes, expected: str) -> None:
    """The signatures of the documents come out."""
    assert signature(secret, message) == expected


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
async def test_login_with_the_bytes_of_the_guide(
    session: aiohttp.ClientSession, separators: tuple[str, str]
) -> None:
    """Both signature examples of the guide are accepted over the wire."""
    body = json.dumps(GUIDE_LOGIN, separators=separators).encode()
    simulator = EwelinkSimulator(clock=lambda: 1560306258, min_request_interval=0)
    simulator.add_app(GUIDE_APP, GUIDE_SECRET)
    simulator.add_account(
        phone_number="+8613123456789", password="12345678", region="cn"
    )
    await simulator.start()
    async with session.post(
        f"{simulator.url}/cn/api/user/login",
        data=body,
        headers={
            "Authorization": f"Sign {signature(GUIDE_SECRET, body)}",
            "Content-Type": "application/json",
        },
    ) as response:
        answer = await response.json()
    await simulator.stop()
    assert answer["region"] == "cn"
    assert "error" not in answer
    assert simulator.faults == []


async def test_v1_from_login_to_control(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """The steps of the developer guide work."""
    lamp = simulator.add_device(account, uiid=1, name="Lamp")
    login = await client.v1_login()
    assert (login["user"]["apikey"], login["region"]) == (account.apikey, "eu")
    listing = await client.v1_get("/api/user/device", lang="en", getTags="1")
    assert [item["extra"]["extra"]["uiid"] for item in listing["devicelist"]] == [1]
    place = await client.v1_post("/dispatch/app", accept="ws")
    assert place == {
        "error": 0,
        "reason": "ok",
        "IP": "127.0.0.1",
        "domain": "127.0.0.1",
        "port": simulator.port,
    }
    async with client.socket() as socket:
        hello = await socket.receive_json()
        assert hello["config"] == {"hb": 1, "hbInterval": 145}
        await simulator.wait_for_socket()
        await socket.send_str("ping")
        assert await socket.receive_str() == "pong"
        command = client.update(lamp.device_id, {"switch": "on"})
        await socket.send_json(command)
        assert await socket.receive_json() == {
            "error": 0,
            "deviceid": lamp.device_id,
            "apikey": account.apikey,
            "sequence": command["sequence"],
        }
        await socket.send_json(client.query(lamp.device_id, ["switch"]))
        assert (await socket.receive_json())["params"] == {"switch": "on"}
        await socket.send_json(client.query(lamp.device_id, []))
        assert (await socket.receive_json())["params"] == lamp.params
        assert simulator.sockets_open == 1
    assert lamp.commands == [{"switch": "on"}]
    assert simulator.handshakes == 1
    assert [call.path for call in simulator.requests] == [
        "/api/user/login",
        "/api/user/device",
        "/dispatch/app",
    ]
    assert simulator.faults == []


async def test_v1_other_calls(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Refresh, region, one device and its status over REST."""
    lamp = simulator.add_device(account, uiid=1, name="Lamp")
    await client.v1_login()
    old = client.access_token
    client.keep(
        await client.v1_signed_get(
            "/api/user/refresh", grantType="refresh", rt=client.refresh_token
        )
    )
    assert client.access_token != old
    region = await client.v1_signed_get("/api/user/region", country_code="86")
    assert region["region"] == "cn"
    item = await client.v1_get(
        f"/api/user/device/{lamp.device_id}",
        deviceid=lamp.device_id,
        apikey=account.apikey,
    )
    assert item["name"] == "Lamp"
    answer = await client.v1_post(
        "/api/user/device/status", deviceid=lamp.device_id, params={"switch": "on"}
    )
    assert answer == {"error": 0, "deviceid": lamp.device_id}
    status = await client.v1_get(
        "/api/user/device/status", deviceid=lamp.device_id, params="switch|startup"
    )
    assert status["params"] == {"switch": "on", "startup": "stay"}
    simulator.trouble.bare_device_list = True
    assert isinstance(await client.v1_get("/api/user/device"), list)
    await lamp.set_online(False)
    answer = await client.v1_post(
        "/api/user/device/status", deviceid=lamp.device_id, params={"switch": "on"}
    )
    assert answer == {"error": 504, "errmsg": "device does not respond"}
    assert simulator.faults == []


async def test_v2_from_login_to_control(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """The same with generation v2."""
    home = account.add_family("Cabin")
    plug = simulator.add_device(account, uiid=190, name="Plug", family=home)
    simulator.add_device(account, uiid=1, name="Lamp")
    login = await client.v2_login()
    assert login["error"] == 0
    profile = await client.v2_get("/v2/user/profile")
    assert profile["data"]["user"]["apikey"] == account.apikey
    homes = await client.v2_get("/v2/family")
    assert [entry["name"] for entry in homes["data"]["familyList"]] == [
        "My Home",
        "Cabin",
    ]
    things = await client.v2_get("/v2/device/thing", num="0", familyid=home.id)
    assert things["data"]["total"] == 1
    data = things["data"]["thingList"][0]["itemData"]
    assert (data["extra"]["uiid"], data["family"]["familyid"]) == (190, home.id)
    some = await client.v2_post(
        "/v2/device/thing", thingList=[{"itemType": 1, "id": plug.device_id}]
    )
    assert len(some["data"]["thingList"]) == 1
    done = await client.v2_post(
        "/v2/device/thing/status",
        type=1,
        id=plug.device_id,
        params={"switches": [{"switch": "on", "outlet": 0}]},
    )
    assert done == {"error": 0, "msg": "", "data": {}}
    status = await client.v2_get(
        "/v2/device/thing/status", type="1", id=plug.device_id, params="switches"
    )
    assert status["data"]["params"] == {"switches": [{"switch": "on", "outlet": 0}]}
    client.keep(
        login["data"]
        | (await client.v2_signed_post("/v2/user/refresh", rt=client.refresh_token))[
            "data"
        ]
    )
    assert (await client.v2_get("/dispatch/app"))["port"] == simulator.port
    async with client.socket() as socket:
        assert (await socket.receive_json())["error"] == 0
    assert simulator.faults == []


async def test_rest_trouble(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    client: HandMadeClient,
) -> None:
    """The knobs of trouble with REST calls work."""
    await client.v2_login()
    trouble = simulator.trouble
    url = f"{simulator.url}/eu/v2/family"
    trouble.http_status = 503
    async with client.session.get(url) as response:
        assert response.status == 503
    trouble.http_statuses["/v2/family"] = 502
    async with client.session.get(url) as response:
        assert response.status == 502
    trouble.http_status = None
    trouble.http_statuses.clear()
    trouble.garbage_paths.add("/v2/family")
    with pytest.raises(json.JSONDecodeError):
        await client.v2_get("/v2/family")
    trouble.error_for_path["/v2/user/profile"] = 500
    assert (await client.v2_get("/v2/user/profile"))["error"] == 500
    trouble.dispatch_error = 403
    assert (await client.v2_get("/dispatch/app"))["error"] == 403
    trouble.hang_paths.add("/v2/user/login")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await client.v2_login()
    trouble.hang_large_pages = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await client.v2_get("/v2/device/thing", num="0")
    assert (await client.v2_get("/v2/device/thing"))["error"] == 0
    app.quota_exceeded = trouble.quota_as_http_403 = True
    async with client.session.get(
        url, headers=client.v2_headers("Bearer x")
    ) as response:
        assert response.status == 200  # Garbage goes first.
    trouble.garbage_paths.clear()
    async with client.session.get(
        url, headers=client.v2_headers("Bearer x")
    ) as response:
        assert response.status == 403
    trouble.text_refusals = True
    headers = client.v2_headers("Bearer x") | {"X-CK-Appid": "unknown"}
    async with client.session.get(url, headers=headers) as response:
        assert (response.status, await response.text()) == (
            400,
            "appid is unauthorized!",
        )
    assert simulator.faults == []


async def test_socket_trouble(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """The knobs of trouble with the socket work."""
    await client.v1_login()
    trouble = simulator.trouble
    trouble.handshake_error = 500
    async with client.socket() as socket:
        assert (await socket.receive_json())["error"] == 500
    trouble.handshake_error = None
    trouble.no_heartbeat_config = True
    async with client.socket() as socket:
        assert "config" not in await socket.receive_json()
    trouble.no_heartbeat_config = False
    trouble.old_heartbeat_field = True
    async with client.socket() as socket:
        assert (await socket.receive_json())["config"]["hbl"] == 1
    simulator.knobs.hb_interval = 0
    async with client.socket() as socket:
        assert (await socket.receive_json())["config"]["hbl"] == 0
    trouble.silent_pong = True
    async with client.socket() as socket:
        await socket.receive_json()
        await socket.send_str("ping")
        await simulator.drop_sockets()
        assert (await socket.receive()).type is not aiohttp.WSMsgType.TEXT
    trouble.drop_socket_after_handshake = True
    async with client.socket() as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.TEXT
        assert (await socket.receive()).type is not aiohttp.WSMsgType.TEXT
    trouble.hang_handshake = True
    async with client.socket() as socket:
        with pytest.raises(TimeoutError):
            await socket.receive_json(timeout=0.05)
        with pytest.raises(TimeoutError):
            await simulator.wait_for_socket(timeout=0.01)
        assert (simulator.sockets_open, simulator.sockets_connected) == (0, 1)
    trouble.refuse_sockets = True
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with client.socket():
            pass
    assert simulator.faults == []


async def test_restart_at_the_same_port(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """A cloud that was stopped comes back with all it knew."""
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        port = simulator.port
        await simulator.stop()
        assert simulator.sockets_connected == 0
        await simulator.start(port)
        assert (await client.v1_get("/api/user/device"))["error"] == 0
    with pytest.raises(OSError, match="address already in use"):
        await simulator.start(port)
    assert simulator.faults == []


def test_accounts_need_a_name(simulator: EwelinkSimulator) -> None:
    """An account has an e-mail address or a phone number."""
    with pytest.raises(ValueError, match="name"):
        simulator.add_account(password="12345678")
