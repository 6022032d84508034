"""Registers and activates devices, and knows which of them may speak.

README "Putting a new device on the platform": a password is given first and works only
once the device has confirmed it. Before that a new one may be asked for; after that the
name is taken, so that nobody who knows it can push the device out.
"""

from collections import Counter
from collections.abc import Callable, Iterable
import hmac
import time
from typing import Final

from homeassistant.core import HomeAssistant

from ....coordinator import BridgeConfigEntry
from ..const import CONF_ADMISSION, DEFAULT_ADMISSION, Admission
from .approval import async_ask, async_take_back
from .customers import Customer, customers_of
from .passwords import Passwords, new_password
from .rate_limits import RateLimits
from .refusals import Reason, Refused
from .registrations import Registration, Registrations

# Seconds. A device that does not confirm its password within the hour is not coming, nor
# is one that waits for the user and has not asked again for a day: what somebody has
# mistyped, or made up, must not take the places of others.
_NOT_CONFIRMED: Final = 3600.0
_NOT_ASKED_AGAIN: Final = 24 * 3600.0
# Agents that wait for the user ask each ten seconds; it is written down now and then.
_NOTED_EACH: Final = 600.0


class Enrolment:
    """The devices of a server, from their registration to their removal.

    Attributes:
        registrations: All devices.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: BridgeConfigEntry,
        on_activated: Callable[[Registration], None],
    ) -> None:
        """Know no device before `async_load`.

        Args:
            hass: Home Assistant.
            entry: The config entry of the server.
            on_activated: Called with each device that has become one.
        """
        self._hass = hass
        self._entry = entry
        self._on_activated = on_activated
        self._passwords = Passwords(hass)
        self._limits = RateLimits(time.monotonic)
        self._is_closed = False
        self.registrations = Registrations(hass, entry.entry_id)

    @property
    def device_counts(self) -> Counter[str]:
        """Return how many devices there are of each customer number."""
        return self.registrations.counts

    @property
    def activated(self) -> list[Registration]:
        """Return the devices that may speak."""
        return [one for one in self.registrations.values() if one.activated]

    @property
    def waiting(self) -> list[Registration]:
        """Return the devices that wait for the user."""
        return [one for one in self.registrations.values() if one.waiting]

    @property
    def refused(self) -> list[str]:
        """Return the names of the devices that the user does not let in."""
        return [one.device_id for one in self.registrations.values() if one.refused]

    async def async_load(self) -> None:
        """Read what is known from before."""
        await self.registrations.async_load()

    async def async_close(self) -> None:
        """Take nothing more, and end with all on the disk that was taken.

        Requests may be under way that began before: what they changed now would be
        written over what comes after.
        """
        self._is_closed = True
        await self.registrations.async_save()

    def _check_open(self) -> None:
        """Make sure that devices are still served.

        Raises:
            Refused: They are not.
        """
        if self._is_closed:
            raise Refused(Reason.NOT_READY)

    def ask_again(self) -> None:
        """Ask the user for those who wait: questions do not outlive a restart."""
        for registration in self.waiting:
            self._ask(registration, "")

    def take_back_questions(self) -> None:
        """Ask the user nothing any more."""
        for registration in self.waiting:
            async_take_back(self._hass, self._entry, registration.device_id)

    # What devices ask for

    async def async_register(
        self, customer_id: str, device_id: str, address: str
    ) -> str:
        """Register a device.

        Args:
            customer_id: Its customer number.
            device_id: Its name.
            address: Where it asks from.

        Returns:
            Its password, which replaces one that it may have got before.

        Raises:
            Refused: It is not.
        """
        async with self._limits.request(address):
            return await self._async_register(customer_id, device_id)

    async def _async_register(self, customer_id: str, device_id: str) -> str:
        customer = self._customer(customer_id)
        self._limits.check_registration(customer.id)
        await self._async_forget_who_is_not_coming()
        self._check_place(customer, device_id)
        password = new_password()
        password_hash = await self._passwords.async_hash(password)
        # Meanwhile others may have taken the place, or the name.
        self._check_place(customer, device_id)
        known = self.registrations.get(device_id)
        await self.registrations.async_put(
            Registration(
                device_id=device_id,
                customer_id=customer.id,
                password_hash=password_hash,
                asked_at=time.time(),
                approved=known is not None and known.approved,
                waiting=known is not None and known.waiting,
            )
        )
        self._check_written()
        return password

    def _check_written(self) -> None:
        """Make sure that a restart finds what a device is told now.

        Raises:
            Refused: It does not.
        """
        if not self.registrations.is_written:
            raise Refused(Reason.NOT_KEPT)

    def _customer(self, customer_id: str) -> Customer:
        """Return a customer, without telling by the time it takes how near a guess is."""
        found: Customer | None = None
        for customer in customers_of(self._entry.options).values():
            if hmac.compare_digest(customer.id.encode(), customer_id.encode()):
                found = customer
        if found is None:
            raise Refused(Reason.INVALID_CUSTOMER)
        return found

    def _check_place(self, customer: Customer, device_id: str) -> None:
        """Make sure that a device may register.

        Raises:
            Refused: Its name is taken, or it is not let in, or there is no room.
        """
        self._check_open()
        known = self.registrations.namesake(device_id)
        if known is not None and (known.activated or known.device_id != device_id):
            raise Refused(Reason.ALREADY_ACTIVATED)
        if known is not None and known.refused:
            raise Refused(Reason.REFUSED)
        if known is None and self._admission is Admission.CLOSED:
            raise Refused(Reason.CLOSED)
        others = self.device_counts[customer.id]
        if known is not None and known.customer_id == customer.id:
            others -= 1
        if others >= customer.limit:
            raise Refused(Reason.LIMIT_REACHED)

    async def async_activate(self, device_id: str, password: str, address: str) -> None:
        """Make a device's password work; nothing happens if it works already.

        Args:
            device_id: Its name.
            password: What it got.
            address: Where it asks from.

        Raises:
            Refused: It is not right, or the user has not let the device in.
        """
        async with self._limits.request(address):
            await self._async_activate(device_id, password, address)

    async def _async_activate(
        self, device_id: str, password: str, address: str
    ) -> None:
        registration = await self._async_match(device_id, password)
        if registration is None:
            raise Refused(Reason.INVALID_PASSWORD)
        if registration.activated:
            if not self.registrations.is_written:
                await self.registrations.async_save()
            self._check_written()
            return
        if registration.refused:
            raise Refused(Reason.REFUSED)
        self._customer(registration.customer_id)
        if not (registration.approved or self._admission is Admission.AUTOMATIC):
            await self._async_wait_for_user(registration, address)
        # First of all: whoever may speak is known.
        self._on_activated(registration)
        async_take_back(self._hass, self._entry, device_id)
        await self.registrations.async_change(device_id, activated=True, waiting=False)
        self._check_written()

    async def _async_wait_for_user(
        self, registration: Registration, address: str
    ) -> None:
        if self._admission is Admission.CLOSED:
            raise Refused(Reason.CLOSED)
        # Before it is written: the user may answer, or unload the entry, meanwhile.
        self._ask(registration, address)
        now = time.time()
        if not registration.waiting or now - registration.asked_at > _NOTED_EACH:
            await self.registrations.async_change(
                registration.device_id, waiting=True, asked_at=now
            )
        raise Refused(Reason.NOT_APPROVED)

    async def async_signed_in(
        self, device_id: str, password: str
    ) -> Registration | None:
        """Return the device that a password is of, None if it does not work.

        Args:
            device_id: The device's name.
            password: To be checked.

        Raises:
            Refused: Too many wait to be checked.
        """
        registration = await self._async_match(device_id, password)
        if registration is None or not registration.activated:
            return None
        return registration

    async def _async_match(self, device_id: str, password: str) -> Registration | None:
        known = self.registrations.get(device_id)
        stored = None if known is None else known.password_hash
        matches = await self._passwords.async_matches(password, stored)
        self._check_open()
        if not matches:
            return None
        # Meanwhile it may have got another one, or have been removed.
        now = self.registrations.get(device_id)
        return now if now is not None and now.password_hash == stored else None

    def speaker(self, customer_id: str, device_id: str) -> Registration:
        """Return the device that may speak under a name.

        Args:
            customer_id: Of the topic that it speaks on.
            device_id: Its name.

        Raises:
            Refused: There is none, or it has another customer number, or nobody is heard
                any more.
        """
        self._check_open()
        registration = self.registrations.get(device_id)
        if (
            registration is None
            or not registration.activated
            or registration.customer_id != customer_id
        ):
            raise Refused(Reason.UNKNOWN_DEVICE)
        return registration

    # What the user decides

    @property
    def _admission(self) -> Admission:
        return Admission(self._entry.options.get(CONF_ADMISSION, DEFAULT_ADMISSION))

    def _ask(self, registration: Registration, address: str) -> None:
        customer = customers_of(self._entry.options).get(registration.customer_id)
        async_ask(
            self._hass,
            self._entry,
            registration.device_id,
            registration.customer_id if customer is None else customer.title,
            address,
        )

    async def async_approve(self, device_id: str) -> None:
        """Let a device in; it is activated when it asks for that again."""
        await self.registrations.async_change(device_id, approved=True, waiting=False)
        async_take_back(self._hass, self._entry, device_id)

    async def async_refuse(self, device_id: str) -> None:
        """Do not let a device in, however often it asks."""
        await self.registrations.async_change(device_id, refused=True, waiting=False)
        async_take_back(self._hass, self._entry, device_id)

    async def async_forgive(self, device_ids: Iterable[str]) -> None:
        """Let refused devices register again."""
        refused = set(self.refused)
        await self.registrations.async_remove(*refused.intersection(device_ids))

    async def async_forget(self, device_id: str) -> None:
        """Forget a device: its number is free, and it may register again."""
        async_take_back(self._hass, self._entry, device_id)
        await self.registrations.async_remove(device_id)

    async def _async_forget_who_is_not_coming(self) -> None:
        now = time.time()
        gone = [
            one.device_id
            for one in self.registrations.values()
            if _is_not_coming(one, now)
        ]
        if not gone:
            return
        for device_id in gone:
            async_take_back(self._hass, self._entry, device_id)
        await self.registrations.async_remove(*gone)


def _is_not_coming(registration: Registration, now: float) -> bool:
    if registration.activated or registration.refused:
        return False
    is_known = registration.waiting or registration.approved
    patience = _NOT_ASKED_AGAIN if is_known else _NOT_CONFIRMED
    return now - registration.asked_at > patience
