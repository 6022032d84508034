"""Import of past data: units of the entity, of the user, and of what is stored."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.components.recorder import Recorder
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM

from .rig import (
    NOW,
    Meter,
    add_meter,
    at,
    metadata,
    samples,
    store_means,
    store_sums,
    stored,
)

TEMPERATURE = SensorDeviceClass.TEMPERATURE
CELSIUS = {"temperature": "°C"}


@pytest.fixture(autouse=True)
def now(freezer: FrozenDateTimeFactory) -> None:
    """The time of the tests."""
    freezer.move_to(NOW)


async def unit_stored(hass: HomeAssistant) -> tuple[str | None, str | None]:
    """Return the unit of the stored statistics, and its class."""
    kind = await metadata(hass)
    assert kind is not None
    return kind["unit_of_measurement"], kind["unit_class"]


@pytest.mark.parametrize(
    ("unit", "device_class", "unit_class"),
    [
        ("°C", TEMPERATURE, "temperature"),
        # Without a device class, too
        ("kWh", None, "energy"),
        # By the device class only
        ("ppb", SensorDeviceClass.OZONE, "ozone"),
        ("taxis", None, None),
        (None, None, "unitless"),
    ],
)
async def test_new_statistics(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    unit: str | None,
    device_class: SensorDeviceClass | None,
    unit_class: str | None,
) -> None:
    """New statistics have the unit that the entity shows."""
    meter = Meter(samples({0: 20.0}), unit=unit, device_class=device_class)
    await add_meter(hass, meter)
    await meter.async_import_statistics(at(0), at(1))
    assert await unit_stored(hass) == (unit, unit_class)
    assert await stored(hass, "mean") == {0: 20.0}


async def test_unit_of_the_house(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """In a house of degrees Fahrenheit, new statistics are in these."""
    hass.config.units = US_CUSTOMARY_SYSTEM
    meter = Meter(samples({0: 20.0}), unit="°C", device_class=TEMPERATURE)
    await add_meter(hass, meter)
    await meter.async_import_statistics(at(0), at(1))
    assert await unit_stored(hass) == ("°F", "temperature")
    assert await stored(hass, "mean") == {0: pytest.approx(68.0)}
    assert await stored(hass, "mean", units=CELSIUS) == {0: pytest.approx(20.0)}


async def test_unit_of_the_user(
    recorder_mock: Recorder, hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    """So they are if the user has chosen another unit for the entity."""
    meter = Meter(samples({0: 20.0}), unit="°C", device_class=TEMPERATURE)
    await add_meter(hass, meter)
    entity_registry.async_update_entity_options(
        meter.entity_id, "sensor", {"unit_of_measurement": "K"}
    )
    await hass.async_block_till_done()
    await meter.async_import_statistics(at(0), at(1))
    assert await unit_stored(hass) == ("K", "temperature")
    assert await stored(hass, "mean", units=CELSIUS) == {0: pytest.approx(20.0)}


async def test_unit_of_stored_means(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """Statistics that are there keep their unit, and so do their rows."""
    await store_means(hass, {0: 50.0, 1: 50.0}, unit="°F", unit_class="temperature")
    meter = Meter(samples({0: 20.0}), unit="°C", device_class=TEMPERATURE)
    await add_meter(hass, meter)
    await meter.async_import_statistics(at(0), at(1))
    assert await unit_stored(hass) == ("°F", "temperature")
    assert await stored(hass, "mean") == {
        0: pytest.approx(20.0),
        1: pytest.approx(10.0),
    }


@pytest.mark.parametrize("value", [12.0, None], ids=["shown", "unknown"])
@pytest.mark.parametrize("unit_class", ["energy", None], ids=["class", "no class"])
async def test_unit_of_stored_sums(
    recorder_mock: Recorder, hass: HomeAssistant, unit_class: str | None, value: Any
) -> None:
    """Sums fit in the unit of the statistics, whatever the entity shows."""
    await store_sums(hass, {-1: (9_000.0, 500.0)}, unit="Wh", unit_class=unit_class)
    meter = Meter(
        samples({0: 10.0, 1: 11.0}),
        unit="kWh",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        value=value,
    )
    await add_meter(hass, meter)
    await meter.async_import_statistics(at(0), at(2))
    assert await stored(hass, "state", "sum", units={"energy": "Wh"}) == {
        -1: (9_000.0, 500.0),
        0: (10_000.0, 1_500.0),
        1: (11_000.0, 2_500.0),
    }
    assert await unit_stored(hass) == ("Wh", unit_class)


async def test_present_value_in_the_unit_of_statistics(
    recorder_mock: Recorder, hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    """The present value, at which sums end, is converted as the readings are."""
    meter = Meter(
        samples({0: 10.0, 1: 11.0}),
        unit="kWh",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        value=12.0,
    )
    await add_meter(hass, meter)
    entity_registry.async_update_entity_options(
        meter.entity_id, "sensor", {"unit_of_measurement": "Wh"}
    )
    await hass.async_block_till_done()
    await meter.async_import_statistics(at(0), at(2))
    assert await stored(hass, "sum") == {0: -2_000.0, 1: -1_000.0}


async def test_another_way_to_write_a_unit(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """Units that differ only in how they are written are the same."""
    await store_means(hass, {0: 1.0}, unit="RPM")
    await add_meter(hass, meter := Meter(samples({0: 800.0}), unit="rpm"))
    await meter.async_import_statistics(at(0), at(1))
    assert await stored(hass, "mean") == {0: 800.0}
    assert await unit_stored(hass) == ("RPM", None)


@pytest.mark.parametrize(
    ("old", "unit_class", "unit"),
    [("°F", "temperature", "kWh"), ("taxis", None, "buses"), (None, None, "°C")],
)
async def test_units_of_other_kinds(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    old: str | None,
    unit_class: str | None,
    unit: str,
) -> None:
    """What cannot be converted is not imported; the error names both units."""
    await store_means(hass, {0: 1.0}, unit=old, unit_class=unit_class)
    await add_meter(hass, meter := Meter(samples({0: 7.0}), unit=unit))
    with pytest.raises(ServiceValidationError) as raised:
        await meter.async_import_statistics(at(0), at(1))
    assert raised.value.translation_key == "history_units_differ"
    assert raised.value.translation_placeholders == {
        "name": "Meter",
        "unit": unit,
        "statistics_unit": str(old),
    }
    assert await stored(hass, "mean") == {0: 1.0}
    assert await unit_stored(hass) == (old, unit_class)
