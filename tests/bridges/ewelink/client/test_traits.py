"""What is known of a kind of device, and what is inferred of an unknown one."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.ewelink.client.traits import traits_for

FOUR = [{"switch": "off", "outlet": outlet} for outlet in range(4)]


@pytest.mark.parametrize(
    ("uiid", "params", "outlets"),
    [
        (1, {"switch": "on"}, (None,)),
        (225, {"switch": True}, (None,)),
        (2, {"switches": FOUR}, (0, 1)),
        (138, {"switches": FOUR}, (0,)),
        (4, {"switches": FOUR}, (0, 1, 2, 3)),
        (9999, {"switches": FOUR[:3]}, (0, 1, 2)),
        (9999, {"switches": FOUR, "configure": FOUR[:2]}, (0, 1)),
        (9999, {"switches": FOUR, "configure": []}, (0, 1, 2, 3)),
        (9999, {"switches": FOUR}, (0, 1, 2, 3)),
        (9999, {"switches": FOUR[:1]}, (0,)),
        (9999, {"temperature": 20}, ()),
        (9999, {"switch": 1}, ()),
        (102, {"switch": "on"}, ()),
        (11, {"switch": "pause"}, ()),
        (126, {"switches": FOUR, "workMode": 1}, (0, 1)),
        (126, {"switches": FOUR, "workMode": 2}, ()),
        (126, {"switches": FOUR, "workMode": 3}, ()),
    ],
)
def test_outlets(
    uiid: int,
    params: dict[str, Any],
    outlets: tuple[int | None, ...],
) -> None:
    """As many outlets as the device really has, never a phantom."""
    assert traits_for(uiid, params).outlets == outlets


@pytest.mark.parametrize(
    ("uiid", "params", "metering", "climate"),
    [
        (32, {"voltage": 23000}, 1, 1),
        (190, {"voltage": 230}, 0.01, 1),
        (9999, {"voltage": 23000}, 0.01, 1),
        (9999, {"voltage": 230}, 1, 1),
        (9999, {"voltage": "230.1"}, 1, 1),
        (9999, {}, 1, 1),
        (1770, {}, 1, 0.01),
        (7999, {}, 1, 0.01),
        (7017, {}, 1, 0.1),
        (7033, {}, 1, 1),
    ],
)
def test_scales(
    uiid: int, params: dict[str, Any], metering: float, climate: float
) -> None:
    """What a reported number is multiplied by."""
    traits = traits_for(uiid, params)
    assert (traits.metering_scale, traits.climate_scale) == (metering, climate)
