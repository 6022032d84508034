"""Addresses of servers as people paste them."""

import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.wotkit.client import (
    api_candidates,
    parse_server,
    portal_url,
    sensor_page,
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("wotkit.example.com", "https://wotkit.example.com"),
        ("  wotkit.example.com/\n", "https://wotkit.example.com"),
        ("http://wotkit.example.com", "http://wotkit.example.com"),
        ("HTTP://WoTKit.Example.com/", "http://wotkit.example.com"),
        ("192.168.1.5:8080/wotkit", "https://192.168.1.5:8080/wotkit"),
        ("http://192.168.1.5:80/api/", "http://192.168.1.5/api"),
        ("https://example.com:8443//a//b/", "https://example.com:8443/a/b"),
        ("example.com/a/../b", "https://example.com/b"),
        ("example.com/%7Eada/tür", "https://example.com/~ada/t%C3%BCr"),
        ("localhost", "https://localhost"),
        ("my_server.lan.", "https://my_server.lan."),
        ("[fd00::5]:9000/api", "https://[fd00::5]:9000/api"),
        ("fd00::5", "https://[fd00::5]"),
        ("häuschen.lan", "https://xn--huschen-5wa.lan"),
    ],
)
def test_servers(typed: str, address: str) -> None:
    assert str(parse_server(typed)) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "two words",
        "example.com/two words",
        "http://",
        "http:///api",
        "/api",
        "ftp://example.com",
        "ws://example.com",
        "mailto:ada@example.com",
        "ada:secret@example.com",
        "http://ada@example.com/api",
        "example.com?x=1",
        "example.com/api?",
        "example.com/api#x",
        "example.com/#",
        "example.com:0",
        "example.com:99999",
        "example.com:port",
        "example\\com",
        "example\x00.com",
        "[fd00::zz]",
        "-",
        "example,com",
        "example..com",
        "xn--a.lan",
        f"{64 * 'a'}.lan",
        f"{127 * 'a.'}lan",
    ],
)
def test_no_servers(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_server(typed)


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("", ["/api", "/wotkit/api"]),
        ("/", ["/api", "/wotkit/api"]),
        ("/api", ["/api"]),
        ("/api/v1", ["/api"]),
        ("/api/v2/", ["/api"]),
        ("/v1", ["/v1/api", "/v1/wotkit/api", "/v1"]),
        ("/wotkit", ["/api", "/wotkit/api"]),
        ("/wotkit/keys", ["/api", "/wotkit/api"]),
        ("/wotkit/apps", ["/api", "/wotkit/api"]),
        ("/wotkit/sensors/1/monitor", ["/api", "/wotkit/api"]),
        ("/wotkit/api", ["/wotkit/api"]),
        ("/wotkit/api/v1", ["/wotkit/api"]),
        ("/things/wotkit/keys", ["/things/api", "/things/wotkit/api"]),
        ("/things", ["/things/api", "/things/wotkit/api", "/things"]),
        ("/things/api", ["/things/api"]),
        (
            "/th%2Fings",
            ["/th%2Fings/api", "/th%2Fings/wotkit/api", "/th%2Fings"],
        ),
        ("/api/sensors/sensetecnic.mule1", ["/api"]),
        ("/api/v1/sensors", ["/api"]),
        ("/wotkit/api/oauth/token", ["/api", "/wotkit/api"]),
        ("/things/api/sensors/api/data", ["/things/api"]),
        ("/api/wotkit/keys", ["/api/api", "/api/wotkit/api"]),
    ],
)
def test_where_the_api_may_be(typed: str, paths: list[str]) -> None:
    host = "http://example.com:8080"
    candidates = api_candidates(parse_server(f"{host}{typed}"))
    assert [str(candidate) for candidate in candidates] == [
        f"{host}{path}" for path in paths
    ]


@pytest.mark.parametrize(
    ("api", "portal"),
    [
        ("http://example.com/api", "http://example.com/wotkit"),
        ("http://example.com:8080/api/", "http://example.com:8080/wotkit"),
        ("https://example.com/wotkit/api", "https://example.com/wotkit"),
        ("https://example.com/a/b/api", "https://example.com/a/b/wotkit"),
        ("https://example.com/things", "https://example.com/things/wotkit"),
        ("https://example.com", "https://example.com/wotkit"),
    ],
)
def test_portal(api: str, portal: str) -> None:
    assert str(portal_url(URL(api))) == portal
    assert str(sensor_page(URL(api), 42)) == f"{portal}/sensors/42/monitor"
