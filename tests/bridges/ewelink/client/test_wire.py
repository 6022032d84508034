"""Tolerant readers."""

import math

import pytest

from custom_components.iot_bridge.bridges.ewelink.client.wire import (
    as_int,
    as_mapping,
    as_number,
    as_text,
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0),
        (-5, -5),
        (8.0, 8),
        ("0", 0),
        ("401", 401),
        ("-7", -7),
        (True, None),
        (None, None),
        (1.5, None),
        (math.nan, None),
        (math.inf, None),
        ("", None),
        ("--5", None),
        ("1e3", None),
        ("9" * 5000, None),
        ([], None),
    ],
)
def test_whole_numbers(value: object, number: int | None) -> None:
    assert as_int(value) == number


@pytest.mark.parametrize(("value", "number"), [(0.5, 0.5), (145, 145), ("x", None)])
def test_numbers(value: object, number: float | None) -> None:
    assert as_number(value) == number


def test_texts_and_objects() -> None:
    assert as_text("word") == "word"
    assert as_text("") is None
    assert as_text(5) is None
    assert as_mapping({"a": 1}) == {"a": 1}
    assert as_mapping([1]) == {}
