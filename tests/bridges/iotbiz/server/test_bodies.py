"""What is sent to the views: too large, too slow, too deep, of another kind."""

import asyncio
import gzip
import json
from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE
from tests.waiting import until_state

from .callers import (
    ACTIVATE,
    BASE,
    LEVEL,
    NO_LOGIN,
    NO_SPEAKER,
    NOT_ALLOWED,
    REGISTER,
    UPDATE,
    Caller,
    bearer,
    refused,
)
from .conftest import Warnings

BODIES: Final[list[bytes]] = [
    b"",
    b"no JSON",
    b"[]",
    b"null",
    b'"text"',
    b"7",
    b'{"customer_id": "abc123", "device_id": "x"',
    b'{"customer_id": "abc123", "device_id": "x"}}',
    b"\xff\xfe\x00",
    b"\x00" * 100,
    b"[" * 4000,
    b'{"a":' * 800,
    b'{"a":' + b"9" * 4000 + b", }",
]


@pytest.mark.parametrize("path", [REGISTER, ACTIVATE, UPDATE])
async def test_no_object(here: Caller, warnings: Warnings, path: str) -> None:
    """What is no JSON object is refused, and told once."""
    for body in BODIES:
        answer = await here.ask("POST", path, body, bearer())
        assert answer == refused("The request is no JSON object."), body
    assert len(warnings()) == 1


IDS: Final[list[object]] = [
    *(None, 7, True, ["x"], {"x": "x"}, "", " ", "a b", "a/b", "a/../b", "/a"),
    *("+", "#", "a+", "a#b", "$SYS", "a\x00", "a\nb", "a\u202eb", "é", "\ud800"),
    *("x" * 65, "x" * 1000, ":a", "-a", ".."),
]


async def test_names(hass: HomeAssistant, here: Caller) -> None:
    """What cannot be a level of a topic, or a text, is no name of a device."""
    bad = refused("mac_address or device_id is missing or cannot be used.")
    for name in IDS:
        for fields in ({"mac_address": name}, {"device_id": name}):
            answer = await here.post(REGISTER, {"customer_id": CUSTOMER, **fields})
            assert answer == bad, name
            answer = await here.post(ACTIVATE, {"password": "x", **fields})
            assert answer == bad, name
    bad = refused("customer_id is missing or no customer number.")
    for customer_id in IDS:
        fields = {"customer_id": customer_id, "mac_address": DEVICE}
        assert await here.post(REGISTER, fields) == bad, customer_id
    bad = refused("password is missing or no text.")
    passwords: list[object] = [None, 7, True, ["x"], {}, "", "x" * 257]
    for password in passwords:
        fields = {"mac_address": DEVICE, "password": password}
        assert await here.post(ACTIVATE, fields) == bad, password
    # None of them cost one of the places.
    await here.enrol()


async def test_strange_passwords(here: Caller) -> None:
    """A password may be any text."""
    await here.password()
    for password in ("\ud800", "\x00", "é" * 256, "💥", "$scrypt$"):
        assert await here.activate(password) == NO_LOGIN


async def test_duplicate_keys(here: Caller) -> None:
    """Of a key that comes twice, one counts; it cannot smuggle anything."""
    body = b'{"customer_id": "nobody", "customer_id": "abc123", "device_id": "twice"}'
    status, answer = await here.ask("POST", REGISTER, body)
    assert status == 201
    login = b'{"device_id": "%s", "device_id": "twice", "password": "%s"}'
    body = login % (DEVICE.encode(), answer["password"].encode())
    assert await here.ask("POST", ACTIVATE, body) == (200, "")
    assert await here.update() == NO_SPEAKER
    assert await here.update(device_id="twice") == (200, "")


async def test_large_bodies(
    here: Caller, elsewhere: Caller, warnings: Warnings
) -> None:
    """A megabyte is refused, however it is sent."""
    await here.enrol()
    large = refused("The request is too large.")
    padded = json.dumps({"mac_address": DEVICE, "pad": "x" * 1_000_000}).encode()

    async def chunks() -> Any:
        for start in range(0, len(padded), 65_536):
            yield padded[start : start + 65_536]

    for path in (REGISTER, ACTIVATE, UPDATE):
        assert await elsewhere.ask("POST", path, padded, bearer()) in (
            large,
            NOT_ALLOWED,
        )
        assert await here.ask("POST", path, padded, bearer()) == large
        assert await here.ask("POST", path, chunks(), bearer()) == large
        zipped = {"Content-Encoding": "gzip", **bearer()}
        packed = gzip.compress(padded)
        assert len(packed) < 4096
        assert await here.ask("POST", path, packed, zipped) == large
    assert await here.update({"status": "online", "pad": "x" * 40_000}) == refused(
        "payload cannot be used: it is too large."
    )
    assert await here.update() == (200, "")
    assert len([line for line in warnings() if "127.0.0.1: The request" in line]) == 1


async def test_other_ways_to_send(here: Caller) -> None:
    """Small bodies may be packed or come in parts; the kind of content is not asked for."""
    fields = json.dumps({"customer_id": CUSTOMER, "device_id": "packed"}).encode()

    async def parts() -> Any:
        yield fields[:10]
        yield fields[10:]

    zipped = {"Content-Encoding": "gzip"}
    assert (await here.ask("POST", REGISTER, gzip.compress(fields), zipped))[0] == 201
    assert (await here.ask("POST", REGISTER, parts()))[0] == 201
    for kind in ("text/plain", "application/x-www-form-urlencoded", "nonsense"):
        answer = await here.ask("POST", REGISTER, fields, {"Content-Type": kind})
        assert answer[0] == 201
    broken = await here.ask("POST", REGISTER, fields, zipped)
    assert broken == refused("The request is no JSON object.")


async def test_deep_nesting(hass: HomeAssistant, here: Caller) -> None:
    """A message that is nested deeply is refused, and costs no crash."""
    await here.enrol()
    deep = refused("payload cannot be used: it is nested too deeply.")
    no_json = refused("payload cannot be used: it is no JSON.")
    for depth, expected in ((3, (200, "")), (50, deep), (5_000, no_json)):
        inner = '{"a":' * depth + "1" + "}" * depth
        payload = f'{{"status": "online", "level": {depth}, "deep": {inner}}}'
        assert (await here.update(payload))[0] == expected[0], depth
    lists = "[" * 2000 + "]" * 2000
    answer = await here.update(f'{{"status": "online", "deep": {lists}}}')
    assert answer in (deep, no_json)
    await until_state(hass, LEVEL, "3")


async def test_strange_values(hass: HomeAssistant, here: Caller) -> None:
    """Values that Home Assistant could not keep are taken as what can be kept."""
    await here.enrol()
    payload = (
        '{"status": "online", "half": "\\ud800", "big": 1e400, "long": %s,'
        ' "zero": "\\u0000", "list": [1, "\\udfff"], "none": null, "level": 3}'
    ) % ("9" * 400)
    answer = await here.update(payload)
    assert answer == (200, "")
    await until_state(hass, LEVEL, "3")
    json.dumps([state.as_dict() for state in hass.states.async_all()], default=str)
    for wrong in ("NaN", "Infinity", "-Infinity"):
        answer = await here.update(f'{{"status": "online", "level": {wrong}}}')
        assert answer == refused("payload cannot be used: it is no JSON.")


@pytest.mark.parametrize("path", [REGISTER, ACTIVATE, UPDATE, f"{BASE}{UPDATE}"])
async def test_methods(here: Caller, path: str) -> None:
    """There is nothing to get, to put or to delete."""
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        status, _ = await here.ask(method, path, b"{}", bearer())
        assert status == 405, method


async def test_slow_body(
    here: Caller, monkeypatch: pytest.MonkeyPatch, warnings: Warnings
) -> None:
    """Who does not send what it has announced is not waited for; others are served."""
    monkeypatch.setattr(
        "custom_components.iot_bridge.bridges.iotbiz.server.requests.READ_SECONDS", 0.2
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", here.url.port)
    writer.write(
        f"POST {REGISTER} HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n{{".encode()
    )
    await here.enrol()
    async with asyncio.timeout(5):
        status = await reader.readline()
        answer = await reader.readuntil(b"}")
    assert b"403" in status
    assert b"did not come in time" in answer
    writer.close()
    assert len(warnings()) == 1
