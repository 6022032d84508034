"""What the coordinators have in common that know devices of IoTBiz."""

from ...coordinator import BridgeCoordinator
from .device import IotbizDevice


class IotbizCoordinator(BridgeCoordinator[IotbizDevice]):
    """Knows devices that registered themselves with a platform."""

    def hears(self, device_id: str) -> bool:
        """Return whether news of a device would be heard, if there were any."""
        return True
