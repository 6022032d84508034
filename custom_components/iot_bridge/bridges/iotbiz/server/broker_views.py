"""Tells brokers who may sign in, and who may publish and listen where.

Two kinds ask over HTTP: mosquitto with the plugin mosquitto-go-auth, which goes by the
status, and EMQX, which goes by the body. The rules are those of the original's broker: a
device may publish below `devices/out/{customer}/{device}/` and listen below
`devices/in/{customer}/{device}/`.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, override

from aiohttp import web

from ..client import is_id
from .guard import check_broker
from .passwords import LONGEST_PASSWORD
from .refusals import Reason, Refused
from .registrations import Registration
from .requests import SMALL, async_read_fields
from .running import RunningServer
from .views import BASE_PATH, ServerView

# mosquitto-go-auth, `acc`: 1 read, 2 write, 3 both, 4 subscribe
_READ: Final = frozenset({"1", "4", "subscribe"})
_WRITE: Final = frozenset({"2", "publish"})


class Verdict(StrEnum):
    """What EMQX is answered."""

    ALLOW = "allow"
    DENY = "deny"
    # No device of ours: somebody else may know the user.
    IGNORE = "ignore"


type Decide = Callable[[RunningServer, Mapping[str, Any]], Awaitable[Verdict]]


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return str(value) if isinstance(value, str | int) else ""


async def _async_sign_in(server: RunningServer, fields: Mapping[str, Any]) -> Verdict:
    username, password = _text(fields, "username"), _text(fields, "password")
    if len(password) > LONGEST_PASSWORD:
        return Verdict.DENY
    if await server.enrolment.async_signed_in(username, password) is not None:
        return Verdict.ALLOW
    return _unless_known(server, username)


async def _async_access(server: RunningServer, fields: Mapping[str, Any]) -> Verdict:
    username, topic = _text(fields, "username"), _text(fields, "topic")
    device = server.enrolment.registrations.get(username)
    if device is None or not device.activated:
        return _unless_known(server, username)
    wanted = _text(fields, "acc") or _text(fields, "action")
    return Verdict.ALLOW if _may(device, wanted, topic) else Verdict.DENY


def _unless_known(server: RunningServer, username: str) -> Verdict:
    is_ours = is_id(username) and username in server.enrolment.registrations
    return Verdict.DENY if is_ours else Verdict.IGNORE


def _may(device: Registration, wanted: str, topic: str) -> bool:
    own = f"{device.customer_id}/{device.device_id}/"
    if wanted in _READ:
        return topic.startswith(f"devices/in/{own}")
    if wanted in _WRITE:
        return topic.startswith(f"devices/out/{own}")
    return False


async def _async_answer_nobody(_: RunningServer, __: Mapping[str, Any]) -> Verdict:
    """Answer whether a user may do everything: nobody is above the rules."""
    return Verdict.DENY


class BrokerView(ServerView):
    """A question of a broker, which has to show its secret."""

    def __init__(self, question: str, decide: Decide) -> None:
        """Answer a question.

        Args:
            question: The end of its path.
            decide: Gives the verdict.
        """
        self.name = f"api:iotbiz:broker:{question}"
        self.url = f"{BASE_PATH}/broker/{question}"
        self.extra_urls = [f"{self.url}/"]
        self._decide = decide

    @override
    async def _async_answer(
        self, server: RunningServer, request: web.Request
    ) -> web.Response:
        check_broker(request, server.config_entry.data, server.config_entry.options)
        fields = await async_read_fields(request, SMALL)
        return self._answer(await self._decide(server, fields))

    @abstractmethod
    def _answer(self, verdict: Verdict) -> web.Response:
        """Tell the broker."""


class MosquittoView(BrokerView):
    """A question of mosquitto's plugin, which goes by the status."""

    @override
    def _answer(self, verdict: Verdict) -> web.Response:
        if verdict is Verdict.ALLOW:
            return self.json({"ok": True, "error": ""})
        error = {"ok": False, "error": Reason.NOT_ALLOWED.value}
        return self.json(error, HTTPStatus.FORBIDDEN)


class EmqxView(BrokerView):
    """A question of EMQX, to which other answers than 200 mean nothing."""

    @override
    def _answer(self, verdict: Verdict) -> web.Response:
        return self.json({"result": verdict.value, "is_superuser": False})

    @override
    def _refusal(self, err: Refused) -> web.Response:
        if err.reason in (Reason.BUSY, Reason.NOT_READY):
            return self._answer(Verdict.DENY)
        return super()._refusal(err)


def broker_views() -> tuple[BrokerView, ...]:
    """Return what brokers ask."""
    return (
        MosquittoView("mosquitto/user", _async_sign_in),
        MosquittoView("mosquitto/superuser", _async_answer_nobody),
        MosquittoView("mosquitto/acl", _async_access),
        EmqxView("emqx/authenticate", _async_sign_in),
        EmqxView("emqx/authorize", _async_access),
    )
