"""Who may ask what only brokers ask: allowed addresses that show the secret."""

import base64
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
import hashlib
import hmac
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from aiohttp import hdrs, web

from ..const import CONF_ALLOWED_ADDRESSES, CONF_SECRET_HASH, DEFAULT_ALLOWED_ADDRESSES
from .refusals import Reason, Refused

type _Network = IPv4Network | IPv6Network


def secret_hash(secret: str) -> str:
    """Return what is stored of the secret of brokers."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def check_broker(
    request: web.Request, data: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    """Make sure that a request comes from a broker of the user.

    Args:
        request: The request.
        data: Of the server's config entry.
        options: Of the server's config entry.

    Raises:
        Refused: It does not; whether it is the address or the secret is not told.
    """
    allowed = options.get(CONF_ALLOWED_ADDRESSES, DEFAULT_ALLOWED_ADDRESSES)
    is_known = hmac.compare_digest(
        secret_hash(_secret_of(request)), data[CONF_SECRET_HASH]
    )
    if not is_known or not _is_in(request.remote or "", allowed):
        raise Refused(Reason.NOT_ALLOWED)


def _secret_of(request: web.Request) -> str:
    """Return the secret that a request shows, empty if it shows none.

    It is a bearer token, or the password of basic authentication, which is what brokers
    can send that only know an address to ask.
    """
    scheme, _, value = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    match scheme.casefold():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                decoded = base64.b64decode(value.strip(), validate=True).decode()
            except Base64Error, UnicodeDecodeError:
                return ""
            return decoded.partition(":")[2]
    return ""


def _is_in(address: str, allowed: Iterable[str]) -> bool:
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    networks: list[_Network] = [ip_network(one, strict=False) for one in allowed]
    return any(ip in network for network in networks)
