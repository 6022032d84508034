"""A machine of IoTBiz' demo workshop, which registers itself with Home Assistant."""

import json
import time
from typing import Any

from tests.simulators.iotbiz import Answer, Broker, PrivateApi, SimulatedAgent

from .iotbiz_memory import Memory
from .iotbiz_workshop import measure

_WAITS = "approve"


class Machine:
    """Tells over MQTT what it measures, or without a broker over the private API.

    Attributes:
        agent: Its part that registers and speaks.
    """

    def __init__(
        self, agent: SimulatedAgent, memory: Memory, broker: Broker | None
    ) -> None:
        """Know nothing of Home Assistant yet but its address.

        Args:
            agent: As of the attribute.
            memory: Where its password is kept.
            broker: Where it connects; None: others forward what it says.
        """
        self.agent = agent
        self._memory = memory
        self._broker = broker
        agent.password = memory.get(agent.device_id)

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.agent.device_id

    @property
    def is_connected(self) -> bool:
        """Return whether it is connected to the broker."""
        connection = self.agent.connection
        return connection is not None and connection.is_open

    async def come_in(self) -> Answer:
        """Activate the password that it has, or register first; return the last answer.

        It begins anew where its password does not work, as after Home Assistant has
        forgotten it.
        """
        if self.agent.password:
            answer = await self.agent.activate()
            if answer.status == 200 or _WAITS in answer.error:
                return answer
        answer = await self.agent.register()
        if answer.status != 201:
            return answer
        self._memory.keep(self.name, self.agent.password)
        return await self.agent.activate()

    async def connect(self) -> None:
        """Connect to the broker, which knows its password; without one: do nothing."""
        if self._broker is None or self.is_connected:
            return
        agent = self.agent
        agent.attributes.update(self._measured())
        await self._broker.add_user(agent.device_id, agent.password, agent.customer_id)
        await agent.connect(self._broker)

    async def tell(self, private: PrivateApi) -> Answer | None:
        """Tell what it measures now.

        Args:
            private: Who forwards it where the machine has no broker.

        Returns:
            What Home Assistant has answered to that.
        """
        if self._broker is not None:
            await self.agent.publish(self._measured())
            return None
        self.agent.attributes.update(self._measured())
        return await private.update_device(
            self.name,
            self.agent.state_topic,
            json.dumps({**self._status(), **self.agent.attributes}),
        )

    def _measured(self) -> dict[str, Any]:
        return measure(self.name, time.time(), is_running=self.agent.is_running)

    def _status(self) -> dict[str, str]:
        if self.agent.generation == "seed":
            return {"status": "online"}
        program = "up" if self.agent.is_running else "down"
        return {"agentStatus": "online", "programStatus": program}
