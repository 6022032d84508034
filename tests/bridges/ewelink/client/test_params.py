"""Raw parameters become state, and state becomes parameters."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.ewelink.client.params import (
    StateValue,
    read_params,
    write_param,
)
from custom_components.iot_bridge.bridges.ewelink.client.traits import (
    SwitchForm,
    Traits,
    traits_for,
)

CHANNELS = Traits(switch_form=SwitchForm.CHANNELS, channels=2)
SINGLE = Traits(switch_form=SwitchForm.SINGLE)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"switch": "on"}, {"switch": True}),
        ({"switch": "pause"}, {"switch": None}),
        ({"switch": ["on"]}, {"switch": None}),
        ({"sledOnline": "off"}, {"led": False}),
        ({"startup": "stay"}, {"startup": "stay"}),
        ({"startup": "sometimes"}, {"startup": None}),
        ({"startup": 1}, {"startup": None}),
        ({"pulseWidth": "1500"}, {"pulse_width": 1500}),
        ({"pulseWidth": 1500.2}, {"pulse_width": 1500}),
        ({"pulseWidth": True}, {"pulse_width": None}),
        ({"rssi": "-61"}, {"rssi": -61}),
        ({"subDevRssi": -61}, {"rssi": -61}),
        ({"power": "12.5"}, {"power": 12.5}),
        ({"power": "nan"}, {"power": None}),
        ({"power": "inf"}, {"power": None}),
        ({"power": "unavailable"}, {"power": None}),
        ({"power": None}, {"power": None}),
        ({"motion": 1}, {"motion": True}),
        ({"motion": "0"}, {"motion": False}),
        ({"hundredDaysKwhData": "010209000000"}, {"energy_today": 1.29}),
        ({"hundredDaysKwhData": "0A0000"}, {"energy_today": 10}),
        ({"hundredDaysKwhData": "01"}, {"energy_today": None}),
        ({"hundredDaysKwhData": "xyz"}, {"energy_today": None}),
        ({"hundredDaysKwhData": 5}, {"energy_today": None}),
        ({"kwhHistories_01": "01290000"}, {"energy_today_1": 1.29}),
        ({"dayKwh": "129"}, {"energy_today": 1.29}),
        ({"bindInfos": {"x": 1}, "timers": [], "uiActive": 60}, {}),
        ({"switches": [{"switch": "on", "outlet": 0}]}, {}),
    ],
)
def test_read(raw: dict[str, Any], expected: dict[str, StateValue]) -> None:
    """Each documented form of a value, and forms that are none."""
    assert read_params(raw, SINGLE) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            {
                "switches": [
                    {"switch": "on", "outlet": 0},
                    {"switch": "off", "outlet": 1},
                    {"switch": "on", "outlet": 2},
                ]
            },
            {"switch_0": True, "switch_1": False},
        ),
        ({"configure": [{"startup": "on", "outlet": 1}]}, {"startup_1": "on"}),
        (
            {"pulses": [{"pulse": "on", "width": 1000, "outlet": 0}]},
            {"pulse_0": True, "pulse_width_0": 1000},
        ),
        (
            {"pulses": [{"pulse": "off", "pulseWidth": "500", "outlet": 0}]},
            {"pulse_0": False, "pulse_width_0": 500},
        ),
        ({"switches": "on"}, {}),
        ({"switches": [None, {"outlet": "0"}, {"switch": "on"}]}, {}),
        ({"switches": [{"outlet": 0}, {"switch": "on", "outlet": -1}]}, {}),
        ({"switch": "on"}, {}),
    ],
)
def test_read_channels(raw: dict[str, Any], expected: dict[str, StateValue]) -> None:
    """Only the outlets that the device really has."""
    assert read_params(raw, CHANNELS) == expected


@pytest.mark.parametrize(
    ("traits", "name", "outlet", "value", "expected"),
    [
        (SINGLE, "switch", None, True, {"switch": "on"}),
        (SINGLE, "startup", None, "off", {"startup": "off"}),
        (SINGLE, "pulse", None, False, {"pulse": "off"}),
        (SINGLE, "pulse_width", None, 500, {"pulseWidth": 500}),
        (SINGLE, "led", None, True, {"sledOnline": "on"}),
        (
            Traits(switch_form=SwitchForm.SINGLE_BOOL),
            "switch",
            None,
            False,
            {"switch": False},
        ),
        (
            CHANNELS,
            "switch",
            1,
            True,
            {"switches": [{"switch": "on", "outlet": 1}]},
        ),
        (
            CHANNELS,
            "startup",
            0,
            "stay",
            {"configure": [{"startup": "stay", "outlet": 0}]},
        ),
        (
            CHANNELS,
            "pulse",
            0,
            True,
            {"pulses": [{"pulse": "on", "width": 3000, "outlet": 0}]},
        ),
        (
            CHANNELS,
            "pulse",
            1,
            True,
            {"pulses": [{"pulse": "on", "width": 500, "outlet": 1}]},
        ),
        (
            CHANNELS,
            "pulse_width",
            0,
            1500,
            {"pulses": [{"pulse": "off", "width": 1500, "outlet": 0}]},
        ),
        (
            Traits(switch_form=SwitchForm.CHANNELS, channels=2, all_channels=True),
            "switch",
            0,
            False,
            {
                "switches": [
                    {"switch": "off", "outlet": 0},
                    {"switch": "on", "outlet": 1},
                ]
            },
        ),
        (
            Traits(switch_form=SwitchForm.CHANNELS, channels=3, all_channels=True),
            "switch",
            0,
            False,
            {
                "switches": [
                    {"switch": "off", "outlet": 0},
                    {"switch": "on", "outlet": 1},
                ]
            },
        ),
        (
            traits_for(190, {"switches": [{}] * 4}),
            "switch",
            0,
            True,
            {"switches": [{"switch": "on", "outlet": 0}], "operSide": 1},
        ),
        (
            traits_for(190, {"switches": [{}] * 4}),
            "startup",
            0,
            "on",
            {"configure": [{"startup": "on", "outlet": 0}]},
        ),
    ],
)
def test_write(
    traits: Traits,
    name: str,
    outlet: int | None,
    value: StateValue,
    expected: dict[str, Any],
) -> None:
    """A command sets one state and repeats what the device wants repeated."""
    state = {
        "switch_0": True,
        "switch_1": True,
        "pulse_0": False,
        "pulse_width_0": 3000,
    }
    assert write_param(traits, state, name, outlet, value) == expected
