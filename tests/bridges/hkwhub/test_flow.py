"""Adding a hub over each of the three ways."""

import hashlib

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.hkwhub import HkIotCloud, LocalServer, SimulatedHome
from tests.simulators.pubnub import PubNubSimulator

from .conftest import (
    CHANNEL,
    CLIENT_ID,
    CLIENT_SECRET,
    HUB_UUID,
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    USERNAME,
    AddHub,
    Way,
    Ways,
)


def digest(text: str) -> str:
    """Return what stands for a secret in a unique id."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def test_menus(flows: FlowWalker) -> None:
    """The user chooses the mode that the app is in, and how to sign in."""
    menu = await flows.start("hkwhub")
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["hkwhub_local", "hkwhub_cloud", "hkwhub_pubnub"]
    menu = await flows.choose_steps(menu, "hkwhub_cloud")
    assert menu["menu_options"] == ["hkwhub_code", "hkwhub_password"]


async def test_local(flows: FlowWalker, local_server: LocalServer, ways: Ways) -> None:
    """The address is all that a local server needs."""
    form = await flows.start("hkwhub", "hkwhub_local")
    assert fields(form) == ["url"]
    assert suggested(form) == {}
    result = await flows.answer(form, ways["local"].form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "HKWHub (127.0.0.1)"
    entry = result["result"]
    address = local_server.url.removeprefix("http://")
    assert entry.unique_id == f"hkwhub_local_{address}"
    assert entry.data == {
        "bridge": "hkwhub",
        "transport": "local",
        "url": local_server.url,
    }
    assert entry.options == {}
    assert entry.state is ConfigEntryState.LOADED


async def test_cloud(flows: FlowWalker, cloud: HkIotCloud, ways: Ways) -> None:
    """A password gives a token and is forgotten."""
    form = await flows.start("hkwhub", "hkwhub_cloud", "hkwhub_password")
    assert fields(form) == list(ways["cloud"].form)
    assert suggested(form) == {"advanced": {}}
    result = await flows.answer(form, ways["cloud"].form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "HKWHub (HKIoTCloud)"
    entry = result["result"]
    assert entry.unique_id == f"hkwhub_cloud_{digest(cloud.url + USERNAME)}"
    data = dict(entry.data)
    token = data.pop("token")
    assert token.pop("expires_at") > 0
    assert token == cloud.office.issued[-1]
    assert data == {
        "bridge": "hkwhub",
        "transport": "cloud",
        "url": cloud.url,
        "grant": "password",
        "username": USERNAME,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    assert entry.state is ConfigEntryState.LOADED


async def test_pubnub(flows: FlowWalker, net: PubNubSimulator, ways: Ways) -> None:
    """The hub tells its id on the channel."""
    form = await flows.start("hkwhub", "hkwhub_pubnub")
    assert fields(form) == list(ways["pubnub"].form)
    assert suggested(form) == {"channel": "hkwhubchannel", "advanced": {}}
    result = await flows.answer(form, ways["pubnub"].form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "HKWHub (PubNub)"
    entry = result["result"]
    assert entry.unique_id == f"hkwhub_pubnub_{digest(HUB_UUID)}"
    assert entry.data == {
        "bridge": "hkwhub",
        "transport": "pubnub",
        "url": net.url,
        "publish_key": PUBLISH_KEY,
        "subscribe_key": SUBSCRIBE_KEY,
        "channel": CHANNEL,
        "hub_uuid": HUB_UUID,
    }
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    "written",
    ["{address}", " {address} ", "http://{address}/", "HTTP://{address}/api/v1/"],
    ids=["bare", "blanks", "slash", "path"],
)
async def test_address_as_people_write_it(
    flows: FlowWalker, local_server: LocalServer, written: str
) -> None:
    """However the address is written, the same is stored."""
    address = local_server.url.removeprefix("http://")
    form = await flows.start("hkwhub", "hkwhub_local")
    result = await flows.answer(form, {"url": written.format(address=address)})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["url"] == local_server.url


async def test_hub_of_2015(flows: FlowWalker, home: SimulatedHome) -> None:
    """A hub that speaks the first generation of the REST API is found out."""
    server = LocalServer(home, generation=0)
    await server.start()
    form = await flows.start("hkwhub", "hkwhub_local")
    result = await flows.answer(form, {"url": server.url})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await flows.remove(result["result"])
    await server.stop()


async def test_pasted_with_blanks(flows: FlowWalker, ways: Ways) -> None:
    """Blanks that were copied along do no harm."""
    for name, fields_with_blanks in (
        ("cloud", ("client_id", "client_secret")),
        ("pubnub", ("publish_key", "subscribe_key")),
    ):
        form = ways[name].form
        blanks = {
            one: f" {form[one][:4]}\t{form[one][4:]}\n" for one in fields_with_blanks
        }
        result = await flows.answer(
            await flows.start("hkwhub", *ways[name].steps), form | blanks
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert {one: form[one] for one in fields_with_blanks}.items() <= result[
            "data"
        ].items()


async def test_typed_with_blanks(flows: FlowWalker, ways: Ways) -> None:
    """Blanks around a user name or a channel are no part of it."""
    for name, field in (("cloud", "username"), ("pubnub", "channel")):
        form = ways[name].form
        result = await flows.answer(
            await flows.start("hkwhub", *ways[name].steps),
            form | {field: f" {form[field]} "},
        )
        assert result["data"][field] == form[field]


async def test_password_is_sent_as_it_is(
    flows: FlowWalker, cloud: HkIotCloud, ways: Ways
) -> None:
    """A password may have blanks at its ends, and any characters."""
    password = ' pass&wörd=%20+"雨" '
    cloud.add_user(USERNAME, password)
    form = await flows.start("hkwhub", *ways["cloud"].steps)
    result = await flows.answer(
        form, ways["cloud"].form | {"password": password, "client_secret": "wrong"}
    )
    assert result["errors"] == {"client_id": "invalid_client"}
    result = await flows.answer(form, ways["cloud"].form | {"password": password})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert cloud.token_requests[-1]["password"] == password


async def test_session_is_closed(
    flows: FlowWalker, home: SimulatedHome, way: Way
) -> None:
    """What the trial has opened it closes, before the entry opens its own."""
    await flows.answer(await flows.start("hkwhub", *way.steps), way.form)
    names = [command.name for command in home.commands]
    assert names[:3] == ["init_session", "device_list", "close_session"]


async def test_already_configured(
    flows: FlowWalker, cloud: HkIotCloud, add_hub: AddHub, way: Way
) -> None:
    """The same hub is not set up the same way twice; nobody is asked for a token."""
    entry = await add_hub(way.name)
    before = dict(entry.data), len(cloud.token_requests)
    result = await flows.answer(await flows.start("hkwhub", *way.steps), way.form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert (dict(entry.data), len(cloud.token_requests)) == before


async def test_same_speakers_the_same_way(
    flows: FlowWalker, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A hub whose address has changed is recognised by its speakers."""
    await add_hub("local")
    moved = LocalServer(home)
    await moved.start()
    form = await flows.start("hkwhub", "hkwhub_local")
    result = await flows.answer(form, {"url": moved.url})
    assert result["reason"] == "already_configured"
    await moved.stop()


async def test_same_speakers_another_way(hass: HomeAssistant, add_hub: AddHub) -> None:
    """Two hubs may see the same speakers: nobody can tell them from one."""
    for transport in ("local", "cloud", "pubnub"):
        entry = await add_hub(transport)
        assert entry.state is ConfigEntryState.LOADED
    assert len(hass.config_entries.async_entries(DOMAIN)) == 3


async def test_hubs_without_speakers(
    hass: HomeAssistant, flows: FlowWalker, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Hubs whose speakers are all off are not taken for the same one."""
    for speaker in home.available:
        speaker.switch_off()
    await add_hub("local")
    other = LocalServer(home)
    await other.start()
    form = await flows.start("hkwhub", "hkwhub_local")
    result = await flows.answer(form, {"url": other.url})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await flows.remove(result["result"])
    await other.stop()


async def test_other_bridge(hass: HomeAssistant, add_hub: AddHub) -> None:
    """Entries of other bridges have nothing to do with it."""
    MockConfigEntry(domain=DOMAIN, data={"bridge": "ewelink"}).add_to_hass(hass)
    entry = await add_hub("local")
    assert entry.state is ConfigEntryState.LOADED


async def test_two_at_once(flows: FlowWalker, way: Way) -> None:
    """Of two flows for the same hub the slower one ends when the other is through."""
    first = await flows.start("hkwhub", *way.steps)
    second = await flows.start("hkwhub", *way.steps)
    result = await flows.answer(second, way.form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    result = await flows.answer(first, way.form)
    assert result["reason"] == "already_configured"


async def test_two_accounts(
    flows: FlowWalker, cloud: HkIotCloud, home: SimulatedHome, ways: Ways
) -> None:
    """Another user name on the same server is another account."""
    way = ways["cloud"]
    await flows.answer(await flows.start("hkwhub", *way.steps), way.form)
    cloud.add_user("grace.hopper", "grace's")
    home.speaker("TV").switch_off()
    result = await flows.answer(
        await flows.start("hkwhub", *way.steps),
        way.form | {"username": "grace.hopper", "password": "grace's"},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
