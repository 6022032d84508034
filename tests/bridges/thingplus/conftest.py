"""A simulated Thing+ server with two users, and entries whose tokens it has given."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
import time
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge import oauth as oauth_module
from custom_components.iot_bridge.bridges.thingplus import (
    account as account_module,
    trial as trial_module,
)
from custom_components.iot_bridge.bridges.thingplus.account import (
    title_of,
    unique_id_of,
)
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryDataWithId,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges import page
from tests.bridges.browser import REDIRECT_URL
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.thingplus import ThingplusSimulator, md5_of, sample_world

USERNAME: Final = page.USERNAME
PASSWORD: Final = page.PASSWORD
PASSWORD_HASH: Final = md5_of(PASSWORD)
OTHER_USER: Final = "grace.hopper"
OTHER_PASSWORD: Final = "nanoseconds of wire"
CLIENT_ID: Final = "test-client-id-0123456789"
CLIENT_SECRET: Final = "test-client-secret-abcdef"

CLIENT: Final = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
USER: Final = {"username": USERNAME, "password": PASSWORD}
GRACE: Final = {"username": OTHER_USER, "password": OTHER_PASSWORD}
NEW_CLIENT: Final = {"name": "Home Assistant", "scopes": ["gateway", "site-read"]}

type CreateEntry = Callable[..., Awaitable[MockConfigEntry]]


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


# Without the web page, which needs a browser.
WAYS: Final = {
    way.name: way
    for way in (
        Way("password", "thingplus_password", {**CLIENT, **USER}),
        Way("create", "thingplus_create", {**USER, **NEW_CLIENT}),
    )
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Each way to sign in that needs no browser."""
    return WAYS[request.param]


@pytest.fixture
def expected_faults() -> list[str]:
    """Client faults that a test provokes; none unless overridden."""
    return []


@pytest.fixture
async def server(
    socket_enabled: None, expected_faults: list[str]
) -> AsyncIterator[ThingplusSimulator]:
    """A server with two users; at the end of a test its client has made no fault.

    Ada and Grace see the site and the gateway of the small world, and Ada has created
    an application, which serves both.
    """
    # Not `time.time` itself: a test may turn the clock.
    simulated = ThingplusSimulator(lambda: time.time())
    sample_world(simulated)
    ada = simulated.add_user(USERNAME, PASSWORD)
    simulated.add_user(OTHER_USER, OTHER_PASSWORD)
    simulated.add_client(
        CLIENT_ID,
        CLIENT_SECRET,
        user=ada,
        redirect_uris=(REDIRECT_URL, MY_AUTH_CALLBACK_PATH),
    )
    # Tests poll by hand; those of the pace set it themselves.
    simulated.watch.polls_per_minute = None
    await simulated.start()
    yield simulated
    await simulated.stop()
    assert simulated.faults == expected_faults


def make_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(oauth_module, "TOKEN_REQUEST_SECONDS", 1.0)
    monkeypatch.setattr(account_module, "TIMEOUT", 1.0)
    monkeypatch.setattr(trial_module, "TRIAL_SECONDS", 1.0)


@pytest.fixture
async def flows(
    hass: HomeAssistant, server: ThingplusSimulator, unload_at_end: None
) -> FlowWalker:
    """Walks through flows; what they have set up is unloaded at the end."""
    return FlowWalker(hass)


async def choose_server(
    flows: FlowWalker, form: ConfigFlowResult, url: str
) -> ConfigFlowResult:
    """Enter the address of a server; answers the menu of the ways to sign in."""
    form = await flows.answer(form, {"server": "own"})
    assert form["step_id"] == "thingplus_address"
    menu = await flows.answer(form, {"url": url})
    assert menu["type"] is FlowResultType.MENU, menu
    return menu


async def open_form(
    flows: FlowWalker, server: ThingplusSimulator, step: str
) -> ConfigFlowResult:
    """Enter the server's address and choose how to sign in."""
    form = await flows.start("thingplus")
    assert form["step_id"] == "thingplus"
    menu = await choose_server(flows, form, server.url)
    return await flows.choose_steps(menu, step)


async def add_account(
    flows: FlowWalker, server: ThingplusSimulator, way: Way, **entered: Any
) -> ConfigEntry[Any]:
    """Add an account through the flow: Ada's, unless something else is entered."""
    form = await open_form(flows, server, way.step)
    return created(await flows.answer(form, way.form | entered))


def created(result: ConfigFlowResult) -> ConfigEntry[Any]:
    """Return the entry that a flow has created."""
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    entry: ConfigEntry[Any] = result["result"]
    return entry


def entry_data(
    server: ThingplusSimulator,
    *,
    sign_in: str = "password_grant",
    life: float | None = None,
    username: str = USERNAME,
) -> dict[str, Any]:
    """Return what the config flow stores for a user, with a token of the server.

    Args:
        server: The server.
        sign_in: "password_grant" or "code".
        life: Of the token, seconds; by default as the server gives it.
        username: Whose account it is.
    """
    lives = {
        "password_grant": server.office.password_token_life,
        "code": server.office.code_token_life,
    }
    seconds = lives[sign_in] if life is None else life
    user = server.find_user(username)
    assert user is not None
    signed_in = {"username": username, "password_hash": md5_of(user.password)}
    return {
        "bridge": "thingplus",
        "url": server.api,
        "sign_in": sign_in,
        **{"password_grant": signed_in, "code": {}}[sign_in],
        **CLIENT,
        "user_id": user.id,
        "token": {
            "access_token": server.issue_token(username, CLIENT_ID, seconds),
            "token_type": "Bearer",
            "expires_in": int(seconds),
            "expires_at": time.time() + seconds,
        },
    }


@pytest.fixture
def create_entry(
    hass: HomeAssistant, server: ThingplusSimulator, unload_at_end: None
) -> CreateEntry:
    """Create an entry as the config flow does, and set it up.

    Keywords: `sign_in`, `life` and `username` as of `entry_data`, `options`,
    `subentries`, `set_up=False` for an entry that is only added, and
    `knows_user=False` for one whose token has not told whose it is.
    """

    async def create(
        *,
        options: Mapping[str, Any] | None = None,
        subentries: Iterable[ConfigSubentryDataWithId] = (),
        set_up: bool = True,
        knows_user: bool = True,
        **how: Any,
    ) -> MockConfigEntry:
        data = entry_data(server, **how)
        if not knows_user:
            del data["user_id"]
        entry = MockConfigEntry(
            domain=DOMAIN,
            title=title_of(data),
            unique_id=unique_id_of(data),
            data=data,
            options=dict(options or {}),
            subentries_data=tuple(subentries),
        )
        entry.add_to_hass(hass)
        if set_up:
            await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done()
        return entry

    return create
