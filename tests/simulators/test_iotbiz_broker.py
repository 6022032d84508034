"""The broker of the tests: its life, its logins, its certificates."""

import asyncio
from collections.abc import AsyncIterator
import os
from pathlib import Path
import re
import signal
import ssl
import subprocess
import sys
from typing import Final

import aiomqtt
import pytest

from tests.simulators.iotbiz import (
    NOT_INSTALLED,
    Broker,
    Message,
    MosquittoError,
    MqttRefusedError,
    ServerCertificate,
    find_mosquitto,
    foreign_authority,
    mosquitto,
    own_authority,
)
from tests.waiting import until

from .iotbiz_callers import COMMAND, CUSTOMER, DEVICE, STATE, running_broker

PASSWORD: Final = "234qweasdzxc"
ROOT: Final = Path(__file__).parents[2]


@pytest.fixture
async def broker(socket_enabled: None) -> AsyncIterator[Broker]:
    """A broker that knows a device."""
    async with running_broker() as running:
        await running.add_user(DEVICE, PASSWORD, CUSTOMER)
        yield running


# Life


async def test_aiomqtt(broker: Broker) -> None:
    """It is a real broker: a library that is used everywhere works with it."""
    async with (
        aiomqtt.Client(
            broker.host, broker.port, username=DEVICE, password=PASSWORD
        ) as device,
        aiomqtt.Client(
            broker.host,
            broker.port,
            username=broker.admin_name,
            password=broker.admin_password,
        ) as admin,
    ):
        await admin.subscribe("devices/out/#", qos=2)
        await device.publish(STATE, "on", qos=2, retain=True)
        message = await anext(aiter(admin.messages))
        assert (str(message.topic), message.payload) == (STATE, b"on")


async def test_restart(broker: Broker) -> None:
    """Restarted, it has its port and its logins; what was retained is gone."""
    port = broker.port
    connection = await broker.connect()
    await connection.publish(STATE, "old", qos=1, retain=True)
    await broker.restart()
    await connection.wait_ended()
    assert (broker.port, broker.starts) == (port, 2)
    connection = await broker.connect(DEVICE, PASSWORD)
    admin = await broker.connect()
    await admin.subscribe("#")
    await connection.publish(STATE, "new", qos=1)
    await until(lambda: admin.received)
    assert [message.payload for message in admin.received] == [b"new"]
    await connection.close()
    await admin.close()


@pytest.mark.parametrize("way", ["stop", "kill"])
async def test_end(broker: Broker, way: str) -> None:
    """Ended in either way, it refuses connections; ending it again does nothing."""
    connection = await broker.connect()
    for _ in range(2):
        await getattr(broker, way)()
    await connection.wait_ended()
    assert not broker.is_running
    with pytest.raises(ConnectionRefusedError):
        await broker.connect()


async def test_start_again(broker: Broker) -> None:
    """Started while it runs it goes on running."""
    connection = await broker.connect()
    await broker.start()
    assert (connection.is_open, broker.starts) == (True, 1)
    await connection.close()


async def test_logs(broker: Broker) -> None:
    """The log tells of packets, and the whole one also of those before a restart."""
    connection = await broker.connect(DEVICE, PASSWORD)
    await connection.publish(STATE, "x", qos=1)
    await connection.close()
    assert f"'{STATE}', ... (1 bytes))" in broker.log
    await broker.restart()
    assert STATE not in broker.log
    assert STATE in broker.whole_log


async def test_given_port(broker: Broker) -> None:
    """A port may be given; where it is taken the broker does not start."""
    other = Broker()
    with pytest.raises(MosquittoError, match="Address already in use"):
        await other.start(broker.port)
    assert not other.is_running
    port = broker.port
    await broker.stop()
    await other.start(port)
    assert other.port == port
    await other.stop()


async def test_actions_at_start(broker: Broker) -> None:
    """Others may do something whenever it starts."""
    starts: list[int] = []

    async def note() -> None:
        starts.append(broker.starts)

    leave = broker.at_start(note)
    await broker.restart()
    leave()
    await broker.restart()
    assert starts == [2]


async def test_not_installed(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no mosquitto, that is told."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(mosquitto, "FOLDERS", ())
    assert find_mosquitto() is None
    with pytest.raises(FileNotFoundError, match=re.escape(NOT_INSTALLED)):
        await Broker().start()


async def test_passed_over(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no mosquitto, tests are passed over, with the reason."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(mosquitto, "FOLDERS", ())
    with pytest.raises(pytest.skip.Exception, match="mosquitto is not installed"):
        async with running_broker():
            pytest.fail("There is none")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
async def test_orphan(broker: Broker, sent: signal.Signals) -> None:
    """It ends with the process that started it, in whatever way, and its folder too."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import asyncio; from tests.simulators.iotbiz import Broker; import sys\n"
        "async def run():\n"
        "    broker = Broker()\n"
        "    await broker.start()\n"
        "    print(broker.port, broker.folder, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(run())",
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    told, folder = (await process.stdout.readline()).decode().split()
    port = int(told)
    await (await asyncio.open_connection(broker.host, port))[1].drain()
    process.send_signal(sent)
    await process.wait()

    async def is_refused() -> bool:
        try:
            _, writer = await asyncio.open_connection(broker.host, port)
        except OSError:
            return True
        writer.close()
        return False

    async with asyncio.timeout(5):
        while not await is_refused() or Path(folder).exists():
            await asyncio.sleep(0.005)


async def test_dead_event_loop(broker: Broker) -> None:
    """It survives an event loop that ends, and another one can end it."""
    other = Broker()

    def start() -> None:
        asyncio.run(other.start())

    await asyncio.get_running_loop().run_in_executor(None, start)
    connection = await other.connect()
    await connection.close()
    await other.stop()
    assert not other.is_running


async def test_folder(broker: Broker) -> None:
    """Nobody else may read its folder."""
    assert broker.folder.stat().st_mode & 0o077 == 0
    assert broker.folder.stat().st_uid == os.getuid()


# Logins


@pytest.mark.parametrize(
    ("name", "password"),
    [(DEVICE, "wrong"), ("44:8a:5b:9c:70:94", PASSWORD), (DEVICE, "")],
)
async def test_refused_login(broker: Broker, name: str, password: str) -> None:
    """A wrong login is refused."""
    with pytest.raises(MqttRefusedError) as refusal:
        await broker.connect(name, password)
    assert refusal.value.code in (4, 5)


async def test_no_login(broker: Broker) -> None:
    """Nobody gets in without a login."""
    with pytest.raises(aiomqtt.MqttCodeError):
        async with aiomqtt.Client(broker.host, broker.port):
            pytest.fail("It got in")


async def test_rules_of_devices(broker: Broker) -> None:
    """A device publishes and hears what is its own, and nothing else."""
    admin = await broker.connect()
    await admin.subscribe("devices/#")
    device = await broker.connect(DEVICE, PASSWORD)
    await device.subscribe(COMMAND)
    await device.subscribe(f"devices/in/{CUSTOMER}/{DEVICE}/#")
    for pattern in ("#", STATE, "devices/in/other/+/command", "devices/in/#"):
        with pytest.raises(MqttRefusedError):
            await device.subscribe(pattern)
    for topic in (COMMAND, f"devices/out/other/{DEVICE}/state", f"{STATE}s"):
        await device.publish(topic, "no", qos=2)
    await device.publish(STATE, "yes", qos=2)
    await device.publish(f"devices/out/{CUSTOMER}/{DEVICE}/supervisor", "yes", qos=2)
    await admin.publish(COMMAND, "go", qos=1)
    await until(lambda: device.received and len(admin.received) > 3)
    # A pattern with an end of its own is within "#", too.
    assert sorted(m.topic for m in admin.received if m.payload == b"no") == [
        f"{STATE}s"
    ]
    await device.close()
    await admin.close()


async def test_customers(broker: Broker) -> None:
    """A customer hears its devices, and speaks to them, and to no others."""
    await broker.add_customer(CUSTOMER, "of all devices")
    customer = await broker.connect(CUSTOMER, "of all devices")
    device = await broker.connect(DEVICE, PASSWORD)
    await customer.subscribe(f"devices/out/{CUSTOMER}/#")
    await device.subscribe(COMMAND)
    with pytest.raises(MqttRefusedError):
        await customer.subscribe("devices/out/other/#")
    await device.publish(STATE, "on", qos=1)
    await customer.publish(COMMAND, "go", qos=1)
    await until(lambda: customer.received and device.received)
    await customer.close()
    await device.close()


async def test_login_that_changes(broker: Broker) -> None:
    """Another password counts at once; who has the old one is cut off."""
    device = await broker.connect(DEVICE, PASSWORD)
    await broker.add_user(DEVICE, "new", CUSTOMER)
    await device.wait_ended()
    with pytest.raises(MqttRefusedError):
        await broker.connect(DEVICE, PASSWORD)
    await (await broker.connect(DEVICE, "new")).close()


async def test_login_that_goes(broker: Broker) -> None:
    """Without its login a device is cut off, and stays out."""
    device = await broker.connect(DEVICE, PASSWORD)
    await broker.remove_user(DEVICE)
    await device.wait_ended()
    assert not broker.has_user(DEVICE)
    with pytest.raises(MqttRefusedError):
        await broker.connect(DEVICE, PASSWORD)
    await broker.restart()
    with pytest.raises(MqttRefusedError):
        await broker.connect(DEVICE, PASSWORD)
    with pytest.raises(KeyError):
        await broker.remove_user(DEVICE)


async def test_drop(broker: Broker) -> None:
    """A device that is cut off may come again."""
    device = await broker.connect(DEVICE, PASSWORD)
    await broker.drop(DEVICE)
    await device.wait_ended()
    await (await broker.connect(DEVICE, PASSWORD)).close()


async def test_logins_while_it_is_off(broker: Broker) -> None:
    """Logins that come and go while it does not run count when it does."""
    await broker.stop()
    await broker.remove_user(DEVICE)
    await broker.add_user("other", PASSWORD, CUSTOMER)
    await broker.start()
    await (await broker.connect("other", PASSWORD)).close()
    with pytest.raises(MqttRefusedError):
        await broker.connect(DEVICE, PASSWORD)


# Certificates


async def test_tls(socket_enabled: None) -> None:
    """With TLS it is known by its authority, by name and by address."""
    async with running_broker(tls=True) as broker:
        for host in ("localhost", broker.host):
            async with aiomqtt.Client(
                host,
                broker.tls_port,
                username=broker.admin_name,
                password=broker.admin_password,
                tls_context=broker.tls_context(),
            ):
                pass
        connection = await broker.connect(tls=broker.tls_context())
        await connection.close()
        assert broker.tls_port != broker.port


async def test_foreign_authority(socket_enabled: None) -> None:
    """It is not known by another authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with running_broker(tls=True) as broker:
        context.load_verify_locations(cadata=broker.foreign_ca_pem)
        with pytest.raises(ssl.SSLCertVerificationError):
            await broker.connect(tls=context)


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (own_authority().issue("other.example"), "IP address mismatch"),
        (own_authority().issue("127.0.0.1", expired=True), "expired"),
        (foreign_authority().issue("127.0.0.1"), "unable to get local issuer"),
    ],
    ids=["name", "expired", "issuer"],
)
async def test_bad_certificates(
    socket_enabled: None, certificate: ServerCertificate, reason: str
) -> None:
    """A broker may show a certificate that is not right."""
    async with running_broker(certificate=certificate) as broker:
        with pytest.raises(ssl.SSLCertVerificationError, match=reason):
            await broker.connect(tls=broker.tls_context())


# The connection by hand


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_every_qos(broker: Broker, qos: int) -> None:
    """Messages of every kind arrive once, both ways."""
    admin = await broker.connect()
    device = await broker.connect(DEVICE, PASSWORD)
    await admin.subscribe(STATE, qos)
    for number in range(50):
        await device.publish(STATE, str(number), qos=qos)
    big = "x" * 100_000
    await device.publish(STATE, big, qos=qos)
    await until(lambda: len(admin.received) == 51)
    payloads = [message.payload.decode() for message in admin.received]
    assert payloads == [*map(str, range(50)), big]
    assert {message.qos for message in admin.received} == {qos}
    await admin.close()
    await device.close()


async def test_last_will(broker: Broker) -> None:
    """Cut off, a connection's last will is told and retained; after a goodbye not."""
    admin = await broker.connect()
    await admin.subscribe(STATE)
    will = Message(topic=STATE, payload=b"gone", qos=2, retain=True)
    for end in ("close", "abort", "close"):
        device = await broker.connect(DEVICE, PASSWORD, will=will)
        await getattr(device, end)()
        await getattr(device, end)()
        assert not device.is_open
    await until(lambda: admin.received)
    later = await broker.connect()
    await later.subscribe(STATE)
    await until(lambda: later.received)
    assert [message.payload for message in admin.received] == [b"gone"]
    assert [message.retain for message in later.received] == [True]
    await admin.close()
    await later.close()


async def test_publishing_after_the_end(broker: Broker) -> None:
    """A connection that has ended says so."""
    device = await broker.connect(DEVICE, PASSWORD)
    await broker.stop()
    await device.wait_ended()
    for qos in (0, 1, 2):
        with pytest.raises(ConnectionResetError):
            await device.publish(STATE, "x", qos=qos)


@pytest.mark.parametrize(("way", "heard"), [("stop", [b"gone"]), ("kill", [])])
async def test_last_wills_at_the_end(
    broker: Broker, way: str, heard: list[bytes]
) -> None:
    """A broker that is stopped tells last wills, one that is killed does not."""
    admin = await broker.connect()
    await admin.subscribe(STATE)
    will = Message(topic=STATE, payload=b"gone")
    device = await broker.connect(DEVICE, PASSWORD, will=will)
    await getattr(broker, way)()
    await asyncio.gather(admin.wait_ended(), device.wait_ended())
    assert [message.payload for message in admin.received] == heard
