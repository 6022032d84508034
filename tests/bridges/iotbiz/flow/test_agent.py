"""Making Home Assistant a device on a platform."""

import asyncio
import json
import re
from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import instance_id
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE, OTHER_CUSTOMER
from tests.simulators.iotbiz import Broker, IotbizSimulator

from .world import (
    PENDING,
    add_agent,
    broker_form,
    created,
    device_form,
    done,
    iotbiz_entries,
    open_broker_form,
    password_of,
    unique_id_of,
)


async def test_round_trip(
    hass: HomeAssistant,
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    hass_storage: dict[str, Any],
) -> None:
    """It registers, activates, finds the broker; the entry has all that it needs."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    assert form["step_id"] == "iotbiz_agent"
    assert fields(form) == ["url", "customer_id", "device_id"]
    assert suggested(form).keys() == {"device_id"}

    form = await flows.answer(form, device_form(iotbiz))
    assert form["step_id"] == "iotbiz_broker"
    assert fields(form) == ["broker_host", "broker_port", "security", "ca"]
    assert suggested(form) == {"broker_host": "127.0.0.1"}
    assert form["data_schema"] is not None
    defaults = form["data_schema"]({"broker_host": "127.0.0.1"})
    assert (defaults["broker_port"], defaults["security"]) == (8883, "own_ca")
    assert iotbiz.devices[DEVICE].activated
    password = password_of(iotbiz)
    assert hass_storage[PENDING]["data"] == {
        unique_id_of(iotbiz): {"customer_id": CUSTOMER, "password": password}
    }

    result = await flows.answer(form, broker_form(broker))
    assert result["title"] == "IoTBiz (127.0.0.1)"
    entry = created(result)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == unique_id_of(iotbiz)
    assert entry.data == {
        "bridge": "iotbiz",
        "role": "agent",
        "url": iotbiz.base,
        "customer_id": CUSTOMER,
        "device_id": DEVICE,
        "password": password,
        "broker_host": "127.0.0.1",
        "broker_port": broker.tls_port,
        "security": "own_ca",
        "ca": broker.ca_pem,
    }
    assert entry.options == {}
    assert done(iotbiz, "register") == 1


async def test_passwords_leave_the_waiting_room(
    hass: HomeAssistant,
    flows: FlowWalker,
    iotbiz: IotbizSimulator,
    broker: Broker,
    hass_storage: dict[str, Any],
) -> None:
    """Once the entry has the password it is nowhere else on the disk."""
    entry = await add_agent(flows, iotbiz, broker)
    hass.bus.async_fire("homeassistant_final_write")
    await hass.async_block_till_done()
    assert hass_storage[PENDING]["data"] == {}
    files = [
        name
        for name, content in hass_storage.items()
        if entry.data["password"] in json.dumps(content, default=str)
    ]
    assert files == ["core.config_entries"]


async def test_default_device_number(hass: HomeAssistant, flows: FlowWalker) -> None:
    """It is of this installation, always the same, and does not tell its id."""
    first = suggested(await flows.start("iotbiz", "iotbiz_agent"))["device_id"]
    second = suggested(await flows.start("iotbiz", "iotbiz_agent"))["device_id"]
    assert first == second
    assert re.fullmatch(r"home-assistant-[0-9a-f]{12}", first)
    own = await instance_id.async_get(hass)
    assert first.removeprefix("home-assistant-") not in own
    await instance_id.async_recreate(hass)


async def test_default_device_number_registers(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The number that is offered can be taken."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    offered = suggested(form)["device_id"]
    form = await flows.answer(form, device_form(iotbiz, device_id=offered))
    entry = created(await flows.answer(form, broker_form(broker)))
    assert entry.data["device_id"] == offered
    assert iotbiz.devices[offered].activated


@pytest.mark.parametrize(
    "written",
    [
        "{url}/",
        " {url} ",
        "{url}/api/devices/register/",
        "{url}/api",
        "{url}/admin",
    ],
    ids=["slash", "blanks", "documented path", "api", "page"],
)
async def test_address_as_people_write_it(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker, written: str
) -> None:
    """Whatever is pasted, the base is found and stored."""
    entry = await add_agent(flows, iotbiz, broker, url=written.format(url=iotbiz.base))
    assert entry.data["url"] == iotbiz.base


async def test_platform_below_a_path(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Another Home Assistant may be the platform."""
    iotbiz.prefix = "/api/iotbiz"
    entry = await add_agent(flows, iotbiz, broker)
    assert entry.data["url"] == f"{iotbiz.url}/api/iotbiz"


async def test_blanks_around_numbers(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """They come along with what is pasted."""
    entry = await add_agent(
        flows, iotbiz, broker, customer_id=f" {CUSTOMER}\t", device_id=f"{DEVICE} "
    )
    assert entry.data["customer_id"] == CUSTOMER
    assert entry.data["device_id"] == DEVICE


async def test_plain(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Without TLS no certificate is kept."""
    form = await open_broker_form(flows, iotbiz)
    entered = broker_form(broker, broker_port=broker.port, security="plain")
    entry = created(await flows.answer(form, entered))
    assert entry.data["security"] == "plain"
    assert entry.data["broker_port"] == broker.port
    assert "ca" not in entry.data


async def test_certificate_among_other_text(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """What `openssl x509 -text` writes may be pasted; only the certificate is kept."""
    form = await open_broker_form(flows, iotbiz)
    pasted = "Certificate:\r\n  Version: 3\r\n" + broker.ca_pem.replace("\n", "\r\n")
    entry = created(await flows.answer(form, broker_form(broker, ca=pasted)))
    assert entry.data["ca"] == broker.ca_pem


async def test_no_other_security(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """There are no other ways to choose."""
    form = await open_broker_form(flows, iotbiz)
    with pytest.raises(InvalidData):
        await flows.answer(form, broker_form(broker, security="rot13"))
    assert done(iotbiz, "register") == 1


async def test_already_configured(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """The same device is not set up twice; the platform is not even asked."""
    await add_agent(flows, iotbiz, broker)
    asked = len(iotbiz.requests)
    form = await flows.start("iotbiz", "iotbiz_agent")
    result = await flows.answer(form, device_form(iotbiz))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert len(iotbiz.requests) == asked


async def test_two_at_once(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Two flows for one device share the password; one of them leads to an entry."""
    forms = [await flows.start("iotbiz", "iotbiz_agent") for _ in range(2)]
    first, second = await asyncio.gather(
        *(flows.answer(form, device_form(iotbiz)) for form in forms)
    )
    assert done(iotbiz, "register") == 1
    assert first["step_id"] == second["step_id"] == "iotbiz_broker"
    created(await flows.answer(second, broker_form(broker)))
    assert not hass.config_entries.flow.async_progress()
    assert len(iotbiz_entries(hass)) == 1


async def test_two_devices(
    hass: HomeAssistant, flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """Home Assistant may be several devices, also of several customers."""
    await add_agent(flows, iotbiz, broker)
    await add_agent(
        flows, iotbiz, broker, device_id="second", customer_id=OTHER_CUSTOMER
    )
    assert len(iotbiz_entries(hass)) == 2
    assert iotbiz.devices["second"].activated
