"""Homes and device lists."""

import json
import logging
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    EwelinkClient,
    Generation,
    Home,
    errors,
)
from tests.simulators.ewelink import (
    EwelinkSimulator,
    SimulatedAccount,
    SimulatedApp,
    believable_home,
    broken_item,
    many_devices,
)

from .conftest import LIST_PATHS, MakeClient, calls, failure_of
from .scripted import ScriptedCloud

V2_LIST = LIST_PATHS[Generation.V2]


def queries(simulator: EwelinkSimulator) -> list[dict[str, str]]:
    """Return the queries of the v2 device lists that were asked for."""
    return [request.query for request in simulator.requests if request.path == V2_LIST]


def thing(device_id: str, index: int, **members: Any) -> dict[str, Any]:
    """Return an item of a v2 list."""
    data = {"deviceid": device_id, "params": {}, "extra": {"uiid": 1}}
    return {"itemType": 1, "index": index, "itemData": data} | members


def page(things: list[Any], **members: Any) -> tuple[int, str]:
    """Return the answer that holds things."""
    data = {"thingList": things, **members}
    return 200, json.dumps({"error": 0, "msg": "", "data": data})


async def test_whole_home(
    client: EwelinkClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    *expected, shared, _group = believable_home(simulator, account)
    devices = {device.id: device for device in await client.devices()}
    assert set(devices) == {device.device_id for device in (*expected, shared)}
    for device in expected:
        assert devices[device.device_id].name == device.name
        assert devices[device.device_id].uiid == device.uiid
        assert devices[device.device_id].owner_apikey == account.apikey
    assert devices[shared.device_id].owner_apikey == shared.owner.apikey


async def test_empty_account(client: EwelinkClient) -> None:
    assert await client.devices() == []


async def test_odd_item_is_left_out(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken_item(simulator, account)
    good = simulator.add_device(account, uiid=1, name="Good")
    with caplog.at_level(logging.WARNING):
        assert [device.id for device in await client.devices()] == [good.device_id]
    assert "left out" in caplog.text


async def test_v1_bare_array(
    make_client: MakeClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    simulator.trouble.bare_device_list = True
    simulator.add_device(account, uiid=1, name="Lamp")
    devices = await make_client(Generation.V1).devices()
    assert [device.name for device in devices] == ["Lamp"]


async def test_v1_device_twice(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    item = {"deviceid": "1000000001", "params": {}, "uiid": 1}
    scripted.answers["/api/user/device"] = (200, json.dumps([item, item, 5]))
    assert len(await make_scripted_client(Generation.V1).devices()) == 1


async def test_v1_has_no_homes(make_client: MakeClient) -> None:
    assert await make_client(Generation.V1).homes() == []


async def test_homes(make_client: MakeClient, account: SimulatedAccount) -> None:
    account.add_family("Cabin")
    assert await make_client().homes() == [
        Home(id=family.id, name=family.name) for family in account.families
    ]


async def test_odd_homes(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    homes = [5, {"name": "No id"}, {"id": ""}, {"id": "a"}, {"id": "b", "name": "B"}]
    answer = {"error": 0, "data": {"familyList": homes}}
    scripted.answers["/v2/family"] = (200, json.dumps(answer))
    assert await make_scripted_client().homes() == [
        Home(id="a", name="a"),
        Home(id="b", name="B"),
    ]


async def test_every_home_is_asked(
    make_client: MakeClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    cabin = account.add_family("Cabin")
    simulator.add_device(account, uiid=1, name="Lamp")
    simulator.add_device(account, uiid=1, name="Stove", family=cabin)
    devices = await make_client().devices()
    assert [device.name for device in devices] == ["Lamp", "Stove"]


@pytest.mark.parametrize("collection", [list, set, tuple])
async def test_chosen_homes(
    make_client: MakeClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    collection: Any,
) -> None:
    cabin = account.add_family("Cabin")
    simulator.add_device(account, uiid=1, name="Lamp")
    simulator.add_device(account, uiid=1, name="Stove", family=cabin)
    devices = await make_client().devices(collection([cabin.id, cabin.id]))
    assert [device.name for device in devices] == ["Stove"]
    assert len(queries(simulator)) == 1
    assert calls(simulator, "/v2/family") == 0


async def test_no_home_chosen(make_client: MakeClient) -> None:
    assert await make_client().devices([]) == []


async def test_home_that_is_gone(make_client: MakeClient) -> None:
    error = await failure_of(make_client().devices(["gone"]))
    assert type(error) is errors.RequestRefusedError
    assert error.code == 20001


async def test_shared_home(
    make_client: MakeClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    owner = simulator.add_account(email="owner@example.com", password="p")
    simulator.add_device(account, uiid=1, name="Gate", shared_from=owner, item_type=5)
    devices = await make_client().devices()
    assert [device.owner_apikey for device in devices] == [owner.apikey]


async def test_all_at_once(
    make_client: MakeClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    many_devices(simulator, account, 200)
    assert len(await make_client().devices()) == 200
    home = account.current_family.id
    assert queries(simulator) == [{"num": "0", "familyid": home}]


@pytest.mark.parametrize("inclusive", [True, False])
async def test_big_page_times_out(
    make_client: MakeClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    inclusive: bool,
) -> None:
    simulator.knobs.begin_index_inclusive = inclusive
    simulator.trouble.hang_large_pages = True
    many_devices(simulator, account, 100)
    client = make_client()
    assert len(await client.devices()) == 100
    assert [query["num"] for query in queries(simulator)] == ["0", *["30"] * 4]
    simulator.requests.clear()
    assert len(await client.devices()) == 100
    assert [query["num"] for query in queries(simulator)] == ["30"] * 4


async def test_small_pages_time_out_too(
    make_client: MakeClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    simulator.add_device(account, uiid=1, name="Lamp")
    client = make_client()
    simulator.trouble.hang_paths.add(V2_LIST)
    error = await failure_of(client.devices())
    assert type(error) is errors.RequestTimeoutError
    simulator.trouble.hang_paths.clear()
    simulator.requests.clear()
    assert len(await client.devices()) == 1
    assert [query["num"] for query in queries(simulator)] == ["0"]


@pytest.mark.parametrize("inclusive", [True, False])
async def test_total_counts_hidden_brands(
    make_client: MakeClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    inclusive: bool,
) -> None:
    simulator.knobs.begin_index_inclusive = inclusive
    app.brands = frozenset({"SONOFF"})
    simulator.add_device(account, uiid=1, name="Lamp")
    simulator.add_device(account, uiid=1, name="Hidden", brand="Other")
    devices = await make_client().devices()
    assert [device.name for device in devices] == ["Lamp"]
    assert len(queries(simulator)) == 2


@pytest.mark.parametrize(
    ("things", "names"),
    [
        ([thing("1000000001", 1), thing("1000000001", 2)], ["1000000001"]),
        ([thing("1000000001", 1, itemType=3)], []),
        ([thing("1000000001", 1, itemType=4)], []),
        ([thing("1000000001", 1, itemType="2")], ["1000000001"]),
        ([thing("1000000001", 1, itemType=None)], ["1000000001"]),
        ([thing("1000000001", 1), 5, None, {}], ["1000000001"]),
        ([{"itemType": 3, "itemData": {"id": "group"}}], []),
        ([], []),
    ],
)
async def test_kinds_of_things(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    things: list[Any],
    names: list[str],
) -> None:
    scripted.answers[V2_LIST] = page(things, total=len(things))
    devices = await make_scripted_client().devices(["home"])
    assert [device.id for device in devices] == names


@pytest.mark.parametrize("total", [{}, {"total": "many"}, {"total": 10**9}])
async def test_server_that_repeats_itself(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, total: dict[str, Any]
) -> None:
    scripted.answers[V2_LIST] = page([thing("1000000001", 1)], **total)
    assert len(await make_scripted_client().devices(["home"])) == 1


async def test_walk_is_bounded(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "custom_components.iot_bridge.bridges.ewelink.client.v2._MAX_PAGES", 1
    )
    scripted.answers[V2_LIST] = page([thing("1000000001", 1)], total=99)
    assert len(await make_scripted_client().devices(["home"])) == 1
