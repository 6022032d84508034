"""Who asks; WoTKit API documentation, "Keys and Basic Authentication"."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from .oauth_tokens import OAuthError
from .platform import Platform
from .vocabulary import ApiError, JsonObject

BASIC: Final = "basic "
BEARER: Final = "bearer "


class SignInRefused(Exception):
    """Somebody shows credentials that are wrong."""

    def __init__(self, body: JsonObject, challenge: str) -> None:
        """Refuse.

        Args:
            body: Of the answer.
            challenge: The header that says how to sign in.
        """
        super().__init__(challenge)
        self.body = body
        self.challenge = challenge


def identify(
    platform: Platform, header: str | None, query: Mapping[str, str]
) -> str | None:
    """Return who asks, None for nobody.

    Args:
        platform: Knows users, keys and tokens.
        header: `Authorization`, if there is one.
        query: May have `access_token`.

    Raises:
        SignInRefused: The credentials are wrong; on public methods too.
    """
    if header is None:
        token = query.get("access_token")
        return None if token is None else _user_of_token(platform, token)
    scheme = header.partition(" ")[0].lower() + " "
    if scheme == BEARER:
        return _user_of_token(platform, header[len(BEARER) :].strip())
    user = None
    if scheme == BASIC:
        name, _, password = _decode(header[len(BASIC) :]).partition(":")
        user = platform.check_password(name, password)
    if user is None:
        raise SignInRefused(
            ApiError(401, "Bad credentials").to_json(), 'Basic realm="wotkit"'
        )
    return user


def _user_of_token(platform: Platform, token: str) -> str:
    try:
        return platform.office.user_of(token)
    except OAuthError as error:
        challenge = f'Bearer realm="wotkit", error="{error.error}"'
        raise SignInRefused(error.to_json(), challenge) from None


def _decode(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError, binascii.Error:
        return ""
