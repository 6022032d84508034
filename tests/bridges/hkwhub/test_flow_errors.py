"""What goes wrong while a hub is added, told where it belongs and mended."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.hkwhub import trial as trial_module
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.simulators.hkwhub import HkIotCloud, LocalServer, PubNubHub, Trouble
from tests.simulators.pubnub import PubNubSimulator

from .conftest import CHANNEL, SUBSCRIBE_KEY, Servers, Ways, make_impatient
from .mishaps import (
    Spoil,
    app_closed,
    cloud,
    hub,
    keys_refused,
    local,
    network,
    nothing,
    oauth,
    offline,
    password_changed,
    repair,
    secret_changed,
)

NOBODY: Final = "http://127.0.0.1:1"
NOBODY_THERE: Final = {"advanced": {"url": NOBODY}}


@dataclass(frozen=True)
class Mishap:
    """Something that goes wrong until it is corrected.

    Attributes:
        transport: How the hub is to be reached.
        name: What tests are called.
        errors: What is shown.
        entered: What the user enters in place of what is right.
        spoil: What is wrong with the servers.
    """

    transport: str
    name: str
    errors: dict[str, str]
    entered: dict[str, Any] = field(default_factory=dict)
    spoil: Spoil = nothing


def mishaps(transport: str, *rows: tuple[Any, ...]) -> list[Any]:
    """Return the mishaps of one way as parameters."""
    return [
        pytest.param(Mishap(transport, *row), id=f"{transport}-{row[0]}")
        for row in rows
    ]


MISHAPS: Final = [
    *mishaps(
        "local",
        ("nobody listens", {"url": "cannot_connect"}, {"url": NOBODY}),
        ("HTTP 500", {"url": "cannot_connect"}, {}, local(http_status=500)),
        ("HTTP 404", {"url": "not_a_hub"}, {}, local(http_status=404)),
        ("HTTP 302", {"url": "not_a_hub"}, {}, local(http_status=302)),
        ("HTTP 401", {"url": "not_a_hub"}, {}, local(http_status=401)),
        ("garbage", {"url": "not_a_hub"}, {}, local(garbage=True)),
        ("cut off", {"url": "timeout_connect"}, {}, local(drop=True)),
        ("silence", {"url": "timeout_connect"}, {}, local(hang=True)),
    ),
    *mishaps(
        "cloud",
        ("nobody listens", {"base": "cannot_connect"}, NOBODY_THERE),
        ("wrong password", {"password": "invalid_auth"}, {"password": "wrong"}),
        ("wrong user name", {"password": "invalid_auth"}, {"username": "grace"}),
        ("no user name", {"password": "invalid_auth"}, {"username": " "}),
        ("new password", {"password": "invalid_auth"}, {}, password_changed),
        ("wrong client id", {"client_id": "invalid_client"}, {"client_id": "no"}),
        ("colon", {"client_id": "invalid_client"}, {"client_id": "a:b"}),
        ("no client id", {"client_id": "invalid_client"}, {"client_id": " "}),
        ("no secret", {"client_secret": "invalid_client"}, {"client_secret": ""}),
        ("new secret", {"client_id": "invalid_client"}, {}, secret_changed),
        ("token: 500", {"base": "cannot_connect"}, {}, oauth(http_status=500)),
        ("token: 503", {"base": "cannot_connect"}, {}, oauth(http_status=503)),
        ("token: 429", {"base": "cannot_connect"}, {}, oauth(http_status=429)),
        ("token: 404", {"base": "unexpected_answer"}, {}, oauth(http_status=404)),
        ("token: 302", {"base": "unexpected_answer"}, {}, oauth(http_status=302)),
        ("token: 200", {"base": "unexpected_answer"}, {}, oauth(http_status=200)),
        ("token: 401", {"password": "invalid_auth"}, {}, oauth(http_status=401)),
        ("token: garbage", {"base": "unexpected_answer"}, {}, oauth(garbage=True)),
        ("token: cut off", {"base": "cannot_connect"}, {}, oauth(drop=True)),
        ("token: silence", {"base": "timeout_connect"}, {}, oauth(hang=True)),
        ("HTTP 500", {"base": "cannot_connect"}, {}, cloud(http_status=500)),
        ("HTTP 404", {"base": "not_a_hub"}, {}, cloud(http_status=404)),
        ("HTTP 401", {"base": "invalid_auth"}, {}, cloud(http_status=401)),
        ("garbage", {"base": "not_a_hub"}, {}, cloud(garbage=True)),
        ("silence", {"base": "timeout_connect"}, {}, cloud(hang=True)),
        ("no hub: 504", {"base": "hub_offline"}, {}, offline("504")),
        ("no hub: false", {"base": "hub_offline"}, {}, offline("false")),
        ("no hub: silence", {"base": "timeout_connect"}, {}, offline("hang")),
    ),
    *mishaps(
        "pubnub",
        ("nobody listens", {"base": "cannot_connect"}, NOBODY_THERE),
        ("other channel", {"channel": "hub_offline"}, {"channel": "elsewhere"}),
        ("app closed", {"channel": "hub_offline"}, {}, app_closed),
        ("silent app", {"channel": "hub_offline"}, {}, hub(drop=True)),
        ("odd app", {"base": "timeout_connect"}, {}, hub(garbage=True)),
        (
            "unknown keys",
            {"base": "invalid_keys"},
            {},
            keys_refused(access_manager=False),
        ),
        (
            "denied keys",
            {"base": "invalid_keys"},
            {},
            keys_refused(access_manager=True),
        ),
        (
            "no publish key",
            {"publish_key": "invalid_keys"},
            {"publish_key": "  "},
        ),
        ("no subscribe key", {"subscribe_key": "invalid_keys"}, {"subscribe_key": ""}),
        ("HTTP 500", {"base": "cannot_connect"}, {}, network(http_status=500)),
        ("no publishing", {"base": "cannot_connect"}, {}, network(publish_status=500)),
        ("garbage", {"base": "not_a_hub"}, {}, network(garbage=True)),
        ("cut off", {"base": "cannot_connect"}, {}, network(drop=True)),
        ("silence", {"base": "timeout_connect"}, {}, network(hang=True)),
    ),
]


async def correct(flows: FlowWalker, form: Any, ways: Ways, transport: str) -> None:
    """Enter what is right after an error."""
    result = await flows.answer(form, ways[transport].form)
    assert result["type"] is FlowResultType.CREATE_ENTRY, result["errors"]
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    ways: Ways,
    servers: Servers,
    monkeypatch: pytest.MonkeyPatch,
    mishap: Mishap,
) -> None:
    """Each error is shown at its field; after the correction the hub is added."""
    way = ways[mishap.transport]
    form = await flows.start("hkwhub", *way.steps)
    entered = way.form | mishap.entered
    await mishap.spoil(servers)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == way.steps[-1]
    assert form["errors"] == mishap.errors
    assert suggested(form) == kept(entered)

    await repair(servers)
    await correct(flows, form, ways, mishap.transport)


@pytest.mark.parametrize("key", ["publish_key", "subscribe_key"])
async def test_wrong_key(
    flows: FlowWalker, ways: Ways, net: PubNubSimulator, key: str
) -> None:
    """A mistyped key is refused by PubNub, whichever it is."""
    form = await flows.start("hkwhub", "hkwhub_pubnub")
    form = await flows.answer(form, ways["pubnub"].form | {key: "mistyped"})
    assert form["errors"] == {"base": "invalid_keys"}
    await correct(flows, form, ways, "pubnub")


ADDRESSES: Final = {
    "nothing but blanks": "  ",
    "scheme": "ftp://127.0.0.1",
    "script": "javascript:alert(1)",
    "no host": "http://",
    "path alone": "http:///path",
    "path": "http://127.0.0.1/somewhere",
    "query": "http://127.0.0.1/?a=b",
    "user": "http://ada@127.0.0.1",
    "password": "http://ada:secret@127.0.0.1",
    "blanks": "127.0.0.1 8080",
    "port": "127.0.0.1:99999",
    "word as port": "127.0.0.1:port",
    "bracket": "http://[::1",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
async def test_invalid_address(flows: FlowWalker, ways: Ways, address: str) -> None:
    """An address that cannot be one is refused before anything is sent."""
    form = await flows.start("hkwhub", "hkwhub_local")
    form = await flows.answer(form, {"url": address})
    assert form["errors"] == {"url": "invalid_address"}
    assert suggested(form) == {"url": address}
    await correct(flows, form, ways, "local")


@pytest.mark.parametrize("transport", ["cloud", "pubnub"])
@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "http://ada:secret@127.0.0.1"])
async def test_invalid_server(
    flows: FlowWalker, ways: Ways, transport: str, address: str
) -> None:
    """The same goes for the address of a cloud, which is below "advanced"."""
    way = ways[transport]
    entered = way.form | {"advanced": {"url": address}}
    form = await flows.answer(await flows.start("hkwhub", *way.steps), entered)
    assert form["errors"] == {"base": "invalid_address"}
    assert suggested(form) == kept(entered)
    await correct(flows, form, ways, transport)


CHANNELS: Final = {
    "empty": "",
    "blanks": "  ",
    "blank inside": "my channel",
    "comma": "one,two",
    "wildcard": "home.*",
    "colon": "a:b",
    "slash": "a/b",
    "backslash": "a\\b",
    "control": "a\x00b",
    "long": "x" * 93,
}


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
async def test_invalid_channel(
    flows: FlowWalker, ways: Ways, net: PubNubSimulator, channel: str
) -> None:
    """What PubNub would read as several channels, or none, is refused."""
    before = len(net.requests)
    form = await flows.start("hkwhub", "hkwhub_pubnub")
    form = await flows.answer(form, ways["pubnub"].form | {"channel": channel})
    assert form["errors"] == {"channel": "invalid_channel"}
    assert len(net.requests) == before
    await correct(flows, form, ways, "pubnub")


async def test_hub_without_id(
    flows: FlowWalker, ways: Ways, net: PubNubSimulator, pubnub_hub: PubNubHub
) -> None:
    """What answers on the channel without telling its id is no hub."""
    await pubnub_hub.stop()
    answers: dict[str, Any] = {
        "init_session": {"SessionToken": "PubNub-1"},
        "device_list": {"DeviceList": []},
        "close_session": {"Result": True},
    }
    loop = asyncio.get_running_loop()
    publishing: list[asyncio.Task[Any]] = []

    def answer(message: Any, publisher: str) -> None:
        if isinstance(message, dict) and (name := message.get("Command")):
            reply = {"ResponseOf": name, **answers[name]}
            publishing.append(
                loop.create_task(net.publish_inside(SUBSCRIBE_KEY, CHANNEL, reply))
            )

    cancel = net.subscribe_inside(SUBSCRIBE_KEY, CHANNEL, answer)
    form = await flows.start("hkwhub", "hkwhub_pubnub")
    form = await flows.answer(form, ways["pubnub"].form)
    assert form["errors"] == {"base": "not_a_hub"}
    cancel()
    await pubnub_hub.start()
    await correct(flows, form, ways, "pubnub")


async def test_trial_takes_too_long(
    flows: FlowWalker,
    ways: Ways,
    local_server: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hub that answers each time just before the end does not hold the user up."""
    local_server.trouble = Trouble(slow=0.1)
    form = await flows.start("hkwhub", "hkwhub_local")
    with monkeypatch.context() as moment:
        moment.setattr(trial_module, "TRIAL_SECONDS", 0.05)
        form = await flows.answer(form, ways["local"].form)
    assert form["errors"] == {"url": "timeout_connect"}
    local_server.trouble = Trouble()
    await correct(flows, form, ways, "local")


@pytest.mark.parametrize("trouble", [{"http_status": 500}, {"hang": True}])
async def test_session_is_not_closed(
    flows: FlowWalker,
    ways: Ways,
    local_server: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
    trouble: dict[str, Any],
) -> None:
    """A hub that does not close the session is added nevertheless."""
    monkeypatch.setattr(trial_module, "_CLOSE_SECONDS", 0.05)
    only = frozenset({"close_session"})
    local_server.trouble = Trouble(**trouble, only=only)
    form = await flows.start("hkwhub", "hkwhub_local")
    await correct(flows, form, ways, "local")
    local_server.trouble = Trouble()


async def test_several_errors_in_a_row(
    flows: FlowWalker, ways: Ways, cloud: HkIotCloud
) -> None:
    """A form survives one mistake after the other, and forgets the former ones."""
    way = ways["cloud"]
    form = await flows.start("hkwhub", *way.steps)
    shown = []
    for mistake in (
        {"password": "wrong"},
        {"client_id": "wrong"},
        {"advanced": {"url": "nonsense://"}},
        NOBODY_THERE,
    ):
        form = await flows.answer(form, way.form | mistake)
        shown.append(form["errors"])
    assert shown == [
        {"password": "invalid_auth"},
        {"client_id": "invalid_client"},
        {"base": "invalid_address"},
        {"base": "cannot_connect"},
    ]
    await correct(flows, form, ways, "cloud")
