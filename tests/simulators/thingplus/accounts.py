"""Who may do what: sites, users, clients, and their tokens."""

from collections.abc import Callable, Sequence
import itertools

from .people import OAuthClient, SimulatedSite, SimulatedUser
from .times import to_ms
from .tokens import TokenOffice
from .vocabulary import JsonObject


class Accounts:
    """The people of the server, without any wire.

    Attributes:
        clock: Returns the time in seconds since 1970.
        office: Codes and tokens.
        sites: By id.
        users: By id.
        clients: By id.
        browsers: Ids of users by the cookie of their session.
        transactions: What browsers were asked for consent, by its id.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Know nobody yet.

        Args:
            clock: Returns the time in seconds since 1970.
        """
        self.clock = clock
        # Not `clock` itself: one that is replaced later counts here too.
        self.office = TokenOffice(lambda: self.clock())
        self.sites: dict[str, SimulatedSite] = {}
        self.users: dict[str, SimulatedUser] = {}
        self.clients: dict[str, OAuthClient] = {}
        self.browsers: dict[str, str] = {}
        self.transactions: dict[str, JsonObject] = {}
        self._user_ids = itertools.count(1)

    @property
    def now_ms(self) -> int:
        """Return the time, ms since 1970."""
        return to_ms(self.clock())

    def add_site(
        self, site_id: str = "1", name: str = "default", service_id: str = "1"
    ) -> SimulatedSite:
        """Add a site."""
        site = SimulatedSite(
            id=site_id, name=name, service_id=service_id, made_ms=self.now_ms
        )
        self.sites[site_id] = site
        return site

    def add_user(
        self, login_id: str, password: str, site_id: str = "1", user_id: str = ""
    ) -> SimulatedUser:
        """Add a user, who sees all sites of the service of a site.

        Args:
            login_id: The name to log in with.
            password: As it is typed.
            site_id: The user's site.
            user_id: By default the next number.

        Raises:
            KeyError: There is no such site.
        """
        user = SimulatedUser(
            id=user_id or str(next(self._user_ids)),
            login_id=login_id,
            password=password,
            site_id=site_id,
            service_id=self.sites[site_id].service_id,
            made_ms=self.now_ms,
        )
        self.users[user.id] = user
        return user

    def find_user(self, login_id: str) -> SimulatedUser | None:
        """Return the user of a name, None if there is none."""
        for user in self.users.values():
            if user.login_id == login_id:
                return user
        return None

    def remove_user(self, login_id: str) -> None:
        """Delete a user: the user's tokens let nobody in any more.

        Raises:
            KeyError: There is none.
        """
        user = self.find_user(login_id)
        if user is None:
            raise KeyError(login_id)
        del self.users[user.id]

    def add_client(
        self,
        client_id: str,
        secret: str,
        *,
        user: SimulatedUser,
        scopes: Sequence[str] = ("gateway", "site-read"),
        redirect_uris: Sequence[str] = (),
        allows_password_grant: bool = True,
        name: str = "",
    ) -> OAuthClient:
        """Add a client of OAuth2, as if a user had created it.

        Args:
            client_id: Its id.
            secret: Its secret.
            user: Who created it.
            scopes: What its tokens are for.
            redirect_uris: Where users may be sent back to; empty: anywhere.
            allows_password_grant: Whether it may send passwords.
            name: For people; by default the id.
        """
        client = OAuthClient(
            id=client_id,
            name=name or client_id,
            secret=secret,
            scopes=tuple(scopes),
            user_id=user.id,
            made_ms=self.now_ms,
            redirect_uris=tuple(redirect_uris),
            allows_password_grant=allows_password_grant,
        )
        self.clients[client_id] = client
        return client

    def issue_token(
        self, login_id: str, client_id: str, life: float | None = None
    ) -> str:
        """Return a new access token without asking anybody.

        Args:
            login_id: Whose it is.
            client_id: For which client.
            life: Seconds; by default that of a token for a password.

        Raises:
            KeyError: There is no such user or client.
        """
        user, client = self.find_user(login_id), self.clients[client_id]
        if user is None:
            raise KeyError(login_id)
        seconds = self.office.password_token_life if life is None else life
        return self.office.issue(user.id, client.id, seconds, "test")

    def revoke_token(self, token: str) -> None:
        """Let one token end."""
        self.office.revoke(token)

    def revoke_client(self, client_id: str) -> None:
        """Let all tokens of a client end; the client stays."""
        self.office.revoke_client(client_id)

    def revoke_all(self) -> None:
        """Let all tokens end."""
        self.office.revoke_all()
