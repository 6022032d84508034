"""The blueprint that users import: it announces when somebody rings."""

from pathlib import Path
import shutil

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import state_of, until

from .conftest import AddHub

BLUEPRINT = Path(__file__).parents[3] / "docs/blueprints/announce_on_doorbell.yaml"
PATH = "iot_bridge/announce_on_doorbell.yaml"


@pytest.fixture
def blueprints(hass: HomeAssistant, tmp_path: Path) -> None:
    """A configuration folder of its own, with the blueprint in it."""
    folder = tmp_path / "blueprints" / "automation" / "iot_bridge"
    folder.mkdir(parents=True)
    shutil.copy(BLUEPRINT, folder)
    hass.config.config_dir = str(tmp_path)


async def ring(hass: HomeAssistant, state: str) -> None:
    """Let the doorbell, an event entity, take another state."""
    hass.states.async_set("event.doorbell", state)
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("speakers", "heard_by"),
    [
        ("notify.kitchen_adapt_speak", {"Adapt"}),
        ("notify.hkwhub_speak", {"Omni Left", "Omni Right", "Adapt", "TV"}),
    ],
)
async def test_announce_on_doorbell(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    blueprints: None,
    speakers: str,
    heard_by: set[str],
) -> None:
    """Who rings is announced by the hub's own voice; a bell that comes back is not."""
    home.tts_key = "a key"
    await add_hub("local")
    hass.states.async_set("event.doorbell", "unavailable")
    inputs = {
        "doorbell": "event.doorbell",
        "speakers": [speakers],
        "message": "Ding dong.",
    }
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "Doorbell",
                "use_blueprint": {"path": PATH, "input": inputs},
            }
        },
    )
    assert state_of(hass, "automation.doorbell") == "on"

    await ring(hass, "2026-11-20T08:00:00.000+00:00")
    assert home.heard == []
    await ring(hass, "2026-11-20T09:00:00.000+00:00")
    await until(lambda: len(home.heard) == len(heard_by))
    assert {one.content for one in home.heard} == {"Ding dong."}
    assert {home.speakers[one.speaker_id].name for one in home.heard} == heard_by
