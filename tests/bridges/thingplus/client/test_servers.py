"""Addresses of servers as people paste them, and finding the API there."""

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    PRESETS,
    CannotConnectError,
    RequestTimeoutError,
    UnexpectedAnswerError,
    api_base,
    api_candidates,
    find_api,
    parse_server,
)
from tests.bridges.scripted import Reply, ScriptedServer

from .envelopes import failure, success

NOT_FOUND = Reply(status=404, body=b"<html>")
DENIED = Reply(status=401, body="Access denied")


def test_presets() -> None:
    assert {name: str(url) for name, url in PRESETS.items()} == {
        "commercial": "https://api.thingplus.net/v2",
        "eu": "https://api.thingplus.eu/v2",
        "sandbox": "https://api.sandbox.thingplus.net/v2",
    }


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("api.thingplus.net", "https://api.thingplus.net/v2"),
        ("http://api.thingplus.net/", "https://api.thingplus.net/v2"),
        ("API.ThingPlus.eu", "https://api.thingplus.eu/v2"),
        ("https://api.thingplus.eu/v1", "https://api.thingplus.eu/v2"),
        (
            "https://api.sandbox.thingplus.net/v2/gateways/1/sensors",
            "https://api.sandbox.thingplus.net/v2",
        ),
        ("example.com/v2", "https://example.com/v2"),
        ("example.com/v2/v2", "https://example.com/v2"),
        ("example.com/v1/sites", "https://example.com/v2"),
        ("example.com/things/v2/oauth2/token", "https://example.com/things/v2"),
        ("example.com/api/v2/sites", "https://example.com/api/v2"),
        ("example.com/api", "https://example.com/api"),
        ("example.com/api/", "https://example.com/api"),
        ("example.com/api/gateways", "https://example.com/api"),
        ("http://127.0.0.1:8080/service/api", "http://127.0.0.1:8080/service/api"),
    ],
)
def test_places_that_are_clear(typed: str, base: str) -> None:
    candidates = api_candidates(parse_server(typed))
    assert [str(candidate) for candidate in candidates] == [base]
    assert str(api_base(typed)) == base


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("", ["/v2", "/api", ""]),
        ("/", ["/v2", "/api", ""]),
        ("/things", ["/things/v2", "/things/api", "/things"]),
        ("/th%2Fings/", ["/th%2Fings/v2", "/th%2Fings/api", "/th%2Fings"]),
        ("/v3", ["/v3/v2", "/v3/api", "/v3"]),
    ],
)
def test_places_that_are_possible(typed: str, paths: list[str]) -> None:
    host = "http://example.com:8080"
    candidates = api_candidates(parse_server(f"{host}{typed}"))
    assert [str(candidate) for candidate in candidates] == [
        f"{host}{path}" for path in paths
    ]
    assert str(api_base(f"{host}{typed}")) == f"{host}{paths[0]}"


@pytest.mark.parametrize(
    "page", ["#/dashboard", "/#/gateways?site=1", "/#", "#"], ids=str
)
async def test_page_of_the_portal(
    session: ClientSession, scripted: ScriptedServer, page: str
) -> None:
    """What a browser shows there is within the page, and not sent to the server."""
    scripted.say(DENIED)
    typed = f"{scripted.url}{page}"
    assert str(await find_api(session, typed)) == f"{scripted.url}/v2"
    assert str(api_base(typed)) == f"{scripted.url}/v2"


def test_known_host_on_another_port() -> None:
    """Somebody's own server, reached through that name."""
    base = api_base("http://api.thingplus.net:8080")
    assert str(base) == "http://api.thingplus.net:8080/v2"


@pytest.mark.parametrize(
    "typed", ["", "#/page", "two words", "ada:word@127.0.0.1", "ftp://x"]
)
async def test_no_address(session: ClientSession, typed: str) -> None:
    with pytest.raises(ValueError):
        api_base(typed)
    with pytest.raises(ValueError):
        await find_api(session, typed)


# Asking


async def test_nothing_is_signed(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    scripted.say(DENIED)
    assert str(await find_api(session, scripted.url)) == f"{scripted.url}/v2"
    (heard,) = scripted.heard
    assert heard.line == "GET /v2/sites"
    assert heard.headers["Accept"] == "application/json"
    assert "Authorization" not in heard.headers


@pytest.mark.parametrize(
    "reply",
    [
        DENIED,
        Reply(status=401),
        failure(401, "NEED_LOGIN"),
        failure(401, "NEED_LOGIN", http=200),
        failure(403, "ACL_DENY"),
        success([]),
    ],
    ids=range(6),
)
async def test_what_counts(
    session: ClientSession, scripted: ScriptedServer, reply: Reply
) -> None:
    scripted.by_path = {"/api/sites": reply}
    scripted.say(NOT_FOUND)
    assert str(await find_api(session, scripted.url)) == f"{scripted.url}/api"
    assert len(scripted.heard) == 2


@pytest.mark.parametrize(
    "reply",
    [
        NOT_FOUND,
        failure(404, "NOT_FOUND"),
        Reply(body={}),
        Reply(body=[]),
        Reply(body=b"<html>It works!"),
        Reply(status=401, body=b"<html>Who are you?"),
        Reply(status=403),
        Reply(body=b""),
        Reply(status=204),
        Reply(status=301, headers={"Location": "/v2/sites"}),
        Reply(body=b" " * 2 * 1024 * 1024 + b"[]"),
    ],
    ids=range(11),
)
async def test_no_thingplus(
    session: ClientSession, scripted: ScriptedServer, reply: Reply
) -> None:
    scripted.say(reply)
    with pytest.raises(UnexpectedAnswerError) as caught:
        await find_api(session, scripted.url)
    assert str(caught.value) == "GET sites: this is no Thing+"
    paths = [heard.line for heard in scripted.heard]
    assert paths == ["GET /v2/sites", "GET /api/sites", "GET /sites"]


async def test_typed_path_itself(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    scripted.by_path = {"/things/sites": DENIED}
    scripted.say(NOT_FOUND)
    found = await find_api(session, f"{scripted.url}/things/")
    assert str(found) == f"{scripted.url}/things"


async def test_nobody_there(session: ClientSession) -> None:
    with pytest.raises(CannotConnectError) as caught:
        await find_api(session, "http://127.0.0.1:9")
    assert type(caught.value) is CannotConnectError


async def test_silence(session: ClientSession, scripted: ScriptedServer) -> None:
    """One place of a server that does not answer is enough."""
    scripted.hang = True
    with pytest.raises(RequestTimeoutError):
        await find_api(session, scripted.url, timeout=0.05)
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_server_in_trouble(
    session: ClientSession, scripted: ScriptedServer, status: int
) -> None:
    """Behind one place there may be another server that is well."""
    scripted.by_path = {"/v2/sites": Reply(status=status)}
    scripted.say(NOT_FOUND)
    with pytest.raises(CannotConnectError) as caught:
        await find_api(session, scripted.url)
    assert str(caught.value) == f"GET sites: HTTP {status}"
    scripted.say(DENIED)
    assert str(await find_api(session, scripted.url)) == f"{scripted.url}/api"
