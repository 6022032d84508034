"""What goes wrong on eWeLink's web page and after it, told and mended."""

from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.ewelink import account as account_module
from custom_components.iot_bridge.bridges.ewelink.client import Pace
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.browser import refusal
from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount

from .browser import Browser, go_to_page, sign_in_on_page
from .mishaps import SECRET_RENEWED, Spoil, app, in_trouble, repair

TOKEN_PATH: Final = "/v2/user/oauth/token"
PROFILE_PATH: Final = "/v2/user/profile"

MISHAPS: Final[dict[str, tuple[Spoil, dict[str, str]]]] = {
    "app not allowed": (app(allowed=False), {"app_id": "app_not_allowed"}),
    "app expired": (app(expired=True), {"app_id": "app_expired"}),
    "quota": (app(quota_exceeded=True), {"app_id": "quota_exceeded"}),
    "app secret renewed": (SECRET_RENEWED, {"app_secret": "app_secret"}),
    "garbage": (in_trouble(garbage_paths={TOKEN_PATH}), {"base": "unexpected_answer"}),
    "HTTP 503": (in_trouble(http_status=503), {"base": "cannot_connect"}),
    "HTTP 404": (in_trouble(http_status=404), {"base": "refused"}),
    "no profile": (
        in_trouble(error_for_path={PROFILE_PATH: 401}),
        {"base": "invalid_auth"},
    ),
    "garbage for a profile": (
        in_trouble(garbage_paths={PROFILE_PATH}),
        {"base": "unexpected_answer"},
    ),
    "another region without a name": (
        in_trouble(error_for_path={TOKEN_PATH: 10_004}),
        {"base": "region_loop"},
    ),
}


async def test_invalid_server(
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """An address that cannot be one is refused before the user is sent there."""
    entered = oauth_form | {"advanced": {"server": "nonsense"}}
    form = await flows.answer(await flows.start("ewelink", "ewelink_oauth"), entered)
    assert form["errors"] == {"base": "invalid_server"}
    assert suggested(form) == kept(entered)
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_user_refuses(
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """Who does not consent comes back to the form, and may think better of it."""
    page = await go_to_page(
        flows, await flows.start("ewelink", "ewelink_oauth"), oauth_form
    )
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    assert form["step_id"] == "ewelink_oauth"
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(oauth_form)

    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("spoil", "errors"),
    [pytest.param(*value, id=key) for key, value in MISHAPS.items()],
)
async def test_mishap(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    spoil: Spoil,
    errors: dict[str, str],
) -> None:
    """What goes wrong with the code is told, and the user may try again."""
    page = await go_to_page(
        flows, await flows.start("ewelink", "ewelink_oauth"), oauth_form
    )
    location = await browser.sign_in(page["url"], account)
    spoil(cloud)
    await browser.come_back(location)
    form = await flows.resume(page)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "ewelink_oauth"
    assert form["errors"] == errors
    assert suggested(form) == kept(oauth_form)

    repair(cloud)
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize("seconds", [31, 3600])
async def test_late_code(
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    seconds: int,
) -> None:
    """A code lives for half a minute."""
    page = await go_to_page(
        flows, await flows.start("ewelink", "ewelink_oauth"), oauth_form
    )
    await browser.come_back(await browser.sign_in(page["url"], account))
    freezer.tick(seconds)
    form = await flows.resume(page)
    assert form["errors"] == {"base": "code_rejected"}
    assert suggested(form) == kept(oauth_form)

    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_used_code(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """A code is good once."""
    page = await go_to_page(
        flows, await flows.start("ewelink", "ewelink_oauth"), oauth_form
    )
    location = await browser.sign_in(page["url"], account)
    assert cloud.tokens.redeem(location.query["code"])
    await browser.come_back(location)
    form = await flows.resume(page)
    assert form["errors"] == {"base": "code_rejected"}

    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_region_that_nobody_knows(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """No request is made to a region made up by who forged the redirect."""
    page = await go_to_page(
        flows, await flows.start("ewelink", "ewelink_oauth"), oauth_form
    )
    location = await browser.sign_in(page["url"], account)
    await browser.come_back(location.update_query(region="evil.example/"))
    form = await flows.resume(page)
    assert form["errors"] == {"base": "region_loop"}
    assert cloud.requests == []

    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_timeout(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cloud that does not answer is not waited for longer than it may take."""
    cloud.trouble.hang_paths = {TOKEN_PATH}
    page = await go_to_page(
        flows, await flows.start("ewelink", "ewelink_oauth"), oauth_form
    )
    await browser.come_back(await browser.sign_in(page["url"], account))
    with monkeypatch.context() as impatient:
        pace = Pace(request_interval=0, request_timeout=0.05)
        impatient.setattr(account_module, "PACE", pace)
        form = await flows.resume(page)
    assert form["errors"] == {"base": "timeout_connect"}

    repair(cloud)
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
