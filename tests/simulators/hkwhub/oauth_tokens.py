"""Users, clients, codes and tokens of the cloud.

Source: HKWHub specification, "OAuth2 Authorization API Specification".
"""

from collections.abc import Callable
from dataclasses import dataclass
import secrets

from .vocabulary import JsonObject

CODE_SECONDS = 60.0
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 365 * 24 * 3600.0


class OAuthError(Exception):
    """A refusal as OAuth2 (RFC 6749, section 5.2) words it."""

    def __init__(self, error: str, status: int = 400) -> None:
        """Refuse with an error code and an HTTP status."""
        super().__init__(error)
        self.error = error
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """An app that may ask for tokens.

    Attributes:
        id: `client_id`.
        secret: `client_secret`.
        redirect_uris: Where users may be sent back to.
    """

    id: str
    secret: str
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    username: str
    client_id: str
    until: float
    redirect_uri: str = ""


class TokenOffice:
    """Gives out codes and tokens, and knows which are valid.

    Attributes:
        access_seconds: Life of an access token.
        code_seconds: Life of a code.
        refresh_seconds: Life of a refresh token.
        issued: Every answer with tokens, the latest last.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Know nobody yet; `clock` returns the time in seconds."""
        self.access_seconds = ACCESS_SECONDS
        self.code_seconds = CODE_SECONDS
        self.refresh_seconds = REFRESH_SECONDS
        self.users: dict[str, str] = {}
        self.clients: dict[str, OAuthClient] = {}
        self.issued: list[JsonObject] = []
        self._clock = clock
        self._codes: dict[str, _Grant] = {}
        self._access: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def check_client(self, client_id: str, secret: str) -> OAuthClient:
        """Return a client.

        Raises:
            OAuthError: It is unknown, or the secret is wrong.
        """
        client = self.clients.get(client_id)
        if client is None or client.secret != secret:
            raise OAuthError("invalid_client", 401)
        return client

    def check_user(self, username: str, password: str) -> bool:
        """Return whether a password is right."""
        return self.users.get(username) == password

    def issue_code(self, username: str, client: OAuthClient, redirect_uri: str) -> str:
        """Return a new code for a user who said yes."""
        code = secrets.token_hex(20)
        until = self._clock() + self.code_seconds
        self._codes[code] = _Grant(
            username=username,
            client_id=client.id,
            until=until,
            redirect_uri=redirect_uri,
        )
        return code

    def exchange_code(
        self, code: str, client: OAuthClient, redirect_uri: str
    ) -> JsonObject:
        """Return tokens for a code, which ends with this.

        Raises:
            OAuthError: The code is used, too old, or another client's.
        """
        grant = self._codes.pop(code, None)
        if grant is None or grant.redirect_uri != redirect_uri:
            raise OAuthError("invalid_grant")
        self._check(grant, client)
        return self.issue(grant.username, client)

    def refresh(self, token: str, client: OAuthClient) -> JsonObject:
        """Return new tokens; the refresh token ends at once.

        Raises:
            OAuthError: The token is used, too old, revoked, or another client's.
        """
        grant = self._refresh.get(token)
        if grant is None:
            raise OAuthError("invalid_grant")
        self._check(grant, client)
        del self._refresh[token]
        return self.issue(grant.username, client)

    def issue(self, username: str, client: OAuthClient) -> JsonObject:
        """Return new tokens of a user for a client."""
        now = self._clock()
        access, refresh = secrets.token_hex(20), secrets.token_hex(20)
        for tokens, token, seconds in (
            (self._access, access, self.access_seconds),
            (self._refresh, refresh, self.refresh_seconds),
        ):
            tokens[token] = _Grant(
                username=username, client_id=client.id, until=now + seconds
            )
        answer = {
            "token_type": "bearer",
            "access_token": access,
            "expires_in": self.access_seconds,
            "refresh_token": refresh,
        }
        self.issued.append(answer)
        return answer

    def is_valid(self, access_token: str) -> bool:
        """Return whether a token lets in."""
        grant = self._access.get(access_token)
        return grant is not None and self._clock() <= grant.until

    def expire_access_tokens(self) -> None:
        """Let the time of all access tokens run out."""
        self._access.clear()

    def revoke_all(self) -> None:
        """Let all tokens and codes end."""
        self._access.clear()
        self._refresh.clear()
        self._codes.clear()

    def _check(self, grant: _Grant, client: OAuthClient) -> None:
        if grant.client_id != client.id or self._clock() > grant.until:
            raise OAuthError("invalid_grant")
