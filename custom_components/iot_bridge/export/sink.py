"""What the exporter asks of a service's bridge, and what may go wrong there."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from .selection import ExportedEntity
from .values import ExportTarget, Reading


class SinkUnavailableError(Exception):
    """The service cannot be reached, or takes nothing now.

    Attributes:
        retry_after: Seconds that have to pass before it may be tried again. If there are
            any, the service has said what is wrong, and the readings are not suspected.
        maybe_arrived: Whether readings may have arrived all the same: the answer was lost.
        arrived: Those that have arrived for sure; they are not sent again.
    """

    def __init__(
        self,
        message: str = "",
        *,
        retry_after: float = 0,
        maybe_arrived: bool = False,
        arrived: Collection[Reading] = (),
    ) -> None:
        """Tell what is known."""
        super().__init__(message)
        self.retry_after = retry_after
        self.maybe_arrived = maybe_arrived
        self.arrived = arrived


class ReadingsRefusedError(Exception):
    """The service was reached and will never take some readings.

    What is named neither as refused nor as arrived is sent again.

    Attributes:
        refused: Those readings; None if the service does not say which.
        reason: Why, for the log; holds no value and no secret. None: nothing is logged,
            as the user is told in another way.
        arrived: Those of the same sending that have arrived.
    """

    def __init__(
        self,
        refused: Collection[Reading] | None = None,
        *,
        reason: str | None,
        arrived: Collection[Reading] = (),
    ) -> None:
        """Tell what is known."""
        super().__init__(reason or "")
        self.refused = refused
        self.reason = reason
        self.arrived = arrived


class RunningExport(Protocol):
    """What a sink may know and change of the export that it serves."""

    @property
    def entities(self) -> Mapping[str, ExportedEntity]:
        """Return the entities whose values are sent, by key."""

    @property
    def newest(self) -> datetime:
        """Return the time of the newest reading, sent or not."""

    def set_report_interval(self, seconds: float, *, repeat: bool = True) -> None:
        """Send in intervals: what has come together.

        Args:
            seconds: The interval.
            repeat: Whether each value is sent at least once in it.
        """

    def try_now(self) -> None:
        """Send what waits because the service was lost: it is back."""


class ExportSink(ABC):
    """Brings readings to a service."""

    async def async_open(self, export: RunningExport) -> None:  # noqa: B027
        """Begin with what has to be done beside the sendings; nothing by default.

        Args:
            export: What the sink is for.
        """

    async def async_close(self, *, removed: bool) -> None:  # noqa: B027
        """End that; nothing is sent any more.

        Args:
            removed: Whether the user has removed the export.
        """

    def entities_changed(  # noqa: B027
        self, entities: Mapping[str, ExportedEntity]
    ) -> None:
        """Take note of what is exported from now on; nothing by default.

        Called too when there is less than before, and perhaps before `async_open`.

        Args:
            entities: All of them, by key.
        """

    @abstractmethod
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        """Make sure that the service knows some entities.

        Called before the first sending, and again when entities were added, renamed or
        moved to another device; and when sendings fail again and again, before each of
        them. So after a failure the service has to be asked something: the readings are
        held to be the cause if it answers, and sending them fails all the same.

        Args:
            entities: All that are exported now.

        Raises:
            SinkUnavailableError: Nothing is sent, and it is tried again later.
        """

    @abstractmethod
    def target(self, reading: Reading) -> ExportTarget | None:
        """Return what the service wants for an entity, None: it does not take it.

        Raises:
            NotConvertibleError: It does not take this one reading.
        """

    @abstractmethod
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        """Send readings, which are as the service wants them, in order of their time.

        Args:
            readings: At least one.
            again: Some of them may have arrived before.

        Raises:
            SinkUnavailableError: They are sent again later. Those for which this happens
                each time, though the service answers and others arrive, are given up.
            ReadingsRefusedError: The service does not take some of them.
        """
