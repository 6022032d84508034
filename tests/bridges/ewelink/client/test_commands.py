"""Commands, queries and the echoes of other apps' commands."""

import asyncio
from dataclasses import replace
import gc
from typing import Any

from aiohttp import ClientWebSocketResponse
import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    Device,
    DeviceUpdate,
    EwelinkClient,
    EwelinkError,
    Generation,
    Pace,
    errors,
)
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedDevice

from .conftest import FAST, Listener, MakeClient, failure_of, listening, until
from .scripted import ScriptedCloud

ON = {"switch": "on"}
OFF = {"switch": "off"}
ECHO = (
    '{"action":"update","deviceid":"1000000001","userAgent":"app",'
    '"sequence":"5","params":{"a":1}}'
)


async def test_send(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    async with listening(client) as listener:
        assert await client.send(device, ON) == ON
        assert plug.params["switch"] == "on"
        assert plug.commands == [ON]
    # The acknowledgement is all there is: the cloud does not push it back.
    assert listener.updates == []


async def test_message(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    device: Device,
    generation: Generation,
) -> None:
    scripted.replies = ['{"error":0,"sequence":"SEQUENCE"}']
    client = make_scripted_client(generation)
    async with listening(client):
        await client.send(replace(device, owner_apikey="owner"), ON)
        await client.query(replace(device, owner_apikey=""), ["switch"])
    update, query = scripted.messages("update")[0], scripted.messages("query")[0]
    assert int(query.pop("sequence")) > int(update.pop("sequence"))
    assert update == {
        "action": "update",
        "apikey": "owner",
        "selfApikey": "apikey-of-the-tests",
        "deviceid": device.id,
        "userAgent": "app",
        "ts": 0,
        "params": ON,
    }
    assert query == update | {
        "action": "query",
        "apikey": "apikey-of-the-tests",
        "params": ["switch"],
    }


async def test_values_are_asked_for_when_it_is_their_turn(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    plug.slow = 0.03
    async with listening(client):
        first = asyncio.create_task(client.send(device, ON))
        second = asyncio.create_task(client.send(device, lambda: dict(plug.params)))
        await asyncio.gather(first, second)
        assert (await second)["switch"] == "on"


async def test_shared_device(
    client: EwelinkClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    owner = simulator.add_account(email="owner@example.com", password="p")
    lent = simulator.add_device(account, uiid=1, name="Lent", shared_from=owner)
    (device,) = await client.devices()
    async with listening(client):
        await client.send(device, ON)
        assert lent.params["switch"] == "on"
        assert (await client.query(device, ["switch"])).params == ON


@pytest.mark.parametrize("names", [["switch"], ("switch",)])
async def test_query(
    client: EwelinkClient, device: Device, names: list[str] | tuple[str]
) -> None:
    async with listening(client) as listener:
        update = await client.query(device, names)
    assert update == DeviceUpdate(device_id=device.id, params=OFF)
    assert listener.updates == []


async def test_query_for_all(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    async with listening(client):
        assert (await client.query(device)).params == plug.params


async def test_query_answered_with_config(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    plug.replies_with_config = True
    async with listening(client):
        assert (await client.query(device, ["switch"])).params == OFF


@pytest.mark.parametrize("member", ["", ',"params":0', ',"params":[]', ',"config":1'])
async def test_query_without_params(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    device: Device,
    member: str,
) -> None:
    scripted.replies = [f'{{"error":0,"sequence":"SEQUENCE"{member}}}']
    client = make_scripted_client()
    async with listening(client):
        assert (await client.query(device)).params == {}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, errors.CommandRefusedError),
        (403, errors.ForbiddenError),
        (411, errors.CommandRefusedError),
        (422, errors.ValueOutOfRangeError),
        (504, errors.DeviceSilentError),
        (4002, errors.CommandRefusedError),
        (401, errors.CommandRefusedError),
        (12345, errors.CommandRefusedError),
    ],
)
async def test_refused(
    client: EwelinkClient,
    device: Device,
    plug: SimulatedDevice,
    code: int,
    kind: type[EwelinkError],
) -> None:
    plug.refuses = code
    async with listening(client):
        error = await failure_of(client.send(device, ON))
        assert client.connected
    assert type(error) is kind
    assert error.code == code


async def test_offline(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    plug.online = False
    async with listening(client):
        error = await failure_of(client.send(device, ON))
    assert type(error) is errors.DeviceOfflineError


async def test_out_of_range(
    client: EwelinkClient, device: Device, simulator: EwelinkSimulator
) -> None:
    async with listening(client):
        error = await failure_of(client.send(device, {"pulseWidth": 7}))
    assert type(error) is errors.ValueOutOfRangeError
    assert len(simulator.faults) == 1
    simulator.faults.clear()


async def test_removed(
    client: EwelinkClient,
    device: Device,
    plug: SimulatedDevice,
    simulator: EwelinkSimulator,
) -> None:
    simulator.remove_device(plug)
    async with listening(client):
        error = await failure_of(client.send(device, ON))
    assert type(error) is errors.DeviceUnknownError


async def test_wrong_owner_is_a_fault(
    client: EwelinkClient, device: Device, simulator: EwelinkSimulator
) -> None:
    async with listening(client):
        wrong = replace(device, owner_apikey="nobody")
        error = await failure_of(client.send(wrong, ON))
    assert type(error) is errors.ForbiddenError
    assert len(simulator.faults) == 1
    simulator.faults.clear()


async def test_session_ends_during_a_command(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, device: Device
) -> None:
    scripted.replies = ['{"error":406,"sequence":"SEQUENCE"}']
    client = make_scripted_client()
    async with listening(client) as listener:
        error = await failure_of(client.send(device, ON))
        assert type(error) is errors.LoggedInElsewhereError
        assert type(await listener.ended()) is errors.LoggedInElsewhereError


async def test_no_acknowledgement(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    plug.silent = True
    async with listening(client):
        error = await failure_of(client.send(device, ON))
        assert type(error) is errors.CommandTimeoutError
        plug.silent = False
        await client.send(device, ON)


async def test_late_acknowledgement(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    plug.slow = FAST.command_timeout + 0.1
    async with listening(client):
        error = await failure_of(client.send(device, ON))
        assert type(error) is errors.CommandTimeoutError
        plug.slow = 0
        await client.send(device, OFF)
        await until(lambda: plug.params["switch"] == "on")
        assert client.connected


async def test_two_acknowledgements(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, device: Device
) -> None:
    scripted.replies = ['{"error":"0","sequence":"SEQUENCE"}'] * 2
    client = make_scripted_client()
    async with listening(client):
        await client.send(device, ON)
        await client.send(device, ON)


async def test_values_that_are_no_json(client: EwelinkClient, device: Device) -> None:
    async with listening(client):
        with pytest.raises(TypeError):
            await client.send(device, {"switch": object()})
        await client.send(device, ON)


# Order and rate


async def test_one_device_in_order(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    plug.slow = 0.005
    widths = [{"pulseWidth": 500 * number} for number in range(1, 21)]
    async with listening(client):
        await asyncio.gather(*(client.send(device, width) for width in widths))
    assert plug.commands == widths


async def test_devices_in_parallel(
    client: EwelinkClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    for number in range(10):
        lamp = simulator.add_device(account, uiid=1, name=f"Lamp {number}")
        lamp.slow = 0.1
    devices = await client.devices()
    async with listening(client):
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(client.send(device, ON) for device in devices))
        assert asyncio.get_running_loop().time() - began < 0.3


async def test_silent_device_does_not_hold_up_others(
    client: EwelinkClient,
    device: Device,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    plug: SimulatedDevice,
) -> None:
    plug.silent = True
    simulator.add_device(account, uiid=1, name="Lamp")
    other = (await client.devices())[1]
    async with listening(client):
        stuck = asyncio.create_task(client.send(device, ON))
        await asyncio.sleep(0)
        async with asyncio.timeout(0.2):
            await client.send(other, ON)
        assert not stuck.done()
        assert type(await failure_of(stuck)) is errors.CommandTimeoutError


async def test_rate(
    make_client: MakeClient, simulator: EwelinkSimulator, account: SimulatedAccount
) -> None:
    simulator.knobs.message_rate = 100
    simulator.knobs.message_burst = 20
    for number in range(40):
        simulator.add_device(account, uiid=1, name=f"Lamp {number}")
    client = make_client(
        pace=Pace(request_interval=0, message_rate=100, command_timeout=0.2)
    )
    devices = await client.devices()
    async with listening(client):
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(client.send(device, ON) for device in devices))
        # Waiting for its turn counts against no command: 0.3 s exceed their time.
        assert asyncio.get_running_loop().time() - began >= 0.25


# Without a socket


async def test_no_socket(client: EwelinkClient, device: Device) -> None:
    error = await failure_of(client.send(device, ON))
    assert type(error) is errors.NotConnectedError


async def test_commands_wait_for_the_socket_together(
    client: EwelinkClient, device: Device
) -> None:
    began = asyncio.get_running_loop().time()
    commands = [asyncio.create_task(client.send(device, ON)) for _ in range(5)]
    failures = [await failure_of(command) for command in commands]
    assert {type(failure) for failure in failures} == {errors.NotConnectedError}
    assert asyncio.get_running_loop().time() - began < 2 * FAST.command_timeout


async def test_waits_for_the_socket(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    command = asyncio.create_task(client.send(device, ON))
    await asyncio.sleep(0.05)
    async with listening(client):
        await command
    assert plug.commands == [ON]


async def test_waits_for_the_socket_to_come_back(
    client: EwelinkClient,
    device: Device,
    simulator: EwelinkSimulator,
    plug: SimulatedDevice,
) -> None:
    async with listening(client) as listener:
        await simulator.drop_sockets()
        await listener.ended()
        command = asyncio.create_task(client.send(device, ON))
        await asyncio.sleep(0)
        listener.start()
        await command
    assert plug.commands == [ON]


async def test_waiting_counts_against_the_time_for_the_reply(
    make_client: MakeClient,
    device: Device,
    plug: SimulatedDevice,
) -> None:
    plug.silent = True
    client = make_client(pace=replace(FAST, command_timeout=0.4))
    await client.sign_in()
    began = asyncio.get_running_loop().time()
    command = asyncio.create_task(client.send(device, ON))
    await asyncio.sleep(0.2)
    async with listening(client):
        assert type(await failure_of(command)) is errors.CommandTimeoutError
    assert asyncio.get_running_loop().time() - began < 0.55


async def test_socket_drops_before_the_reply(
    client: EwelinkClient,
    device: Device,
    plug: SimulatedDevice,
    simulator: EwelinkSimulator,
) -> None:
    plug.silent = True
    async with listening(client):
        commands = [asyncio.create_task(client.send(device, ON)) for _ in range(3)]
        await until(lambda: plug.commands)
        await simulator.drop_sockets()
        failures = [await failure_of(command) for command in commands]
    assert {type(failure) for failure in failures} == {errors.NotConnectedError}


async def test_socket_drops_while_a_command_waits_to_be_sent(
    make_client: MakeClient, device: Device, simulator: EwelinkSimulator
) -> None:
    pace = replace(FAST, message_rate=20, message_burst=1)
    client = make_client(pace=pace)
    await client.sign_in()
    async with listening(client) as listener:
        command = asyncio.create_task(client.send(device, ON))
        await asyncio.sleep(0.01)
        await simulator.drop_sockets()
        await listener.ended()
        assert type(await failure_of(command)) is errors.NotConnectedError


async def test_socket_breaks_at_sending(
    client: EwelinkClient, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise ConnectionResetError

    async with listening(client):
        monkeypatch.setattr("aiohttp.ClientWebSocketResponse.send_str", broken)
        error = await failure_of(client.send(device, ON))
        assert type(error) is errors.NotConnectedError


async def test_acknowledged_before_sending_ended(
    client: EwelinkClient,
    device: Device,
    simulator: EwelinkSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send = ClientWebSocketResponse.send_str

    async def send_slowly(ws: ClientWebSocketResponse[Any], text: str) -> None:
        await send(ws, text)
        await asyncio.sleep(0.1)

    async with listening(client) as listener:
        monkeypatch.setattr(ClientWebSocketResponse, "send_str", send_slowly)
        command = asyncio.create_task(client.send(device, ON))
        await asyncio.sleep(0.05)
        await simulator.drop_sockets()
        await listener.ended()
        assert await command == ON


async def test_cancelled_commands_leave_nothing(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    plug.silent = True
    async with listening(client):
        commands = [asyncio.create_task(client.send(device, ON)) for _ in range(3)]
        await until(lambda: plug.commands)
        commands[1].cancel()
        commands[0].cancel()
        await asyncio.gather(*commands[:2], return_exceptions=True)
        await until(lambda: len(plug.commands) == 2)
        commands[2].cancel()
        await asyncio.gather(*commands, return_exceptions=True)
        assert all(command.cancelled() for command in commands)
        plug.silent = False
        await client.send(device, OFF)


async def test_cancelled_while_waiting_for_the_socket(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    command = asyncio.create_task(client.send(device, ON))
    await asyncio.sleep(0.01)
    command.cancel()
    await asyncio.gather(command, return_exceptions=True)
    async with listening(client):
        await client.send(device, OFF)
    assert plug.commands == [OFF]


async def test_command_cancelled_just_as_the_socket_drops(
    client: EwelinkClient,
    device: Device,
    plug: SimulatedDevice,
    caplog: pytest.LogCaptureFixture,
) -> None:
    plug.silent = True
    async with listening(client) as listener:
        command = asyncio.create_task(client.send(device, ON))
        await until(lambda: plug.commands)
        command.cancel()
        await listener.stop()
        await asyncio.gather(command, return_exceptions=True)
    gc.collect()
    assert "never retrieved" not in caplog.text


# Echoes of other apps


async def test_echo_is_no_proof(
    client: EwelinkClient, device: Device, plug: SimulatedDevice
) -> None:
    async with listening(client) as listener:
        await plug.phone_command({"switch": "on", "startup": "on"})
        plug.params["switch"] = "off"
        await until(lambda: listener.updates)
    assert listener.updates == [
        DeviceUpdate(
            device_id=plug.device_id, params={"startup": "on", "switch": "off"}
        )
    ]


async def test_echo_that_the_device_confirms(
    client: EwelinkClient, plug: SimulatedDevice
) -> None:
    plug.reports_after_phone = True
    async with listening(client) as listener:
        await plug.phone_command(ON)
        await asyncio.sleep(3 * FAST.echo_delay)
    assert listener.updates == [DeviceUpdate(plug.device_id, ON, online=True)]


async def test_echo_that_the_device_confirms_in_part(
    client: EwelinkClient,
    plug: SimulatedDevice,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
) -> None:
    bystander = simulator.add_device(account, uiid=1, name="Bystander")
    async with listening(client) as listener:
        await plug.phone_command({"switch": "on", "startup": "on"})
        await plug.report(ON)
        await bystander.report(ON)
        await until(lambda: len(listener.updates) == 3)
    assert listener.updates[0].params == ON
    assert listener.updates[2] == DeviceUpdate(
        device_id=plug.device_id, params={"startup": "on"}
    )


async def test_series_of_echoes_is_one_query(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    echo = (
        '{"action":"update","deviceid":"1000000001","apikey":"owner",'
        '"userAgent":"app","sequence":"5","params":{"NAME":1}}'
    )
    scripted.greeting += [echo.replace("NAME", name) for name in ("b", "a", "b")]
    scripted.replies = ['{"error":0,"sequence":"SEQUENCE","config":{"a":1}}']
    async with listening(make_scripted_client()) as listener:
        await until(lambda: listener.updates)
        await asyncio.sleep(2 * FAST.echo_delay)
    (query,) = scripted.messages("query")
    assert query["params"] == ["a", "b"]
    assert query["apikey"] == "owner"
    assert listener.updates == [DeviceUpdate(device_id="1000000001", params={"a": 1})]


@pytest.mark.parametrize("agent", ['"app"', '"pc"', "null", '""'])
async def test_any_other_agent_is_an_echo(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, agent: str
) -> None:
    scripted.greeting.append(
        f'{{"action":"update","deviceid":"1000000001","userAgent":{agent},'
        f'"sequence":5,"params":{{"a":1}}}}'
    )
    scripted.replies = ['{"error":0,"sequence":"SEQUENCE","params":{"a":2}}']
    async with listening(make_scripted_client()) as listener:
        await until(lambda: listener.updates)
    assert listener.updates[0].params == {"a": 2}
    assert scripted.messages("query")[0]["apikey"] == "apikey-of-the-tests"


async def test_echo_of_an_own_command(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, device: Device
) -> None:
    scripted.replies = [
        '{"error":0,"sequence":"SEQUENCE"}',
        ECHO.replace('"5"', '"SEQUENCE"'),
    ]
    client = make_scripted_client()
    async with listening(client) as listener:
        await client.send(device, ON)
        await asyncio.sleep(3 * FAST.echo_delay)
    assert scripted.messages("query") == []
    assert listener.updates == []


@pytest.mark.parametrize(
    "reply", ['{"error":503,"sequence":"SEQUENCE"}', '{"error":0,"sequence":"5"}']
)
async def test_echo_whose_query_fails(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    log: pytest.LogCaptureFixture,
    reply: str,
) -> None:
    scripted.greeting.append(ECHO)
    scripted.replies = [reply]
    client = make_scripted_client()
    async with listening(client) as listener:
        await until(lambda: "is unknown" in log.text)
        assert client.connected
    assert listener.updates == []


async def test_echo_whose_query_tells_nothing(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    scripted.greeting.append(ECHO)
    scripted.replies = ['{"error":0,"sequence":"SEQUENCE","params":{}}']
    async with listening(make_scripted_client()) as listener:
        await until(lambda: scripted.messages("query"))
        await asyncio.sleep(0.05)
    assert listener.updates == []


async def test_socket_ends_while_an_echo_waits(
    client: EwelinkClient, plug: SimulatedDevice, simulator: EwelinkSimulator
) -> None:
    async with listening(client) as listener:
        await plug.phone_command(ON)
        await simulator.drop_sockets()
        await listener.ended()
        await asyncio.sleep(2 * FAST.echo_delay)
    assert listener.updates == []


async def test_socket_ends_while_an_echo_is_asked_for(
    client: EwelinkClient, plug: SimulatedDevice, simulator: EwelinkSimulator
) -> None:
    plug.silent = True
    listener = Listener(client)
    listener.start()
    await simulator.wait_for_socket()
    await plug.phone_command(ON)
    await asyncio.sleep(2 * FAST.echo_delay)
    await simulator.drop_sockets()
    assert type(await listener.ended()) is errors.LinkLostError
    assert listener.updates == []


async def test_report_right_behind_an_acknowledgement(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, device: Device
) -> None:
    """What comes last on the wire is told last, also if both come at once."""
    report = (
        f'{{"action":"update","deviceid":"{device.id}","userAgent":"device",'
        '"params":{"switch":"off"}}'
    )
    scripted.replies = ['{"error":0,"sequence":"SEQUENCE"}', report]
    client = make_scripted_client()
    async with listening(client) as listener:
        await client.send(
            device,
            ON,
            lambda params: listener.updates.append(DeviceUpdate(device.id, params)),
        )
        await until(lambda: len(listener.updates) == 2)
    assert [update.params for update in listener.updates] == [ON, OFF]
