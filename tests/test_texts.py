"""Texts: what the code names is translated, and README tells the truth."""

import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.ewelink import (
    binary_sensor,
    errors,
    number,
    select,
    sensor,
    switch,
)
from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml

ROOT = Path(__file__).parents[1]
COMPONENT = ROOT / "custom_components" / "iot_bridge"
TEXTS: dict[str, Any] = json.loads((COMPONENT / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((COMPONENT / "icons.json").read_text())
README = (ROOT / "README.md").read_text()

DESCRIPTIONS = [
    *(("binary_sensor", one) for one in binary_sensor.SENSORS),
    ("binary_sensor", binary_sensor.CLOUD_CONNECTION),
    ("number", number.INCHING_DURATION),
    ("select", select.POWER_ON_STATE),
    *(("sensor", one) for one in sensor.SENSORS),
    ("switch", switch.RELAY),
    *(("switch", one) for one in switch.SETTINGS),
]
EXAMPLES = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
HEADINGS = [
    "What you can do with it",
    "Installation",
    "Set-up",
    "Options",
    "Entities",
    "Supported devices",
    "Automations to copy",
    "How data is updated",
    "Limits",
    "Troubleshooting",
    "Removing the integration",
]


@pytest.mark.parametrize(
    ("platform", "description"),
    DESCRIPTIONS,
    ids=[f"{platform}.{description.key}" for platform, description in DESCRIPTIONS],
)
def test_entities_are_translated_and_documented(
    platform: str, description: Any
) -> None:
    """Each description has a name in the texts, which README lists."""
    key = description.translation_key
    names = [
        TEXTS["entity"][platform][one]["name"]
        for one in (key, f"{key}_of_channel")
        if one in TEXTS["entity"][platform]
    ]
    # Without a key the entity is the device's main feature and bears its name.
    assert (key is None) == (not names)
    for name in names[:1]:
        assert re.search(
            rf"^\|[^|]*\b{re.escape(name.replace('{channel}', '1'))}\b[^|]*\|",
            README,
            re.MULTILINE,
        ), name


def test_no_text_is_left_over() -> None:
    """Each translated entity exists."""
    used = {(platform, one.translation_key) for platform, one in DESCRIPTIONS}
    for platform, keys in TEXTS["entity"].items():
        for key in keys:
            base = re.sub(r"_of_(named_)?channel$", "", key)
            assert (platform, base) in used


def test_icons_belong_to_texts() -> None:
    """Each icon belongs to an entity that has a text."""
    for platform, keys in ICONS["entity"].items():
        assert keys.keys() <= TEXTS["entity"][platform].keys()


def test_errors_are_translated() -> None:
    """Each key that an error may lead to has a text, and no text is left over."""
    assert set(errors._EXCEPTION_KEYS.values()) == TEXTS["exceptions"].keys()  # noqa: SLF001 - the table is what is tested
    flow_keys = {key for _, key in errors._FLOW_ERRORS.values()}  # noqa: SLF001
    asked = {"authorize_rejected", "invalid_server", "invalid_username"}
    assert flow_keys | asked == TEXTS["config"]["error"].keys()


@pytest.mark.parametrize("heading", HEADINGS)
def test_readme_has(heading: str) -> None:
    """README has the chapter that a user looks for."""
    assert re.search(rf"^##+ {re.escape(heading)}$", README, re.MULTILINE)


def test_readme_names_fields_and_errors() -> None:
    """README explains each field of set-up and options."""
    for flow in ("config", "options"):
        for step in TEXTS[flow]["step"].values():
            sections = step.get("sections", {}).values()
            labels = [step.get("data", {}), *(one["data"] for one in sections)]
            for label in (text for data in labels for text in data.values()):
                assert f"**{label}**" in README, label


@pytest.mark.parametrize("example", EXAMPLES)
async def test_readme_examples(hass: HomeAssistant, example: str) -> None:
    """Each automation to copy is valid."""
    written: Any = parse_yaml(example)
    config = await async_validate_config_item(hass, "example", written)
    assert config is not None
    assert config.validation_error is None


def test_there_are_examples() -> None:
    """A test over nothing would always pass."""
    assert len(EXAMPLES) == 2
