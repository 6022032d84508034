"""What nobody else may read is in no log and in no title, whatever goes wrong."""

import logging
from typing import Any

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.hkwhub import HkIotCloud, SimulatedHome

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
)
from .mishaps import repair
from .page import sign_in_on_page, start_code
from .test_flow_errors import MISHAPS, Mishap

# Web servers of the tests, not of the integration, log each request.
NOT_OURS = ("aiohttp.access",)


def assert_nothing_told(
    caplog: pytest.LogCaptureFixture, home: SimulatedHome, cloud: HkIotCloud
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
        *(session.token for session in home.sessions.all),
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
    hass: HomeAssistant,
    flows: FlowWalker,
    way: Way,
    home: SimulatedHome,
    cloud: HkIotCloud,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Adding a hub, and asking to sign in again, tells nothing."""
    caplog.set_level(logging.DEBUG)
    result = await flows.answer(await flows.start("hkwhub", *way.steps), way.form)
    entry = result["result"]
    await flows.options(entry)
    await flows.reauth(entry)
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    assert flow["context"]["title_placeholders"] == {"name": entry.title}
    assert_nothing_told(caplog, home, cloud)


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    ways: dict[str, Way],
    servers: Servers,
    home: SimulatedHome,
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
    assert_nothing_told(caplog, home, servers.cloud)


@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
async def test_page(
    hass: HomeAssistant,
    flows: FlowWalker,
    browser: Browser,
    code_form: dict[str, Any],
    servers: Servers,
    home: SimulatedHome,
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
    assert_nothing_told(caplog, home, servers.cloud)
