"""Brings what waits in the queue to a sink: one sending at a time, in order, with back-off."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
import logging
import time
from typing import Final

from ..link import Backoff, BackoffPolicy
from .queue import Batch, ExportQueue
from .selection import ExportedEntity
from .sink import ExportSink, ReadingsRefusedError, SinkUnavailableError
from .suspects import SuspectBatch, Verdict
from .values import NotConvertibleError, Reading, convert

_LOGGER = logging.getLogger(__name__)

# How long a sending may go on when the exporter is stopped.
STOP_SECONDS: Final = 2.0


class ExportSender:
    """Sends what waits until it is stopped.

    Attributes:
        sent: How many readings have arrived.
        refused: How many the service does not take.
        last_error: Class of what went wrong in the last sending, None if nothing did.
        is_lost: Whether the service was out of reach when it was last tried.
    """

    def __init__(
        self,
        name: str,
        sink: ExportSink,
        queue: ExportQueue,
        *,
        entities: Callable[[], Sequence[ExportedEntity]],
        on_settled: Callable[[], None],
        policy: BackoffPolicy,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with nothing to prepare.

        Args:
            name: Of the export, for log lines.
            sink: Where readings are brought to.
            queue: What waits.
            entities: Returns the entities that are exported now.
            on_settled: Called after each sending, whatever came of it.
            policy: How long to wait before a lost service is tried again.
            clock: Tells seconds that only ever grow; `time.monotonic` unless in a test.
        """
        self._name = name
        self._sink = sink
        self._queue = queue
        self._entities = entities
        self._on_settled = on_settled
        self._policy = policy
        self._backoff = Backoff(policy)
        self._suspect = SuspectBatch()
        self._clock = clock
        self._is_prepared = False
        self._is_stopping = False
        self._is_calling = False
        self._wake = asyncio.Event()
        self._is_back = asyncio.Event()
        self._interval = 0.0
        self._interval_began = clock()
        self._interval_changed = asyncio.Event()
        self._up_since: float | None = None
        self._told: set[str] = set()
        self._bugs: set[type[BaseException]] = set()
        self.sent = 0
        self.refused = 0
        self.last_error: str | None = None
        self.is_lost = False

    def wake(self) -> None:
        """Look for what waits; a wait for a lost service is not cut short."""
        self._wake.set()

    def try_now(self) -> None:
        """End the wait for a lost service: it is back."""
        self._is_back.set()

    def prepare(self) -> None:
        """Let the sink prepare for the entities before the next sending."""
        self._is_prepared = False
        self._wake.set()

    def set_interval(self, seconds: float) -> None:
        """Let sendings begin no sooner than some seconds after those before.

        Args:
            seconds: 0 sends at once, as it is from the start.
        """
        self._interval = seconds
        self._interval_changed.set()

    async def async_run(self) -> None:
        """Send what waits, until `async_stop`."""
        self._interval_began = self._clock()
        while not self._is_stopping:
            self._is_back.clear()
            wait = await self.async_step()
            if wait is None:
                await self._wake.wait()
                # Only now: the interval may have changed while nothing happened.
                await self._async_wait_for_interval()
                self._wake.clear()
                self._interval_began = self._clock()
            elif not self._is_stopping:
                await self._async_wait_for_service(wait)

    async def _async_wait_for_service(self, seconds: float) -> None:
        if not seconds:
            await asyncio.sleep(0)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_back.wait()

    async def _async_wait_for_interval(self) -> None:
        while self._interval and (rest := self._rest_of_interval()) > 0:
            self._interval_changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._interval_changed.wait()

    def _rest_of_interval(self) -> float:
        return self._interval_began + self._interval - self._clock()

    async def async_stop(self, running: asyncio.Task[None]) -> None:
        """End `async_run`; what is being sent has a short time to arrive.

        Args:
            running: The task that runs it.
        """
        self._is_stopping = True
        if self._is_calling:
            await asyncio.wait({running}, timeout=STOP_SECONDS)
        running.cancel()
        await asyncio.wait({running}, timeout=STOP_SECONDS)

    async def async_step(self) -> float | None:
        """Prepare the sink or send a batch.

        Returns:
            Seconds to wait before the next step; None: there is nothing to do now.
        """
        try:
            self._is_calling = True
            if self._has_to_prepare():
                await self._async_prepare()
            elif not await self._async_send():
                return None
        except SinkUnavailableError as err:
            return self._lose(err, err.retry_after)
        except (Exception, asyncio.CancelledError) as err:
            if not (isinstance(err, Exception) or _is_cancelled_elsewhere(err)):
                raise
            if type(err) not in self._bugs:
                self._bugs.add(type(err))
                _LOGGER.error(
                    "%s: unexpected error of its sink", self._name, exc_info=err
                )
            return self._lose(err, 0)
        finally:
            self._is_calling = False
        return 0

    def _has_to_prepare(self) -> bool:
        if self._is_prepared and not self._suspect.needs_proof:
            return False
        return bool(self._entities() or self._queue.waiting)

    async def _async_prepare(self) -> None:
        # Beforehand: there may be more entities while it waits for the service.
        self._is_prepared = True
        try:
            await self._sink.async_prepare(self._entities())
        except BaseException:
            self._is_prepared = False
            self._suspect.note_silence()
            raise
        self._suspect.note_answer()
        if not self._suspect.is_suspected:
            # Otherwise it is back only if it takes something, too.
            self._is_reached()

    async def _async_send(self) -> bool:
        """Send a batch; return whether there was one."""
        if (batch := self._queue.next_batch()) is None:
            return False
        readings = self._as_wanted(batch.readings)
        try:
            if readings:
                await self._sink.async_send(readings, again=batch.again)
                self._arrived(readings)
                self._is_reached()
            self._suspect.clear()
        except SinkUnavailableError as err:
            if self._arrived(err.arrived):
                self._suspect.clear()
                self._queue.keep(maybe_arrived=err.maybe_arrived)
            elif err.retry_after:
                self._suspect.note_silence()
                self._queue.keep(maybe_arrived=err.maybe_arrived)
            else:
                self._keep_or_judge(batch, maybe_arrived=err.maybe_arrived)
            raise
        except ReadingsRefusedError as err:
            self._suspect.clear()
            self._is_reached()
            self._refuse(readings, err)
        except BaseException as err:
            # Nobody knows how far it came.
            if isinstance(err, Exception) or _is_cancelled_elsewhere(err):
                self._keep_or_judge(batch, maybe_arrived=True)
            else:
                self._queue.keep(maybe_arrived=True)
            raise
        finally:
            self._on_settled()
        return True

    def _keep_or_judge(self, batch: Batch, *, maybe_arrived: bool) -> None:
        """Let a batch be sent again, so that it does not stop others for ever."""
        postponed_at = batch.postponed_at
        verdict = self._suspect.judge(
            self._queue.in_batch,
            others_arrive=postponed_at is not None and postponed_at < self.sent,
        )
        if verdict is Verdict.TRY_AGAIN:
            self._queue.keep(maybe_arrived=maybe_arrived)
            return
        if verdict is Verdict.SPLIT:
            self._queue.split(again=True)
        elif verdict is Verdict.POSTPONE:
            self._queue.postpone(self.sent)
        else:
            self._drop(batch.readings, "the service fails each time one is sent")
        # What comes next has not failed yet, and the service answers.
        self._backoff = Backoff(self._policy)

    def _as_wanted(self, readings: Sequence[Reading]) -> list[Reading]:
        """Return readings as the service wants them, without those it does not take."""
        wanted: list[Reading] = []
        for reading in readings:
            try:
                wanted.append(self._converted(reading))
            except NotConvertibleError as err:
                self._drop([reading], str(err))
            except Exception as err:  # noqa: BLE001 - one odd entity stops no other
                self._drop([reading], f"unexpected {type(err).__name__}", err)
        return wanted

    def _converted(self, reading: Reading) -> Reading:
        target = self._sink.target(reading)
        if target is None:
            raise NotConvertibleError("the service does not take it")
        value = convert(reading, target)
        return replace(reading, value=value, unit=target.unit or reading.unit)

    def _refuse(self, sent: Sequence[Reading], err: ReadingsRefusedError) -> None:
        """Drop what the service will never take, or find out what that is."""
        times = {reading.time for reading in sent}
        progress = self._arrived(err.arrived)
        refused = [each for each in err.refused or () if each.time in times]
        if not refused and not progress and len(sent) == 1:
            refused = [*sent]
        if refused or progress:
            self._drop(refused, err.reason)
            self._queue.keep(maybe_arrived=False)
        else:
            self._queue.split()

    def _arrived(self, readings: Collection[Reading]) -> int:
        """Be done with readings that have arrived; return how many those are."""
        arrived = self._queue.remove(readings)
        self.sent += arrived
        return arrived

    def _drop(
        self,
        readings: Sequence[Reading],
        reason: str | None,
        bug: Exception | None = None,
    ) -> None:
        """Be done with readings that will never arrive; told once for each entity."""
        self.refused += self._queue.remove(readings)
        for reading in readings:
            if reason is not None and reading.key not in self._told:
                self._told.add(reading.key)
                _LOGGER.warning(
                    "%s: values of %s cannot be sent: %s",
                    self._name,
                    reading.entity_id,
                    reason,
                    exc_info=bug,
                )

    def _is_reached(self) -> None:
        self.last_error = None
        if self._up_since is None:
            self._up_since = self._clock()
        if self.is_lost:
            self.is_lost = False
            _LOGGER.info("%s: the service is back, values are sent again", self._name)

    def _lose(self, err: BaseException, at_least: float) -> float:
        """Note that the service is lost; return how many seconds to wait."""
        self.last_error = type(err.__cause__ or err).__name__
        if at_least:
            # It was reached, and has said when to come again.
            _LOGGER.debug("%s: values wait (%s)", self._name, self.last_error)
        elif not self.is_lost:
            self.is_lost = True
            _LOGGER.info(
                "%s: the service is lost (%s), values wait until it is back",
                self._name,
                self.last_error,
            )
        lived = 0.0 if self._up_since is None else self._clock() - self._up_since
        self._up_since = None
        return max(self._backoff.next_wait(lived), at_least)


def _is_cancelled_elsewhere(err: BaseException) -> bool:
    """Return whether something was cancelled that the sink waited for.

    As a request that others wait for too. It is not the end of the present task.
    """
    if not isinstance(err, asyncio.CancelledError):
        return False
    task = asyncio.current_task()
    return task is None or not task.cancelling()
