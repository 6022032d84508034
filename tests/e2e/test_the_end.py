"""What is left of the house; runs after all other tests."""

import asyncio

import pytest

from .house import House

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
    # Nothing was left open, nobody listens any more.
    assert house.hub.home.sessions.tokens == []
    assert house.pubnub_hub.home.sessions.tokens == []
    assert house.pubnub_hub.net.subscribers == 0
    logs = (house.process.log_before, house.process.log)
    ours = [
        line
        for log in logs
        for line in (await asyncio.to_thread(log.read_text)).splitlines()
        if "iot_bridge" in line and "has not been tested by Home Assistant" not in line
    ]
    assert ours == []
