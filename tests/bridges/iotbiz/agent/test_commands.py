"""Commands from the platform: told by an event entity and on the bus, never executed."""

from collections.abc import Sequence
import json
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.iot_bridge import async_remove_config_entry_device
from custom_components.iot_bridge.bridges.iotbiz.client import LONGEST_COMMAND
from homeassistant.components.recorder import Recorder
from homeassistant.core import CoreState, Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import json_bytes
from tests.bridges.iotbiz.world import attribute, device_of
from tests.waiting import state_of, until, until_state

from .conftest import COMMAND, CONNECTED, AddAgent
from .platform import Platform

EVENT = "iot_bridge_iotbiz_command"


@pytest.fixture
def heard(hass: HomeAssistant) -> list[Event[Any]]:
    """What comes over the bus."""
    return async_capture_events(hass, EVENT)


def texts(heard: list[Event[Any]]) -> list[str]:
    """Return the texts of commands."""
    return [event.data["text"] for event in heard]


# Payload, text where it is another, and what it is as JSON
COMMANDS: Final[Sequence[tuple[str | bytes, str | None, Any]]] = (
    ("reboot now", None, None),
    ('{"light": "on", "level": [1, 2.5]}', None, {"light": "on", "level": [1, 2.5]}),
    ("[]", None, []),
    ("true", None, True),
    ("", None, None),
    ("null", None, None),
    (b"\xff\x00\xfe", "\N{REPLACEMENT CHARACTER}\0\N{REPLACEMENT CHARACTER}", None),
    ('{"a": NaN}', None, {"a": None}),
    ("[" * LONGEST_COMMAND, None, None),
    ("[" * 300 + "]" * 300, None, None),
    ('{"a":' * 800, None, None),
    ("1" * LONGEST_COMMAND, None, None),
    ('["1\\ud800"]', None, ["1?"]),
    ('{"service": "homeassistant.stop"}', None, {"service": "homeassistant.stop"}),
    ("{{ states('sensor.secret') }}", None, None),
)


async def test_commands(
    hass: HomeAssistant,
    platform: Platform,
    agent: MockConfigEntry,
    heard: list[Event[Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Text and, where it is JSON, what it says; whatever comes can be passed on."""
    for payload, text, data in COMMANDS:
        heard.clear()
        await platform.command(payload)
        await until(lambda: heard)
        (event,) = heard
        assert event.data == {
            "config_entry_id": agent.entry_id,
            "device_id": device_of(hass, COMMAND).id,
            "text": payload if text is None else text,
            "data": data,
        }
        for name in ("text", "data"):
            assert attribute(hass, COMMAND, name) == event.data[name]
        assert attribute(hass, COMMAND, "event_type") == "command"
        json_bytes(hass.states.async_all())
    assert not {"ERROR", "WARNING"} & {one.levelname for one in caplog.records}
    assert state_of(hass, CONNECTED) == "on"


# What grows most as JSON: control characters, numbers, quotes
LONG: Final = (
    "x" * LONGEST_COMMAND,
    b"\0" * LONGEST_COMMAND,
    b"\xff" * LONGEST_COMMAND,
    f"[{'1e15,' * (LONGEST_COMMAND // 5 - 1)}0]",
    f'["{"\\n" * (LONGEST_COMMAND // 2 - 2)}"]',
)


async def test_recorder(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    platform: Platform,
    add_agent: AddAgent,
    heard: list[Event[Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It takes whatever comes."""
    await add_agent()
    await until_state(hass, CONNECTED, "on")
    for payload in LONG:
        await platform.command(payload)
    await until(lambda: len(heard) == len(LONG))
    await async_wait_recording_done(hass)
    assert [one for one in caplog.messages if "exceed maximum size" in one] == []


async def test_equal_commands(
    hass: HomeAssistant,
    platform: Platform,
    agent: MockConfigEntry,
    heard: list[Event[Any]],
) -> None:
    """Each is told."""
    changes: list[Any] = []
    hass.bus.async_listen("state_changed", changes.append)
    for _ in range(20):
        await platform.command("again")
    await until(lambda: len(heard) == 20)
    await hass.async_block_till_done()
    told = [one for one in changes if one.data["entity_id"] == COMMAND]
    assert len(told) == 20


async def test_what_is_ignored(
    hass: HomeAssistant,
    platform: Platform,
    agent: MockConfigEntry,
    heard: list[Event[Any]],
) -> None:
    """A retained one would come at each connection; a huge one is none."""
    await platform.command("x" * 1_000_000)
    await platform.command(json.dumps(["x" * 70_000]))
    await platform.command("kept", retain=True)
    await until(lambda: heard)
    assert await hass.config_entries.async_reload(agent.entry_id)
    await until_state(hass, CONNECTED, "on")
    await platform.command("last")
    await until(lambda: "last" in texts(heard))
    # While it is connected, a retained message is like any other.
    assert texts(heard) == ["kept", "last"]


async def test_commands_while_home_assistant_starts(
    hass: HomeAssistant,
    platform: Platform,
    add_agent: AddAgent,
    heard: list[Event[Any]],
) -> None:
    """They wait for the automations that may act on them."""
    hass.set_state(CoreState.starting)
    await add_agent()
    await until_state(hass, CONNECTED, "on")
    for number in range(3):
        await platform.command(str(number))
    await platform.command("last")
    entry = hass.config_entries.async_entries("iot_bridge")[0]
    desk = entry.runtime_data.commands
    await until(lambda: desk.waiting == 4)
    assert heard == []
    assert state_of(hass, COMMAND) == "unknown"
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await hass.async_block_till_done()
    assert texts(heard) == ["0", "1", "2", "last"]
    assert attribute(hass, COMMAND, "text") == "last"


async def test_command_after_a_reload(
    hass: HomeAssistant,
    platform: Platform,
    agent: MockConfigEntry,
    heard: list[Event[Any]],
) -> None:
    """The entity shows the former one until there is another."""
    await platform.command("first")
    await until(lambda: heard)
    assert await hass.config_entries.async_reload(agent.entry_id)
    await until_state(hass, CONNECTED, "on")
    assert attribute(hass, COMMAND, "text") == "first"
    await platform.command("second")
    await until(lambda: len(heard) == 2)
    assert attribute(hass, COMMAND, "text") == "second"


async def test_device_that_was_removed(
    hass: HomeAssistant,
    platform: Platform,
    agent: MockConfigEntry,
    heard: list[Event[Any]],
) -> None:
    """It cannot be removed while it is there."""
    device = device_of(hass, COMMAND)
    assert not await async_remove_config_entry_device(hass, agent, device)
    assert dr.async_get(hass).async_get(device.id) is not None
