"""Puts a device on a platform: registers it, then activates its password.

Source: README "Putting a new device on the platform" and "Specs".
"""

from typing import Final, TypeGuard

from aiohttp import ClientSession
from yarl import URL

from ....wire.exchange import TIMEOUT
from .errors import UnexpectedAnswerError
from .http import PlatformHttp, body_of, is_success
from .refusals import ACTIVATION, REGISTRATION, refusal_of

_REGISTER: Final = "devices/register"
_ACTIVATE: Final = "devices/activate"
# Characters; MQTT takes no more than 65535 bytes.
_LONGEST_PASSWORD: Final = 1024


class IotbizClient:
    """What a device asks of a platform."""

    def __init__(
        self, session: ClientSession, base: URL, *, timeout: float = TIMEOUT
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            base: From `api_base`.
            timeout: Seconds to wait for each answer.
        """
        self._http = PlatformHttp(session, base, timeout)

    async def register(self, customer_id: str, device_id: str) -> str:
        """Register a device, anew if it is not activated yet.

        Args:
            customer_id: The customer number.
            device_id: The device's name.

        Returns:
            Its password, in place of any former one. It works once it is activated.

        Raises:
            RefusedError: The platform does not register it; one of its kinds, by what
                the platform says.
            CannotConnectError: The platform was not reached, or is in trouble; it may
                have registered the device nevertheless.
            UnexpectedAnswerError: The answer comes from no IoTBiz.
        """
        content = {"customer_id": customer_id, **_named(device_id)}
        what = f"POST {_REGISTER}"
        answer = await self._http.post(_REGISTER, content)
        if not is_success(answer):
            raise refusal_of(answer, what, REGISTRATION, [customer_id])
        password = body_of(answer, what).get("password")
        if not _is_password(password):
            raise UnexpectedAnswerError(f"{what}: the answer has no password")
        return password

    async def activate(self, device_id: str, password: str) -> None:
        """Confirm a password; nothing happens if it was confirmed before.

        Args:
            device_id: The device's name.
            password: From `register`.

        Raises:
            PasswordRefusedError: It is another one, or the device is not registered.
            NotApprovedError: Somebody has to approve the device first.
            RefusedError: The platform does not activate it.
            CannotConnectError: The platform was not reached, or is in trouble; it may
                have activated the device nevertheless.
            UnexpectedAnswerError: The answer comes from no IoTBiz.
        """
        content = {**_named(device_id), "password": password}
        answer = await self._http.post(_ACTIVATE, content)
        if not is_success(answer):
            raise refusal_of(answer, f"POST {_ACTIVATE}", ACTIVATION, [password])


def _named(device_id: str) -> dict[str, str]:
    """Return a device's name as platforms of both generations want it."""
    return {"mac_address": device_id, "device_id": device_id}


def _is_password(value: object) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and value.isprintable()
        and 0 < len(value) <= _LONGEST_PASSWORD
    )
