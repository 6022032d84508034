"""What tests of readers have in common: who there is, and what devices say."""

from typing import Any, Final

from tests.simulators.iotbiz import IotbizSimulator

USERNAME: Final = "ada.lovelace"
PASSWORD: Final = "analytical engine"
CUSTOMER: Final = "abc123-customer"
PUMP: Final = "pump-1"
GATE: Final = "44:8a:5b:9c:70:93"

CONNECTION: Final = "binary_sensor.pump_1_connectivity"
RUNNING: Final = "binary_sensor.pump_1_running"
DRY: Final = "binary_sensor.pump_1_dry"
FLOW: Final = "sensor.pump_1_flow"
TURNS: Final = "sensor.pump_1_turns"
MODE: Final = "sensor.pump_1_mode"
LAST_SEEN: Final = "sensor.pump_1_last_seen"
STATUS: Final = "sensor.pump_1_status"
GATE_CONNECTION: Final = "binary_sensor.44_8a_5b_9c_70_93_connectivity"

ONLINE: Final = {"agentStatus": "online", "programStatus": "up"}
OFFLINE: Final = {"agentStatus": "offline", "programStatus": "down"}


def say(
    iotbiz: IotbizSimulator,
    device_id: str,
    at: float | None = None,
    **attributes: Any,
) -> None:
    """Let a device say that it is there, and what it measures."""
    iotbiz.add_row(device_id, ONLINE | attributes, at)


def asked_for(iotbiz: IotbizSimulator) -> list[str]:
    """Return what was asked for: paths, of telemetry with the device's number."""
    return [
        " ".join([one.path, *(value for key, value in one.query if key == "device")])
        for one in iotbiz.requests
    ]


def key_of(iotbiz: IotbizSimulator, device_id: str) -> str:
    """Return what a device is called in addresses."""
    return str(iotbiz.devices[device_id].pk)
