"""The socket: handshake, heartbeat, what devices report, how it ends."""

import asyncio
from dataclasses import replace
import logging
import time
from typing import Any

from aiohttp import WSMsgType
import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    DeviceUpdate,
    EwelinkClient,
    EwelinkError,
    Generation,
    errors,
)
from custom_components.iot_bridge.bridges.ewelink.client.outbox import Sequences
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedDevice

from .conftest import (
    APP,
    FAST,
    SIGN_IN_PATHS,
    Listener,
    MakeClient,
    calls,
    failure_of,
    listening,
    until,
)
from .scripted import DEVICE_ID, Frame, ScriptedCloud

PUSH = f'{{"action":"update","deviceid":"{DEVICE_ID}","userAgent":"device"'


async def test_up_and_down(client: EwelinkClient, simulator: EwelinkSimulator) -> None:
    assert not client.connected
    async with listening(client) as listener:
        assert listener.ups == 1
        assert simulator.sockets_open == 1
    assert not client.connected
    await until(lambda: simulator.sockets_connected == 0)


async def test_handshake_fields(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, generation: Generation
) -> None:
    async with listening(make_scripted_client(generation)):
        hello = scripted.messages("userOnline")[0]
    assert abs(hello.pop("ts") - time.time()) < 5
    assert len(hello.pop("nonce")) == 8
    assert abs(int(hello.pop("sequence")) / 1000 - time.time()) < 5
    assert hello == {
        "action": "userOnline",
        "version": 8,
        "at": "access-of-the-tests",
        "userAgent": "app",
        "apikey": "apikey-of-the-tests",
        "appid": APP.app_id,
    }


def test_sequences_increase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    sequences = Sequences()
    first, second = sequences.next(), sequences.next()
    monkeypatch.setattr(time, "time_ns", lambda: 1_600_000_000_000_000_000)
    assert [first, second, sequences.next()] == [
        "1700000000000",
        "1700000000001",
        "1700000000002",
    ]
    assert first in sequences
    assert "1700000000003" not in sequences


async def test_own_report(client: EwelinkClient, plug: SimulatedDevice) -> None:
    async with listening(client) as listener:
        await plug.report({"switch": "on", "rssi": -50})
        await until(lambda: listener.updates)
    assert listener.updates == [
        DeviceUpdate(plug.device_id, {"switch": "on", "rssi": -50}, online=True)
    ]


async def test_reports_in_order(client: EwelinkClient, plug: SimulatedDevice) -> None:
    async with listening(client) as listener:
        for rssi in range(-100, 0):
            await plug.report({"rssi": rssi})
        await until(lambda: len(listener.updates) == 100)
    told = [update.params["rssi"] for update in listener.updates]
    assert told == list(range(-100, 0))


async def test_online(client: EwelinkClient, plug: SimulatedDevice) -> None:
    async with listening(client) as listener:
        await plug.set_online(False)
        await plug.set_online(True)
        await until(lambda: len(listener.updates) == 2)
    assert [update.online for update in listener.updates] == [False, True]
    assert [update.params for update in listener.updates] == [{}, {}]


async def test_socket_drops(client: EwelinkClient, simulator: EwelinkSimulator) -> None:
    async with listening(client) as listener:
        await simulator.drop_sockets()
        assert type(await listener.ended()) is errors.LinkLostError
        assert not client.connected
        listener.start()
        await until(lambda: listener.ups == 2)
        assert client.connected


async def test_cloud_stops(client: EwelinkClient, simulator: EwelinkSimulator) -> None:
    async with listening(client) as listener:
        await simulator.stop()
        assert type(await listener.ended()) is errors.LinkLostError


async def test_socket_drops_after_the_handshake(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.drop_socket_after_handshake = True
    listener = Listener(client)
    listener.start()
    assert type(await listener.ended()) is errors.LinkLostError


async def test_socket_refused(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.refuse_sockets = True
    listener = Listener(client)
    listener.start()
    assert type(await listener.ended()) is errors.CannotConnectError
    assert listener.ups == 0


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("127.0.0.1", errors.CannotConnectError),
        ("no such host", errors.CannotConnectError),
    ],
)
async def test_socket_address_leads_nowhere(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    domain: str,
    kind: type[EwelinkError],
) -> None:
    scripted.answers["/dispatch/app"] = (
        200,
        f'{{"error":0,"domain":"{domain}","port":1}}',
    )
    listener = Listener(make_scripted_client())
    listener.start()
    assert type(await listener.ended()) is kind


async def test_socket_address_within_data(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    port = scripted.url.rpartition(":")[2]
    scripted.answers["/dispatch/app"] = (
        200,
        f'{{"error":0,"data":{{"IP":"127.0.0.1","port":"{port}"}}}}',
    )
    async with listening(make_scripted_client()) as listener:
        assert listener.ups == 1


async def test_socket_does_not_open_in_time(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    scripted.answers["/dispatch/app"] = (
        200,
        f'{{"error":0,"domain":"127.0.0.1","port":{port}}}',
    )
    listener = Listener(make_scripted_client())
    listener.start()
    assert type(await listener.ended()) is errors.RequestTimeoutError
    server.close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, errors.RequestRefusedError),
        (403, errors.AppNotAllowedError),
        (406, errors.LoggedInElsewhereError),
        (503, errors.ServerError),
    ],
)
async def test_handshake_refused(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    code: int,
    kind: type[EwelinkError],
) -> None:
    simulator.trouble.handshake_error = code
    listener = Listener(client)
    listener.start()
    error = await listener.ended()
    assert type(error) is kind
    assert error.code == code
    assert simulator.handshakes == 1
    await until(lambda: simulator.sockets_connected == 0)


async def test_dispatch_refused(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.dispatch_error = 500
    listener = Listener(client)
    listener.start()
    assert type(await listener.ended()) is errors.ServerError
    assert simulator.handshakes == 0


async def test_handshake_without_answer(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.hang_handshake = True
    listener = Listener(client)
    listener.start()
    assert type(await listener.ended()) is errors.RequestTimeoutError
    await until(lambda: simulator.sockets_connected == 0)


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (["CLOSE"], errors.LinkLostError),
        (['{"error":null,"sequence":"SEQUENCE"}'], errors.UnexpectedAnswerError),
        (['{"error":"406","sequence":"SEQUENCE"}'], errors.LoggedInElsewhereError),
        (['{"error":406,"reason":"no sequence"}'], errors.LoggedInElsewhereError),
        (['{"error":0,"sequence":"5"}'], errors.RequestTimeoutError),
    ],
)
async def test_odd_answers_to_the_handshake(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    greeting: list[Frame],
    kind: type[EwelinkError],
) -> None:
    scripted.greeting = greeting
    listener = Listener(make_scripted_client())
    listener.start()
    assert type(await listener.ended()) is kind


async def test_frames_before_the_answer(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    scripted.greeting = [
        "garbage",
        (WSMsgType.BINARY, b"\x00"),
        "[]",
        PUSH + ',"params":{"switch":"on"}}',
        '{"error":0,"sequence":"SEQUENCE"}',
    ]
    async with listening(make_scripted_client()) as listener:
        assert listener.ups == 1


async def test_socket_is_given_up_while_shaking_hands(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.hang_handshake = True
    listener = Listener(client)
    listener.start()
    await until(lambda: simulator.handshakes)
    await listener.stop()
    await until(lambda: simulator.sockets_connected == 0)


# Heartbeat


async def test_heartbeat_keeps_the_socket(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    simulator.knobs.hb_interval = 0.1
    simulator.knobs.heartbeat_grace = 0
    simulator.knobs.heartbeat_margin = 0.2
    async with listening(client) as listener:
        await asyncio.sleep(0.5)
        assert client.connected
        assert listener.ups == 1


@pytest.mark.parametrize(
    "config",
    ['{"hb":1,"hbInterval":0.2}', '{"hbl":"1","hbInterval":0.2}'],
)
async def test_heartbeat_interval(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, config: str
) -> None:
    scripted.greeting = [f'{{"error":0,"sequence":"SEQUENCE","config":{config}}}']
    async with listening(make_scripted_client()):
        await until(lambda: scripted.pings() == 1, seconds=0.15)
        began = asyncio.get_running_loop().time()
        await until(lambda: scripted.pings() == 3)
        assert asyncio.get_running_loop().time() - began >= 0.3


@pytest.mark.parametrize(
    "answer",
    [
        '{"error":0,"sequence":"SEQUENCE"}',
        '{"error":0,"sequence":"SEQUENCE","config":5}',
        '{"error":0,"sequence":"SEQUENCE","config":{"hb":1}}',
        '{"error":0,"sequence":"SEQUENCE","config":{"hb":1,"hbInterval":0}}',
        '{"error":0,"sequence":"SEQUENCE","config":{"hb":1,"hbInterval":-4}}',
        '{"error":0,"sequence":"SEQUENCE","config":{"hb":1,"hbInterval":"soon"}}',
    ],
)
async def test_heartbeat_by_default(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, answer: str
) -> None:
    scripted.greeting = [answer]
    pace = replace(FAST, default_heartbeat=0.1)
    async with listening(make_scripted_client(pace=pace)):
        await until(lambda: scripted.pings() == 3)


@pytest.mark.parametrize("name", ["hb", "hbl"])
async def test_no_heartbeat(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, name: str
) -> None:
    scripted.greeting = [
        f'{{"error":0,"sequence":"SEQUENCE","config":{{"{name}":0,"hbInterval":0.01}}}}'
    ]
    async with listening(make_scripted_client()):
        await asyncio.sleep(0.1)
        assert scripted.pings() == 0


async def test_missing_pong(client: EwelinkClient, simulator: EwelinkSimulator) -> None:
    simulator.trouble.silent_pong = True
    async with listening(client) as listener:
        error = await listener.ended()
    assert type(error) is errors.LinkLostError
    assert "heartbeat" in str(error)
    await until(lambda: simulator.sockets_connected == 0)


async def test_heartbeat_into_a_broken_socket(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(*_: Any) -> None:
        raise ConnectionResetError

    def break_it() -> None:
        monkeypatch.setattr("aiohttp.ClientWebSocketResponse.send_str", broken)

    scripted.greeting = ['{"error":0,"sequence":"SEQUENCE"}']
    client = make_scripted_client()
    work = client.listen(on_up=break_it, on_update=lambda _: None)
    error = await failure_of(work)
    assert type(error) is errors.LinkLostError
    assert str(error) == "socket: down at a heartbeat"


async def test_handshake_into_a_broken_socket(
    make_scripted_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise ConnectionResetError

    monkeypatch.setattr("aiohttp.ClientWebSocketResponse.send_str", broken)
    listener = Listener(make_scripted_client())
    listener.start()
    error = await listener.ended()
    assert type(error) is errors.LinkLostError
    assert str(error) == "socket: down at the handshake"


# Sessions that end


async def test_logged_in_elsewhere(
    client: EwelinkClient, make_client: MakeClient, generation: Generation
) -> None:
    async with listening(client) as listener:
        await make_client(generation).sign_in()
        error = await listener.ended()
    assert type(error) is errors.LoggedInElsewhereError


async def test_own_sign_in_is_not_elsewhere(client: EwelinkClient) -> None:
    async with listening(client) as listener:
        await client.sign_in()
        assert type(await listener.ended()) is errors.LinkLostError
        listener.start()
        await until(lambda: listener.ups == 2)


async def test_own_sign_in_that_fails(
    client: EwelinkClient, simulator: EwelinkSimulator, generation: Generation
) -> None:
    path = SIGN_IN_PATHS[generation]
    async with listening(client) as listener:
        simulator.trouble.hang_paths.add(path)
        sign_in = asyncio.create_task(client.sign_in())
        await until(lambda: calls(simulator, path) == 2)
        await simulator.send_raw('{"error":406}')
        assert type(await failure_of(sign_in)) is errors.RequestTimeoutError
        assert type(await listener.ended()) is errors.LoggedInElsewhereError


async def test_signing_in_again_renews_the_socket(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    async with listening(client) as listener:
        simulator.revoke_tokens()
        await client.devices()
        assert type(await listener.ended()) is errors.LinkLostError


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ('{"error":401}', errors.TokenInvalidError),
        ('{"error":402,"reason":"expired"}', errors.TokenExpiredError),
        ('{"error":"406"}', errors.LoggedInElsewhereError),
        (f'{{"error":406,"deviceid":"{DEVICE_ID}"}}', errors.LoggedInElsewhereError),
    ],
)
async def test_session_ends(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    frame: str,
    kind: type[EwelinkError],
) -> None:
    async with listening(client) as listener:
        await simulator.send_raw(frame)
        assert type(await listener.ended()) is kind


# Odd frames


@pytest.mark.parametrize(
    "frame",
    [
        "garbage",
        "",
        "[]",
        "5",
        "null",
        b"binary",
        "{}",
        '{"action":5}',
        '{"error":"many"}',
        '{"error":null,"sequence":"5"}',
        '{"action":"update"}',
        '{"action":"update","deviceid":"1000000001"}',
        '{"action":"update","deviceid":5,"params":{}}',
        '{"action":"update","deviceid":"1000000001","params":[]}',
        '{"action":"sysmsg"}',
        '{"action":"sysmsg","deviceid":"1000000001","params":{"online":"yes"}}',
        '{"action":"sysmsg","deviceid":5,"params":{"online":true}}',
        "[" * 100_000,
    ],
)
async def test_garbage_is_logged_once(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    plug: SimulatedDevice,
    log: pytest.LogCaptureFixture,
    frame: str | bytes,
) -> None:
    async with listening(client) as listener:
        await simulator.send_raw(frame)
        await simulator.send_raw(frame)
        await plug.report({"switch": "on"})
        await until(lambda: listener.updates)
        assert client.connected
    assert [update.device_id for update in listener.updates] == [plug.device_id]
    levels = [record.levelno for record in log.records if "ignored" in record.message]
    assert levels == [logging.WARNING, logging.DEBUG]


async def test_text_that_is_not_utf_8(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    good = PUSH + ',"params":{"switch":"on"}}'
    scripted.greeting += [(WSMsgType.TEXT, b'{"a":"\xff"}'), good]
    async with listening(make_scripted_client()) as listener:
        await until(lambda: listener.updates)


@pytest.mark.parametrize(
    "frame",
    [
        '{"action":"reportSubDevice","deviceid":"1000000001","params":{}}',
        '{"action":"notify","cmd":"incrementalDataNotify"}',
        '{"action":"share","apikey":"x"}',
        '{"error":0,"sequence":"5","deviceid":"1000000001"}',
        '{"error":503,"sequence":"5","deviceid":"1000000001"}',
        '{"error":401,"sequence":"5","deviceid":"1000000001"}',
    ],
)
async def test_frames_without_use_are_ignored_quietly(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    plug: SimulatedDevice,
    log: pytest.LogCaptureFixture,
    frame: str,
) -> None:
    async with listening(client) as listener:
        await simulator.send_raw(frame)
        await plug.report({"switch": "on"})
        await until(lambda: listener.updates)
    assert len(listener.updates) == 1
    assert not [record for record in log.records if record.levelno >= logging.WARNING]


async def test_report_without_user_agent(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    async with listening(client) as listener:
        await simulator.send_raw(
            f'{{"action":"update","deviceid":"{DEVICE_ID}","params":{{"a":1}}}}'
        )
        await until(lambda: listener.updates)
    assert listener.updates == [DeviceUpdate(DEVICE_ID, {"a": 1}, online=True)]


async def test_listener_that_fails_keeps_the_socket(
    client: EwelinkClient, plug: SimulatedDevice, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[object] = []

    def fail(update: DeviceUpdate) -> None:
        seen.append(update)
        raise ZeroDivisionError

    task = asyncio.create_task(client.listen(on_up=lambda: None, on_update=fail))
    await until(lambda: client.connected)
    await plug.report({"switch": "on"})
    await plug.report({"switch": "off"})
    await until(lambda: len(seen) == 2)
    assert client.connected
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert "could not be taken" in caplog.text


async def test_failing_on_up_closes_the_socket(
    client: EwelinkClient, simulator: EwelinkSimulator
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await client.listen(on_up=fail, on_update=lambda _: None)
    assert not client.connected
    await until(lambda: simulator.sockets_connected == 0)


async def test_one_listener_at_a_time(client: EwelinkClient) -> None:
    async with listening(client):
        with pytest.raises(RuntimeError):
            await client.listen(on_up=lambda: None, on_update=lambda _: None)
        assert client.connected


async def test_cancelling_leaves_nothing(
    client: EwelinkClient, simulator: EwelinkSimulator, plug: SimulatedDevice
) -> None:
    before = asyncio.all_tasks()
    async with listening(client):
        await plug.phone_command({"switch": "on"})
        await asyncio.sleep(0.01)
    await until(lambda: simulator.sockets_connected == 0)
    await until(lambda: asyncio.all_tasks() <= before)


async def test_socket_that_does_not_close(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    monkeypatch: pytest.MonkeyPatch,
    log: pytest.LogCaptureFixture,
) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(
        "custom_components.iot_bridge.bridges.ewelink.client.socket.CLOSE_TIMEOUT",
        0.01,
    )
    async with listening(client) as listener:
        with monkeypatch.context() as patch:
            patch.setattr("aiohttp.client_ws.WebSocketWriter.close", hang)
            await listener.stop()
    assert "did not close in time" in log.text
    await until(lambda: simulator.sockets_connected == 0)


async def test_push_from_another_account_is_not_seen(
    client: EwelinkClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    stranger = simulator.add_account(email="s@example.com", password="p")
    theirs = simulator.add_device(stranger, uiid=1, name="Theirs")
    ours = simulator.add_device(account, uiid=1, name="Ours")
    async with listening(client) as listener:
        await theirs.report({"switch": "on"})
        await ours.report({"switch": "on"})
        await until(lambda: listener.updates)
    assert [update.device_id for update in listener.updates] == [ours.device_id]


async def test_closed_by_the_cloud(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    scripted.greeting.append("CLOSE")
    listener = Listener(make_scripted_client())
    listener.start()
    assert type(await listener.ended()) is errors.LinkLostError
    assert listener.ups == 1
