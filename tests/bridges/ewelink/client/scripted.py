"""A cloud that says what a test scripts: for answers that no sane cloud gives."""

from dataclasses import dataclass, field
import json
from typing import Any

from aiohttp import WSMsgType, web

DEVICE_ID = "1000000001"

# A text, or a frame of any kind with any bytes.
type Frame = str | tuple[WSMsgType, bytes]


@dataclass
class ScriptedCloud:
    """Answers REST calls and socket messages from tables.

    Attributes:
        answers: HTTP status and body by path.
        greeting: The frames that answer `userOnline`; SEQUENCE stands for its own.
        replies: The frames that answer any other message.
        pongs: Whether `ping` is answered.
        frames: The text frames that came in.
        headers: The headers of the last REST call.
        url: The address, without a slash at its end.
    """

    answers: dict[str, tuple[int, str | bytes]] = field(default_factory=dict)
    greeting: list[Frame] = field(default_factory=list)
    replies: list[Frame] = field(default_factory=list)
    pongs: bool = True
    frames: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def messages(self, action: str) -> list[dict[str, Any]]:
        """Return the messages of one kind that came in."""
        frames = [json.loads(frame) for frame in self.frames if frame != "ping"]
        return [frame for frame in frames if frame["action"] == action]

    def pings(self) -> int:
        """Return how many heartbeats came in."""
        return self.frames.count("ping")

    def application(self) -> web.Application:
        """Return the server."""
        application = web.Application()
        application.router.add_get("/api/ws", self._socket)
        application.router.add_route("*", "/{path:.*}", self._rest)
        return application

    def listen_at(self, port: int) -> None:
        """Note the port, and let the dispatch service name it."""
        self.url = f"http://127.0.0.1:{port}"
        address = {"error": 0, "domain": "127.0.0.1", "IP": "", "port": port}
        self.answers.setdefault("/dispatch/app", (200, json.dumps(address)))

    async def _rest(self, request: web.Request) -> web.Response:
        self.headers = dict(request.headers)
        status, body = self.answers[request.path]
        content = body.encode() if isinstance(body, str) else body
        return web.Response(status=status, body=content)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            self.frames.append(message.data)
            for frame in self._answers_to(message.data):
                if isinstance(frame, tuple):
                    kind, content = frame
                    await socket.send_frame(content, kind)
                elif frame == "CLOSE":
                    await socket.close()
                else:
                    await socket.send_str(frame)
        return socket

    def _answers_to(self, text: str) -> list[Frame]:
        if text == "ping":
            return ["pong"] if self.pongs else []
        message = json.loads(text)
        online = message["action"] == "userOnline"
        return [
            frame.replace("SEQUENCE", message["sequence"])
            if isinstance(frame, str)
            else frame
            for frame in (self.greeting if online else self.replies)
        ]
