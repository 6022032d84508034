"""Simulated accounts of any size: their device lists, and the frames of their devices.

Half of the devices are plain switches and half are meters, so that an account has the
same mixture whatever its size. The simulator makes the items; no server runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from tests.simulators.ewelink import EwelinkSimulator
from tests.simulators.ewelink.items import v2_item
from tests.simulators.ewelink.messages import device_update

SWITCH_UIID: Final = 6
METER_UIID: Final = 190

# Two different reports of each kind: sent in turn, each one changes everything.
SWITCH_REPORTS: Final = ({"switch": "on"}, {"switch": "off"})
METER_REPORTS: Final = (
    {"power": 4510, "voltage": 22980, "current": 196},
    {"power": 151230, "voltage": 23115, "current": 6543},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An account with devices.

    Attributes:
        apikey: The account's key.
        family_id: The id of its one home.
        listing: The `thingList` of the cloud's answer, as JSON.
        switches: The ids of its switches.
        meters: The ids of its metering plugs.
    """

    apikey: str
    family_id: str
    listing: bytes
    switches: tuple[str, ...]
    meters: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return the number of devices."""
        return len(self.switches) + len(self.meters)

    def answers(self) -> dict[str, Any]:
        """Return the parsed bodies of the cloud's answers, by the name of the call.

        They are parsed anew each time: the integration keeps a part of them.
        """
        things = orjson.loads(self.listing)
        family = {"id": self.family_id, "name": "Home"}
        return {
            "home list": _envelope({"familyList": [family]}),
            "device list": _envelope({"thingList": things, "total": len(things)}),
            "dispatch": {
                "error": 0,
                "reason": "ok",
                "domain": "socket.invalid",
                "port": 8080,
            },
        }

    def frames(
        self, devices: Sequence[str], reports: Sequence[Mapping[str, Any]]
    ) -> list[bytes]:
        """Return socket frames: the first report of each device, then the second.

        Args:
            devices: The ids of the devices.
            reports: What each of them reports, in turn.
        """
        return [
            orjson.dumps(device_update(device_id, self.apikey, number, report))
            for number, report in enumerate(reports, 1)
            for device_id in devices
        ]


def build_house(size: int) -> House:
    """Make an account.

    Args:
        size: The number of devices; half of them are switches, half are meters.
    """
    simulator = EwelinkSimulator()
    account = simulator.add_account(password="x", email="house@example.com")
    devices = [
        simulator.add_device(account, uiid=uiid, name=name)
        for uiid, name in _products(size)
    ]
    return House(
        apikey=account.apikey,
        family_id=account.current_family.id,
        listing=orjson.dumps([v2_item(device, account) for device in devices]),
        switches=tuple(each.device_id for each in devices if each.uiid == SWITCH_UIID),
        meters=tuple(each.device_id for each in devices if each.uiid == METER_UIID),
    )


def spread(devices: Sequence[str], count: int) -> Sequence[str]:
    """Return some of the devices, evenly spread over all of them."""
    return devices[:: max(1, len(devices) // count)][:count]


def _products(size: int) -> Iterator[tuple[int, str]]:
    for number in range(1, size + 1):
        yield (
            (METER_UIID, f"Meter {number}")
            if number % 2
            else (SWITCH_UIID, f"Switch {number}")
        )


def _envelope(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": 0, "msg": "", "data": data}
