"""Single values, in the forms in which hubs write them."""

from collections.abc import Callable

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.values import (
    as_bool,
    as_id,
    as_int,
    as_mapping,
    as_text,
    first_of,
)


@pytest.mark.parametrize("value", [True, 1, "true", "TRUE", " True ", "1", "yes"])
def test_true(value: object) -> None:
    assert as_bool(value) is True


@pytest.mark.parametrize("value", [False, 0, "false", "False", "0", "no", "NO"])
def test_false(value: object) -> None:
    assert as_bool(value) is False


@pytest.mark.parametrize("value", [None, "", "maybe", 2, -1, [], {}, [True], 0.5])
def test_no_boolean(value: object) -> None:
    assert as_bool(value) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (15, 15),
        ("15", 15),
        (" 15 ", 15),
        ("-1", -1),
        (15.9, 15),
        ("15.9", 15),
        ("1e2", 100),
        (0, 0),
        ("0", 0),
    ],
)
def test_numbers(value: object, number: int) -> None:
    assert as_int(value) == number


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        "",
        "many",
        "nan",
        "inf",
        "1e999",
        float("nan"),
        float("inf"),
        [1],
        {},
        "9" * 5000,
        "\u0661\u0665",
    ],
    ids=lambda value: str(value)[:9].encode("unicode_escape").decode(),
)
def test_no_numbers(value: object) -> None:
    assert as_int(value) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Omni Left", "Omni Left"),
        ("  Küche\n", "Küche"),
        (1999, "1999"),
        (19.5, "19.5"),
        ("a\ud800b", "a?b"),
        ("", None),
        ("   ", None),
        (None, None),
        (True, None),
        ([], None),
        ({}, None),
        (float("nan"), None),
        (10**400, None),
    ],
    ids=range(13),
)
def test_texts(value: object, text: str | None) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("17387446959931482519", "17387446959931482519"),
        (17387446959931482519, "17387446959931482519"),
        (1234567.0, "1234567"),
        (7.387446959931482e18, None),
        (0.5, None),
        (float("inf"), None),
        ("", None),
        (None, None),
        (True, None),
        ({"DeviceID": 1}, None),
    ],
)
def test_ids(value: object, text: str | None) -> None:
    assert as_id(value) == text


def test_mappings() -> None:
    assert as_mapping({"a": 1}) == {"a": 1}
    assert as_mapping([("a", 1)]) == {}
    assert as_mapping(None) == {}


def test_first_of() -> None:
    message = {"one": None, "two": 0, "three": 3}
    assert first_of(message, "zero", "one", "two", "three") == 0
    assert first_of(message, "zero", "one") is None


# What servers have been seen to put where something else was expected, and worse
ODD_VALUES: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    -1,
    51,
    10**400,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("-inf"),
    "",
    " ",
    "null",
    "(null)",
    "<null>",
    "true",
    "-1",
    "1" * 5000,
    "\x00",
    "\ud800",
    "\U0001f50a",
    "%00%s{}",
    [],
    [None],
    [[]],
    [{}],
    {},
    {"": None},
    {"DeviceID": {}},
    [{"DeviceID": []}],
)


@pytest.mark.parametrize("function", [as_bool, as_int, as_text, as_id, as_mapping])
@pytest.mark.parametrize("value", ODD_VALUES, ids=range(len(ODD_VALUES)))
def test_nothing_is_too_odd(
    function: Callable[[object], object], value: object
) -> None:
    kinds: dict[Callable[..., object], type] = {
        as_bool: bool,
        as_int: int,
        as_text: str,
        as_id: str,
        as_mapping: dict,
    }
    kind = kinds[function]
    assert isinstance(function(value), kind | None)
