"""Actions: they are there as long as Home Assistant runs, whatever is set up."""

import pytest
import voluptuous as vol

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component

ACTIONS = {
    "import_statistics",
    "iotbiz_create_customer",
    "iotbiz_send_command",
    "wotkit_send_data",
    "wotkit_send_message",
}


@pytest.fixture(autouse=True)
async def integration(hass: HomeAssistant, enable_custom_integrations: None) -> None:
    """The integration, without any config entry."""
    assert await async_setup_component(hass, DOMAIN, {})


async def test_actions_without_config_entries(hass: HomeAssistant) -> None:
    """Automations are valid also while no config entry is loaded."""
    actions = hass.services.async_services_for_domain(DOMAIN)
    assert actions.keys() == ACTIONS
    assert actions["import_statistics"].supports_response is SupportsResponse.OPTIONAL


async def test_entities_are_not_there(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """As with every action of entities, the log names those that are missing."""
    await hass.services.async_call(
        DOMAIN,
        "import_statistics",
        {"entity_id": "sensor.gone", "start": "2026-01-01 00:00:00"},
        blocking=True,
    )
    assert "sensor.gone" in caplog.text


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("wotkit_send_data", {"data": {"value": 1}}),
        ("wotkit_send_message", {"message": {"button": "on"}}),
    ],
)
async def test_config_entry_is_not_there(
    hass: HomeAssistant, action: str, values: dict[str, object]
) -> None:
    """An account that was removed is an error of the user's."""
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            DOMAIN,
            action,
            {"config_entry_id": "gone", "sensor": "mule1", **values},
            blocking=True,
        )
    assert raised.value.translation_key == "service_config_entry_not_found"


@pytest.mark.parametrize(
    ("action", "values", "field"),
    [
        ("import_statistics", {"entity_id": "sensor.any"}, "start"),
        (
            "import_statistics",
            {"entity_id": "sensor.any", "start": "soon"},
            "start",
        ),
        ("import_statistics", {"start": "2026-01-01 00:00:00"}, "entity_id"),
        ("wotkit_send_data", {"sensor": "mule1", "data": {}}, "config_entry_id"),
        ("wotkit_send_data", {"config_entry_id": "one", "data": {}}, "sensor"),
        (
            "wotkit_send_data",
            {"config_entry_id": "one", "sensor": "mule1", "data": "21"},
            "data",
        ),
        (
            "wotkit_send_data",
            {
                "config_entry_id": "one",
                "sensor": "mule1",
                "data": {"value": 1},
                "timestamp": "soon",
            },
            "timestamp",
        ),
        (
            "wotkit_send_message",
            {"config_entry_id": "one", "sensor": "mule1", "message": ["on"]},
            "message",
        ),
    ],
)
async def test_wrong_fields(
    hass: HomeAssistant, action: str, values: dict[str, object], field: str
) -> None:
    """What is missing, or is something else altogether, is named."""
    with pytest.raises(vol.Invalid, match=field):
        await hass.services.async_call(DOMAIN, action, values, blocking=True)


@pytest.mark.parametrize(
    ("action", "values", "key"),
    [
        (
            "iotbiz_send_command",
            {"device_id": "gone", "command": "go"},
            "iotbiz_no_device",
        ),
        ("iotbiz_create_customer", {"device_limit": 1}, "iotbiz_no_server"),
    ],
)
async def test_home_assistant_is_no_platform(
    hass: HomeAssistant, action: str, values: dict[str, object], key: str
) -> None:
    """No device has registered itself where there is nothing to register with."""
    answers = hass.services.supports_response(DOMAIN, action) is SupportsResponse.ONLY
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            DOMAIN, action, values, blocking=True, return_response=answers
        )
    assert raised.value.translation_key == key
