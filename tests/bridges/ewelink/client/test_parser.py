"""Items of device lists, in the shapes of both generations."""

import logging
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.ewelink.client.parser import (
    OddDeviceError,
    parse_device,
    parse_devices,
)

PRODUCT = {"uiid": 6, "model": "PSA-B11-GL", "mac": "d0:27:00:11:22:33"}
# The developer guide's example, with its asterisks where it has them.
GUIDE_ITEM: dict[str, Any] = {
    "name": "My device 213ac8",
    "deviceid": "1000213ac8",
    "apikey": "owner",
    "extra": {"_id": "*", "extra": {**PRODUCT, "mac": "**:**:**:**:**:**"}},
    "params": {
        "pulseWidth": 500,
        "pulse": "off",
        "startup": "off",
        "staMac": "**:**:**:**:**:**",
        "rssi": -50,
        "fwVersion": "3.0.1",
        "switch": "off",
        "sledOnline": "on",
        "version": 8,
    },
    "online": True,
    "brandName": "Maker",
    "productModel": "Sonoff basic R2",
    "uiid": 6,
}


def test_example_of_the_guide() -> None:
    """Everything that is of use in the guide's own example."""
    device = parse_device(GUIDE_ITEM)
    assert device.id == "1000213ac8"
    assert device.name == "My device 213ac8"
    assert device.uiid == 6
    assert device.online
    assert (device.brand, device.model, device.firmware) == (
        "Maker",
        "Sonoff basic R2",
        "3.0.1",
    )
    assert device.mac is None
    assert device.state == {
        "pulse_width": 500,
        "pulse": False,
        "startup": "off",
        "rssi": -50,
        "switch": False,
        "led": True,
    }


@pytest.mark.parametrize(
    ("change", "uiid"),
    [
        ({"extra": {"uiid": 7}}, 7),
        ({"extra": {"extra": {"uiid": 8}}}, 8),
        ({"extra": {}, "uiid": 9}, 9),
        ({"extra": None, "uiid": "10"}, 10),
        ({"extra": {"uiid": True}, "uiid": 11}, 11),
    ],
)
def test_where_the_kind_is(change: dict[str, Any], uiid: int) -> None:
    """Once nested, twice nested, at the top, and as text."""
    assert parse_device({**GUIDE_ITEM, **change}).uiid == uiid


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        "device",
        {},
        {**GUIDE_ITEM, "deviceid": ""},
        {**GUIDE_ITEM, "deviceid": 1000213},
        {**GUIDE_ITEM, "params": []},
        {**GUIDE_ITEM, "extra": {}, "uiid": None},
        {**GUIDE_ITEM, "extra": {}, "uiid": "six"},
    ],
)
def test_odd_item(odd: object, caplog: pytest.LogCaptureFixture) -> None:
    """One odd item costs one log line and no other device."""
    with pytest.raises(OddDeviceError):
        parse_device(odd)
    caplog.set_level(logging.WARNING)
    complaints: set[str] = set()
    for _ in range(2):
        devices = parse_devices([odd, GUIDE_ITEM], complaints)
        assert [device.id for device in devices] == ["1000213ac8"]
    assert len(caplog.records) == 1
    assert "owner" not in caplog.text


def test_groups_and_doubles_are_left_out() -> None:
    """A group is no device, and a device that is listed twice is one."""
    group = {**GUIDE_ITEM, "deviceid": "group", "extra": {"uiid": 5000}}
    devices = parse_devices([GUIDE_ITEM, group, {**GUIDE_ITEM, "name": "Again"}], set())
    assert [device.name for device in devices] == ["My device 213ac8"]


@pytest.mark.parametrize(
    ("change", "mac"),
    [
        ({"extra": {"extra": PRODUCT}}, "d0:27:00:11:22:33"),
        ({"extra": {"extra": {**PRODUCT, "uiid": 1770}}}, None),
        (
            {
                "extra": {"extra": PRODUCT},
                "params": {"parentid": "1000000001"},
            },
            None,
        ),
        ({"params": {"staMac": "D0:27:00:AA:BB:CC"}}, "D0:27:00:AA:BB:CC"),
    ],
)
def test_network_address(change: dict[str, Any], mac: str | None) -> None:
    """Only an address of the device's own; behind a bridge it may be the bridge's."""
    assert parse_device({**GUIDE_ITEM, **change}).mac == mac


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ({"ck_channel_name": {"0": "Left", "1": " Right "}}, {0: "Left", 1: "Right"}),
        ({"ck_channel_name": {"0": "", "1": None, "x": "odd"}}, {}),
        ({"ck_channel_name": []}, {}),
        ([], {}),
    ],
)
def test_channel_names(tags: object, names: dict[int, str]) -> None:
    """The names that the user gave the outlets."""
    assert parse_device({**GUIDE_ITEM, "tags": tags}).channel_names == names


def test_name_and_probe_that_are_not_there() -> None:
    """Without a name the id serves; what is reported as unavailable is no state."""
    device = parse_device(
        {
            **GUIDE_ITEM,
            "name": " ",
            "params": {"switch": "on", "currentTemperature": "unavailable"},
        }
    )
    assert device.name == "1000213ac8"
    assert device.state == {"switch": True, "temperature": None}
    assert device.read({"switch": "?"}) == {"switch": None}
