"""REST calls of protocol generation v1."""

from typing import TYPE_CHECKING

from .accounts import SimulatedAccount
from .call import REGIONS, Call
from .checks import PHONE, bad_params, bearer_v1, signed_v1, text_param
from .devices import SimulatedDevice
from .items import GROUP, v1_item
from .json_types import Json, JsonObject
from .refusal import DeviceSilentError, Refusal
from .tokens import TokenPair

if TYPE_CHECKING:
    from .simulator import EwelinkSimulator

# Dial codes by region, as far as they are not European, African or Oceanian.
AMERICAS = frozenset(
    {"1", "51", "52", "53", "54", "55", "56", "57", "58", "502", "506"}
)
ASIA = frozenset({"60", "62", "63", "65", "66", "81", "82", "84", "91", "852", "886"})


async def login(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /api/user/login."""
    app = signed_v1(simulator, call)
    password = text_param(call, "password")
    account = _account_of(simulator, call)
    region = other_region(simulator, call, account)
    if region is not None:
        raise Refusal(301, "user in another region", data={"region": region})
    if account is None:
        raise Refusal(404, "user is not exit")
    if account.password != password:
        raise Refusal(401, "pwd err")
    if not account.active:
        raise Refusal(402, "email inactivated")
    return signed_in(await simulator.sign_in(account, app, "v1"))


async def refresh(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /api/user/refresh."""
    app = signed_v1(simulator, call)
    if call.query.get("grantType") != "refresh":
        raise bad_params(call, "`grantType` is not refresh")
    pair = simulator.renewed(call, app, text_param(call, "rt"), "v1")
    return signed_in(pair)


async def region(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /api/user/region."""
    signed_v1(simulator, call)
    code = text_param(call, "country_code")
    if not code.isdecimal():
        raise bad_params(call, "`country_code` is not made of digits")
    name = "us" if code in AMERICAS else "as" if code in ASIA else "eu"
    return {
        "error": 0,
        "region": "cn" if code == "86" else name,
        "requestid": f"request-{len(simulator.requests)}",
    }


async def devices(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /api/user/device."""
    pair = bearer_v1(simulator, call)
    if call.query.get("lang", "en") not in ("cn", "en"):
        raise bad_params(call, "`lang` is neither cn nor en")
    tags = call.query.get("getTags") == "1"
    items = [
        v1_item(device, pair.account, tags=tags)
        for device in simulator.devices_of(pair.account, pair.app)
        if device.item_type_for(pair.account) != GROUP
    ]
    if simulator.trouble.bare_device_list:
        return items
    return {"error": 0, "devicelist": items}


async def device(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /api/user/device/{id}."""
    pair = bearer_v1(simulator, call)
    device_id = call.path.rpartition("/")[2]
    if text_param(call, "deviceid") != device_id:
        raise bad_params(call, "`deviceid` is not that of the path")
    apikey = text_param(call, "apikey")
    found = _device_of(simulator, pair, device_id)
    item = v1_item(found, pair.account, tags=call.query.get("getTags") == "1")
    if apikey not in (pair.account.apikey, item["apikey"], item["devicekey"]):
        raise Refusal(
            403, "forbidden", fault=f"{call.name}: `apikey` of neither user nor device"
        )
    return item


async def status(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /api/user/device/status."""
    pair = bearer_v1(simulator, call)
    found = _device_of(simulator, pair, text_param(call, "deviceid"))
    names = [name for name in call.query.get("params", "").split("|") if name]
    return {"error": 0, "deviceid": found.device_id, "params": found.shadow(names)}


async def set_status(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /api/user/device/status."""
    pair = bearer_v1(simulator, call)
    found = _device_of(simulator, pair, text_param(call, "deviceid"))
    params = call.params.get("params")
    if not isinstance(params, dict) or not params:
        raise bad_params(call, "`params` is no object or empty")
    try:
        await found.execute(params, sequence=simulator.next_sequence())
    except DeviceSilentError:
        raise Refusal(504, "device does not respond") from None
    except Refusal as refusal:
        if refusal.error == 503:
            raise Refusal(504, "device does not respond") from None
        raise
    return {"error": 0, "deviceid": found.device_id}


def signed_in(pair: TokenPair) -> JsonObject:
    """Build the answer to a login or refresh; it has no `error` member."""
    account = pair.account
    user: JsonObject = {
        "_id": f"5c984cd3dc8295fa{account.number:08x}",
        "appId": pair.app.app_id,
        "lang": "en",
        "online": False,
        "onlineTime": "2026-01-05T07:22:14.361Z",
        "offlineTime": "2026-01-05T07:21:14.361Z",
        "ip": "203.0.113.10",
        "location": "",
        "appInfos": [],
        "nickname": account.identity.partition("@")[0],
        "createdAt": "2025-11-02T03:36:51.335Z",
        "apikey": account.apikey,
    }
    if account.email:
        user["email"] = account.email
    if account.phone_number:
        user["phoneNumber"] = account.phone_number
    return {
        "at": pair.access,
        "rt": pair.refresh,
        "user": user,
        "region": account.region,
    }


def other_region(
    simulator: EwelinkSimulator, call: Call, account: SimulatedAccount | None
) -> str | None:
    """Tell where a login belongs, if not here.

    Args:
        simulator: The cloud.
        call: The login; without a region segment it is never sent elsewhere.
        account: Who signs in; None for somebody unknown.

    Returns:
        The region to go to, None when it is this one.
    """
    if simulator.trouble.extra_login_region_loop:
        here = call.region or (account.region if account else REGIONS[0])
        return REGIONS[(REGIONS.index(here) + 1) % len(REGIONS)]
    if account is None or call.region in (None, account.region):
        return None
    return account.region


def check_identity(call: Call) -> tuple[str, str]:
    """Take the user name of a login; the phone number wins.

    Returns:
        `phoneNumber` or `email`, and its value.
    """
    if "phoneNumber" in call.params:
        phone = text_param(call, "phoneNumber")
        if not PHONE.fullmatch(phone):
            raise bad_params(call, "`phoneNumber` has no country code")
        return "phoneNumber", phone
    email = text_param(call, "email")
    if "@" not in email:
        raise bad_params(call, "`email` is no e-mail address")
    return "email", email


def _account_of(simulator: EwelinkSimulator, call: Call) -> SimulatedAccount | None:
    return simulator.find_account(check_identity(call)[1])


def _device_of(
    simulator: EwelinkSimulator, pair: TokenPair, device_id: str
) -> SimulatedDevice:
    found = simulator.devices.get(device_id)
    if found is None:
        raise Refusal(404, "device is not exist")
    if not found.seen_by(pair.account):
        raise Refusal(403, "forbidden")
    return found
