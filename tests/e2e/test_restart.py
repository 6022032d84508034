"""The end of Home Assistant and its next start."""

import asyncio

import pytest

from .house import House, wait_until_loaded
from .waiting import until, until_state

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_restart(house: House) -> None:
    """After a restart all is there again, with what changed meanwhile, without a sign-in."""
    cloud = house.ewelink.cloud
    [light] = [one for one in cloud.devices.values() if one.name == "Hall light"]
    homes = (house.hub.home, house.pubnub_hub.home)
    await house.process.stop()
    assert [home.sessions.tokens for home in homes] == [[], []]
    await asyncio.to_thread(house.process.log.rename, house.process.log_before)
    light.params["switch"] = "off"
    house.hub.home.speaker("Adapt").turn_volume(31)
    house.pubnub_hub.home.speaker("Terrace").turn_volume(7)
    await house.process.start()

    await wait_until_loaded(house.api)
    await until_state(house.api, "switch.hall_light", "off")
    await until_state(
        house.api, "media_player.kitchen_adapt", "idle", volume_level=0.62
    )
    await until_state(
        house.api, "media_player.garden_terrace", "idle", volume_level=0.14
    )
    await cloud.wait_for_socket()
    assert sum("login" in request.path for request in cloud.requests) == 1


@pytest.mark.parametrize(
    ("player", "speaker"),
    [
        ("media_player.kitchen_adapt", "Adapt"),
        ("media_player.garden_terrace", "Terrace"),
    ],
)
async def test_speakers_obey_after_the_restart(
    house: House, player: str, speaker: str
) -> None:
    """Over both transports music plays again."""
    homes = (house.hub.home, house.pubnub_hub.home)
    before = sum(len(home.heard) for home in homes)

    await house.api.call("media_player", "media_play", entity_id=player)

    await until(lambda: sum(len(home.heard) for home in homes) > before)
    await until_state(house.api, player, "playing")
    await house.api.call("media_player", "media_stop", entity_id=player)


async def test_switches_obey_after_the_restart(house: House) -> None:
    """The cloud's devices are switched again."""
    devices = house.ewelink.cloud.devices.values()
    [light] = [one for one in devices if one.name == "Hall light"]

    await house.api.call("switch", "turn_on", entity_id="switch.hall_light")

    assert light.params["switch"] == "on"
