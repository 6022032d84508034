"""What is left of the house; runs after all other tests."""

import asyncio
import re

import pytest

from .house import House
from .iotbiz_platform import DEVICE

# What the tests have wanted: devices that were removed or refused, or are known
EXPECTED = re.compile(
    r"has not been tested by Home Assistant"
    r"|Refused something from 127\.0\.0\.1: (Invalid device or password|The device was"
    r" refused|Device already exists and is activated)\. This is not told again"
    r"|Refused something from MQTT: The device is not registered and activated\."
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_nothing_went_wrong(house: House) -> None:
    """The clients have made no fault, and Home Assistant's log tells of none of ours."""
    await house.process.stop()
    assert house.ewelink.cloud.faults == []
    assert house.hub.home.faults == []
    assert house.pubnub_hub.home.faults == []
    assert house.pubnub_hub.net.faults == []
    assert house.wotkit.server.faults == []
    house.thingplus.server.check_status_periods()
    assert house.thingplus.server.faults == []
    assert [one.agent.faults for one in house.iotbiz.machines] == [[], [], []]
    assert house.iotbiz.private.faults == []
    platform = house.iotbiz_platform.platform
    assert platform.faults == []
    own = [one for one in platform.devices.values() if one.device_id == DEVICE]
    assert {one.agent_status for one in own} <= {"offline"}
    # Nothing was left open, nobody listens any more.
    assert house.hub.home.sessions.tokens == []
    assert house.pubnub_hub.home.sessions.tokens == []
    assert house.pubnub_hub.net.subscribers == 0
    # Nothing of Home Assistant's own MQTT, either.
    logs = (house.process.log_before, house.process.log)
    ours = [
        line
        for log in logs
        for line in (await asyncio.to_thread(log.read_text)).splitlines()
        if ("iot_bridge" in line or "mqtt" in line) and not EXPECTED.search(line)
    ]
    assert ours == []
