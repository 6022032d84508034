"""Models of gateways, and drivers: what may be registered over HTTPS.

Source: Thing+ HTTPS guide, "Register Gateway", step 2. The guide shows three sensors of
model 52; the others are named after them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from .sensor_types import NUMBERS, SENSOR_TYPES
from .vocabulary import JsonObject

OPEN_API_MODEL: Final = "52"
SMALL_MODEL: Final = "53"
LINUX_MODEL: Final = "29"
OPEN_API_DEVICE: Final = "open-api-device-v1.0"
LINUX_DEVICE: Final = "jsonrpcFullV1.0"
NETWORK: Final = "daliworks"
DRIVER: Final = "openApiSensor"
REPORT_INTERVAL_MS: Final = 300_000
MAX_DEVICES: Final = 99
MADE_AT: Final = "1495609234518"

NAMES_OF_THE_GUIDE: Final = {"temperature": "openApiTemp", "humidity": "openApiHumi"}
# Of the numbers, what model 52 does not take: a client has to look
NOT_ACCEPTED: Final = ("rssi", "vibration", "strain", "durationPower", "volume")
ACCEPTED: Final = (
    *(name for name, _, _ in NUMBERS if name not in NOT_ACCEPTED),
    "windVane",
    "onoff",
    "motion",
    "door",
    "parkingStatus",
    "crackDetection",
    "string",
    "location",
    "accelerometer",
)
ACCEPTED_BY_SMALL: Final = ("temperature", "humidity", "onoff")


def model_name(sensor_type: str) -> str:
    """Return the model of a sensor of Open API: "openApiConductivity"."""
    name = sensor_type.replace("-", "")
    return NAMES_OF_THE_GUIDE.get(sensor_type, f"openApi{name[0].upper()}{name[1:]}")


def accepted_sensor(sensor_type: str) -> JsonObject:
    """Return an item of `deviceModels[].sensors[]`."""
    return {
        "network": NETWORK,
        "driverName": DRIVER,
        "model": model_name(sensor_type),
        "type": sensor_type,
        "category": SENSOR_TYPES[sensor_type].category,
    }


def gateway_model(
    model_id: str,
    name: str,
    sensor_types: Iterable[str],
    *,
    device_model: str = OPEN_API_DEVICE,
    vendor: str = "OPEN API",
) -> JsonObject:
    """Return a model of gateways as `/gatewayModels/:id` tells it.

    Args:
        model_id: Its id.
        name: For people.
        sensor_types: What its devices may have.
        device_model: The id of its one model of devices.
        vendor: Who makes it.
    """
    unsupported = {"support": "n"}
    device = {
        "id": device_model,
        "displayName": f"{name.removesuffix(' Gateway')} Device",
        "idTemplate": "{gatewayId}-{deviceAddress}",
        "discoverable": "y",
        "sensors": [accepted_sensor(sensor_type) for sensor_type in sensor_types],
        "max": MAX_DEVICES,
    }
    return {
        "reportInterval": str(REPORT_INTERVAL_MS),
        "displayName": name,
        "id": model_id,
        "model": f"{name.lower().replace(' ', '-')}-v1.0",
        "deviceModels": [device],
        "gatewayIdConfig": "n",
        "mtime": MADE_AT,
        "idFormat": "uuid",
        "vendor": vendor,
        "ctime": MADE_AT,
        "deviceMgmt": {
            "reportInterval": {"show": "y", "change": "y"},
            "DM": dict.fromkeys(
                ("poweroff", "reboot", "restart", "swUpdate", "swInfo"), unsupported
            ),
        },
    }


def default_gateway_models() -> dict[str, JsonObject]:
    """Return the models that there are at first, by id."""
    models = (
        gateway_model(OPEN_API_MODEL, "Open API Gateway", ACCEPTED),
        gateway_model(SMALL_MODEL, "Small Open API Gateway", ACCEPTED_BY_SMALL),
        gateway_model(
            LINUX_MODEL,
            "Linux Gateway",
            SENSOR_TYPES,
            device_model=LINUX_DEVICE,
            vendor="Daliworks",
        ),
    )
    return {model["id"]: model for model in models}


def _driver(name: str, sensor_types: Iterable[str]) -> JsonObject:
    types = [SENSOR_TYPES[sensor_type] for sensor_type in sensor_types]
    return {
        "id": name,
        "driverName": name,
        "displayName": name,
        "models": [model_name(kind.id) for kind in types],
        "supportedNetworks": [NETWORK],
        "category": types[0].category,
        "dataTypes": {model_name(kind.id): [kind.id] for kind in types},
        "commands": {command: {} for kind in types for command in kind.commands},
        "mtime": MADE_AT,
        "ctime": MADE_AT,
    }


SENSOR_DRIVERS: Final[Mapping[str, Mapping[str, Any]]] = {
    DRIVER: _driver(DRIVER, ACCEPTED),
    "jsonrpcActuator": _driver(
        "jsonrpcActuator", (kind.id for kind in SENSOR_TYPES.values() if kind.commands)
    ),
}
