"""A platform without its wire: customers, devices, users, and what it may be like."""

from collections import deque
from collections.abc import Callable, Mapping
import itertools
import time
from typing import Any, Literal

from .broker import Broker
from .devices import KnownDevice, StoredRow, new_password
from .record import RecordedRequest, Registered, new_record
from .tokens import TokenOffice
from .trouble import Trouble

type IdKey = Literal["device_id", "mac_address", "either"]
type Generation = Literal["seed", "late"]


class World:
    """A platform.

    Attributes:
        clock: Returns the time in seconds since 1970.
        broker: Where activated devices may connect; None: nowhere.
        trouble: What goes wrong with requests; None: nothing.
        wants: The key of the device's name that it needs: "device_id" since the first
            code, "mac_address" as the README has it; others are ignored.
        generation: What a state needs: `status` ("seed"), or `agentStatus` and
            `programStatus` ("late").
        needs_approval: Whether a device may be activated only once it is approved.
        page_size: How much of a list is told at once where no limit is asked for.
        newest_first: The order of telemetry; nothing tells it.
        never_told: What is listed as a status that a device never told.
        customers: How many devices each may have; None: any number.
        devices: By name.
        users: Passwords of users, by name.
        office: Gives out tokens.
        requests: The latest requests.
        registrations: The latest registrations and activations.
    """

    def __init__(
        self, clock: Callable[[], float] = time.time, broker: Broker | None = None
    ) -> None:
        """Know nobody yet.

        Args:
            clock: Returns the time in seconds since 1970.
            broker: Where activated devices may connect.
        """
        self.clock = clock
        self.broker = broker
        self.trouble: Trouble | None = None
        self.wants: IdKey = "device_id"
        self.generation: Generation = "late"
        self.needs_approval = False
        self.page_size = 500
        self.newest_first = False
        self.never_told: str | None = None
        self.customers: dict[str, int | None] = {}
        self.devices: dict[str, KnownDevice] = {}
        self.users: dict[str, str] = {}
        # Not `clock` itself: one that is replaced later counts here too.
        self.office = TokenOffice(lambda: self.clock())
        self.requests: deque[RecordedRequest] = new_record()
        self.registrations: deque[Registered] = new_record()
        self._faults: list[str] = []
        self._ever_registered: set[str] = set()
        self._numbers = itertools.count(1)

    def note_fault(self, text: str) -> None:
        """Note what only a wrongly programmed client does."""
        self._faults.append(text)

    # People

    def add_customer(self, customer_id: str, limit: int | None = None) -> None:
        """Add a customer number, or change its limit."""
        self.customers[customer_id] = limit

    def add_user(self, username: str, password: str) -> None:
        """Add a user who may see all devices, or change the password."""
        self.users[username] = password

    # Devices

    async def add_device(
        self,
        device_id: str,
        customer_id: str,
        *,
        password: str | None = None,
        activated: bool = True,
    ) -> KnownDevice:
        """Add a device, as if another client had registered it.

        Args:
            device_id: Its name.
            customer_id: Its customer, which is added if it is not there.
            password: Its password; None: a new one.
            activated: Whether it may connect.
        """
        self.customers.setdefault(customer_id, None)
        device = self.new_device(device_id, customer_id)
        if password is not None:
            device.password = password
        if activated:
            device.activated = device.approved = True
            await self.let_in(device)
        return device

    def new_device(self, device_id: str, customer_id: str) -> KnownDevice:
        """Register a device, or give it a new password."""
        old = self.devices.get(device_id)
        device = KnownDevice(
            pk=next(self._numbers) if old is None else old.pk,
            device_id=device_id,
            customer_id=customer_id,
            password=new_password(),
            approved=old is not None and old.approved,
        )
        self.devices[device_id] = device
        self._ever_registered.add(device_id)
        return device

    def was_ever_registered(self, device_id: str) -> bool:
        """Return whether a device is or was known."""
        return device_id in self._ever_registered

    def has_room(self, customer_id: str, device_id: str) -> bool:
        """Return whether a customer may have a device."""
        limit = self.customers[customer_id]
        others = [
            device
            for device in self.devices.values()
            if device.customer_id == customer_id and device.device_id != device_id
        ]
        return limit is None or len(others) < limit

    def approve(self, device_id: str) -> None:
        """Approve a device.

        Raises:
            KeyError: There is none.
        """
        self.devices[device_id].approved = True

    async def forget(self, device_id: str) -> None:
        """Delete a device, so that it may register again; its connection is cut.

        Raises:
            KeyError: There is none.
        """
        del self.devices[device_id]
        if self.broker is not None and self.broker.has_user(device_id):
            await self.broker.remove_user(device_id)

    async def set_password(self, device_id: str, password: str) -> None:
        """Give a device another password that counts; its connection is cut.

        Raises:
            KeyError: There is none.
        """
        device = self.devices[device_id]
        device.password = password
        device.activated_by_client = False
        if device.activated:
            await self.let_in(device)

    async def let_in(self, device: KnownDevice) -> None:
        """Let a device connect with its password."""
        if self.broker is not None:
            await self.broker.add_user(
                device.device_id, device.password, device.customer_id
            )

    def add_row(
        self, device_id: str, state: Mapping[str, Any], at: float | None = None
    ) -> StoredRow:
        """Let a device have told its state.

        Args:
            device_id: The device.
            state: The whole message.
            at: When, seconds since 1970; None: now.

        Raises:
            KeyError: There is no such device.
        """
        device = self.devices[device_id]
        moment = self.clock() if at is None else at
        row = StoredRow(pk=next(self._numbers), at=moment, state=dict(state))
        device.rows.append(row)
        device.last_updated = moment
        device.agent_status = state.get("agentStatus", state.get("status"))
        device.program_status = state.get("programStatus")
        return row
