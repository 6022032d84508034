"""A device that the platform knows already: only its password helps."""

import pytest

from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE
from tests.simulators.iotbiz import Broker, IotbizSimulator

from .mishaps import activate, be_impatient, repair, unapproved
from .world import (
    broker_form,
    created,
    device_form,
    done,
    iotbiz_entries,
    open_broker_form,
    password_of,
)

KNOWN = "password-of-the-known-device"


@pytest.fixture
async def known(iotbiz: IotbizSimulator) -> IotbizSimulator:
    """A platform that the device has been registered with before."""
    await iotbiz.add_device(DEVICE, CUSTOMER, password=KNOWN)
    return iotbiz


async def test_password(
    flows: FlowWalker, known: IotbizSimulator, broker: Broker
) -> None:
    """The user knows it."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(known))
    assert form["step_id"] == "iotbiz_agent_password"
    assert form["errors"] == {}
    assert fields(form) == ["password"]
    assert suggested(form) == {}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert (placeholders["device_id"], placeholders["host"]) == (DEVICE, "127.0.0.1")

    form = await flows.answer(form, {"password": f" {KNOWN}\n"})
    assert form["step_id"] == "iotbiz_broker"
    entry = created(await flows.answer(form, broker_form(broker)))
    assert entry.data["password"] == KNOWN
    assert done(known, "register") == 0


async def test_several_errors_in_a_row(
    flows: FlowWalker,
    known: IotbizSimulator,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A form survives one mistake after the other."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(known))
    form = await flows.answer(form, {"password": "wrong"})
    assert form["errors"] == {"password": "device_password_refused"}
    form = await flows.answer(form, {})
    assert form["errors"] == {"password": "password_needed"}
    activate(status=500)(known)
    form = await flows.answer(form, {"password": KNOWN})
    assert form["errors"] == {"base": "cannot_connect"}
    activate(hang=True)(known)
    with monkeypatch.context() as moment:
        be_impatient(moment)
        form = await flows.answer(form, {"password": KNOWN})
    assert form["errors"] == {"base": "timeout_connect"}
    assert form["step_id"] == "iotbiz_agent_password"
    assert suggested(form) == {}

    repair(known)
    form = await flows.answer(form, {"password": KNOWN})
    created(await flows.answer(form, broker_form(broker)))


async def test_removed_meanwhile(
    flows: FlowWalker, known: IotbizSimulator, broker: Broker
) -> None:
    """Who does not know it has the device removed: it is registered anew."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(known))
    await known.forget(DEVICE)
    unapproved(known)
    form = await flows.answer(form, {})
    assert form["errors"] == {"base": "not_approved"}
    known.approve(DEVICE)
    form = await flows.answer(form, {"password": " "})
    entry = created(await flows.answer(form, broker_form(broker)))
    assert entry.data["password"] == password_of(known)
    assert done(known, "register") == 1


async def test_another_number_instead(
    hass: HomeAssistant, flows: FlowWalker, known: IotbizSimulator, broker: Broker
) -> None:
    """Who has no password takes another device number."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    await flows.answer(form, device_form(known))
    form = await open_broker_form(flows, known, device_id="another")
    entry = created(await flows.answer(form, broker_form(broker)))
    assert entry.data["device_id"] == "another"
    assert password_of(known) == KNOWN
    assert len(iotbiz_entries(hass)) == 1
