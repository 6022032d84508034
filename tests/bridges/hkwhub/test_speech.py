"""Speech with the hub's own voice, and what is told where it has none."""

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import until, until_state

from .conftest import AddHub, Servers
from .listening import (
    MUSIC,
    TEXT,
    VOLUMES,
    announce,
    both_ways,
    every_transport,
    heard_at,
    start_music,
    stretches,
    until_plays,
    volumes,
)
from .remote import ADAPT, HUB, LEFT, RIGHT, SPEAKERS, play, sent, title

pytestmark = pytest.mark.usefixtures("quick_home")


async def notify(hass: HomeAssistant, entity_id: str, message: str) -> None:
    """Let the hub's own voice speak."""
    await hass.services.async_call(
        "notify",
        "send_message",
        {ATTR_ENTITY_ID: entity_id, "message": message},
        blocking=True,
    )


@every_transport
@pytest.mark.parametrize(
    ("entity_id", "hear"),
    [
        ("notify.kitchen_adapt_speak", {ADAPT}),
        ("notify.hkwhub_speak", set(SPEAKERS)),
    ],
)
async def test_voice_of_the_hub(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
    entity_id: str,
    hear: set[str],
) -> None:
    """What is written is spoken as it is, once, then the music goes on."""
    await add_hub(transport)
    await start_music(hass, home)
    text = 'Grüße & "Hello" = 100 % + 雨?'

    await notify(hass, entity_id, f" {text}\n")
    await until_plays(home, MUSIC, LEFT, RIGHT)

    for speaker in SPEAKERS:
        spoken = [one.content for one in stretches(home, speaker) if one.kind == "tts"]
        assert spoken == [text] * (speaker in hear)
    assert volumes(home) == VOLUMES


@both_ways
async def test_text_as_something_to_play(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Without `announce` it plays in place of the music, where the music played."""
    await add_hub(transport)
    await start_music(hass, home)

    await play(hass, LEFT, TEXT, "hkwhub_speech", extra={"priority": 120})
    assert title(hass, LEFT) == TEXT
    await until_state(hass, LEFT, "idle")

    assert heard_at(home, LEFT) == [(MUSIC, 17), (TEXT, 17)]
    assert heard_at(home, RIGHT) == [(MUSIC, 17), (TEXT, 17)]
    [(_, params)] = sent(home, "play_tts_selected_speakers")
    assert params["Priority"] == "120"


@pytest.mark.parametrize(
    ("text", "key"),
    [(" \n\t ", "hkwhub_text_empty"), ("long " * 1000, "hkwhub_text_too_long")],
)
async def test_text_that_cannot_be_spoken(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, text: str, key: str
) -> None:
    """The hub is not even asked."""
    await add_hub()
    before = len(home.commands)

    with pytest.raises(ServiceValidationError) as raised:
        await notify(hass, "notify.hkwhub_speak", text)

    assert raised.value.translation_key == key
    assert len(home.commands) == before


@both_ways
async def test_longest_text(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """What is not refused arrives, over each transport, however it is encoded."""
    home.speed = 10_000
    await add_hub(transport)
    text = "雨" * 666

    await notify(hass, "notify.kitchen_adapt_speak", text)
    await until(lambda: heard_at(home, ADAPT) == [(text, 22)])


@both_ways
async def test_key_is_missing(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
) -> None:
    """The second refusal makes an issue, which goes as soon as the hub speaks."""
    home.tts_key = None
    entry = await add_hub(transport)
    await start_music(hass, home)
    issue = (DOMAIN, f"hkwhub_speech_key_{entry.entry_id}")

    def found() -> bool:
        return issue_registry.async_get_issue(*issue) is not None

    refused = []
    for entity_id in ("notify.kitchen_adapt_speak", "notify.hkwhub_speak"):
        refused.append(found())
        with pytest.raises(HomeAssistantError) as raised:
            await notify(hass, entity_id, TEXT)
        assert raised.value.translation_key == "hkwhub_speech_refused"
        await until_plays(home, MUSIC, LEFT, RIGHT)
    assert [*refused, found()] == [False, False, True]

    home.tts_key = "a key"
    await notify(hass, "notify.kitchen_adapt_speak", TEXT)
    assert not found()
    await until_plays(home, MUSIC, LEFT, RIGHT)


async def test_issue_goes_with_the_entry(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    home: SimulatedHome,
    add_hub: AddHub,
) -> None:
    """A hub that is removed leaves nothing to be repaired."""
    home.tts_key = None
    entry = await add_hub()
    for number in range(2):
        with pytest.raises(HomeAssistantError):
            await notify(hass, "notify.hkwhub_speak", f"{TEXT} {number}")
    assert len(issue_registry.issues) == 1

    await hass.config_entries.async_remove(entry.entry_id)

    assert issue_registry.issues == {}


async def test_refusals_for_priority_are_no_missing_key(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    home: SimulatedHome,
    add_hub: AddHub,
) -> None:
    """A hub that has something more important to play could speak."""
    await add_hub()
    await play(hass, HUB, MUSIC, extra={"priority": 900})

    for _ in range(3):
        with pytest.raises(HomeAssistantError) as raised:
            await notify(hass, "notify.hkwhub_speak", TEXT)
        assert raised.value.translation_key == "hkwhub_priority"

    assert issue_registry.issues == {}


async def test_hub_of_2015_cannot_speak(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """Its API has no speech; the user is told, and music is as before."""
    await servers.local.stop()
    old = type(servers.local)(home, generation=0)
    await old.start()
    await add_hub(url=old.url)
    await start_music(hass, home)

    with pytest.raises(HomeAssistantError) as raised:
        await announce(hass, ADAPT, TEXT, media_type="hkwhub_speech")
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert raised.value.translation_key == "hkwhub_app_too_old"
    assert heard_at(home, ADAPT) == []
    await old.stop()
