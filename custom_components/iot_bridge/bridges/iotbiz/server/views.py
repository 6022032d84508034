"""The web interface for devices, as README "Specs" and "Private API" describe it.

It is open to everybody: a device that registers itself cannot sign in. It is there only
while a server is set up, at the documented paths and below a base address of its own.
"""

from abc import abstractmethod
from http import HTTPStatus
from typing import Final, override

from aiohttp import web

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ....const import DOMAIN
from .guard import check_broker
from .messages import state_of_message, time_of, topic_of
from .refusals import Reason, Refused
from .requests import (
    LARGE,
    SMALL,
    async_read_object,
    customer_id_of,
    device_id_of,
    password_of,
    sender_of,
)
from .running import RunningServer

BASE_PATH: Final = "/api/iotbiz"
_REGISTER: Final = "/api/devices/register"
_ACTIVATE: Final = "/api/devices/activate"
_UPDATE: Final = "/privateapi/update-device"

_SERVER: Final[HassKey[RunningServer]] = HassKey(f"{DOMAIN}_iotbiz_server")
_REGISTERED: Final[HassKey[bool]] = HassKey(f"{DOMAIN}_iotbiz_views")


@callback
def async_open_views(
    hass: HomeAssistant, server: RunningServer, *views: HomeAssistantView
) -> None:
    """Answer requests from now on.

    Args:
        hass: Home Assistant, which cannot forget a path that it has learnt.
        server: Whoever answers.
        views: What there is besides the devices' own.
    """
    hass.data[_SERVER] = server
    if not hass.data.get(_REGISTERED):
        hass.data[_REGISTERED] = True
        for view in (RegisterView(), ActivateView(), UpdateView(), *views):
            hass.http.register_view(view)


@callback
def async_close_views(hass: HomeAssistant) -> None:
    """Answer as if there had never been anything."""
    hass.data.pop(_SERVER, None)


def all_paths(path: str) -> list[str]:
    """Return a path with and without slash at the end, here and below our base."""
    return [path, f"{path}/", f"{BASE_PATH}{path}", f"{BASE_PATH}{path}/"]


class ServerView(HomeAssistantView):
    """Answers while a server is set up; whatever is refused has a reason."""

    requires_auth = False

    async def get(self, request: web.Request) -> web.Response:
        """Answer whoever asks in another way; without a server there is nothing at all."""
        _server_of(request)
        raise web.HTTPMethodNotAllowed(request.method, ["POST"])

    head = put = patch = delete = get

    async def post(self, request: web.Request) -> web.Response:
        """Answer a request."""
        server = _server_of(request)
        try:
            return await self._async_answer(server, request)
        except Refused as err:
            server.refusals.note(err, sender_of(request))
            return self._refusal(err)

    @abstractmethod
    async def _async_answer(
        self, server: RunningServer, request: web.Request
    ) -> web.Response:
        """Carry out a request.

        Raises:
            Refused: It is not right.
        """

    def _refusal(self, err: Refused) -> web.Response:
        answer = self.json({"error": err.text}, HTTPStatus.FORBIDDEN)
        if err.reason is Reason.TOO_LARGE:
            # What is left of it need not be read.
            answer.force_close()
        return answer


def _server_of(request: web.Request) -> RunningServer:
    server = request.app[KEY_HASS].data.get(_SERVER)
    if server is None:
        raise web.HTTPNotFound
    return server


class RegisterView(ServerView):
    """Registration: a customer number and the device's name for a password."""

    name = "api:iotbiz:register"
    url, *extra_urls = all_paths(_REGISTER)

    @override
    async def _async_answer(
        self, server: RunningServer, request: web.Request
    ) -> web.Response:
        fields = await async_read_object(request, SMALL)
        password = await server.enrolment.async_register(
            customer_id_of(fields), device_id_of(fields), sender_of(request)
        )
        return self.json({"password": password}, HTTPStatus.CREATED)


class ActivateView(ServerView):
    """Activation: from now on the password works."""

    name = "api:iotbiz:activate"
    url, *extra_urls = all_paths(_ACTIVATE)

    @override
    async def _async_answer(
        self, server: RunningServer, request: web.Request
    ) -> web.Response:
        fields = await async_read_object(request, SMALL)
        await server.enrolment.async_activate(
            device_id_of(fields), password_of(fields), sender_of(request)
        )
        return web.Response()


class UpdateView(ServerView):
    """The private interface: brokers forward what devices publish."""

    name = "api:iotbiz:update-device"
    url, *extra_urls = all_paths(_UPDATE)

    @override
    async def _async_answer(
        self, server: RunningServer, request: web.Request
    ) -> web.Response:
        check_broker(request, server.config_entry.data, server.config_entry.options)
        fields = await async_read_object(request, LARGE)
        topic = topic_of(fields)
        now = dt_util.utcnow()
        moment = time_of(fields, now)
        server.enrolment.speaker(topic.customer_id, topic.device_id)
        state = state_of_message(fields.get("payload"))
        server.take_state(topic.device_id, state, moment)
        return web.Response()
