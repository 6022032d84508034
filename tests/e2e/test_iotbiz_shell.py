"""The shell examples of README and of the page of IoTBiz, as somebody would try them."""

import asyncio
from collections.abc import AsyncIterator
import json
import shutil

import pytest
import pytest_asyncio

from tests.simulators.iotbiz import NOT_INSTALLED, find_mosquitto

from .house import House
from .iotbiz_repairs import answer
from .iotbiz_shell import GUIDE, README, example, run
from .test_iotbiz import devices_of, entry_of, remove_device
from .waiting import SECONDS, until_state

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed"),
]

CUSTOMER = "abc123"
DEVICE = "44:8a:5b:9c:70:93"
TEMPERATURE = "sensor.44_8a_5b_9c_70_93_temperature"
DOOR = "binary_sensor.44_8a_5b_9c_70_93_door_open"


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def customer(house: House) -> AsyncIterator[None]:
    """The customer of the examples; removed in the end with its device."""
    entry = await entry_of(house.api)
    handler = {"handler": entry["entry_id"]}
    await house.api.walk_flow(
        handler,
        {"next_step_id": "iotbiz_add_customer"},
        {"customer_id": CUSTOMER, "device_limit": 1},
        kind="options/flow",
    )
    yield
    await remove_device(house.api, DEVICE)
    end = await house.api.walk_flow(
        handler,
        {"next_step_id": "iotbiz_customer"},
        {"customer_id": CUSTOMER},
        {"device_limit": 1, "remove": True},
        kind="options/flow",
    )
    assert end["type"] == "create_entry"


async def test_readme(house: House) -> None:
    """Two requests; the second has to be sent again once the device is approved."""
    script = example(README, "/api/devices/register/")
    registration, _, activation = script.rpartition("curl")
    home = registration.partition("\n")[0]

    password = json.loads(await run(registration, house.process.url))["password"]
    activation = f"{home}\ncurl" + activation.replace(
        "what the first one has answered", password
    )
    refusal = json.loads(await run(activation, house.process.url))
    await answer(house.api, DEVICE, "approve")
    again = await run(activation, house.process.url)

    assert "approve" in refusal["error"]
    assert again == ""
    assert DEVICE in await devices_of(house.api)


@pytest.mark.skipif(find_mosquitto() is None, reason=NOT_INSTALLED)
async def test_guide(house: House) -> None:
    """From the registration to values, over the private API and over MQTT."""
    url = house.process.url
    enrol = example(GUIDE, "# 1. Register")
    names, _, activation = enrol.partition("# 1. Register")
    activation = activation.partition("# 2. Activate")[2].partition("\n")[2]
    forward = example(GUIDE, "/privateapi/update-device/")

    told = await run(f"{enrol}printf '\\n%s' \"$password\"", url)
    refusal, password = told.split("\n")
    await answer(house.api, DEVICE, "approve")
    known = f"{names}password={password}\nsecret={house.iotbiz.private.secret}\n"
    answers = await run(f"{known}{activation}{forward}", url)

    assert "approve" in json.loads(refusal)["error"]
    assert answers == ""
    await until_state(house.api, TEMPERATURE, "21.5")
    assert DOOR not in await house.api.states()

    words = (await run(known + example(GUIDE, "mosquitto_pub"), url)).splitlines()
    given = dict(zip(words[::2], words[1::2], strict=True))
    assert given["-h"] == "localhost"
    await publish_until_heard(house, given)
    await until_state(house.api, DOOR, "off")


async def publish_until_heard(house: House, given: dict[str, str]) -> None:
    """Do what the client of MQTT would do with its arguments.

    Home Assistant listens to a new customer about half a second after it was added.
    """
    broker = house.iotbiz.broker
    assert broker is not None
    await broker.add_user(given["-u"], given["-P"], CUSTOMER)
    connection = await broker.connect(given["-u"], given["-P"])
    async with asyncio.timeout(SECONDS):
        while DOOR not in await house.api.states():
            await connection.publish(given["-t"], given["-m"], qos=1)
            await asyncio.sleep(0.1)
    await connection.close()
    await broker.remove_user(given["-u"])
