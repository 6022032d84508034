"""Topics of devices, and what the names in them may be."""

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import (
    OutTopic,
    command_topic,
    is_id,
    parse_out_topic,
)

from .world import COMMAND, CUSTOMER, DEVICE, STATE


@pytest.mark.parametrize(
    "text", [DEVICE, CUSTOMER, "1", "a" * 64, "home-assistant-01", "a.b_c@d"]
)
def test_ids(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a b", "a/b", "+", "#", "a#", "$SYS", "-a", ":a", "a\n", "a\x00"),
        *("a" * 65, "é", "\u0661", "a%", 'a"', "a\\", "\ud800", None, 1, b"a", ["a"]),
    ],
)
def test_no_ids(text: object) -> None:
    assert not is_id(text)


@pytest.mark.parametrize("leaf", ["state", "supervisor"])
def test_topics_of_devices(leaf: str) -> None:
    """They are read as they are written."""
    topic = OutTopic(CUSTOMER, DEVICE, leaf)
    assert str(topic) == f"devices/out/{CUSTOMER}/{DEVICE}/{leaf}"
    assert parse_out_topic(str(topic)) == topic


def test_written_topics() -> None:
    """As the documents have them."""
    assert str(OutTopic(CUSTOMER, DEVICE, "state")) == STATE
    assert command_topic(CUSTOMER, DEVICE) == COMMAND


@pytest.mark.parametrize(
    "topic",
    [
        *(
            "",
            "state",
            "devices/out/a/b",
            "devices/out/a/b/state/",
            "/devices/out/a/b/state",
        ),
        *("devices/in/a/b/state", "devices/out/a/b/command", "devices/out/a/b/State"),
        *("devices/out//b/state", "devices/out/a//state", "devices/out/a/b/c/state"),
        *("devices/out/+/b/state", "devices/out/a/#", "devices/out/a b/c/state"),
        "Devices/out/a/b/state",
    ],
)
def test_other_topics(topic: str) -> None:
    assert parse_out_topic(topic) is None
