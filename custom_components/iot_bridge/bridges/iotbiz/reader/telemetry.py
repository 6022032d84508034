"""Reads what devices have said last, and no more often than they speak."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Final

from ..client import (
    AttributeValue,
    IotbizError,
    IotbizReader,
    ListedDevice,
    SignInError,
    TelemetryRow,
)

_LOGGER = logging.getLogger(__name__)

_AT_ONCE: Final = 4
# Seconds that all devices may take together; who had no turn comes first the next time.
LONGEST_READING: Final = 30.0
# A platform keeps all that a device ever said. The latest message is from when the
# device was heard, by clocks that differ a little.
_BEFORE_LAST_SEEN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was read of a device.

    Attributes:
        key: What the platform calls the device.
        last_seen: When it had been heard, as the list said before.
        row: Its latest message, None if there is none.
        is_certain: Whether the message is the one that the device was heard by.
    """

    key: str
    last_seen: datetime
    row: TelemetryRow | None
    is_certain: bool


class Telemetry:
    """Knows the latest message of each device."""

    def __init__(self, client: IotbizReader) -> None:
        """Start with nothing known.

        Args:
            client: The user's account.
        """
        self._client = client
        self._known: dict[str, _Known] = {}
        self._failures: dict[str, int] = {}
        self._error: IotbizError | None = None
        self._is_told = False

    async def async_read(self, devices: Collection[ListedDevice]) -> None:
        """Read what is new; what cannot be read stays as it is.

        Args:
            devices: All that are followed.

        Raises:
            SignInError: The user has to sign in again.
        """
        names = {one.device_id for one in devices}
        self._known = {one: self._known[one] for one in names & self._known.keys()}
        self._failures = {
            one: self._failures[one] for one in names & self._failures.keys()
        }
        due = [(one, one.last_seen) for one in devices if one.last_seen is not None]
        due = [one for one in due if self._is_due(*one)]
        due.sort(key=lambda one: self._failures.get(one[0].device_id, 0))
        self._error = None
        turns = asyncio.Semaphore(_AT_ONCE)
        try:
            async with asyncio.timeout(LONGEST_READING):
                await asyncio.gather(
                    *(self._async_read_one(*one, turns) for one in due)
                )
        except TimeoutError:
            _LOGGER.debug("Reading what devices have said takes too long")
        self._judge()

    def attributes(self, device_id: str) -> Mapping[str, AttributeValue]:
        """Return what a device measured, by its own keys."""
        known = self._known.get(device_id)
        return {} if known is None or known.row is None else known.row.attributes

    def _is_due(self, device: ListedDevice, last_seen: datetime) -> bool:
        known = self._known.get(device.device_id)
        return (
            known is None
            or (known.key, known.last_seen) != (device.key, last_seen)
            or not known.is_certain
        )

    async def _async_read_one(
        self, device: ListedDevice, last_seen: datetime, turns: asyncio.Semaphore
    ) -> None:
        """Read the latest message of a device, or note what went wrong."""
        device_id = device.device_id
        known = self._known.get(device_id)
        if known is not None and known.key != device.key:
            known = None
        async with turns:
            if isinstance(self._error, SignInError):
                return
            failures = self._failures.get(device_id, 0)
            # Unless it answers, also if the time is over.
            self._failures[device_id] = failures + 1
            try:
                row = await self._async_newest(device.key, last_seen, known)
            except IotbizError as err:
                if not isinstance(self._error, SignInError):
                    self._error = err
                return
        del self._failures[device_id]
        self._known[device_id] = _Known(
            key=device.key,
            last_seen=last_seen,
            row=row,
            # A platform notes when it hears a device before it keeps the message: where
            # that was not there yet, it is asked for once more.
            is_certain=known is None
            or row != known.row
            or known.last_seen == last_seen,
        )

    async def _async_newest(
        self, key: str, last_seen: datetime, known: _Known | None
    ) -> TelemetryRow | None:
        if known is not None and known.row is not None:
            return await self._client.newest(key, known.row.time) or known.row
        row = await self._client.newest(key, last_seen - _BEFORE_LAST_SEEN)
        return row or await self._client.newest(key, None)

    def _judge(self) -> None:
        """Raise what only the user can mend, and tell once of anything else."""
        if isinstance(self._error, SignInError):
            raise self._error
        if self._error is not None and not self._is_told:
            _LOGGER.info(
                "What devices have said cannot be read for now: %s", self._error
            )
        self._is_told = self._error is not None
