"""Asks a platform and its broker while the user waits for a form."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant

from ..client import (
    IotbizClient,
    NotApprovedError,
    PasswordRefusedError,
    RefusedError,
    RequestTimeoutError,
    TooManyRequestsError,
    try_broker,
)
from ..const import CONF_CUSTOMER_ID, CONF_DEVICE_ID
from .account import broker_of, create_client, unique_id_of
from .pending import PendingPassword, async_get_pending

# Seconds that a user may wait for a form to be checked.
TRIAL_SECONDS: Final = 20.0
BROKER_SECONDS: Final = 10.0


async def async_register(
    hass: HomeAssistant, data: Mapping[str, Any], former: str | None = None
) -> str:
    """Return the activated password of a device, registered if it has to be.

    Whatever happened before, this goes on from there: a password that the platform has
    given before is tried first, and another one is asked for only if it is void. Of
    several flows for the same device one is here at a time.

    Args:
        hass: Home Assistant.
        data: A config entry's data; those of the platform and of the device count.
        former: The password that the device had so far.

    Raises:
        AlreadyActivatedError: Only the user knows the password.
        NotApprovedError: The device has to be approved first; the password is kept.
        TooManyRequestsError: The platform has no time; the password is kept.
        IotbizError: Something else does not work.
    """
    unique_id, customer_id = unique_id_of(data), data[CONF_CUSTOMER_ID]
    device_id = data[CONF_DEVICE_ID]
    client = create_client(hass, data)
    pending = await async_get_pending(hass)
    async with pending.lock_of(unique_id), _in_time():
        known = (pending.get(unique_id, customer_id), former)
        if (valid := await _async_first_valid(client, device_id, known)) is not None:
            return valid
        password = await client.register(customer_id, device_id)
        await pending.async_keep(unique_id, PendingPassword(customer_id, password))
        try:
            await client.activate(device_id, password)
        except PasswordRefusedError as err:
            # Nobody has entered it: another device of this number was quicker.
            raise RefusedError("a new password is not activated", err.reason) from None
        return password


async def _async_first_valid(
    client: IotbizClient, device_id: str, passwords: Iterable[str | None]
) -> str | None:
    """Return the first of some passwords that can be activated, None if none can."""
    for password in passwords:
        if password is None:
            continue
        try:
            await client.activate(device_id, password)
        except NotApprovedError, TooManyRequestsError:
            raise
        except RefusedError:
            continue
        return password
    return None


async def async_confirm(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Make sure that a password is that of a device.

    Args:
        hass: Home Assistant.
        data: A config entry's data.

    Raises:
        IotbizError: It is not, or that cannot be found out.
    """
    async with _in_time():
        await create_client(hass, data).activate(
            data[CONF_DEVICE_ID], data[CONF_PASSWORD]
        )


async def async_try_broker(data: Mapping[str, Any]) -> None:
    """Make sure that the broker accepts the device.

    Args:
        data: A config entry's data.

    Raises:
        BrokerError: The broker is not there, or is another one.
        BrokerSignInError: It does not accept the password.
    """
    await try_broker(broker_of(data), timeout=BROKER_SECONDS)


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            yield
    except TimeoutError:
        raise RequestTimeoutError("the platform took too long") from None
