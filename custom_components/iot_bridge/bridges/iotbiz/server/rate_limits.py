"""How often somebody may ask: registration is open to everybody, as its protocol has it."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address
from typing import Final
from weakref import WeakValueDictionary

from .passwords import MOST_WAITING
from .refusals import Reason, Refused

# Requests of one address: sixty devices behind one router are registered at once, two
# hundred within three minutes.
_REQUESTS: Final = (120, 2.0)
# Of them those that are refused. An agent that is refused asks again each ten seconds.
_REFUSALS: Final = (20, 0.1)
# These tell nothing to somebody who guesses: the password was right, or there is no time.
_NO_GUESS: Final = frozenset(
    {
        Reason.NOT_APPROVED,
        Reason.NOT_KEPT,
        Reason.NOT_READY,
        Reason.BUSY,
        Reason.TOO_MANY_REQUESTS,
    }
)
# Requests of one address at the same time; the others of its own wait. It is a part of
# the passwords that may wait to be hashed, so that a flood leaves room for others.
_AT_A_TIME: Final = MOST_WAITING // 4
# Registrations with one customer number, from wherever they come; more than one address
# may ask for, so that none can use up a number.
_REGISTRATIONS: Final = (600, 10.0)
# Bits of an IPv6 address that one household has for itself
_HOUSEHOLD: Final = 64
_MOST_KEYS: Final = 4096

type Clock = Callable[[], float]


class RateLimit:
    """Lets through some at once, and then so many each second, for each key."""

    def __init__(self, at_once: int, per_second: float, clock: Clock) -> None:
        """Start with nobody.

        Args:
            at_once: How many at once.
            per_second: How many each second in the long run.
            clock: Tells seconds that only ever grow.
        """
        self._at_once = float(at_once)
        self._per_second = per_second
        self._clock = clock
        # What is left, and when that was; the longest unused is the first.
        self._left: dict[str, tuple[float, float]] = {}

    def is_used_up(self, key: str) -> bool:
        """Return whether nothing is left."""
        return self._now_left(key) < 1

    def take(self, key: str) -> bool:
        """Take one; return whether there was one left."""
        left = self._now_left(key)
        self._left.pop(key, None)
        self._forget_some()
        is_left = left >= 1
        self._left[key] = (left - is_left, self._clock())
        return is_left

    def _now_left(self, key: str) -> float:
        left, then = self._left.get(key, (self._at_once, 0.0))
        return min(self._at_once, left + (self._clock() - then) * self._per_second)

    def _forget_some(self) -> None:
        """Forget who has not been here for long, so that memory stays small."""
        while len(self._left) >= _MOST_KEYS:
            del self._left[next(iter(self._left))]


class RateLimits:
    """The limits of registration and activation."""

    def __init__(self, clock: Clock) -> None:
        """Start with nobody.

        Args:
            clock: Tells seconds that only ever grow.
        """
        self._requests = RateLimit(*_REQUESTS, clock)
        self._refusals = RateLimit(*_REFUSALS, clock)
        self._registrations = RateLimit(*_REGISTRATIONS, clock)
        self._turns: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def request(self, address: str) -> AsyncIterator[None]:
        """Count a request, and how it ends; it waits where others of its sender are first.

        Args:
            address: Where it comes from.

        Raises:
            Refused: There were too many, or too many of them were refused.
        """
        household = household_of(address)
        if not self._requests.take(household):
            raise Refused(Reason.TOO_MANY_REQUESTS)
        # Whoever waits keeps it.
        turn = self._turns.setdefault(household, Semaphore(_AT_A_TIME))
        async with turn:
            if self._refusals.is_used_up(household):
                raise Refused(Reason.TOO_MANY_REQUESTS)
            try:
                yield
            except Refused as err:
                if err.reason not in _NO_GUESS:
                    self._refusals.take(household)
                raise

    def check_registration(self, customer_id: str) -> None:
        """Count a registration.

        Args:
            customer_id: A customer number that there is.

        Raises:
            Refused: There were too many.
        """
        if not self._registrations.take(customer_id):
            raise Refused(Reason.TOO_MANY_REQUESTS)


def household_of(address: str) -> str:
    """Return what stands for all addresses that one sender may have."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(IPv6Address(int(ip) >> _HOUSEHOLD << _HOUSEHOLD))
    return str(ip)
