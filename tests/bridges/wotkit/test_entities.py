"""What a field shows: numbers, texts of any length, and odd names."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.wotkit import SimulatedField, SimulatedSensor, WotkitServer
from tests.waiting import state_of

from .conftest import (
    OTHER_KEY_ID,
    OTHER_KEY_PASSWORD,
    OTHER_USER,
    USERNAME,
    AddAccount,
    choose_sensors,
    open_form,
)
from .world import (
    NOTE,
    TEMPERATURE,
    attribute,
    device_names,
    device_of,
    entity_ids,
    poll,
)


@pytest.mark.parametrize(
    ("text", "state", "full"),
    [
        pytest.param("", "", None, id="empty"),
        pytest.param("Calm", "Calm", None, id="short"),
        pytest.param("ü" * 255, "ü" * 255, None, id="255"),
        pytest.param("ü" * 256, "ü" * 254 + "…", "ü" * 256, id="256"),
        pytest.param("x" * 5000, "x" * 254 + "…", "x" * 5000, id="5000"),
        pytest.param("two\nlines", "two\nlines", None, id="lines"),
    ],
)
async def test_text(
    hass: HomeAssistant,
    add_account: AddAccount,
    sensors: dict[str, SimulatedSensor],
    text: str,
    state: str,
    full: str | None,
) -> None:
    """What is too long for a state is cut, and there as an attribute."""
    entry = await add_account()
    sensors["weather_station"].record({"note": text})
    await poll(entry)
    assert state_of(hass, NOTE) == state
    assert attribute(hass, NOTE, "full_text") == full

    sensors["weather_station"].record({"note": "again"})
    await poll(entry)
    assert state_of(hass, NOTE) == "again"
    assert attribute(hass, NOTE, "full_text") is None


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (0, "0"),
        (-40, "-40"),
        (21.25, "21.25"),
        ("7.5", "7.5"),
        (1e-7, "1e-07"),
        ("hot", STATE_UNKNOWN),
        ("", STATE_UNKNOWN),
        ("NaN", STATE_UNKNOWN),
        ("1e999", STATE_UNKNOWN),
        (True, "1"),
    ],
    ids=repr,
)
async def test_number(
    hass: HomeAssistant,
    add_account: AddAccount,
    sensors: dict[str, SimulatedSensor],
    value: Any,
    state: str,
) -> None:
    """Numbers that came as text are numbers; what is none is not known."""
    sensors["weather_station"].record({"temperature": value})
    await add_account()
    assert state_of(hass, TEMPERATURE) == state


async def test_names(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """Names are free text; nothing is lost where they are odd, or there twice."""
    names = ["a b", "ä_ö", "last_update", "location", "received_message", "x", "X"]
    odd = server.add_sensor(
        USERNAME,
        "odd_names",
        long_name="Odd",
        fields=[
            *(SimulatedField(name=name, long_name="Same") for name in names),
            SimulatedField(name="unnamed"),
        ],
    )
    odd.record({name: number for number, name in enumerate([*names, "unnamed"])})
    entry = await add_account()
    prefix = f"{entry.entry_id}_{odd.id}_"
    shown = {
        entity.unique_id.removeprefix(prefix): state_of(hass, entity.entity_id)
        for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if entity.unique_id.startswith(prefix)
    }
    assert shown.pop("last_update")[:2] == "20"
    assert shown == {
        f"value_{name}": str(number) for number, name in enumerate([*names, "unnamed"])
    }
    assert state_of(hass, "sensor.odd_unnamed") == "7"
    before = entity_ids(hass, entry)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entity_ids(hass, entry) == before


async def test_owner_gives_other_names(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """The device follows; its entities keep their ids."""
    entry = await add_account()
    before = entity_ids(hass, entry)
    station = sensors["weather_station"]
    station.long_name = "Roof"
    station.description = "x" * 300
    await poll(entry)
    assert device_names(hass, entry) == {"Roof", "Lamp Post"}
    assert device_of(hass, TEMPERATURE).model == "x" * 255
    assert entity_ids(hass, entry) == before
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_reload(hass: HomeAssistant, add_account: AddAccount) -> None:
    """A reload makes nothing anew, and loses nothing."""
    entry = await add_account(choice="both", controlled_sensors=["1002"])
    before = entity_ids(hass, entry)
    devices = {device_of(hass, one).id for one in before}
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entity_ids(hass, entry) == before
    assert {device_of(hass, one).id for one in before} == devices


async def test_two_accounts_see_the_same_sensor(
    hass: HomeAssistant,
    flows: FlowWalker,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """Each has devices and entities of its own."""
    one = await add_account(choice="subscribed")
    server.subscribe(OTHER_USER, sensors["mule1"])
    form = await open_form(flows, server, "wotkit_key")
    signed_in = await flows.answer(
        form, {"username": OTHER_KEY_ID, "password": OTHER_KEY_PASSWORD}
    )
    result = await choose_sensors(flows, signed_in, choice="subscribed")
    other: ConfigEntry[Any] = result["result"]
    assert device_names(hass, one) == device_names(hass, other) == {"Big Yellow Taxi"}
    assert len(entity_ids(hass, one)) == len(entity_ids(hass, other)) == 4
    assert not entity_ids(hass, one) & entity_ids(hass, other)
