"""Reads what is sent to the views: small, soon, a JSON object with the fields needed."""

import asyncio
from collections.abc import Mapping
import json
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from ..client import is_id
from .passwords import LONGEST_PASSWORD
from .refusals import Reason, Refused

# Bytes
SMALL: Final = 4 * 1024
LARGE: Final = 128 * 1024
# Seconds that a request may take to come
READ_SECONDS: Final = 10.0
_FORM: Final = "application/x-www-form-urlencoded"


def sender_of(request: web.Request) -> str:
    """Return the address that a request comes from."""
    return request.remote or "unknown"


async def async_read_object(request: web.Request, limit: int) -> Mapping[str, Any]:
    """Read the JSON object in a request, whatever it says of its content.

    Args:
        request: The request.
        limit: Bytes that it may have.

    Raises:
        Refused: It is none, or too large, or does not come.
    """
    try:
        read = json.loads(await _async_read(request, limit))
    except ValueError, RecursionError:
        raise Refused(Reason.NO_OBJECT) from None
    if not isinstance(read, dict):
        raise Refused(Reason.NO_OBJECT)
    return read


async def async_read_fields(request: web.Request, limit: int) -> Mapping[str, Any]:
    """Read the fields of a form or of a JSON object: brokers send either.

    Args:
        request: The request.
        limit: Bytes that it may have.

    Raises:
        Refused: It is none, or too large, or does not come.
    """
    if request.content_type != _FORM:
        return await async_read_object(request, limit)
    body = await _async_read(request, limit)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise Refused(Reason.NO_OBJECT) from None


async def _async_read(request: web.Request, limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise Refused(Reason.TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise Refused(Reason.TOO_LARGE)
    except TimeoutError:
        raise Refused(Reason.TOO_SLOW) from None
    except web.RequestPayloadError:
        # It says that it is packed, and is not.
        raise Refused(Reason.NO_OBJECT) from None
    return bytes(body)


def customer_id_of(fields: Mapping[str, Any]) -> str:
    """Return the customer number of a registration.

    Raises:
        Refused: There is none.
    """
    customer_id = fields.get("customer_id")
    if not isinstance(customer_id, str) or not is_id(customer_id):
        raise Refused(Reason.BAD_CUSTOMER_ID)
    return customer_id


def device_id_of(fields: Mapping[str, Any]) -> str:
    """Return the name of a device.

    README, "Specs", calls it `mac_address`, later agents `device_id`.

    Raises:
        Refused: There is none, or there are two.
    """
    names = {
        fields[key]
        for key in ("mac_address", "device_id")
        if isinstance(fields.get(key), str)
    }
    if len(names) > 1:
        raise Refused(Reason.DIFFERENT_IDS)
    for name in names:
        if is_id(name):
            return str(name)
    raise Refused(Reason.BAD_DEVICE_ID)


def password_of(fields: Mapping[str, Any]) -> str:
    """Return the password in a request.

    Raises:
        Refused: There is none, or it is longer than any that is given.
    """
    password = fields.get("password")
    if not isinstance(password, str) or not 0 < len(password) <= LONGEST_PASSWORD:
        raise Refused(Reason.BAD_PASSWORD_FIELD)
    return password
