"""The forms that ask which sensors to follow, for the config flow and the options."""

from collections.abc import Iterable, Sequence
from typing import Final

import voluptuous as vol

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from .client import Sensor
from .const import CONF_CHOICE, CONF_SENSORS, CONF_TAGS, DEFAULT_CHOICE, Choice

CHOICE_FORM: Final = vol.Schema(
    {
        vol.Required(CONF_CHOICE, default=DEFAULT_CHOICE.value): SelectSelector(
            SelectSelectorConfig(
                options=[choice.value for choice in Choice],
                mode=SelectSelectorMode.LIST,
                translation_key="wotkit_choice",
            )
        )
    }
)
TAGS_FORM: Final = vol.Schema(
    {
        vol.Required(CONF_TAGS, default=[]): TextSelector(
            TextSelectorConfig(multiple=True)
        )
    }
)


def sensor_select(sensors: Iterable[Sensor], chosen: Iterable[str]) -> SelectSelector:
    """Return a selector for some of the sensors.

    Args:
        sensors: What the server lists now.
        chosen: Ids that were chosen before. Those that the server does not list, or
            all if it could not be asked, stay there by their id until they are taken
            out.
    """
    names = {str(sensor.id): _label(sensor) for sensor in sensors}
    labels = {one: one for one in chosen} | names
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=value, label=label)
                for value, label in sorted(
                    labels.items(), key=lambda item: (item[1].casefold(), item[0])
                )
            ],
            multiple=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def _label(sensor: Sensor) -> str:
    return f"{sensor.long_name} ({sensor.full_name})"


def picked_form(select: SelectSelector) -> vol.Schema:
    """Return the form that asks for single sensors."""
    return vol.Schema({vol.Required(CONF_SENSORS, default=[]): select})


def is_empty(select: SelectSelector) -> bool:
    """Return whether there is nothing to select."""
    return not select.config["options"]


def read_tags(entered: Sequence[str]) -> list[str]:
    """Return tags as the server takes them: without commas, blanks around and doubles.

    Args:
        entered: What the user has entered; several may be in one text.
    """
    tags = (tag.strip() for text in entered for tag in text.split(","))
    return list(dict.fromkeys(tag for tag in tags if tag))
