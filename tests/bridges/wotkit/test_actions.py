"""Actions: data and messages that the user sends to WoTKit's sensors."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import state_of

from .conftest import KEY_ID, KEY_PASSWORD, AddAccount

type Act = Callable[..., Awaitable[None]]

TEMPERATURE = "sensor.weather_station_temperature"


@pytest.fixture
async def account(add_account: AddAccount) -> ConfigEntry[Any]:
    """Ada's account."""
    return await add_account()


@pytest.fixture
def station(sensors: dict[str, SimulatedSensor]) -> SimulatedSensor:
    """Ada's weather station."""
    return sensors["weather_station"]


@pytest.fixture
def send_data(hass: HomeAssistant, account: ConfigEntry[Any]) -> Act:
    """Send data to the weather station."""

    async def send(
        data: dict[Any, Any], sensor: str | int = "weather_station", **fields: Any
    ) -> None:
        given = {"config_entry_id": account.entry_id, "sensor": sensor, "data": data}
        await hass.services.async_call(
            DOMAIN, "wotkit_send_data", {**given, **fields}, blocking=True
        )

    return send


@pytest.fixture
def send_message(hass: HomeAssistant, account: ConfigEntry[Any]) -> Act:
    """Send a message to the lamp post."""

    async def send(message: dict[Any, Any], sensor: str = "lamp_post") -> None:
        given = {"config_entry_id": account.entry_id, "sensor": sensor}
        await hass.services.async_call(
            DOMAIN, "wotkit_send_message", {**given, "message": message}, blocking=True
        )

    return send


async def test_data(
    hass: HomeAssistant, send_data: Act, station: SimulatedSensor
) -> None:
    """What is sent is in the sensor, and at once in Home Assistant."""
    assert state_of(hass, TEMPERATURE) == "21.5"
    await send_data({"temperature": 19, "note": "Windy"})
    assert station.rows[-1].values == {"temperature": 19, "note": "Windy"}
    assert state_of(hass, TEMPERATURE) == "19"
    assert state_of(hass, "sensor.weather_station_note") == "Windy"


async def test_true_and_false(send_data: Act, station: SimulatedSensor) -> None:
    """A field of numbers knows 1 and 0."""
    await send_data({"gadgets": True, "light": False})
    assert station.rows[-1].values == {"gadgets": 1, "light": 0}


@pytest.mark.parametrize("of", ["name", "full_name", "id"])
async def test_whose_data(send_data: Act, station: SimulatedSensor, of: str) -> None:
    """A sensor goes by its name, with its owner's as well, or by its id."""
    await send_data({"temperature": 3.5}, sensor=f" {getattr(station, of)} ")
    assert station.rows[-1].values == {"temperature": 3.5}


async def test_id_as_a_number(send_data: Act, station: SimulatedSensor) -> None:
    """In YAML an id may be a number."""
    await send_data({"temperature": 3.5}, sensor=station.id)
    assert station.rows[-1].values == {"temperature": 3.5}


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-03-01 12:00:00", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01T12:00:00+05:30", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
    ],
    ids=["time zone of the house", "another one"],
)
async def test_past_data(
    hass: HomeAssistant,
    send_data: Act,
    station: SimulatedSensor,
    written: str,
    at: datetime,
) -> None:
    """Data may be of another time than now."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    await send_data({"temperature": 3.5}, timestamp=written)
    assert station.rows[0].values == {"temperature": 3.5}
    assert station.rows[0].timestamp_ms == at.timestamp() * 1000


@pytest.mark.parametrize("written", ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Vancouver"])
async def test_time_at_the_end_of_the_calendar(
    hass: HomeAssistant, send_data: Act, server: WotkitServer, written: str, zone: str
) -> None:
    """Whatever the time zone: either it is a time, or the field is named."""
    await hass.config.async_set_time_zone(zone)
    with pytest.raises(HomeAssistantError) as raised:
        await send_data({"nothing": "at all", "temperature": "warm"}, timestamp=written)
    assert raised.value.translation_key in {
        "wotkit_field_no_time",
        "wotkit_data_refused",
    }


@pytest.mark.parametrize("digits", [19, 40])
async def test_id_that_nobody_has(send_data: Act, digits: int) -> None:
    """It is not found, and nothing worse happens."""
    with pytest.raises(HomeAssistantError) as raised:
        await send_data({"value": 1}, sensor="9" * digits)
    assert raised.value.translation_key == "wotkit_not_found"


async def test_message(send_message: Act, server: WotkitServer) -> None:
    """A message is sent as it was written; true and false are on and off."""
    await send_message({"button": True, "slider": 15, "message": "Hi", "night": False})
    assert [(one.sensor, dict(one.message)) for one in server.messages] == [
        (
            "ada.lovelace.lamp_post",
            {"button": "on", "slider": "15", "message": "Hi", "night": "off"},
        )
    ]


BAD_VALUES = {
    "empty": ({}, "wotkit_field_empty", None),
    "no value": ({"value": None}, "wotkit_field_bad_value", "value"),
    "list": ({"value": [1]}, "wotkit_field_bad_value", "value"),
    "object": ({"value": {"a": 1}}, "wotkit_field_bad_value", "value"),
    "not a number": ({"value": float("nan")}, "wotkit_field_bad_value", "value"),
    "infinite": ({"value": float("inf")}, "wotkit_field_bad_value", "value"),
    "far too large": ({"value": 10**400}, "wotkit_field_bad_value", "value"),
    "no name": ({"": 1}, "wotkit_field_bad_name", ""),
    "blank": ({"wind speed": 1}, "wotkit_field_bad_name", "wind speed"),
    "number as a name": ({1: 1}, "wotkit_field_bad_name", "1"),
}


def expected_placeholders(field: str, name: str | None) -> dict[str, str]:
    """Return what the text of an error is filled with."""
    return {"field": field} | ({} if name is None else {"name": name})


@pytest.mark.parametrize(
    ("values", "key", "name"), BAD_VALUES.values(), ids=BAD_VALUES.keys()
)
async def test_bad_values(
    send_data: Act,
    send_message: Act,
    server: WotkitServer,
    values: dict[Any, Any],
    key: str,
    name: str | None,
) -> None:
    """What cannot be sent is named, and nothing is sent."""
    before = [one for one in server.requests if one.method == "POST"]
    for act, field in ((send_data, "data"), (send_message, "message")):
        with pytest.raises(ServiceValidationError) as raised:
            await act({"fine": 1, **values} if values else values)
        assert raised.value.translation_key == key
        placeholders = expected_placeholders(field, name)
        assert raised.value.translation_placeholders == placeholders
    assert [one for one in server.requests if one.method == "POST"] == before


@pytest.mark.parametrize("name", ["id", "sensor_id", "sensor_name", "timestamp"])
async def test_names_of_the_server(send_data: Act, name: str) -> None:
    """What a row has besides its fields is no field."""
    with pytest.raises(ServiceValidationError) as raised:
        await send_data({"temperature": 1, name: 5})
    assert raised.value.translation_key == "wotkit_field_reserved"
    assert raised.value.translation_placeholders == {"field": "data", "name": name}


@pytest.mark.parametrize("sensor", ["", "  ", "weather station"])
async def test_no_sensor(send_data: Act, send_message: Act, sensor: str) -> None:
    """A sensor has to have a name."""
    for act in (send_data, send_message):
        with pytest.raises(ServiceValidationError) as raised:
            await act({"value": 1}, sensor=sensor)
        assert raised.value.translation_key == "wotkit_no_sensor_name"
        assert raised.value.translation_placeholders == {"field": "sensor"}


async def test_reason_of_the_server(
    send_data: Act, station: SimulatedSensor, caplog: pytest.LogCaptureFixture
) -> None:
    """Why the server does not take data is told in its own words."""
    caplog.set_level(logging.DEBUG)
    rows = list(station.rows)
    with pytest.raises(HomeAssistantError) as raised:
        await send_data({"temperature": "warm"})
    assert raised.value.translation_key == "wotkit_data_refused"
    assert raised.value.translation_placeholders is not None
    assert raised.value.translation_placeholders["name"] == "weather_station"
    assert "errors" in raised.value.translation_placeholders["reason"]
    assert station.rows == rows
    assert KEY_ID not in caplog.text
    assert KEY_PASSWORD not in caplog.text


@pytest.mark.parametrize(
    ("trouble", "key"),
    [
        (Trouble(status=400, method="POST"), "wotkit_invalid_data"),
        (Trouble(status=403, method="POST"), "wotkit_not_allowed"),
        (Trouble(status=503, method="POST"), "wotkit_cannot_connect"),
        (
            Trouble(
                status=400,
                method="POST",
                body='{"error": {"message": "The timestamp is in the future"}}',
            ),
            "wotkit_future_timestamp",
        ),
    ],
    ids=["no reason", "forbidden", "in trouble", "future"],
)
async def test_server_refuses(
    send_data: Act,
    send_message: Act,
    server: WotkitServer,
    trouble: Trouble,
    key: str,
) -> None:
    """Each error of the server has its text."""
    server.trouble = trouble
    for act, sensor in ((send_data, "weather_station"), (send_message, "lamp_post")):
        with pytest.raises(HomeAssistantError) as raised:
            await act({"value": 1})
        assert raised.value.translation_key == key
        assert raised.value.translation_placeholders == {"name": sensor}


async def test_unknown_sensor(send_data: Act, send_message: Act) -> None:
    """A sensor that is not there, or is none of one's own, is not found."""
    for act in (send_data, send_message):
        with pytest.raises(HomeAssistantError) as raised:
            await act({"value": 1}, sensor="ada.lovelace.no_such_sensor")
        assert raised.value.translation_key == "wotkit_not_found"
        assert raised.value.translation_placeholders == {
            "name": "ada.lovelace.no_such_sensor"
        }


async def test_account_of_another_service(
    hass: HomeAssistant, account: ConfigEntry[Any]
) -> None:
    """The field lists all of the integration's entries; only WoTKit's are right."""
    other = MockConfigEntry(
        domain=DOMAIN, data={"bridge": "ewelink"}, title="Someone", entry_id="other"
    )
    other.add_to_hass(hass)
    other.mock_state(hass, ConfigEntryState.LOADED)
    other.runtime_data = object()
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            DOMAIN,
            "wotkit_send_data",
            {"config_entry_id": "other", "sensor": "mule1", "data": {"value": 1}},
            blocking=True,
        )
    assert raised.value.translation_key == "wotkit_other_service"
    assert raised.value.translation_placeholders == {
        "field": "config_entry_id",
        "name": "Someone",
    }
    other.mock_state(hass, ConfigEntryState.NOT_LOADED)


async def test_account_that_is_not_loaded(
    hass: HomeAssistant, account: ConfigEntry[Any], send_data: Act
) -> None:
    """An account that is switched off cannot send."""
    await hass.config_entries.async_unload(account.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await send_data({"temperature": 1})
    assert raised.value.translation_key == "service_config_entry_not_loaded"


async def test_moment_before_the_latest(
    hass: HomeAssistant, send_data: Act, station: SimulatedSensor
) -> None:
    """Data of the past do not replace the latest value."""
    moment = datetime.now(UTC) - timedelta(days=30)
    await send_data({"temperature": -3}, timestamp=moment.isoformat())
    assert station.rows[0].values == {"temperature": -3}
    assert state_of(hass, TEMPERATURE) == "21.5"
