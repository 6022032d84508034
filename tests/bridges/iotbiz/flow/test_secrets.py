"""What nobody else may read is in no log, no form and no title, whatever goes wrong."""

from collections.abc import Iterable
import logging
from typing import Any, Final

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker, suggested
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE
from tests.bridges.searching import found_in
from tests.simulators.iotbiz import Broker, IotbizSimulator

from .mishaps import Spoil, activate, be_impatient, register, repair, unapproved
from .world import (
    PASSWORD,
    USERNAME,
    add_agent,
    add_reader,
    broker_form,
    device_form,
    open_broker_form,
    password_of,
    reader_form,
    until_told,
)

KNOWN: Final = "password-of-the-known-device"
# Of every JSON web token: a JSON object in Base64
TOKEN_BEGIN: Final = "eyJ"
WRONG: Final = "wrong-password-that-was-typed"
# Web servers of the tests log each request, and what stands for the disk what is written.
_NOT_OURS: Final = ("aiohttp.access", "pytest_homeassistant_custom_component.common")


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Log as much as a user can ask for."""
    caplog.set_level(logging.DEBUG)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, with the traces of errors."""
    text = "\n".join(
        logging.Formatter().format(record)
        for record in caplog.records
        if record.name not in _NOT_OURS
    )
    assert DOMAIN in text
    return text


def shown(form: ConfigFlowResult) -> str:
    """Return what a form shows."""
    return f"{suggested(form)} {form['description_placeholders']} {form['errors']}"


def assert_nothing_told(
    caplog: pytest.LogCaptureFixture,
    secrets: Iterable[str],
    forms: Iterable[ConfigFlowResult] = (),
    entries: Iterable[ConfigEntry[Any]] = (),
) -> None:
    """Search the log, forms and names of entries."""
    secrets = [*secrets, "PRIVATE KEY"]
    assert found_in(logged(caplog), secrets) == []
    for form in forms:
        assert found_in(shown(form), secrets) == []
    for entry in entries:
        names = [*secrets, CUSTOMER, DEVICE, USERNAME]
        assert found_in(f"{entry.title} {entry.unique_id}", names) == []


async def test_agent(
    hass: HomeAssistant,
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Adding a device, changing it and registering it again tells nothing."""
    entry = await add_agent(flows, iotbiz, broker)
    first = entry.data["password"]
    forms = [form := await flows.reconfigure(entry)]
    forms.append(form := await flows.answer(form, device_form(iotbiz)))
    await flows.answer(form, broker_form(broker))
    await until_told(iotbiz, "offline", "online")
    await iotbiz.forget(DEVICE)
    forms.append(form := await flows.reauth(entry))
    await flows.answer(form, {})
    assert entry.data["password"] != first
    secrets = (first, entry.data["password"])
    assert_nothing_told(caplog, secrets, forms, [entry])
    assert found_in(logged(caplog), [CUSTOMER]) == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(register(garbage="broken_json"), id="register: broken"),
        pytest.param(register(drop_after=True), id="register: lost"),
        pytest.param(activate(status=500), id="activate: 500"),
        pytest.param(activate(status=404), id="activate: 404"),
        pytest.param(activate(hang=True), id="activate: silence"),
        pytest.param(unapproved, id="not approved"),
    ],
)
async def test_agent_mishap(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    spoil: Spoil,
) -> None:
    """Nor does anything that goes wrong."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    spoil(iotbiz)
    with monkeypatch.context() as moment:
        be_impatient(moment)
        form = await flows.answer(form, device_form(iotbiz))
    assert form["errors"]
    repair(iotbiz)
    forms = [form, await flows.answer(form, device_form(iotbiz))]
    assert_nothing_told(caplog, [password_of(iotbiz)], forms)


async def test_agent_whose_platform_quotes(
    flows: FlowWalker, iotbiz: IotbizSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A platform may tell what it was sent; the form does not repeat it."""
    await iotbiz.add_device(DEVICE, CUSTOMER, password=KNOWN)
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(iotbiz))
    activate(status=403, body=f'{{"error": "The moon hates {KNOWN}."}}')(iotbiz)
    form = await flows.answer(form, {"password": KNOWN})
    assert form["errors"] == {"base": "platform_refused"}
    assert_nothing_told(caplog, [KNOWN], [form])


async def test_password_that_was_typed(
    flows: FlowWalker, iotbiz: IotbizSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    """What the user has typed is not shown again, be it right or wrong."""
    await iotbiz.add_device(DEVICE, CUSTOMER, password=KNOWN)
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(iotbiz))
    forms = [form := await flows.answer(form, {"password": WRONG})]
    forms.append(form := await flows.answer(form, {"password": KNOWN}))
    assert form["step_id"] == "iotbiz_broker"
    assert_nothing_told(caplog, [KNOWN, WRONG], forms)


async def test_agent_at_the_broker(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nor does a broker that is another one, or refuses."""
    form = await open_broker_form(flows, iotbiz)
    await broker.remove_user(DEVICE)
    forms = []
    for changes in ({}, {"ca": broker.foreign_ca_pem}, {"broker_port": broker.port}):
        form = await flows.answer(form, broker_form(broker, **changes))
        assert form["errors"]
        forms.append(form)
    assert_nothing_told(caplog, [password_of(iotbiz)], forms)


async def test_reader(
    hass: HomeAssistant,
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A user's password and tokens are told nowhere."""
    form = await flows.start("iotbiz", "iotbiz_reader")
    forms = [await flows.answer(form, reader_form(iotbiz, password=WRONG))]
    entry = await add_reader(flows, iotbiz)
    forms.append(form := await flows.reconfigure(entry))
    await flows.answer(form, reader_form(iotbiz))
    iotbiz.add_user(USERNAME, "another one")
    iotbiz.office.revoke_all()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    form = await flows.open_reauth(entry)
    forms.append(await flows.answer(form, {"password": WRONG}))
    assert iotbiz.office.issued["access"] > 1
    secrets = [PASSWORD, WRONG, TOKEN_BEGIN]
    assert_nothing_told(caplog, secrets, forms, [entry])
    assert found_in(logged(caplog), [USERNAME]) == []
