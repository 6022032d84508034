"""What `scripts/benchmark` runs: all measurements, one table."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
import sys
from typing import Final

from .bare import Plan, plan_of
from .home import quiet, without_entity_limit
from .house import House, build_house
from .memory import measure_memory
from .push import measure_push
from .rig import Rig, open_rig
from .setup import measure_set_up
from .table import Row, machine, render, write_json

RESULTS: Final = Path(__file__).parents[2] / "docs" / "benchmark.json"

NOTES: Final = tuple(
    """\
Ratios are medians of the ratios of single rounds; in each round every side has its turn.
"decode and write" decodes the frame's JSON, sets plain values of bare entities and writes \
their states. Nothing listens to states, so writing is as cheap as it gets.
"all told" is one DataUpdateCoordinator that tells every entity of each frame: µs, and in \
the rows about growth its factor.
"bare entities" are the same entities with plain values, added by a config entry without \
any integration behind it. Registries and states are checked to be equal (10 and 100 devices). \
5,000 devices are set up twice only.
Half of the devices are switches with 3 enabled entities, half are meters with 7. Home \
Assistant adds 10,000 enabled entities of a config entry at the most; the limit is lifted \
for both sides, as 5,000 of these devices have 25,000.
Pushes are timed without the cyclic garbage collector, set-ups with it.
""".splitlines()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is measured.

    Attributes:
        rounds: Of pushes.
        told_rounds: Of pushes where every entity is told.
        set_ups: How often each size is set up; its keys are the sizes.
        memory: The two sizes whose memory is compared.
    """

    rounds: int
    told_rounds: int
    set_ups: dict[int, int]
    memory: tuple[int, int]


FULL: Final = Extent(
    rounds=80,
    told_rounds=3,
    set_ups={10: 15, 100: 9, 1000: 3, 5000: 2},
    memory=(100, 1000),
)
QUICK: Final = Extent(
    rounds=20, told_rounds=3, set_ups={10: 7, 100: 5, 1000: 1}, memory=(10, 100)
)


def measure(extent: Extent) -> list[Row]:
    """Take all measurements."""
    houses = [build_house(size) for size in extent.set_ups]
    with without_entity_limit():
        rows, plans = asyncio.run(_measure_push(houses, extent))
        say("Measuring set-ups")
        rows += measure_set_up(plans, extent.set_ups)
        say("Measuring memory")
        by_size = {house.size: (house, plan) for house, plan in plans.items()}
        small, large = extent.memory
        rows.append(measure_memory(by_size[small], by_size[large]))
    return rows


async def _measure_push(
    houses: Sequence[House], extent: Extent
) -> tuple[list[Row], dict[House, Plan]]:
    """Measure with all houses open at once.

    Returns:
        The results, and what the integration has made of each house.
    """
    plans: dict[House, Plan] = {}
    rigs: list[Rig] = []
    async with AsyncExitStack() as stack:
        for house in houses:
            say(f"Setting {house.size:,} devices up, three times over")
            rig = await stack.enter_async_context(open_rig(house))
            plans[house] = plan_of(rig.coordinator)
            rigs.append(rig)
        say("Measuring pushes")
        return list(measure_push(rigs, extent.rounds, extent.told_rounds)), plans


def say(text: str) -> None:
    """Tell of progress, apart from the table."""
    sys.stderr.write(f"  {text} …\n")


def main() -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark",
        description="What the integration costs, beside bare entities that do the same. "
        f"A full run takes about three minutes and writes {RESULTS.parent.name}/"
        f"{RESULTS.name}.",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="up to 1,000 devices and few rounds, for a first look; nothing is written",
    )
    arguments = parser.parse_args()
    quiet()
    rows = measure(QUICK if arguments.quick else FULL)
    notes = "\n".join(f"- {note}" for note in NOTES)
    where = ", ".join(f"{name} {value}" for name, value in machine().items())
    sys.stdout.write(f"{render(rows)}\n\n{notes}\n\n{where}\n")
    if not arguments.quick:
        write_json(RESULTS, rows, NOTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
