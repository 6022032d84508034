"""Thing+'s lamps."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_FLASH,
    ATTR_RGB_COLOR,
    FLASH_LONG,
    FLASH_SHORT,
    ColorMode,
    LightEntity,
    LightEntityDescription,
    LightEntityFeature,
)

from ...wire.values import as_int
from .actuator_entity import ActuatorEntity
from .actuator_kinds import LIGHT_TYPES
from .client import Category, Sensor
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name
from .shapes import yes_or_no

_BLINK: Final = "blink"
# Milliseconds between two flashes
_INTERVALS: Final[Mapping[str, int]] = {FLASH_SHORT: 500, FLASH_LONG: 2000}

type _Color = tuple[int, int, int]

_PARTS: Final = ("red", "green", "blue")
_BRIGHTEST: Final = 255
_WHITE: Final[_Color] = (_BRIGHTEST, _BRIGHTEST, _BRIGHTEST)


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[LightEntity]:
    """Make a light for each lamp."""
    for actuator in device.of_category(Category.ACTUATOR):
        if (has_colors := LIGHT_TYPES.get(actuator.type)) is not None:
            kind = ThingplusColorLight if has_colors else ThingplusLight
            yield kind(coordinator, device, actuator)


class ThingplusLight(ActuatorEntity, LightEntity):
    """A lamp of one colour."""

    _attr_color_mode = ColorMode.ONOFF
    _attr_supported_color_modes = {ColorMode.ONOFF}
    _attr_supported_features = LightEntityFeature.FLASH

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        actuator: Sensor,
    ) -> None:
        """Describe the lamp."""
        description = LightEntityDescription(
            key=actuator.id, name=entity_name(device, actuator)
        )
        super().__init__(coordinator, device, actuator, description)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on, None while nobody knows."""
        command = self.last_command.command
        return command == _BLINK or yes_or_no(command)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on, or let it blink until it is told otherwise."""
        if (flash := kwargs.get(ATTR_FLASH)) is not None:
            await self.async_tell(_BLINK, lambda: {"interval": _INTERVALS[flash]})
        else:
            await self.async_tell("on")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off."""
        await self.async_tell("off")


class ThingplusColorLight(ThingplusLight):
    """A lamp of any colour: how bright it is, its colour tells."""

    _attr_color_mode = ColorMode.RGB
    _attr_supported_color_modes = {ColorMode.RGB}
    _attr_supported_features = LightEntityFeature(0)

    @property
    def _light(self) -> _Color | None:
        """Return the light of the colours, also of the last time; None for unknown."""
        options = self.last_command.options
        red, green, blue = (as_int(options.get(part)) for part in _PARTS)
        if red is None or green is None or blue is None:
            return None
        light = (red, green, blue)
        return light if min(light) >= 0 and 0 < max(light) <= _BRIGHTEST else None

    @property
    @override
    def rgb_color(self) -> _Color | None:
        """Return the colour at its brightest, None while nobody knows."""
        if (light := self._light) is None:
            return None
        red, green, blue = (round(part * _BRIGHTEST / max(light)) for part in light)
        return red, green, blue

    @property
    @override
    def brightness(self) -> int | None:
        """Return how bright it is, 1 to 255; None while nobody knows."""
        return None if self._light is None else max(self._light)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on; colour and brightness are as before where they are not named."""

        def options() -> Mapping[str, int]:
            color = kwargs.get(ATTR_RGB_COLOR) or self.rgb_color or _WHITE
            bright = kwargs.get(ATTR_BRIGHTNESS) or self.brightness or _BRIGHTEST
            light = (round(part * bright / _BRIGHTEST) for part in color)
            return dict(zip(_PARTS, light, strict=True))

        await self.async_tell("on", options)
