"""Messages of a control channel: what arrives is shown, what is moved is sent."""

import asyncio
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit import account as account_module
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import note_changes, state_of, until, until_state

from ..conftest import USERNAME, AddAccount
from ..world import (
    BRIGHTNESS,
    CONTROLS,
    EVENT,
    LAMP_LAST_DATA,
    SLIDER,
    SWITCH,
    TEXT,
    attribute,
    poll,
    until_heard,
)
from .rig import LAMP, note_messages


async def test_listening_is_no_data(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    lamp: SimulatedSensor,
) -> None:
    """The server notes each poll of the channel, but nothing was written to a field."""
    await poll(entry)
    assert lamp.updated_ms
    assert state_of(hass, LAMP_LAST_DATA) == "unknown"
    lamp.record({"value": 3}, at=1_700_000_000)
    await poll(entry)
    assert state_of(hass, LAMP_LAST_DATA) == "2023-11-14T22:13:20+00:00"


async def test_message_arrives(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """One round of the long poll, and all that a message tells is shown."""
    assert [state_of(hass, one) for one in (EVENT, *CONTROLS)] == ["unknown"] * 4
    messages = note_messages(hass)
    await server.send_message(lamp, {"button": "on", "slider": 15, "message": "hi"})
    await until_state(hass, TEXT, "hi")
    assert messages == [{"button": "on", "slider": 15, "message": "hi"}]
    assert attribute(hass, EVENT, "event_type") == "received"
    assert attribute(hass, EVENT, "event_types") == ["received"]
    assert state_of(hass, SWITCH) == "on"
    assert float(state_of(hass, SLIDER)) == 15


async def test_equal_messages(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Two that are the same are two events, at two times."""
    messages = note_messages(hass)
    changes = note_changes(hass)
    for _ in range(2):
        await server.send_message(lamp, {"button": "on"})
    await until(lambda: len(messages) == 2)
    assert messages == [{"button": "on"}] * 2
    assert len({one for one in changes if one.startswith(EVENT)}) == 2
    assert [one for one in changes if one.startswith(SWITCH)] == [f"{SWITCH}: on"]


async def test_many_messages_at_once(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Each is told, in the order in which they were sent."""
    messages = note_messages(hass)
    for number in range(50):
        await server.send_message(lamp, {"slider": number})
    await until(lambda: len(messages) == 50)
    assert messages == [{"slider": number} for number in range(50)]
    assert float(state_of(hass, SLIDER)) == 49


async def test_messages_during_a_poll(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """A list that was asked for before does not undo what has come since."""
    messages = note_messages(hass)
    server.trouble = Trouble(slow=0.1, path="/sensors$")
    polling = asyncio.create_task(poll(entry))
    await server.send_message(lamp, {"button": "on", "slider": 3})
    await server.send_message(lamp, {"slider": 4})
    await until(lambda: len(messages) == 2)
    await polling
    assert state_of(hass, SWITCH) == "on"
    assert float(state_of(hass, SLIDER)) == 4
    assert len(messages) == 2


async def test_part_of_the_controls(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """What a message does not tell stays as it is, also with the next list."""
    await server.send_message(lamp, {"button": "on", "slider": 15, "message": "hi"})
    await until_state(hass, TEXT, "hi")
    await server.send_message(lamp, {"slider": "22.5"})
    await until_state(hass, SLIDER, "22.5")
    lamp.record({"value": 80})
    await poll(entry)
    assert state_of(hass, BRIGHTNESS) == "80"
    assert [state_of(hass, one) for one in CONTROLS] == ["on", "22.5", "hi"]


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("on", "on"),
        ("OFF", "off"),
        (" On ", "on"),
        ("true", "on"),
        ("false", "off"),
        ("1", "on"),
        (0, "off"),
        ("yes", "on"),
        ("no", "off"),
        ("pressed", "on"),
        ("released", "off"),
        ("maybe", "unknown"),
        ("", "unknown"),
        (2, "unknown"),
    ],
    ids=repr,
)
async def test_words_for_on_and_off(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
    value: Any,
    state: str,
) -> None:
    """Senders have many; what is none of them moves nothing, and is told."""
    messages = note_messages(hass)
    await server.send_message(lamp, {"button": value})
    await until(lambda: messages)
    assert messages == [{"button": value}]
    assert state_of(hass, SWITCH) == state


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (0, "0"),
        (-5, "-5"),
        ("12", "12"),
        ("1e2", "100"),
        (250, "250"),
        ("", None),
        ("far", None),
        ("nan", None),
        ("inf", None),
    ],
    ids=repr,
)
async def test_positions_of_the_slider(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
    value: Any,
    state: str | None,
) -> None:
    """Numbers may be text, and beyond the slider's ends; others are no numbers."""
    messages = note_messages(hass)
    await server.send_message(lamp, {"slider": value})
    await until(lambda: messages)
    shown = state_of(hass, SLIDER)
    assert shown == (f"{float(state)}" if state else "unknown")


@pytest.mark.parametrize(
    ("value", "state"),
    [("", ""), ("x" * 255, "x" * 255), ("y" * 300, "y" * 255), (12, "12")],
    ids=["empty", "255", "300", "number"],
)
async def test_texts(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
    value: Any,
    state: str,
) -> None:
    """A text that is too long is cut; the event has it whole."""
    messages = note_messages(hass)
    await server.send_message(lamp, {"message": value})
    await until(lambda: messages)
    assert messages == [{"message": value}]
    assert state_of(hass, TEXT) == state


async def test_names_that_home_assistant_uses(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Whoever may send messages cannot make the entity look like something else."""
    await server.send_message(
        lamp,
        {
            "event_type": "mine",
            "event_types": "mine",
            "friendly_name": "mine",
            "group_entities": "mine",
            "icon": "mdi:mine",
            "entity_picture": "http://example.com/mine.png",
            "device_class": "mine",
            "restored": "true",
            "assumed_state": "true",
            "attribution": "mine",
            "supported_features": 7,
            "unit_of_measurement": "mine",
            "button": "on",
        },
    )
    await until_state(hass, SWITCH, "on")
    state = hass.states.get(EVENT)
    assert state is not None
    assert dict(state.attributes) == {
        "event_types": ["received"],
        "event_type": "received",
        "button": "on",
        "friendly_name": "Lamp Post Control message",
    }


async def test_two_actuators(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Each has a channel of its own."""
    bell = server.add_sensor(USERNAME, "bell", long_name="Bell", visibility="PRIVATE")
    await add_account(controlled_sensors=[LAMP, str(bell.id)])
    await until_heard(server, polls=2)
    await server.send_message(bell, {"button": "on"})
    await until_state(hass, "switch.bell_control_button", "on")
    assert state_of(hass, SWITCH) == "unknown"
    await server.send_message(lamp, {"button": "off"})
    await until_state(hass, SWITCH, "off")
    assert state_of(hass, "switch.bell_control_button") == "on"


async def call(hass: HomeAssistant, entity_id: str, service: str, **data: Any) -> None:
    """Call an action of an entity, and wait for its end."""
    await hass.services.async_call(
        entity_id.partition(".")[0],
        service,
        {"entity_id": entity_id, **data},
        blocking=True,
    )


@pytest.mark.parametrize(
    ("entity_id", "service", "data", "message", "state"),
    [
        pytest.param(SWITCH, "turn_on", {}, {"button": "on"}, "on", id="on"),
        pytest.param(SWITCH, "turn_off", {}, {"button": "off"}, "off", id="off"),
        pytest.param(SWITCH, "toggle", {}, {"button": "on"}, "on", id="toggle"),
        pytest.param(
            SLIDER, "set_value", {"value": 40}, {"slider": "40"}, "40.0", id="slider"
        ),
        pytest.param(
            SLIDER, "set_value", {"value": 0}, {"slider": "0"}, "0.0", id="slider 0"
        ),
        pytest.param(
            SLIDER,
            "set_value",
            {"value": 12.5},
            {"slider": "12.5"},
            "12.5",
            id="slider 12.5",
        ),
        pytest.param(
            TEXT,
            "set_value",
            {"value": "Grüße & mehr?"},
            {"message": "Grüße & mehr?"},
            "Grüße & mehr?",
            id="text",
        ),
        pytest.param(
            TEXT, "set_value", {"value": ""}, {"message": ""}, "", id="no text"
        ),
    ],
)
async def test_sending(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    entity_id: str,
    service: str,
    data: dict[str, Any],
    message: dict[str, str],
    state: str,
) -> None:
    """It goes to the server as its widgets would send it, and comes back from it."""
    messages = note_messages(hass)
    await call(hass, entity_id, service, **data)
    assert [(sent.sensor, sent.message) for sent in server.messages] == [
        (f"{USERNAME}.lamp_post", message)
    ]
    await until(lambda: messages)
    assert messages == [message]
    assert state_of(hass, entity_id) == state


@pytest.mark.parametrize(
    ("trouble", "key"),
    [
        pytest.param({"status": 404}, "wotkit_not_found", id="404"),
        pytest.param({"status": 403}, "wotkit_not_allowed", id="403"),
        pytest.param({"status": 401}, "wotkit_sign_in", id="401"),
        pytest.param({"status": 400}, "wotkit_invalid_data", id="400"),
        pytest.param({"status": 409}, "wotkit_already_exists", id="409"),
        pytest.param({"status": 500}, "wotkit_cannot_connect", id="500"),
        pytest.param({"status": 302}, "wotkit_unexpected_answer", id="302"),
        pytest.param({"hang": True}, "wotkit_timeout", id="hang"),
        pytest.param({"drop": True}, "wotkit_timeout", id="drop"),
    ],
)
@pytest.mark.parametrize(
    ("entity_id", "service", "data"),
    [
        pytest.param(SWITCH, "turn_on", {}, id="switch"),
        pytest.param(SLIDER, "set_value", {"value": 5}, id="slider"),
        pytest.param(TEXT, "set_value", {"value": "a secret"}, id="text"),
    ],
)
async def test_sending_fails(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    add_account: AddAccount,
    server: WotkitServer,
    entity_id: str,
    service: str,
    data: dict[str, Any],
    trouble: dict[str, Any],
    key: str,
) -> None:
    """The user is told why, and of which entity; nothing seems to have moved."""
    monkeypatch.setattr(account_module, "TIMEOUT", 0.8)
    await add_account(controlled_sensors=[LAMP])
    server.trouble = Trouble(**trouble, path="/message")
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, entity_id, service, **data)
    assert raised.value.translation_key == key
    assert raised.value.translation_placeholders == {
        "name": attribute(hass, entity_id, "friendly_name")
    }
    assert state_of(hass, entity_id) == "unknown"
    assert server.messages_sent == 0

    server.trouble = None
    await call(hass, entity_id, service, **data)
    await until(lambda: state_of(hass, entity_id) != "unknown")


async def test_message_whose_answer_is_lost(
    hass: HomeAssistant, entry: ConfigEntry[Any], server: WotkitServer
) -> None:
    """The server may have obeyed: what comes through the channel is what is shown."""
    server.trouble = Trouble(drop_after=True, path="/message")
    with pytest.raises(HomeAssistantError):
        await call(hass, SWITCH, "turn_on")
    await until_state(hass, SWITCH, "on")


async def test_caller_is_gone(
    hass: HomeAssistant, entry: ConfigEntry[Any], server: WotkitServer
) -> None:
    """An automation that is restarted does not take back what is on its way."""
    server.trouble = Trouble(slow=0.1, path="/message")
    calling = asyncio.create_task(call(hass, SWITCH, "turn_on"))
    await until(lambda: server.requests[-1].path.endswith("/message"))
    calling.cancel()
    await until_state(hass, SWITCH, "on")
