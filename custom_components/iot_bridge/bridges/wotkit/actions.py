"""Actions: data and messages that the user sends to WoTKit's sensors."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .client import FieldValue, FutureTimestampError, InvalidDataError, WotkitError
from .coordinator import WotkitCoordinator
from .errors import ERROR_TEXTS

ATTR_SENSOR: Final = "sensor"
ATTR_DATA: Final = "data"
ATTR_TIMESTAMP: Final = "timestamp"
ATTR_MESSAGE: Final = "message"

_TO_A_SENSOR: Final[VolDictType] = {
    vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string,
    vol.Required(ATTR_SENSOR): cv.string,
}
SEND_DATA_FIELDS: Final[VolDictType] = {
    **_TO_A_SENSOR,
    vol.Required(ATTR_DATA): dict,
    vol.Optional(ATTR_TIMESTAMP): cv.datetime,
}
SEND_MESSAGE_FIELDS: Final[VolDictType] = {
    **_TO_A_SENSOR,
    vol.Required(ATTR_MESSAGE): dict,
}

# What the server itself puts into a row of data, and the time that has its own field.
_RESERVED: Final = frozenset({"id", "sensor_id", "sensor_name", "timestamp"})

# Digits; no database has longer ids.
_LONGEST_ID: Final = 20

# YAML reads `on` and `off` as booleans, and these words are what WoTKit's own button
# sends; fields of numbers, on the other hand, know 1 and 0.
_WORDS: Final = {True: "on", False: "off"}
_NUMBERS: Final = {True: 1, False: 0}


async def async_send_data(call: ServiceCall) -> None:
    """Add a row of data to a sensor of the user.

    Args:
        call: With `SEND_DATA_FIELDS`.

    Raises:
        ServiceValidationError: A field is not right.
        HomeAssistantError: The server did not take it.
    """
    coordinator = _coordinator(call)
    sensor = _sensor(call)
    values = _values(call, ATTR_DATA, _NUMBERS)
    if reserved := sorted(_RESERVED & values.keys()):
        raise _invalid("wotkit_field_reserved", ATTR_DATA, name=reserved[0])
    timestamp = call.data.get(ATTR_TIMESTAMP)
    try:
        moment = None if timestamp is None else dt_util.as_utc(timestamp)
    except OverflowError as err:
        # At the ends of the calendar another time zone is in no year any more.
        raise _invalid("wotkit_field_no_time", ATTR_TIMESTAMP) from err
    try:
        await coordinator.client.send_row(sensor, values, moment)
    except WotkitError as err:
        raise _refused(err, sensor) from err
    await coordinator.async_request_refresh()


async def async_send_message(call: ServiceCall) -> None:
    """Send a message to whoever listens to a sensor's control channel.

    Args:
        call: With `SEND_MESSAGE_FIELDS`.

    Raises:
        ServiceValidationError: A field is not right.
        HomeAssistantError: The server did not take it.
    """
    coordinator = _coordinator(call)
    sensor = _sensor(call)
    message = _values(call, ATTR_MESSAGE, _WORDS)
    try:
        await coordinator.client.send_message(sensor, message)
    except WotkitError as err:
        raise _refused(err, sensor) from err


def _coordinator(call: ServiceCall) -> WotkitCoordinator:
    """Return the account that a call is for.

    Raises:
        ServiceValidationError: It is not loaded, or of another service.
    """
    entry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data[ATTR_CONFIG_ENTRY_ID]
    )
    if not isinstance(entry.runtime_data, WotkitCoordinator):
        raise _invalid("wotkit_other_service", ATTR_CONFIG_ENTRY_ID, name=entry.title)
    return entry.runtime_data


def _sensor(call: ServiceCall) -> str | int:
    """Return the name or the id of the sensor that a call is for.

    Names do not begin with a digit, thus mere digits are an id. WoTKit API
    documentation, "Sensors".

    Raises:
        ServiceValidationError: It cannot be either.
    """
    sensor: str = call.data[ATTR_SENSOR].strip()
    if not sensor or _has_blanks(sensor):
        raise _invalid("wotkit_no_sensor_name", ATTR_SENSOR)
    is_id = sensor.isascii() and sensor.isdecimal() and len(sensor) < _LONGEST_ID
    return int(sensor) if is_id else sensor


def _values(
    call: ServiceCall, field: str, truth: Mapping[bool, FieldValue]
) -> dict[str, FieldValue]:
    """Return the values by name that the user wants to send.

    Args:
        call: The call.
        field: Which of its fields holds them.
        truth: What is sent for true and false.

    Raises:
        ServiceValidationError: There are none, or one cannot be sent.
    """
    given: dict[Any, Any] = call.data[field]
    if not given:
        raise _invalid("wotkit_field_empty", field)
    values: dict[str, FieldValue] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not name or _has_blanks(name):
            raise _invalid("wotkit_field_bad_name", field, name=str(name))
        if not _can_be_sent(value):
            raise _invalid("wotkit_field_bad_value", field, name=name)
        values[name] = truth[value] if isinstance(value, bool) else value
    return values


def _has_blanks(text: str) -> bool:
    return any(letter.isspace() for letter in text)


def _can_be_sent(value: object) -> bool:
    """Return whether it is text, a truth value, or a number that others can read."""
    match value:
        case str() | bool():
            return True
        case int() | float():
            try:
                return isfinite(value)
            except OverflowError:
                return False
        case _:
            return False


def _invalid(key: str, field: str, **placeholders: str) -> ServiceValidationError:
    """Return a translated error that names the field."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"field": field, **placeholders},
    )


def _refused(err: WotkitError, sensor: str | int) -> HomeAssistantError:
    """Return a translated error, with the reason where the server has told one."""
    name = str(sensor)
    match err:
        case FutureTimestampError():
            return ERROR_TEXTS.action_error(err, name)
        case InvalidDataError(reason=reason) if reason:
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="wotkit_data_refused",
                translation_placeholders={"name": name, "reason": reason},
            )
        case _:
            return ERROR_TEXTS.action_error(err, name)
