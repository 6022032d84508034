"""Where the eWeLink cloud is: the hosts of its four regions.

Sources: eWeLink developer guide, step 1 (its misprinted host rule put right: only
mainland China is under `.cn`); eWeLink v2 documents, "Interface domain name".
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .account import Generation
from .errors import RegionError

REGIONS: Final = ("cn", "as", "eu", "us")

_SUFFIXES: Final = MappingProxyType({"cn": "cn", "as": "cc", "eu": "cc", "us": "cc"})
_REST: Final = MappingProxyType(
    {
        Generation.V1: "https://{region}-api.coolkit.{suffix}:8080",
        Generation.V2: "https://{region}-apia.coolkit.{suffix}",
    }
)
_DISPATCH: Final = MappingProxyType(
    {
        Generation.V1: "https://{region}-api.coolkit.{suffix}:8080",
        Generation.V2: "https://{region}-dispa.coolkit.{suffix}",
    }
)
_OAUTH: Final = "https://c2ccdn.coolkit.cc"
_OAUTH_PATH: Final = "/oauth/index.html"
_SOCKET_PATH: Final = "/api/ws"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The addresses for one generation of the protocol.

    Attributes:
        generation: The generation of the protocol.
        server: An address that takes the place of all others, such as
            "http://127.0.0.1:8080/{region}"; `{region}` is optional.
    """

    generation: Generation
    server: str | None = None

    def rest(self, region: str) -> str:
        """Return the base address of REST calls, without a slash at its end.

        Raises:
            RegionError: There is no such region.
        """
        return self._address(_REST[self.generation], region)

    def dispatch(self, region: str) -> str:
        """Return the base address of the service that assigns a socket.

        Raises:
            RegionError: There is no such region.
        """
        return self._address(_DISPATCH[self.generation], region)

    def oauth_page(self, region: str) -> str:
        """Return the address of the page where a user authorises an app.

        Raises:
            RegionError: There is no such region.
        """
        return self._address(_OAUTH, region) + _OAUTH_PATH

    def socket(self, host: str, port: int) -> str:
        """Return the address of an assigned socket."""
        plain = self.server is not None and self.server.lower().startswith("http://")
        scheme = "ws" if plain else "wss"
        authority = f"[{host}]" if ":" in host else host
        return f"{scheme}://{authority}:{port}{_SOCKET_PATH}"

    def _address(self, template: str, region: str) -> str:
        if region not in REGIONS:
            raise RegionError("there is no such region")
        if self.server is not None:
            return self.server.replace("{region}", region).rstrip("/")
        return template.format(region=region, suffix=_SUFFIXES[region])
