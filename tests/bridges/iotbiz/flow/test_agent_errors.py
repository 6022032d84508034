"""Whatever goes wrong when a device is registered is told, and can be corrected."""

from typing import Any, Final

import pytest

from tests.bridges.flow_walker import FlowWalker, suggested
from tests.simulators.iotbiz import Broker, IotbizSimulator

from .mishaps import (
    Spoil,
    activate,
    be_impatient,
    be_in_a_hurry,
    full,
    nothing,
    register,
    repair,
    unapproved,
)
from .world import NOBODY, broker_form, created, device_form

_NO_CUSTOMER: Final = {"customer_id": "invalid_customer"}
_NO_DEVICE: Final = {"device_id": "invalid_device"}
_CANNOT: Final = {"url": "cannot_connect"}
_TIMEOUT: Final = {"url": "timeout_connect"}
_FOREIGN: Final = {"url": "not_an_iotbiz"}
_REFUSED: Final = {"base": "platform_refused"}
_REASON: Final = '{"error": "The moon is full."}'

MISHAPS: Final[dict[str, tuple[dict[str, str], dict[str, Any], Spoil]]] = {
    "unknown customer": (
        {"customer_id": "customer_refused"},
        {"customer_id": "nobody"},
        nothing,
    ),
    "no customer": (_NO_CUSTOMER, {"customer_id": " "}, nothing),
    "slash in customer": (_NO_CUSTOMER, {"customer_id": "a/b"}, nothing),
    "no device": (_NO_DEVICE, {"device_id": ""}, nothing),
    "wild card in device": (_NO_DEVICE, {"device_id": "+"}, nothing),
    "long device": (_NO_DEVICE, {"device_id": "x" * 65}, nothing),
    "limit": ({"base": "limit_reached"}, {}, full),
    "not approved": ({"base": "not_approved"}, {}, unapproved),
    "nobody listens": (_CANNOT, {"url": NOBODY}, nothing),
    "register: 500": (_CANNOT, {}, register(status=500)),
    "register: 429": (_CANNOT, {}, register(status=429)),
    "register: 404": (_FOREIGN, {}, register(status=404)),
    "register: 302": (_FOREIGN, {}, register(status=302)),
    "register: 400": (_REFUSED, {}, register(status=400, body=_REASON)),
    "register: 403": (_REFUSED, {}, register(status=403, body=_REASON)),
    "register: no reason": (_REFUSED, {}, register(status=403, body="{}")),
    "register: page": (_FOREIGN, {}, register(garbage="html")),
    "register: broken": (_FOREIGN, {}, register(garbage="broken_json")),
    "register: cut off": (_TIMEOUT, {}, register(drop=True)),
    "register: lost": (_TIMEOUT, {}, register(drop_after=True)),
    "register: silence": (_TIMEOUT, {}, register(hang=True)),
    "activate: 500": (_CANNOT, {}, activate(status=500)),
    "activate: 404": (_FOREIGN, {}, activate(status=404)),
    "activate: 403": (_REFUSED, {}, activate(status=403, body=_REASON)),
    "activate: another one": (
        _REFUSED,
        {},
        activate(status=403, body='{"error": "Invalid password."}'),
    ),
    "activate: page": (_FOREIGN, {}, activate(garbage="html")),
    "activate: cut off": (_TIMEOUT, {}, activate(drop=True)),
    "activate: lost": (_TIMEOUT, {}, activate(drop_after=True)),
    "activate: silence": (_TIMEOUT, {}, activate(hang=True)),
}


@pytest.mark.parametrize(("errors", "changes", "spoil"), MISHAPS.values(), ids=MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    errors: dict[str, str],
    changes: dict[str, Any],
    spoil: Spoil,
) -> None:
    """It is told where it belongs, what was entered stays, and a second try works."""
    entered = device_form(iotbiz, **changes)
    form = await flows.start("iotbiz", "iotbiz_agent")
    spoil(iotbiz)
    with monkeypatch.context() as moment:
        be_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["step_id"] == "iotbiz_agent"
    assert form["errors"] == errors
    assert suggested(form) == entered

    repair(iotbiz)
    form = await flows.answer(form, device_form(iotbiz))
    assert form["step_id"] == "iotbiz_broker"
    created(await flows.answer(form, broker_form(broker)))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (_REASON, "The moon is full."),
        ("{}", "-"),
        ('{"error": "a\\n\\u0007 b"}', "a b"),
        ('{"error": "customer\\u0020abc123?"}', "customer **?"),
    ],
    ids=["words", "none", "several lines", "what was sent"],
)
async def test_words_of_the_platform(
    flows: FlowWalker, iotbiz: IotbizSimulator, body: str, reason: str
) -> None:
    """Why it refuses is told in its own words, in one line."""
    register(status=400, body=body)(iotbiz)
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(iotbiz))
    assert form["errors"] == _REFUSED
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["reason"] == reason


ADDRESSES: Final = {
    "empty": "",
    "blanks": "  ",
    "scheme": "ftp://127.0.0.1",
    "script": "javascript:alert(1)",
    "no host": "http://",
    "password": "http://ada:secret@127.0.0.1",
    "blank inside": "127.0.0.1 8080",
    "port": "127.0.0.1:99999",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize(
    ("step", "other"),
    [
        ("iotbiz_agent", {"customer_id": "abc123", "device_id": "a"}),
        ("iotbiz_reader", {"username": "ada", "password": "b"}),
    ],
    ids=["agent", "reader"],
)
async def test_invalid_address(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    step: str,
    other: dict[str, str],
    address: str,
) -> None:
    """An address that cannot be one is refused before anything is sent."""
    form = await flows.start("iotbiz", step)
    form = await flows.answer(form, {"url": address, **other})
    assert form["errors"] == {"url": "invalid_address"}
    assert suggested(form)["url"] == address
    assert not iotbiz.requests


async def test_all_together_take_too_long(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long each answer may take, the user does not wait for all of them."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    register(hang=True)(iotbiz)
    with monkeypatch.context() as moment:
        be_in_a_hurry(moment)
        form = await flows.answer(form, device_form(iotbiz))
    assert form["errors"] == _TIMEOUT
    repair(iotbiz)
    form = await flows.answer(form, device_form(iotbiz))
    created(await flows.answer(form, broker_form(broker)))
