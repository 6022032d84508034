"""Products of the simulated home: what they are called and what they report."""

from copy import deepcopy
from dataclasses import dataclass, field

from .json_types import JsonObject

# Every product of these has one radio below a bridge: fewer housekeeping parameters.
ZIGBEE_UIIDS = frozenset(
    {1000, 1256, 1770, 2026, 2256, 3026, 3256, 4026, 4256, 5026, 7003, 7014}
)
# These refuse a command that does not name every channel.
ALL_CHANNELS_UIIDS = frozenset({2256, 3256, 4256})

WIFI_PARAMS: JsonObject = {
    "fwVersion": "3.6.0",
    "rssi": -57,
    "sledOnline": "on",
    "version": 8,
    "init": 1,
}
ZIGBEE_PARAMS: JsonObject = {
    "subDevId": "a480062416",
    "parentid": "10011b2f3c",
    "subDevRssi": -62,
}
SINGLE: JsonObject = {
    "switch": "off",
    "startup": "stay",
    "pulse": "off",
    "pulseWidth": 500,
    "timers": [],
}


def channels(entries: int) -> JsonObject:
    """Build the parameters of a device with the multi-channel form.

    Args:
        entries: Number of entries in each list.

    Returns:
        `switches`, `configure`, `pulses` and `lock`.
    """
    outlets = range(entries)
    return {
        "switches": [{"switch": "off", "outlet": outlet} for outlet in outlets],
        "configure": [{"startup": "stay", "outlet": outlet} for outlet in outlets],
        "pulses": [
            {"pulse": "off", "width": 500, "outlet": outlet} for outlet in outlets
        ],
        "lock": 0,
    }


@dataclass(frozen=True, kw_only=True)
class Product:
    """One kind of device.

    Attributes:
        model: `productModel` and `extra.model`.
        ui: Text of `extra.ui`.
        params: Parameters beside the housekeeping ones.
        outlets: Real channels; a device may report more entries than that.
    """

    model: str
    ui: str
    params: JsonObject = field(default_factory=dict)
    outlets: int = 1


PRODUCTS: dict[int, Product] = {
    1: Product(model="BASICR2", ui="Single channel switch", params=SINGLE),
    2: Product(model="DUALR2", ui="Two channel switch", params=channels(4), outlets=2),
    3: Product(model="T1 3C", ui="Three channel switch", params=channels(4), outlets=3),
    4: Product(model="4CHR3", ui="Four channel switch", params=channels(4), outlets=4),
    5: Product(
        model="POW",
        ui="Power detection switch",
        params=SINGLE | {"power": "0.00", "alarmType": "pcv"},
    ),
    6: Product(model="T1 1C", ui="Single channel switch", params=SINGLE),
    7: Product(model="T1 2C", ui="Two channel switch", params=channels(4), outlets=2),
    11: Product(
        model="King Q4", ui="Curtain", params={"switch": "off", "setclose": 100}
    ),
    15: Product(
        model="TH16",
        ui="Temperature and humidity switch",
        params={
            "switch": "off",
            "mainSwitch": "off",
            "deviceType": "normal",
            "sensorType": "AM2301",
            "currentTemperature": "21.4",
            "currentHumidity": "48",
            "targets": [],
            "startup": "off",
            "pulse": "off",
            "pulseWidth": 500,
        },
    ),
    32: Product(
        model="POWR2",
        ui="Power detection switch",
        params=SINGLE
        | {"power": "0.00", "voltage": "231.40", "current": "0.00", "alarmType": "pcv"},
    ),
    44: Product(
        model="D1", ui="Dimmer", params={"switch": "off", "brightness": 60, "mode": 0}
    ),
    102: Product(
        model="DW2-Wi-Fi",
        ui="Door and window sensor",
        params={
            "switch": "off",
            "battery": 2.97,
            "actionTime": "2026-01-05T07:30:00.000Z",
            "lastUpdateTime": "2026-01-05T07:30:00.000Z",
        },
    ),
    103: Product(
        model="B02-BL",
        ui="White bulb",
        params={"switch": "off", "ltype": "white", "white": {"br": 60, "ct": 120}},
    ),
    104: Product(
        model="B05-BL",
        ui="Colour bulb",
        params={
            "switch": "off",
            "ltype": "white",
            "white": {"br": 60, "ct": 120},
            "color": {"br": 80, "r": 255, "g": 120, "b": 0},
        },
    ),
    126: Product(
        model="DUALR3",
        ui="Two channel metering switch",
        params=channels(4)
        | {
            "workMode": 1,
            "voltage_00": 23140,
            "voltage_01": 23140,
            "current_00": 0,
            "current_01": 0,
            "actPow_00": 0,
            "actPow_01": 0,
            "reactPow_00": 0,
            "reactPow_01": 0,
            "apparentPow_00": 0,
            "apparentPow_01": 0,
        },
        outlets=2,
    ),
    138: Product(
        model="MINIR4",
        ui="Single channel switch",
        params=channels(1) | {"relaySeparation": 0},
    ),
    154: Product(
        model="DW2-Wi-Fi-L",
        ui="Door and window sensor",
        params={"switch": "off", "battery": 87},
    ),
    181: Product(
        model="THR316",
        ui="Temperature and humidity switch",
        params={
            "switch": "off",
            "mainSwitch": "off",
            "sensorType": "DS18B20",
            "currentTemperature": "20.1",
            "currentHumidity": "unavailable",
            "autoControlEnabled": 0,
            "autoControl": [],
        },
    ),
    190: Product(
        model="POWR3",
        ui="Metering plug",
        params=channels(1)
        | {
            "power": 0,
            "voltage": 23140,
            "current": 0,
            "dayKwh": 41,
            "monthKwh": 1260,
        },
    ),
    268: Product(model="BASIC-1GS", ui="Single channel switch", params=channels(1)),
    276: Product(
        model="S61STPF",
        ui="Metering plug",
        params=channels(1)
        | {
            "power": 0,
            "voltage": 23140,
            "current": 0,
            "dayKwh": 41,
            "weekKwh": 300,
            "monthKwh": 1260,
            "yearKwh": 9120,
        },
    ),
    1000: Product(model="SNZB-01", ui="Button", params={"key": 0, "battery": 100}),
    1256: Product(model="ZBMINI", ui="Single channel switch", params={"switch": "off"}),
    1770: Product(
        model="SNZB-02",
        ui="Temperature and humidity sensor",
        params={"temperature": "2140", "humidity": "4830", "battery": 92},
    ),
    2026: Product(
        model="SNZB-03",
        ui="Motion sensor",
        params={"motion": 0, "battery": 88, "trigTime": "1767598200000"},
    ),
    2256: Product(
        model="ZB-SW02",
        ui="Two channel switch",
        params={"switches": channels(2)["switches"]},
        outlets=2,
    ),
    3026: Product(model="SNZB-04", ui="Door sensor", params={"lock": 0, "battery": 90}),
    3256: Product(
        model="ZB-SW03",
        ui="Three channel switch",
        params={"switches": channels(3)["switches"]},
        outlets=3,
    ),
    4026: Product(
        model="SNZB-05", ui="Water sensor", params={"water": 0, "battery": 95}
    ),
    4256: Product(
        model="ZB-SW04",
        ui="Four channel switch",
        params={"switches": channels(4)["switches"]},
        outlets=4,
    ),
    5026: Product(
        model="ZB-SMOKE", ui="Smoke sensor", params={"smoke": 0, "battery": 95}
    ),
    7003: Product(
        model="SNZB-04P", ui="Door sensor", params={"lock": 0, "battery": 90}
    ),
    7014: Product(
        model="SNZB-02D",
        ui="Temperature and humidity sensor",
        params={"temperature": "2140", "humidity": "4830", "battery": 92},
    ),
    9876: Product(
        model="Mystery-2",
        ui="Something new",
        params={
            "switches": channels(2)["switches"],
            "power": 1250,
        },
        outlets=2,
    ),
}
UNKNOWN_PRODUCT = Product(model="Mystery", ui="Something", params={"switch": "off"})


def product_of(uiid: int) -> Product:
    """Look a product up; an unknown uiid is a plain single channel switch."""
    return PRODUCTS.get(uiid, UNKNOWN_PRODUCT)


def mac_of(device_id: str) -> str:
    """Tell the network address of a device, made from its id."""
    mac = f"D8:F1:5B:{device_id[-6:-4]}:{device_id[-4:-2]}:{device_id[-2:]}"
    return mac.upper()


def default_params(uiid: int, device_id: str) -> JsonObject:
    """Build the parameters a new device of that kind reports.

    Args:
        uiid: Number of the device's user interface, its kind.
        device_id: Its id, ten characters.

    Returns:
        A fresh dictionary.
    """
    housekeeping = (
        ZIGBEE_PARAMS
        if uiid in ZIGBEE_UIIDS
        else WIFI_PARAMS | {"staMac": mac_of(device_id)}
    )
    return deepcopy(housekeeping | product_of(uiid).params)
