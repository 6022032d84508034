"""What a frame of the socket costs, from its text to the states written.

All sides decode the same JSON and write the same states. In a round each side of each
size has its turn, so a machine that slows down slows all of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from .house import METER_REPORTS, SWITCH_REPORTS, spread
from .rig import METERED, Rig, Writes, count_writes
from .table import Row, thousands
from .timing import Batch, Samples, take_samples

FLOOR_LIMIT: Final = 1.5
GROWTH_LIMIT: Final = 1.2
NOTHING_LIMIT: Final = 0.1

# Frames go round this many devices, spread over the house. Going round thousands would
# measure the processor's caches, which miss for every side; one row shows that.
_DEVICES_IN_TURN: Final = 5
_REPEATED: Final = 10

_ONE_SWITCH: Final = "push: one switch changes"
_METER: Final = "push: power, voltage and current change"


class WrongWritesError(AssertionError):
    """A side has not written what it should have, so its time says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of frame.

    Attributes:
        measured: Its name in the table.
        frames: The frames of all devices that have their turn; each one changes something.
        take: The integration's way.
        floor: The floor's way.
        tell: The way of a coordinator that tells everybody.
        writes: How many states one frame changes.
    """

    measured: str
    frames: list[bytes]
    take: Callable[[bytes], None]
    floor: Callable[[bytes], None]
    tell: Callable[[bytes], None]
    writes: int

    @property
    def repeated_frames(self) -> list[bytes]:
        """Return the frames that change nothing after all of `frames`."""
        return self.frames[len(self.frames) // 2 :]


def kinds(rig: Rig, in_turn: int) -> tuple[Kind, Kind]:
    """Return the two kinds of frames of a house.

    Args:
        rig: The house.
        in_turn: Of how many devices of each kind.
    """
    house = rig.house
    return (
        Kind(
            measured=_ONE_SWITCH,
            frames=house.frames(spread(house.switches, in_turn), SWITCH_REPORTS),
            take=rig.take,
            floor=rig.take_switch,
            tell=rig.tell_switch,
            writes=1,
        ),
        Kind(
            measured=_METER,
            frames=house.frames(spread(house.meters, in_turn), METER_REPORTS),
            take=rig.take,
            floor=rig.take_meter,
            tell=rig.tell_meter,
            writes=len(METERED),
        ),
    )


def measure_push(rigs: Sequence[Rig], rounds: int, told_rounds: int) -> Iterator[Row]:
    """Measure all that has to do with frames.

    Args:
        rigs: Houses, the smallest first.
        rounds: How often each side has its turn.
        told_rounds: The same where every entity is told, which takes long.
    """
    by_kind = list(zip(*(kinds(rig, _DEVICES_IN_TURN) for rig in rigs), strict=True))
    for of_sizes in by_kind:
        for rig, kind in zip(rigs, of_sizes, strict=True):
            check_writes(rig, kind)
    samples = take_samples(
        {
            (kind.measured, rig.house.size, side): batch
            for of_sizes in by_kind
            for rig, kind in zip(rigs, of_sizes, strict=True)
            for side, batch in _batches(kind)
        },
        rounds,
    )
    told = take_samples(
        {
            (kind.measured, rig.house.size): _told_batch(kind)
            for of_sizes in by_kind
            for rig, kind in zip(rigs, of_sizes, strict=True)
        },
        told_rounds,
    )
    sizes = [rig.house.size for rig in rigs]
    for name in (_ONE_SWITCH, _METER):
        yield from _rows_of_kind(name, sizes, samples, told)
    yield from _all_in_turn(rigs[-1], rounds)
    yield from _writes_of_nothing(rigs[-1])


def _rows_of_kind(
    name: str,
    sizes: Sequence[int],
    samples: dict[tuple[str, int, str], Samples],
    told: dict[tuple[str, int], Samples],
) -> Iterator[Row]:
    for size in sizes:
        integration = samples[name, size, "integration"]
        floor = samples[name, size, "floor"]
        yield Row(
            measured=name,
            devices=thousands(size),
            unit="µs",
            compared_with="decode and write",
            reference=floor.median * 1e6,
            integration=integration.median * 1e6,
            ratio=integration.ratio_to(floor),
            limit=FLOOR_LIMIT,
            all_told=told[name, size].median * 1e6,
        )
    small, large = sizes[0], sizes[-1]
    yield Row(
        measured=f"{name}, growth",
        devices=f"{thousands(small)} → {thousands(large)}",
        unit="µs",
        compared_with="integration, small",
        reference=samples[name, small, "integration"].median * 1e6,
        integration=samples[name, large, "integration"].median * 1e6,
        ratio=samples[name, large, "integration"].ratio_to(
            samples[name, small, "integration"]
        ),
        limit=GROWTH_LIMIT,
        all_told=told[name, large].median / told[name, small].median,
    )
    nothing = samples[name, large, "nothing"]
    changing = samples[name, large, "integration"]
    yield Row(
        measured=f"{name.replace('change', 'repeat')} (nothing changes)",
        devices=thousands(large),
        unit="µs",
        compared_with="integration, changing",
        reference=changing.median * 1e6,
        integration=nothing.median * 1e6,
        ratio=nothing.ratio_to(changing),
        limit=NOTHING_LIMIT,
    )


def _all_in_turn(rig: Rig, rounds: int) -> Iterator[Row]:
    """Show the same with cold caches: each frame is about another device."""
    for kind in kinds(rig, rig.house.size):
        frames = kind.frames
        samples = take_samples(
            {
                "integration": Batch(_runner(kind.take, frames), len(frames)),
                "floor": Batch(_runner(kind.floor, frames), len(frames)),
            },
            max(3, rounds // 4),
        )
        yield Row(
            measured=f"{kind.measured}, each of another device",
            devices=thousands(rig.house.size),
            unit="µs",
            compared_with="decode and write",
            reference=samples["floor"].median * 1e6,
            integration=samples["integration"].median * 1e6,
            ratio=samples["integration"].ratio_to(samples["floor"]),
            limit=FLOOR_LIMIT,
        )


def _writes_of_nothing(rig: Rig) -> Iterator[Row]:
    """Count what frames that change nothing write: changed or told again."""
    writes = Writes()
    frames = 0
    for kind in kinds(rig, _DEVICES_IN_TURN):
        _runner(kind.take, kind.frames)()
        found = count_writes(rig.hass, _runner(kind.take, kind.repeated_frames))
        frames += len(kind.repeated_frames)
        writes.changed += found.changed
        writes.reported += found.reported
    yield Row(
        measured=f"states written by {frames} frames that change nothing",
        devices=thousands(rig.house.size),
        unit="states",
        integration=writes.changed + writes.reported,
        limit=0,
        limits_ratio=False,
    )


def check_writes(rig: Rig, kind: Kind) -> None:
    """Make sure that each frame changes the same states on every side, and no other.

    Raises:
        WrongWritesError: It does not.
    """
    expected = len(kind.frames) * kind.writes
    for way in (kind.take, kind.floor):
        found = count_writes(rig.hass, _runner(way, kind.frames))
        if (found.changed, found.reported) != (expected, 0):
            raise WrongWritesError(f"{kind.measured}: {found} in place of {expected}")
    told = count_writes(rig.hass, _runner(kind.tell, kind.frames))
    if told.changed != expected:
        raise WrongWritesError(f"{kind.measured}, all told: {told}")


def _batches(kind: Kind) -> Iterator[tuple[str, Batch]]:
    frames, repeated = kind.frames, kind.repeated_frames
    yield (
        "floor",
        Batch(_runner(kind.floor, frames), len(frames)).repeated(_REPEATED),
    )
    changing = Batch(_runner(kind.take, frames), len(frames)).repeated(_REPEATED)
    yield "integration", changing
    # After the frames that change something: each round leaves the last reports.
    nothing = Batch(_runner(kind.take, repeated), len(repeated))
    yield "nothing", nothing.repeated(_REPEATED * 10)


def _told_batch(kind: Kind) -> Batch:
    """Take the next frame only, as it may take a tenth of a second."""
    endless = cycle(kind.frames)
    return Batch(lambda: kind.tell(next(endless)), 1)


def _runner(
    take: Callable[[bytes], None], frames: Sequence[bytes]
) -> Callable[[], None]:
    def run() -> None:
        for frame in frames:
            take(frame)

    return run
