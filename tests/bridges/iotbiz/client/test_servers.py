"""Addresses of platforms as people type and paste them."""

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import api_base


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("iot.example.com", "https://iot.example.com"),
        (" iot.example.com/ ", "https://iot.example.com"),
        ("IoT.Example.com:8443", "https://iot.example.com:8443"),
        ("http://10.0.0.5:8000/api/devices/register/", "http://10.0.0.5:8000"),
        ("http://10.0.0.5:8000/api/devices/activate", "http://10.0.0.5:8000"),
        ("http://10.0.0.5/api", "http://10.0.0.5"),
        ("http://10.0.0.5/api/", "http://10.0.0.5"),
        ("http://10.0.0.5/api/telemetry/?device=3", "http://10.0.0.5"),
        ("http://10.0.0.5/api/token/both/", "http://10.0.0.5"),
        ("http://10.0.0.5/api/ping/?id=1", "http://10.0.0.5"),
        ("http://10.0.0.5/privateapi/update-device/", "http://10.0.0.5"),
        ("https://iot.example.com/admin", "https://iot.example.com"),
        (
            "https://iot.example.com/admin/login/?next=/admin/",
            "https://iot.example.com",
        ),
        ("https://iot.example.com/#/devices", "https://iot.example.com"),
        ("https://example.com/iot", "https://example.com/iot"),
        ("https://example.com/iot/admin/", "https://example.com/iot"),
        ("https://example.com/iot/api/devices/", "https://example.com/iot"),
        ("http://ha:8123/api/iotbiz", "http://ha:8123/api/iotbiz"),
        ("http://ha:8123/api/iotbiz/", "http://ha:8123/api/iotbiz"),
        ("http://ha:8123/api/iotbiz/api", "http://ha:8123/api/iotbiz"),
        (
            "http://ha:8123/api/iotbiz/api/devices/register/",
            "http://ha:8123/api/iotbiz",
        ),
        (
            "http://ha:8123/api/iotbiz/privateapi/update-device",
            "http://ha:8123/api/iotbiz",
        ),
        ("[fe80::1]:8000", "https://[fe80::1]:8000"),
        ("2001:db8::1", "https://[2001:db8::1]"),
    ],
)
def test_base(typed: str, base: str) -> None:
    assert str(api_base(typed)) == base


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "/", "?", "#", "?x=iot.example.com", "mqtt://iot.example.com"),
        *("two words", "http://", "http://ada:word@iot.example.com", "a..b", "x:99999"),
    ],
)
def test_no_address(typed: str) -> None:
    with pytest.raises(ValueError):
        api_base(typed)
