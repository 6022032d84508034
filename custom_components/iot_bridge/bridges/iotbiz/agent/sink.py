"""Sends Home Assistant's values to the platform: those of one config subentry."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event

from ....export.form import CONF_MIN_INTERVAL
from ....export.selection import ExportedEntity
from ....export.sink import (
    ExportSink,
    ReadingsRefusedError,
    RunningExport,
    SinkUnavailableError,
)
from ....export.values import ExportTarget, Reading, ValueKind
from ..client import IotbizError
from .attributes import attribute_of
from .publisher import SHORTEST_PERIOD, StatePublisher

# Seconds until a broker that is connected and does not answer is tried again.
RETRY_WAIT: Final = 1.0


class IotbizSink(ExportSink):
    """Takes the values of one config subentry.

    Readings only say that there is something new: what is published is what all exports
    have chosen, as it is then.
    """

    def __init__(
        self, hass: HomeAssistant, publisher: StatePublisher, subentry: ConfigSubentry
    ) -> None:
        """Know where values go; nothing is sent yet.

        Args:
            hass: Home Assistant.
            publisher: Of the entry.
            subentry: The export.
        """
        self._hass = hass
        self._publisher = publisher
        self._name = subentry.subentry_id
        self._period = max(SHORTEST_PERIOD, float(subentry.data[CONF_MIN_INTERVAL]))
        self._stop_following: CALLBACK_TYPE | None = None

    @override
    async def async_open(self, export: RunningExport) -> None:
        """Send in the pace that the user has set."""
        export.set_report_interval(self._period, repeat=False)
        self._publisher.open(self._name, export)

    @override
    async def async_close(self, *, removed: bool) -> None:
        """Leave out what was chosen."""
        self._follow(())
        self._publisher.close(self._name)
        self._publisher.refresh_soon(self._period)

    @callback
    @override
    def entities_changed(self, entities: Mapping[str, ExportedEntity]) -> None:
        """Publish what is chosen now, also if it is less than before."""
        self._follow([entity.entity_id for entity in entities.values()])
        self._publisher.chosen.choose(self._name, entities)
        self._publisher.refresh_soon(self._period)

    @callback
    def _follow(self, entity_ids: Sequence[str]) -> None:
        stop, self._stop_following = self._stop_following, None
        if entity_ids:
            self._stop_following = async_track_state_change_event(
                self._hass, entity_ids, self._state_changed
            )
        if stop is not None:
            stop()

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        """Publish soon that a value is not known any more, or again.

        There is no reading for that: a value that is back may be what it was.
        """
        old, new = event.data["old_state"], event.data["new_state"]
        if (attribute_of(old) is None) is not (attribute_of(new) is None):
            self._publisher.refresh_soon(self._period)

    @override
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        """Publish what is chosen, unless the broker has that already.

        Also without any new reading: after a restart the values may be what they were.

        Raises:
            SinkUnavailableError: The broker is not reached.
        """
        with self._broker():
            await self._publisher.async_publish()

    @override
    def target(self, reading: Reading) -> ExportTarget:
        """Return that the platform takes whatever there is."""
        is_text = isinstance(reading.value, str)
        return ExportTarget(kind=ValueKind.TEXT if is_text else ValueKind.NUMBER)

    @override
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        """Publish the newest values, unless that happened after the last reading.

        Raises:
            SinkUnavailableError: The broker is not reached.
            ReadingsRefusedError: There is no room for some of them.
        """
        with self._broker():
            # Times grow within a batch.
            await self._publisher.async_publish_since(self._name, readings[-1].time)
        left_out = self._publisher.chosen.left_out
        if refused := [one for one in readings if one.key in left_out]:
            # The log tells it already, once for all.
            raise ReadingsRefusedError(
                refused,
                reason=None,
                arrived=[one for one in readings if one.key not in left_out],
            )

    @contextmanager
    def _broker(self) -> Iterator[None]:
        """Turn the client's errors into those of a sink."""
        try:
            yield
        except IotbizError as err:
            # With a wait: no value is suspected to be the cause.
            raise SinkUnavailableError(str(err), retry_after=RETRY_WAIT) from err
