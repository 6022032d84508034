"""Brings readings to the series of a sensor. Thing+ guide, "Send sensor value"."""

from collections.abc import Sequence
from itertools import batched
import logging
from typing import Final

from ...export.values import NotConvertibleError, Reading, convert
from .client import InvalidDataError, Point, ThingplusClient
from .export_types import ExportKind

_LOGGER = logging.getLogger(__name__)

# If so many were refused one by one, and none was taken, the others are not tried each.
_ALL_BAD: Final = 16
# Values in one array
_MOST_POINTS: Final = 1000

type _Deliverable = tuple[Reading, Point]


async def async_deliver(
    client: ThingplusClient,
    gateway_id: str,
    sensor_id: str,
    kind: ExportKind,
    readings: Sequence[Reading],
) -> list[Reading]:
    """Send readings together; one that is bad does not stop the others.

    Args:
        client: Of the account.
        gateway_id: The gateway.
        sensor_id: Its sensor.
        kind: How values are sent to it.
        readings: In order of their time.

    Returns:
        Those that are refused.

    Raises:
        ThingplusError: The service does not answer, or not as it should.
    """
    refused: list[Reading] = []
    fitting: list[_Deliverable] = []
    for reading in readings:
        try:
            value = kind.text(convert(reading, kind.target))
        except NotConvertibleError:
            # The type has changed since it was made ready.
            refused.append(reading)
        else:
            fitting.append((reading, Point(value=value, time=reading.time)))
    # In their order: times must ascend.
    parts = [[*part] for part in batched(fitting, _MOST_POINTS, strict=False)][::-1]
    has_taken = False
    while parts:
        part = parts.pop()
        try:
            await client.send_points(gateway_id, sensor_id, [one for _, one in part])
        except InvalidDataError as err:
            _LOGGER.debug("%d values were refused: %s", len(part), err)
            if len(refused) >= _ALL_BAD and not has_taken:
                refused += [reading for reading, _ in part]
            elif len(part) == 1:
                refused.append(part[0][0])
            else:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
        else:
            has_taken = True
    return refused
