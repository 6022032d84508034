"""What the subscription takes from answers that are not as documented."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.errors import (
    UnexpectedAnswerError,
)
from custom_components.iot_bridge.bridges.hkwhub.client.pubnub_channel import (
    Delivery,
    parse_subscription,
)

TIME = "17650000000000001"


@pytest.mark.parametrize(
    ("body", "region", "deliveries"),
    [
        ({"t": {"t": TIME, "r": 4}, "m": []}, "4", []),
        ({"t": {"t": int(TIME)}}, None, []),
        ({"t": {"t": TIME, "r": "12"}, "m": None}, "12", []),
        ({"t": {"t": TIME}, "m": {"d": 1}}, None, []),
        ({"t": {"t": TIME}, "m": [None, 1, "x", {}, {"i": "a"}]}, None, []),
        ({"t": {"t": TIME}, "m": [{"d": 1}]}, None, [Delivery(None, 1)]),
        ({"t": {"t": TIME}, "m": [{"d": 1, "i": 5}]}, None, [Delivery(None, 1)]),
        (
            {"t": {"t": TIME}, "m": [{"d": 1, "i": "a", "e": 0}]},
            None,
            [Delivery("a", 1)],
        ),
        ({"t": {"t": TIME}, "m": [{"d": 1, "e": None}]}, None, [Delivery(None, 1)]),
        ({"t": {"t": TIME}, "m": [{"d": 1, "e": 1}]}, None, []),
        (
            {"t": {"t": TIME}, "m": [{"d": 1, "p": {"t": TIME, "r": 4}}]},
            None,
            [Delivery(None, 1, int(TIME))],
        ),
        ({"t": {"t": TIME}, "m": [{"d": 1, "p": 7}]}, None, [Delivery(None, 1)]),
        ({"t": {"t": TIME}, "m": [{"d": 1, "p": {}}]}, None, [Delivery(None, 1)]),
    ],
)
def test_tolerated(body: Any, region: str | None, deliveries: list[Delivery]) -> None:
    assert parse_subscription(body) == (TIME, region, deliveries)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        7,
        {},
        {"t": TIME},
        {"t": {}},
        {"t": {"t": "abc"}},
        {"t": {"t": None}},
        {"t": {"t": ""}},
        {"m": []},
    ],
)
def test_no_subscription(body: Any) -> None:
    with pytest.raises(UnexpectedAnswerError):
        parse_subscription(body)
