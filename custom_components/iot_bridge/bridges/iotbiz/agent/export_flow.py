"""The steps of the config subentry that sends Home Assistant's values."""

from ....export.flow import ExportFlow
from ..const import SERVICE_NAME


class IotbizExportFlow(ExportFlow):
    """Chooses what is sent, and how often."""

    service_name = SERVICE_NAME
