"""OAuth 2 of the second generation; eWeLink v2 documents, "OAuth2.0".

The user authorises the app on a page of CoolKit's; the page sends back a code
that lives 30 seconds and buys the tokens.
"""

import time
from typing import Any, Final
from urllib.parse import urlencode

from .account import App, Tokens
from .api import ACCESS_TOKEN_LIFE, REFRESH_TOKEN_LIFE, known_region
from .errors import V2_CODE_ERRORS
from .regions import Hosts
from .signing import new_nonce, sign
from .v2 import ApiV2, checked
from .wire import as_int, as_mapping, as_text

_GRANT_TYPE: Final = "authorization_code"

# The documents do not tell the unit of the expiry times. Seconds have ten digits
# and milliseconds thirteen until the year 2286.
_EARLIEST_SECONDS: Final = 10**9
_EARLIEST_MILLISECONDS: Final = 10**12


def authorize_url(
    hosts: Hosts, region: str, app: App, *, redirect_url: str, state: str
) -> str:
    """Return the address of the page where a user authorises the app.

    Args:
        hosts: Where the regions are.
        region: The region, where the page has one.
        app: The app that asks.
        redirect_url: Where the page sends the code; registered for the app.
        state: Comes back with the code.
    """
    seq = str(time.time_ns() // 1_000_000)
    query = {
        "clientId": app.app_id,
        "seq": seq,
        "authorization": sign(app.app_secret, f"{app.app_id}_{seq}".encode()),
        "redirectUrl": redirect_url,
        "grantType": _GRANT_TYPE,
        "state": state,
        "nonce": new_nonce(),
    }
    return f"{hosts.oauth_page(region)}?{urlencode(query)}"


async def tokens_for_code(
    api: ApiV2, region: str, code: str, *, redirect_url: str
) -> Tokens:
    """Buy tokens with a code, and learn the account's key from its profile.

    Args:
        api: Makes the calls.
        region: The region that the page named along with the code.
        code: The code.
        redirect_url: The same as for the page.

    Raises:
        CodeRejectedError: The code is wrong, used or too old.
        UnexpectedAnswerError: An answer lacks something.
    """
    answer = await api.signed_post(
        "OAuth code",
        region,
        "/v2/user/oauth/token",
        {"code": code, "redirectUrl": redirect_url, "grantType": _GRANT_TYPE},
    )
    now = time.time()
    data = checked(answer, V2_CODE_ERRORS)
    access_token = as_text(data.get("accessToken"))
    refresh_token = as_text(data.get("refreshToken"))
    if access_token is None or refresh_token is None:
        raise answer.unexpected("tokens")
    profile = await api.profile(region, access_token)
    apikey = as_text(as_mapping(profile.get("user")).get("apikey"))
    if apikey is None:
        raise answer.unexpected("account key")
    return Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        access_expires_at=_moment(data.get("atExpiredTime"), now + ACCESS_TOKEN_LIFE),
        refresh_expires_at=_moment(data.get("rtExpiredTime"), now + REFRESH_TOKEN_LIFE),
        region=known_region(profile.get("region"), region),
        apikey=apikey,
    )


def _moment(value: Any, otherwise: float) -> float:
    """Return a moment in unix seconds, told in seconds or milliseconds."""
    number = as_int(value)
    if number is None or number < _EARLIEST_SECONDS:
        return otherwise
    if number < _EARLIEST_MILLISECONDS:
        return float(number)
    return number / 1000
