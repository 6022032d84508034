"""Who asks the eWeLink cloud: the app, the user's credentials, the tokens."""

from dataclasses import dataclass, field
from enum import StrEnum


class Generation(StrEnum):
    """Generation of the eWeLink protocol."""

    V1 = "v1"
    V2 = "v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The app that CoolKit issued to the developer; its secret signs requests."""

    app_id: str
    app_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a user signs in with.

    Attributes:
        password: The password of the eWeLink account.
        email: The account's e-mail address, used where there is no phone number.
        phone_number: The account's phone number with its country code, "+49151...".
        country_code: The dial code of the account's country, "+49"; v2 needs it.

    Raises:
        ValueError: There is neither an e-mail address nor a phone number.
    """

    password: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    phone_number: str | None = field(default=None, repr=False)
    country_code: str = ""

    def __post_init__(self) -> None:
        """Refuse credentials that name no account."""
        if not (self.email or self.phone_number):
            raise ValueError("an e-mail address or a phone number is needed")

    def account(self) -> dict[str, str]:
        """Return the one member that names the account in a sign-in body."""
        if self.phone_number:
            return {"phoneNumber": self.phone_number}
        return {"email": self.email or ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A session of an account with an app.

    Attributes:
        access_token: Authorises every call ("at").
        refresh_token: Renews both tokens ("rt").
        access_expires_at: End of the access token, unix seconds.
        refresh_expires_at: End of the refresh token, unix seconds.
        region: The region where the account lives: cn, as, eu or us.
        apikey: The account's key, which every socket message carries.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: float
    refresh_expires_at: float
    region: str
    apikey: str = field(repr=False)
