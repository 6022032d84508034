"""The table of results: printed, and written as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
import os
from pathlib import Path
import platform
from typing import Any, Final

import orjson

from homeassistant.const import __version__ as ha_version

_HEADINGS: Final = (
    "measured",
    "devices",
    "unit",
    "compared with",
    "that",
    "integration",
    "ratio",
    "goal",
    "met",
    "all told",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result.

    Attributes:
        measured: What was done.
        devices: The number of devices, as text where there are two.
        unit: Of the figures.
        compared_with: What the integration is compared with.
        reference: The figure of that.
        integration: The figure of the integration.
        ratio: The second in units of the first, median of the rounds.
        limit: What is compared with the goal may be this at the most, None: no goal.
        limits_ratio: Whether it is the ratio that the limit is for.
        all_told: The figure of a coordinator that tells every entity.
    """

    measured: str
    devices: str
    unit: str
    compared_with: str = ""
    reference: float | None = None
    integration: float
    ratio: float | None = None
    limit: float | None = None
    limits_ratio: bool = True
    all_told: float | None = None

    @property
    def met(self) -> bool | None:
        """Return whether the goal is met, None without one."""
        figure = self.ratio if self.limits_ratio else self.integration
        if self.limit is None or figure is None:
            return None
        return figure <= self.limit

    def cells(self) -> tuple[str, ...]:
        """Return the row as the table shows it."""
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return (
            self.measured,
            self.devices,
            self.unit,
            self.compared_with,
            _figure(self.reference),
            _figure(self.integration),
            _figure(self.ratio),
            "" if self.limit is None else f"≤ {self.limit:g}",
            met,
            _figure(self.all_told),
        )


def thousands(number: int) -> str:
    """Return a number as people write it."""
    return f"{number:,}"


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    if value == int(value) and value < 10:
        return str(int(value))
    return f"{value:,.3f}" if value < 10 else f"{value:,.1f}"


def machine() -> dict[str, Any]:
    """Tell what the figures depend on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "python": platform.python_version(),
        "home_assistant": ha_version,
    }


def render(rows: Sequence[Row]) -> str:
    """Return the table as text, in Markdown's form."""
    lines = [_HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = [
        "| " + " | ".join(map(str.ljust, line, widths, strict=True)) + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def write_json(path: Path, rows: Sequence[Row], notes: Sequence[str]) -> None:
    """Write the results.

    Args:
        path: The file.
        rows: The results.
        notes: What a reader has to know of them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "machine": machine(),
        "notes": notes,
        "rows": [_rounded(asdict(row)) | {"met": row.met} for row in rows],
    }
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")


def _rounded(members: dict[str, Any]) -> dict[str, Any]:
    return {
        name: float(f"{value:.4g}") if isinstance(value, float) else value
        for name, value in members.items()
    }
