"""The end of Home Assistant and its next start."""

import asyncio

import pytest

from tests.simulators.iotbiz import NOT_INSTALLED, find_mosquitto

from .house import House, wait_until_loaded
from .iotbiz_platform import DEVICE
from .thingplus_farm import GREENHOUSE
from .thingplus_reporter import exported as on_thingplus, own_gateways
from .waiting import until, until_state
from .wotkit import USERNAME
from .wotkit_reporter import exported

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_restart(house: House) -> None:
    """After a restart all is there again, with what changed meanwhile, without a sign-in."""
    cloud = house.ewelink.cloud
    [light] = [one for one in cloud.devices.values() if one.name == "Hall light"]
    homes = (house.hub.home, house.pubnub_hub.home)
    server = house.wotkit.server
    await server.send_message(house.wotkit.lamp, {"button": "on"})
    await until_state(house.api, "switch.lamp_post_control_button", "on")
    await house.process.stop()
    assert [home.sessions.tokens for home in homes] == [[], []]
    devices = house.iotbiz_platform.platform.devices.values()
    own = [device for device in devices if device.device_id == DEVICE]
    assert [device.agent_status for device in own] == ["offline"] * len(own)
    await asyncio.to_thread(house.process.log.rename, house.process.log_before)
    light.params["switch"] = "off"
    house.hub.home.speaker("Adapt").turn_volume(31)
    house.pubnub_hub.home.speaker("Terrace").turn_volume(7)
    await server.send_message(house.wotkit.lamp, {"button": "off", "slider": "12.5"})
    await server.send_message(house.wotkit.lamp, {"message": "While you were away"})
    station = house.wotkit.station
    station.record({**station.rows[-1].values, "wind": 54.0})
    house.thingplus.report(GREENHOUSE)
    house.thingplus.server.report(f"{GREENHOUSE}-rain", "0.5")
    await house.process.start()

    await wait_until_loaded(house.api)
    await until_state(house.api, "switch.hall_light", "off")
    await until_state(
        house.api, "media_player.kitchen_adapt", "idle", volume_level=0.62
    )
    await until_state(
        house.api, "media_player.garden_terrace", "idle", volume_level=0.14
    )
    await until_state(house.api, "switch.lamp_post_control_button", "off")
    await until_state(house.api, "number.lamp_post_control_slider", "12.5")
    await until_state(house.api, "text.lamp_post_control_text", "While you were away")
    await until_state(house.api, "sensor.rain_gauge_rain", "30.0")
    # As it was told before
    await until_state(house.api, "sensor.silo_content", "Granulate")
    await cloud.wait_for_socket()
    assert sum("login" in request.path for request in cloud.requests) == 1
    grants = [issued.grant for issued in house.thingplus.server.office.issued]
    assert grants.count("password") == 1


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


async def test_export_goes_on_after_the_restart(house: House) -> None:
    """What Home Assistant has created on WoTKit is used again, and is no device."""
    server = house.wotkit.server
    devices = house.ewelink.cloud.devices.values()
    [light] = [one for one in devices if one.name == "Hall light"]
    [sensor] = [one for one in exported(server) if one.long_name == "Hall light"]
    before = len(sensor.rows)

    await light.press()

    await until(lambda: len(sensor.rows) > before)
    names = [one.long_name for one in exported(server)]
    assert len(set(names)) == len(names)
    async with house.api.websocket() as web:
        makers = [
            device["manufacturer"]
            for device in await web.command("config/device_registry/list")
        ]
    assert makers.count(USERNAME) == 2
    assert makers.count("sensetecnic") == 1


async def test_gateway_goes_on_after_the_restart(house: House) -> None:
    """Home Assistant is the same gateway on Thing+, and tells what has changed meanwhile."""
    server = house.thingplus.server
    [wind] = [one for one in on_thingplus(server) if one.type == "windSpeed"]

    # Of 54 km/h
    await until(lambda: wind.values[-1] == "15")

    [gateway] = own_gateways(server)
    assert gateway.is_on(server.now_ms)
    assert all(one.is_on(server.now_ms) for one in on_thingplus(server))
    registered = [one.id for one in server.registered]
    assert len(set(registered)) == len(registered)


@pytest.mark.skipif(find_mosquitto() is None, reason=NOT_INSTALLED)
async def test_machines_go_on_after_the_restart(house: House) -> None:
    """They have noticed nothing: who is there is known, and what they say next is heard."""
    press = house.iotbiz.press.agent
    await until_state(house.api, "binary_sensor.press_connectivity", "on")
    await until_state(
        house.api, "sensor.press_temperature", str(press.attributes["temperature"])
    )

    await press.publish({"temperature": 52.5})

    await until_state(house.api, "sensor.press_temperature", "52.5")
    await house.api.call(
        "notify",
        "send_message",
        entity_id="notify.press_send_command",
        message="go on",
    )
    await until(lambda: press.commands[-1:] == ["go on"])


@pytest.mark.skipif(find_mosquitto() is None, reason=NOT_INSTALLED)
async def test_device_goes_on_after_the_restart(house: House) -> None:
    """On the platform Home Assistant was offline, and is the same device again."""
    platform = house.iotbiz_platform.platform
    device = platform.devices[DEVICE]

    await until(lambda: device.agent_status == "online")

    actions = [one.action for one in platform.registrations]
    assert actions == ["register", "activate"]
