"""The answer to the question whether a new device may come in."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers import issue_registry as ir

from ....entry_flow import UserInput
from .approval import DATA_DEVICE_ID, async_take_back
from .enrolment import Enrolment
from .running import RunningServer


class ApprovalFlow(RepairsFlow):
    """Lets a device in, or keeps it out."""

    def __init__(self, entry: ConfigEntry[Any], data: dict[str, Any]) -> None:
        """Answer for one device.

        Args:
            entry: Of the platform that it has registered itself with.
            data: Of the issue.
        """
        self._entry = entry
        self._device_id: str = data[DATA_DEVICE_ID]

    async def async_step_init(self, _: UserInput = None) -> RepairsFlowResult:
        """Ask what to do with the device."""
        self._enrolment_that_waits()
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["approve", "refuse"],
            description_placeholders=(
                None if issue is None else issue.translation_placeholders
            ),
        )

    async def async_step_approve(self, _: UserInput = None) -> RepairsFlowResult:
        """Let the device in."""
        await self._enrolment_that_waits().async_approve(self._device_id)
        return self.async_create_entry(data={})

    async def async_step_refuse(self, _: UserInput = None) -> RepairsFlowResult:
        """Keep the device out."""
        await self._enrolment_that_waits().async_refuse(self._device_id)
        return self.async_create_entry(data={})

    def _enrolment_that_waits(self) -> Enrolment:
        """Return who wants the answer.

        Raises:
            AbortFlow: There is nothing to be answered any more, or not now.
        """
        if self._entry.state is not ConfigEntryState.LOADED:
            raise AbortFlow("not_loaded")
        server: RunningServer = self._entry.runtime_data
        enrolment = server.enrolment
        if self._device_id not in {one.device_id for one in enrolment.waiting}:
            # Somebody else has answered, or the device is gone.
            async_take_back(self.hass, self._entry, self._device_id)
            raise AbortFlow("no_longer_waiting")
        return enrolment


def create_fix_flow(entry: ConfigEntry[Any], data: dict[str, Any]) -> RepairsFlow:
    """Return the flow that answers an issue of a server's."""
    return ApprovalFlow(entry, data)
