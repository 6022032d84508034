"""How parameters of a device change."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from .json_types import JsonObject

PER_OUTLET = frozenset({"switches", "configure", "pulses"})
# Requests to the device that are not kept as its state.
REQUESTS = frozenset(
    {"getHoursKwh", "getKwh_00", "getKwh_01", "hundredDaysKwh", "operSide", "uiActive"}
)


def merge(params: JsonObject, changes: Mapping[str, Any]) -> None:
    """Merge changes into parameters, in place.

    Lists of channels are merged per `outlet`, everything else is replaced.

    Args:
        params: Parameters of a device.
        changes: Some parameters, as in a command or report.
    """
    for name, value in changes.items():
        if name in PER_OUTLET and isinstance(params.get(name), list):
            params[name] = _merge_outlets(params[name], value)
        elif name not in REQUESTS:
            params[name] = deepcopy(value)


def outlets(params: Mapping[str, Any]) -> set[int]:
    """Tell the outlet numbers a device reports."""
    return {entry["outlet"] for entry in params.get("switches", ())}


def switched(params: Mapping[str, Any]) -> dict[int | None, str]:
    """Tell the state of each switch named in some parameters.

    Args:
        params: Parameters of a device, a command or a report.

    Returns:
        State ("on", "off") by outlet; the outlet of a single switch is None.
    """
    states: dict[int | None, str] = {
        entry["outlet"]: entry["switch"] for entry in params.get("switches", ())
    }
    if "switch" in params:
        states[None] = params["switch"]
    return states


def as_switch(outlet: int | None, state: str) -> JsonObject:
    """Build the parameters that give one switch a state."""
    if outlet is None:
        return {"switch": state}
    return {"switches": [{"switch": state, "outlet": outlet}]}


def inching(params: Mapping[str, Any], outlet: int | None) -> tuple[str, float] | None:
    """Tell the inching of one switch.

    Args:
        params: Parameters of a device.
        outlet: Outlet number; None for a single switch.

    Returns:
        The state the switch falls back to and after how many seconds; None when
        inching is off.
    """
    if outlet is None:
        entry = {"pulse": params.get("pulse"), "width": params.get("pulseWidth", 500)}
    else:
        pulses = params.get("pulses", ())
        entry = next((item for item in pulses if item["outlet"] == outlet), {})
    if entry.get("pulse") != "on":
        return None
    return entry.get("switch", "off"), entry.get("width", 500) / 1000


def _merge_outlets(present: list[Any], changes: list[Any]) -> list[Any]:
    merged = {entry["outlet"]: entry for entry in present}
    for entry in changes:
        outlet = entry["outlet"]
        merged[outlet] = merged.get(outlet, {}) | deepcopy(entry)
    return [merged[outlet] for outlet in sorted(merged)]
