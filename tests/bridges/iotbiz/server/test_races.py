"""Two requests at the same moment, while files are written slowly."""

import asyncio

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.bridges.iotbiz.world import customer
from tests.waiting import until_state

from .callers import LEVEL, LIMIT_REACHED, Caller


@pytest.fixture
def one_place(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The customer number is good for one device."""
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "customers": [customer(limit=1)]}
    )


@pytest.mark.usefixtures("one_place", "slow_disk")
async def test_race_for_the_last_place(here: Caller, elsewhere: Caller) -> None:
    """Of two that register at the same moment, one gets the last place."""
    answers = await asyncio.gather(
        *(here.register("first"), elsewhere.register("second")),
        *(here.register("third"), elsewhere.register("fourth")),
    )
    assert sorted(status for status, _ in answers) == [201, 403, 403, 403]
    assert len([answer for answer in answers if answer == LIMIT_REACHED]) == 3


@pytest.mark.usefixtures("slow_disk")
async def test_race_of_registrations(here: Caller, elsewhere: Caller) -> None:
    """Of two passwords that were asked for at the same moment, one works."""
    answers = await asyncio.gather(here.register(), elsewhere.register())
    passwords = [answer["password"] for _, answer in answers]
    results = [await here.activate(password) for password in passwords]
    assert sorted(status for status, _ in results) == [200, 403]


@pytest.mark.usefixtures("slow_disk")
async def test_register_while_activating(here: Caller, elsewhere: Caller) -> None:
    """Either the activation counts or the new password, and what was told is true."""
    password = await here.password()
    activated, registered = await asyncio.gather(
        here.activate(password), elsewhere.register()
    )
    assert {activated[0], registered[0]} in ({200, 403}, {403, 201})
    works = {200: password, 403: registered[1].get("password")}[activated[0]]
    assert await here.activate(str(works)) == (200, "")


@pytest.mark.usefixtures("slow_disk")
async def test_speaks_while_activating(hass: HomeAssistant, here: Caller) -> None:
    """A device that speaks at once is either heard or refused, and never lost."""
    password = await here.password()
    waiting = asyncio.gather(here.activate(password), here.activate(password))
    statuses = []
    while not waiting.done():
        statuses.append((await here.update({"status": "online", "level": 1}))[0])
    assert list(await waiting) == [(200, ""), (200, "")]
    assert set(statuses) <= {200, 403}
    assert await here.update({"status": "online", "level": 1}) == (200, "")
    await until_state(hass, LEVEL, "1")
