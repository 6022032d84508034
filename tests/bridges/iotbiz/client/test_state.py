"""What devices say of themselves."""

import json
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import (
    DEEPEST_STATE,
    LONGEST_STATE,
    MOST_ATTRIBUTES,
    AttributeValue,
    PayloadError,
    ReportedState,
    read_state,
    state_payload,
)


def nested(levels: int) -> Any:
    """Return an object of so many levels."""
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def read(**message: Any) -> ReportedState:
    """Return what a message says."""
    return read_state(json.dumps(message))


def attributes(**message: Any) -> dict[str, AttributeValue]:
    """Return what a device measures."""
    return dict(read(status="online", **message).attributes)


def test_message_of_the_readme() -> None:
    state = read_state('{"status": "online", "att1": "val1", "att2": "val2"}')
    assert state == ReportedState(
        online=True, attributes={"att1": "val1", "att2": "val2"}
    )


@pytest.mark.parametrize(
    ("agent", "program", "online", "running"),
    [
        ("online", "up", True, True),
        ("online", "down", True, False),
        ("offline", "down", False, False),
    ],
)
def test_messages_of_later_agents(
    agent: str, program: str, online: bool, running: bool
) -> None:
    state = read(agentStatus=agent, programStatus=program)
    assert state == ReportedState(online=online, running=running)


def test_agent_counts_before_status() -> None:
    assert read(status="online", agentStatus="offline").online is False


def test_program_alone() -> None:
    """Then nothing is known of the agent."""
    assert read(programStatus="UP") == ReportedState(online=None, running=True)


@pytest.mark.parametrize(
    ("status", "online", "word"),
    [
        ("Online", True, None),
        (" ON\n", True, None),
        ("Offline", False, None),
        ("LOST", False, None),
        ("busy", True, "busy"),
        ("  door   open ", True, "door open"),
        ("\ud800", True, "?"),
    ],
)
def test_words(status: str, online: bool, word: str | None) -> None:
    state = read(status=status)
    assert (state.online, state.word) == (online, word)


@pytest.mark.parametrize("program", ["sleeping", "", " ", 1, None, ["up"]])
def test_unknown_programs(program: object) -> None:
    assert read(status="online", programStatus=program).running is None


@pytest.mark.parametrize("payload", ["{}", '{"a": 1}'])
@pytest.mark.parametrize("key", ["status", "agentStatus", "programStatus"])
@pytest.mark.parametrize("value", ["", " ", 1, True, None, [], {}])
def test_no_status(payload: str, key: str, value: object) -> None:
    for message in (payload, json.dumps({**json.loads(payload), key: value})):
        with pytest.raises(PayloadError, match="no status"):
            read_state(message)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (True, True),
        (False, False),
        (0, 0),
        (-3, -3),
        (2.5, 2.5),
        (10**30, 1e30),
        (10**400, None),
        ("", ""),
        (" text ", " text "),
        ("\ud800", "?"),
        (None, None),
        ([], "[]"),
        ([1, "ä", {"b": None}], '[1, "ä", {"b": null}]'),
    ],
)
def test_values(value: object, known: AttributeValue) -> None:
    (read,) = attributes(key=value).values()
    assert (type(read), read) == (type(known), known)


def test_infinite_number() -> None:
    state = read_state('{"status": "online", "a": 1e999}')
    assert state.attributes == {"a": None}


def test_objects() -> None:
    tank = {"level": 3, "pump": {"on": True}, "status": "full", "empty": {}}
    assert attributes(tank=tank) == {
        "tank.level": 3,
        "tank.pump.on": True,
        "tank.status": "full",
    }


def test_blanks_in_keys() -> None:
    assert attributes(**{" a \n b ": 1, "ü\ud800": 2}) == {"a b": 1, "ü?": 2}


@pytest.mark.parametrize(
    "payload",
    [
        *("", "x", "online", b"\xff\xfe\xfa", b"\x80", "{", '{"status": "online"}}'),
        *('{"status": "online", "a": NaN}', '{"status": "online", "a": -Infinity}'),
        *("[" * 20_000, '{"a":' * 5000, "1" * 5000, '{"status": "o\nn"}'),
    ],
)
def test_no_json(payload: str | bytes) -> None:
    with pytest.raises(PayloadError, match="no JSON$"):
        read_state(payload)


@pytest.mark.parametrize("payload", ["[]", "null", "1", '"online"', b"true"])
def test_no_object(payload: str | bytes) -> None:
    with pytest.raises(PayloadError, match="no JSON object"):
        read_state(payload)


def test_depth() -> None:
    """The object itself is the first level."""
    assert attributes(**nested(DEEPEST_STATE)) == {".".join("a" * DEEPEST_STATE): 1}
    with pytest.raises(PayloadError, match="nested"):
        attributes(**nested(DEEPEST_STATE + 1))
    with pytest.raises(PayloadError, match="nested"):
        attributes(a=[[[[[[[[]]]]]]]])


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("letter", ["x", "é", "€", "😀"])
def test_size(letter: str, as_bytes: bool) -> None:
    """What counts are bytes."""
    frame = len(json.dumps({"status": "online", "a": ""}))
    room, rest = divmod(LONGEST_STATE - frame, len(letter.encode()))
    fitting, large = (
        json.dumps(
            {"status": "online", "a": letter * length + "x" * rest}, ensure_ascii=False
        )
        for length in (room, room + 1)
    )
    assert read_state(fitting.encode() if as_bytes else fitting).online
    with pytest.raises(PayloadError, match="too large"):
        read_state(large.encode() if as_bytes else large)


def test_many_values() -> None:
    many = {f"k{number}": number for number in range(MOST_ATTRIBUTES)}
    assert attributes(**many) == many
    with pytest.raises(PayloadError, match="too many"):
        attributes(**many, one={"more": 1})


@pytest.mark.parametrize("key", ["", " ", "\n", "k" * 101])
def test_odd_keys(key: str) -> None:
    with pytest.raises(PayloadError, match="key"):
        attributes(**{key: 1})
    with pytest.raises(PayloadError, match="key"):
        attributes(a={key: {"b": 1}})


def test_errors_hold_nothing_of_the_message() -> None:
    with pytest.raises(PayloadError) as caught:
        read_state('{"status": "secret-1", "secret-2"')
    assert str(caught.value) == "it is no JSON"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("online", [True, False])
def test_written(online: bool) -> None:
    """For platforms of both generations."""
    values: dict[str, AttributeValue] = {
        "a": 1,
        "b": 2.5,
        "c": "ä",
        "d": None,
        "e": True,
    }
    payload = state_payload(online=online, attributes=values)
    assert json.loads(payload) == {
        **values,
        "status": "online" if online else "offline",
        "agentStatus": "online" if online else "offline",
        "programStatus": "up" if online else "down",
    }
    assert read_state(payload) == ReportedState(
        online=online, running=online, attributes=values
    )


def test_written_status_is_not_an_attribute() -> None:
    payload = state_payload(online=True, attributes={"status": "x", "agentStatus": 1})
    assert json.loads(payload)["status"] == json.loads(payload)["agentStatus"]


def test_written_text_can_be_sent() -> None:
    payload = state_payload(online=True, attributes={"a": "\ud800"})
    assert json.loads(payload.encode())["a"] == "?"


def test_infinite_numbers_cannot_be_written() -> None:
    with pytest.raises(ValueError):
        state_payload(online=True, attributes={"a": float("inf")})
