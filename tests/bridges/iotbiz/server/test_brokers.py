"""Brokers ask who may sign in, and who may publish and listen where."""

from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from tests.bridges.iotbiz.world import (
    CUSTOMER,
    DEVICE,
    OTHER_CUSTOMER,
    SECRET,
    customer,
)

from .callers import BASE, NOT_ALLOWED, Answer, Caller, bearer

GO_AUTH: Final = f"{BASE}/broker/mosquitto"
EMQX: Final = f"{BASE}/broker/emqx"

OK: Final = (200, {"ok": True, "error": ""})
# A wrong password; no base64; base64 of what is no text; nothing; another scheme
ODD_AUTHORIZATIONS: Final = ("Basic eDp5", "Basic %", "Basic /w==", "Basic", "Digest x")

NO: Final = (403, {"ok": False, "error": "Not allowed."})


def emqx(result: str) -> Answer:
    """Return what EMQX is answered."""
    return 200, {"result": result, "is_superuser": False}


@pytest.fixture
def options() -> dict[str, Any]:
    """Two customers."""
    return {
        "admission": "automatic",
        "customers": [customer(), customer(OTHER_CUSTOMER)],
    }


async def ask_form(
    caller: Caller, path: str, fields: dict[str, str], secret: str = SECRET
) -> Answer:
    """Ask as a form; JSON is the other way."""
    return await caller.ask("POST", path, fields, bearer(secret))


async def test_sign_in(here: Caller) -> None:
    """Only credentials that are activated work, in each of the forms."""
    password = await here.password()
    login = {"username": DEVICE, "password": password}
    assert await here.post(f"{GO_AUTH}/user", login, bearer()) == NO
    assert await here.post(f"{EMQX}/authenticate", login, bearer()) == emqx("deny")
    assert await here.activate(password) == (200, "")
    for end in ("", "/"):
        for more in ({}, {"clientid": "c1"}):
            fields = {**login, **more}
            assert await here.post(f"{GO_AUTH}/user{end}", fields, bearer()) == OK
            assert await ask_form(here, f"{GO_AUTH}/user{end}", fields) == OK
            path = f"{EMQX}/authenticate{end}"
            assert await here.post(path, fields, bearer()) == emqx("allow")
            assert await ask_form(here, path, fields) == emqx("allow")


async def test_wrong_logins(here: Caller) -> None:
    """A device with a wrong password is denied; who is none is left to others."""
    password = await here.enrol()
    logins: list[tuple[dict[str, object], str]] = [
        ({"username": DEVICE, "password": "guess"}, "deny"),
        ({"username": DEVICE, "password": password.swapcase()}, "deny"),
        ({"username": DEVICE, "password": ""}, "deny"),
        ({"username": DEVICE, "password": None}, "deny"),
        ({"username": DEVICE, "password": "x" * 1000}, "deny"),
        ({"username": DEVICE, "password": "\ud800"}, "deny"),
        ({"username": DEVICE}, "deny"),
        ({"username": DEVICE.upper(), "password": password}, "ignore"),
        ({"username": "nobody", "password": password}, "ignore"),
        ({"username": "", "password": password}, "ignore"),
        ({"username": "\ud800\x00", "password": password}, "ignore"),
        ({"username": ["x"], "password": ["x"]}, "ignore"),
        ({}, "ignore"),
    ]
    for login, result in logins:
        answer = await here.post(f"{EMQX}/authenticate", login, bearer())
        assert answer == emqx(result), login
        assert await here.post(f"{GO_AUTH}/user", login, bearer()) == NO


ACL: Final[list[tuple[str, str, str]]] = [
    # What the broker asks, the topic, and the answer: protocols/iotbiz.md C2
    ("publish", f"devices/out/{CUSTOMER}/{DEVICE}/state", "allow"),
    ("publish", f"devices/out/{CUSTOMER}/{DEVICE}/supervisor", "allow"),
    ("publish", f"devices/in/{CUSTOMER}/{DEVICE}/command", "deny"),
    ("publish", f"devices/out/{CUSTOMER}/other/state", "deny"),
    ("publish", f"devices/out/{CUSTOMER}/{DEVICE}0/state", "deny"),
    ("publish", f"devices/out/{OTHER_CUSTOMER}/{DEVICE}/state", "deny"),
    ("publish", f"devices/out/{CUSTOMER}/{DEVICE}", "deny"),
    ("publish", f"x/devices/out/{CUSTOMER}/{DEVICE}/state", "deny"),
    ("publish", "", "deny"),
    ("subscribe", f"devices/in/{CUSTOMER}/{DEVICE}/command", "allow"),
    ("subscribe", f"devices/in/{CUSTOMER}/{DEVICE}/#", "allow"),
    ("subscribe", f"devices/in/{CUSTOMER}/+/command", "deny"),
    ("subscribe", f"devices/in/{CUSTOMER}/#", "deny"),
    ("subscribe", f"devices/out/{CUSTOMER}/{DEVICE}/state", "deny"),
    ("subscribe", f"devices/in/{OTHER_CUSTOMER}/{DEVICE}/command", "deny"),
    ("subscribe", "#", "deny"),
    ("something", f"devices/in/{CUSTOMER}/{DEVICE}/command", "deny"),
    ("", f"devices/in/{CUSTOMER}/{DEVICE}/command", "deny"),
]
# mosquitto-go-auth has numbers: to be delivered a message is apart from subscribing.
ACC: Final = {"publish": (2,), "subscribe": (1, 4), "something": (7,), "": (0,)}
GO_AUTH_ANSWERS: Final = {"allow": OK, "deny": NO}


async def test_access(here: Caller) -> None:
    """A device publishes below its own "out", and listens below its own "in"."""
    await here.enrol()
    for action, topic, result in ACL:
        asked = {"username": DEVICE, "topic": topic, "action": action}
        path = f"{EMQX}/authorize"
        assert await here.post(path, asked, bearer()) == emqx(result), asked
        assert await ask_form(here, path, asked) == emqx(result), asked
        for acc in ACC[action]:
            path = f"{GO_AUTH}/acl"
            fields = {"username": DEVICE, "topic": topic, "clientid": "c1"}
            expected = GO_AUTH_ANSWERS[result]
            assert await here.post(path, {**fields, "acc": acc}, bearer()) == expected
            form = {**fields, "acc": str(acc)}
            assert await ask_form(here, path, form) == expected, form


async def test_access_of_nobody(here: Caller) -> None:
    """Who is not activated may nothing; of who is no device we know nothing."""
    await here.password()
    topic = f"devices/out/{CUSTOMER}/{DEVICE}/state"
    for username, result in ((DEVICE, "deny"), ("nobody", "ignore"), ("", "ignore")):
        asked = {"username": username, "topic": topic, "action": "publish", "acc": 2}
        assert await here.post(f"{EMQX}/authorize", asked, bearer()) == emqx(result)
        assert await here.post(f"{GO_AUTH}/acl", asked, bearer()) == NO


async def test_nobody_is_above(here: Caller) -> None:
    """No device is a superuser."""
    await here.enrol()
    asked = {"username": DEVICE}
    assert await here.post(f"{GO_AUTH}/superuser", asked, bearer()) == NO


QUESTIONS: Final = (
    f"{GO_AUTH}/user",
    f"{GO_AUTH}/superuser",
    f"{GO_AUTH}/acl",
    f"{EMQX}/authenticate",
    f"{EMQX}/authorize",
)


async def test_who_may_ask(
    hass: HomeAssistant, here: Caller, elsewhere: Caller
) -> None:
    """Only a broker of the user is answered: else passwords could be tried out here."""
    password = await here.enrol()
    login = {"username": DEVICE, "password": password}
    for path in QUESTIONS:
        for headers in (
            {},
            bearer("guess"),
            *({"Authorization": value} for value in ODD_AUTHORIZATIONS),
        ):
            assert await here.post(path, login, headers) == NOT_ALLOWED
        assert await elsewhere.post(path, login, bearer()) == NOT_ALLOWED
        assert (await here.ask("GET", path, b"", bearer()))[0] == 405
        for body in (b"", b"[]", b"no JSON", b"x" * 5000):
            status, answer = await here.ask("POST", path, body, bearer())
            assert (status, list(answer)) == (403, ["error"])


async def test_form_that_is_no_text(here: Caller) -> None:
    """A form that cannot be read is refused, and tells so."""
    headers = bearer() | {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await here.ask("POST", f"{GO_AUTH}/user", b"username=\xff", headers)
    assert answer == (403, {"error": "The request is no JSON object."})


async def test_basic_authentication(here: Caller) -> None:
    """A broker that knows only an address with a login in it can ask as well."""
    password = await here.enrol()
    login = {"username": DEVICE, "password": password}
    path = f"{EMQX}/authenticate"
    url = here.url.with_path(path).with_user("broker").with_password(SECRET)
    assert await here.ask_at(url, login) == emqx("allow")
    assert await here.ask_at(url.with_user(SECRET).with_password("x"), login) == (
        NOT_ALLOWED
    )


async def test_other_address_of_broker(
    hass: HomeAssistant, entry: Any, here: Caller, elsewhere: Caller
) -> None:
    """The user may allow other addresses and networks, and forbid this one."""
    password = await here.enrol()
    login = {"username": DEVICE, "password": password}
    path = f"{EMQX}/authenticate"
    options = {**entry.options, "allowed_addresses": ["127.0.0.2/31"]}
    hass.config_entries.async_update_entry(entry, options=options)
    assert await elsewhere.post(path, login, bearer()) == emqx("allow")
    assert await elsewhere.update() == (200, "")
    assert await here.post(path, login, bearer()) == NOT_ALLOWED
    assert await here.update() == NOT_ALLOWED
