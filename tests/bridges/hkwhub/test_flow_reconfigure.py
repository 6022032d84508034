"""Changing how a hub is reached; all that was set for its speakers stays."""

from typing import Any, Final

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker, suggested
from tests.bridges.page import sign_in_on_page
from tests.simulators.hkwhub import (
    HkIotCloud,
    LocalServer,
    PubNubHub,
    SimulatedHome,
    believable_hub,
)
from tests.simulators.pubnub import PubNubSimulator

from .conftest import (
    CHANNEL,
    CLIENT_ID,
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    TRANSPORTS,
    USERNAME,
    AddHub,
    Way,
    Ways,
    make_impatient,
)

TITLES: Final = {
    "local": "HKWHub (127.0.0.1)",
    "cloud": "HKWHub (HKIoTCloud)",
    "pubnub": "HKWHub (PubNub)",
}
OPTIONS: Final = {"announcement_priority": 300}


async def open_form(flows: FlowWalker, entry: ConfigEntry[Any], way: Way) -> Any:
    """Open the form of a way in the flow that reconfigures."""
    menu = await flows.reconfigure(entry)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "hkwhub_reconfigure"
    assert menu["menu_options"] == ["hkwhub_local", "hkwhub_cloud", "hkwhub_pubnub"]
    return await flows.choose_steps(menu, *way.steps)


def registered(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the ids of an entry's devices and entities in the registries."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {device.id for device in devices} | {entity.id for entity in entities}


@pytest.mark.parametrize("before", TRANSPORTS)
@pytest.mark.parametrize("after", TRANSPORTS)
async def test_every_change(
    hass: HomeAssistant,
    flows: FlowWalker,
    add_hub: AddHub,
    ways: Ways,
    before: str,
    after: str,
) -> None:
    """From each way to each other, and to itself."""
    entry = await add_hub(before)
    hass.config_entries.async_update_entry(entry, options=OPTIONS)
    known = registered(hass, entry)
    former = entry.unique_id

    form = await open_form(flows, entry, ways[after])
    result = await flows.answer(form, ways[after].form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["transport"] == after
    assert entry.title == TITLES[after]
    assert entry.options == OPTIONS
    assert (entry.unique_id == former) == (before == after)
    assert entry.state is ConfigEntryState.LOADED
    # The hub itself and its speakers; another way may bring more entities.
    assert known <= registered(hass, entry)

    # The new way is taken now.
    again = await flows.start("hkwhub", *ways[after].steps)
    result = await flows.answer(again, ways[after].form)
    assert result["reason"] == "already_configured"


async def test_data_are_replaced(
    flows: FlowWalker, add_hub: AddHub, ways: Ways, local_server: LocalServer
) -> None:
    """Secrets of a way that is not used any more do not stay behind."""
    entry = await add_hub("cloud")
    form = await open_form(flows, entry, ways["local"])
    await flows.answer(form, ways["local"].form)
    assert entry.data == {
        "bridge": "hkwhub",
        "transport": "local",
        "url": local_server.url,
    }


async def test_suggestions(
    flows: FlowWalker,
    add_hub: AddHub,
    ways: Ways,
    local_server: LocalServer,
    cloud: HkIotCloud,
    net: PubNubSimulator,
) -> None:
    """A form is filled with what the entry has, but for secrets."""
    entry = await add_hub("local")
    form = await open_form(flows, entry, ways["local"])
    assert suggested(form) == {"url": local_server.url}
    form = await open_form(flows, entry, ways["cloud"])
    assert suggested(form) == {"advanced": {}}
    await flows.answer(form, ways["cloud"].form)
    form = await open_form(flows, entry, ways["cloud"])
    assert suggested(form) == {
        "username": USERNAME,
        "client_id": CLIENT_ID,
        "advanced": {"url": cloud.url},
    }
    form = await open_form(flows, entry, ways["pubnub"])
    assert suggested(form) == {"channel": "hkwhubchannel", "advanced": {}}
    await flows.answer(form, ways["pubnub"].form)
    form = await open_form(flows, entry, ways["pubnub"])
    assert suggested(form) == {"channel": CHANNEL, "advanced": {"url": net.url}}
    form = await open_form(flows, entry, ways["local"])
    assert suggested(form) == {}


async def test_web_page(
    flows: FlowWalker,
    browser: Browser,
    add_hub: AddHub,
    code_form: dict[str, Any],
) -> None:
    """The web page is one of the ways."""
    entry = await add_hub("local")
    menu = await flows.reconfigure(entry)
    form = await flows.choose_steps(menu, "hkwhub_cloud", "hkwhub_code")
    result = await sign_in_on_page(flows, browser, form, code_form)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["grant"] == "authorization_code"
    assert "username" not in entry.data


async def test_hub_moved(
    hass: HomeAssistant, home: SimulatedHome, flows: FlowWalker, add_hub: AddHub
) -> None:
    """A hub with another address is the same hub."""
    entry = await add_hub("local")
    known = registered(hass, entry)
    former = entry.unique_id
    moved = LocalServer(home)
    await moved.start()
    menu = await flows.reconfigure(entry)
    form = await flows.choose_steps(menu, "hkwhub_local")
    result = await flows.answer(form, {"url": moved.url})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["url"] == moved.url
    assert entry.unique_id != former
    assert registered(hass, entry) == known
    await flows.remove(entry)
    await moved.stop()


async def test_other_cloud(
    hass: HomeAssistant,
    home: SimulatedHome,
    cloud: HkIotCloud,
    flows: FlowWalker,
    add_hub: AddHub,
    ways: Ways,
) -> None:
    """The former cloud does not get the tokens of the one that comes after it."""
    entry = await add_hub("cloud")
    asked_before = len(cloud.token_requests)
    other = HkIotCloud(home)
    other.add_user("grace", "password")
    other.add_client("other-client", "other-secret")
    await other.start()
    form = await open_form(flows, entry, ways["cloud"])
    answer = {
        "username": "grace",
        "password": "password",
        "client_id": "other-client",
        "client_secret": "other-secret",
        "advanced": {"url": other.url},
    }
    result = await flows.answer(form, answer)
    assert result["reason"] == "reconfigure_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert len(cloud.token_requests) == asked_before
    assert len(other.token_requests) == 1
    assert not hass.config_entries.flow.async_progress()
    await flows.remove(entry)
    await other.stop()


async def test_own_title(
    hass: HomeAssistant, flows: FlowWalker, add_hub: AddHub, ways: Ways
) -> None:
    """A title that the user has chosen stays."""
    entry = await add_hub("local")
    hass.config_entries.async_update_entry(entry, title="Music")
    form = await open_form(flows, entry, ways["pubnub"])
    await flows.answer(form, ways["pubnub"].form)
    assert entry.title == "Music"


async def test_other_hub(
    flows: FlowWalker, home: SimulatedHome, add_hub: AddHub, ways: Ways
) -> None:
    """A hub that has none of the speakers is not taken for the same one."""
    entry = await add_hub("local")
    before = dict(entry.data)
    elsewhere = SimulatedHome()
    elsewhere.add_speaker("77", "Elsewhere")
    server = LocalServer(elsewhere)
    await server.start()
    form = await open_form(flows, entry, ways["local"])
    form = await flows.answer(form, {"url": server.url})
    assert form["errors"] == {"base": "other_hub"}
    assert suggested(form) == {"url": server.url}
    assert dict(entry.data) == before

    # One speaker in common is enough.
    elsewhere.add_speaker(home.available[0].id, "Omni Left")
    result = await flows.answer(form, {"url": server.url})
    assert result["reason"] == "reconfigure_successful"
    await flows.remove(entry)
    await server.stop()
    assert elsewhere.faults == []


async def test_no_speakers_to_compare(
    flows: FlowWalker, home: SimulatedHome, add_hub: AddHub, ways: Ways
) -> None:
    """Where all speakers are off nothing can be said against it."""
    entry = await add_hub("local")
    for speaker in home.available:
        speaker.switch_off()
    form = await open_form(flows, entry, ways["cloud"])
    result = await flows.answer(form, ways["cloud"].form)
    assert result["reason"] == "reconfigure_successful"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_already_configured(
    flows: FlowWalker, add_hub: AddHub, ways: Ways, transport: str
) -> None:
    """Two entries do not share one way to one hub."""
    entries = {name: await add_hub(name) for name in TRANSPORTS}
    for name in set(TRANSPORTS) - {transport}:
        before = dict(entries[name].data)
        form = await open_form(flows, entries[name], ways[transport])
        result = await flows.answer(form, ways[transport].form)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "already_configured"
        assert dict(entries[name].data) == before


async def test_same_speakers_as_another_entry(
    flows: FlowWalker, home: SimulatedHome, add_hub: AddHub, ways: Ways
) -> None:
    """Nor do two entries have the same speakers over the same transport."""
    await add_hub("local")
    entry = await add_hub("cloud")
    again = LocalServer(home)
    await again.start()
    form = await open_form(flows, entry, ways["local"])
    result = await flows.answer(form, {"url": again.url})
    assert result["reason"] == "already_configured"
    await again.stop()


async def test_app_installed_anew(
    home: SimulatedHome,
    net: PubNubSimulator,
    pubnub_hub: PubNubHub,
    flows: FlowWalker,
    add_hub: AddHub,
    ways: Ways,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An app that was installed anew has another id and the same speakers."""
    # The entry's own client waits for the former app when it is unloaded.
    make_impatient(monkeypatch)
    entry = await add_hub("pubnub")
    former = entry.unique_id
    await pubnub_hub.stop()
    again = PubNubHub(home, net, PUBLISH_KEY, SUBSCRIBE_KEY, CHANNEL, "INSTALLED-ANEW")
    await again.start()
    form = await open_form(flows, entry, ways["pubnub"])
    result = await flows.answer(form, ways["pubnub"].form)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["hub_uuid"] == "INSTALLED-ANEW"
    assert entry.unique_id != former
    await flows.remove(entry)
    await again.stop()


async def test_other_home_of_the_same_kind(
    flows: FlowWalker, add_hub: AddHub, ways: Ways
) -> None:
    """Speakers are compared by their ids, not by their names."""
    entry = await add_hub("local")
    elsewhere = SimulatedHome()
    believable_hub(elsewhere)
    for speaker in list(elsewhere.available):
        speaker.switch_off()
        elsewhere.add_speaker(f"9{speaker.id}", speaker.name)
    server = LocalServer(elsewhere)
    await server.start()
    form = await open_form(flows, entry, ways["local"])
    form = await flows.answer(form, {"url": server.url})
    assert form["errors"] == {"base": "other_hub"}
    await server.stop()
