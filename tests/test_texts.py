"""Texts: what the code names is translated, and the pages tell the truth."""

import importlib
import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.iot_bridge.bridges import (
    BRIDGES,
    ewelink,
    hkwhub,
    iotbiz,
    thingplus,
    wotkit,
)
from custom_components.iot_bridge.config_flow import SUBENTRY_FLOWS
from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml

ROOT = Path(__file__).parents[1]
COMPONENT = ROOT / "custom_components" / "iot_bridge"
TEXTS: dict[str, Any] = json.loads((COMPONENT / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((COMPONENT / "icons.json").read_text())
README = (ROOT / "README.md").read_text()
PAGES = {bridge: (ROOT / "docs" / f"{bridge}.md").read_text() for bridge in BRIDGES}
PLATFORMS = {
    bridge: [str(platform) for platform in module.BRIDGE.platforms]
    for bridge, module in (
        ("ewelink", ewelink),
        ("hkwhub", hkwhub),
        ("iotbiz", iotbiz),
        ("thingplus", thingplus),
        ("wotkit", wotkit),
    )
}
# Thing+'s other entities are called what the service calls its sensors.
DESCRIBED = {**PLATFORMS, "thingplus": ["binary_sensor", "sensor"]}

README_HEADINGS = [
    "Try it: two commands",
    "What you can do with it",
    "Installation",
    "Set-up",
    "Troubleshooting",
    "Removing the integration",
    "Privacy",
]
PAGE_HEADINGS = [
    "What you can do with it",
    "What you need",
    "Set-up",
    "Options",
    "Entities",
    "Automations to copy",
    "How data is updated",
    "Limits",
    "Troubleshooting",
    "Removing the integration",
]
EXAMPLES = [
    (bridge, example)
    for bridge, page in PAGES.items()
    for example in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
]


def is_description(value: object) -> bool:
    """Return whether something describes an entity.

    Home Assistant makes the classes of descriptions in a way that `isinstance` does
    not see through.
    """
    return hasattr(value, "entity_registry_enabled_default") and hasattr(value, "key")


def descriptions_in(module: object) -> list[Any]:
    """Return the entity descriptions of a module, one by one or in tables."""
    values = vars(module).values()
    tables = [value for value in values if isinstance(value, tuple)]
    return [
        one
        for one in (*values, *(one for table in tables for one in table))
        if is_description(one) and not isinstance(one, type)
    ]


DESCRIPTIONS = [
    (bridge, platform, description)
    for bridge, platforms in PLATFORMS.items()
    for platform in platforms
    for description in descriptions_in(
        importlib.import_module(
            f"custom_components.iot_bridge.bridges.{bridge}.{platform}"
        )
    )
]


@pytest.mark.parametrize("bridge", BRIDGES)
def test_there_is_something_to_look_at(bridge: str) -> None:
    """A test over nothing would always pass."""
    described = {platform for one, platform, _ in DESCRIPTIONS if one == bridge}
    assert described == set(DESCRIBED[bridge])
    assert sum(one == bridge for one, _ in EXAMPLES) >= 2


@pytest.mark.parametrize(
    ("bridge", "platform", "description"),
    DESCRIPTIONS,
    ids=[f"{bridge}.{platform}.{one.key}" for bridge, platform, one in DESCRIPTIONS],
)
def test_entities_are_translated_and_documented(
    bridge: str, platform: str, description: Any
) -> None:
    """Each description has a name in the texts, which the bridge's page lists."""
    key = description.translation_key
    names = [
        TEXTS["entity"][platform][one]["name"]
        for one in (key, f"{key}_of_channel")
        if one in TEXTS["entity"].get(platform, {})
    ]
    # Without a key the entity is the device's main feature and bears its name, or
    # that of its device class.
    assert (key is None) == (not names)
    for name in names[:1]:
        assert re.search(
            rf"^\|[^|]*\b{re.escape(name.replace('{channel}', '1'))}\b[^|]*\|",
            PAGES[bridge],
            re.MULTILINE,
        ), name


def test_no_text_is_left_over() -> None:
    """Each translated entity exists."""
    used = {(platform, one.translation_key) for _, platform, one in DESCRIPTIONS}
    # Of entities that are named by a service only the states are translated.
    of_states = set(re.findall(r'translation_key="([a-z_]+)"', code()))
    for platform, keys in TEXTS["entity"].items():
        for key in keys:
            base = re.sub(r"_of_(named_)?channel$", "", key)
            has_name = "name" in TEXTS["entity"][platform][key]
            assert (platform, base) in used or (not has_name and base in of_states)


def test_icons_belong_to_texts() -> None:
    """Each icon belongs to an entity that has a text."""
    for platform, keys in ICONS["entity"].items():
        assert keys.keys() <= TEXTS["entity"][platform].keys()


def code() -> str:
    """Return all of the integration's code."""
    return "\n".join(file.read_text() for file in COMPONENT.rglob("*.py"))


@pytest.mark.parametrize("kind", ["exceptions", "issues"])
def test_errors_and_repairs_are_translated(kind: str) -> None:
    """Each text is named in the code."""
    named = set(re.findall(r'"([a-z0-9_]+)"', code()))
    assert TEXTS[kind].keys() <= named


def test_named_keys_have_texts() -> None:
    """Each key of an error or a repair in the code has a text."""
    keys = set(
        re.findall(
            r'translation_key="((?:hkwhub|iotbiz|thingplus|wotkit|history)_[a-z_]+)"',
            code(),
        )
    )
    keys |= set(re.findall(r'key = "(hkwhub_[a-z_]+)"', code()))
    keys |= set(re.findall(r'return "(hkwhub_[a-z_]+_refused)"', code()))
    keys |= set(
        re.findall(
            r'Error: "((?:ewelink|hkwhub|iotbiz|thingplus|wotkit)_[a-z_]+)"', code()
        )
    )
    keys |= set(
        re.findall(r'_(?:error|invalid)\(\s*"((?:history|wotkit)_[a-z_]+)"', code())
    )
    assert len(keys) > 30
    texts = TEXTS["exceptions"].keys() | TEXTS["issues"].keys()
    assert keys <= texts | TEXTS["selector"].keys()


def test_flow_errors_are_used() -> None:
    """Each text of a form's error is named in the code."""
    named = set(re.findall(r'"([a-z0-9_]+)"', code()))
    assert TEXTS["config"]["error"].keys() <= named


def test_actions_are_translated_and_documented() -> None:
    """Each action has texts and an icon, and the page of a bridge explains it."""
    described = parse_yaml((COMPONENT / "services.yaml").read_text())
    assert isinstance(described, dict)
    assert described.keys() == TEXTS["services"].keys() == ICONS["services"].keys()
    pages = "\n".join(PAGES.values())
    for action, description in described.items():
        texts = TEXTS["services"][action]
        assert description["fields"].keys() == texts["fields"].keys()
        assert f"`iot_bridge.{action}`" in pages
        for name in description["fields"]:
            assert f"`{name}`" in pages


@pytest.mark.parametrize("heading", README_HEADINGS)
def test_readme_has(heading: str) -> None:
    """README has the chapter that a user looks for."""
    assert re.search(rf"^##+ {re.escape(heading)}$", README, re.MULTILINE)


@pytest.mark.parametrize("bridge", BRIDGES)
def test_pages_have_the_same_order(bridge: str) -> None:
    """Each bridge's page has the chapters that a user looks for, in the same order."""
    headings = re.findall(r"^##+ ([^:\n]*)", PAGES[bridge], re.MULTILINE)
    assert [one for one in headings if one in PAGE_HEADINGS] == PAGE_HEADINGS


@pytest.mark.parametrize("bridge", BRIDGES)
def test_readme_leads_to_the_pages(bridge: str) -> None:
    """README names each service and leads to its page."""
    assert f"(docs/{bridge}.md)" in README
    assert TEXTS["config"]["step"]["user"]["menu_options"][bridge] in README


@pytest.mark.parametrize("bridge", BRIDGES)
def test_pages_name_fields(bridge: str) -> None:
    """Each page explains each field of its set-up and its options."""
    for flow in ("config", "options"):
        for step_id, step in TEXTS[flow]["step"].items():
            sections = step.get("sections", {}).values()
            labels = [step.get("data", {}), *(one["data"] for one in sections)]
            for label in (text for data in labels for text in data.values()):
                assert not step_id.startswith(bridge) or f"**{label}**" in PAGES[bridge]


@pytest.mark.parametrize(
    ("bridge", "subentry_type"),
    [
        (bridge, subentry_type)
        for bridge, flows in SUBENTRY_FLOWS.items()
        for subentry_type in flows
    ],
)
def test_pages_name_what_exports_ask_for(bridge: str, subentry_type: str) -> None:
    """The page explains each field of the config subentries."""
    for step in TEXTS["config_subentries"][subentry_type]["step"].values():
        for label in step["data"].values():
            assert f"**{label}**" in PAGES[bridge]


@pytest.mark.parametrize(
    ("bridge", "example"),
    EXAMPLES,
    ids=[f"{bridge}-{number}" for number, (bridge, _) in enumerate(EXAMPLES)],
)
async def test_examples(hass: HomeAssistant, bridge: str, example: str) -> None:
    """Each automation to copy is valid."""
    written: Any = parse_yaml(example)
    config = await async_validate_config_item(hass, "example", written)
    assert config is not None
    assert config.validation_error is None


def test_links_between_pages() -> None:
    """Each link to a file of the repository leads to one."""
    for file in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text()):
            assert (file.parent / target).exists(), f"{file.name}: {target}"
