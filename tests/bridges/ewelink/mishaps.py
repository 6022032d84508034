"""What tests let go wrong with the simulated cloud, and how it is made good."""

from collections.abc import Callable
from typing import Any

from tests.simulators.ewelink import EwelinkSimulator, Trouble

from .conftest import APP_ID, APP_SECRET

type Spoil = Callable[[EwelinkSimulator], None]


def nothing(_: EwelinkSimulator) -> None:
    """Leave the cloud as it is: it is the user who is mistaken."""


def app(**changes: Any) -> Spoil:
    """Change the user's app."""

    def spoil(cloud: EwelinkSimulator) -> None:
        for name, value in changes.items():
            setattr(cloud.apps[APP_ID], name, value)

    return spoil


def user(**changes: Any) -> Spoil:
    """Change the first account."""

    def spoil(cloud: EwelinkSimulator) -> None:
        for name, value in changes.items():
            setattr(cloud.accounts[0], name, value)

    return spoil


def in_trouble(**changes: Any) -> Spoil:
    """Let the cloud have trouble."""

    def spoil(cloud: EwelinkSimulator) -> None:
        cloud.trouble = Trouble(**changes)

    return spoil


def revoked(cloud: EwelinkSimulator) -> None:
    """End all sessions."""
    cloud.revoke_tokens()


def together(*spoils: Spoil) -> Spoil:
    """Let several things go wrong."""

    def spoil(cloud: EwelinkSimulator) -> None:
        for one in spoils:
            one(cloud)

    return spoil


# A secret that was renewed: signatures made with the former one are no fault of ours.
SECRET_RENEWED = app(secret="renewed", mistaken_secrets={APP_SECRET})


def repair(cloud: EwelinkSimulator) -> None:
    """Let the cloud, the app and the account be as at first."""
    cloud.trouble = Trouble()
    user(active=True)(cloud)
    app(allowed=True, expired=False, quota_exceeded=False, secret=APP_SECRET)(cloud)
