"""The simulated eWeLink cloud notes what a wrong client does over the socket."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedDevice

from .hand_made_client import HandMadeClient


@pytest.mark.parametrize(
    ("changes", "error", "faults"),
    [
        ({"action": "hello"}, 401, 1),
        ({"version": "8"}, 400, 1),
        ({"version": 6}, 400, 1),
        ({"ts": str(int(time.time()))}, 400, 1),
        ({"ts": 0}, 400, 1),
        ({"at": ""}, 400, 1),
        ({"at": "dead"}, 406, 0),
        ({"userAgent": "device"}, 400, 1),
        ({"apikey": None}, 400, 1),
        ({"apikey": "someone-elses"}, 406, 1),
        ({"nonce": "1"}, 400, 1),
        ({"sequence": 1571141530100}, 400, 1),
        ({"sequence": "first"}, 400, 1),
        ({"appid": ""}, 400, 1),
        ({"appid": "other"}, 406, 1),
    ],
)
async def test_handshake(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    changes: dict[str, Any],
    error: int,
    faults: int,
) -> None:
    """Handshakes with wrong fields are refused, and the socket ends."""
    await client.v1_login()
    async with client.socket(**changes) as socket:
        assert (await socket.receive_json())["error"] == error
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert len(simulator.faults) == faults


async def test_handshake_comes_first(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Nothing else comes before the handshake, and it comes once."""
    await client.v1_login()
    async with client.session.ws_connect(f"{simulator.url}/api/ws") as socket:
        await socket.send_str("ping")
        await socket.receive_str()
        assert "ping before userOnline" in simulator.faults[0]
        await socket.send_json(client.handshake())
        await socket.receive_json()
        await socket.send_json(client.handshake())
        await socket.receive_json()
        assert "repeated userOnline" in simulator.faults[1]
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.session.ws_connect(f"{simulator.url}/eu/api/ws")
    async with client.session.get(f"{simulator.url}/api/ws") as response:
        assert response.status == 400
    assert len(simulator.faults) == 4


async def test_hot_reconnect(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Handshake after handshake is a fault, and the socket is cut."""
    simulator.knobs.max_handshakes = 2
    await client.v1_login()
    for _ in range(2):
        async with client.socket() as socket:
            assert (await socket.receive_json())["error"] == 0
    assert simulator.faults == []
    async with client.socket() as socket:
        assert (await socket.receive()).type is not aiohttp.WSMsgType.TEXT
    assert "too many userOnline" in simulator.faults[0]


async def test_missing_heartbeat(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """A client that does not ping is cut off, one that does is not."""
    knobs = simulator.knobs
    knobs.hb_interval, knobs.heartbeat_grace, knobs.heartbeat_margin = 0.1, 0.05, 0.05
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        for _ in range(3):
            await asyncio.sleep(0.1)
            await socket.send_str("ping")
            assert await socket.receive_str() == "pong"
        assert simulator.faults == []
        frame = await socket.receive(timeout=5)
        assert frame.type is not aiohttp.WSMsgType.TEXT
    assert "no ping for 0.2 s" in simulator.faults[0]


async def test_message_rate(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """More messages than allowed are a fault."""
    simulator.knobs.message_burst = 4
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        for _ in range(3):
            await socket.send_str("ping")
            await socket.receive_str()
        assert simulator.faults == []
        for _ in range(3):
            await socket.send_str("ping")
            await socket.receive_str()
    assert "faster than allowed" in simulator.faults[0]


@pytest.fixture
def device(simulator: EwelinkSimulator, account: SimulatedAccount) -> SimulatedDevice:
    """A plain switch."""
    return simulator.add_device(account, uiid=1, name="Lamp", device_id="1000000001")


@pytest.mark.parametrize(
    ("changes", "error", "faults"),
    [
        ({"action": "ping"}, 400, 1),
        ({"action": None}, 400, 1),
        ({"deviceid": None}, 400, 1),
        ({"deviceid": "1000ffffff"}, 404, 0),
        ({"apikey": None}, 400, 1),
        ({"apikey": "someone-elses"}, 403, 1),
        ({"selfApikey": "someone-elses"}, 403, 1),
        ({"sequence": None}, 400, 1),
        ({"sequence": 5}, 400, 1),
        ({"sequence": "1571141530101"}, 400, 1),
        ({"userAgent": "device"}, 400, 1),
        ({"ts": "0"}, 400, 1),
        ({"params": []}, 400, 1),
        ({"params": {}}, 400, 1),
        ({"action": "query", "params": {}}, 400, 1),
        ({"action": "query", "params": [1]}, 400, 1),
    ],
)
async def test_messages(
    simulator: EwelinkSimulator,
    client: HandMadeClient,
    device: SimulatedDevice,
    changes: dict[str, Any],
    error: int,
    faults: int,
) -> None:
    """Commands and queries with wrong fields."""
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        await socket.send_json(
            client.update(device.device_id, {"switch": "on"}) | changes
        )
        assert (await socket.receive_json())["error"] == error
    assert len(simulator.faults) == faults
    assert device.commands == []


@pytest.mark.parametrize("frame", ["pong", "[]", "{", '"ping"'])
async def test_frames_that_are_no_messages(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    frame: str,
) -> None:
    """Frames that are neither ping nor an object; the socket stays."""
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        await socket.send_str(frame)
        assert (await socket.receive_json())["error"] == 400
        await socket.send_bytes(b"ping")
        assert (await socket.receive_json())["error"] == 400
        await socket.send_str("ping")
        assert await socket.receive_str() == "pong"
    assert len(simulator.faults) == 2


async def test_keys_of_shared_devices(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """The owner's key and, with v2, one's own are due; strangers get nothing."""
    owner = simulator.add_account(email="bob@example.com", password="12345678")
    gate = simulator.add_device(account, uiid=1, name="Gate", shared_from=owner)
    strange = simulator.add_device(owner, uiid=1, name="Strange")
    await client.v2_login()
    async with client.socket() as socket:
        await socket.receive_json()
        await socket.send_json(client.update(gate.device_id, {"switch": "on"}))
        assert (await socket.receive_json())["error"] == 403
        await socket.send_json(client.query(gate.device_id, [], apikey=owner.apikey))
        assert (await socket.receive_json())["error"] == 403
        assert len(simulator.faults) == 2
        await socket.send_json(client.update(strange.device_id, {"switch": "on"}))
        assert (await socket.receive_json())["error"] == 403
        assert len(simulator.faults) == 2


@pytest.mark.parametrize(
    ("uiid", "params", "error"),
    [
        (1, {"switch": "maybe"}, 422),
        (1, {"switch": True}, 422),
        (1, {"startup": "last"}, 422),
        (1, {"pulseWidth": 0}, 422),
        (1, {"pulseWidth": 750}, 422),
        (1, {"pulseWidth": 3_600_500}, 422),
        (1, {"pulseWidth": "500"}, 422),
        (1, {"pulseWidth": 1000.0}, 422),
        (1, {"sledOnline": 1}, 422),
        (1, {"switches": [{"switch": "on", "outlet": 0}]}, 400),
        (4, {"switch": "on"}, 400),
        (4, {"lock": True}, 422),
        (4, {"switches": {"switch": "on", "outlet": 0}}, 400),
        (4, {"switches": []}, 400),
        (4, {"switches": [{"switch": "on"}]}, 400),
        (4, {"switches": [{"outlet": 0}]}, 400),
        (4, {"switches": [{"switch": "on", "outlet": "0"}]}, 400),
        (4, {"switches": [{"switch": "on", "outlet": 4}]}, 422),
        (4, {"switches": [{"switch": "open", "outlet": 0}]}, 422),
        (4, {"configure": [{"startup": "last", "outlet": 0}]}, 422),
        (4, {"pulses": [{"pulse": "on", "width": 100, "outlet": 0}]}, 422),
        (138, {"switches": [{"switch": "on", "outlet": 1}]}, 422),
        (2256, {"switches": [{"switch": "on", "outlet": 1}]}, 400),
        (4256, {"switches": [{"switch": "on", "outlet": 1}]}, 400),
        (44, {"brightness": 50}, 400),
        (44, {"brightness": 101, "switch": "on", "mode": 0}, 422),
        (11, {"setclose": 101}, 422),
        (225, {"switch": "on"}, 422),
    ],
)
async def test_commands_out_of_range(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    uiid: int,
    params: dict[str, Any],
    error: int,
) -> None:
    """Values and forms the device does not take; nothing changes."""
    device = simulator.add_device(account, uiid=uiid, name="Device")
    before = device.shadow([])
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        await socket.send_json(client.update(device.device_id, params))
        assert (await socket.receive_json())["error"] == error
    assert len(simulator.faults) == 1
    assert device.params == before


@pytest.mark.parametrize(
    ("uiid", "params"),
    [
        (
            1,
            {"switch": "on", "startup": "stay", "pulse": "on", "pulseWidth": 3_600_000},
        ),
        (126, {"switches": [{"switch": "on", "outlet": n} for n in range(4)]}),
        (126, {"switches": [{"switch": "on", "outlet": 1}]}),
        (2256, {"switches": [{"switch": "on", "outlet": n} for n in range(2)]}),
        (4, {"configure": [{"startup": "on", "outlet": 3}], "lock": 1}),
        (138, {"pulses": [{"pulse": "on", "width": 500, "outlet": 0}]}),
        (190, {"switches": [{"switch": "on", "outlet": 0}], "operSide": 1}),
        (44, {"brightness": 50, "switch": "on", "mode": 0}),
        (11, {"setclose": 40}),
        (32, {"uiActive": 60}),
    ],
)
async def test_commands_within_range(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    uiid: int,
    params: dict[str, Any],
) -> None:
    """What the documents allow is taken."""
    device = simulator.add_device(account, uiid=uiid, name="Device")
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        await socket.send_json(client.update(device.device_id, params))
        assert (await socket.receive_json())["error"] == 0
    assert device.commands == [params]
    assert simulator.faults == []
