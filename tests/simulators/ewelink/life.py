"""A home that lives: somebody presses switches, loads vary, doors open."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any, Never

from .devices import SimulatedDevice
from .items import GROUP
from .json_types import JsonObject
from .params import switched
from .simulator import EwelinkSimulator

# Chance of each kind of event, per device and round.
PRESS_CHANCE = 0.06
OPEN_CHANCE = 0.1
METER_CHANCE = 0.6
DRIFT_CHANCE = 0.3

TYPICAL_WATTS = 140.0
MAINS_VOLTS = 231.0
DOOR_UIIDS = frozenset({102, 154})
# Integers of these parameters are hundredths.
HUNDREDTHS = 100

type Change = Callable[[SimulatedDevice, Random], JsonObject | None]


async def live(
    simulator: EwelinkSimulator, period: float = 3.0, *, seed: int = 1
) -> Never:
    """Let the online devices of a cloud change by themselves until cancelled.

    Args:
        simulator: The cloud.
        period: Time from one round to the next, seconds.
        seed: The same seed gives the same changes.
    """
    rng = Random(seed)
    while True:
        await asyncio.sleep(period)
        for device in list(simulator.devices.values()):
            if device.online and not device.broken and device.item_type != GROUP:
                await _live_once(device, rng)


async def _live_once(device: SimulatedDevice, rng: Random) -> None:
    if _has_button(device) and rng.random() < PRESS_CHANCE:
        outlet = None
        if "switches" in device.params:
            outlet = rng.randrange(device.outlets)
        await device.press(outlet)
    for change in CHANGES:
        params = change(device, rng)
        if params:
            await device.report(params)


def _has_button(device: SimulatedDevice) -> bool:
    return device.uiid not in DOOR_UIIDS and bool(switched(device.params))


def _door(device: SimulatedDevice, rng: Random) -> JsonObject | None:
    if device.uiid not in DOOR_UIIDS or rng.random() >= OPEN_CHANCE:
        return None
    return {"switch": "off" if device.params["switch"] == "on" else "on"}


def _motion(device: SimulatedDevice, rng: Random) -> JsonObject | None:
    if "motion" not in device.params or rng.random() >= OPEN_CHANCE:
        return None
    return {"motion": 1 - int(device.params["motion"])}


def _meter(device: SimulatedDevice, rng: Random) -> JsonObject | None:
    if "power" not in device.params or rng.random() >= METER_CHANCE:
        return None
    is_on = "on" in switched(device.params).values()
    watts = TYPICAL_WATTS * rng.uniform(0.7, 1.3) if is_on else 0.0
    volts = MAINS_VOLTS + rng.uniform(-2, 2)
    return _measured(
        device, {"power": watts, "voltage": volts, "current": watts / volts}
    )


def _channel_meters(device: SimulatedDevice, rng: Random) -> JsonObject | None:
    if "actPow_00" not in device.params or rng.random() >= METER_CHANCE:
        return None
    states = switched(device.params)
    volts = MAINS_VOLTS + rng.uniform(-2, 2)
    values: dict[str, float] = {}
    for outlet in range(device.outlets):
        is_on = states.get(outlet) == "on"
        watts = TYPICAL_WATTS / 2 * rng.uniform(0.7, 1.3) if is_on else 0.0
        values[f"voltage_{outlet:02}"] = volts
        values[f"current_{outlet:02}"] = watts / volts
        values[f"actPow_{outlet:02}"] = watts
        values[f"apparentPow_{outlet:02}"] = watts * 1.05
    return _measured(device, values)


def _energy(device: SimulatedDevice, rng: Random) -> JsonObject | None:
    if not device.params.get("power") or rng.random() >= DRIFT_CHANCE:
        return None
    names = ("dayKwh", "weekKwh", "monthKwh", "yearKwh")
    return {name: device.params[name] + 1 for name in names if name in device.params}


def _climate(device: SimulatedDevice, rng: Random) -> JsonObject | None:
    if rng.random() >= DRIFT_CHANCE:
        return None
    params = device.params
    drifted: JsonObject = {}
    for name in ("currentTemperature", "currentHumidity"):
        if params.get(name, "unavailable") != "unavailable":
            drifted[name] = f"{float(params[name]) + rng.uniform(-0.3, 0.3):.1f}"
    for name in ("temperature", "humidity"):
        if isinstance(params.get(name), str):
            drifted[name] = str(int(params[name]) + rng.randint(-30, 30))
    return drifted


def _measured(device: SimulatedDevice, values: dict[str, float]) -> JsonObject:
    """Write values the way the device does: text, or whole hundredths."""
    measured: dict[str, Any] = {}
    for name, value in values.items():
        present = device.params.get(name)
        if isinstance(present, str):
            measured[name] = f"{value:.2f}"
        elif present is not None:
            measured[name] = round(value * HUNDREDTHS)
    return measured


CHANGES: tuple[Change, ...] = (
    _door,
    _motion,
    _meter,
    _channel_meters,
    _energy,
    _climate,
)
