"""Import of a sensor's past into long-term statistics, by the action."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.bridges.past import import_statistics, rows_of
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer

from .conftest import AddAccount

TEMPERATURE = "sensor.weather_station_temperature"
ENERGY = "sensor.weather_station_solar_energy"
NOTE = "sensor.weather_station_note"


@pytest.fixture
def start() -> datetime:
    """A full hour some days ago."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return hour - timedelta(days=3)


@pytest.fixture
def station(sensors: dict[str, SimulatedSensor], start: datetime) -> SimulatedSensor:
    """A weather station with some hours of the past, one row each half an hour."""
    station = sensors["weather_station"]
    begin = int(start.timestamp() * 1000)
    for half_hour in range(6):
        values = {"temperature": 10 + half_hour, "energy": 5 + half_hour / 2}
        station.add_row(values, begin + half_hour * 1_800_000)
    return station


async def test_import(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    station: SimulatedSensor,
    start: datetime,
    add_account: AddAccount,
) -> None:
    """The past of each field becomes hours of what kind the field is."""
    await add_account()

    response = await import_statistics(
        hass,
        [TEMPERATURE, ENERGY],
        start=start.isoformat(),
        end=(start + timedelta(hours=3)).isoformat(),
    )

    assert response == {
        TEMPERATURE: {"readings": 6, "hours": 3},
        ENERGY: {"readings": 6, "hours": 3},
    }
    temperatures = await rows_of(hass, TEMPERATURE)
    assert [row["start"] for row in temperatures] == [
        (start + timedelta(hours=hour)).timestamp() for hour in range(3)
    ]
    assert [(row["mean"], row["min"], row["max"]) for row in temperatures] == [
        (10.5, 10, 11),
        (12.5, 12, 13),
        (14.5, 14, 15),
    ]
    energies = await rows_of(hass, ENERGY)
    assert [row["state"] for row in energies] == [5.5, 6.5, 7.5]
    # The station shows 12.6 kWh now.
    assert [row["sum"] for row in energies] == pytest.approx([-7.1, -6.1, -5.1])


async def test_open_end(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    station: SimulatedSensor,
    start: datetime,
    add_account: AddAccount,
) -> None:
    """Without an end, everything up to now is imported; a response is not needed."""
    await add_account()
    await hass.services.async_call(
        DOMAIN,
        "import_statistics",
        {"entity_id": TEMPERATURE, "start": start + timedelta(hours=1)},
        blocking=True,
    )
    assert [row["mean"] for row in await rows_of(hass, TEMPERATURE)] == [12.5, 14.5]


@pytest.mark.parametrize("entity_id", [NOTE, "sensor.weather_station_last_data"])
async def test_entities_without_history(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    station: SimulatedSensor,
    start: datetime,
    add_account: AddAccount,
    entity_id: str,
) -> None:
    """Texts and times cannot be imported; the error names the entity."""
    await add_account()
    state = hass.states.get(entity_id)
    assert state is not None
    with pytest.raises(ServiceValidationError) as raised:
        await import_statistics(hass, entity_id, start=start)
    assert raised.value.translation_key == "history_not_kept"
    assert raised.value.translation_placeholders == {"name": state.name}


async def test_entity_that_shows_nothing(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    station: SimulatedSensor,
    start: datetime,
    add_account: AddAccount,
) -> None:
    """Where an entity has no name to show, its id names it."""
    await add_account()
    hass.states.async_remove(NOTE)
    with pytest.raises(ServiceValidationError) as raised:
        await import_statistics(hass, NOTE, start=start)
    assert raised.value.translation_placeholders == {"name": NOTE}


async def test_server_in_trouble(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    station: SimulatedSensor,
    server: WotkitServer,
    start: datetime,
    add_account: AddAccount,
) -> None:
    """What the server refuses is told; nothing is imported."""
    await add_account()
    server.trouble = Trouble(status=503, path="/data")
    with pytest.raises(HomeAssistantError) as raised:
        await import_statistics(hass, TEMPERATURE, start=start)
    assert raised.value.translation_key == "wotkit_cannot_connect"
    assert await rows_of(hass, TEMPERATURE) == []
