"""What tests of these flows enter and ask."""

import hashlib
from typing import Any, Final

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE
from tests.simulators.iotbiz import Broker, IotbizSimulator
from tests.waiting import until

USERNAME: Final = "ada@example.com"
PASSWORD: Final = "first programmer"
OTHER_USER: Final = "grace@example.com"
OTHER_PASSWORD: Final = "nanoseconds of wire"

NOBODY: Final = "http://127.0.0.1:1"
# Where passwords are kept that no entry holds yet
PENDING: Final = "iot_bridge.iotbiz_pending"


def device_form(iotbiz: IotbizSimulator, **changes: Any) -> dict[str, Any]:
    """Return what makes Home Assistant a device of a platform."""
    return {
        "url": iotbiz.base,
        "customer_id": CUSTOMER,
        "device_id": DEVICE,
        **changes,
    }


def broker_form(broker: Broker, **changes: Any) -> dict[str, Any]:
    """Return what leads to a broker, by TLS with the platform's own authority."""
    return {
        "broker_host": broker.host,
        "broker_port": broker.tls_port,
        "security": "own_ca",
        "ca": broker.ca_pem,
        **changes,
    }


def reader_form(iotbiz: IotbizSimulator, **changes: Any) -> dict[str, Any]:
    """Return what signs Ada in to a platform."""
    return {
        "url": iotbiz.base,
        "username": USERNAME,
        "password": PASSWORD,
        **changes,
    }


def created(result: ConfigFlowResult) -> ConfigEntry[Any]:
    """Return the entry that a flow has created."""
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    entry: ConfigEntry[Any] = result["result"]
    return entry


async def open_broker_form(
    flows: FlowWalker, iotbiz: IotbizSimulator, **entered: Any
) -> ConfigFlowResult:
    """Register a device through the flow, up to the question for the broker."""
    form = await flows.start("iotbiz", "iotbiz_agent")
    form = await flows.answer(form, device_form(iotbiz, **entered))
    assert form["step_id"] == "iotbiz_broker", form
    return form


async def add_agent(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker, **entered: Any
) -> ConfigEntry[Any]:
    """Add a device through the flow."""
    form = await open_broker_form(flows, iotbiz, **entered)
    return created(await flows.answer(form, broker_form(broker)))


async def add_reader(
    flows: FlowWalker, iotbiz: IotbizSimulator, **entered: Any
) -> ConfigEntry[Any]:
    """Add a user through the flow."""
    form = await flows.start("iotbiz", "iotbiz_reader")
    return created(await flows.answer(form, reader_form(iotbiz, **entered)))


def done(iotbiz: IotbizSimulator, action: str, device_id: str = DEVICE) -> int:
    """Return how often a device was successfully registered or activated."""
    return sum(
        one.action == action and one.device_id == device_id and one.status < 300
        for one in iotbiz.registrations
    )


async def until_told(iotbiz: IotbizSimulator, *statuses: str) -> None:
    """Wait until the last that the device has told is this: nothing is on its way."""

    def told() -> list[str]:
        rows = iotbiz.devices[DEVICE].rows
        return [row.state["agentStatus"] for row in rows][-len(statuses) :]

    await until(lambda: told() == list(statuses))


def password_of(iotbiz: IotbizSimulator, device_id: str = DEVICE) -> str:
    """Return the valid password of a device."""
    return iotbiz.devices[device_id].password


def iotbiz_entries(hass: HomeAssistant) -> list[ConfigEntry[Any]]:
    """Return what has been added."""
    return hass.config_entries.async_entries(DOMAIN)


def registry_ids(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the ids of an entry's entities in the registry."""
    registry = er.async_get(hass)
    found = er.async_entries_for_config_entry(registry, entry.entry_id)
    return {entity.id for entity in found}


def unique_id_of(iotbiz: IotbizSimulator, device_id: str = DEVICE) -> str:
    """Return the unique id that stands for a device."""
    digest = hashlib.sha256(f"{iotbiz.base} {device_id}".encode()).hexdigest()
    return f"iotbiz_agent_{digest[:16]}"
