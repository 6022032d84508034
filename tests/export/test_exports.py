"""Exports follow the subentries of a config entry, whichever service they are for."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import MappingProxyType
from typing import Any, Final, override

from hypothesis import given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.export.exporter import (
    ExportedEntity,
    Exporter,
    ExportSink,
    Reading,
)
from custom_components.iot_bridge.export.exports import Exports, async_remove_exports
from custom_components.iot_bridge.export.form import (
    chooses_something,
    read_export_form,
    settings_from,
)
from custom_components.iot_bridge.export.values import ExportTarget, ValueKind
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.waiting import until

FORM: Final = {
    "entities": ["sensor.one"],
    "areas": [],
    "labels": [],
    "device_classes": [],
    "min_interval": 0,
}


class NamedSink(ExportSink):
    """Notes what arrives, and for which subentry.

    Attributes:
        arrived: Titles of subentries and values.
        gate: Sendings wait here if it is not set.
    """

    def __init__(
        self, title: str, arrived: list[tuple[str, Any]], gate: asyncio.Event
    ) -> None:
        """Note into a list."""
        self._title = title
        self.arrived = arrived
        self.gate = gate

    @override
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        pass

    @override
    def target(self, reading: Reading) -> ExportTarget:
        return ExportTarget(kind=ValueKind.NUMBER)

    @override
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        await self.gate.wait()
        self.arrived.extend((self._title, one.value) for one in readings)


class Rig:
    """A config entry with exports, and what has arrived of them.

    Attributes:
        hass: Home Assistant.
        entry: Has the subentries.
        exports: Its exports.
        arrived: Titles of subentries and values.
        gate: Sendings wait here if it is not set.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without any subentry."""
        self.hass = hass
        self.entry: MockConfigEntry = MockConfigEntry(domain=DOMAIN, title="Service")
        self.entry.add_to_hass(hass)
        self.arrived: list[tuple[str, Any]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.exports = self.create()

    def create(self) -> Exports:
        """Make exports for the entry."""
        return Exports(
            self.hass,
            self.entry,
            "export",
            lambda subentry: NamedSink(subentry.title, self.arrived, self.gate),
        )

    def add(self, title: str, kind: str = "export", **data: Any) -> ConfigSubentry:
        """Add a subentry."""
        subentry = ConfigSubentry(
            data=MappingProxyType({**FORM, **data}),
            subentry_type=kind,
            title=title,
            unique_id=None,
        )
        self.hass.config_entries.async_add_subentry(self.entry, subentry)
        return subentry

    def show(self, entity_id: str, value: float) -> None:
        """Let an entity have a value."""
        self.hass.states.async_set(entity_id, str(value), {"unit_of_measurement": "°C"})

    async def until_arrived(self, *arrived: tuple[str, Any]) -> None:
        """Wait until some values have arrived, and no others."""
        await until(lambda: len(self.arrived) >= len(arrived))
        assert self.arrived == list(arrived)


@pytest.fixture
async def rig(hass: HomeAssistant) -> AsyncIterator[Rig]:
    """A config entry with exports, which are stopped at the end."""
    rig = Rig(hass)
    rig.show("sensor.one", 1)
    rig.show("sensor.two", 2)
    yield rig
    rig.gate.set()
    await rig.exports.async_stop()


async def test_subentries_before_and_after_the_start(
    hass: HomeAssistant, rig: Rig
) -> None:
    """Each of the type has an exporter, others have none."""
    rig.add("first")
    rig.add("other", "import")
    rig.exports.async_start()
    await rig.until_arrived(("first", 1.0))
    rig.add("second", entities=["sensor.two"])
    await rig.until_arrived(("first", 1.0), ("second", 2.0))
    assert len(rig.exports.exporters) == 2


async def test_changed(hass: HomeAssistant, rig: Rig) -> None:
    """A change takes effect at once, for its subentry alone."""
    first = rig.add("first")
    rig.add("second", entities=["sensor.two"])
    rig.exports.async_start()
    await rig.until_arrived(("first", 1.0), ("second", 2.0))
    _, other = rig.exports.exporters
    hass.config_entries.async_update_subentry(
        rig.entry, first, data={**FORM, "entities": ["sensor.two"]}
    )
    await rig.until_arrived(("first", 1.0), ("second", 2.0), ("first", 2.0))
    assert other in rig.exports.exporters
    rig.show("sensor.one", 3)
    rig.show("sensor.two", 4)
    await until(lambda: len(rig.arrived) == 5)
    assert set(rig.arrived[3:]) == {("first", 4.0), ("second", 4.0)}


async def test_other_changes_of_the_entry(hass: HomeAssistant, rig: Rig) -> None:
    """They disturb no exporter, nor do changes of other entries."""
    rig.add("first")
    rig.exports.async_start()
    await rig.until_arrived(("first", 1.0))
    before = rig.exports.exporters
    hass.config_entries.async_update_entry(rig.entry, title="Renamed")
    other = MockConfigEntry(domain=DOMAIN)
    other.add_to_hass(hass)
    hass.config_entries.async_update_entry(other, title="Renamed")
    await hass.async_block_till_done()
    assert rig.exports.exporters == before


async def test_removed(
    hass: HomeAssistant, hass_storage: dict[str, Any], rig: Rig
) -> None:
    """Its exporter ends, and its file goes."""
    first = rig.add("first")
    second = rig.add("second", entities=["sensor.two"])
    rig.exports.async_start()
    await rig.until_arrived(("first", 1.0), ("second", 2.0))
    hass.config_entries.async_remove_subentry(rig.entry, first.subentry_id)
    await until(lambda: len(rig.exports.exporters) == 1)
    await hass.async_block_till_done()
    files = [name for name in hass_storage if name.startswith(f"{DOMAIN}.export")]
    assert files == [f"{DOMAIN}.export.{second.subentry_id}"]
    rig.show("sensor.one", 3)
    rig.show("sensor.two", 4)
    await rig.until_arrived(("first", 1.0), ("second", 2.0), ("second", 4.0))


async def test_removed_with_the_entry(
    hass: HomeAssistant, hass_storage: dict[str, Any], rig: Rig
) -> None:
    """No file of any is left."""
    rig.add("first")
    rig.add("second")
    rig.exports.async_start()
    await until(lambda: len(rig.arrived) == 2)
    await rig.exports.async_stop()
    assert rig.exports.exporters == []
    await async_remove_exports(hass, rig.entry, "export")
    assert not [name for name in hass_storage if name.startswith(f"{DOMAIN}.export")]


async def test_subentry_that_comes_while_another_one_stops(
    hass: HomeAssistant, rig: Rig
) -> None:
    """Changes are carried out one after the other; none is forgotten."""
    first = rig.add("first")
    rig.exports.async_start()
    await rig.until_arrived(("first", 1.0))
    rig.gate.clear()
    rig.show("sensor.one", 2)
    await asyncio.sleep(0)
    hass.config_entries.async_remove_subentry(rig.entry, first.subentry_id)
    rig.add("second")
    rig.add("third")
    rig.gate.set()
    await until(lambda: len(rig.exports.exporters) == 2)
    await until(lambda: len(rig.arrived) >= 4)
    assert set(rig.arrived[2:]) == {("second", 2.0), ("third", 2.0)}


async def test_stopped_at_the_same_moment(hass: HomeAssistant, rig: Rig) -> None:
    """A subentry that comes as the entry is unloaded starts nothing any more."""
    rig.add("first")
    rig.exports.async_start()
    await rig.until_arrived(("first", 1.0))
    stopping = hass.async_create_task(rig.exports.async_stop())
    rig.add("second")
    await stopping
    await hass.async_block_till_done()
    assert rig.exports.exporters == []
    assert rig.arrived == [("first", 1.0)]


async def test_all_stop_at_the_same_time(
    hass: HomeAssistant, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may take its time to send; the times do not add up."""
    for title in ("first", "second", "third"):
        rig.add(title)
    rig.exports.async_start()
    await until(lambda: len(rig.arrived) == 3)
    all_are_stopping = asyncio.Barrier(3)
    stop = Exporter.async_stop

    async def stop_with_the_others(exporter: Exporter) -> None:
        await all_are_stopping.wait()
        await stop(exporter)

    with monkeypatch.context() as patched:
        patched.setattr(Exporter, "async_stop", stop_with_the_others)
        async with asyncio.timeout(1):
            await rig.exports.async_stop()
    assert rig.exports.exporters == []


async def test_renamed_while_it_is_removed(
    hass: HomeAssistant, rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """An export that waits for its end has nothing to be stored any more."""
    registry = er.async_get(hass)
    registry.async_get_or_create(
        "sensor", DOMAIN, "foreign", suggested_object_id="foreign"
    )
    rig.show("sensor.foreign", 5)
    first = rig.add("first")
    second = rig.add("second", entities=["sensor.foreign"])
    rig.exports.async_start()
    await until(lambda: len(rig.arrived) == 2)
    rig.gate.clear()
    rig.show("sensor.one", 2)
    await asyncio.sleep(0.01)
    hass.config_entries.async_remove_subentry(rig.entry, first.subentry_id)
    hass.config_entries.async_remove_subentry(rig.entry, second.subentry_id)
    registry.async_update_entity("sensor.foreign", new_entity_id="sensor.renamed")
    rig.gate.set()
    await until(lambda: not rig.exports.exporters)
    await hass.async_block_till_done()
    assert "Traceback" not in caplog.text
    assert "Unknown" not in caplog.text


async def test_own_entities_and_renames(hass: HomeAssistant, rig: Rig) -> None:
    """An entity of the entry is left out; a renamed one is stored under its new id."""
    registry = er.async_get(hass)
    for name, entry in (("own", rig.entry), ("foreign", None)):
        registry.async_get_or_create(
            "sensor", DOMAIN, name, suggested_object_id=name, config_entry=entry
        )
        rig.show(f"sensor.{name}", 5)
    names = ["sensor.own", "sensor.foreign", "sensor.one"]
    subentry = rig.add("first", entities=names)
    rig.exports.async_start()
    await until(lambda: len(rig.arrived) == 2)
    assert set(rig.arrived) == {("first", 1.0), ("first", 5.0)}
    before = rig.exports.exporters
    registry.async_update_entity("sensor.foreign", new_entity_id="sensor.renamed")
    await hass.async_block_till_done()
    stored = rig.entry.subentries[subentry.subentry_id].data["entities"]
    assert stored == ["sensor.own", "sensor.renamed", "sensor.one"]
    assert rig.exports.exporters == before


NAMES: Final = st.lists(st.text(min_size=1, max_size=5), max_size=3)
LISTS: Final = ("entities", "areas", "labels", "device_classes")


@settings(database=None, deadline=None)
@given(
    entered=st.fixed_dictionaries(
        {"min_interval": st.integers(0, 86_400).map(float)},
        optional={
            **dict.fromkeys(LISTS, NAMES),
            "heartbeat": st.integers(1, 10_080).map(float),
        },
    )
)
def test_form(entered: dict[str, Any]) -> None:
    """What is entered is what the exporter is set to, through what is stored."""
    stored = read_export_form(entered)
    assert {name: type(one) for name, one in stored.items()} == {
        **dict.fromkeys(LISTS, list),
        **dict.fromkeys(entered.keys() - set(LISTS), int),
    }
    assert chooses_something(stored) == any(entered.get(name) for name in LISTS)
    result = settings_from(stored)
    for name in LISTS:
        assert getattr(result.selection, name) == tuple(entered.get(name, ()))
    assert result.min_interval == entered["min_interval"]
    minutes = entered.get("heartbeat")
    assert result.heartbeat == (minutes and minutes * 60)
