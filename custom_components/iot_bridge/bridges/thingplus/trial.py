"""Asks a server while the user waits for a form."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yarl import URL

from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ...entry_forms import BASE, FormError
from . import account
from .client import (
    AlreadyExistsError,
    AuthClient,
    Gateway,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    PlanExceededError,
    RequestTimeoutError,
    SignInError,
    Site,
    ThingplusClient,
    create_auth_client,
    find_api,
)

# Seconds that a user may wait for a form to be checked.
TRIAL_SECONDS: Final = 20.0

# The server is there and has understood, but it creates no client for this user.
_NOT_CREATED: Final = (
    AlreadyExistsError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    PlanExceededError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an account can follow.

    Attributes:
        sites: All sites of the user's service.
        gateways: The gateways of all these sites.
    """

    sites: Sequence[Site] = ()
    gateways: Sequence[Gateway] = ()


async def async_find_api(hass: HomeAssistant, typed: str) -> URL:
    """Return the base address of the API that is behind what the user has entered.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        typed: An address of the service, or of its API.

    Raises:
        ValueError: It is no address of a web server.
        ThingplusError: There is no Thing+ server.
    """
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            return await find_api(
                async_get_clientsession(hass), typed, timeout=account.TIMEOUT
            )
    except TimeoutError:
        raise RequestTimeoutError("the server was not found in time") from None


async def async_create_client(
    hass: HomeAssistant,
    url: URL,
    *,
    username: str,
    password_hash: str,
    name: str,
    scopes: Sequence[str],
) -> AuthClient:
    """Create an application for a user.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        url: The base of the API.
        username: Whose it is.
        password_hash: Of the user's password.
        name: For people.
        scopes: What it may do.

    Raises:
        FormError: User name or password are wrong, or the server does not create it.
        ThingplusError: Something else does not work.
    """
    try:
        return await create_auth_client(
            async_get_clientsession(hass),
            url,
            login_id=username,
            password_hash=password_hash,
            name=name,
            scopes=scopes,
            timeout=account.TIMEOUT,
        )
    except SignInError:
        raise FormError(CONF_PASSWORD, "invalid_auth") from None
    except _NOT_CREATED:
        raise FormError(BASE, "client_not_created") from None


async def async_look(client: ThingplusClient) -> Account:
    """Return what an account can follow.

    Args:
        client: Signed in, or to be tried.

    Raises:
        FormError: The token is not for what is needed.
        ThingplusError: Something else does not work.
    """
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            return Account(
                sites=await _async_sites(client), gateways=await _async_gateways(client)
            )
    except TimeoutError:
        raise RequestTimeoutError("the lists took too long") from None


async def _async_sites(client: ThingplusClient) -> Sequence[Site]:
    try:
        return await client.sites()
    except NotAllowedError:
        raise FormError(BASE, "no_site_scope") from None


async def _async_gateways(client: ThingplusClient) -> Sequence[Gateway]:
    try:
        return await client.gateways()
    except NotAllowedError:
        raise FormError(BASE, "no_gateway_scope") from None
