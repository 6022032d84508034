"""No secret gets into an error, into the log, or into what is shown of an object."""

from collections.abc import Awaitable, Callable

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.iotbiz.client import (
    Broker as Address,
    IotbizClient,
    IotbizError,
    IotbizReader,
    try_broker,
)
from custom_components.iot_bridge.bridges.iotbiz.client.http import PlatformHttp
from custom_components.iot_bridge.bridges.iotbiz.client.tokens import UserTokens
from tests.bridges.scripted import Reply, ScriptedServer
from tests.simulators.iotbiz import Broker

from .jwt import jwt
from .pipe import odd_broker, piped
from .world import (
    CUSTOMER,
    DEVICE,
    PASSWORD,
    Agent,
    address,
    address_of,
    chain,
    failure_of,
    logged,
    say,
    told_by,
    trusting,
)

USER_PASSWORD = "word-of-ada"
ACCESS = jwt({"iat": 1, "exp": 3601}, "access-of-ada")
REFRESH = "refresh-of-ada"
SECRETS = (PASSWORD, USER_PASSWORD, ACCESS, REFRESH, "access-of-ada", CUSTOMER)
SIGNED_IN = Reply(body={"access": ACCESS, "refresh": REFRESH})
STATUSES = (302, 400, 401, 403, 404, 429, 500)

type Call = Callable[[IotbizClient, IotbizReader], Awaitable[object]]

# What is asked, and what was said in doing so
CALLS: list[tuple[Call, str]] = [
    (lambda client, _: client.register(CUSTOMER, DEVICE), CUSTOMER),
    (lambda client, _: client.activate(DEVICE, PASSWORD), PASSWORD),
    (lambda _, reader: reader.devices(), f"{USER_PASSWORD} {ACCESS} {REFRESH}"),
    (lambda _, reader: reader.newest("7", None), f"{USER_PASSWORD} {ACCESS} {REFRESH}"),
]
NAMES = ["register", "activate", "devices", "newest"]


def check(failures: list[IotbizError], log: pytest.LogCaptureFixture) -> None:
    """Check that nothing is told, neither by us nor by libraries."""
    told = "\n".join(map(told_by, failures)) + logged(log)
    assert not [secret for secret in SECRETS if secret in told]
    modules = {type(part).__module__ for failure in failures for part in chain(failure)}
    assert not any(module.startswith(("aiohttp", "aiomqtt")) for module in modules)


def refusal(status: int, said: str) -> Reply:
    """Return a refusal that repeats something wherever it can."""
    body = {"error": said, "detail": said, said: [said]}
    return Reply(status=status, body=body, headers={"Location": f"/{said}"})


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("call", "said"), CALLS, ids=NAMES)
async def test_answers(
    client: IotbizClient,
    reader: IotbizReader,
    scripted: ScriptedServer,
    log: pytest.LogCaptureFixture,
    call: Call,
    said: str,
    status: int,
) -> None:
    """Even if the platform says again what it was told."""
    scripted.by_path["/api/token/both/"] = SIGNED_IN
    for text in (said, f"no '{said}'", f"{said}{said}"):
        scripted.say(refusal(status, text))
        check([await failure_of(call(client, reader))], log)


@pytest.mark.parametrize("path", ["/api/token/both/", "/api/token/access/"])
@pytest.mark.parametrize("status", STATUSES)
async def test_answers_to_signing_in(
    reader: IotbizReader,
    scripted: ScriptedServer,
    log: pytest.LogCaptureFixture,
    status: int,
    path: str,
) -> None:
    scripted.by_path["/api/token/both/"] = SIGNED_IN
    scripted.by_path[path] = refusal(status, f"{USER_PASSWORD} {ACCESS} {REFRESH}")
    scripted.say(Reply(status=401))
    check([await failure_of(reader.devices())], log)


@pytest.mark.parametrize(("call", "said"), CALLS, ids=NAMES)
@pytest.mark.parametrize("way", ["hang", "drop", "cut"])
async def test_broken_connections(
    session: ClientSession,
    scripted: ScriptedServer,
    log: pytest.LogCaptureFixture,
    call: Call,
    said: str,
    way: str,
) -> None:
    """Whatever was said on them."""
    url = URL(scripted.url)
    client = IotbizClient(session, url, timeout=0.05)
    reader = IotbizReader(session, url, "ada", USER_PASSWORD, timeout=0.05)
    scripted.by_path["/api/token/both/"] = SIGNED_IN
    setattr(scripted, way, True)
    check([await failure_of(call(client, reader))], log)
    assert said not in logged(log)


async def test_broker(broker: Broker, log: pytest.LogCaptureFixture) -> None:
    """Whatever happens at the broker; customer numbers are in topics only."""
    failures = []
    for target in (
        address_of(broker, tls=trusting(broker.foreign_ca_pem)),
        address_of(broker, port=broker.tls_port),
        address_of(broker, port=1),
    ):
        failures += [await failure_of(try_broker(target, timeout=1))]
    async with piped(broker.port) as pipe:
        agent = Agent(address(pipe.port), timeout=1)
        async with agent.running() as task:
            await agent.session.publish("{}")
            await say(broker, "restart")
            pipe.freeze()
            failures += [await failure_of(agent.session.publish("{}"))]
            pipe.cut()
            failures += [await failure_of(task)]
        failures += [await failure_of(agent.session.publish("{}"))]
    await broker.add_user(DEVICE, "another", CUSTOMER)
    failures += [await failure_of(Agent(address_of(broker)).run())]
    async with odd_broker(says=b"\x20\x02\x00\x00" + b"\xff" * 99) as odd:
        failures += [await failure_of(Agent(address(odd.port)).run())]
    assert len(failures) == 8
    check(failures, log)


async def test_shown_objects(session: ClientSession, broker: Broker) -> None:
    url = URL("http://127.0.0.1:9")
    http = PlatformHttp(session, url, 1)
    agent = Agent(address_of(broker))
    target = Address(
        host="x", port=1, username=DEVICE, password=PASSWORD, tls=broker.tls_context()
    )
    shown = repr(
        [
            target,
            http,
            UserTokens(http, "ada", USER_PASSWORD),
            IotbizReader(session, url, "ada", USER_PASSWORD),
            IotbizClient(session, url),
            agent.session,
        ]
    )
    assert not [secret for secret in SECRETS if secret in shown]


async def test_log_of_a_session(broker: Broker, log: pytest.LogCaptureFixture) -> None:
    """A session that goes well says nothing."""
    agent = Agent(address_of(broker))
    async with agent.running():
        await agent.session.publish("{}")
    own = [record for record in log.records if "iot_bridge" in record.name]
    assert own == []


async def test_log_of_requests(
    reader: IotbizReader, scripted: ScriptedServer, log: pytest.LogCaptureFixture
) -> None:
    """Method, what it is about, and the status."""
    page = Reply(body={"count": 1, "results": [None]})
    scripted.say(SIGNED_IN, Reply(status=401), Reply(body={"access": "x"}), page)
    await reader.devices()
    lines = [
        record.getMessage() for record in log.records if "iot_bridge" in record.name
    ]
    assert lines == [
        "POST token/both: HTTP 200",
        "GET devices: HTTP 401",
        "GET devices: the access token is renewed",
        "POST token/access: HTTP 200",
        "GET devices: HTTP 200",
        "1 devices cannot be read",
    ]
