"""Finding the broker: what does not work is told, and can be corrected."""

from collections.abc import AsyncIterator, Callable
import socket
from typing import Any, Final

import pytest

from tests.bridges.flow_walker import FlowWalker, suggested
from tests.simulators.iotbiz import Broker, IotbizSimulator, own_authority

from .mishaps import be_impatient
from .world import add_agent, broker_form, created, done, open_broker_form

_UNREACHABLE: Final = {"base": "broker_unreachable"}
_CERTIFICATE: Final = {"base": "broker_certificate"}
_NO_CA: Final = {"ca": "invalid_ca"}
_NO_HOST: Final = {"broker_host": "invalid_host"}
_BAD_PEM: Final = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
# As some web pages have it where a line ends
_PEM_OF_A_PAGE: Final = _BAD_PEM.replace("B\n", "B\u00a0\n")

type Entered = Callable[[Broker], dict[str, Any]]

MISHAPS: Final[dict[str, tuple[dict[str, str], Entered]]] = {
    "nobody listens": (_UNREACHABLE, lambda _: {"broker_port": 1}),
    "no TLS there": (_UNREACHABLE, lambda broker: {"broker_port": broker.port}),
    "TLS there": (_UNREACHABLE, lambda _: {"security": "plain"}),
    "foreign authority": (_CERTIFICATE, lambda broker: {"ca": broker.foreign_ca_pem}),
    "nobody trusts it": (_CERTIFICATE, lambda _: {"security": "tls"}),
    "no certificate": (_NO_CA, lambda _: {"ca": ""}),
    "other text": (_NO_CA, lambda _: {"ca": "see the file"}),
    "broken certificate": (_NO_CA, lambda _: {"ca": _BAD_PEM}),
    "certificate of a page": (_NO_CA, lambda _: {"ca": _PEM_OF_A_PAGE}),
    "empty host": (_NO_HOST, lambda _: {"broker_host": " "}),
    "host and port": (_NO_HOST, lambda _: {"broker_host": "127.0.0.1:8883"}),
    "address of a page": (_NO_HOST, lambda _: {"broker_host": "ssl://127.0.0.1"}),
    "path": (_NO_HOST, lambda _: {"broker_host": "127.0.0.1/mqtt"}),
    "password in it": (_NO_HOST, lambda _: {"broker_host": "a:b@127.0.0.1"}),
}


@pytest.mark.parametrize(("errors", "changes"), MISHAPS.values(), ids=MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    errors: dict[str, str],
    changes: Entered,
) -> None:
    """What was entered stays; nothing is registered again."""
    form = await open_broker_form(flows, iotbiz)
    asked = len(iotbiz.requests)
    entered = broker_form(broker, **changes(broker))
    with monkeypatch.context() as moment:
        be_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["step_id"] == "iotbiz_broker"
    assert form["errors"] == errors
    shown = suggested(form)
    assert {**entered, "ca": shown["ca"]} == shown
    created(await flows.answer(form, broker_form(broker)))
    assert len(iotbiz.requests) == asked


@pytest.fixture
async def elsewhere(broker: Broker) -> AsyncIterator[Broker]:
    """A broker whose certificate is of the same authority, and for another name."""
    certificate = own_authority().issue("elsewhere.example.com")
    other = Broker(certificate=certificate)
    await other.start()
    yield other
    await other.stop()


async def test_another_name(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker, elsewhere: Broker
) -> None:
    """A certificate for another host is not enough."""
    form = await open_broker_form(flows, iotbiz)
    form = await flows.answer(form, broker_form(elsewhere))
    assert form["errors"] == _CERTIFICATE
    created(await flows.answer(form, broker_form(broker)))


async def test_broker_of_another_platform(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """A broker that does not know the device lets nobody in."""
    other = Broker(tls=True)
    await other.start()
    form = await open_broker_form(flows, iotbiz)
    form = await flows.answer(form, broker_form(other))
    await other.stop()
    assert form["errors"] == {"base": "broker_refused"}
    created(await flows.answer(form, broker_form(broker)))


async def test_silent_broker(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Something that listens and says nothing does not hold the user up."""
    form = await open_broker_form(flows, iotbiz)
    with socket.create_server((broker.host, 0)) as silent:
        entered = broker_form(broker, broker_port=silent.getsockname()[1])
        with monkeypatch.context() as moment:
            be_impatient(moment)
            form = await flows.answer(form, entered)
    assert form["errors"] == _UNREACHABLE
    created(await flows.answer(form, broker_form(broker)))


async def test_private_key(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """A key that was pasted by mistake is neither shown again nor kept."""
    key = own_authority().issue("localhost").key_pem
    form = await open_broker_form(flows, iotbiz)
    form = await flows.answer(form, broker_form(broker, ca=key))
    assert form["errors"] == _NO_CA
    assert "PRIVATE" not in str(suggested(form))
    entered = broker_form(broker, ca=f"{key}{broker.ca_pem}")
    entry = created(await flows.answer(form, entered))
    assert entry.data["ca"] == broker.ca_pem


async def test_host_name(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """A name does as well as an address; it is stored without blanks."""
    form = await open_broker_form(flows, iotbiz)
    entered = broker_form(broker, broker_host=" localhost ")
    entry = created(await flows.answer(form, entered))
    assert entry.data["broker_host"] == "localhost"


async def test_broker_not_there_yet(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """It may come up while the user waits."""
    form = await open_broker_form(flows, iotbiz)
    await broker.stop()
    form = await flows.answer(form, broker_form(broker))
    assert form["errors"] == _UNREACHABLE
    await broker.start()
    created(await flows.answer(form, broker_form(broker)))


async def test_another_flow_was_quicker(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """What is left of a flow for the same device registers nothing."""
    await open_broker_form(flows, iotbiz)
    await add_agent(flows, iotbiz, broker)
    assert done(iotbiz, "register") == 1
