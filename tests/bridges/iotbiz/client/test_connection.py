"""Connecting to brokers: the right ones, wrong ones, and what is none."""

import asyncio
from collections.abc import Callable
import dataclasses
import socket
from ssl import create_default_context

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import (
    Broker as Address,
    BrokerCertificateError,
    BrokerError,
    BrokerSignInError,
    BrokerTimeoutError,
    try_broker,
)
from tests.simulators.iotbiz import Broker, own_authority
from tests.simulators.iotbiz_callers import running_broker
from tests.waiting import until

from .pipe import odd_broker
from .world import (
    CUSTOMER,
    DEVICE,
    PASSWORD,
    Agent,
    address,
    address_of,
    failure_of,
    takes_at_most,
    trusting,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

# MQTT 3.1.1, table 3.1
PROTOCOL_REFUSED = 1
CLIENT_ID_REFUSED = 2
UNAVAILABLE = 3


def connack(code: int) -> bytes:
    """Return an answer to a connection."""
    return bytes([0x20, 2, 0, code])


def attempt(target: Address, timeout: float = 5) -> Callable[[], asyncio.Future[None]]:
    """Return what tries a broker."""
    return lambda: asyncio.ensure_future(try_broker(target, timeout=timeout))


async def failure_at(target: Address, timeout: float = 5) -> BrokerError:
    """Return why there is no connection; it has to be told in time."""
    failure = await takes_at_most(timeout + 1, attempt(target, timeout))
    assert isinstance(failure, BrokerError)
    return failure


async def test_plain(broker: Broker) -> None:
    await try_broker(address_of(broker), timeout=5)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_tls(broker: Broker, host: str) -> None:
    tls = trusting(broker.ca_pem)
    await try_broker(address_of(broker, tls=tls, host=host), timeout=5)


async def test_trial_says_nothing(broker: Broker) -> None:
    """There is no message and no last will, and the running session is left alone."""
    observer = await broker.connect()
    await observer.subscribe("#")
    agent = Agent(address_of(broker))
    async with agent.running() as task:
        await until(lambda: len(observer.received) == 1)
        await try_broker(agent.address, timeout=5)
        await agent.session.publish("{}")
        await until(lambda: len(observer.received) == 2)
        assert not task.done()
    assert [message.payload for message in observer.received][1] == b"{}"
    await observer.close()


@pytest.mark.parametrize("secure", [False, True])
async def test_wrong_password(broker: Broker, secure: bool) -> None:
    await broker.add_user(DEVICE, "another", CUSTOMER)
    tls = trusting(broker.ca_pem) if secure else None
    failure = await failure_of(try_broker(address_of(broker, tls=tls), timeout=5))
    assert isinstance(failure, BrokerSignInError)
    assert not isinstance(failure, BrokerError)


@pytest.mark.parametrize("code", [4, 5])
async def test_refused_account(code: int) -> None:
    async with odd_broker(says=connack(code)) as odd:
        failure = await failure_of(try_broker(address(odd.port), timeout=5))
    assert isinstance(failure, BrokerSignInError)


@pytest.mark.parametrize(
    "code", [PROTOCOL_REFUSED, CLIENT_ID_REFUSED, UNAVAILABLE, 6, 200, 255]
)
async def test_refused_for_other_reasons(code: int) -> None:
    async with odd_broker(says=connack(code)) as odd:
        failure = await failure_at(address(odd.port))
    assert type(failure) is BrokerError


async def test_foreign_authority(broker: Broker) -> None:
    tls = trusting(broker.foreign_ca_pem)
    failure = await failure_at(address_of(broker, tls=tls))
    assert isinstance(failure, BrokerCertificateError)


async def test_public_authorities_alone(broker: Broker) -> None:
    """As with an own authority that nobody was told of."""
    loop = asyncio.get_running_loop()
    tls = await loop.run_in_executor(None, create_default_context)
    failure = await failure_at(address_of(broker, tls=tls))
    assert isinstance(failure, BrokerCertificateError)


@pytest.mark.parametrize(
    ("name", "expired"), [("broker.example.com", False), ("127.0.0.1", True)]
)
async def test_certificate_of_another(name: str, expired: bool, broker: Broker) -> None:
    """Of another host, or one of the past."""
    other = Broker(certificate=own_authority().issue(name, expired=expired))
    await other.start()
    failure = await failure_at(address_of(other, tls=trusting(broker.ca_pem)))
    await other.stop()
    assert isinstance(failure, BrokerCertificateError)


async def test_tls_where_there_is_none(broker: Broker) -> None:
    """It is not the certificate: there is none."""
    tls = trusting(broker.ca_pem)
    failure = await failure_at(address_of(broker, port=broker.port, tls=tls))
    assert type(failure) is BrokerError


async def test_no_tls_where_there_is_some(broker: Broker) -> None:
    failure = await failure_at(address_of(broker, port=broker.tls_port))
    assert type(failure) is BrokerError


@pytest.mark.parametrize(
    "says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 99, b"\x20"]
)
@pytest.mark.parametrize("hangs_up", [True, False])
@pytest.mark.parametrize("secure", [True, False])
async def test_no_broker(says: bytes, hangs_up: bool, secure: bool) -> None:
    """Whatever it says."""
    tls = trusting(own_authority().pem) if secure else None
    async with odd_broker(says=says, hangs_up=hangs_up) as odd:
        await failure_at(address(odd.port, tls=tls), timeout=0.3)


@pytest.mark.parametrize("secure", [False, True])
async def test_silent_broker(secure: bool) -> None:
    """Who takes connections and says nothing is left in time, and for good."""
    tls = trusting(own_authority().pem) if secure else None
    async with odd_broker() as odd:
        failure = await failure_at(address(odd.port, tls=tls), timeout=0.2)
        assert isinstance(failure, BrokerTimeoutError)
        await until(lambda: odd.ends == 1)


@pytest.mark.parametrize("secure", [False, True])
async def test_cancelled_while_connecting(secure: bool) -> None:
    tls = trusting(own_authority().pem) if secure else None
    async with odd_broker() as odd:
        task = asyncio.create_task(try_broker(address(odd.port, tls=tls), timeout=9))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: odd.ends == 1)


async def test_hung_up_at_once() -> None:
    """Nobody waits for an answer then."""
    async with odd_broker(hangs_up=True) as odd, asyncio.timeout(5):
        failure = await failure_at(address(odd.port), timeout=9)
    assert type(failure) is BrokerError


async def test_nobody_there(broker: Broker) -> None:
    await broker.stop()
    failure = await failure_at(address_of(broker))
    assert str(failure) == "connect: ConnectionRefusedError"


async def test_black_hole() -> None:
    """A host that takes no connection, and does not refuse any either."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # What is not accepted waits, and so does everybody who comes later.
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        await asyncio.sleep(0.01)
        failure = await failure_at(address(full.getsockname()[1]), timeout=0.2)
    assert isinstance(failure, BrokerTimeoutError)


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
async def test_odd_ports(port: int) -> None:
    await failure_at(address(port))


@pytest.mark.parametrize("secure", [False, True])
async def test_no_host(broker: Broker, secure: bool) -> None:
    tls = trusting(own_authority().pem) if secure else None
    port = broker.tls_port if secure else broker.port
    await failure_at(address(port, host="", tls=tls))


async def test_broker_that_comes_back() -> None:
    async with running_broker() as broker:
        await broker.add_user(DEVICE, PASSWORD, CUSTOMER)
        await broker.stop()
        await failure_at(address_of(broker))
        await broker.start()
        await try_broker(address_of(broker), timeout=5)


@pytest.mark.parametrize(
    "text", ["\ud800", "x" * 65536, "é" * 40000], ids=["half", "long", "bytes"]
)
async def test_account_that_cannot_be_sent(broker: Broker, text: str) -> None:
    """The error that this is noticed by holds it, and is not handed on."""
    target = address_of(broker)
    for odd in (
        dataclasses.replace(target, username=text),
        dataclasses.replace(target, password=text),
    ):
        failure = await failure_of(try_broker(odd, timeout=5))
        assert isinstance(failure, BrokerSignInError)
        assert failure.__context__ is None
