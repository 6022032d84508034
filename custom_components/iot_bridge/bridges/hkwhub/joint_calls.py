"""One action for several entities is one call to the hub, which has one stream for all.

Home Assistant carries an action out for each of its targets on its own, all of them at
the same moment and in the same context: "next track" for a group of three would skip
three tracks, and what is to be played on two speakers would only end up on one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from homeassistant.core import Context


@dataclass(eq=False, slots=True)
class _Call:
    """What several entities are told.

    Attributes:
        entities: Those that are told it.
        outcome: Done when the call is carried out; fails if that failed.
    """

    entities: list[Any]
    outcome: asyncio.Future[None]


class JointCalls:
    """Lets entities that are told the same at the same moment act as one."""

    def __init__(self) -> None:
        """Wait for nobody."""
        self._open: dict[Hashable, _Call] = {}

    async def async_join[EntityT](
        self,
        context: Context | None,
        what: Hashable,
        entity: EntityT,
        carry_out: Callable[[Sequence[EntityT]], Awaitable[None]],
    ) -> None:
        """Carry an action out together with all others that are told it at this moment.

        Args:
            context: Of the action; None for one that stands alone.
            what: Tells different actions of a context apart.
            entity: Who is told.
            carry_out: Called once with all entities; that of the first one.

        Raises:
            Exception: What `carry_out` raises, for every entity.
        """
        key = (None if context is None else context.id, what)
        call = self._open.get(key)
        # Who is told the same twice at once is told it twice.
        if context is None or (call is not None and entity in call.entities):
            await carry_out([entity])
            return
        if call is not None:
            call.entities.append(entity)
            await asyncio.shield(call.outcome)
            return
        call = _Call([entity], asyncio.get_running_loop().create_future())
        self._open[key] = call
        try:
            # The others' tasks have been made already, and have their turn now.
            try:
                await asyncio.sleep(0)
            finally:
                del self._open[key]
            await carry_out(call.entities)
        except asyncio.CancelledError:
            call.outcome.cancel()
            raise
        except Exception as err:
            call.outcome.set_exception(err)
            # There may be no others, to whom it would matter.
            call.outcome.exception()
            raise
        call.outcome.set_result(None)
