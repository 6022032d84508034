"""Every step of these roles that has texts can be reached."""

from typing import Final

from tests.bridges.flow_walker import TEXTS, FlowWalker
from tests.bridges.iotbiz.world import CUSTOMER
from tests.simulators.iotbiz import Broker, IotbizSimulator

from .world import add_agent, add_reader, device_form

_OURS: Final = ("iotbiz_agent", "iotbiz_broker", "iotbiz_reader")


async def test_every_step(
    flows: FlowWalker, iotbiz: IotbizSimulator, broker: Broker
) -> None:
    """All steps that have texts can be reached."""
    agent = await add_agent(flows, iotbiz, broker)
    await flows.reauth(agent)
    await iotbiz.add_device("known", CUSTOMER)
    form = await flows.start("iotbiz", "iotbiz_agent")
    await flows.answer(form, device_form(iotbiz, device_id="known"))
    await flows.reauth(await add_reader(flows, iotbiz))
    own = {("config", one) for one in TEXTS["config"]["step"] if one.startswith(_OURS)}
    assert flows.steps == {("config", "user"), ("config", "iotbiz"), *own}
