"""Opens the eWeLink socket; eWeLink developer guide, steps 4 and 5."""

import asyncio
from collections.abc import Mapping
import math
import time
from typing import Any, Final

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSMsgType,
)
import orjson

from .account import Tokens
from .errors import (
    HANDSHAKE_ERRORS,
    CannotConnectError,
    LinkLostError,
    RequestTimeoutError,
    UnexpectedAnswerError,
    request_error,
)
from .outbox import Outbox
from .pacing import Pace
from .signing import new_nonce
from .socket import CLOSE_TIMEOUT, USER_AGENT, SocketConnection
from .wire import NOTHING, as_int, as_mapping, as_number

_INTERFACE_VERSION: Final = 8
_HANDSHAKE: Final = "userOnline"

# The documents disagree on whether the interval is a limit or has a margin on
# top; staying below it suits every reading.
_HEARTBEAT_SHARE: Final = 0.9


async def open_connection(
    session: ClientSession,
    url: str,
    *,
    app_id: str,
    tokens: Tokens,
    pace: Pace,
    outbox: Outbox,
) -> SocketConnection:
    """Connect and shake hands.

    Args:
        session: Makes the connection; it is never closed here.
        url: The address of the socket.
        app_id: The id of the app.
        tokens: The session of the account.
        pace: Time limits.
        outbox: What successive connections share.

    Raises:
        CannotConnectError: There is no connection, or no handshake.
        AuthenticationError: The cloud does not accept the tokens.
    """
    failure: CannotConnectError
    try:
        async with asyncio.timeout(pace.request_timeout):
            ws = await session.ws_connect(
                url,
                timeout=ClientWSTimeout(ws_close=CLOSE_TIMEOUT),
                decode_text=False,
            )
    except TimeoutError:
        failure = RequestTimeoutError("socket: no connection in time")
    except (ClientError, OSError, ValueError) as err:
        failure = CannotConnectError(f"socket: {type(err).__name__}")
    else:
        try:
            config = await _shake_hands(ws, app_id, tokens, pace, outbox)
        except BaseException:
            await ws.close()
            raise
        return SocketConnection(
            ws,
            tokens=tokens,
            heartbeat=_heartbeat(config, pace.default_heartbeat),
            pace=pace,
            outbox=outbox,
        )
    raise failure


async def _shake_hands(
    ws: ClientWebSocketResponse[Any],
    app_id: str,
    tokens: Tokens,
    pace: Pace,
    outbox: Outbox,
) -> Mapping[str, Any]:
    """Say who is online and return the `config` of the answer."""
    sequence = outbox.sequences.next()
    hello = orjson.dumps(
        {
            "action": _HANDSHAKE,
            "version": _INTERFACE_VERSION,
            "ts": int(time.time()),
            "at": tokens.access_token,
            "userAgent": USER_AGENT,
            "apikey": tokens.apikey,
            "appid": app_id,
            "nonce": new_nonce(),
            "sequence": sequence,
        }
    )
    outbox.bucket.spend()
    try:
        async with asyncio.timeout(pace.handshake_timeout):
            await ws.send_str(hello.decode())
            answer = await _handshake_answer(ws, sequence)
    except TimeoutError:
        raise RequestTimeoutError("socket: no answer to the handshake") from None
    except ClientError, OSError:
        raise LinkLostError("socket: down at the handshake") from None
    code = as_int(answer["error"])
    if code is None:
        raise UnexpectedAnswerError("handshake: the answer has no code")
    if code:
        raise request_error("handshake", code, HANDSHAKE_ERRORS)
    return as_mapping(answer.get("config"))


async def _handshake_answer(
    ws: ClientWebSocketResponse[Any], sequence: str
) -> Mapping[str, Any]:
    """Wait for the answer to the handshake; other frames have no use before it."""
    while True:
        message = await ws.receive()
        if message.type is WSMsgType.TEXT:
            answer = _parsed(message.data)
            if "error" in answer and str(answer.get("sequence", sequence)) == sequence:
                return answer
        elif message.type is not WSMsgType.BINARY:
            raise LinkLostError("socket: ended at the handshake")


def _parsed(data: bytes) -> Mapping[str, Any]:
    try:
        return as_mapping(orjson.loads(data))
    except orjson.JSONDecodeError:
        return NOTHING


def _heartbeat(config: Mapping[str, Any], default: float) -> float:
    """Return the seconds between pings that a handshake asks for, 0 for none.

    The documents call the switch `hb` and, in one table, `hbl`.
    """
    if as_int(config.get("hb", config.get("hbl"))) == 0:
        return 0.0
    interval = as_number(config.get("hbInterval"))
    if interval is None or not 0 < interval < math.inf:
        interval = default
    return interval * _HEARTBEAT_SHARE
