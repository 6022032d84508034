"""Access and refresh tokens, and the codes of the OAuth page."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .accounts import SimulatedAccount, SimulatedApp
from .json_types import Generation

DAY = 86_400
ACCESS_LIFE = 30 * DAY
REFRESH_LIFE = 60 * DAY
CODE_LIFE = 30


@dataclass(eq=False, kw_only=True)
class TokenPair:
    """A signed-in client: an access token, a refresh token and how long they live."""

    account: SimulatedAccount
    app: SimulatedApp
    generation: Generation
    access: str
    refresh: str
    access_expires_at: float
    refresh_expires_at: float


@dataclass(eq=False, kw_only=True)
class IssuedCode:
    """A code of the OAuth page, waiting to be redeemed."""

    account: SimulatedAccount
    app: SimulatedApp
    redirect_url: str
    expires_at: float


class TokenStore:
    """All tokens and codes of the cloud; one pair per account and app."""

    def __init__(self, clock: Callable[[], float], rng: Random) -> None:
        """Start without tokens.

        Args:
            clock: Now, in unix seconds.
            rng: Source of the token texts.
        """
        self._clock = clock
        self._rng = rng
        self._pairs: dict[tuple[str, str], TokenPair] = {}
        self._by_access: dict[str, TokenPair] = {}
        self._by_refresh: dict[str, TokenPair] = {}
        self._owners: dict[str, SimulatedAccount] = {}
        self._codes: dict[str, IssuedCode] = {}

    def issue(
        self, account: SimulatedAccount, app: SimulatedApp, generation: Generation
    ) -> TokenPair:
        """Make a new pair; the former one of that account and app becomes invalid."""
        key = (account.apikey, app.app_id)
        self._forget(self._pairs.get(key))
        now = self._clock()
        pair = TokenPair(
            account=account,
            app=app,
            generation=generation,
            access=self._text(),
            refresh=self._text(),
            access_expires_at=now + ACCESS_LIFE,
            refresh_expires_at=now + REFRESH_LIFE,
        )
        self._pairs[key] = pair
        self._by_access[pair.access] = pair
        self._by_refresh[pair.refresh] = pair
        self._owners[pair.access] = self._owners[pair.refresh] = account
        return pair

    def by_access(self, token: str) -> TokenPair | None:
        """Find the pair an access token belongs to; None when it is not valid."""
        return self._by_access.get(token)

    def by_refresh(self, token: str) -> TokenPair | None:
        """Find the pair a refresh token belongs to; None when it is not valid."""
        return self._by_refresh.get(token)

    def owner_of(self, token: str) -> SimulatedAccount | None:
        """Tell whose token that is or once was."""
        return self._owners.get(token)

    def expire_access(self) -> None:
        """Let every access token be past its life."""
        for pair in self._pairs.values():
            pair.access_expires_at = self._clock()

    def expire_refresh(self) -> None:
        """Let every refresh token be past its life."""
        for pair in self._pairs.values():
            pair.refresh_expires_at = self._clock()

    def revoke(self) -> None:
        """Make all tokens invalid."""
        for pair in list(self._pairs.values()):
            self._forget(pair)

    def issue_code(
        self, account: SimulatedAccount, app: SimulatedApp, redirect_url: str
    ) -> str:
        """Make a code that can be redeemed once, within 30 seconds."""
        code = f"{self._rng.getrandbits(128):032x}"
        self._codes[code] = IssuedCode(
            account=account,
            app=app,
            redirect_url=redirect_url,
            expires_at=self._clock() + CODE_LIFE,
        )
        return code

    def redeem(self, code: str) -> IssuedCode | None:
        """Take a code; None when there is none such or it is too late."""
        issued = self._codes.pop(code, None)
        if issued is None or issued.expires_at <= self._clock():
            return None
        return issued

    def _forget(self, pair: TokenPair | None) -> None:
        if pair is not None:
            self._pairs.pop((pair.account.apikey, pair.app.app_id), None)
            self._by_access.pop(pair.access, None)
            self._by_refresh.pop(pair.refresh, None)

    def _text(self) -> str:
        return f"{self._rng.getrandbits(160):040x}"
