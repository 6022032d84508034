"""Sites, users, and the clients that users create.

Source: Thing+ REST API guide v2, `/sites` and `/users/me`; OAuth2.md.
"""

from dataclasses import dataclass, field
import hashlib
import re
from typing import Final

from .vocabulary import JsonObject

MD5: Final = re.compile(r"[0-9a-f]{32}")


def md5_of(password: str) -> str:
    """Return the lower-case hex MD5 of a password, as clients send it."""
    return hashlib.md5(password.encode()).hexdigest()  # what the service asks for


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedSite:
    """A site.

    Attributes:
        id: Its id.
        name: For people.
        service_id: The service it belongs to.
        made_ms: When it was made, ms since 1970.
    """

    id: str
    name: str
    service_id: str
    made_ms: int

    def to_json(self) -> JsonObject:
        """Return it as `/sites` has it."""
        return {
            "billing": f"site:{self.id}",
            "code": "iService",
            "ctime": str(self.made_ms),
            "_service": self.service_id,
            "billingReserve": f"site:{self.id}:reserve",
            "billingLimit": f"site:{self.id}:limit",
            "name": self.name,
            "id": self.id,
            "billingMeter": f"site:{self.id}:meter",
            "mtime": str(self.made_ms),
            "billingCurrent": f"site:{self.id}:current",
        }


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedUser:
    """A user.

    Attributes:
        id: The id, which is in tokens.
        login_id: The name to log in with.
        password: As the user types it.
        site_id: The user's site.
        service_id: The service whose sites the user sees.
        is_approved: Whether the user may use clients; if not: `unauthorized_user`.
        made_ms: When the user was made, ms since 1970.
    """

    id: str
    login_id: str
    password: str = field(repr=False)
    site_id: str
    service_id: str
    made_ms: int
    is_approved: bool = True

    def has_password(self, md5: str) -> bool:
        """Return whether it is the MD5 of the password."""
        return md5 == md5_of(self.password)

    def to_json(self) -> JsonObject:
        """Return it as `/users/me` has it."""
        return {
            "loginId": self.login_id,
            "email": f"{self.login_id}@example.com",
            "locale": "en",
            "timezone": "Asia/Seoul",
            "country": "KR",
            "accessApproval": "y" if self.is_approved else "n",
            "_service": self.service_id,
            "_site": self.site_id,
            "roles": ["serviceAdmin"],
            "verifiedEmail": "y",
            "id": self.id,
            "mtime": str(self.made_ms),
            "ctime": str(self.made_ms),
        }


@dataclass(slots=True, kw_only=True, eq=False)
class OAuthClient:
    """A client of OAuth2.

    Attributes:
        id: The `client_id`; the `reqId` it was created with.
        name: For people.
        secret: The `client_secret`.
        scopes: What its tokens are for.
        user_id: Who created it.
        made_ms: When it was created, ms since 1970.
        redirect_uris: Where users may be sent back to; empty: anywhere.
        allows_password_grant: Whether it may send passwords: third parties may not.
    """

    id: str
    name: str
    secret: str = field(repr=False)
    scopes: tuple[str, ...]
    user_id: str
    made_ms: int
    redirect_uris: tuple[str, ...] = ()
    allows_password_grant: bool = True

    def to_json(self) -> JsonObject:
        """Return it without its secret; times are numbers."""
        return {
            "name": self.name,
            "scopes": list(self.scopes),
            "_user": self.user_id,
            "mtime": self.made_ms,
            "ctime": self.made_ms,
            "id": self.id,
        }
