"""Signing in to a platform as one of its users, whose devices are shown."""

import hashlib

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE
from tests.simulators.iotbiz import IotbizSimulator

from .world import (
    OTHER_PASSWORD,
    OTHER_USER,
    PASSWORD,
    USERNAME,
    add_reader,
    created,
    iotbiz_entries,
    reader_form,
    registry_ids,
)

OTHER = {"username": OTHER_USER, "password": OTHER_PASSWORD}


async def test_round_trip(flows: FlowWalker, iotbiz: IotbizSimulator) -> None:
    """Address, user and password are stored: tokens live a day only."""
    form = await flows.start("iotbiz", "iotbiz_reader")
    assert form["step_id"] == "iotbiz_reader"
    assert fields(form) == ["url", "username", "password"]
    assert suggested(form) == {}
    pasted = reader_form(
        iotbiz, url=f"{iotbiz.base}/admin/login/?next=/admin/", username=f" {USERNAME} "
    )
    result = await flows.answer(form, pasted)
    assert result["title"] == "IoTBiz (127.0.0.1)"
    entry = created(result)
    assert entry.data == {
        "bridge": "iotbiz",
        "role": "reader",
        "url": iotbiz.base,
        "username": USERNAME,
        "password": PASSWORD,
    }
    assert entry.options == {}
    digest = hashlib.sha256(f"{iotbiz.base} {USERNAME}".encode()).hexdigest()[:16]
    assert entry.unique_id == f"iotbiz_reader_{digest}"
    assert entry.state is ConfigEntryState.LOADED


async def test_already_configured(flows: FlowWalker, iotbiz: IotbizSimulator) -> None:
    """The same user is not set up twice; the platform is not even asked."""
    await add_reader(flows, iotbiz)
    asked = len(iotbiz.requests)
    form = await flows.start("iotbiz", "iotbiz_reader")
    result = await flows.answer(form, reader_form(iotbiz))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert len(iotbiz.requests) == asked


async def test_two_at_once(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator
) -> None:
    """Of two flows for the same user the slower one ends when the other is through."""
    first = await flows.start("iotbiz", "iotbiz_reader")
    await add_reader(flows, iotbiz)
    result = await flows.answer(first, reader_form(iotbiz))
    assert result["reason"] == "already_configured"
    assert len(iotbiz_entries(hass)) == 1


async def test_two_users(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator
) -> None:
    """Another user of the same platform is another entry."""
    await add_reader(flows, iotbiz)
    await add_reader(flows, iotbiz, **OTHER)
    assert len(iotbiz_entries(hass)) == 2


async def test_reauth(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator
) -> None:
    """The password has changed; all entities stay."""
    await iotbiz.add_device(DEVICE, CUSTOMER)
    entry = await add_reader(flows, iotbiz)
    before, known = dict(entry.data), registry_ids(hass, entry)
    assert known
    iotbiz.add_user(USERNAME, "new one")
    iotbiz.office.revoke_all()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    form = await flows.open_reauth(entry)
    assert form["step_id"] == "iotbiz_reader_reauth"
    assert fields(form) == ["password"]
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["username"] == USERNAME
    assert placeholders["host"] == "127.0.0.1"

    form = await flows.answer(form, {"password": PASSWORD})
    assert form["errors"] == {"password": "invalid_auth"}
    assert suggested(form) == {}
    result = await flows.answer(form, {"password": "new one"})
    assert result["reason"] == "reauth_successful"
    assert entry.data == before | {"password": "new one"}
    assert entry.state is ConfigEntryState.LOADED
    assert registry_ids(hass, entry) == known


async def test_reconfigure(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator
) -> None:
    """Another user may see the same devices: they stay, with all entities."""
    await iotbiz.add_device(DEVICE, CUSTOMER)
    entry = await add_reader(flows, iotbiz)
    known = registry_ids(hass, entry)
    form = await flows.reconfigure(entry)
    assert form["step_id"] == "iotbiz_reader"
    assert suggested(form) == {"url": iotbiz.base, "username": USERNAME}
    form = await flows.answer(form, reader_form(iotbiz, **OTHER, url="http://a b"))
    assert form["errors"] == {"url": "invalid_address"}
    result = await flows.answer(form, reader_form(iotbiz, **OTHER))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == {
        "bridge": "iotbiz",
        "role": "reader",
        "url": iotbiz.base,
        **OTHER,
    }
    assert entry.state is ConfigEntryState.LOADED
    assert registry_ids(hass, entry) == known


async def test_user_of_another_entry(
    flows: FlowWalker, iotbiz: IotbizSimulator
) -> None:
    """Two entries cannot be for the same user."""
    await add_reader(flows, iotbiz, **OTHER)
    entry = await add_reader(flows, iotbiz)
    form = await flows.reconfigure(entry)
    result = await flows.answer(form, reader_form(iotbiz, **OTHER))
    assert result["reason"] == "already_configured"
    assert entry.data["username"] == USERNAME
