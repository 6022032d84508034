"""The base of HKWHub's entities."""

from ...entity import BridgeEntity
from .coordinator import HkwhubCoordinator
from .devices import HubDevice


class HkwhubEntity(BridgeEntity[HkwhubCoordinator, HubDevice]):
    """Shows something of the hub, or of one of its speakers."""
