"""What the eWeLink cloud tells about homes and devices, as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self, override

from .params import StateValue, read_params, write_param
from .traits import Traits
from .wire import NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home ("family") of an account; eWeLink v2 documents, home management."""

    id: str
    name: str


class DeviceUpdate(NamedTuple):
    """What one message says about one device; a tuple, for there are many of them.

    Attributes:
        device_id: The device's id, ten characters.
        params: The raw parameters of the message, any subset of the device's.
        online: Whether the cloud reaches the device, where the message says so.
    """

    device_id: str
    params: Mapping[str, Any] = NOTHING
    online: bool | None = None

    @override
    def __repr__(self) -> str:
        """Return a text without parameters: they may hold secrets."""
        return f"DeviceUpdate({self.device_id!r}, online={self.online})"


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device of the account, or one that somebody shares with it.

    Attributes:
        id: The device's id, ten characters.
        name: The name that the user gave it.
        uiid: The id of its user interface, which tells the kind of device.
        owner_apikey: Its owner's account key, which every command carries.
        online: Whether the cloud reaches it.
        brand, model, firmware, mac: What is known of the product, else None.
        channel_names: The names that the user gave its outlets, by outlet.
        traits: How its raw parameters are read and written.
        state: Its parameters in the form that `params.py` describes.
        raw: Its parameters as the list told them; for diagnostics only.
    """

    id: str
    name: str
    uiid: int
    owner_apikey: str = field(repr=False)
    online: bool
    brand: str | None = None
    model: str | None = None
    firmware: str | None = None
    mac: str | None = field(default=None, repr=False)
    channel_names: Mapping[int, str] = field(default_factory=dict)
    traits: Traits
    state: Mapping[str, StateValue]
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def read(self, params: Mapping[str, Any]) -> dict[str, StateValue]:
        """Return raw parameters of this device as state."""
        return read_params(params, self.traits)

    def with_changes(self, changes: Mapping[str, StateValue]) -> Self:
        """Return the device with some of its state replaced.

        Every push comes by here; `replace` would take eight times as long.
        """
        changed = object.__new__(type(self))
        vars(changed).update(vars(self), state={**self.state, **changes})
        return changed

    def with_online(self, online: bool) -> Self:
        """Return the device as reached or not reached by the cloud."""
        return replace(self, online=online)

    def command(
        self, name: str, outlet: int | None, value: StateValue
    ) -> dict[str, Any]:
        """Return the parameters that set one state, see `params.write_param`."""
        return write_param(self.traits, self.state, name, outlet, value)
