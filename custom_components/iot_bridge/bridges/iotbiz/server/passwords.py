"""The passwords of devices: given once, kept as scrypt hashes only."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable
import hashlib
import hmac
import secrets
import string
from typing import Final

from homeassistant.core import HomeAssistant

from .refusals import Reason, Refused

# As long as those of the original platform
_LENGTH: Final = 50
_SIGNS: Final = string.ascii_letters + string.digits
# Longer ones are not looked at.
LONGEST_PASSWORD: Final = 256

# RFC 7914: 16 MB and some hundredths of a second for each
_COST: Final = 2**14
_BLOCK_SIZE: Final = 8
_PARALLEL: Final = 1
_SALT_LENGTH: Final = 16

# Hashes at a time, so that a flood leaves room for the rest of Home Assistant
_AT_ONCE: Final = 2
MOST_WAITING: Final = 40
_MOST_KNOWN: Final = 1024


def new_password() -> str:
    """Return a password that nobody can guess."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode(errors="replace"),
        salt=salt,
        n=_COST,
        r=_BLOCK_SIZE,
        p=_PARALLEL,
    )


def _hash(password: str) -> str:
    """Return what is stored of a password; takes a while."""
    salt = secrets.token_bytes(_SALT_LENGTH)
    parts = (salt, _scrypt(password, salt))
    return "$".join(["scrypt", *(b64encode(part).decode() for part in parts)])


def _matches(password: str, stored: str) -> bool:
    """Return whether a password is the stored one; takes a while."""
    _, salt, digest = stored.split("$")
    return hmac.compare_digest(_scrypt(password, b64decode(salt)), b64decode(digest))


class Passwords:
    """Hashes and checks passwords outside of the event loop, a few at a time."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know no password yet."""
        self._hass = hass
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        # What unknown devices are compared with, so that they take as long as others.
        self._nobody: str | None = None
        # Brokers ask again and again. What matched is known by a keyed hash, in memory.
        self._key = secrets.token_bytes(32)
        self._known: dict[str, bytes] = {}

    async def async_hash(self, password: str) -> str:
        """Return what may be stored of a password.

        Raises:
            Refused: Too many wait already.
        """
        return await self._async_in_turn(_hash, password)

    async def async_matches(self, password: str, stored: str | None) -> bool:
        """Return whether a password is the right one.

        Args:
            password: To be checked.
            stored: What is stored; None: there is no such device, which takes as long.

        Raises:
            Refused: Too many wait already.
        """
        if stored is None:
            if self._nobody is None:
                self._nobody = await self.async_hash(new_password())
            await self._async_in_turn(_matches, password, self._nobody)
            return False
        tag = hmac.digest(self._key, password.encode(errors="replace"), "sha256")
        if hmac.compare_digest(self._known.get(stored, b""), tag):
            return True
        if not await self._async_in_turn(_matches, password, stored):
            return False
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[stored] = tag
        return True

    async def _async_in_turn[ResultT](
        self, job: Callable[..., ResultT], *args: str
    ) -> ResultT:
        if self._waiting >= MOST_WAITING:
            raise Refused(Reason.BUSY)
        self._waiting += 1
        try:
            async with self._turn:
                return await self._hass.async_add_executor_job(job, *args)
        finally:
            self._waiting -= 1
