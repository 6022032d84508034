"""What helps support with an export; no values, and nothing about the entities."""

from typing import Any

from .exporter import Exporter


def describe_export(exporter: Exporter) -> dict[str, Any]:
    """Return what has become of the values of an export."""
    counts = exporter.counts
    return {
        "entities": len(exporter.entities),
        "sent": counts.sent,
        "waiting": counts.waiting,
        "dropped": counts.dropped,
        "refused": counts.refused,
        "last_error": exporter.last_error,
    }
