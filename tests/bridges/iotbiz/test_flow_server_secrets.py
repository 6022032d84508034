"""The secret of the private API is shown once and is nowhere else."""

import json
import logging
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.diagnostics import async_get_config_entry_diagnostics
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker, suggested

from .world import CUSTOMER, DEVICE, activate, ask, register

FORM: Final[dict[str, Any]] = {
    "customer_id": CUSTOMER,
    "device_limit": 10,
    "admission": "automatic",
}
# Web servers of the tests, not of the integration, log each request.
NOT_OURS: Final = ("aiohttp.access",)


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Log as much as a user can ask for."""
    caplog.set_level(logging.DEBUG)


def secret_in(form: ConfigFlowResult) -> str:
    """Return the secret that a form shows."""
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    return placeholders["secret"]


async def told(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
) -> str:
    """Return all that is kept and told: disk, entry, log, diagnostics, open flows."""
    hass.bus.async_fire("homeassistant_final_write")
    await hass.async_block_till_done()
    logged = [
        logging.Formatter().format(record)
        for record in caplog.records
        if record.name not in NOT_OURS
    ]
    assert logged
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert diagnostics
    stored = json.dumps(hass_storage, default=str)
    assert CUSTOMER in stored
    entry_texts = [entry.title, entry.unique_id, dict(entry.data), dict(entry.options)]
    flows = hass.config_entries.flow.async_progress()
    return f"{logged} {diagnostics} {stored} {entry_texts} {entry!r} {flows}"


async def test_it_is_nowhere(
    hass: HomeAssistant,
    flows: FlowWalker,
    hass_client_no_auth: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
) -> None:
    """Neither when it is made nor when it is used, rightly or wrongly, nor replaced."""
    form = await flows.answer(await flows.start("iotbiz", "iotbiz_server"), FORM)
    first = secret_in(form)
    entry = (await flows.answer(form, {}))["result"]
    web = await hass_client_no_auth()
    password = await register(web)
    assert (await activate(web, password))[0] == 200
    forwarded = {
        "from_username": DEVICE,
        "topic": f"devices/out/{CUSTOMER}/{DEVICE}/state",
        "payload": '{"status": "online"}',
        "ts": 123,
    }
    path = "/privateapi/update-device/"
    tried = [
        (await ask(web, path, forwarded, Authorization=f"Bearer {secret}"))[0]
        for secret in (first, f"{first}x", first[:-1])
    ]
    assert tried == [200, 403, 403]
    menu = await flows.options(entry)
    settings = await flows.choose(menu, {"next_step_id": "iotbiz_settings"})
    await flows.choose(settings, suggested(settings))
    form = await flows.answer(await flows.reconfigure(entry), {})
    second = secret_in(form)
    before = await told(hass, entry, caplog, hass_storage)
    await flows.answer(form, {})
    after = await told(hass, entry, caplog, hass_storage)
    assert entry.data["secret_hash"] in after
    for secret in (first, second, first[:-1], password):
        assert secret not in before + after


async def test_it_is_new_each_time(flows: FlowWalker) -> None:
    """No form suggests it, and another try shows another one."""
    shown = []
    for _ in range(3):
        form = await flows.start("iotbiz", "iotbiz_server")
        form = await flows.answer(form, FORM)
        assert suggested(form) == {}
        shown.append(secret_in(form))
    assert len(set(shown)) == 3
