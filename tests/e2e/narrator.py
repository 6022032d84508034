"""Tells in words what the speakers of a simulated home let hear."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final, Never

from tests.simulators.hkwhub import Heard, SimulatedHome

# What begins within this time is told in one line.
_SECONDS: Final = 0.5


class Narrator:
    """Listens at the speakers of a home.

    The home's records are emptied meanwhile: a demo may run for weeks.
    """

    def __init__(self, home: SimulatedHome, say: Callable[[str], None]) -> None:
        """Listen in a home.

        Args:
            home: Where.
            say: Told each line.
        """
        self._home = home
        self._say = say
        self._sounding: list[Heard] = []

    async def narrate(self) -> Never:
        """Tell what is heard until cancelled."""
        while True:
            for line in self.lines():
                self._say(line)
            await asyncio.sleep(_SECONDS)

    def lines(self) -> list[str]:
        """Return what was not told yet."""
        heard = self._home.heard
        begun = heard.copy()
        heard.clear()
        self._home.commands.clear()
        self._sounding += begun
        over = [one for one in self._sounding if one.ended_at is not None]
        self._sounding = [one for one in self._sounding if one.ended_at is None]
        busy = {one.speaker_id for one in self._sounding}
        silent = self._names(one for one in over if one.speaker_id not in busy)
        by_words: defaultdict[str, list[Heard]] = defaultdict(list)
        for one in begun:
            by_words[self._words(one)].append(one)
        lines = [f"{self._names(ones)}: {words}" for words, ones in by_words.items()]
        return [*lines, *([f"{silent}: silent"] if silent else [])]

    def _names(self, heard: Iterable[Heard]) -> str:
        speakers = dict.fromkeys(one.speaker_id for one in heard)
        return ", ".join(self._home.speakers[one].name for one in speakers)

    def _words(self, heard: Heard) -> str:
        volume = f"at volume {heard.volume_at_start}"
        match heard.kind:
            case "tts":
                return f'speaks "{heard.content}" {volume}'
            case "web":
                size = "" if heard.audio is None else f" ({heard.audio.size} bytes)"
                return f"plays {heard.title}{size} from the web {volume}"
            case "hub":
                track = self._home.tracks[heard.content]
                second = f" from second {heard.from_second:.0f}"
                return (
                    f'plays "{track.title}" by {track.artist}'
                    f"{second if heard.from_second >= 1 else ''} {volume}"
                )
