"""Reads past values of one sensor. Thing+ guide, "REST API", series."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from ...history.importer import Sample, refuse_too_many
from .client import ThingplusClient

# At a value a minute, which is the most that the guide advises, one answer holds a week.
_CHUNK: Final = timedelta(days=28)


async def async_read_samples(
    client: ThingplusClient,
    gateway_id: str,
    sensor_id: str,
    start: datetime,
    end: datetime,
    *,
    read: Callable[[object], float | None],
    part: str | None = None,
) -> list[Sample]:
    """Return all numbers of a sensor within a range, in the order of their time.

    Args:
        client: The account.
        gateway_id: The gateway.
        sensor_id: Its sensor.
        start: The first moment that counts.
        end: The first moment that does not count any more.
        read: Makes a number of a value of the service, None where it is none.
        part: The key of values that are objects.

    Raises:
        ServiceValidationError: There are more than can be held in memory.
        ThingplusError: The server does not give them.
    """
    samples: list[Sample] = []
    while start < end:
        stop = min(start + _CHUNK, end)
        for point in await client.history(gateway_id, sensor_id, start, stop):
            value: object = point.value
            if part is not None:
                value = value.get(part) if isinstance(value, Mapping) else None
            if (number := read(value)) is not None:
                samples.append(Sample(point.time, number))
        refuse_too_many(len(samples))
        start = stop
    return samples
