"""Who asks: the token of a client, or the session of a browser.

Source: OAuth2.md, "Using the access token", and the swagger's refusals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .people import OAuthClient, SimulatedUser
from .vocabulary import FlatError
from .world import World

COOKIE: Final = "dwTPlus"
BEARER: Final = "Bearer "
ACCESS_DENIED: Final = "Access denied"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks.

    Attributes:
        user: The user; None: nobody.
        client: The client with whose token; None: a browser with a session.
        token: The token; "" without one.
    """

    user: SimulatedUser | None = None
    client: OAuthClient | None = None
    token: str = ""

    def may(self, scopes: frozenset[str]) -> bool:
        """Return whether one of some scopes was granted: in the portal they all are."""
        return self.client is None or not scopes.isdisjoint(self.client.scopes)


def identify(
    world: World, authorization: str | None, cookies: Mapping[str, str]
) -> Identity:
    """Return who asks.

    Args:
        world: Knows users, clients and tokens.
        authorization: The header, if there is one.
        cookies: Of the browser.

    Raises:
        FlatError: The token is broken, too old, revoked, or its user is gone.
    """
    if authorization is None:
        user_id = world.browsers.get(cookies.get(COOKIE, ""), "")
        return Identity(user=world.users.get(user_id))
    if not authorization.startswith(BEARER):
        raise denied()
    token = authorization.removeprefix(BEARER)
    payload = world.office.read(token)
    user = world.users.get(payload["userId"])
    client = world.clients.get(payload["clientId"])
    if user is None or client is None:
        raise denied()
    return Identity(user, client, token)


def denied() -> FlatError:
    """Return the refusal of who shows nothing: a JSON string."""
    return FlatError(401, ACCESS_DENIED)
