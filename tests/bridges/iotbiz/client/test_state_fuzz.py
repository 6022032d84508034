"""Whatever a device says: it is read or refused, and what is read is sound."""

import json
import math
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.iot_bridge.bridges.iotbiz.client import (
    MOST_ATTRIBUTES,
    AttributeValue,
    PayloadError,
    ReportedState,
    read_state,
    state_payload,
)
from custom_components.iot_bridge.bridges.iotbiz.client.commands import read_command

NAMES = ["status", "agentStatus", "programStatus", "a", "tank", " ", "tank.level"]
WORDS = ["online", "Offline", "up", "down", "", " ", "\ud800", "busy\nbee", "nan"]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, 10**30, -(10**400)])
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(WORDS)
)
KEYS = st.sampled_from(NAMES) | st.text(st.characters(), max_size=5)
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6)
    ),
    max_leaves=40,
)
MESSAGES = st.fixed_dictionaries(
    {"status": st.sampled_from(WORDS) | JSON},
    optional={"agentStatus": LEAVES, "programStatus": LEAVES, "a": JSON, "b": JSON},
)
PAYLOADS = (
    MESSAGES.map(json.dumps)
    | JSON.map(json.dumps)
    | st.text(st.characters())
    | st.binary()
    | MESSAGES.map(lambda message: json.dumps(message).encode("utf-16"))
)
VALUES: st.SearchStrategy[AttributeValue] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
PLAIN_KEYS = st.text("abcXYZ01_é", min_size=1, max_size=20)

fuzz = settings(max_examples=80, deadline=None, database=None, derandomize=True)


def read(payload: str | bytes) -> ReportedState | None:
    """Return what a message says; None if it is refused."""
    try:
        return read_state(payload)
    except PayloadError:
        return None


def check_value(value: AttributeValue) -> None:
    """Check a value: it can be written anywhere."""
    assert value is None or type(value) in (bool, int, float, str)
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode()


def check_number(value: object) -> None:
    """Check a number: it is finite and not huge."""
    assert not isinstance(value, float) or math.isfinite(value)
    assert type(value) is not int or value.bit_length() <= 63


@fuzz
@given(PAYLOADS)
def test_reading(payload: str | bytes) -> None:
    for state in filter(None, [read(payload)]):
        assert type(state.online) in (bool, type(None))
        assert type(state.running) in (bool, type(None))
        assert state.word is None or state.word == " ".join(state.word.split()) != ""
        assert len(state.attributes) <= MOST_ATTRIBUTES
        for key, value in state.attributes.items():
            assert key.encode() and key == " ".join(key.split())
            check_value(value)
            check_number(value)


@fuzz
@given(st.dictionaries(PLAIN_KEYS, VALUES, max_size=10), st.booleans())
def test_what_is_written_is_read(
    attributes: dict[str, AttributeValue], online: bool
) -> None:
    state = read_state(state_payload(online=online, attributes=attributes))
    assert state == ReportedState(online=online, running=online, attributes=attributes)


@fuzz
@given(PAYLOADS)
def test_commands(payload: str | bytes) -> None:
    raw = payload if isinstance(payload, bytes) else payload.encode(errors="replace")
    command = read_command(raw)
    assert command.text.encode().decode() == command.text
    # As Home Assistant writes events
    json.dumps(command.data, allow_nan=False, ensure_ascii=False).encode()
