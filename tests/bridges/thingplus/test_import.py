"""Import of a sensor's past into long-term statistics, by the action."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.bridges.past import import_statistics, rows_of
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, Trouble, sensor_id
from tests.waiting import state_of

from .conftest import CreateEntry
from .world import requests_to

TEMPERATURE: Final = "sensor.climate_temperature"


@pytest.fixture
def start() -> datetime:
    """A full hour some days ago."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return hour - timedelta(days=40)


def half_hours(start: datetime, values: Iterable[Any]) -> list[tuple[Any, float]]:
    """Return values with their times, half an hour apart."""
    return [
        (value, start.timestamp() + number * 1800)
        for number, value in enumerate(values)
    ]


async def test_import(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    server: ThingplusSimulator,
    start: datetime,
    create_entry: CreateEntry,
) -> None:
    """The past becomes hours; the end does not count, and no text does."""
    values = [10, 11, 12, "odd", "14.5", 15, 16]
    server.report_values(sensor_id("temperature"), half_hours(start, values))
    await create_entry()
    end = start + timedelta(hours=3)
    response = await import_statistics(hass, TEMPERATURE, start=start, end=end)
    assert response == {TEMPERATURE: {"readings": 5, "hours": 3}}
    rows = await rows_of(hass, TEMPERATURE)
    assert [row["start"] for row in rows] == [
        (start + timedelta(hours=hour)).timestamp() for hour in range(3)
    ]
    assert [(row["mean"], row["min"], row["max"]) for row in rows] == [
        (10.5, 10, 11),
        (12, 12, 12),
        (14.75, 14.5, 15),
    ]


async def test_more_than_one_answer_holds(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    server: ThingplusSimulator,
    start: datetime,
    create_entry: CreateEntry,
) -> None:
    """A value a minute for ten days, and nothing for a month after them."""
    values = [(n % 60, start.timestamp() + n * 60) for n in range(10 * 24 * 60)]
    server.report_values(sensor_id("temperature"), values)
    await create_entry()
    response = await import_statistics(
        hass, TEMPERATURE, start=start, end=start + timedelta(days=39)
    )
    assert response == {TEMPERATURE: {"readings": 14_400, "hours": 240}}
    rows = await rows_of(hass, TEMPERATURE)
    assert {(row["mean"], row["min"], row["max"]) for row in rows} == {(29.5, 0, 59)}
    path = f"/gateways/{GATEWAY}/sensors/{sensor_id('temperature')}/series"
    assert len(requests_to(server, path)) == 3


async def test_part_of_an_object(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    server: ThingplusSimulator,
    start: datetime,
    create_entry: CreateEntry,
) -> None:
    """A part has a past of its own; values without it are left out."""
    values = [{"x": 1, "y": 5}, {"y": 6}, {"x": 3, "y": 7}, {"x": "?"}]
    server.report_values(sensor_id("accelerometer"), half_hours(start, values))
    await create_entry()
    entity_id = "sensor.climate_shaking_x"
    end = start + timedelta(hours=9)
    response = await import_statistics(hass, entity_id, start=start, end=end)
    assert response == {entity_id: {"readings": 2, "hours": 2}}
    assert [row["mean"] for row in await rows_of(hass, entity_id)] == [1, 3]


async def test_factor(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    server: ThingplusSimulator,
    start: datetime,
    create_entry: CreateEntry,
) -> None:
    """Rain by the minute is shown by the hour, in the past as now."""
    server.add_sensor(GATEWAY, "rain", "Rain", "rain")
    server.report_status("rain")
    server.report_values("rain", half_hours(start, [0.5, 1.5]))
    await create_entry()
    entity_id = "sensor.greenhouse_rain"
    assert float(state_of(hass, entity_id)) == 90
    end = start + timedelta(hours=9)
    response = await import_statistics(hass, entity_id, start=start, end=end)
    assert response == {entity_id: {"readings": 2, "hours": 1}}
    assert [row["mean"] for row in await rows_of(hass, entity_id)] == [60]


async def test_server_in_trouble(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    server: ThingplusSimulator,
    start: datetime,
    create_entry: CreateEntry,
) -> None:
    """What the server refuses is told; nothing is imported."""
    await create_entry()
    server.trouble = Trouble(status=503, path="/series$")
    with pytest.raises(HomeAssistantError) as raised:
        await import_statistics(hass, TEMPERATURE, start=start)
    assert raised.value.translation_key == "thingplus_cannot_connect"
    assert await rows_of(hass, TEMPERATURE) == []
