"""What a hub and other clients publish by themselves."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import (
    HubEvent,
    OtherClientCommand,
    OtherClients,
    PlaybackTime,
    SpeakersChanged,
    parse_event,
)

from .test_values import ODD_VALUES

OWN = "PubNub-1000"
TIME = {
    "HKWHubUUID": "XXX-XXX-XXX-XXX",
    "SessionToken": OWN,
    "Envet": "PlaybackTimeChanged",
    "PlaybackTime": 15,
}
UPDATED = {
    "Event": "DeviceStateUpdated",
    "HKWHubUUID": "XXX-XXX-XXX-XXX",
    "Reason": "SpeakerInfoUpdated",
    "SessionToken": OWN,
}
VOLUME = {
    "Command": "set_volume",
    "HKWHubUUID": "XXX-XXX-XXX-XXX",
    "SesssionToken": "PubNub-1007",
    "Volume": 10,
}
DONE = {
    "HKWHubUUID": "XXX-XXX-XXX-XXX",
    "ResponseOf": "set_volume",
    "SesssionToken": "PubNub-1007",
    "Result": True,
}


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ({}, PlaybackTime(15, own=True)),
        ({"PlaybackTime": "15"}, PlaybackTime(15, own=True)),
        ({"SessionToken": "PubNub-999"}, PlaybackTime(15, own=True)),
        ({"SessionToken": "PubNub-1007"}, PlaybackTime(15, own=False)),
        ({"SessionToken": None}, PlaybackTime(15, own=None)),
        (
            {"SessionToken": None, "SesssionToken": OWN},
            PlaybackTime(15, own=True),
        ),
        (
            {"Envet": None, "Event": "playbackTIMEchanged"},
            PlaybackTime(15, own=True),
        ),
        ({"PlaybackTime": "-1"}, SpeakersChanged("PlaybackTimeChanged")),
        ({"PlaybackTime": None}, SpeakersChanged("PlaybackTimeChanged")),
    ],
    ids=range(9),
)
def test_playback_time(change: dict[str, Any], event: HubEvent) -> None:
    assert parse_event({**TIME, **change}, (OWN, "PubNub-999")) == event


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (UPDATED, "SpeakerInfoUpdated"),
        ({**UPDATED, "Reason": "WifiSignalChanged"}, "WifiSignalChanged"),
        ({**UPDATED, "Event": "DEVICESTATEUPDATED"}, "SpeakerInfoUpdated"),
        ({**UPDATED, "Reason": None}, "DeviceStateUpdated"),
        ({"Envet": "DeviceStateUpdated", "Reason": "X"}, "X"),
        ({"Event": "VolumeLevelChanged", "Reason": "X"}, "VolumeLevelChanged"),
        ({"event": "PlaybackEnded"}, "PlaybackEnded"),
    ],
    ids=range(7),
)
def test_speakers_changed(message: dict[str, Any], reason: str) -> None:
    assert parse_event(message, ()) == SpeakersChanged(reason)


@pytest.mark.parametrize(
    "message",
    [{}, VOLUME, DONE, {"Event": ""}, {"Event": None}, {"Event": {}}, {"Hello": "hub"}],
    ids=range(7),
)
def test_no_event(message: dict[str, Any]) -> None:
    assert parse_event(message, ()) is None


@pytest.mark.parametrize("odd", ODD_VALUES, ids=range(len(ODD_VALUES)))
def test_odd_values_raise_nothing(odd: object) -> None:
    others = OtherClients()
    for example in (TIME, UPDATED, VOLUME, DONE):
        for name in example:
            message = {**example, name: odd}
            repr((parse_event(message, (OWN,)), others.feed(message))).encode()


def test_confirmed_command_of_another_client() -> None:
    others = OtherClients()
    assert others.feed(VOLUME) is None
    assert others.feed(DONE) == OtherClientCommand("set_volume", {"Volume": "10"})
    assert others.feed(DONE) is None


@pytest.mark.parametrize("result", [False, "false", None, "SessionNotFound"])
def test_refused_command_of_another_client(result: object) -> None:
    others = OtherClients()
    others.feed(VOLUME)
    assert others.feed({**DONE, "Result": result}) is None
    assert others.feed(DONE) is None


def test_reply_without_a_session() -> None:
    others = OtherClients()
    others.feed({"Command": "set_party_mode", "SesssionToken": "PubNub-1007"})
    reply = {"ResponseOf": "set_party_mode", "Result": "true"}
    assert others.feed(reply) == OtherClientCommand("set_party_mode", {})


def test_replies_to_different_clients() -> None:
    others = OtherClients()
    others.feed(VOLUME)
    others.feed({**VOLUME, "SesssionToken": "PubNub-1008", "Volume": 30})
    assert others.feed({**DONE, "SesssionToken": "PubNub-1009"}) is None
    second = others.feed({**DONE, "SesssionToken": "PubNub-1008"})
    assert second == OtherClientCommand("set_volume", {"Volume": "30"})
    assert others.feed(DONE) == OtherClientCommand("set_volume", {"Volume": "10"})


def test_a_question_is_no_command() -> None:
    others = OtherClients()
    others.feed({"Command": "is_playing", "SesssionToken": "PubNub-1007"})
    assert others.feed({"ResponseOf": "is_playing", "Result": True}) is None


def test_params_are_texts() -> None:
    others = OtherClients()
    others.feed(
        {
            "Command": "play_hub_media_selected_speakers",
            "PersistentID": 17387446959931482519,
            "DeviceIDList": "1,2",
            "Odd": None,
            "SessionToken": "PubNub-1007",
            "SesssionToken": "PubNub-1007",
            "HKWHubUUID": "XXX",
        }
    )
    command = others.feed(
        {"ResponseOf": "play_hub_media_selected_speakers", "Result": "true"}
    )
    assert command is not None
    assert command.params == {
        "PersistentID": "17387446959931482519",
        "DeviceIDList": "1,2",
    }


def test_only_the_latest_commands_are_remembered() -> None:
    others = OtherClients()
    for number in range(100):
        others.feed({**VOLUME, "SesssionToken": f"PubNub-{number}"})
    assert others.feed({**DONE, "SesssionToken": "PubNub-0"}) is None
    assert others.feed({**DONE, "SesssionToken": "PubNub-99"}) is not None
