"""README "Platform API", line by line, with Home Assistant as the platform."""

from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE
from tests.waiting import until_state

from .callers import (
    ACTIVATE,
    BASE,
    CONNECTED,
    NAME,
    PAYLOAD,
    REGISTER,
    RUNNING,
    UPDATE,
    Caller,
    bearer,
)

pytestmark = pytest.mark.usefixtures("entry")

ATT1: Final = f"sensor.{NAME}_att1"
ATT2: Final = f"sensor.{NAME}_att2"


@pytest.mark.parametrize(
    ("base", "end", "id_key"),
    [
        ("", "/", "mac_address"),
        ("", "", "device_id"),
        (BASE, "/", "device_id"),
        (BASE, "", "mac_address"),
    ],
)
async def test_from_register_to_values(
    hass: HomeAssistant, here: Caller, base: str, end: str, id_key: str
) -> None:
    """A device registers, activates and speaks, at each of the addresses."""

    def path(documented: str) -> str:
        return base + documented.removesuffix("/") + end

    status, answer = await here.post(
        path(REGISTER), {"customer_id": CUSTOMER, id_key: DEVICE}
    )
    assert status == 201
    assert list(answer) == ["password"]
    assert len(answer["password"]) >= 12

    login = {id_key: DEVICE, "password": answer["password"]}
    assert await here.post(path(ACTIVATE), login) == (200, "")
    await until_state(hass, CONNECTED, "off")

    message = {
        "from_username": DEVICE,
        "topic": f"devices/out/{CUSTOMER}/{DEVICE}/state",
        "payload": PAYLOAD,
        "ts": 123,
    }
    assert await here.post(path(UPDATE), message, bearer()) == (200, "")
    await until_state(hass, CONNECTED, "on")
    await until_state(hass, ATT1, "val1")
    await until_state(hass, ATT2, "val2")


async def test_both_keys(here: Caller) -> None:
    """An agent that sends both names of the key is understood, if they agree."""
    both = {"mac_address": DEVICE, "device_id": DEVICE, "customer_id": CUSTOMER}
    status, answer = await here.post(REGISTER, both)
    assert status == 201
    login = {**both, "password": answer["password"]}
    assert await here.post(ACTIVATE, login) == (200, "")
    status, answer = await here.post(REGISTER, {**both, "device_id": "other"})
    assert (status, answer) == (
        403,
        {"error": "mac_address and device_id are different."},
    )


async def test_unknown_customer(here: Caller) -> None:
    """The platform verifies the customer number."""
    assert await here.register(customer_id="abc124") == (
        403,
        {"error": "Invalid customer id."},
    )


async def test_password_works_only_after_activation(
    hass: HomeAssistant, here: Caller
) -> None:
    """At this point the password is not active."""
    password = await here.password()
    status, answer = await here.update()
    assert (status, list(answer)) == (403, ["error"])
    assert await may_sign_in(here, password) == "deny"
    assert hass.states.get(CONNECTED) is None

    assert await here.activate(password) == (200, "")
    assert await may_sign_in(here, password) == "allow"
    assert await here.update() == (200, "")


async def test_new_password_before_activation(here: Caller) -> None:
    """A device that got no answer asks again; the former password is void then."""
    first = await here.password()
    second = await here.password()
    assert first != second
    assert await here.activate(first) == (
        403,
        {"error": "Invalid device or password."},
    )
    assert await here.activate(second) == (200, "")


async def test_registered_once(here: Caller) -> None:
    """A device that is activated cannot be registered again, nor loses its password."""
    password = await here.enrol()
    assert await here.register() == (
        403,
        {"error": "Device already exists and is activated."},
    )
    assert await here.activate(password) == (200, "")
    assert await may_sign_in(here, password) == "allow"


async def test_activation_is_idempotent(hass: HomeAssistant, here: Caller) -> None:
    """Activation with the same password has no extra effect."""
    password = await here.enrol()
    assert await here.update() == (200, "")
    await until_state(hass, ATT1, "val1")
    states = hass.states.async_all()
    assert await here.activate(password) == (200, "")
    await hass.async_block_till_done()
    assert hass.states.async_all() == states


async def test_limit(hass: HomeAssistant, here: Caller, entry: MockConfigEntry) -> None:
    """A customer number is good for so many devices, until the limit is increased."""
    few = {"customer_id": CUSTOMER, "name": "", "device_limit": 1}
    config = hass.config_entries
    config.async_update_entry(entry, options={**entry.options, "customers": [few]})
    await here.password("first")
    full = (403, {"error": "The limit of devices of this customer id is reached."})
    assert await here.register("second") == full
    # Before its activation the first one may still ask for a new password.
    await here.enrol("first")
    assert await here.register("second") == full
    more = {**few, "device_limit": 2}
    config.async_update_entry(entry, options={**entry.options, "customers": [more]})
    await here.enrol("second")


async def test_later_agents(hass: HomeAssistant, here: Caller) -> None:
    """Later agents tell of themselves and of their program apart."""
    await here.enrol()
    up = {"agentStatus": "online", "programStatus": "up", "level": 4.5, "ok": True}
    assert await here.update(up) == (200, "")
    await until_state(hass, RUNNING, "on")
    await until_state(hass, f"sensor.{NAME}_level", "4.5")
    await until_state(hass, f"binary_sensor.{NAME}_ok", "on")
    down = {"agentStatus": "online", "programStatus": "down"}
    assert await here.update(down) == (200, "")
    await until_state(hass, RUNNING, "off")
    gone = {"agentStatus": "offline", "programStatus": "down"}
    assert await here.update(gone) == (200, "")
    await until_state(hass, CONNECTED, "off")
    await until_state(hass, RUNNING, "unavailable")


async def test_update_rules(hass: HomeAssistant, here: Caller) -> None:
    """The payload must contain `status`, the topic must be that of the sender."""
    await here.enrol()
    rules: list[tuple[dict[str, Any], str]] = [
        ({"from_username": None}, "from_username"),
        ({"from_username": "other"}, "topic"),
        ({"topic": None}, "topic"),
        ({"payload": None}, "payload"),
        ({"payload": ["online"]}, "payload"),
        ({"payload": "online"}, "payload"),
        ({"payload": '["online"]'}, "payload"),
        ({"payload": '{"att1": "val1"}'}, "status"),
        ({"ts": None}, "ts"),
        ({"ts": "soon"}, "ts"),
        ({"ts": True}, "ts"),
    ]
    for changes, told in rules:
        status, answer = await here.update(**changes)
        assert (status, list(answer)) == (403, ["error"]), changes
        assert told in answer["error"]
    await hass.async_block_till_done()
    assert hass.states.get(ATT1) is None


async def test_keys_of_brokers(here: Caller) -> None:
    """EMQX sends more than the documented keys; they do not matter."""
    await here.enrol()
    more: dict[str, Any] = {
        "action": "message_publish",
        "from_client_id": "",
        "qos": 2,
        "retain": True,
    }
    assert await here.update(**more) == (200, "")


async def may_sign_in(here: Caller, password: str) -> str:
    """Return what a broker is told of a login of the device."""
    status, answer = await here.post(
        f"{BASE}/broker/emqx/authenticate",
        {"username": DEVICE, "password": password},
        bearer(),
    )
    assert status == 200
    result: str = answer["result"]
    return result
