"""One call for several players is one wish, as a hub has only one stream for them all.

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
class _Wish:
    """What several players are told.

    Attributes:
        voices: What each of them adds to it.
        outcome: Done when the wish is carried out; fails if that failed.
    """

    voices: list[Any]
    outcome: asyncio.Future[None]


class Chorus:
    """Lets players that are told the same at the same moment act as one."""

    def __init__(self) -> None:
        """Wait for nobody."""
        self._wishes: dict[Hashable, _Wish] = {}

    async def async_sing[VoiceT](
        self,
        context: Context | None,
        wish: Hashable,
        voice: VoiceT,
        carry_out: Callable[[Sequence[VoiceT]], Awaitable[None]],
    ) -> None:
        """Carry a wish out together with all others who are told it at this moment.

        Args:
            context: Of the call; None for one that stands alone.
            wish: What tells different wishes of a context apart.
            voice: What the caller adds, such as itself.
            carry_out: Called once with the voices of all; that of the first caller.

        Raises:
            Exception: What `carry_out` raises, for every caller.
        """
        if context is None:
            await carry_out([voice])
            return
        key = (context.id, wish)
        if (known := self._wishes.get(key)) is not None:
            known.voices.append(voice)
            await asyncio.shield(known.outcome)
            return
        mine = _Wish([voice], asyncio.get_running_loop().create_future())
        self._wishes[key] = mine
        try:
            # The others' tasks have been made already, and have their turn now.
            try:
                await asyncio.sleep(0)
            finally:
                del self._wishes[key]
            await carry_out(mine.voices)
        except asyncio.CancelledError:
            mine.outcome.cancel()
            raise
        except Exception as err:
            mine.outcome.set_exception(err)
            # There may be no others, to whom it would matter.
            mine.outcome.exception()
            raise
        mine.outcome.set_result(None)
