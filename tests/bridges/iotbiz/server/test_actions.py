"""Actions of the platform: commands that cannot be sent, and new customer numbers."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from tests.bridges.iotbiz.world import device_of

from .callers import CONNECTED, Caller


async def create(hass: HomeAssistant, *, by: str | None = None, **fields: Any) -> str:
    """Make a customer number."""
    answer = await hass.services.async_call(
        "iot_bridge",
        "iotbiz_create_customer",
        fields,
        blocking=True,
        return_response=True,
        context=Context(user_id=by),
    )
    assert answer is not None
    number = answer["customer_id"]
    assert isinstance(number, str)
    return number


async def command(hass: HomeAssistant, device_id: str, what: Any) -> str | None:
    """Send a command that is refused; returns why."""
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            "iot_bridge",
            "iotbiz_send_command",
            {"device_id": device_id, "command": what},
            blocking=True,
        )
    return raised.value.translation_key


async def test_new_customer(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A new number lets so many devices in as was said, at once."""
    number = await create(hass, name=" Workshop ", device_limit=1)
    assert len(number) == 16
    assert entry.options["customers"][-1] == {
        "customer_id": number,
        "name": "Workshop",
        "device_limit": 1,
    }
    await here.enrol("lathe", number)
    status, answer = await here.register("press", number)
    assert (status, "limit" in answer["error"]) == (403, True)


async def test_each_number_is_another(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nothing has to be said; no number comes twice."""
    numbers = {await create(hass) for _ in range(3)}
    assert len(numbers) == 3
    made = entry.options["customers"][-3:]
    assert {one["customer_id"] for one in made} == numbers
    assert [one["device_limit"] for one in made] == [10, 10, 10]


async def test_while_not_set_up(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A number may be made while the platform is not set up; it is good afterwards."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    number = await create(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await here.enrol("lathe", number)


@pytest.mark.parametrize("limit", [0, 1001, "many"])
async def test_odd_limit(
    hass: HomeAssistant, entry: MockConfigEntry, limit: object
) -> None:
    """A limit has its limits."""
    with pytest.raises(vol.Invalid):
        await create(hass, device_limit=limit)


async def test_only_for_administrators(
    hass: HomeAssistant, entry: MockConfigEntry, hass_read_only_user: MockUser
) -> None:
    """Whoever has a number may bring devices in."""
    before = dict(entry.options)
    with pytest.raises(Unauthorized):
        await create(hass, by=hass_read_only_user.id)
    assert entry.options == before


async def test_command_that_is_no_json(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """What JSON has no word for is refused before anything is sent."""
    await here.enrol()
    await hass.async_block_till_done()
    device = device_of(hass, CONNECTED)
    assert await command(hass, device.id, float("nan")) == "iotbiz_bad_command"
    assert await command(hass, device.id, {"at": object()}) == "iotbiz_bad_command"


async def test_command_while_not_set_up(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A device of a platform that is not set up is none that could be told something."""
    await here.enrol()
    await hass.async_block_till_done()
    device = device_of(hass, CONNECTED)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await command(hass, device.id, "go") == "iotbiz_no_device"
