"""A set-up that is cut off anywhere goes on from there: no password is lost."""

import asyncio
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE, OTHER_CUSTOMER
from tests.simulators.iotbiz import Broker, IotbizSimulator
from tests.waiting import until

from .mishaps import Spoil, activate, be_impatient, register, repair, unapproved
from .world import (
    PENDING,
    add_agent,
    broker_form,
    created,
    device_form,
    done,
    open_broker_form,
    password_of,
    unique_id_of,
)


def kept(
    iotbiz: IotbizSimulator, password: str, customer_id: str = CUSTOMER
) -> dict[str, Any]:
    """Return what a former run of Home Assistant has left on the disk."""
    record = {"customer_id": customer_id, "password": password}
    return {
        "version": 1,
        "minor_version": 1,
        "key": PENDING,
        "data": {unique_id_of(iotbiz): record},
    }


async def test_on_the_disk_before_activation(
    hass: HomeAssistant,
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    hass_storage: dict[str, Any],
) -> None:
    """When the platform is asked to activate the password, it is on the disk."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    activate(hang=True)(iotbiz)
    answer = hass.async_create_task(flows.answer(form, device_form(iotbiz)))
    await until(lambda: len(iotbiz.requests) == 2)
    assert hass_storage[PENDING] == kept(iotbiz, password_of(iotbiz))
    assert not iotbiz.devices[DEVICE].activated
    answer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answer


@pytest.mark.parametrize(
    ("spoil", "registered"),
    [
        pytest.param(register(drop_after=True), 2, id="register: lost"),
        pytest.param(activate(drop=True), 1, id="activate: cut off"),
        pytest.param(activate(drop_after=True), 1, id="activate: lost"),
        pytest.param(activate(hang=True), 1, id="activate: silence"),
        pytest.param(unapproved, 1, id="not approved"),
    ],
)
async def test_user_gives_up(
    hass: HomeAssistant,
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    registered: int,
) -> None:
    """Another flow for the same device takes the password that there is."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    spoil(iotbiz)
    with monkeypatch.context() as moment:
        be_impatient(moment)
        form = await flows.answer(form, device_form(iotbiz))
    assert form["errors"]
    hass.config_entries.flow.async_abort(form["flow_id"])
    repair(iotbiz)
    entry = await add_agent(flows, iotbiz, broker)
    assert entry.data["password"] == password_of(iotbiz)
    assert done(iotbiz, "register") == registered


async def test_gives_up_at_the_broker(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The device is activated: another registration would be refused."""
    form = await open_broker_form(flows, iotbiz)
    hass.config_entries.flow.async_abort(form["flow_id"])
    entry = await add_agent(flows, iotbiz, broker)
    assert entry.data["password"] == password_of(iotbiz)
    assert done(iotbiz, "register") == 1


@pytest.mark.parametrize("activated", [False, True])
async def test_restart(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    hass_storage: dict[str, Any],
    activated: bool,
) -> None:
    """Home Assistant was restarted between the steps."""
    device = await iotbiz.add_device(DEVICE, CUSTOMER, activated=activated)
    hass_storage[PENDING] = kept(iotbiz, device.password)
    entry = await add_agent(flows, iotbiz, broker)
    assert entry.data["password"] == device.password
    assert done(iotbiz, "register") == 0


async def test_void_password(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    hass_storage: dict[str, Any],
) -> None:
    """The answer to another registration was lost: only a new password is valid."""
    await iotbiz.add_device(DEVICE, CUSTOMER, activated=False)
    hass_storage[PENDING] = kept(iotbiz, "x" * 50)
    entry = await add_agent(flows, iotbiz, broker)
    assert entry.data["password"] == password_of(iotbiz)
    assert done(iotbiz, "register") == 1


async def test_void_password_of_a_known_device(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    hass_storage: dict[str, Any],
) -> None:
    """Somebody else has activated the device: the user is asked."""
    await iotbiz.add_device(DEVICE, CUSTOMER)
    hass_storage[PENDING] = kept(iotbiz, "x" * 50)
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(iotbiz))
    assert form["step_id"] == "iotbiz_agent_password"
    assert form["errors"] == {}


async def test_another_customer(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    hass_storage: dict[str, Any],
) -> None:
    """A password that a device got for another customer number does not count."""
    device = await iotbiz.add_device(DEVICE, OTHER_CUSTOMER, activated=False)
    hass_storage[PENDING] = kept(iotbiz, device.password, OTHER_CUSTOMER)
    entry = await add_agent(flows, iotbiz, broker)
    assert entry.data["password"] == password_of(iotbiz) != device.password
    assert iotbiz.devices[DEVICE].customer_id == CUSTOMER


@pytest.mark.parametrize(
    "record",
    ["text", {"customer_id": CUSTOMER}, {"customer_id": 5, "password": 5}, None],
    ids=["text", "no password", "numbers", "nothing"],
)
async def test_odd_file(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    hass_storage: dict[str, Any],
    record: object,
) -> None:
    """A file that somebody has edited stops nobody."""
    hass_storage[PENDING] = kept(iotbiz, "") | {"data": {unique_id_of(iotbiz): record}}
    await add_agent(flows, iotbiz, broker)


async def test_waiting_for_approval(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """However often it is tried, the device is registered once."""
    unapproved(iotbiz)
    form = await flows.start("iotbiz", "iotbiz_agent")
    for _ in range(3):
        form = await flows.answer(form, device_form(iotbiz))
        assert form["errors"] == {"base": "not_approved"}
    iotbiz.approve(DEVICE)
    form = await flows.answer(form, device_form(iotbiz))
    created(await flows.answer(form, broker_form(broker)))
    assert done(iotbiz, "register") == 1


@pytest.mark.parametrize("activated", [False, True])
async def test_too_many_requests(
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    hass_storage: dict[str, Any],
    activated: bool,
) -> None:
    """A platform that has no time says nothing of the password: it is kept."""
    device = await iotbiz.add_device(DEVICE, CUSTOMER, activated=activated)
    hass_storage[PENDING] = kept(iotbiz, device.password)
    form = await flows.start("iotbiz", "iotbiz_agent")
    activate(status=403, body='{"error": "Too many requests at the same time."}')(
        iotbiz
    )
    form = await flows.answer(form, device_form(iotbiz))
    assert form["step_id"] == "iotbiz_agent"
    assert form["errors"] == {"base": "platform_refused"}
    repair(iotbiz)
    form = await flows.answer(form, device_form(iotbiz))
    entry = created(await flows.answer(form, broker_form(broker)))
    assert entry.data["password"] == device.password
    assert done(iotbiz, "register") == 0
