"""One Home Assistant with an account, three times over: integrated, bare and broadcast."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import orjson

from custom_components.iot_bridge.bridges.ewelink.coordinator import EwelinkCoordinator
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import HomeAssistant, callback

from .bare import BareSensor, BareSwitch, add_bare_entry, plan_of
from .broadcast import Told, set_up_broadcast
from .home import home_assistant, set_up
from .house import House
from .integration import set_up_and_connect

METERED: Final = ("power", "voltage", "current")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """What takes one frame on each side.

    Attributes:
        hass: Home Assistant.
        house: The account.
        coordinator: The integration's coordinator.
        take: The integration's whole way: what its socket reader calls per text frame.
        take_switch: The floor: decode a switch's frame, set the value, write the state.
        take_meter: The same of a meter, whose frame changes three sensors.
        tell_switch: A coordinator that tells everybody: decode, take over, tell all.
        tell_meter: The same of a meter.
    """

    hass: HomeAssistant
    house: House
    coordinator: EwelinkCoordinator
    take: Callable[[bytes], None]
    take_switch: Callable[[bytes], None]
    take_meter: Callable[[bytes], None]
    tell_switch: Callable[[bytes], None]
    tell_meter: Callable[[bytes], None]


@asynccontextmanager
async def open_rig(house: House) -> AsyncIterator[Rig]:
    """Set all three sides up in one Home Assistant."""
    async with home_assistant() as hass:
        coordinator, link = await set_up_and_connect(hass, house)
        plan = plan_of(coordinator)
        entry = add_bare_entry(hass, plan)
        await set_up(hass, entry)
        entities = entry.runtime_data.entities
        told = await set_up_broadcast(hass, plan)
        yield Rig(
            hass=hass,
            house=house,
            coordinator=coordinator,
            take=link._take,  # noqa: SLF001 - begins where the socket reader hands over
            take_switch=_switch_floor(
                {
                    device_id: entities[device_id]["switch"]
                    for device_id in house.switches
                }
            ),
            take_meter=_meter_floor(
                {
                    device_id: tuple(entities[device_id][key] for key in METERED)
                    for device_id in house.meters
                }
            ),
            tell_switch=_switch_broadcast(told),
            tell_meter=_meter_broadcast(told),
        )


def _switch_floor(switches: dict[str, BareSwitch]) -> Callable[[bytes], None]:
    def take(data: bytes) -> None:
        frame = orjson.loads(data)
        switches[frame["deviceid"]].show(frame["params"]["switch"] == "on")

    return take


def _meter_floor(
    meters: dict[str, tuple[BareSensor, BareSensor, BareSensor]],
) -> Callable[[bytes], None]:
    def take(data: bytes) -> None:
        frame = orjson.loads(data)
        params = frame["params"]
        power, voltage, current = meters[frame["deviceid"]]
        power.show(params["power"] / 100)
        voltage.show(params["voltage"] / 100)
        current.show(params["current"] / 100)

    return take


def _switch_broadcast(coordinator: Told) -> Callable[[bytes], None]:
    def take(data: bytes) -> None:
        frame = orjson.loads(data)
        values = coordinator.data[frame["deviceid"]]
        values["switch"] = frame["params"]["switch"] == "on"
        coordinator.async_set_updated_data(coordinator.data)

    return take


def _meter_broadcast(coordinator: Told) -> Callable[[bytes], None]:
    def take(data: bytes) -> None:
        frame = orjson.loads(data)
        values = coordinator.data[frame["deviceid"]]
        for key in METERED:
            values[key] = frame["params"][key] / 100
        coordinator.async_set_updated_data(coordinator.data)

    return take


@dataclass(slots=True)
class Writes:
    """What reached the state machine: states that changed, and states told again."""

    changed: int = 0
    reported: int = 0


def count_writes(hass: HomeAssistant, work: Callable[[], Any]) -> Writes:
    """Count what some work writes to the state machine."""
    writes = Writes()

    @callback
    def changed(_: Any) -> None:
        writes.changed += 1

    @callback
    def reported(_: Any) -> bool:
        writes.reported += 1
        return False

    endings = (
        hass.bus.async_listen(EVENT_STATE_CHANGED, changed),
        hass.bus.async_listen(
            EVENT_STATE_REPORTED, lambda _: None, event_filter=reported
        ),
    )
    work()
    for end in endings:
        end()
    return writes
