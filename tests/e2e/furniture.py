"""The demo house in Home Assistant: who stands where, and a dashboard to look at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .home_assistant import HomeAssistantApi, HomeAssistantWebsocket

DASHBOARD: Final = "demo-house"

type Card = dict[str, Any]
type Section = list[Card]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What Home Assistant knows of some config entries.

    Attributes:
        area_names: All areas, by id.
        devices: Devices of these entries, as the device registry lists them.
        entities: Their entities, as the entity registry lists them.
        entry_of: How the title of each entry begins, by id.
    """

    areas: Mapping[str, str]
    devices: Mapping[str, Mapping[str, Any]]
    entities: Sequence[Mapping[str, Any]]
    entry_of: Mapping[str, str]

    @property
    def area_names(self) -> list[str]:
        """Return the names of all areas."""
        return list(self.areas.values())

    def area_of(self, device_id: str) -> str | None:
        """Return the name of the area that a device is in."""
        area_id: str | None = self.devices[device_id]["area_id"]
        return None if area_id is None else self.areas[area_id]

    def entities_in(self, area: str) -> list[str]:
        """Return the entities of everyday use in an area."""
        return [
            entity["entity_id"]
            for entity in self.entities
            if entity["entity_category"] is None
            and entity["disabled_by"] is None
            and self.area_of(entity["device_id"]) == area
        ]

    def entities_of(self, entry: str, domain: str) -> dict[str, str]:
        """Return the entities of a domain by the name of their device.

        Args:
            entry: How the title of the config entry begins.
            domain: Such as "media_player".
        """
        return {
            self.devices[entity["device_id"]]["name"]: entity["entity_id"]
            for entity in self.entities
            if entity["entity_id"].startswith(f"{domain}.")
            and self.entry_of[entity["config_entry_id"]] == entry
        }

    def entity_of(self, entry: str, device: str, key: str) -> str:
        """Return an entity by what its bridge calls it.

        Args:
            entry: How the title of the config entry begins.
            device: The name of its device.
            key: How its unique id ends.

        Raises:
            LookupError: There is none, or more than one.
        """
        found = [
            entity["entity_id"]
            for entity in self.entities
            if self.entry_of[entity["config_entry_id"]] == entry
            and self.devices[entity["device_id"]]["name"] == device
            and entity["unique_id"].endswith(f"_{key}")
        ]
        if len(found) != 1:
            raise LookupError(f"{device} has {found} for {key}")
        return str(found[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A view of the dashboard.

    Attributes:
        path: Last part of its address.
        title: Shown in the dashboard's head.
        entries: What the titles of the config entries that it shows begin with.
        areas: Area -> names of the devices that stand there, by entry.
        renamed: Device -> what its owner calls it, by entry.
        sections: Makes its cards, when all stands in its place.
    """

    path: str
    title: str
    entries: tuple[str, ...]
    areas: Mapping[str, Mapping[str, tuple[str, ...]]]
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sections: Callable[[Inventory], list[Section]]


def heading(text: str, icon: str | None = None) -> Card:
    """Return the heading of a section."""
    return {"type": "heading", "heading": text, **({"icon": icon} if icon else {})}


def tile(entity_id: str, **details: Any) -> Card:
    """Return the tile of an entity."""
    return {"type": "tile", "entity": entity_id, **details}


async def furnish(api: HomeAssistantApi, pages: Iterable[Page]) -> None:
    """Make the dashboard, or add to it the pages that an earlier run did not know.

    Args:
        api: Home Assistant, with the entries that the pages show.
        pages: In the order of the dashboard.
    """
    async with api.websocket() as web:
        dashboards = await web.command("lovelace/dashboards/list")
        if not any(dashboard["url_path"] == DASHBOARD for dashboard in dashboards):
            await _make_dashboard(web)
        config = await web.command("lovelace/config", url_path=DASHBOARD)
        views = config["views"]
        present = {view.get("path") for view in views}
        missing = [page for page in pages if page.path not in present]
        for page in missing:
            inventory = await _take_inventory(api, web, page.entries)
            await _place_devices(web, inventory, page)
            inventory = await _take_inventory(api, web, page.entries)
            views.append(_view(page, inventory))
        if missing:
            await web.command("lovelace/config/save", url_path=DASHBOARD, config=config)


async def _make_dashboard(web: HomeAssistantWebsocket) -> None:
    """Make an empty dashboard that the web page opens with."""
    await web.command(
        "lovelace/dashboards/create",
        url_path=DASHBOARD,
        title="Demo house",
        icon="mdi:bridge",
    )
    await web.command("lovelace/config/save", url_path=DASHBOARD, config={"views": []})
    await web.command(
        "frontend/set_system_data", key="core", value={"default_panel": DASHBOARD}
    )


async def _take_inventory(
    api: HomeAssistantApi, web: HomeAssistantWebsocket, entries: Sequence[str]
) -> Inventory:
    entry_of = {
        entry["entry_id"]: begin
        for entry in await api.get("config/config_entries/entry?domain=iot_bridge")
        # One title may be the beginning of another.
        for begin in sorted(entries, key=len)
        if entry["title"].startswith(begin)
    }
    entities = [
        entity
        for entity in await web.command("config/entity_registry/list")
        if entity["config_entry_id"] in entry_of
    ]
    used = {entity["device_id"] for entity in entities}
    return Inventory(
        areas={
            area["area_id"]: area["name"]
            for area in await web.command("config/area_registry/list")
        },
        devices={
            device["id"]: device
            for device in await web.command("config/device_registry/list")
            if device["id"] in used
        },
        entities=entities,
        entry_of=entry_of,
    )


async def _place_devices(
    web: HomeAssistantWebsocket, inventory: Inventory, page: Page
) -> None:
    """Give devices areas and names, as their owner would."""
    area_ids = {name.casefold(): area for area, name in inventory.areas.items()}
    changes: dict[str, dict[str, str]] = {}
    for entry, areas in page.areas.items():
        devices = _devices_of(inventory, entry)
        for area, names in areas.items():
            if (area_id := area_ids.get(area.casefold())) is None:
                created = await web.command("config/area_registry/create", name=area)
                area_id = area_ids[area.casefold()] = created["area_id"]
            for name in names:
                changes[devices[name]] = {"area_id": area_id}
    for entry, renamed in page.renamed.items():
        devices = _devices_of(inventory, entry)
        for name, own_name in renamed.items():
            changes.setdefault(devices[name], {})["name_by_user"] = own_name
    for device_id, change in changes.items():
        await web.command(
            "config/device_registry/update", device_id=device_id, **change
        )


def _devices_of(inventory: Inventory, entry: str) -> dict[str, str]:
    """Return the ids of an entry's devices by name."""
    return {
        inventory.devices[entity["device_id"]]["name"]: entity["device_id"]
        for entity in inventory.entities
        if inventory.entry_of[entity["config_entry_id"]] == entry
    }


def _view(page: Page, inventory: Inventory) -> Card:
    return {
        "title": page.title,
        "path": page.path,
        "type": "sections",
        "sections": [
            {"type": "grid", "cards": cards} for cards in page.sections(inventory)
        ],
    }
