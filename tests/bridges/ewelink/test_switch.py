"""Switches: what users toggle, and what devices confirm."""

import asyncio

import pytest

from custom_components.iot_bridge.bridges.ewelink import account as account_module
from custom_components.iot_bridge.bridges.ewelink.client import Pace
from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import note_changes, state_of, until, until_state

from .conftest import AddAccount, settled


async def turn(hass: HomeAssistant, entity_id: str, service: str) -> None:
    """Turn a switch on or off, as an automation does."""
    await hass.services.async_call(
        SWITCH_DOMAIN, service, {"entity_id": entity_id}, blocking=True
    )


async def test_command_and_push(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
) -> None:
    """A command reaches the device; what the device does by itself is seen."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account(generation)
    await cloud.wait_for_socket()

    await turn(hass, "switch.lamp", SERVICE_TURN_ON)
    assert lamp.params["switch"] == "on"
    assert state_of(hass, "switch.lamp") == "on"

    await lamp.press()
    await until_state(hass, "switch.lamp", "off")


async def test_outlets_are_apart(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
) -> None:
    """Outlets bear the user's names, and a command names one of them alone."""
    strip = cloud.add_device(account, uiid=4, name="Strip", channel_names={0: "Pump"})
    await add_account(generation)
    await cloud.wait_for_socket()
    assert sorted(hass.states.async_entity_ids(SWITCH_DOMAIN)) == [
        "switch.strip_channel_2",
        "switch.strip_channel_3",
        "switch.strip_channel_4",
        "switch.strip_pump",
    ]

    await turn(hass, "switch.strip_pump", SERVICE_TURN_ON)

    assert strip.commands == [{"switches": [{"switch": "on", "outlet": 0}]}]
    assert state_of(hass, "switch.strip_pump") == "on"
    assert state_of(hass, "switch.strip_channel_2") == "off"


async def test_zigbee_outlets_commanded_at_once(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Where a command has to repeat all outlets, two at once still do not disturb each other."""
    switch = cloud.add_device(account, uiid=2256, name="Wall")
    await add_account()
    await cloud.wait_for_socket()

    await asyncio.gather(
        turn(hass, "switch.wall_channel_1", SERVICE_TURN_ON),
        turn(hass, "switch.wall_channel_2", SERVICE_TURN_ON),
    )

    assert [entry["switch"] for entry in switch.params["switches"][:2]] == ["on", "on"]
    assert state_of(hass, "switch.wall_channel_1") == "on"
    assert state_of(hass, "switch.wall_channel_2") == "on"


async def test_quick_commands_stay_in_order(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Commands that come faster than the device acknowledges are all sent, in order."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    lamp.slow = 0.02
    await add_account()
    await cloud.wait_for_socket()

    wanted = [SERVICE_TURN_ON, SERVICE_TURN_OFF] * 4 + [SERVICE_TURN_ON]
    await asyncio.gather(*(turn(hass, "switch.lamp", service) for service in wanted))

    assert [command["switch"] for command in lamp.commands] == ["on", "off"] * 4 + [
        "on"
    ]
    assert state_of(hass, "switch.lamp") == "on"


@pytest.mark.parametrize(
    ("code", "translation_key"),
    [
        (400, "ewelink_refused"),
        (401, "ewelink_refused"),
        (403, "ewelink_forbidden"),
        (404, "ewelink_device_unknown"),
        (411, "ewelink_refused"),
        (422, "ewelink_out_of_range"),
        (500, "ewelink_refused"),
        (503, "ewelink_device_offline"),
        (504, "ewelink_device_silent"),
        (4002, "ewelink_refused"),
    ],
)
async def test_refused_command(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    code: int,
    translation_key: str,
) -> None:
    """What the device refuses is told to the user, and the state stays true."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()
    lamp.refuses = code

    with pytest.raises(HomeAssistantError) as raised:
        await turn(hass, "switch.lamp", SERVICE_TURN_ON)

    assert raised.value.translation_key == translation_key
    assert raised.value.translation_placeholders == {"name": "Lamp"}
    assert state_of(hass, "switch.lamp") == "off"

    lamp.refuses = None
    await turn(hass, "switch.lamp", SERVICE_TURN_ON)
    assert state_of(hass, "switch.lamp") == "on"


async def test_silent_device(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Without an acknowledgement the state does not change; a later report does change it."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()
    lamp.silent = True

    with pytest.raises(HomeAssistantError) as raised:
        await turn(hass, "switch.lamp", SERVICE_TURN_ON)

    assert raised.value.translation_key == "ewelink_device_silent"
    assert state_of(hass, "switch.lamp") == "off"
    await lamp.report({"switch": "on"})
    await until_state(hass, "switch.lamp", "on")


async def test_device_goes_while_its_command_waits(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """The command of a device that has left the account says so."""
    cloud.add_device(account, uiid=1, name="Other")
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    lamp.slow = 0.2
    entry = await add_account()
    await settled(cloud, entry)

    first = asyncio.create_task(turn(hass, "switch.lamp", SERVICE_TURN_ON))
    await until(lambda: lamp.commands)
    second = asyncio.create_task(turn(hass, "switch.lamp", SERVICE_TURN_OFF))
    await asyncio.sleep(0)
    cloud.remove_device(lamp)
    await entry.runtime_data.async_refresh()

    with pytest.raises(HomeAssistantError) as raised:
        await second
    assert raised.value.translation_key == "ewelink_device_unknown"
    await asyncio.gather(first, return_exceptions=True)


async def test_eight_channels(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A device has as many switches as it reports."""
    switches = [{"switch": "off", "outlet": outlet} for outlet in range(8)]
    cloud.add_device(account, uiid=9876, name="Board", params={"switches": switches})
    await add_account()
    assert hass.states.async_entity_ids_count(SWITCH_DOMAIN) == 8


async def test_caller_gives_up(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """What comes of a command is seen, also if the automation is restarted meanwhile."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    lamp.slow = 0.1
    await add_account()
    await cloud.wait_for_socket()

    caller = asyncio.create_task(turn(hass, "switch.lamp", SERVICE_TURN_ON))
    await until(lambda: lamp.commands)
    caller.cancel()

    await until_state(hass, "switch.lamp", "on")


async def test_caller_gives_up_and_the_device_refuses(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An error that nobody waits for is no complaint in the log."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    lamp.slow = 0.05
    lamp.refuses = 504
    await add_account()
    await cloud.wait_for_socket()

    caller = asyncio.create_task(turn(hass, "switch.lamp", SERVICE_TURN_ON))
    await asyncio.sleep(0.02)
    caller.cancel()

    await until(lambda: "A command failed" in caplog.text)
    assert state_of(hass, "switch.lamp") == "off"


async def test_late_acknowledgement(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A device that obeys after the time was up is seen to have done so."""
    monkeypatch.setattr(
        account_module, "PACE", Pace(request_interval=0, command_timeout=0.1)
    )
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    lamp.slow = 0.3
    await add_account()
    await cloud.wait_for_socket()

    with pytest.raises(HomeAssistantError):
        await turn(hass, "switch.lamp", SERVICE_TURN_ON)
    assert state_of(hass, "switch.lamp") == "off"

    lamp.slow = 0
    await until_state(hass, "switch.lamp", "on")


async def test_state_does_not_bounce(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """One command is one change of state, also when the device reports it again."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()
    changes = note_changes(hass)

    await turn(hass, "switch.lamp", SERVICE_TURN_ON)
    await lamp.report({"switch": "on"})
    await lamp.report({"switch": "on", "rssi": -40})
    await lamp.report({"switch": "off"})
    await until_state(hass, "switch.lamp", "off")

    assert changes == ["switch.lamp: on", "switch.lamp: off"]


async def test_report_that_is_repeated_after_a_command(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """The same words as before are news when something has changed in between."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()
    await lamp.report({"switch": "on"})
    await until_state(hass, "switch.lamp", "on")
    await turn(hass, "switch.lamp", SERVICE_TURN_OFF)

    await lamp.report({"switch": "on"})

    await until_state(hass, "switch.lamp", "on")


async def test_command_from_the_phone(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """What somebody does in the app is seen, though only the command is passed on."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()

    await lamp.phone_command({"switch": "on"})

    await until_state(hass, "switch.lamp", "on")


async def test_shared_device(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
) -> None:
    """A device of somebody else is commanded with its owner's key."""
    owner = cloud.add_account(email="owner@example.com", password="x", region="eu")
    gate = cloud.add_device(account, uiid=1, name="Gate", shared_from=owner)
    await add_account(generation)
    await cloud.wait_for_socket()

    await turn(hass, "switch.gate", SERVICE_TURN_ON)

    assert gate.params["switch"] == "on"


async def test_command_right_after_start(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A command may come before the socket is up: it waits for it."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()

    await turn(hass, "switch.lamp", SERVICE_TURN_ON)

    assert lamp.params["switch"] == "on"


async def test_boolean_switch(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A device whose switch is true or false is commanded so."""
    computer = cloud.add_device(
        account, uiid=225, name="Computer", params={"switch": False}
    )
    await add_account()
    await cloud.wait_for_socket()

    await turn(hass, "switch.computer", SERVICE_TURN_ON)

    assert computer.commands == [{"switch": True}]
    await until(lambda: state_of(hass, "switch.computer") == "on")
