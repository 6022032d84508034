"""The integration's actions; they are there as long as Home Assistant runs."""

from typing import Final

import voluptuous as vol

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.typing import VolDictType

from .bridges.iotbiz.server.actions import (
    CREATE_CUSTOMER_FIELDS,
    SEND_COMMAND_FIELDS,
    async_create_customer,
    async_send_command,
)
from .bridges.wotkit.actions import (
    SEND_DATA_FIELDS,
    SEND_MESSAGE_FIELDS,
    async_send_data,
    async_send_message,
)
from .const import DOMAIN
from .history.importer import HistoryEntity

ATTR_START: Final = "start"
ATTR_END: Final = "end"

_IMPORT_FIELDS: Final[VolDictType] = {
    vol.Required(ATTR_START): cv.datetime,
    vol.Optional(ATTR_END): cv.datetime,
}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    service.async_register_platform_entity_service(
        hass,
        DOMAIN,
        "import_statistics",
        entity_domain=SENSOR_DOMAIN,
        schema=_IMPORT_FIELDS,
        func=_async_import_statistics,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN, "wotkit_send_data", async_send_data, vol.Schema(SEND_DATA_FIELDS)
    )
    hass.services.async_register(
        DOMAIN,
        "wotkit_send_message",
        async_send_message,
        vol.Schema(SEND_MESSAGE_FIELDS),
    )
    hass.services.async_register(
        DOMAIN,
        "iotbiz_send_command",
        async_send_command,
        vol.Schema(SEND_COMMAND_FIELDS),
    )
    service.async_register_admin_service(
        hass,
        DOMAIN,
        "iotbiz_create_customer",
        async_create_customer,
        vol.Schema(CREATE_CUSTOMER_FIELDS),
        SupportsResponse.ONLY,
    )


async def _async_import_statistics(
    entity: Entity, call: ServiceCall
) -> ServiceResponse:
    """Import an entity's past readings as long-term statistics."""
    if not isinstance(entity, HistoryEntity):
        shown = call.hass.states.get(entity.entity_id)
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="history_not_kept",
            translation_placeholders={
                "name": entity.entity_id if shown is None else shown.name
            },
        )
    return await entity.async_import_statistics(
        call.data[ATTR_START], call.data.get(ATTR_END)
    )
