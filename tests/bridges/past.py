"""Imports the past of entities into statistics, and reads it back."""

from datetime import UTC, datetime
from typing import Any

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant


async def import_statistics(
    hass: HomeAssistant, entity_id: str | list[str], **fields: Any
) -> Any:
    """Call the action, and return its response."""
    return await hass.services.async_call(
        DOMAIN,
        "import_statistics",
        {"entity_id": entity_id, **fields},
        blocking=True,
        return_response=True,
    )


async def rows_of(hass: HomeAssistant, entity_id: str) -> list[dict[str, Any]]:
    """Return what the recorder has of an entity."""
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime.fromtimestamp(0, UTC),
        None,
        {entity_id},
        "hour",
        None,
        {"mean", "min", "max", "state", "sum"},
    )
    return [dict(row) for row in rows.get(entity_id, [])]
