"""IoTBiz in a real Home Assistant process that is the platform: its real MQTT, a real broker."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession
import pytest
import pytest_asyncio

from tests.simulators.iotbiz import NOT_INSTALLED, find_mosquitto

from .home_assistant import HomeAssistantApi
from .house import House, wait_until_loaded
from .iotbiz import CUSTOMER, MQTT_PASSWORD, IotbizService
from .iotbiz_repairs import answer, questions
from .iotbiz_workshop import LATHE, PRESS, SILO
from .waiting import until, until_state

pytestmark = pytest.mark.asyncio(loop_scope="session")

needs_broker = pytest.mark.skipif(find_mosquitto() is None, reason=NOT_INSTALLED)

CONNECTION = "binary_sensor.press_connectivity"
PROGRAM = "binary_sensor.press_running"
TEMPERATURE = "sensor.press_temperature"
COMMAND = "notify.press_send_command"


async def entry_of(api: HomeAssistantApi) -> Any:
    """Return the config entry in which Home Assistant is the platform."""
    entries = await api.get("config/config_entries/entry?domain=iot_bridge")
    [entry] = [one for one in entries if one["title"] == IotbizService.title]
    return entry


async def devices_of(api: HomeAssistantApi) -> dict[str, Any]:
    """Return the devices of the workshop by name, as the device registry lists them."""
    entry = await entry_of(api)
    async with api.websocket() as web:
        return {
            device["name"]: device
            for device in await web.command("config/device_registry/list")
            if entry["entry_id"] in device["config_entries"]
        }


async def remove_device(api: HomeAssistantApi, name: str) -> None:
    """Delete a device of the workshop, as its page does."""
    device = (await devices_of(api))[name]
    async with api.websocket() as web:
        await web.command("config/device_registry/remove", device_id=device["id"])


@pytest.fixture
def workshop(house: House) -> IotbizService:
    """The machines; press and silo have come in."""
    return house.iotbiz


@needs_broker
async def test_values_come_over_mqtt(house: House, workshop: IotbizService) -> None:
    """Numbers, yes and no, text, and what is inside of objects."""
    await workshop.press.agent.publish(
        {
            "temperature": 47.25,
            "strokes": 4711,
            "guardClosed": False,
            "order": "Levers",
            "motor": {"rpm": 1401, "load": 80},
        }
    )

    await until_state(house.api, TEMPERATURE, "47.25")
    states = await house.api.states()
    assert states["sensor.press_strokes"]["state"] == "4711"
    assert states["binary_sensor.press_guard_closed"]["state"] == "off"
    assert states["sensor.press_order"]["state"] == "Levers"
    assert states["sensor.press_motor_rpm"]["state"] == "1401"
    assert states["sensor.press_motor_load"]["state"] == "80"
    assert states[CONNECTION]["state"] == "on"
    assert states[PROGRAM]["state"] == "on"


@needs_broker
async def test_program_stops(house: House, workshop: IotbizService) -> None:
    """The device is there all the same."""
    agent = workshop.press.agent
    agent.is_running = False
    await agent.publish()
    await until_state(house.api, PROGRAM, "off")
    assert (await house.api.states())[CONNECTION]["state"] == "on"

    agent.is_running = True
    await agent.publish()

    await until_state(house.api, PROGRAM, "on")


@needs_broker
async def test_killed_agent_is_offline(house: House, workshop: IotbizService) -> None:
    """By its last will; with its next connection it is back."""
    await workshop.press.agent.kill()

    await until_state(house.api, CONNECTION, "off")
    await until_state(house.api, TEMPERATURE, "unavailable")
    assert (await house.api.states())["sensor.silo_content"]["state"] == "Granulate"

    await workshop.press.connect()

    await until_state(house.api, CONNECTION, "on")
    measured = workshop.press.agent.attributes["temperature"]
    await until_state(house.api, TEMPERATURE, str(measured))


@needs_broker
async def test_commands_reach_the_agent(house: House, workshop: IotbizService) -> None:
    """As a message goes, and of the action whatever is no text goes as JSON."""
    commands = workshop.press.agent.commands
    device = (await devices_of(house.api))[PRESS]

    await house.api.call(
        "notify", "send_message", entity_id=COMMAND, message="open the guard"
    )
    await house.api.call(
        "iot_bridge",
        "iotbiz_send_command",
        device_id=device["id"],
        command={"order": "Hinges", "count": 12},
    )

    expected = [*commands, "open the guard", '{"order": "Hinges", "count": 12}']
    await until(lambda: workshop.press.agent.commands == expected)


async def test_values_come_over_the_private_api(
    house: House, workshop: IotbizService
) -> None:
    """Without MQTT: the broker's hook forwards them with the secret."""
    told = await workshop.private.update_device(
        SILO,
        f"devices/out/{CUSTOMER}/{SILO}/state",
        {"status": "online", "fill_level": 12.5, "filling": True, "content": "Sand"},
    )

    assert told.status == 200
    await until_state(house.api, "sensor.silo_fill_level", "12.5")
    await until_state(house.api, "binary_sensor.silo_filling", "on")
    await until_state(house.api, "sensor.silo_content", "Sand")
    await workshop.silo.tell(workshop.private)
    await until_state(house.api, "sensor.silo_content", "Granulate")


@pytest_asyncio.fixture(loop_scope="session")
async def only_for_now(house: House) -> AsyncIterator[None]:
    """Remove in the end what a test has let in."""
    yield
    await remove_device(house.api, LATHE)


@needs_broker
@pytest.mark.usefixtures("only_for_now")
async def test_device_comes_in(house: House, workshop: IotbizService) -> None:
    """From the registration over the user's approval to entities with values."""
    lathe = workshop.lathe

    told = await lathe.come_in()

    assert (told.status, "approve" in told.error) == (403, True)
    assert LATHE not in await devices_of(house.api)
    assert questions_about(await questions(house.api)) == [(LATHE, "Workshop")]
    password = lathe.agent.password
    end = await answer(house.api, LATHE, "approve")
    assert end["type"] == "create_entry"
    assert await questions(house.api) == {}
    # The same password works, and again has no effect.
    assert (await lathe.come_in()).status == (await lathe.come_in()).status == 200
    assert lathe.agent.password == password
    # Nobody else can take its place.
    assert (await lathe.agent.register()).status == 403
    await lathe.connect()
    await lathe.agent.publish({"job": "Shaft 8"})
    await until_state(house.api, "sensor.lathe_job", "Shaft 8")
    await until_state(house.api, "binary_sensor.lathe_coolant", "on")
    assert (await devices_of(house.api))[LATHE]["serial_number"] == LATHE
    await lathe.agent.stop()
    await until_state(house.api, "binary_sensor.lathe_connectivity", "off")


def questions_about(issues: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the device and the customer that each question is about."""
    placeholders = [issue["translation_placeholders"] for issue in issues.values()]
    return [(one["device"], one["customer"]) for one in placeholders]


async def test_removed_device_may_come_again(
    house: House, workshop: IotbizService
) -> None:
    """Its number is free: it registers, and the user is asked again."""
    told = await workshop.lathe.agent.register()
    assert told.status == 201
    assert "approve" in (await workshop.lathe.agent.activate()).error
    assert list(await questions(house.api)) == [LATHE]

    await answer(house.api, LATHE, "refuse")

    assert await questions(house.api) == {}
    assert (await workshop.lathe.agent.activate()).status == 403
    await forgive(house.api)


async def forgive(api: HomeAssistantApi) -> None:
    """Let the device that was refused ask again."""
    entry = await entry_of(api)
    end = await api.walk_flow(
        {"handler": entry["entry_id"]},
        {"next_step_id": "iotbiz_refused"},
        {"devices": [LATHE]},
        kind="options/flow",
    )
    assert end["type"] == "create_entry"


PATHS = (
    "/api/devices/register/",
    "/api/devices/activate",
    "/privateapi/update-device/",
    "/api/iotbiz/api/devices/register/",
    "/api/iotbiz/api/devices/activate/",
    "/api/iotbiz/privateapi/update-device/",
    "/api/iotbiz/broker/mosquitto/user",
)


async def statuses(url: str) -> set[int]:
    """Return what all paths answer to an empty request."""
    async with ClientSession() as session:
        return {(await session.post(f"{url}{path}")).status for path in PATHS}


async def test_unloaded_entry_is_not_there(
    house: House, workshop: IotbizService
) -> None:
    """404 while it is switched off; set up again, everything is as before."""
    entry = await entry_of(house.api)
    async with house.api.websocket() as web:

        async def disable(by: str | None) -> None:
            await web.command(
                "config_entries/disable",
                entry_id=entry["entry_id"],
                disabled_by=by,
            )

        await disable("user")
        assert await statuses(house.process.url) == {404}
        await disable(None)
    await wait_until_loaded(house.api)

    told = await workshop.silo.tell(workshop.private)
    assert told is not None
    assert told.status == 200
    await until_state(house.api, "sensor.silo_content", "Granulate")


@needs_broker
async def test_broker_tells_who_is_there(house: House, workshop: IotbizService) -> None:
    """What it has kept of the press is who is there, not how; that is as it was told last.

    The press has told nothing since the entry was set up again.
    """
    measured = workshop.press.agent.attributes["temperature"]
    await until_state(house.api, CONNECTION, "on")
    await until_state(house.api, PROGRAM, "on")
    await until_state(house.api, TEMPERATURE, str(measured))


async def test_no_password_is_kept(house: House, workshop: IotbizService) -> None:
    """Neither diagnostics nor what is stored hold one that could be used."""
    entry = await entry_of(house.api)
    dump = await house.api.get(f"diagnostics/config_entry/{entry['entry_id']}")
    assert "admission" in str(dump["data"])
    secrets = {one.agent.password for one in workshop.machines} - {""}
    secrets.add(str(workshop.private.secret))
    assert len(secrets) >= 3
    storage = house.process.folder / ".storage"
    texts = {
        "diagnostics": str(dump["data"]),
        **{one.name: one.read_text() for one in storage.iterdir() if one.is_file()},
    }
    holders = [
        name for name, text in texts.items() for secret in secrets if secret in text
    ]
    assert holders == []
    assert [one for one in (CUSTOMER, MQTT_PASSWORD) if one in str(dump["data"])] == []
