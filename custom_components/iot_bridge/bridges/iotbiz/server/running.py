"""What the views need of the server that is set up."""

from datetime import datetime
from typing import Protocol

from homeassistant.core import callback

from ....coordinator import BridgeConfigEntry
from ..client import ReportedState
from .enrolment import Enrolment
from .refusals import Refusals


class RunningServer(Protocol):
    """A server that is set up.

    Attributes:
        config_entry: Its config entry.
        enrolment: Its devices.
        refusals: What was refused.
    """

    config_entry: BridgeConfigEntry
    enrolment: Enrolment
    refusals: Refusals

    @callback
    def take_state(
        self, device_id: str, state: ReportedState, moment: datetime
    ) -> None:
        """Take over what a device has told a broker, which has forwarded it.

        Args:
            device_id: A device that may speak.
            state: What it has told.
            moment: When.
        """
