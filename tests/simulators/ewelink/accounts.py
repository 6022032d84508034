"""Apps, user accounts and their homes."""

from dataclasses import dataclass, field


@dataclass(eq=False, kw_only=True)
class SimulatedApp:
    """An app id with its secret.

    Attributes:
        app_id: The app id (`appid`).
        secret: The app secret.
        allowed: Whether the app may use the cloud at all.
        redirect_urls: Redirect URLs registered for the OAuth page.
        expired: The app's year is over (error 408).
        quota_exceeded: The app's calls are used up (error 412 or HTTP 403).
        brands: Brands the app may see; None means all.
        mistaken_secrets: Secrets a user may have mistyped: signatures made with them
            are refused as any wrong one, but are no fault of the client.
    """

    app_id: str
    secret: str
    allowed: bool = True
    redirect_urls: tuple[str, ...] = ()
    expired: bool = False
    quota_exceeded: bool = False
    brands: frozenset[str] | None = None
    mistaken_secrets: set[str] = field(default_factory=set)


@dataclass(eq=False)
class SimulatedFamily:
    """A home ("family") of an account.

    Attributes:
        id: Identifier, 24 hexadecimal digits.
        name: Name the user gave.
    """

    id: str
    name: str


@dataclass(eq=False, kw_only=True)
class SimulatedAccount:
    """A user account.

    Attributes:
        number: Running number, the source of all identifiers.
        apikey: The account's key, part of every socket message.
        password: Password of the user.
        region: Region the account lives in: cn, as, eu or us.
        country_code: Dial code such as "+49".
        email: E-mail address, if any.
        phone_number: Phone number with dial code, if any.
        active: Whether the e-mail address was confirmed.
        families: Homes, the first one is there from the start.
        current_family: The home the app shows.
    """

    number: int
    apikey: str
    password: str
    region: str
    country_code: str
    email: str | None = None
    phone_number: str | None = None
    active: bool = True
    families: list[SimulatedFamily] = field(init=False, default_factory=list)
    current_family: SimulatedFamily = field(init=False)

    def __post_init__(self) -> None:
        """Give the account its first home."""
        self.current_family = self.add_family("My Home")

    @property
    def identity(self) -> str:
        """Name the user signs in with."""
        return self.email or self.phone_number or ""

    def add_family(self, name: str) -> SimulatedFamily:
        """Add a home.

        Args:
            name: Name of the home.

        Returns:
            The home; set `current_family` to make it the current one.
        """
        family = SimulatedFamily(
            f"5f{self.number:010x}{len(self.families) + 1:012x}", name
        )
        self.families.append(family)
        return family

    def family(self, family_id: str) -> SimulatedFamily | None:
        """Find a home by its identifier."""
        return next((home for home in self.families if home.id == family_id), None)
