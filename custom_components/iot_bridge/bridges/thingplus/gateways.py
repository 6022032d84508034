"""What the gateways of an account have told, each asked at its own pace."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
import logging
from typing import Final

from homeassistant.util import dt as dt_util

from .client import (
    Gateway,
    NotFoundError,
    Sensor,
    SignInError,
    ThingplusClient,
    ThingplusError,
    UnexpectedAnswerError,
)
from .devices import ThingplusDevice, devices_of
from .polling import GatewayPolls

_LOGGER = logging.getLogger(__name__)

# Requests at a time
_AT_ONCE: Final = 4


# An account may have lost its last gateway, or a server its data for a moment.
_EMPTY_LISTS_THAT_COUNT: Final = 3


@dataclass(frozen=True, slots=True)
class _Read:
    gateway: Gateway
    sensors: tuple[Sensor, ...]


class Gateways:
    """Reads the gateways that are due, and keeps what the others have told.

    Attributes:
        polls: When which gateway is asked.
    """

    def __init__(
        self, client: ThingplusClient, follows: Callable[[Gateway], bool]
    ) -> None:
        """Start with none.

        Args:
            client: The account.
            follows: Tells whether a gateway is one of those chosen.
        """
        self._client = client
        self._follows = follows
        self._listed: dict[str, Gateway] = {}
        self._read: dict[str, _Read] = {}
        self._failing: dict[str, ThingplusError] = {}
        self._told: set[str] = set()
        self._gave_up = False
        self._empty_lists = 0
        self.polls = GatewayPolls()

    @property
    def is_complete(self) -> bool:
        """Return whether each gateway there is has been read at least once.

        Else what is not here may be somewhere nevertheless.
        """
        return self._listed.keys() <= self._read.keys()

    @property
    def is_certain(self) -> bool:
        """Return whether what is not here is no more: the user may have named it."""
        return self.is_complete and not 0 < self._empty_lists < _EMPTY_LISTS_THAT_COUNT

    @property
    def models(self) -> set[str]:
        """Return the models of the gateways."""
        return {read.gateway.model for read in self._read.values()}

    async def async_read(self) -> None:
        """Read what is due.

        A gateway that cannot be read keeps what it has told, and takes no other along.

        Raises:
            ThingplusError: The list, or none of the gateways, can be read; or the user
                has to sign in again.
        """
        former, self._gave_up = self._gave_up, True
        fresh = await self._async_read_list()
        now = dt_util.utcnow()
        due = [
            one
            for one in self._listed
            if self.polls.is_due(one, now) or (former and one in self._failing)
        ]
        turns = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(
            *(self._async_read_one(one, one in fresh, turns) for one in due)
        )
        self._judge()
        self._gave_up = False

    def devices(self, now: datetime) -> Iterator[ThingplusDevice]:
        """Yield all gateways and the devices behind them.

        Args:
            now: By the server's clock.
        """
        for read in self._read.values():
            yield from devices_of(read.gateway, read.sensors, now)

    async def _async_read_list(self) -> Collection[str]:
        """Read which gateways there are, if that is due; return those just read."""
        asked = dt_util.utcnow()
        self.polls.check_clock(asked)
        if not self.polls.list_is_due(asked):
            return ()
        listed = await self._client.gateways()
        self._empty_lists = 0 if listed else self._empty_lists + 1
        self._listed = {one.id: one for one in listed if self._follows(one)}
        self._read = {
            one: self._with_news(read)
            for one, read in self._read.items()
            if one in self._listed
        }
        self._failing = {
            one: err for one, err in self._failing.items() if one in self._listed
        }
        self._told &= self._listed.keys()
        self.polls.list_was_read(self._listed.values(), asked)
        if not self.is_certain and not self._listed:
            self.polls.want_list()
        return self._listed.keys()

    def _with_news(self, read: _Read) -> _Read:
        """Return what a gateway has told, with what the list says of itself.

        Its devices stay as they are until it is known what is on them.
        """
        listed = self._listed[read.gateway.id]
        return replace(read, gateway=replace(listed, devices=read.gateway.devices))

    async def _async_read_one(
        self, gateway_id: str, is_fresh: bool, turns: asyncio.Semaphore
    ) -> None:
        """Read a gateway, or note what went wrong."""
        async with turns:
            asked = dt_util.utcnow()
            try:
                if not is_fresh:
                    self._listed[gateway_id] = await self._async_gateway(gateway_id)
                sensors = tuple(await self._client.sensors(gateway_id))
            except ThingplusError as err:
                self.polls.failed(self._listed[gateway_id], asked)
                self._failing[gateway_id] = err
                return
        self._failing.pop(gateway_id, None)
        self._told.discard(gateway_id)
        gateway = self._listed[gateway_id]
        self._read[gateway_id] = _Read(gateway, sensors)
        self.polls.was_read(gateway, sensors, asked, self._client.clock_offset)

    async def _async_gateway(self, gateway_id: str) -> Gateway:
        gateway = await self._client.gateway(gateway_id)
        if gateway.id != gateway_id:
            raise UnexpectedAnswerError("GET gateway: the answer is another gateway")
        return gateway

    def _judge(self) -> None:
        """Tell trouble with a gateway from trouble with the server.

        Raises:
            ThingplusError: It is with the server, or the user has to sign in again.
        """
        errors = list(self._failing.values())
        trouble = [err for err in errors if not isinstance(err, NotFoundError)]
        news = self._failing.keys() - self._told
        if news:
            # It tells whether there are these gateways still, and whether the server
            # is in trouble.
            self.polls.want_list()
        for err in trouble:
            if isinstance(err, SignInError):
                raise err
        if trouble and len(errors) == len(self._listed):
            raise trouble[0]
        for gateway_id in news:
            self._told.add(gateway_id)
            _LOGGER.info(
                "A gateway cannot be read for now: %s", self._failing[gateway_id]
            )
