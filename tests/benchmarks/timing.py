"""Takes times so that a machine that gets slower or faster hits all sides alike."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
import gc
from statistics import median
import time
from typing import Self


@dataclass(frozen=True, slots=True)
class Batch:
    """Something to repeat.

    Attributes:
        run: Does it, `count` times.
        count: How often.
    """

    run: Callable[[], None]
    count: int

    def repeated(self, times: int) -> Self:
        """Return the batch several times over."""

        def run() -> None:
            for _ in range(times):
                self.run()

        return type(self)(run, self.count * times)


@dataclass(frozen=True, slots=True)
class Samples:
    """Times of one side, one of each round, in seconds for one time."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the median."""
        return median(self.seconds)

    def ratio_to(self, other: Samples) -> float:
        """Return the median of what it was, round by round, in units of the other."""
        return median(
            mine / theirs
            for mine, theirs in zip(self.seconds, other.seconds, strict=True)
        )


def take_samples[KeyT](
    batches: Mapping[KeyT, Batch], rounds: int
) -> dict[KeyT, Samples]:
    """Run all batches in each round, and begin each round with another one.

    Args:
        batches: What is measured, by name.
        rounds: How often.
    """
    for batch in batches.values():
        batch.run()  # warm
    taken: dict[KeyT, list[float]] = {name: [] for name in batches}
    names = list(batches)
    with without_collector():
        for number in range(rounds):
            first = number % len(names)
            for name in (*names[first:], *names[:first]):
                batch = batches[name]
                begin = time.perf_counter()
                batch.run()
                taken[name].append((time.perf_counter() - begin) / batch.count)
    return {name: Samples(tuple(times)) for name, times in taken.items()}


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cyclic garbage collector from running in just one side's turn.

    What is measured here leaves no cycles: counting references frees it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def fresh_collector() -> Iterator[None]:
    """Let the collector run as in life, over nothing but what comes into being now."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
