"""What nobody else may read is in no log and in no title, whatever goes wrong."""

import logging
from typing import Any

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.page import sign_in_on_page
from tests.simulators.hkwhub import HkIotCloud, SimulatedHome
from tests.simulators.hkwhub.sessions import Session

from .conftest import (
    CHANNEL,
    CLIENT_ID,
    CLIENT_SECRET,
    HUB_UUID,
    PASSWORD,
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    USERNAME,
    Servers,
    Way,
    make_impatient,
    start_code,
)
from .mishaps import repair
from .test_flow_errors import MISHAPS, Mishap

# Web servers of the tests, not of the integration, log each request.
NOT_OURS = ("aiohttp.access",)


@pytest.fixture(autouse=True)
def session_tokens(home: SimulatedHome, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tokens of all sessions that are opened."""
    tokens: list[str] = []
    open_session = home.sessions.open

    def note(*args: Any) -> Session:
        session = open_session(*args)
        tokens.append(session.token)
        return session

    monkeypatch.setattr(home.sessions, "open", note)
    return tokens


def assert_nothing_told(
    caplog: pytest.LogCaptureFixture, session_tokens: list[str], cloud: HkIotCloud
) -> None:
    """Search what was logged for whatever is a secret."""
    secrets = {
        PASSWORD,
        USERNAME,
        CLIENT_ID,
        CLIENT_SECRET,
        PUBLISH_KEY,
        SUBSCRIBE_KEY,
        CHANNEL,
        HUB_UUID,
        *session_tokens,
        *(
            str(token[name])
            for token in cloud.office.issued
            for name in ("access_token", "refresh_token")
        ),
    }
    logged = "\n".join(
        logging.Formatter().format(record)
        for record in caplog.records
        if record.name not in NOT_OURS
    )
    assert not [secret for secret in secrets if secret in logged]


async def test_success(
    flows: FlowWalker,
    way: Way,
    session_tokens: list[str],
    cloud: HkIotCloud,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Adding a hub, and changing it, tells nothing."""
    caplog.set_level(logging.DEBUG)
    result = await flows.answer(await flows.start("hkwhub", *way.steps), way.form)
    entry = result["result"]
    await flows.options(entry)
    form = await flows.choose_steps(await flows.reconfigure(entry), *way.steps)
    await flows.answer(form, way.form)
    assert len(session_tokens) >= 3
    assert_nothing_told(caplog, session_tokens, cloud)


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    ways: dict[str, Way],
    servers: Servers,
    session_tokens: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    mishap: Mishap,
) -> None:
    """Nor does anything that goes wrong."""
    caplog.set_level(logging.DEBUG)
    way = ways[mishap.transport]
    form = await flows.start("hkwhub", *way.steps)
    await mishap.spoil(servers)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        await flows.answer(form, way.form | mishap.entered)
    await repair(servers)
    assert_nothing_told(caplog, session_tokens, servers.cloud)


@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
async def test_page(
    hass: HomeAssistant,
    flows: FlowWalker,
    browser: Browser,
    code_form: dict[str, Any],
    servers: Servers,
    session_tokens: list[str],
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """Nor does the exchange of the code."""
    caplog.set_level(logging.DEBUG)
    servers.cloud.oauth_trouble.http_status = status
    servers.cloud.oauth_trouble.only = frozenset({"token"})
    form = await sign_in_on_page(flows, browser, await start_code(flows), code_form)
    assert form["step_id"] == "hkwhub_code"
    await repair(servers)
    await sign_in_on_page(flows, browser, form, code_form)
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert CLIENT_ID not in entry.title
    assert_nothing_told(caplog, session_tokens, servers.cloud)
