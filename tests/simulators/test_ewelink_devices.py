"""The devices of the simulated eWeLink cloud behave."""

import asyncio
from unittest.mock import AsyncMock

import pytest

from tests.simulators.ewelink import (
    EwelinkSimulator,
    SimulatedAccount,
    SimulatedApp,
    SimulatedDevice,
    believable_home,
    broken_item,
    live,
    many_devices,
)

from .hand_made_client import HandMadeClient


async def test_sessions_of_two_apps(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """The sender gets the answer, others a copy; reports go to all."""
    simulator.add_app("phone", "phone-secret")
    phone = HandMadeClient(client.session, client.server, "phone", "phone-secret")
    lamp = simulator.add_device(account, uiid=1, name="Lamp")
    await client.v1_login()
    await phone.v2_login()
    async with client.socket() as first, phone.socket() as second:
        await first.receive_json()
        await second.receive_json()
        command = phone.update(lamp.device_id, {"switch": "on"})
        await second.send_json(command)
        assert (await second.receive_json())["error"] == 0
        copy = await first.receive_json()
        assert copy == command | {"ts": 0}
        await lamp.press()
        for socket in (first, second):
            report = await socket.receive_json()
            assert report["userAgent"] == "device"
            assert report["params"] == {"switch": "off"}
            assert report["d_seq"] == 1
        await lamp.phone_command({"switch": "on"})
        assert (await first.receive_json())["userAgent"] == "app"
        assert lamp.params["switch"] == "on"
        lamp.reports_after_phone = True
        await lamp.phone_command({"switch": "off"})
        agents = [(await first.receive_json())["userAgent"] for _ in range(2)]
        assert agents == ["app", "device"]
        await lamp.set_online(False)
        assert (await first.receive_json())["params"] == {"online": False}
        await first.send_json(client.update(lamp.device_id, {"switch": "on"}))
        assert (await first.receive_json())["error"] == 503
        await simulator.broadcast(account, {"action": "notify"})
        assert (await first.receive_json())["action"] == "notify"
        await simulator.send_raw(b"\x00")
        assert await first.receive_bytes() == b"\x00"
    assert simulator.faults == []


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_shared_device(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    generation: str,
) -> None:
    """A shared device is driven with its owner's key."""
    owner = simulator.add_account(email="bob@example.com", password="12345678")
    gate = simulator.add_device(account, uiid=1, name="Gate", shared_from=owner)
    await getattr(client, f"{generation}_login")()
    keys = {"apikey": owner.apikey, "selfApikey": account.apikey}
    async with client.socket() as socket:
        await socket.receive_json()
        await socket.send_json(client.update(gate.device_id, {"switch": "on"}, **keys))
        assert (await socket.receive_json())["error"] == 0
        await socket.send_json(client.query(gate.device_id, ["switch"], **keys))
        assert (await socket.receive_json())["params"] == {"switch": "on"}
    assert simulator.faults == []


@pytest.fixture
def inching_device(
    simulator: EwelinkSimulator, account: SimulatedAccount
) -> SimulatedDevice:
    """A device with inching on its second channel."""
    simulator.knobs.time_scale = 0.02
    return simulator.add_device(account, uiid=4, name="Garden")


async def test_inching(
    simulator: EwelinkSimulator,
    client: HandMadeClient,
    inching_device: SimulatedDevice,
) -> None:
    """A channel with inching switches itself off, and says so."""
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        for params in (
            {"pulses": [{"pulse": "on", "width": 1000, "outlet": 1}]},
            {"switches": [{"switch": "on", "outlet": 1}]},
        ):
            await socket.send_json(client.update(inching_device.device_id, params))
            assert (await socket.receive_json())["error"] == 0
        assert inching_device.params["switches"][1]["switch"] == "on"
        async with asyncio.timeout(5):
            report = await socket.receive_json()
        assert report["userAgent"] == "device"
        assert {"switch": "off", "outlet": 1} in report["params"]["switches"]
        await inching_device.press(1)
        await inching_device.press(1)
        for _ in range(2):
            await socket.receive_json()
        await asyncio.sleep(0.05)
        assert inching_device.params["switches"][1]["switch"] == "off"
        assert inching_device.params["switches"][0]["switch"] == "off"
        await inching_device.press(1)  # Still on when the cloud stops.
    assert simulator.faults == []


async def test_devices_that_do_not_obey(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Devices may be slow, refuse, or stay silent."""
    lamp = simulator.add_device(account, uiid=32, name="Meter")
    await client.v1_login()
    async with client.socket() as socket:
        await socket.receive_json()
        lamp.slow = 0.05
        await socket.send_json(client.update(lamp.device_id, {"switch": "on"}))
        await socket.send_json(client.query(lamp.device_id, ["switch"]))
        await socket.send_str("ping")
        assert await socket.receive_str() == "pong"
        assert (await socket.receive_json())["error"] == 0
        await socket.receive_json()
        lamp.slow = 0
        lamp.refuses = 4002
        await socket.send_json(client.update(lamp.device_id, {"switch": "off"}))
        assert (await socket.receive_json())["error"] == 4002
        lamp.refuses = None
        await socket.send_json(client.update(lamp.device_id, {"hundredDaysKwh": "get"}))
        history = (await socket.receive_json())["config"]["hundredDaysKwhData"]
        assert len(history) == 600
        lamp.replies_with_config = True
        await socket.send_json(client.query(lamp.device_id, ["power"]))
        assert (await socket.receive_json())["config"] == {"power": "0.00"}
        lamp.silent = True
        await socket.send_json(client.update(lamp.device_id, {"switch": "off"}))
        await socket.send_json(client.query(lamp.device_id, []))
        await socket.send_str("ping")
        assert await socket.receive_str() == "pong"
        assert lamp.params["switch"] == "on"
        assert "hundredDaysKwh" not in lamp.params
    answer = await client.v1_post(
        "/api/user/device/status", deviceid=lamp.device_id, params={"switch": "off"}
    )
    assert answer["error"] == 504
    simulator.remove_device(lamp)
    answer = await client.v1_get("/api/user/device/status", deviceid=lamp.device_id)
    assert answer["error"] == 404
    assert simulator.faults == []


async def test_lists_of_a_home(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    client: HandMadeClient,
) -> None:
    """The believable home looks as documented in both generations."""
    home = believable_home(simulator, account)
    broken_item(simulator, account)
    await client.v1_login()
    v1 = (await client.v1_get("/api/user/device", getTags="1"))["devicelist"]
    assert len(v1) == len(home)  # With the broken item, without the group.
    assert v1[2]["tags"]["ck_channel_name"]["0"] == "Fountain"
    assert v1[-2]["apikey"] != account.apikey
    assert v1[-1]["params"] == []
    assert "uiid" not in v1[-1]["extra"]["extra"]
    assert "tags" not in (await client.v1_get("/api/user/device"))["devicelist"][0]
    await client.v2_login()
    page = (await client.v2_get("/v2/device/thing", num="0"))["data"]
    assert page["total"] == len(home) + 1
    assert [thing["itemType"] for thing in page["thingList"]][-3:] == [2, 3, 1]
    app.brands = frozenset({"Maker"})
    page = (await client.v2_get("/v2/device/thing", num="0"))["data"]
    assert (len(page["thingList"]), page["total"]) == (1, len(home) + 1)
    assert simulator.faults == []


async def test_pages(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """The v2 list comes in pages."""
    many_devices(simulator, account, 70)
    await client.v2_login()
    seen: list[str] = []
    begin = -9_999_999
    for size in (30, 30, 10, 0):
        page = (await client.v2_get("/v2/device/thing", beginIndex=str(begin)))["data"]
        assert (len(page["thingList"]), page["total"]) == (size, 70)
        seen += [thing["itemData"]["deviceid"] for thing in page["thingList"]]
        begin = max([begin, *(thing["index"] for thing in page["thingList"])]) + 1
    assert len(set(seen)) == 70
    assert simulator.faults == []


async def test_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices change by themselves, the same way for the same seed."""
    clouds = [EwelinkSimulator(), EwelinkSimulator()]
    for cloud in clouds:
        believable_home(cloud, cloud.add_account(email="a@b.example", password="p"))
        rounds = AsyncMock(side_effect=[*[None] * 100, TimeoutError])
        monkeypatch.setattr("tests.simulators.ewelink.life.asyncio.sleep", rounds)
        with pytest.raises(TimeoutError):
            await live(cloud, 5, seed=7)
    first, second = clouds
    for device_id, device in first.devices.items():
        assert device.params == second.devices[device_id].params
    by_name = {device.name: device.params for device in first.devices.values()}
    assert by_name["Living room climate"]["temperature"] != "2140"
    assert isinstance(by_name["Washing machine"]["power"], str)
    assert isinstance(by_name["Heat pump"]["power"], int)
    assert by_name["Heat pump"]["dayKwh"] > 41
    assert by_name["Kitchen"]["voltage_00"] != 23140


async def test_press_needs_a_switch(
    simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    """A sensor has no button."""
    sensor = simulator.add_device(account, uiid=1770, name="Climate")
    with pytest.raises(ValueError, match="no switch"):
        await sensor.press()
