"""What users see of a platform: tokens, devices, telemetry.

Source: protocols/iotbiz.md C1 "Public API"; lists are those of Django REST framework's
LimitOffsetPagination. That a row names its device by its address, and the order of rows,
is nowhere told.
"""

from collections.abc import Callable, Iterable, Sequence
import datetime as dt
import hmac
from typing import Any, Final
from urllib.parse import urlencode

from .call import ApiError, Call, Reply
from .devices import KnownDevice, StoredRow, time_text

_BEARER: Final = "Bearer "
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="api"'}
_PAGING: Final = ("limit", "offset")


# Tokens


async def get_both_tokens(call: Call) -> Reply:
    """Give a user a token for access, and one to renew it."""
    call.check_query()
    username, password = call.fields("username", "password")
    right = call.world.users.get(username)
    if right is None or not hmac.compare_digest(right.encode(), password.encode()):
        text = "No active account found with the given credentials"
        raise ApiError(401, {"detail": text}, _CHALLENGE)
    office = call.world.office
    return Reply(
        body={
            "refresh": office.issue("refresh", username),
            "access": office.issue("access", username),
        }
    )


async def get_access_token(call: Call) -> Reply:
    """Give a user another token for access."""
    call.check_query()
    [token] = call.fields("refresh")
    user = call.world.office.user_of("refresh", token)
    if user not in call.world.users:
        body = {"detail": "Token is invalid or expired", "code": "token_not_valid"}
        raise ApiError(401, body, _CHALLENGE)
    return Reply(body={"access": call.world.office.issue("access", user)})


# Lists


async def list_devices(call: Call) -> Reply:
    """List the devices."""
    _check_user(call)
    call.check_query(*_PAGING)
    devices = sorted(call.world.devices.values(), key=lambda device: device.pk)
    return Reply(body=_page(call, devices, lambda one: _device(call, one)))


async def get_device(call: Call) -> Reply:
    """Tell of one device."""
    _check_user(call)
    call.check_query()
    for device in call.world.devices.values():
        if device.pk == call.number:
            return Reply(body=_device(call, device))
    raise ApiError(404, {"detail": "Not found."})


async def list_telemetry(call: Call) -> Reply:
    """List rows of telemetry."""
    _check_user(call)
    call.check_query("device", "start", "end", *_PAGING)
    start, end = _time(call, "start"), _time(call, "end")
    rows = [
        (device, row)
        for device in _chosen_devices(call)
        for row in device.rows
        if (start is None or row.at >= start) and (end is None or row.at <= end)
    ]
    rows.sort(key=lambda item: item[1].pk, reverse=call.world.newest_first)
    return Reply(body=_page(call, rows, lambda item: _row(call, *item)))


async def ping(call: Call) -> Reply:
    """Repeat what was asked."""
    _check_user(call)
    call.check_query("id")
    return Reply(body={"id": call.query.get("id")})


# Inside


def _check_user(call: Call) -> None:
    given = call.authorization
    if not given.startswith(_BEARER):
        text = "Authentication credentials were not provided."
        raise ApiError(401, {"detail": text}, _CHALLENGE)
    token = given.removeprefix(_BEARER)
    if call.world.office.user_of("access", token) not in call.world.users:
        body = {
            "detail": "Given token not valid for any token type",
            "code": "token_not_valid",
        }
        raise ApiError(401, body, _CHALLENGE)


def _page[T](call: Call, items: Sequence[T], shown: Callable[[T], Any]) -> Any:
    limit = _number(call.query.get("limit"), least=1)
    limit = call.world.page_size if limit is None else limit
    offset = _number(call.query.get("offset"), least=0) or 0
    return {
        "count": len(items),
        "next": (
            _link(call, limit, offset + limit) if offset + limit < len(items) else None
        ),
        "previous": _link(call, limit, max(0, offset - limit)) if offset else None,
        "results": [shown(item) for item in items[offset : offset + limit]],
    }


def _link(call: Call, limit: int, offset: int) -> str:
    query = {**call.query, "limit": str(limit), "offset": str(offset)}
    if not offset:
        del query["offset"]
    return f"{call.base}{call.path}?{urlencode(query)}"


def _number(text: str | None, *, least: int) -> int | None:
    """Return a number of a query; what is none does not count."""
    if text is None or not text.isdecimal() or int(text) < least:
        return None
    return int(text)


def _time(call: Call, name: str) -> float | None:
    text = call.query.get(name)
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        call.note_fault(f"{name} is no time")
        raise ApiError(400, {name: ["Enter a valid date/time."]}) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.timestamp()


def _chosen_devices(call: Call) -> Iterable[KnownDevice]:
    wanted = call.query.get("device")
    devices = call.world.devices.values()
    if not wanted:
        return devices
    chosen = [device for device in devices if str(device.pk) == wanted]
    if not chosen:
        text = "Select a valid choice. That choice is not one of the available choices."
        raise ApiError(400, {"device": [text]})
    return chosen


def _address(call: Call, kind: str, pk: int) -> str:
    return f"{call.base}/api/{kind}/{pk}/"


def _device(call: Call, device: KnownDevice) -> Any:
    never = call.world.never_told
    heard = device.last_updated
    return {
        "url": _address(call, "devices", device.pk),
        "name": device.device_id,
        "customer": device.customer_id,
        "agent_status": never if device.agent_status is None else device.agent_status,
        "program_status": (
            never if device.program_status is None else device.program_status
        ),
        "last_updated": None if heard is None else time_text(heard),
        "auth": ["activated" if device.activated else "not activated"],
    }


def _row(call: Call, device: KnownDevice, row: StoredRow) -> Any:
    return {
        "url": _address(call, "telemetry", row.pk),
        "created_on": time_text(row.at),
        "device": _address(call, "devices", device.pk),
        "state": dict(row.state),
    }
