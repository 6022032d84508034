"""What tests of WoTKit's entities do with Home Assistant and the simulated server."""

from typing import Final

from tests.bridges.world import (
    attribute,
    device_names,
    device_of,
    entity_ids,
    go_to,
    pass_time,
    poll,
    poll_and_settle,
    settle,
)
from tests.simulators.wotkit import RecordedRequest, WotkitServer
from tests.waiting import until

__all__ = [
    "BRIGHTNESS",
    "CONTROLS",
    "EVENT",
    "LAMP_LAST_DATA",
    "NOTE",
    "SLIDER",
    "SWITCH",
    "TAXI",
    "TAXI_LAST_DATA",
    "TAXI_VALUE",
    "TEMPERATURE",
    "TEXT",
    "WEATHER_LAST_DATA",
    "attribute",
    "control_requests",
    "device_names",
    "device_of",
    "entity_ids",
    "go_to",
    "listings",
    "pass_time",
    "poll",
    "poll_and_settle",
    "settle",
    "subscribe_requests",
    "until_heard",
]

TAXI: Final = "device_tracker.big_yellow_taxi"
TAXI_VALUE: Final = "sensor.big_yellow_taxi_data"
TAXI_LAST_DATA: Final = "sensor.big_yellow_taxi_last_data"
TEMPERATURE: Final = "sensor.weather_station_temperature"
NOTE: Final = "sensor.weather_station_note"
WEATHER_LAST_DATA: Final = "sensor.weather_station_last_data"
BRIGHTNESS: Final = "sensor.lamp_post_brightness"
LAMP_LAST_DATA: Final = "sensor.lamp_post_last_data"
EVENT: Final = "event.lamp_post_control_message"
SWITCH: Final = "switch.lamp_post_control_button"
SLIDER: Final = "number.lamp_post_control_slider"
TEXT: Final = "text.lamp_post_control_text"
CONTROLS: Final = (SWITCH, SLIDER, TEXT)


def listings(server: WotkitServer) -> list[RecordedRequest]:
    """Return the requests for lists of sensors."""
    return [one for one in server.requests if one.path.endswith("/sensors")]


def control_requests(server: WotkitServer) -> list[RecordedRequest]:
    """Return the requests about control channels."""
    return [one for one in server.requests if "/control/sub/" in one.path]


def subscribe_requests(server: WotkitServer) -> list[RecordedRequest]:
    """Return the requests for a new subscription to a control channel."""
    return [one for one in control_requests(server) if one.method == "POST"]


async def until_heard(server: WotkitServer, polls: int = 1) -> None:
    """Wait until a number of polls of control channels have begun."""

    def begun() -> int:
        return sum(one.method == "GET" for one in control_requests(server))

    await until(lambda: begun() >= polls)
