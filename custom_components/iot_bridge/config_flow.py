"""Config flow: the menu of bridges; each bridge brings its own steps."""

from collections.abc import Mapping
import logging
from typing import Any, Final, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback

from .bridges import BRIDGES
from .bridges.ewelink.flow import EwelinkFlow, EwelinkOptionsFlow
from .bridges.hkwhub.flow import HkwhubFlow
from .bridges.hkwhub.options import HkwhubOptionsFlow
from .bridges.iotbiz.agent.export_flow import IotbizExportFlow
from .bridges.iotbiz.const import SUBENTRY_EXPORT as IOTBIZ_EXPORT
from .bridges.iotbiz.flow import IotbizFlow
from .bridges.iotbiz.server.options import IotbizOptionsFlow
from .bridges.thingplus.const import SUBENTRY_EXPORT as THINGPLUS_EXPORT
from .bridges.thingplus.export_flow import ThingplusExportFlow
from .bridges.thingplus.flow import ThingplusFlow
from .bridges.thingplus.options import ThingplusOptionsFlow
from .bridges.wotkit.const import SUBENTRY_EXPORT as WOTKIT_EXPORT
from .bridges.wotkit.export_flow import WotkitExportFlow
from .bridges.wotkit.flow import WotkitFlow
from .bridges.wotkit.options import WotkitOptionsFlow
from .const import CONF_BRIDGE, DOMAIN
from .export.flow import EntrySubentryFlow

_LOGGER = logging.getLogger(__name__)

OPTIONS_FLOWS: Final[
    Mapping[
        str,
        type[
            EwelinkOptionsFlow
            | HkwhubOptionsFlow
            | IotbizOptionsFlow
            | ThingplusOptionsFlow
            | WotkitOptionsFlow
        ],
    ]
] = {
    "ewelink": EwelinkOptionsFlow,
    "hkwhub": HkwhubOptionsFlow,
    "iotbiz": IotbizOptionsFlow,
    "thingplus": ThingplusOptionsFlow,
    "wotkit": WotkitOptionsFlow,
}

SUBENTRY_FLOWS: Final[Mapping[str, dict[str, type[EntrySubentryFlow]]]] = {
    "iotbiz": {IOTBIZ_EXPORT: IotbizExportFlow},
    "thingplus": {THINGPLUS_EXPORT: ThingplusExportFlow},
    "wotkit": {WOTKIT_EXPORT: WotkitExportFlow},
}


class IotBridgeConfigFlow(
    EwelinkFlow, HkwhubFlow, IotbizFlow, ThingplusFlow, WotkitFlow, domain=DOMAIN
):
    """Chooses the bridge; a step that is not here is in the bridge's `flow.py`."""

    @property
    @override
    def logger(self) -> logging.Logger:
        """Return the logger of Home Assistant's part of the flow."""
        return _LOGGER

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which IoT service to add."""
        return self.async_show_menu(step_id="user", menu_options=list(BRIDGES))

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Sign in again with the bridge's own step."""
        return await self._async_bridge_step(entry_data[CONF_BRIDGE], "reauth")

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change an entry with the bridge's own step."""
        return await self._async_bridge_step(
            self._get_reconfigure_entry().data[CONF_BRIDGE], "reconfigure"
        )

    async def _async_bridge_step(self, bridge: str, step: str) -> ConfigFlowResult:
        result: ConfigFlowResult = await getattr(self, f"async_step_{bridge}_{step}")()
        return result

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> OptionsFlow:
        """Return the options flow of the entry's bridge."""
        return OPTIONS_FLOWS[config_entry.data[CONF_BRIDGE]]()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry[Any]) -> bool:
        """Return whether the entry has anything to choose."""
        return OPTIONS_FLOWS[config_entry.data[CONF_BRIDGE]].supports(config_entry)

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry[Any]
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to an entry: its bridge decides."""
        flows = SUBENTRY_FLOWS.get(config_entry.data[CONF_BRIDGE], {})
        return {
            kind: flow for kind, flow in flows.items() if flow.supports(config_entry)
        }
