"""Whatever goes wrong when a user signs in is told, and can be corrected."""

from typing import Any, Final

import pytest

from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.simulators.iotbiz import IotbizSimulator

from .mishaps import Spoil, be_impatient, be_in_a_hurry, nothing, repair, trouble_at
from .world import NOBODY, created, reader_form

_SIGN_IN: Final = {"password": "invalid_auth"}
_CANNOT: Final = {"url": "cannot_connect"}
_TIMEOUT: Final = {"url": "timeout_connect"}
_FOREIGN: Final = {"url": "not_an_iotbiz"}
_TOKEN: Final = "/api/token/"
_LIST: Final = "/api/devices/"

MISHAPS: Final[dict[str, tuple[dict[str, str], dict[str, Any], Spoil]]] = {
    "wrong password": (_SIGN_IN, {"password": "wrong"}, nothing),
    "no password": (_SIGN_IN, {"password": ""}, nothing),
    "wrong name": (_SIGN_IN, {"username": "charles"}, nothing),
    "no name": ({"username": "invalid_auth"}, {"username": " "}, nothing),
    "nobody listens": (_CANNOT, {"url": NOBODY}, nothing),
    "token: 500": (_CANNOT, {}, trouble_at(_TOKEN, status=500)),
    "token: 429": (_CANNOT, {}, trouble_at(_TOKEN, status=429)),
    "token: 404": (_FOREIGN, {}, trouble_at(_TOKEN, status=404)),
    "token: page": (_FOREIGN, {}, trouble_at(_TOKEN, garbage="html")),
    "token: broken": (_FOREIGN, {}, trouble_at(_TOKEN, garbage="broken_json")),
    "token: cut off": (_TIMEOUT, {}, trouble_at(_TOKEN, drop=True)),
    "token: silence": (_TIMEOUT, {}, trouble_at(_TOKEN, hang=True)),
    "list: 401": (
        _SIGN_IN,
        {},
        trouble_at(_LIST, status=401, body='{"detail": "no"}'),
    ),
    "list: 403": (
        {"base": "list_not_allowed"},
        {},
        trouble_at(_LIST, status=403, body='{"detail": "no"}'),
    ),
    "list: 500": (_CANNOT, {}, trouble_at(_LIST, status=500)),
    "list: 404": (_FOREIGN, {}, trouble_at(_LIST, status=404)),
    "list: page": (_FOREIGN, {}, trouble_at(_LIST, garbage="html")),
    "list: silence": (_TIMEOUT, {}, trouble_at(_LIST, hang=True)),
}


@pytest.mark.parametrize(("errors", "changes", "spoil"), MISHAPS.values(), ids=MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    monkeypatch: pytest.MonkeyPatch,
    errors: dict[str, str],
    changes: dict[str, Any],
    spoil: Spoil,
) -> None:
    """It is told where it belongs, what was entered stays, and a second try works."""
    entered = reader_form(iotbiz, **changes)
    form = await flows.start("iotbiz", "iotbiz_reader")
    spoil(iotbiz)
    with monkeypatch.context() as moment:
        be_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["step_id"] == "iotbiz_reader"
    assert form["errors"] == errors
    assert suggested(form) == kept(entered)
    repair(iotbiz)
    created(await flows.answer(form, reader_form(iotbiz)))


async def test_all_together_take_too_long(
    flows: FlowWalker, iotbiz: IotbizSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long each answer may take, the user does not wait for all of them."""
    form = await flows.start("iotbiz", "iotbiz_reader")
    trouble_at("", hang=True)(iotbiz)
    with monkeypatch.context() as moment:
        be_in_a_hurry(moment)
        form = await flows.answer(form, reader_form(iotbiz))
    assert form["errors"] == _TIMEOUT
    repair(iotbiz)
    created(await flows.answer(form, reader_form(iotbiz)))
