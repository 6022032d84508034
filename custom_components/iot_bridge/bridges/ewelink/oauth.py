"""eWeLink's OAuth2 page by way of Home Assistant's redirect.

Home Assistant's helper lends the redirect address and the signed state; the page and
the exchange of the code are eWeLink's own (signed requests), so they are the client's.
"""

from typing import Final

from yarl import URL

from homeassistant.components import http
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    LocalOAuth2Implementation,
    async_get_redirect_uri,
)

from ...const import DOMAIN
from .client import EwelinkClient

_REGION: Final = "region"


class NoRedirectAddressError(Exception):
    """The flow was started in a way that gives eWeLink no page to come back to."""


def redirect_address(hass: HomeAssistant) -> str:
    """Return the address that has to be registered with the app id.

    Raises:
        NoRedirectAddressError: There is none.
    """
    try:
        return async_get_redirect_uri(hass)
    except RuntimeError as err:
        raise NoRedirectAddressError from err


async def authorize_url(
    hass: HomeAssistant, client: EwelinkClient, flow_id: str
) -> str:
    """Return the address of eWeLink's page for a flow."""
    helper = LocalOAuth2Implementation(hass, DOMAIN, "", "", "", "")
    state = URL(await helper.async_generate_authorize_url(flow_id)).query["state"]
    return client.authorize_url(redirect_url=helper.redirect_uri, state=state)


def answered_region() -> str | None:
    """Return the region that eWeLink's page named when it sent the browser back.

    Home Assistant's callback hands on the code alone; the rest is in its request.
    """
    request = http.current_request.get()
    return None if request is None else request.query.get(_REGION)
