"""Hosts of the regions."""

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import Generation, RegionError
from custom_components.iot_bridge.bridges.ewelink.client.regions import REGIONS, Hosts

V1 = Generation.V1
V2 = Generation.V2


@pytest.mark.parametrize(
    ("generation", "region", "rest", "dispatch"),
    [
        (V1, "cn", "https://cn-api.coolkit.cn:8080", "https://cn-api.coolkit.cn:8080"),
        (V1, "as", "https://as-api.coolkit.cc:8080", "https://as-api.coolkit.cc:8080"),
        (V1, "eu", "https://eu-api.coolkit.cc:8080", "https://eu-api.coolkit.cc:8080"),
        (V1, "us", "https://us-api.coolkit.cc:8080", "https://us-api.coolkit.cc:8080"),
        (V2, "cn", "https://cn-apia.coolkit.cn", "https://cn-dispa.coolkit.cn"),
        (V2, "as", "https://as-apia.coolkit.cc", "https://as-dispa.coolkit.cc"),
        (V2, "eu", "https://eu-apia.coolkit.cc", "https://eu-dispa.coolkit.cc"),
        (V2, "us", "https://us-apia.coolkit.cc", "https://us-dispa.coolkit.cc"),
    ],
)
def test_real_hosts(
    generation: Generation, region: str, rest: str, dispatch: str
) -> None:
    hosts = Hosts(generation)
    assert hosts.rest(region) == rest
    assert hosts.dispatch(region) == dispatch
    assert hosts.oauth_page(region) == "https://c2ccdn.coolkit.cc/oauth/index.html"
    assert hosts.socket("a.example", 8080) == "wss://a.example:8080/api/ws"


@pytest.mark.parametrize(
    ("server", "base", "socket"),
    [
        ("http://127.0.0.1:1/{region}", "http://127.0.0.1:1/eu", "ws://h:2/api/ws"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1", "ws://h:2/api/ws"),
        ("https://{region}.example", "https://eu.example", "wss://h:2/api/ws"),
    ],
)
def test_own_server(server: str, base: str, socket: str) -> None:
    hosts = Hosts(V2, server)
    assert hosts.rest("eu") == base
    assert hosts.dispatch("eu") == base
    assert hosts.oauth_page("eu") == f"{base}/oauth/index.html"
    assert hosts.socket("h", 2) == socket


def test_socket_by_ipv6() -> None:
    assert Hosts(V1).socket("fe80::1", 8080) == "wss://[fe80::1]:8080/api/ws"


@pytest.mark.parametrize("generation", list(Generation))
@pytest.mark.parametrize("server", [None, "http://127.0.0.1/{region}"])
def test_unknown_region(generation: Generation, server: str | None) -> None:
    hosts = Hosts(generation, server)
    for address in (hosts.rest, hosts.dispatch, hosts.oauth_page):
        with pytest.raises(RegionError):
            address("mars")


def test_regions() -> None:
    assert REGIONS == ("cn", "as", "eu", "us")
