"""The HTTP side: routing, trouble, and the answers of each service."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from typing import TYPE_CHECKING, Any, Never
from urllib.parse import unquote

from aiohttp import web

from .channels import REGION, Publication
from .traffic import Poll, RecordedRequest

if TYPE_CHECKING:
    from .simulator import PubNubSimulator

GARBAGE = "<html><body>Bad gateway"
# Seconds in which a subscribe that a client gave up may still look open.
_NOTICED_WITHIN = 0.1

type _Service = Callable[[web.Request, list[str]], Awaitable[web.StreamResponse]]


class Server:
    """Answers every request that comes to the port of a network."""

    def __init__(self, net: PubNubSimulator) -> None:
        """Serve a network."""
        self._net = net

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        path = request.raw_path.partition("?")[0]
        parts = path.removeprefix("/").split("/")
        name, serve = self._service(parts)
        self._net.traffic.requests.append(
            RecordedRequest(
                method=request.method,
                path=path,
                service=name,
                query=dict(request.query),
                body=await request.text(),
            )
        )
        trouble = self._net.trouble
        if trouble.hangs(name):
            await self._hang()
        if trouble.drop:
            return _drop(request)
        if (status := trouble.status_of(name)) is not None:
            return web.Response(status=status, text=GARBAGE)
        if trouble.garbles(name):
            return web.Response(text=GARBAGE, content_type="text/html")
        return await serve(request, parts)

    def _service(self, parts: list[str]) -> tuple[str, _Service]:
        match parts:
            case ["v2", "subscribe", _, _, _]:
                return "subscribe", self._subscribe
            case ["subscribe", _, _, _, _]:
                return "subscribe", self._old_subscribe
            case ["publish", _, _, _, _, _, *_]:
                return "publish", self._publish
            case ["time", "0"]:
                return "time", self._time
            case ["v2", "presence", "sub-key", _, "channel", _, "heartbeat" | "leave"]:
                return "presence", self._presence
        return "", self._unknown

    async def _hang(self) -> Never:
        await self._net.stopping.wait()
        raise web.HTTPServiceUnavailable

    # Services

    async def _subscribe(
        self, request: web.Request, parts: list[str]
    ) -> web.StreamResponse:
        net = self._net
        _, _, key, names, _ = (unquote(part) for part in parts)
        timetoken = request.query.get("tt", "0")
        if timetoken != "0" and "tr" not in request.query:
            net.faults.append("subscribe: timetoken without its region")
        found = await self._wait(request, key, names.split(","), timetoken)
        if isinstance(found, web.Response):
            return found
        newest, publications = found
        answer: dict[str, Any] = {
            "t": {"t": str(newest), "r": REGION},
            "m": [publication.envelope() for publication in publications],
        }
        if net.knobs.publishers_hidden:
            for envelope in answer["m"]:
                del envelope["i"]
        if net.trouble.half_answers:
            return await _half(request, answer)
        return web.json_response(answer)

    async def _old_subscribe(
        self, request: web.Request, parts: list[str]
    ) -> web.StreamResponse:
        _, key, names, callback, timetoken = (unquote(part) for part in parts)
        channels = names.split(",")
        found = await self._wait(request, key, channels, timetoken)
        if isinstance(found, web.Response):
            return found
        newest, publications = found
        answer: list[Any] = [[each.message for each in publications], str(newest)]
        if len(channels) > 1:
            answer.append(",".join(each.channel for each in publications))
        if callback == "0":
            return web.json_response(answer)
        text = f"{callback}({json.dumps(answer)})"
        return web.Response(text=text, content_type="text/javascript")

    async def _wait(
        self, request: web.Request, key: str, names: list[str], timetoken: str
    ) -> web.Response | tuple[int, list[Publication]]:
        """Hold a subscribe until there is something newer than its timetoken."""
        net = self._net
        query = dict(request.query)
        net.traffic.subscribed(query, timetoken, net.channels.timetokens.last)
        poll = Poll(key, query.get("uuid", ""), request)
        loop = asyncio.get_running_loop()
        watch = loop.create_task(self._watch_for_second(net.traffic.other_polls(poll)))
        net.traffic.polls.add(poll)
        ends_at = loop.time() + net.knobs.hold
        since = int(timetoken) if timetoken.isdecimal() else 0
        try:
            while True:
                if refusal := self._refused(key, names):
                    return refusal
                if not since:
                    return net.channels.timetokens.next(), []
                if found := net.channels.newer(key, names, since):
                    return found[-1].timetoken, found
                async with asyncio.timeout_at(ends_at):
                    await net.channels.news.wait()
        except TimeoutError:
            return net.channels.timetokens.next(), []
        finally:
            net.traffic.polls.discard(poll)
            watch.cancel()

    async def _watch_for_second(self, others: list[Poll]) -> None:
        """Note it when a client has two subscribes at the same time.

        Args:
            others: The subscribes of that client besides a new one.
        """
        await asyncio.sleep(_NOTICED_WITHIN)
        if any(other in self._net.traffic.polls and other.open for other in others):
            self._net.faults.append("subscribe: twice at the same time")

    async def _publish(
        self, request: web.Request, parts: list[str]
    ) -> web.StreamResponse:
        net = self._net
        _, publish_key, key, _, channel, _ = (unquote(part) for part in parts[:6])
        net.traffic.published(dict(request.query), asyncio.get_running_loop().time())
        if refusal := self._refused_publish(publish_key, key, channel):
            return refusal
        text = await request.text()
        if request.method == "GET":
            text = unquote("/".join(parts[6:]))
        try:
            message = json.loads(text)
        except ValueError:
            return self._not_published(400, "Invalid JSON")
        if net.size_of(channel, text) > net.knobs.message_limit:
            return self._not_published(net.knobs.too_large_status, "Message Too Large")
        uuid = request.query.get("uuid", "")
        publication = net.channels.publish(key, channel, message, uuid)
        if net.trouble.lose_publish_answers:
            return _drop(request)
        return web.json_response([1, "Sent", str(publication.timetoken)])

    async def _time(self, request: web.Request, parts: list[str]) -> web.Response:
        return web.json_response([self._net.channels.timetokens.next()])

    async def _presence(self, request: web.Request, parts: list[str]) -> web.Response:
        key, name = unquote(parts[3]), unquote(parts[5])
        if refusal := self._refused(key, name.split(",")):
            return refusal
        if parts[6] == "leave":
            self._net.traffic.left(dict(request.query))
        return web.json_response(
            {"status": 200, "message": "OK", "service": "Presence"}
        )

    async def _unknown(self, request: web.Request, parts: list[str]) -> web.Response:
        self._net.faults.append(f"{request.method}: there is no such service")
        return web.Response(status=404, text="Not Found")

    # Keys

    def _refused(self, key: str, names: list[str]) -> web.Response | None:
        if self._net.refusal == 403:
            return _forbidden(names)
        if self._net.refusal is None and self._net.knows_subscribe_key(key):
            return None
        body = {
            "message": "Invalid Subscribe Key",
            "error": True,
            "service": "Access Manager",
            "status": 400,
        }
        return web.json_response(body, status=400)

    def _refused_publish(
        self, publish_key: str, key: str, channel: str
    ) -> web.Response | None:
        if self._net.refusal == 403:
            return _forbidden([channel])
        if self._net.refusal is None and self._net.subscribe_key_of(publish_key) == key:
            return None
        return self._not_published(400, "Invalid Key")

    def _not_published(self, status: int, reason: str) -> web.Response:
        answer = [0, reason, str(self._net.channels.timetokens.next())]
        return web.json_response(answer, status=status)


def _forbidden(names: list[str]) -> web.Response:
    body = {
        "message": "Forbidden",
        "payload": {"channels": names},
        "error": True,
        "service": "Access Manager",
        "status": 403,
    }
    return web.json_response(body, status=403)


def _drop(request: web.Request) -> web.Response:
    """Cut the connection; what is returned does not arrive any more."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _half(request: web.Request, answer: dict[str, Any]) -> web.StreamResponse:
    text = json.dumps(answer).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(text)
    await response.prepare(request)
    await response.write(text[: len(text) // 2])
    _drop(request)
    return response
