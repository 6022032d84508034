"""IoTBiz' steps of the config flow: the menu of roles."""

from homeassistant.config_entries import ConfigFlowResult

from ...entry_flow import UserInput
from .agent.steps import AgentSteps
from .const import CONF_ROLE
from .reader.steps import ReaderSteps
from .server.steps import ServerSteps


class IotbizFlow(ServerSteps, AgentSteps, ReaderSteps):
    """The steps whose names begin with `iotbiz`; each role brings its own."""

    async def async_step_iotbiz(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask what Home Assistant is to be."""
        return self.async_show_menu(
            step_id="iotbiz",
            menu_options=["iotbiz_server", "iotbiz_agent", "iotbiz_reader"],
        )

    async def async_step_iotbiz_reauth(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Sign in again with the step of the entry's role; a server never has to."""
        role = self._get_reauth_entry().data[CONF_ROLE]
        return await self._iotbiz_step(f"iotbiz_{role}_reauth")

    async def async_step_iotbiz_reconfigure(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Change an entry with the step of its role."""
        role = self._get_reconfigure_entry().data[CONF_ROLE]
        return await self._iotbiz_step(f"iotbiz_{role}_reconfigure")

    async def _iotbiz_step(self, step: str) -> ConfigFlowResult:
        result: ConfigFlowResult = await getattr(self, f"async_step_{step}")()
        return result
