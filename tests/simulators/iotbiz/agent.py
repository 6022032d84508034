"""A device that registers itself, as a real agent does.

Source: README "Platform API"; protocols/iotbiz.md C1, and C2 "What the real agent does
on the wire".
"""

from collections.abc import Mapping
import json
from ssl import SSLContext
from typing import Any, Final, override

from .broker import Broker
from .http_caller import Answer, HttpCaller
from .mqtt import MqttConnection
from .packets import Message
from .world import Generation

_REGISTER: Final = "/api/devices/register"
_ACTIVATE: Final = "/api/devices/activate"
_ID_KEYS: Final[Mapping[Generation, str]] = {
    "seed": "mac_address",
    "late": "device_id",
}
_QOS: Final = 2


class SimulatedAgent(HttpCaller):
    """A device.

    Attributes:
        customer_id: Its customer number.
        device_id: Its name.
        generation: "seed": as the README has it, with `mac_address` and `status`;
            "late": with `device_id`, `agentStatus` and `programStatus`.
        has_slash: Whether its paths end with a slash.
        password: What it was given the last time; "" if nothing.
        attributes: What it has measured.
        is_running: Whether its program runs.
        connection: How it is connected to the broker; None: it is not.
        received: What it was told: topics and payloads.
    """

    def __init__(
        self,
        base: str,
        customer_id: str,
        device_id: str,
        *,
        generation: Generation = "late",
        has_slash: bool = True,
        local_address: str | None = None,
    ) -> None:
        """Be unknown yet; nothing is sent.

        Args:
            base: The address of the server, with what is in front of "/api/devices".
            customer_id: Its customer number.
            device_id: Its name.
            generation: As of the attribute.
            has_slash: As of the attribute.
            local_address: The address that its requests come from; None: any.
        """
        super().__init__(base, local_address)
        self.customer_id = customer_id
        self.device_id = device_id
        self.generation: Generation = generation
        self.has_slash = has_slash
        self.password = ""
        self.attributes: dict[str, Any] = {}
        self.is_running = True
        self.connection: MqttConnection | None = None
        self.received: list[tuple[str, bytes]] = []

    @property
    def commands(self) -> list[str]:
        """Return what it was told."""
        return [payload.decode() for _, payload in self.received]

    @property
    def state_topic(self) -> str:
        """Return where it tells its state."""
        return self._out("state")

    @override
    async def close(self) -> None:
        """Stop, and end the HTTP session."""
        await self.stop()
        await super().close()

    # HTTP

    async def register(self, customer_id: str | None = None) -> Answer:
        """Ask for a password, and keep it.

        Args:
            customer_id: In place of its own.
        """
        customer = self.customer_id if customer_id is None else customer_id
        body = {"customer_id": customer, _ID_KEYS[self.generation]: self.device_id}
        answer = await self._ask(_REGISTER, body, 201)
        if answer.status == 201:
            told = answer.json
            is_right = isinstance(told, dict) and list(told) == ["password"]
            self._expect("register: not just a password", wanted=is_right)
            password = told["password"] if is_right else ""
            is_text = isinstance(password, str) and bool(password)
            self._expect("register: the password is no text", wanted=is_text)
            self.password = password
        return answer

    async def activate(self, password: str | None = None) -> Answer:
        """Tell that it has its password.

        Args:
            password: In place of its own.
        """
        shown = self.password if password is None else password
        body = {_ID_KEYS[self.generation]: self.device_id, "password": shown}
        answer = await self._ask(_ACTIVATE, body, 200)
        if answer.status == 200:
            self._expect("activate: the answer has a body", wanted=answer.text == "")
        return answer

    async def enrol(self) -> None:
        """Register and activate.

        Raises:
            AssertionError: One of both is refused.
        """
        for action, wanted in ((self.register, 201), (self.activate, 200)):
            answer = await action()
            assert answer.status == wanted, answer

    # MQTT

    async def connect(self, broker: Broker, tls: SSLContext | None = None) -> None:
        """Connect with the password, and tell the state.

        A late agent tells it three times, as its two parts do without waiting for each
        other; what is retained in the end says that the program does not run.

        Args:
            broker: Where to.
            tls: How to know it; None: without TLS.

        Raises:
            MqttRefusedError: The login is refused.
            OSError: There is no broker.
        """
        connection = await broker.connect(
            self.device_id,
            self.password,
            will=Message(
                topic=self.state_topic,
                payload=self._farewell().encode(),
                qos=_QOS,
                retain=True,
            ),
            on_message=self._note_command,
            tls=tls,
        )
        self.connection = connection
        topic = f"devices/in/{self.customer_id}/{self.device_id}/command"
        await connection.subscribe(topic, _QOS)
        if self.generation == "seed":
            await self.publish(retain=True)
            return
        self.is_running = True
        await self.publish()
        self.is_running = False
        await self.publish(retain=True)
        self.is_running = True
        await self.publish()

    async def publish(
        self, attributes: Mapping[str, Any] | None = None, *, retain: bool = False
    ) -> None:
        """Tell the state.

        Args:
            attributes: What it has measured since; the rest is as before.
            retain: Whether the broker keeps it.
        """
        self.attributes.update(attributes or {})
        state = {**self._status(online=True), **self.attributes}
        await self.publish_raw("state", json.dumps(state), retain=retain)

    async def supervisor(self, line: str) -> None:
        """Tell what the program has printed."""
        await self.publish_raw("supervisor", line)

    async def publish_raw(
        self, leaf: str, payload: str | bytes, *, retain: bool = False
    ) -> None:
        """Publish anything to a topic of its own.

        Args:
            leaf: The end of the topic, as "state".
            payload: What is said.
            retain: Whether the broker keeps it.
        """
        assert self.connection is not None, "it is not connected"
        await self.connection.publish(self._out(leaf), payload, qos=_QOS, retain=retain)

    async def stop(self) -> None:
        """Tell that it goes, and go. Nothing happens if it has gone."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        if connection.is_open:
            await connection.publish(
                self.state_topic, self._farewell(), qos=_QOS, retain=True
            )
        await connection.close()

    async def kill(self) -> None:
        """Be cut off: the broker tells the last will."""
        connection, self.connection = self.connection, None
        assert connection is not None, "it is not connected"
        await connection.abort()

    # Inside

    async def _ask(self, path: str, body: dict[str, str], good: int) -> Answer:
        answer = await self._post(path + ("/" if self.has_slash else ""), body)
        what = path.rpartition("/")[2]
        self._expect(
            f"{what}: {answer.status} is not documented",
            wanted=answer.status in (good, 403),
        )
        if answer.status in (201, 403):
            self._expect(
                f"{what}: {answer.status} as {answer.content_type}",
                wanted=answer.is_json,
            )
        if answer.status == 403:
            told = answer.json
            is_right = isinstance(told, dict) and list(told) == ["error"]
            self._expect(f"{what}: 403 without just an error", wanted=is_right)
            has_reason = bool(answer.error.strip())
            self._expect(f"{what}: 403 without a reason", wanted=has_reason)
        return answer

    def _note_command(self, message: Message) -> None:
        self.received.append((message.topic, message.payload))

    def _out(self, leaf: str) -> str:
        return f"devices/out/{self.customer_id}/{self.device_id}/{leaf}"

    def _status(self, *, online: bool) -> dict[str, Any]:
        word = "online" if online else "offline"
        if self.generation == "seed":
            return {"status": word}
        running = online and self.is_running
        return {"agentStatus": word, "programStatus": "up" if running else "down"}

    def _farewell(self) -> str:
        return json.dumps(self._status(online=False))
