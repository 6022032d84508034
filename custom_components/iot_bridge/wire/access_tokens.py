"""What a client wants of whoever keeps its access tokens."""

from typing import Protocol


class AccessTokens(Protocol):
    """Provides access tokens.

    Both methods raise the client's own errors: its sign-in error if only the user can
    mend it, its connection error if the server was not reached.
    """

    async def access_token(self) -> str:
        """Return an access token."""

    async def renew(self, rejected: str) -> str:
        """Return another access token in place of one that the server does not accept.

        Args:
            rejected: That token. Where it was replaced in the meantime, nothing needs
                to be renewed.
        """
