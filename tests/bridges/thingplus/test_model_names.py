"""What models of gateways are called: gateways tell a number, the server its name."""

from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.thingplus import account as account_module
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, Trouble
from tests.waiting import note_changes, state_of

from .conftest import CreateEntry
from .rhythm import Rhythm
from .things import poll_later
from .world import device_of, requests_to

CONNECTED: Final = "binary_sensor.greenhouse_connectivity"
TEMPERATURE: Final = "sensor.climate_temperature"
MODELS: Final = "^/gatewayModels/"


def model_requests(server: ThingplusSimulator) -> list[str]:
    """Return the models that were asked for."""
    paths = [one.path for one in server.requests]
    return [one.rpartition("/")[2] for one in paths if "/gatewayModels/" in one]


def model_of(hass: HomeAssistant) -> str | None:
    """Return the model that the greenhouse's gateway shows."""
    return device_of(hass, CONNECTED).model


async def test_name(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """Each model is asked for once, however many gateways are of it."""
    server.add_gateway("barn", "Barn")
    server.add_gateway("home", "Home", model="52")
    entry = await create_entry()
    for _ in range(3):
        await poll_later(hass, freezer, entry)
    assert sorted(model_requests(server)) == ["29", "52"]
    names = {
        one: device_of(hass, f"binary_sensor.{one}_connectivity").model
        for one in ("greenhouse", "barn", "home")
    }
    assert names == {
        "greenhouse": "Linux Gateway",
        "barn": "Linux Gateway",
        "home": "Open API Gateway",
    }


@pytest.mark.parametrize(
    ("model", "shown"), [("9/9", "9/9"), (".", "."), ("", None)], ids=repr
)
async def test_unknown_model(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    model: str,
    shown: str | None,
) -> None:
    """It stays a number, and is not asked for again and again."""
    server.gateways[GATEWAY].model = model
    entry = await create_entry()
    asked = len(model_requests(server))
    for _ in range(3):
        await poll_later(hass, freezer, entry)
    assert model_of(hass) == shown
    assert len(model_requests(server)) == asked <= 1


async def test_other_model(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """A gateway that is replaced shows what it is now."""
    entry = await create_entry()
    server.gateways[GATEWAY].model = "52"
    await poll_later(hass, freezer, entry)
    assert model_of(hass) == "Open API Gateway"


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 429}, {"drop": True}])
async def test_trouble(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    trouble: dict[str, Any],
) -> None:
    """It is asked for again later, and takes the number's place; nothing else changes."""
    rhythm = Rhythm(hass, freezer, server)
    server.trouble = Trouble(**trouble, path=MODELS)
    await create_entry()
    assert model_of(hass) == "29"
    assert state_of(hass, TEMPERATURE) == "21.5"
    changes = note_changes(hass)
    before = len(model_requests(server))
    await rhythm.run(3600)
    # Where an answer is missing, aiohttp asks once more by itself.
    assert len(model_requests(server)) - before <= 6 * 2
    server.trouble = None
    await rhythm.run(3600)
    assert model_of(hass) == "Linux Gateway"
    assert changes == []


async def test_silence(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for one model after the other."""
    server.add_gateway("home", "Home", model="52")
    server.add_gateway("shed", "Shed", model="53")
    entry = await create_entry()
    server.requests.clear()
    server.trouble = Trouble(hang=True, path=MODELS)
    monkeypatch.setattr(account_module, "TIMEOUT", 0.5)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert len(model_requests(server)) == 1


async def test_sign_in(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """Here too it may show that the user has to sign in again."""
    server.trouble = Trouble(status=401, path=MODELS)
    entry = await create_entry(sign_in="code")
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    assert requests_to(server, "/gateways") != []
