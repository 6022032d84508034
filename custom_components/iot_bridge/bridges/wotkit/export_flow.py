"""The steps of the config subentry that sends Home Assistant's values."""

from typing import ClassVar

import voluptuous as vol

from homeassistant.helpers.selector import BooleanSelector

from ...export.flow import ExportFlow
from ...export.form import EXPORT_FIELDS
from .const import CONF_SHARE_LOCATION, SERVICE_NAME


class WotkitExportFlow(ExportFlow):
    """Chooses what is sent, how often, and whether with the position of home."""

    service_name = SERVICE_NAME
    form: ClassVar[vol.Schema] = vol.Schema(
        {
            **EXPORT_FIELDS,
            vol.Required(CONF_SHARE_LOCATION, default=False): BooleanSelector(),
        }
    )
