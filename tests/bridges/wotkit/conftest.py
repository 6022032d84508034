"""A simulated WoTKit server with two users, and entries made through the flow."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from custom_components.iot_bridge import oauth as oauth_module
from custom_components.iot_bridge.bridges.wotkit import (
    account as account_module,
    trial as trial_module,
)
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges import page
from tests.bridges.browser import REDIRECT_URL
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.wotkit import (
    SimulatedSensor,
    WotkitServer,
    actuator,
    mule1,
    weather_station,
)

USERNAME: Final = page.USERNAME
PASSWORD: Final = page.PASSWORD
OTHER_USER: Final = "grace.hopper"
OTHER_PASSWORD: Final = "nanoseconds of wire"
KEY_ID: Final = "0f1e2d3c4b5a6978"
KEY_PASSWORD: Final = "key-password-87654321"
OTHER_KEY_ID: Final = "1111222233334444"
OTHER_KEY_PASSWORD: Final = "key-password-of-grace"
CLIENT_ID: Final = "test-client-id-0123456789"
CLIENT_SECRET: Final = "test-client-secret-abcdef"

# Without the web page, which needs a browser.
SIGN_INS: Final = ("key", "user", "password_grant")

# Options that the config flow asks for itself
_CHOICE_OPTIONS: Final = {"choice", "tags", "sensors"}

type AddAccount = Callable[..., Awaitable[ConfigEntry[Any]]]


@dataclass(frozen=True)
class Way:
    """A way to sign in.

    Attributes:
        name: What tests are called.
        step: The form.
        form: What is entered.
    """

    name: str
    step: str
    form: dict[str, Any]


_CLIENT: Final = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
_USER: Final = {"username": USERNAME, "password": PASSWORD}
WAYS: Final = {
    way.name: way
    for way in (
        Way("key", "wotkit_key", {"username": KEY_ID, "password": KEY_PASSWORD}),
        Way("user", "wotkit_user", _USER),
        Way("password_grant", "wotkit_password", {**_USER, **_CLIENT}),
    )
}
CODE_FORM: Final = _CLIENT


@pytest.fixture
def expected_faults() -> list[str]:
    """Client faults that a test provokes; none unless overridden."""
    return []


@pytest.fixture
async def server(
    socket_enabled: None, expected_faults: list[str]
) -> AsyncIterator[WotkitServer]:
    """A server with two users; at the end of a test its client has made no fault.

    Ada has a weather station and a lamp post, and has subscribed to the taxi. Grace
    has a sensor of her own that Ada has nothing to do with.
    """
    simulated = WotkitServer()
    simulated.add_user(USERNAME, PASSWORD)
    simulated.add_user(OTHER_USER, OTHER_PASSWORD)
    simulated.add_key(USERNAME, KEY_ID, KEY_PASSWORD)
    simulated.add_key(OTHER_USER, OTHER_KEY_ID, OTHER_KEY_PASSWORD)
    simulated.add_application(
        CLIENT_ID, CLIENT_SECRET, (REDIRECT_URL, MY_AUTH_CALLBACK_PATH)
    )
    taxi = mule1(simulated)
    weather_station(simulated, USERNAME)
    actuator(simulated, USERNAME)
    simulated.subscribe(USERNAME, taxi)
    simulated.add_sensor(
        OTHER_USER,
        "compiler",
        long_name="Compiler",
        description="Translates.",
        visibility="PUBLIC",
    )
    await simulated.start()
    yield simulated
    await simulated.stop()
    assert simulated.faults == expected_faults


@pytest.fixture
def sensors(server: WotkitServer) -> dict[str, SimulatedSensor]:
    """All sensors of the server, by their name without the owner."""
    return {sensor.name: sensor for sensor in server.sensors.values()}


@pytest.fixture(params=SIGN_INS)
def way(request: pytest.FixtureRequest) -> Way:
    """Each way to sign in that needs no browser."""
    return WAYS[request.param]


def make_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(oauth_module, "TOKEN_REQUEST_SECONDS", 1.0)
    monkeypatch.setattr(account_module, "TIMEOUT", 1.0)
    monkeypatch.setattr(trial_module, "TRIAL_SECONDS", 1.0)


@pytest.fixture
async def flows(
    hass: HomeAssistant, server: WotkitServer, unload_at_end: None
) -> FlowWalker:
    """Walks through flows; what they have set up is unloaded at the end."""
    return FlowWalker(hass)


async def open_form(
    flows: FlowWalker, server: WotkitServer, step: str
) -> ConfigFlowResult:
    """Enter the server's address and choose how to sign in."""
    form = await flows.start("wotkit")
    assert form["step_id"] == "wotkit"
    menu = await flows.answer(form, {"url": server.url})
    assert menu["type"] is FlowResultType.MENU, menu
    return await flows.choose_steps(menu, step)


async def start_code(flows: FlowWalker, server: WotkitServer) -> ConfigFlowResult:
    """Open the form that leads to the server's page."""
    return await open_form(flows, server, "wotkit_code")


async def add_stranger(flows: FlowWalker, server: WotkitServer) -> ConfigEntry[Any]:
    """Add the account of somebody whose name is not known: it has no sensors."""
    server.add_user("charles", "engine")
    form = await open_form(flows, server, "wotkit_user")
    form = await flows.answer(form, {"username": "charles", "password": "engine"})
    entry: ConfigEntry[Any] = (await choose_sensors(flows, form))["result"]
    return entry


async def choose_sensors(
    flows: FlowWalker, form: ConfigFlowResult, **options: Any
) -> ConfigFlowResult:
    """Answer what is asked for once the user has signed in."""
    assert form["step_id"] == "wotkit_choice", form
    choice = options.get("choice", "contributed")
    result = await flows.answer(form, {"choice": choice})
    for name in {"tags", "sensors"} & options.keys():
        result = await flows.answer(result, {name: options[name]})
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    return result


@pytest.fixture
async def add_account(
    server: WotkitServer, flows: FlowWalker, unload_at_end: None
) -> AddAccount:
    """Add Ada's account through the flows.

    The first argument is "key", "user" or "password_grant"; options by their names:
    those that the config flow does not ask for are chosen in the options flow.
    """

    async def add(sign_in: str = "key", **options: Any) -> ConfigEntry[Any]:
        way = WAYS[sign_in]
        form = await flows.answer(await open_form(flows, server, way.step), way.form)
        asked = {name: options[name] for name in _CHOICE_OPTIONS & options.keys()}
        entry: ConfigEntry[Any] = (await choose_sensors(flows, form, **asked))["result"]
        if others := {name: options[name] for name in options.keys() - asked.keys()}:
            await choose_options(flows, entry, **asked, **others)
        return entry

    return add


async def choose_options(
    flows: FlowWalker, entry: ConfigEntry[Any], **options: Any
) -> ConfigFlowResult:
    """Answer the forms of the options; tags and single sensors have their own."""
    later = {name: options.pop(name) for name in {"tags", "sensors"} & options.keys()}
    result = await flows.choose(await flows.options(entry), options)
    for name, value in later.items():
        result = await flows.choose(result, {name: value})
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    return result
