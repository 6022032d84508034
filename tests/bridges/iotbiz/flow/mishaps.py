"""What goes wrong with a platform, and how it is made good."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.iotbiz.agent import (
    account as agent_account,
    trial as agent_trial,
)
from custom_components.iot_bridge.bridges.iotbiz.reader import (
    account as reader_account,
    steps as reader_steps,
)
from tests.bridges.iotbiz.world import CUSTOMER
from tests.simulators.iotbiz import IotbizSimulator, Trouble

type Spoil = Callable[[IotbizSimulator], None]


def nothing(_: IotbizSimulator) -> None:
    """Leave the platform as it is: it is the user who is mistaken."""


def full(iotbiz: IotbizSimulator) -> None:
    """Let the customer have no room for devices."""
    iotbiz.add_customer(CUSTOMER, limit=0)


def unapproved(iotbiz: IotbizSimulator) -> None:
    """Let somebody have to approve each device."""
    iotbiz.needs_approval = True


def trouble_at(path: str, **trouble: Any) -> Spoil:
    """Let a platform have trouble with a part of its API."""

    def spoil(iotbiz: IotbizSimulator) -> None:
        iotbiz.trouble = Trouble(**trouble, path=path)

    return spoil


def register(**trouble: Any) -> Spoil:
    """Let a platform have trouble with registrations."""
    return trouble_at("/api/devices/register/", **trouble)


def activate(**trouble: Any) -> Spoil:
    """Let a platform have trouble with activations."""
    return trouble_at("/api/devices/activate/", **trouble)


def repair(iotbiz: IotbizSimulator) -> None:
    """Let all be as at first."""
    iotbiz.trouble = None
    iotbiz.needs_approval = False
    iotbiz.add_customer(CUSTOMER)


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(agent_account, "TIMEOUT", 0.3)
    monkeypatch.setattr(agent_trial, "BROKER_SECONDS", 0.3)
    monkeypatch.setattr(reader_account, "TIMEOUT", 0.3)


def be_in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for all answers together no longer than a moment."""
    monkeypatch.setattr(agent_trial, "TRIAL_SECONDS", 0.05)
    monkeypatch.setattr(reader_steps, "TRIAL_SECONDS", 0.05)
