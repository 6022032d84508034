"""What a platform knows of devices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import datetime as dt
import secrets
import string
from typing import Any, Final

_PASSWORD_LENGTH: Final = 50
_PASSWORD_CHARACTERS: Final = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """A row of telemetry.

    Attributes:
        pk: Its number.
        at: When it came, seconds since 1970.
        state: The whole message.
    """

    pk: int
    at: float
    state: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class KnownDevice:
    """A device.

    Attributes:
        pk: Its number in addresses.
        device_id: Its name.
        customer_id: Its customer number.
        password: What it was given.
        activated: Whether it has confirmed that.
        approved: Whether somebody has approved it, where that is needed.
        activated_by_client: Whether a client of the API knows the valid password.
        agent_status: Its latest `agentStatus` or `status`; None: never told.
        program_status: Its latest `programStatus`; None: never told.
        last_updated: When it was heard of, seconds since 1970; None: never.
        rows: Its telemetry, the latest last.
        supervisor: What its program printed.
    """

    pk: int
    device_id: str
    customer_id: str
    password: str = field(repr=False)
    activated: bool = False
    approved: bool = False
    activated_by_client: bool = False
    agent_status: str | None = None
    program_status: str | None = None
    last_updated: float | None = None
    rows: list[StoredRow] = field(default_factory=list)
    supervisor: list[str] = field(default_factory=list)

    @property
    def state(self) -> Mapping[str, Any] | None:
        """Return its latest message, None if there is none."""
        return self.rows[-1].state if self.rows else None

    @property
    def state_topic(self) -> str:
        """Return where it tells its state."""
        return f"devices/out/{self.customer_id}/{self.device_id}/state"

    @property
    def command_topic(self) -> str:
        """Return where it is told what to do."""
        return f"devices/in/{self.customer_id}/{self.device_id}/command"


def new_password() -> str:
    """Return 50 letters and digits."""
    return "".join(
        secrets.choice(_PASSWORD_CHARACTERS) for _ in range(_PASSWORD_LENGTH)
    )


def time_text(seconds: float) -> str:
    """Return a time as Django REST framework writes it."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return moment.isoformat().replace("+00:00", "Z")
