"""Devices that behave: they obey, report, come and go, and honour inching."""

import asyncio
from collections.abc import Coroutine, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol

from . import messages
from .accounts import SimulatedAccount, SimulatedFamily
from .catalogue import product_of
from .json_types import JsonObject
from .params import as_switch, inching, merge, switched
from .ranges import check_command
from .refusal import DeviceSilentError, Refusal

HISTORY_DAYS = 100


class DeviceHub(Protocol):
    """What a device needs of the cloud it is connected to."""

    async def push(
        self, device: SimulatedDevice, message: JsonObject, skip: object = None
    ) -> None:
        """Send a message to every session that sees the device, but one."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something until it ends or the cloud stops."""

    def scaled(self, seconds: float) -> float:
        """Scale a time a device takes."""


@dataclass(eq=False, kw_only=True)
class SimulatedDevice:
    """A device of the cloud.

    Attributes:
        hub: The cloud.
        device_id: Identifier of 10 characters.
        index: Place in the v2 list; grows, not by one.
        uiid: Kind of the device.
        name: Name the user gave.
        owner: The account it belongs to.
        viewer: The account it was added for: the owner, or who it is shared with.
        family: Home of the viewer it belongs to.
        item_type: v2 item type: 1 own, 2 shared, 3 group, 5 shared home.
        model: Product model.
        brand: Brand name.
        params: Parameters it has.
        online: Whether it is connected.
        channel_names: Names by outlet.
        broken: The list shows the device without uiid and with odd `params`.
        commands: Parameters of each command received, in order.
        slow: Seconds until it answers a command.
        refuses: Error code it answers every command with.
        silent: It never answers.
        reports_after_phone: It reports its state after a command of another app.
        replies_with_config: A query is answered with `config` in place of `params`.
    """

    hub: DeviceHub
    device_id: str
    index: int
    uiid: int
    name: str
    owner: SimulatedAccount
    viewer: SimulatedAccount
    family: SimulatedFamily
    item_type: int
    model: str
    brand: str
    params: JsonObject
    online: bool
    channel_names: Mapping[int, str] | None = None
    broken: bool = False
    commands: list[JsonObject] = field(default_factory=list)
    slow: float = 0.0
    refuses: int | None = None
    silent: bool = False
    reports_after_phone: bool = False
    replies_with_config: bool = False
    _number: int = 0
    _inching: dict[int | None, asyncio.Task[None]] = field(default_factory=dict)

    @property
    def outlets(self) -> int:
        """Number of real channels."""
        return product_of(self.uiid).outlets

    def seen_by(self, account: SimulatedAccount) -> bool:
        """Tell whether an account may see and control the device."""
        return account in (self.owner, self.viewer)

    def item_type_for(self, account: SimulatedAccount) -> int:
        """Tell the v2 item type in the list of an account."""
        return self.item_type if account is self.viewer else 1

    def family_for(self, account: SimulatedAccount) -> SimulatedFamily:
        """Tell the home the device belongs to in the list of an account."""
        return self.family if account is self.viewer else account.current_family

    async def report(self, params: Mapping[str, Any]) -> None:
        """Change parameters by itself and push them to all sessions.

        Args:
            params: The parameters that change.
        """
        self._apply(params)
        await self._push(params)

    async def press(self, outlet: int | None = None) -> None:
        """Let somebody press a button of the device.

        Args:
            outlet: Which channel; None for the single or the first one.

        Raises:
            ValueError: The device has no such switch.
        """
        states = switched(self.params)
        key = 0 if outlet is None and None not in states else outlet
        if key not in states:
            raise ValueError(f"{self.name} has no switch {outlet}")
        self._apply(as_switch(key, "off" if states[key] == "on" else "on"))
        name = "switch" if key is None else "switches"
        await self._push({name: self.params[name]})

    async def set_online(self, online: bool) -> None:
        """Connect or disconnect the device, and tell all sessions."""
        self.online = online
        await self.hub.push(
            self, messages.online_change(self.device_id, self.owner.apikey, online)
        )

    async def phone_command(self, params: Mapping[str, Any]) -> None:
        """Let another app send a command: all sessions get its copy.

        Args:
            params: Parameters of the command.
        """
        await self._echo(params, f"17{self._next_number():011d}", skip=None)
        if not self.online:
            return
        self.commands.append(deepcopy(dict(params)))
        self._apply(params)
        if self.reports_after_phone:
            await self._push(params)

    async def execute(
        self, params: JsonObject, *, sequence: str, sender: object = None
    ) -> JsonObject:
        """Take a command.

        Args:
            params: Parameters of the command.
            sequence: Sequence of the command, part of its copies.
            sender: The session that gets no copy; None when it came by REST.

        Returns:
            Further members of the answer.

        Raises:
            Refusal: 503 offline, 400 or 422 for bad parameters, or `refuses`.
            DeviceSilentError: The device does not answer.
        """
        if not self.online:
            raise Refusal(503, "device is offline")
        self.commands.append(deepcopy(params))
        check_command(self.uiid, self.params, params)
        await asyncio.sleep(self.slow)
        if self.silent:
            raise DeviceSilentError
        if self.refuses is not None:
            raise Refusal(self.refuses, "refused by the device")
        self._apply(params)
        await self._echo(params, sequence, skip=sender)
        if params.get("hundredDaysKwh") == "get":
            return {"config": {"hundredDaysKwhData": "010209" * HISTORY_DAYS}}
        return {}

    def shadow(self, names: list[str]) -> JsonObject:
        """Tell what the cloud knows of the device.

        Args:
            names: Parameters asked for; none means all.

        Returns:
            A copy of the parameters.
        """
        chosen = names or list(self.params)
        return {
            name: deepcopy(self.params[name]) for name in chosen if name in self.params
        }

    def cancel_inching(self) -> None:
        """Forget every switch that was to fall back."""
        for task in self._inching.values():
            task.cancel()
        self._inching.clear()

    def _apply(self, params: Mapping[str, Any]) -> None:
        before = switched(self.params)
        merge(self.params, params)
        for outlet, state in switched(params).items():
            if before.get(outlet) != state:
                self._start_inching(outlet, state)

    def _start_inching(self, outlet: int | None, state: str) -> None:
        former = self._inching.pop(outlet, None)
        if former is not None and former is not asyncio.current_task():
            former.cancel()
        pulse = inching(self.params, outlet)
        if pulse is not None and pulse[0] != state:
            self._inching[outlet] = self.hub.spawn(self._fall_back(outlet, *pulse))

    async def _fall_back(self, outlet: int | None, state: str, delay: float) -> None:
        await asyncio.sleep(self.hub.scaled(delay))
        self._apply(as_switch(outlet, state))
        name = "switch" if outlet is None else "switches"
        await self._push({name: self.params[name]})

    async def _push(self, params: Mapping[str, Any]) -> None:
        await self.hub.push(
            self,
            messages.device_update(
                self.device_id, self.owner.apikey, self._next_number(), params
            ),
        )

    async def _echo(
        self, params: Mapping[str, Any], sequence: str, *, skip: object
    ) -> None:
        await self.hub.push(
            self,
            messages.echo(self.device_id, self.owner.apikey, sequence, params),
            skip,
        )

    def _next_number(self) -> int:
        self._number += 1
        return self._number
