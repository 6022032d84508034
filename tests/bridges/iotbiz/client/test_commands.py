"""What devices are told."""

import json
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import DEEPEST_STATE, Command
from custom_components.iot_bridge.bridges.iotbiz.client.commands import read_command


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("restart", None),
        ("", None),
        ("null", None),
        ("1", 1),
        ("true", True),
        ('"on"', "on"),
        ('{"a": [1, 2.5, null, "x"]}', {"a": [1, 2.5, None, "x"]}),
        ('{"a": 1e999, "b": NaN}', {"a": None, "b": None}),
        (f'[{10**30}, "\\ud800"]', [1e30, "?"]),
        ('{"\\ud800": 1}', {"?": 1}),
        ("{" * 9000, None),
        ("[" * 9000 + "]" * 9000, None),
        ("9" * 9000, None),
    ],
)
def test_commands(text: str, data: Any) -> None:
    assert read_command(text.encode()) == Command(text=text, data=data)


@pytest.mark.parametrize("payload", [b"\xff", b"go \xe9", b"\x80{}"])
def test_no_text(payload: bytes) -> None:
    command = read_command(payload)
    assert command == Command(text=payload.decode(errors="replace"))


@pytest.mark.parametrize(("levels", "is_read"), [(DEEPEST_STATE, True), (9, False)])
def test_depth(levels: int, is_read: bool) -> None:
    text = "[" * levels + "]" * levels
    assert (read_command(text.encode()).data is not None) is is_read
    assert json.loads(text) is not None
