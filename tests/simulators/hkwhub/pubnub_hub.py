"""The hub app on a PubNub channel; HKWHub specification, "PubNub Server Mode"."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, override

from .home import SimulatedHome, UnknownCommand, Watcher
from .not_found import SESSION_NOT_FOUND_SHAPES
from .pubnub_wire import (
    COMMAND,
    HUB_UUID,
    TOKEN_KEYS,
    ReplyForm,
    TokenKey,
    find_type_faults,
    read_params,
    to_wire,
)
from .sessions import Front, Session, SessionNotFound, numbered_tokens
from .trouble import Trouble
from .vocabulary import SESSION_TOKEN, JsonObject, Reason, State

HELLO = "Hello from HKWHubApp"
APP = "HKWHubApp"
OTHER_CLIENT = "another-client"
PLAYBACK_STATUS = "playback_status"
# So often at most does the time of a playback come, however fast time runs.
SHORTEST_INTERVAL = 0.05


class Network(Protocol):
    """What a hub needs of the simulated PubNub network."""

    def subscribe_inside(
        self, subscribe_key: str, channel: str, callback: Callable[[Any, str], None]
    ) -> Callable[[], None]:
        """Listen; return a function that ends it."""

    async def publish_inside(
        self, subscribe_key: str, channel: str, message: Any, uuid: str = APP
    ) -> object:
        """Publish; raise ValueError for a message that is too large."""


class PubNubHub(Watcher):
    """The hub app in PubNub mode.

    Attributes:
        home: Where commands are carried out.
        uuid: `HKWHubUUID`.
        trouble: What goes wrong.
        token_key: Which spelling of the session's key the app reads.
        result_as: Whether true and numbers are bare (documented) or texts.
        device_info_as_list: `device_info` is answered as "device_list", as the
            documents print it.
        tells_end: The app publishes undocumented `PlaybackStateChanged` events.
        tells_membership: A speaker that joins or leaves by itself counts as updated.
        unpublished: Answers that were too large for PubNub.
    """

    def __init__(
        self,
        home: SimulatedHome,
        net: Network,
        publish_key: str,
        subscribe_key: str,
        channel: str = "hkwhubchannel",
        uuid: str = "XXX-XXX-XXX-XXX",
    ) -> None:
        """Prepare the app.

        Args:
            home: Where commands are carried out.
            net: The network.
            publish_key: Key typed into the app.
            subscribe_key: Key typed into the app.
            channel: Channel typed into the app.
            uuid: `HKWHubUUID`.
        """
        self.home = home
        self.uuid = uuid
        self.publish_key = publish_key
        self.subscribe_key = subscribe_key
        self.channel = channel
        self.trouble = Trouble()
        self.token_key: TokenKey = "either"
        self.result_as: ReplyForm = "bare"
        self.device_info_as_list = False
        self.tells_end = False
        self.tells_membership = True
        self.unpublished: list[JsonObject] = []
        self.front = Front(
            name="pubnub",
            new_token=numbered_tokens("PubNub-"),
            missing=frozenset({PLAYBACK_STATUS}),
        )
        self._net = net
        self._cancel: Callable[[], None] | None = None
        self._outbox: asyncio.Queue[Any] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[tuple[str, str], asyncio.Future[JsonObject]] = {}
        self._last_token: str | None = None
        self._foreign_token: str | None = None

    async def start(self) -> None:
        """Open the app: subscribe, and say hello. Nothing happens if it is open."""
        if self._cancel is not None:
            return
        self._outbox = asyncio.Queue()
        self._last_token = self._foreign_token = None
        self._cancel = self._net.subscribe_inside(
            self.subscribe_key, self.channel, self._on_message
        )
        await self._net.publish_inside(self.subscribe_key, self.channel, HELLO, APP)
        self.home.front_started(self.front)
        self.home.watchers.append(self)
        self._run(self._publish_all())
        self._run(self._tell_time())

    async def stop(self) -> None:
        """Close the app: sessions are lost. Nothing happens if it is closed."""
        if self._cancel is None:
            return
        self._cancel()
        self._cancel = None
        self.home.watchers.remove(self)
        self.home.front_stopped(self.front)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def foreign_command(
        self, name: str, params: Mapping[str, str] | None = None, timeout: float = 5
    ) -> JsonObject:
        """Let another client of the same channel, with its own session, send a command.

        Args:
            name: The command.
            params: Its parameters without session and hub.
            timeout: How long to wait for the answer, seconds.

        Returns:
            What the hub published as answer.

        Raises:
            TimeoutError: The hub did not answer.
        """
        if self._foreign_token not in self.home.sessions.tokens:
            self._foreign_token = self.home.open_session(self.front).token
        token = self._foreign_token or ""
        message = {
            COMMAND: name,
            HUB_UUID: self.uuid,
            **dict.fromkeys(TOKEN_KEYS, token),
            **(params or {}),
        }
        answer: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
        self._waiting[token, name] = answer
        try:
            await self._net.publish_inside(
                self.subscribe_key, self.channel, message, OTHER_CLIENT
            )
            async with asyncio.timeout(timeout):
                return await answer
        finally:
            self._waiting.pop((token, name), None)

    # Commands

    def _on_message(self, message: Any, _publisher: str) -> None:
        if isinstance(message, dict) and COMMAND in message:
            self._run(self._obey(message))

    async def _obey(self, message: JsonObject) -> None:
        command = str(message[COMMAND])
        hub = message.get(HUB_UUID)
        if hub not in (None, self.uuid):
            return
        trouble = self.trouble
        concerned = trouble.concerns(command)
        if concerned:
            await asyncio.sleep(trouble.slow)
            if trouble.hang or trouble.drop:
                return
            if trouble.garbage:
                self._outbox.put_nowait({HUB_UUID: self.uuid, "ResponseOf": [command]})
                return
        if hub is None and command != "init_session":
            self._note_fault(command, f"{HUB_UUID} is missing")
            return
        for fault in find_type_faults(message):
            self._note_fault(command, fault)
        params = read_params(message, self.token_key)
        try:
            answer = await self.home.execute(self.front, command, params)
        except UnknownCommand:
            return
        except SessionNotFound:
            body = SESSION_NOT_FOUND_SHAPES[self.home.session_not_found].body
            answer = {"Result": body} if isinstance(body, str) else body
        if concerned and trouble.lose_answer:
            return
        token = answer.get(SESSION_TOKEN, params.get(SESSION_TOKEN))
        if token in self.home.sessions.tokens:
            self._last_token = token
        wire = to_wire(
            command,
            answer,
            token=token,
            form=self.result_as,
            device_info_as_list=self.device_info_as_list,
        )
        wire[HUB_UUID] = self.uuid
        self._outbox.put_nowait(wire)
        waiting = self._waiting.get((token or "", command))
        if waiting is not None and not waiting.done():
            waiting.set_result(wire)

    def _note_fault(self, command: str, fault: str) -> None:
        self.home.note_fault(self.front, command, fault)

    # Events

    @override
    def on_speakers(self, reason: Reason) -> None:
        """Tell clients that a speaker was updated."""
        self._tell(
            {"Event": "DeviceStateUpdated", "Reason": reason.value}, self._last_token
        )

    @override
    def on_membership(self) -> None:
        """Tell clients that a speaker joined or left by itself."""
        if self.tells_membership:
            self.on_speakers(Reason.INFO)

    @override
    def on_state(self, state: State, owner: Session) -> None:
        """Tell clients of another state of the playback, if the app does that."""
        if self.tells_end:
            event = {"Event": "PlaybackStateChanged", "PlaybackState": state.value}
            self._tell(event, owner.token)

    def tell_time(self) -> None:
        """Tell clients at once how far the playback is, if something plays."""
        stage = self.home.stage
        playback = stage.playback
        if playback is not None and stage.is_sounding:
            # The key is misspelt in the documents.
            event: JsonObject = {"Envet": "PlaybackTimeChanged"}
            event["PlaybackTime"] = int(stage.position)
            self._tell(event, playback.owner.token)

    def _tell(self, event: JsonObject, token: str | None) -> None:
        if token is not None:
            event[SESSION_TOKEN] = token
        self._outbox.put_nowait({**event, HUB_UUID: self.uuid})

    async def _tell_time(self) -> None:
        loop = asyncio.get_running_loop()
        told_at = loop.time()
        while True:
            # In short steps, as the speed may change meanwhile.
            await asyncio.sleep(SHORTEST_INTERVAL)
            if loop.time() - told_at >= 1 / self.home.speed:
                told_at = loop.time()
                self.tell_time()

    async def _publish_all(self) -> None:
        while True:
            message = await self._outbox.get()
            try:
                await self._net.publish_inside(
                    self.subscribe_key, self.channel, message, APP
                )
            except ValueError:
                self.unpublished.append(message)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
