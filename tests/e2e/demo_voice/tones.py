"""Sounds that are made on the spot: no file to ship, no voice to download."""

from array import array
from collections.abc import Iterable
from io import BytesIO
import math
from typing import Final
import wave

SAMPLES_PER_SECOND: Final = 16_000
_LOUDNESS: Final = 9_000
# Of the tone at both ends, in seconds: cut off hard, it would crackle.
_FADE: Final = 0.01

# How fast people speak, as the simulated hub has it.
_LETTERS_PER_SECOND: Final = 15
_LOWEST_HERTZ: Final = 220


def chime() -> bytes:
    """Return a two-tone chime, as a WAV file."""
    return _as_wav([(659.3, 0.5), (523.3, 1.0)])


def babble(text: str) -> bytes:
    """Return a robot's babble as long as the text takes to speak, as a WAV file.

    Args:
        text: What it says: each letter has a pitch of its own, all else is a pause.
    """
    seconds = 1 / _LETTERS_PER_SECOND
    return _as_wav(
        (_LOWEST_HERTZ * 2 ** (ord(letter) % 24 / 12), seconds)
        if letter.isalnum()
        else (0, seconds)
        for letter in text or " "
    )


def _as_wav(tones: Iterable[tuple[float, float]]) -> bytes:
    """Return tones as a WAV file.

    Args:
        tones: Hertz (0 for a pause) and seconds of each.
    """
    samples = array("h")
    for hertz, seconds in tones:
        count = round(seconds * SAMPLES_PER_SECOND)
        fade = _FADE * SAMPLES_PER_SECOND
        samples.extend(
            round(
                _LOUDNESS
                * min(1, number / fade, (count - number) / fade)
                * math.sin(math.tau * hertz * number / SAMPLES_PER_SECOND)
            )
            for number in range(count)
        )
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(samples.itemsize)
        writer.setframerate(SAMPLES_PER_SECOND)
        writer.writeframes(samples.tobytes())
    return file.getvalue()
