"""Reads the address of a server as people type it."""

from typing import Final

from yarl import URL

from ....wire import address

# The app shows http://10.0.1.37:8080/; HKWHub specification, "Running Local Server".
LOCAL_PORT: Final = 8080
_PATHS: Final = frozenset({"", "/", "/v1", "/api", "/api/v1"})


def parse_server(text: str, default_scheme: str) -> URL:
    """Read the address of a hub or of its cloud.

    Args:
        text: For example "192.168.1.5", "hub.lan:8080" or "http://10.0.1.37:8080/".
        default_scheme: "http" for a hub's own server: its port is 8080 where none is
            given. "https" for the cloud.

    Returns:
        Scheme, host and port, without a path.

    Raises:
        ValueError: It is no address of a web server, or has parts that do not belong
            there, for example a password.
    """
    url = address.parse_server(text, default_scheme)
    if url.raw_path not in _PATHS:
        raise ValueError("nothing may follow the host and the port")
    port = url.explicit_port
    if port is None and url.scheme == default_scheme == "http":
        port = LOCAL_PORT
    return URL.build(scheme=url.scheme, host=url.raw_host or "", port=port)
