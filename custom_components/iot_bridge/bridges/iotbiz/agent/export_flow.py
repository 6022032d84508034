"""The steps of the config subentry that sends Home Assistant's values."""

from typing import Any, override

from homeassistant.config_entries import ConfigEntry

from ....export.flow import ExportFlow
from ..const import CONF_ROLE, SERVICE_NAME, Role


class IotbizExportFlow(ExportFlow):
    """Chooses what is sent, and how often."""

    service_name = SERVICE_NAME

    @staticmethod
    @override
    def supports(config_entry: ConfigEntry[Any]) -> bool:
        """Return whether an entry is for a device, which has something to send."""
        return bool(config_entry.data[CONF_ROLE] == Role.AGENT)
