"""How a client proves who it acts for.

Source: WoTKit API documentation, "Keys and Basic Authentication" and "Registered
Applications and OAuth2".
"""

from base64 import b64encode
from dataclasses import dataclass

from ....wire.access_tokens import AccessTokens


@dataclass(frozen=True, slots=True, repr=False)
class BasicCredentials:
    """A user's name and password, or the id and the password of a key.

    Attributes:
        username: The name or the key's id.
        password: Likewise.
    """

    username: str
    password: str


type Credentials = BasicCredentials | AccessTokens


@dataclass(frozen=True, slots=True, repr=False)
class Authorization:
    """What one request is signed with.

    Attributes:
        header: The value of the header `Authorization`.
        secrets: What must not be told to anybody, the longest first.
    """

    header: str
    secrets: tuple[str, ...]


def basic(credentials: BasicCredentials) -> Authorization:
    """Sign with a name and a password."""
    pair = f"{credentials.username}:{credentials.password}"
    encoded = b64encode(pair.encode(errors="replace")).decode()
    return Authorization(f"Basic {encoded}", (encoded, pair, credentials.password))


def bearer(token: str) -> Authorization:
    """Sign with an access token, in the header: addresses get into logs."""
    return Authorization(f"Bearer {token}", (token,))
