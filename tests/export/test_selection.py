"""Which entities are chosen, and how the choice follows what happens to them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.export.exporter import Exporter
from custom_components.iot_bridge.export.selection import (
    ExportedEntity,
    SelectedEntities,
    Selection,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)

from .rig import MemorySink, exporters, set_states, settle


class House:
    """Some rooms with devices, and what is chosen of them.

    Attributes:
        told: The sets that were told, each sorted.
        renames: The renames that were told.
        names: Entity ids by unique id.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Furnish it."""
        self.hass = hass
        self.told: list[list[str]] = []
        self.renames: list[tuple[str, str]] = []
        self.names: dict[str, str] = {}
        self.entry = MockConfigEntry(domain="other")
        self.entry.add_to_hass(hass)
        self.kitchen = ar.async_get(hass).async_create("Kitchen")
        self.label = lr.async_get(hass).async_create("Chosen")
        self.device = dr.async_get(hass).async_get_or_create(
            config_entry_id=self.entry.entry_id, identifiers={("other", "oven")}
        )
        dr.async_get(hass).async_update_device(self.device.id, area_id=self.kitchen.id)
        self.add("oven", device_id=self.device.id, original_device_class="temperature")
        self.add("power", device_id=self.device.id, original_device_class="power")
        self.add(
            "signal",
            device_id=self.device.id,
            entity_category=EntityCategory.DIAGNOSTIC,
        )
        self.add(
            "hidden", device_id=self.device.id, hidden_by=er.RegistryEntryHider.USER
        )
        self.add(
            "disabled",
            device_id=self.device.id,
            disabled_by=er.RegistryEntryDisabler.USER,
        )
        self.add("porch", original_device_class="temperature")
        hass.states.async_set("sensor.free", "1", {"device_class": "temperature"})
        hass.states.async_set("sensor.plain", "1")
        self.selected: SelectedEntities | None = None

    def add(self, unique_id: str, **options: Any) -> None:
        """Add an entity."""
        entry = er.async_get(self.hass).async_get_or_create(
            "sensor",
            "other",
            unique_id,
            config_entry=self.entry,
            suggested_object_id=unique_id,
            **options,
        )
        self.names[unique_id] = entry.entity_id

    def change(self, unique_id: str, **changes: Any) -> None:
        """Change an entity's entry."""
        entity_id = f"sensor.{unique_id}"
        er.async_get(self.hass).async_update_entity(entity_id, **changes)

    def change_all(self, *unique_ids: str, **changes: Any) -> None:
        """Change the entries of several entities."""
        for unique_id in unique_ids:
            self.change(unique_id, **changes)

    def tell(self, entities: Mapping[str, ExportedEntity]) -> None:
        """Note what is chosen."""
        self.told.append(sorted(each.entity_id for each in entities.values()))

    def choose(self, excluded: str = "", **choice: tuple[str, ...]) -> list[str]:
        """Choose something; return what that is."""
        self.selected = SelectedEntities(
            self.hass,
            Selection(**choice),
            on_change=self.tell,
            excluded=lambda entry, entity_id: entity_id == excluded,
            on_renamed=lambda old, new: self.renames.append((old, new)),
        )
        self.selected.async_start()
        self.selected.async_follow()
        return self.told[-1] if self.told else []

    async def after(self) -> list[list[str]]:
        """Return what was told since the choice."""
        await settle()
        return self.told[1:]


@pytest.fixture
def house(hass: HomeAssistant) -> Iterator[House]:
    """A house; nothing listens to it at the end."""
    house = House(hass)
    yield house
    if house.selected is not None:
        house.selected.async_stop()


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        ({}, []),
        ({"entities": ("sensor.plain", "sensor.porch")}, ["plain", "porch"]),
        ({"entities": ("sensor.hidden", "sensor.signal")}, ["hidden", "signal"]),
        ({"entities": ("sensor.nowhere",)}, []),
        ({"areas": ("kitchen",)}, ["oven", "power"]),
        ({"areas": ("nowhere",)}, []),
        ({"areas": ("kitchen",), "device_classes": ("power",)}, ["power"]),
        ({"device_classes": ("temperature",)}, ["free", "oven", "porch"]),
        (
            {"entities": ("sensor.plain",), "device_classes": ("power",)},
            ["plain", "power"],
        ),
        (
            {"entities": ("sensor.plain",), "areas": ("kitchen",)},
            ["oven", "plain", "power"],
        ),
    ],
    ids=str,
)
async def test_choice(house: House, choice: dict[str, Any], chosen: list[str]) -> None:
    """Named entities, and those in areas and of classes."""
    assert house.choose(**choice) == [f"sensor.{name}" for name in chosen]


@pytest.mark.parametrize("where", ["entity", "device", "area"])
async def test_labels(hass: HomeAssistant, house: House, where: str) -> None:
    """A label counts wherever it is."""
    labels = {house.label.label_id}
    label: dict[str, Callable[[], object]] = {
        "entity": lambda: house.change_all("oven", "power", labels=labels),
        "device": lambda: dr.async_get(hass).async_update_device(
            house.device.id, labels=labels
        ),
        "area": lambda: ar.async_get(hass).async_update(
            house.kitchen.id, labels=labels
        ),
    }
    assert house.choose(labels=(house.label.label_id,)) == []
    label[where]()
    await settle()
    assert house.told == [["sensor.oven", "sensor.power"]]


async def test_excluded(house: House) -> None:
    """What a bridge leaves out is left out also if it is named."""
    chosen = house.choose(
        "sensor.oven", entities=("sensor.oven",), areas=(house.kitchen.id,)
    )
    assert chosen == ["sensor.power"]


async def test_keys(house: House) -> None:
    """A key is the id in the registry, if there is one."""
    house.choose(entities=("sensor.plain", "sensor.oven"))
    assert house.selected is not None
    entry = er.async_get(house.hass).async_get("sensor.oven")
    assert entry is not None
    assert house.selected.entities == {
        "sensor.plain": ExportedEntity(
            key="sensor.plain", entity_id="sensor.plain", device_id=None
        ),
        entry.id: ExportedEntity(
            key=entry.id, entity_id="sensor.oven", device_id=house.device.id
        ),
    }


async def test_many_changes_are_told_once(hass: HomeAssistant, house: House) -> None:
    """A device that moves takes all its entities along at once."""
    house.choose(areas=("kitchen",))
    house.add("light", device_id=house.device.id)
    house.add("door", device_id=house.device.id)
    house.change("power", hidden_by=er.RegistryEntryHider.USER)
    house.change("oven", icon="mdi:stove")
    assert await house.after() == [["sensor.door", "sensor.light", "sensor.oven"]]
    house.change("oven", icon="mdi:fire")
    dr.async_get(hass).async_update_device(house.device.id, name_by_user="Oven")
    assert len(await house.after()) == 1
    er.async_get(hass).async_remove("sensor.door")
    assert (await house.after())[1:] == [["sensor.light", "sensor.oven"]]
    dr.async_get(hass).async_update_device(house.device.id, area_id=None)
    assert (await house.after())[2:] == [[]]


async def test_classes_are_followed(hass: HomeAssistant, house: House) -> None:
    """In the state, and as the user says."""
    house.choose(device_classes=("temperature",))
    hass.states.async_set("sensor.plain", "1", {"device_class": "temperature"})
    hass.states.async_set("sensor.free", "2", {"device_class": "temperature"})
    assert await house.after() == [
        ["sensor.free", "sensor.oven", "sensor.plain", "sensor.porch"]
    ]
    hass.states.async_remove("sensor.plain")
    house.change("power", device_class="temperature")
    house.change("porch", device_class="humidity")
    assert (await house.after())[-1] == ["sensor.free", "sensor.oven", "sensor.power"]


async def test_named_entities_come_and_go(hass: HomeAssistant, house: House) -> None:
    """An entity that does not exist yet is waited for."""
    house.choose(entities=("sensor.late",))
    hass.states.async_set("sensor.else", "1")
    hass.states.async_set("sensor.late", "1")
    await settle()
    hass.states.async_remove("sensor.late")
    await settle()
    assert house.told == [["sensor.late"], []]


async def test_renames(hass: HomeAssistant, house: House) -> None:
    """An entity that is named stays chosen under its new id, and that is told."""
    house.choose(entities=("sensor.oven", "sensor.power"))
    house.change("oven", new_entity_id="sensor.stove")
    house.change("porch", new_entity_id="sensor.veranda")
    assert await house.after() == [["sensor.power", "sensor.stove"]]
    assert house.renames == [("sensor.oven", "sensor.stove")]


async def test_nothing_after_the_end(house: House) -> None:
    """Not even what was scheduled."""
    house.choose(areas=("kitchen",))
    assert house.selected is not None
    house.change("oven", hidden_by=er.RegistryEntryHider.USER)
    house.selected.async_stop()
    house.change("power", hidden_by=er.RegistryEntryHider.USER)
    assert await house.after() == []


@pytest.fixture
def furnished(hass: HomeAssistant, hass_storage: dict[str, Any]) -> House:
    """A house whose entities have values."""
    house = House(hass)
    set_states(hass, oven=1, power=2, porch=3)
    return house


async def test_exporter_follows(hass: HomeAssistant, furnished: House) -> None:
    """New entities give their value at once, those that go give no more."""
    sink = MemorySink()
    async with exporters(hass) as start:
        exporter: Exporter = await start(sink, selection=Selection(areas=("kitchen",)))
        furnished.change("porch", name="Porch", area_id="kitchen")
        await settle()
        furnished.change("oven", name="Oven", area_id="nowhere")
        await settle()
        set_states(hass, oven=10, power=20, porch=30)
        await settle()
        ids = sorted(each.entity_id for each in exporter.entities.values())
        assert ids == ["sensor.porch", "sensor.power"]
        furnished.change("oven", area_id=None)
        await settle()
    set_states(hass, oven=100, power=200, porch=300)
    await settle()
    assert sink.values == [1.0, 2.0, 3.0, 20.0, 30.0, 10.0]
    assert [len(entities) for entities in sink.prepared] == [2, 3, 3]


async def test_exporter_follows_a_rename(hass: HomeAssistant, furnished: House) -> None:
    """The entity is the same, and what it was is not sent again."""
    sink = MemorySink()
    renames: list[tuple[str, str]] = []
    async with exporters(hass) as start:
        await start(
            sink, "sensor.oven", on_renamed=lambda old, new: renames.append((old, new))
        )
        furnished.change("oven", new_entity_id="sensor.stove")
        hass.states.async_remove("sensor.oven")
        set_states(hass, stove=1)
        await settle()
        set_states(hass, stove=5)
        await settle()
    assert sink.values == [1.0, 5.0]
    assert [each.entity_id for each in sink.arrived] == ["sensor.oven", "sensor.stove"]
    assert sink.arrived[0].key == sink.arrived[1].key
    assert renames == [("sensor.oven", "sensor.stove")]


async def test_renamed_without_being_named(
    hass: HomeAssistant, furnished: House
) -> None:
    """Who does not store names need not care."""
    sink = MemorySink()
    async with exporters(hass) as start:
        await start(sink, "sensor.oven")
        furnished.change("oven", new_entity_id="sensor.stove")
        set_states(hass, stove=7)
        await settle()
    assert sink.values == [1.0, 7.0]


async def test_a_bridge_does_not_export_its_own(
    hass: HomeAssistant, furnished: House
) -> None:
    """The registry's entry tells whose an entity is."""
    sink = MemorySink()
    async with exporters(hass) as start:
        await start(
            sink,
            selection=Selection(device_classes=("temperature",)),
            excluded=lambda entry, _: entry is not None and entry.platform == "other",
        )
        await settle()
    assert [each.entity_id for each in sink.arrived] == ["sensor.free"]
