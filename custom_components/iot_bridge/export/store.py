"""What an exporter keeps on disk: the values last taken, and the readings that wait."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import Store

from .queue import Row, from_milliseconds, reading_from_row, value_from_disk
from .values import ExportValue, Reading

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
# How long what has changed may be kept in memory alone, in seconds. What waits is looked
# at twice in its time, and saved if it is still there. A long queue is written less
# often: so many readings are a second more.
_SAVE_TAKEN: Final = 60.0
_SAVE_WAITING: Final = 5.0
_READINGS_PER_SECOND: Final = 100

type Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMemory:
    """What an exporter knows across restarts.

    Attributes:
        clean: Whether it was written at the end; otherwise more may have been taken and
            sent since.
        last_time: Time of the last reading, in milliseconds since the epoch.
        taken: The value last taken from each entity, by key; the latest is the last.
        in_batch: How many of those that wait are one batch that may have arrived.
        waiting: Readings that wait, in the order in which they are to be sent; not
            always in that of their time.
    """

    clean: bool = True
    last_time: int = 0
    taken: Mapping[str, ExportValue] = field(default_factory=dict)
    in_batch: int = 0
    waiting: Sequence[Reading] = ()


def as_document(
    *,
    clean: bool,
    last_time: int,
    taken: Mapping[str, ExportValue],
    in_batch: int,
    waiting: Sequence[Row],
) -> Document:
    """Return what is written to disk; see `ExportMemory`."""
    return {
        "clean": clean,
        "last_time": last_time,
        "taken": [[key, value] for key, value in taken.items()],
        "in_batch": in_batch,
        "waiting": waiting,
    }


def from_document(document: Any) -> ExportMemory:
    """Return what was written to disk.

    Raises:
        ValueError: It is something else.
        TypeError: It is something else.
        KeyError: It is something else.
        OverflowError: It is something else.
    """
    last_time, in_batch = document["last_time"], document["in_batch"]
    if type(last_time) is not int or type(in_batch) is not int or last_time < 0:
        raise ValueError("no number")
    from_milliseconds(last_time)
    waiting = [reading_from_row(row) for row in document["waiting"]]
    if not 0 <= in_batch <= len(waiting):
        raise ValueError("no batch")
    # Only there: a clock that was far ahead, or a reading that was postponed, leaves the
    # others out of order.
    times = [reading.time for reading in waiting[:in_batch]]
    if times != sorted(set(times)):
        raise ValueError("out of order")
    return ExportMemory(
        clean=document["clean"] is True,
        last_time=last_time,
        taken={str(key): value_from_disk(value) for key, value in document["taken"]},
        in_batch=in_batch,
        waiting=waiting,
    )


class ExportStore:
    """Reads and writes what an exporter knows, and not more often than needed."""

    def __init__(
        self,
        hass: HomeAssistant,
        store_key: str,
        *,
        read: Callable[[], Document],
        count_waiting: Callable[[], int],
        oldest_waiting: Callable[[], datetime | None],
    ) -> None:
        """Prepare for a file.

        Args:
            hass: Home Assistant.
            store_key: The file's name.
            read: Returns what is to be written, as of now.
            count_waiting: Returns how many readings wait.
            oldest_waiting: Returns the time of the first that waits, None if none waits.
        """
        self._hass = hass
        self._key = store_key
        # Atomic: half a file after a power cut would be none.
        self._store: Store[Document] = Store(
            hass, _VERSION, store_key, atomic_writes=True
        )
        self._read = read
        self._count_waiting = count_waiting
        self._oldest_waiting = oldest_waiting
        self._is_scheduled = False
        self._waiting_on_disk = False
        self._is_patient = False
        self._cancel_look: CALLBACK_TYPE | None = None

    async def async_load(self) -> ExportMemory:
        """Return what is on disk; nothing if that cannot be read."""
        try:
            document = await self._store.async_load()
            memory = ExportMemory() if document is None else from_document(document)
        except Exception as err:  # noqa: BLE001 - whatever is on disk, the start goes on
            _LOGGER.warning(
                "What was kept in %s cannot be read (%s); it is begun anew",
                self._key,
                type(err).__name__,
            )
            return ExportMemory(clean=False)
        self._waiting_on_disk = bool(memory.waiting)
        return memory

    @callback
    def async_be_patient(self) -> None:
        """Save once a minute: readings wait by intention, and say nothing of trouble."""
        self._is_patient = True

    @callback
    def async_changed(self) -> None:
        """Note that something was taken, or has arrived."""
        if not self._is_scheduled:
            self._is_scheduled = True
            self._store.async_delay_save(self._take_out, _SAVE_TAKEN)
        if not self._is_patient:
            self._look_later()

    async def async_save(self) -> None:
        """Write everything now."""
        if self._cancel_look is not None:
            self._cancel_look()
            self._cancel_look = None
        await self._store.async_save(self._take_out())

    @callback
    def _look_later(self) -> None:
        """Look in a few seconds whether something is to be saved before its time."""
        waits = self._count_waiting()
        if self._cancel_look is None and (waits or self._waiting_on_disk):
            wait = _SAVE_WAITING + waits / _READINGS_PER_SECOND
            self._cancel_look = async_call_later(
                self._hass,
                min(_SAVE_TAKEN, wait) / 2,
                callback(partial(self._look, self._oldest_waiting())),
            )

    @callback
    def _look(self, oldest: datetime | None, _: datetime) -> None:
        """Save if the same reading is still the first, or all on disk have arrived.

        In good times readings come and go within a moment, and the disk is spared.
        """
        self._cancel_look = None
        if self._oldest_waiting() == oldest or not self._count_waiting():
            self._is_scheduled = True
            self._store.async_delay_save(self._take_out)
        else:
            self._look_later()

    def _take_out(self) -> Document:
        self._is_scheduled = False
        self._waiting_on_disk = self._count_waiting() > 0
        return self._read()


async def async_remove_export_store(hass: HomeAssistant, store_key: str) -> None:
    """Remove what an exporter has kept on disk; it is stopped already.

    Args:
        hass: Home Assistant.
        store_key: The name that the exporter was given.
    """
    store: Store[Document] = Store(hass, _VERSION, store_key)
    await store.async_remove()
