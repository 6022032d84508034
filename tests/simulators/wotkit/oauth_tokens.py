"""Applications, codes and tokens.

Source: WoTKit API documentation, "Registered Applications and OAuth2" and "Access
Token Facts"; errors as RFC 6749, section 5.2, words them.
"""

from collections.abc import Callable
from dataclasses import dataclass
import secrets
from typing import Final

from .vocabulary import JsonObject

CODE_SECONDS: Final = 60.0
TOKEN_SECONDS: Final = 43200.0
SCOPE: Final = "all"


class OAuthError(Exception):
    """A refusal in the shape of OAuth2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """Refuse.

        Args:
            error: The code of the error.
            description: A sentence about it.
            status: The HTTP status.
        """
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status

    def to_json(self) -> JsonObject:
        """Return the body of the answer."""
        return {"error": self.error, "error_description": self.description}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A registered application.

    Attributes:
        client_id: Its public name.
        client_secret: Its password.
        redirect_uris: Where users may be sent back to.
    """

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    user: str
    client_id: str
    until: float
    redirect_uri: str = ""


class TokenOffice:
    """Gives out codes and tokens, and knows which are valid.

    Attributes:
        token_life: Life of an access token, seconds.
        rotating: Whether a refresh token ends when it is used.
        applications: By their `client_id`.
        issued: Every answer with tokens, the latest last.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Know no application yet.

        Args:
            clock: Returns the time in seconds.
        """
        self.token_life = TOKEN_SECONDS
        self.rotating = False
        self.applications: dict[str, Application] = {}
        self.issued: list[JsonObject] = []
        self._clock = clock
        self._codes: dict[str, _Grant] = {}
        self._access: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def check_application(self, client_id: str, client_secret: str) -> Application:
        """Return an application.

        Raises:
            OAuthError: It is unknown, or the secret is wrong.
        """
        application = self.applications.get(client_id)
        if application is None or application.client_secret != client_secret:
            raise OAuthError("invalid_client", "Bad client credentials", 401)
        return application

    def issue_code(self, user: str, client_id: str, redirect_uri: str) -> str:
        """Return a new code for a user who said yes."""
        code = secrets.token_urlsafe(6)
        self._codes[code] = _Grant(
            user=user,
            client_id=client_id,
            until=self._clock() + CODE_SECONDS,
            redirect_uri=redirect_uri,
        )
        return code

    def exchange_code(
        self, code: str, client_id: str, redirect_uri: str | None
    ) -> JsonObject:
        """Return tokens for a code, which ends with this.

        Raises:
            OAuthError: The code is used, too old, of another application, or for
                another `redirect_uri`.
        """
        grant = self._codes.pop(code, None)
        if grant is None or not self._is_valid(grant, client_id):
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if grant.redirect_uri != redirect_uri:
            raise OAuthError("invalid_grant", "Redirect URI mismatch.")
        return self.issue(grant.user, client_id)

    def refresh(self, token: str, client_id: str) -> JsonObject:
        """Return a new access token.

        Raises:
            OAuthError: The refresh token is used, revoked, or of another application.
        """
        grant = self._refresh.get(token)
        if grant is None or not self._is_valid(grant, client_id):
            raise OAuthError("invalid_grant", "Invalid refresh token")
        if not self.rotating:
            return self.issue(grant.user, client_id, refresh_token=token)
        del self._refresh[token]
        return self.issue(grant.user, client_id)

    def issue(
        self, user: str, client_id: str, *, refresh_token: str | None = None
    ) -> JsonObject:
        """Return tokens of a user for an application.

        Args:
            user: The user's name.
            client_id: The application.
            refresh_token: The one that stays; None: a new one.
        """
        now = self._clock()
        access_token = secrets.token_hex(18)
        self._access[access_token] = _Grant(
            user=user, client_id=client_id, until=now + self.token_life
        )
        if refresh_token is None:
            refresh_token = secrets.token_hex(18)
            self._refresh[refresh_token] = _Grant(
                user=user, client_id=client_id, until=float("inf")
            )
        answer = {
            "access_token": access_token,
            "token_type": "bearer",
            "refresh_token": refresh_token,
            # A moment has passed since it was made: 43199 in the documents.
            "expires_in": max(int(self.token_life) - 1, 0),
            "scope": SCOPE,
        }
        self.issued.append(answer)
        return answer

    def user_of(self, access_token: str) -> str:
        """Return whose access token it is.

        Raises:
            OAuthError: It is unknown, revoked or too old.
        """
        grant = self._access.get(access_token)
        if grant is None:
            raise OAuthError("invalid_token", "Invalid access token", 401)
        if self._clock() >= grant.until:
            raise OAuthError("invalid_token", "Access token expired", 401)
        return grant.user

    def expire_access_tokens(self) -> None:
        """Let the time of all access tokens run out."""
        self._access.clear()

    def revoke_all(self) -> None:
        """Let all tokens and codes end."""
        self._access.clear()
        self._refresh.clear()
        self._codes.clear()

    def _is_valid(self, grant: _Grant, client_id: str) -> bool:
        return grant.client_id == client_id and self._clock() < grant.until
