"""Opens connections to brokers: TCP, then TLS.

Nothing blocks, and no thread is left waiting for an address that does not answer when
the time is over.
"""

import asyncio
from collections.abc import Callable
import socket
import ssl
from typing import Any, Final

from aiohappyeyeballs import start_connection

from .models import Broker

# Seconds until the next address of a host is tried, too. Source: RFC 8305, section 5.
_NEXT_ADDRESS: Final = 0.25


async def open_socket(broker: Broker) -> socket.socket:
    """Connect to a broker, and make sure that it is the right one.

    Returns:
        A socket that does not block.

    Raises:
        OSError: It is not reached, or speaks no TLS; `ssl.SSLCertVerificationError` if
            its certificate is not accepted.
        ValueError: Its name cannot be one.
        OverflowError: Its port cannot be one.
    """
    addresses = await asyncio.get_running_loop().getaddrinfo(
        broker.host, broker.port, type=socket.SOCK_STREAM
    )
    plain = await start_connection(
        addresses, happy_eyeballs_delay=_NEXT_ADDRESS, interleave=1
    )
    try:
        # Messages are small, and wait for answers.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if broker.tls is None:
            return plain
        return await _secured(plain, broker.tls, broker.host)
    except BaseException:
        plain.close()
        raise


async def _secured(
    plain: socket.socket, tls: ssl.SSLContext, host: str
) -> ssl.SSLSocket:
    secured = tls.wrap_socket(
        plain, server_hostname=host, do_handshake_on_connect=False
    )
    loop = asyncio.get_running_loop()
    try:
        while True:
            try:
                secured.do_handshake()
            except ssl.SSLWantReadError:
                await _ready(secured, loop.add_reader, loop.remove_reader)
            except ssl.SSLWantWriteError:
                await _ready(secured, loop.add_writer, loop.remove_writer)
            else:
                return secured
    except BaseException:
        secured.close()
        raise


async def _ready(
    sock: socket.socket,
    watch: Callable[..., None],
    unwatch: Callable[[socket.socket], Any],
) -> None:
    """Wait until a socket can be read or written."""
    ready = asyncio.get_running_loop().create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    watch(sock, tell)
    try:
        await ready
    finally:
        unwatch(sock)
