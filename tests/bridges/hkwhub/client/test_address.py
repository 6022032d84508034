"""Addresses of servers as people type them."""

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import LOCAL_PORT, parse_server


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("192.168.1.5", "http://192.168.1.5:8080"),
        ("192.168.1.5:8080", "http://192.168.1.5:8080"),
        ("192.168.1.5:9000", "http://192.168.1.5:9000"),
        ("http://10.0.1.37:8080/", "http://10.0.1.37:8080"),
        ("HTTP://10.0.1.37:8080/", "http://10.0.1.37:8080"),
        ("http://10.0.1.37:8080/api/v1", "http://10.0.1.37:8080"),
        ("http://10.0.1.37:8080/api/v1/", "http://10.0.1.37:8080"),
        ("10.0.1.37:8080/v1", "http://10.0.1.37:8080"),
        ("http://hub.lan", "http://hub.lan:8080"),
        ("http://hub.lan:80", "http://hub.lan"),
        ("https://hub.lan", "https://hub.lan"),
        ("  living_room-hub.lan\n", "http://living_room-hub.lan:8080"),
        ("localhost", "http://localhost:8080"),
        ("[fd00::5]:9000", "http://[fd00::5]:9000"),
        ("fd00::5", "http://[fd00::5]:8080"),
        ("häuschen.lan", "http://xn--huschen-5wa.lan:8080"),
    ],
)
def test_server_of_a_hub(typed: str, address: str) -> None:
    assert str(parse_server(typed, "http")).rstrip("/") == str(address)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("hkiotcloud.herokuapp.com", "https://hkiotcloud.herokuapp.com"),
        ("http://hkiotcloud.herokuapp.com/", "http://hkiotcloud.herokuapp.com"),
        ("127.0.0.1:8443", "https://127.0.0.1:8443"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
    ],
)
def test_server_of_the_cloud(typed: str, address: str) -> None:
    assert str(parse_server(typed, "https")).rstrip("/") == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "two words",
        "http://",
        "http:///api/v1",
        "ftp://hub.lan",
        "ws://hub.lan:8080",
        "mailto:ada@example.com",
        "ada:secret@hub.lan",
        "http://ada@hub.lan",
        "hub.lan/music",
        "hub.lan?x=1",
        "hub.lan#x",
        "hub.lan:0",
        "hub.lan:99999",
        "hub.lan:port",
        "hub\\lan",
        "hub\x00lan",
        "[fd00::zz]",
        "-",
        "hub,lan",
        "hub..lan",
        "xn--a.lan",
        f"{64 * 'a'}.lan",
        f"{127 * 'a.'}lan",
    ],
)
def test_no_address(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_server(typed, "http")


def test_port_of_the_app() -> None:
    assert LOCAL_PORT == 8080
