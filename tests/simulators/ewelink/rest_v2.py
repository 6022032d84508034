"""REST calls of protocol generation v2."""

from typing import TYPE_CHECKING, Any

from .accounts import SimulatedAccount
from .call import Call
from .checks import (
    COUNTRY_CODE,
    app_v2,
    bad_params,
    bearer_v2,
    check_signature,
    signed_v2,
    text_param,
)
from .devices import SimulatedDevice
from .items import GROUP, v2_item
from .json_types import Json, JsonObject
from .refusal import DeviceSilentError, Refusal
from .rest_v1 import check_identity, other_region
from .tokens import TokenPair

if TYPE_CHECKING:
    from .simulator import EwelinkSimulator

PAGE = 30
FIRST_INDEX = -9_999_999
MOST_IDS = 10


async def login(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /v2/user/login."""
    app = signed_v2(simulator, call)
    if not COUNTRY_CODE.fullmatch(text_param(call, "countryCode")):
        raise bad_params(call, "`countryCode` is not of the form +49")
    password = text_param(call, "password")
    account = simulator.find_account(check_identity(call)[1])
    region = other_region(simulator, call, account)
    if region is not None:
        raise Refusal(10004, "user in another region", data={"region": region})
    if account is None or not account.active:
        raise Refusal(10003, "user does not exist")
    if account.password != password:
        raise Refusal(10001, "password error")
    pair = await simulator.sign_in(account, app, "v2")
    return success(
        user=_user(account), at=pair.access, rt=pair.refresh, region=account.region
    )


async def refresh(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /v2/user/refresh, with a signature or the access token."""
    app = app_v2(simulator, call)
    token = text_param(call, "rt")
    if call.bearer_token is None:
        check_signature(call, app)
    pair = simulator.renewed(call, app, token, "v2")
    return success(at=pair.access, rt=pair.refresh)


async def oauth_token(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /v2/user/oauth/token."""
    app = signed_v2(simulator, call)
    if text_param(call, "grantType") != "authorization_code":
        raise bad_params(call, "`grantType` is not authorization_code")
    redirect_url = text_param(call, "redirectUrl")
    code = simulator.tokens.redeem(text_param(call, "code"))
    if code is None:
        raise Refusal(405, "code is wrong or expired")
    if code.app is not app:
        raise Refusal(405, "wrong code", fault=f"{call.name}: code of another app")
    if code.redirect_url != redirect_url:
        raise Refusal(
            405, "wrong code", fault=f"{call.name}: another redirectUrl than the page's"
        )
    if call.region not in (None, code.account.region):
        fault = f"{call.name}: code of {code.account.region} used at {call.region}"
        raise Refusal(405, "wrong code", fault=fault)
    pair = await simulator.sign_in(code.account, app, "v2")
    return success(
        accessToken=pair.access,
        refreshToken=pair.refresh,
        atExpiredTime=int(pair.access_expires_at * 1000),
        rtExpiredTime=int(pair.refresh_expires_at * 1000),
    )


async def profile(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /v2/user/profile."""
    account = bearer_v2(simulator, call).account
    return success(user=_user(account), region=account.region)


async def families(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /v2/family."""
    account = bearer_v2(simulator, call).account
    homes = [
        {
            "id": home.id,
            "apikey": account.apikey,
            "name": home.name,
            "index": index,
            "familyType": 1,
            "roomList": [],
        }
        for index, home in enumerate(account.families)
    ]
    return success(
        familyList=homes,
        currentFamilyId=account.current_family.id,
        hasChangedCurrentFamily=False,
    )


async def things(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /v2/device/thing."""
    pair = bearer_v2(simulator, call)
    limit = _whole_number(call, "num", PAGE)
    if limit < 0:
        raise bad_params(call, "`num` is negative")
    begin = _whole_number(call, "beginIndex", FIRST_INDEX)
    if not simulator.knobs.begin_index_inclusive:
        begin += 1
    wanted = call.query.get("familyid") or pair.account.current_family.id
    home = pair.account.family(wanted)
    if home is None:
        raise Refusal(20001, "family does not exist")
    if simulator.trouble.hang_large_pages and (limit == 0 or limit > PAGE):
        await simulator.hang()
    visible = [
        device
        for device in simulator.devices_of(pair.account)
        if device.family_for(pair.account) is home
    ]
    brands = pair.app.brands
    listed = [
        v2_item(device, pair.account)
        for device in visible
        if device.index >= begin and (brands is None or device.brand in brands)
    ]
    return success(thingList=listed[: limit or None], total=len(visible))


async def some_things(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /v2/device/thing."""
    pair = bearer_v2(simulator, call)
    wanted = call.params.get("thingList")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_IDS:
        raise bad_params(call, f"`thingList` is no list of 1 to {MOST_IDS}")
    if not all(_is_thing(thing) for thing in wanted):
        raise bad_params(call, "`thingList` has an entry without `id` or `itemType`")
    found = [_device_of(simulator, pair, thing["id"]) for thing in wanted]
    return success(thingList=[v2_item(device, pair.account) for device in found])


async def status(simulator: EwelinkSimulator, call: Call) -> Json:
    """GET /v2/device/thing/status."""
    pair = bearer_v2(simulator, call)
    kind = _whole_number(call, "type", 0)
    found = _target(simulator, call, pair, kind)
    names = [name for name in call.query.get("params", "").split("|") if name]
    return success(params=found.shadow(names))


async def set_status(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /v2/device/thing/status."""
    pair = bearer_v2(simulator, call)
    kind = call.params.get("type")
    found = _target(simulator, call, pair, kind if type(kind) is int else 0)
    params = call.params.get("params")
    if not isinstance(params, dict) or not params:
        raise bad_params(call, "`params` is no object or empty")
    try:
        await found.execute(params, sequence=simulator.next_sequence())
    except DeviceSilentError:
        raise Refusal(4002, "device control failed") from None
    except Refusal as refusal:
        if refusal.error == 400:
            raise
        raise Refusal(4002, "device control failed", fault=refusal.fault) from None
    return success()


def success(**data: object) -> JsonObject:
    """Wrap data in the envelope."""
    return {"error": 0, "msg": "", "data": data}


def _user(account: SimulatedAccount) -> JsonObject:
    user: JsonObject = {
        "apikey": account.apikey,
        "countryCode": account.country_code,
        "nickname": account.identity.partition("@")[0],
        "accountLevel": 10,
        "timezone": {"id": "Europe/Berlin", "offset": 1},
    }
    if account.email:
        user["email"] = account.email
    if account.phone_number:
        user["phoneNumber"] = account.phone_number
    return user


def _whole_number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise bad_params(call, f"`{name}` is no whole number") from None


def _is_thing(thing: Any) -> bool:
    return (
        isinstance(thing, dict)
        and isinstance(thing.get("id"), str)
        and type(thing.get("itemType")) is int
    )


def _target(
    simulator: EwelinkSimulator, call: Call, pair: TokenPair, kind: int
) -> SimulatedDevice:
    if kind not in (1, 2):
        raise bad_params(call, "`type` is neither 1 (device) nor 2 (group)")
    found = _device_of(simulator, pair, text_param(call, "id"))
    if (found.item_type_for(pair.account) == GROUP) is not (kind == 2):
        raise bad_params(call, "`type` is not that of the thing")
    return found


def _device_of(
    simulator: EwelinkSimulator, pair: TokenPair, device_id: str
) -> SimulatedDevice:
    found = simulator.devices.get(device_id)
    if found is None or not found.seen_by(pair.account):
        raise Refusal(30018, "device does not exist")
    return found
