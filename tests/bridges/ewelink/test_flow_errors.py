"""What goes wrong while signing in with a password, told where it belongs and mended."""

from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.ewelink import account as account_module
from custom_components.iot_bridge.bridges.ewelink.client import Pace
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, Trouble

from .mishaps import Spoil, app, in_trouble, nothing, repair, together, user

GENERATIONS: Final = ("ewelink_v1", "ewelink_v2")
NOBODY_LISTENS: Final = "http://127.0.0.1:1/{region}"

type Errors = dict[str, str]


@dataclass(frozen=True)
class Mishap:
    """Something that goes wrong until it is corrected.

    Attributes:
        name: What tests are called.
        v1: The errors shown over the first protocol.
        v2: The errors shown over the second protocol; as over the first by default.
        entered: What the user enters in place of what is right.
        spoil: What is wrong with the cloud.
    """

    name: str
    v1: Errors
    v2: Errors = field(default_factory=dict)
    entered: dict[str, Any] = field(default_factory=dict)
    spoil: Spoil = nothing

    def errors(self, step: str) -> Errors:
        """Return the errors that a step shows."""
        return {"ewelink_v1": self.v1, "ewelink_v2": self.v2 or self.v1}[step]


def sign_in_answers(code: int) -> Spoil:
    """Let each sign-in be answered with an error code."""
    return in_trouble(
        error_for_path=dict.fromkeys(("/api/user/login", "/v2/user/login"), code)
    )


WRONG_SECRET: Final = {"app_secret": "wrong-secret"}

MISHAPS: Final = (
    Mishap(
        "wrong password", {"password": "wrong_password"}, entered={"password": "wrong"}
    ),
    Mishap(
        "no such user",
        {"username": "no_such_user"},
        entered={"username": "grace@example.com"},
    ),
    Mishap(
        "inactive account",
        {"username": "account_inactive"},
        # The second protocol does not tell the two apart.
        {"username": "no_such_user"},
        spoil=user(active=False),
    ),
    Mishap("app not allowed", {"app_id": "app_not_allowed"}, spoil=app(allowed=False)),
    Mishap(
        "unknown app",
        # The first protocol says no more than that app id and signature do not fit.
        {"app_secret": "app_secret"},
        {"app_id": "app_not_allowed"},
        entered={"app_id": "unknown"},
    ),
    Mishap(
        "app expired",
        {"app_id": "app_not_allowed"},
        {"app_id": "app_expired"},
        spoil=app(expired=True),
    ),
    Mishap("quota", {"app_id": "quota_exceeded"}, spoil=app(quota_exceeded=True)),
    Mishap(
        "quota as HTTP status",
        {"app_id": "quota_exceeded"},
        spoil=together(app(quota_exceeded=True), in_trouble(quota_as_http_403=True)),
    ),
    Mishap("wrong app secret", {"app_secret": "app_secret"}, entered=WRONG_SECRET),
    Mishap("garbage", {"base": "unexpected_answer"}, spoil=in_trouble(http_status=200)),
    Mishap(
        "redirect to a web page",
        {"base": "unexpected_answer"},
        spoil=in_trouble(http_status=302),
    ),
    Mishap("HTTP 500", {"base": "cannot_connect"}, spoil=in_trouble(http_status=500)),
    Mishap("HTTP 503", {"base": "cannot_connect"}, spoil=in_trouble(http_status=503)),
    Mishap("HTTP 404", {"base": "refused"}, spoil=in_trouble(http_status=404)),
    Mishap("HTTP 401", {"base": "invalid_auth"}, spoil=in_trouble(http_status=401)),
    Mishap("error 500", {"base": "cannot_connect"}, spoil=sign_in_answers(500)),
    Mishap("error 400", {"base": "refused"}, spoil=sign_in_answers(400)),
    Mishap("unknown error", {"base": "refused"}, spoil=sign_in_answers(31_337)),
    Mishap(
        "region loop",
        {"base": "region_loop"},
        spoil=in_trouble(extra_login_region_loop=True),
    ),
    Mishap(
        "nobody listens",
        {"base": "cannot_connect"},
        entered={"advanced": {"server": NOBODY_LISTENS}},
    ),
)

# The second protocol says some things in words alone.
WORDY_MISHAPS: Final = (
    Mishap(
        "wrong app secret in words",
        {"app_secret": "app_secret"},
        entered=WRONG_SECRET,
        spoil=in_trouble(text_refusals=True),
    ),
    Mishap(
        "unknown app in words",
        {"app_id": "app_not_allowed"},
        entered={"app_id": "unknown"},
        spoil=in_trouble(text_refusals=True),
    ),
)

STEPS_WITH_MISHAPS: Final = (
    *((step, mishap) for step in GENERATIONS for mishap in MISHAPS),
    *(("ewelink_v2", mishap) for mishap in WORDY_MISHAPS),
)


async def correct(flows: FlowWalker, form: Any, account_form: dict[str, Any]) -> None:
    """Enter what is right after an error."""
    result = await flows.answer(form, account_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("step", "mishap"),
    [
        pytest.param(step, mishap, id=f"{step}-{mishap.name}")
        for step, mishap in STEPS_WITH_MISHAPS
    ],
)
async def test_mishap(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    step: str,
    mishap: Mishap,
) -> None:
    """Each error is shown at its field; after the correction the account is added."""
    app(mistaken_secrets={"wrong-secret"})(cloud)
    mishap.spoil(cloud)
    entered = account_form | mishap.entered
    form = await flows.answer(await flows.start("ewelink", step), entered)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == step
    assert form["errors"] == mishap.errors(step)
    assert suggested(form) == kept(entered)

    repair(cloud)
    await correct(flows, form, account_form)


async def test_server_stopped(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
) -> None:
    """A cloud that is down can be tried again when it is back."""
    await cloud.stop()
    form = await flows.answer(await flows.start("ewelink", generation), account_form)
    assert form["errors"] == {"base": "cannot_connect"}
    assert suggested(form) == kept(account_form)

    await cloud.start(cloud.port)
    await correct(flows, form, account_form)


async def test_timeout(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cloud that does not answer is not waited for longer than it may take."""
    cloud.trouble.hang_paths = {"/api/user/login", "/v2/user/login"}
    form = await flows.start("ewelink", generation)
    with monkeypatch.context() as impatient:
        pace = Pace(request_interval=0, request_timeout=0.05)
        impatient.setattr(account_module, "PACE", pace)
        form = await flows.answer(form, account_form)
    assert form["errors"] == {"base": "timeout_connect"}

    cloud.trouble = Trouble()
    await correct(flows, form, account_form)


@pytest.mark.parametrize(
    "server",
    [
        "127.0.0.1",
        "127.0.0.1:8080",
        "//127.0.0.1",
        "localhost/{region}",
        "ftp://127.0.0.1",
        "ws://127.0.0.1:8080",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://127.0.0.1:{region}",
        "http://[::1",
        "http://ä..example",
        "http://127.0.0.1/{area}",
        "http://127.0.0.1/{ region }",
        "http://127.0.0.1/{region",
        "http://{host}/{region}",
        "http://127.0.0.1/?region={0}",
        "{region}",
        "nonsense",
    ],
)
async def test_invalid_server(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    server: str,
) -> None:
    """An address that cannot be one is refused before anything is sent."""
    entered = account_form | {"advanced": {"server": server}}
    form = await flows.answer(await flows.start("ewelink", generation), entered)
    assert form["errors"] == {"base": "invalid_server"}
    assert suggested(form) == kept(entered)
    assert cloud.requests == []
    await correct(flows, form, account_form)


@pytest.mark.parametrize(
    "username",
    [
        "",
        "   ",
        "ada",
        "0151",
        "+",
        "+49 abc 123456",
        "+1234567890123456",
        "+٤٩١٥١١٢٣٤٥٦٧",
    ],
    ids=["empty", "spaces", "word", "short", "plus", "letters", "long", "not ASCII"],
)
async def test_invalid_username(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    username: str,
) -> None:
    """What is no e-mail address and no phone number is refused at once."""
    entered = account_form | {"username": username}
    form = await flows.answer(await flows.start("ewelink", generation), entered)
    assert form["errors"] == {"username": "invalid_username"}
    assert suggested(form) == kept(entered)
    assert cloud.requests == []
    await correct(flows, form, account_form)


async def test_several_errors_in_a_row(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
) -> None:
    """A form survives one mistake after the other, and forgets the former ones."""
    form = await flows.start("ewelink", "ewelink_v2")
    shown = []
    for mistake in (
        {"username": "ada"},
        {"password": "wrong"},
        {"advanced": {"server": "nonsense"}},
        {"username": "grace@example.com"},
    ):
        form = await flows.answer(form, account_form | mistake)
        shown.append(form["errors"])
    assert shown == [
        {"username": "invalid_username"},
        {"password": "wrong_password"},
        {"base": "invalid_server"},
        {"username": "no_such_user"},
    ]
    await correct(flows, form, account_form)
