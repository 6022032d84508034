"""A believable home, and many devices at once."""

from collections.abc import Mapping
from typing import Any

from .accounts import SimulatedAccount
from .devices import SimulatedDevice
from .simulator import EwelinkSimulator

# What each device of the home is given besides its account.
HOME: tuple[Mapping[str, Any], ...] = (
    {"uiid": 1, "name": "Hall light", "model": "BASICR2"},
    {"uiid": 1, "name": "Coffee machine", "model": "S26"},
    {
        "uiid": 4,
        "name": "Garden",
        "channel_names": {0: "Fountain", 1: "Path lights", 2: "Pump", 3: "Greenhouse"},
    },
    {
        "uiid": 126,
        "name": "Kitchen",
        "channel_names": {0: "Ceiling", 1: "Worktop"},
    },
    {"uiid": 32, "name": "Washing machine"},
    {"uiid": 190, "name": "Heat pump"},
    {"uiid": 190, "name": "Office desk", "model": "S60TPF"},
    {"uiid": 15, "name": "Bathroom heater"},
    {"uiid": 138, "name": "Bedroom light"},
    {"uiid": 1770, "name": "Living room climate"},
    {"uiid": 102, "name": "Front door"},
    {"uiid": 154, "name": "Cellar window"},
    {"uiid": 2026, "name": "Stairs motion"},
    {"uiid": 2256, "name": "Dining room", "channel_names": {0: "Table", 1: "Wall"}},
    {"uiid": 9876, "name": "Mystery box", "brand": "Maker"},
)
MIXTURE = (1, 4, 126, 32, 190, 15, 138, 1770, 102, 2026)


def believable_home(
    simulator: EwelinkSimulator, account: SimulatedAccount
) -> list[SimulatedDevice]:
    """Give an account a home.

    Args:
        simulator: The cloud.
        account: Whose home.

    Returns:
        The devices: those of `HOME`, one shared by a neighbour (the last but one) and
        a group (the last).
    """
    devices = [simulator.add_device(account, **entry) for entry in HOME]
    neighbour = simulator.add_account(
        email=f"neighbour{len(simulator.accounts)}@example.com",
        password="borrowed-sugar",
        region=account.region,
        country_code=account.country_code,
    )
    devices.append(
        simulator.add_device(
            account, uiid=1, name="Shared garage", shared_from=neighbour
        )
    )
    devices.append(
        simulator.add_device(
            account,
            uiid=5000,
            name="All lights",
            item_type=3,
            params={"switch": "off"},
            model="Group",
        )
    )
    return devices


def broken_item(
    simulator: EwelinkSimulator, account: SimulatedAccount
) -> SimulatedDevice:
    """Add a device whose list item has no uiid, and a list as `params`."""
    device = simulator.add_device(account, uiid=1, name="Odd one", params={})
    device.broken = True
    return device


def many_devices(
    simulator: EwelinkSimulator, account: SimulatedAccount, count: int
) -> list[SimulatedDevice]:
    """Give an account any number of devices of all kinds.

    Args:
        simulator: The cloud.
        account: Whose devices.
        count: How many.

    Returns:
        The devices.
    """
    return [
        simulator.add_device(
            account, uiid=MIXTURE[number % len(MIXTURE)], name=f"Device {number + 1}"
        )
        for number in range(count)
    ]
