"""Answers Home Assistant's questions about new IoTBiz devices, as its web page does."""

from typing import Any, Literal

from .home_assistant import HomeAssistantApi

_DOMAIN = "iot_bridge"


async def questions(api: HomeAssistantApi) -> dict[str, Any]:
    """Return the issues about new devices, by what the device is called."""
    async with api.websocket() as web:
        issues = (await web.command("repairs/list_issues"))["issues"]
    return {
        issue["translation_placeholders"]["device"]: issue
        for issue in issues
        if issue["translation_key"] == "iotbiz_new_device"
    }


async def answer(
    api: HomeAssistantApi, device_id: str, choice: Literal["approve", "refuse"]
) -> dict[str, Any]:
    """Let a device in or keep it out, and return the end of that dialog.

    Raises:
        KeyError: Home Assistant does not ask about it.
    """
    issue = (await questions(api))[device_id]
    path = "repairs/issues/fix"
    flow = await api.post(path, {"handler": _DOMAIN, "issue_id": issue["issue_id"]})
    end: dict[str, Any] = await api.post(
        f"{path}/{flow['flow_id']}", {"next_step_id": choice}
    )
    return end
