"""Signing in again: with a password, on the web page, or with other PubNub keys."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from tests.bridges.browser import Browser, refusal
from tests.bridges.flow_walker import FlowWalker, fields, kept, suggested
from tests.bridges.page import go_to_page, sign_in, sign_in_on_page
from tests.simulators.hkwhub import HkIotCloud, PubNubHub, SimulatedHome
from tests.simulators.pubnub import PubNubSimulator

from .conftest import (
    CHANNEL,
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    PUBLISH_KEY,
    SUBSCRIBE_KEY,
    USERNAME,
    AddHub,
    make_impatient,
    start_code,
)

PASSWORD_ANSWER: Final = {
    "password": PASSWORD,
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}
KEYS_ANSWER: Final = {
    "publish_key": PUBLISH_KEY,
    "subscribe_key": SUBSCRIBE_KEY,
    "channel": CHANNEL,
}


@pytest.fixture
async def code_entry(
    flows: FlowWalker, browser: Browser, code_form: dict[str, Any]
) -> ConfigEntry[Any]:
    """An entry that was made on HKIoTCloud's page."""
    result = await sign_in_on_page(flows, browser, await start_code(flows), code_form)
    entry: ConfigEntry[Any] = result["result"]
    return entry


async def lose_sign_in(
    hass: HomeAssistant, cloud: HkIotCloud, entry: ConfigEntry[Any]
) -> None:
    """Let a restart of Home Assistant find that the token has ended."""
    cloud.revoke_all()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR


def changes(entry: ConfigEntry[Any], before: dict[str, Any]) -> set[str]:
    """Return the names of data that are not what they were."""
    return {
        name
        for name in entry.data.keys() | before
        if entry.data.get(name) != before.get(name)
    }


def assert_done(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Check that an entry works and that nothing is left to do."""
    assert entry.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert not [
        issue_id
        for _, issue_id in ir.async_get(hass).issues
        if issue_id.startswith(f"config_entry_reauth_{DOMAIN}")
    ]


async def test_password(
    hass: HomeAssistant, cloud: HkIotCloud, flows: FlowWalker, add_hub: AddHub
) -> None:
    """A restart finds the token revoked; the password gives another one."""
    entry = await add_hub("cloud")
    before = dict(entry.data)
    cloud.add_user(USERNAME, "a new one")
    await lose_sign_in(hass, cloud, entry)

    form = await flows.open_reauth(entry)
    assert form["step_id"] == "hkwhub_reauth"
    assert fields(form) == list(PASSWORD_ANSWER)
    assert suggested(form) == {"client_id": CLIENT_ID}
    form = await flows.answer(form, PASSWORD_ANSWER)
    assert form["errors"] == {"password": "invalid_auth"}
    assert suggested(form) == {"client_id": CLIENT_ID}

    answer = PASSWORD_ANSWER | {"password": "a new one"}
    result = await flows.answer(form, answer)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"token"}
    assert_done(hass, entry)


async def test_password_with_other_client(
    hass: HomeAssistant, cloud: HkIotCloud, flows: FlowWalker, add_hub: AddHub
) -> None:
    """A client that exists no longer gives way to another one."""
    entry = await add_hub("cloud")
    unique_id = entry.unique_id
    del cloud.office.clients[CLIENT_ID]
    cloud.add_client("other", "other-secret")
    await lose_sign_in(hass, cloud, entry)
    form = await flows.answer(await flows.open_reauth(entry), PASSWORD_ANSWER)
    assert form["errors"] == {"client_id": "invalid_client"}

    other = {"client_id": "other", "client_secret": "other-secret"}
    result = await flows.answer(form, PASSWORD_ANSWER | other)
    assert result["reason"] == "reauth_successful"
    assert other.items() <= entry.data.items()
    assert entry.unique_id == unique_id
    assert_done(hass, entry)


async def test_password_with_other_speakers(
    hass: HomeAssistant,
    home: SimulatedHome,
    cloud: HkIotCloud,
    flows: FlowWalker,
    add_hub: AddHub,
) -> None:
    """The account is the same, even if all speakers are new."""
    entry = await add_hub("cloud")
    await lose_sign_in(hass, cloud, entry)
    for speaker in home.available:
        speaker.switch_off()
    home.add_speaker("77", "New")
    result = await flows.answer(await flows.open_reauth(entry), PASSWORD_ANSWER)
    assert result["reason"] == "reauth_successful"
    assert_done(hass, entry)


async def test_page(
    hass: HomeAssistant,
    cloud: HkIotCloud,
    flows: FlowWalker,
    browser: Browser,
    code_entry: ConfigEntry[Any],
) -> None:
    """A token that ends while no browser is there is asked for all the same."""
    before = dict(code_entry.data)
    await lose_sign_in(hass, cloud, code_entry)
    question = await flows.open_reauth(code_entry)
    assert question["step_id"] == "hkwhub_reauth_code"
    assert fields(question) == []

    page = await go_to_page(flows, question, {})
    result = await sign_in(flows, browser, page)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert changes(code_entry, before) == {"token"}
    assert_done(hass, code_entry)


async def test_page_without_browser(
    flows: FlowWalker, code_entry: ConfigEntry[Any]
) -> None:
    """Without a browser there is no way to the page."""
    flows.base_url = None
    question = await flows.reauth(code_entry)
    result = await flows.answer(question, {})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


async def test_page_with_mistakes(
    hass: HomeAssistant,
    cloud: HkIotCloud,
    flows: FlowWalker,
    browser: Browser,
    code_entry: ConfigEntry[Any],
    code_form: dict[str, Any],
) -> None:
    """Who refuses, or whose client has another-secret, gets a form to mend it."""
    page = await go_to_page(flows, await flows.reauth(code_entry), {})
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    assert form["step_id"] == "hkwhub_code"
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(code_form)

    client = cloud.office.clients[CLIENT_ID]
    cloud.add_client(CLIENT_ID, "renewed", client.redirect_uris)
    form = await sign_in_on_page(flows, browser, form, code_form)
    assert form["errors"] == {"client_id": "invalid_client"}
    renewed = code_form | {"client_secret": "renewed"}
    result = await sign_in_on_page(flows, browser, form, renewed)
    assert result["reason"] == "reauth_successful"
    assert code_entry.data["client_secret"] == "renewed"
    assert_done(hass, code_entry)


async def test_page_as_somebody_else(
    home: SimulatedHome,
    cloud: HkIotCloud,
    flows: FlowWalker,
    browser: Browser,
    code_entry: ConfigEntry[Any],
    code_form: dict[str, Any],
) -> None:
    """Whose hub has none of the speakers is somebody else."""
    before = dict(code_entry.data)
    page = await go_to_page(flows, await flows.reauth(code_entry), {})
    known = home.available
    for speaker in known:
        speaker.switch_off()
    stranger = home.add_speaker("77", "A stranger's")
    form = await sign_in(flows, browser, page)
    assert form["step_id"] == "hkwhub_code"
    assert form["errors"] == {"base": "other_hub"}
    assert dict(code_entry.data) == before

    stranger.switch_off()
    known[0].switch_on()
    result = await sign_in_on_page(flows, browser, form, code_form)
    assert result["reason"] == "reauth_successful"


async def test_page_with_other_client(
    hass: HomeAssistant,
    home: SimulatedHome,
    cloud: HkIotCloud,
    flows: FlowWalker,
    browser: Browser,
    code_entry: ConfigEntry[Any],
    code_form: dict[str, Any],
) -> None:
    """With another client only the speakers tell that it is the same account."""
    former = code_entry.unique_id
    uris = cloud.office.clients[CLIENT_ID].redirect_uris
    cloud.add_client("other", "other-secret", uris)
    other = code_form | {"client_id": "other", "client_secret": "other-secret"}
    known = home.available
    for speaker in known:
        speaker.switch_off()

    page = await go_to_page(flows, await flows.reauth(code_entry), {})
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    form = await sign_in_on_page(flows, browser, form, other)
    assert form["errors"] == {"base": "other_hub"}

    known[0].switch_on()
    result = await sign_in_on_page(flows, browser, form, other)
    assert result["reason"] == "reauth_successful"
    assert code_entry.unique_id != former
    assert_done(hass, code_entry)


async def test_page_while_all_speakers_are_off(
    hass: HomeAssistant,
    home: SimulatedHome,
    flows: FlowWalker,
    browser: Browser,
    code_entry: ConfigEntry[Any],
) -> None:
    """With the same client it is believed to be the same account."""
    for speaker in home.available:
        speaker.switch_off()
    page = await go_to_page(flows, await flows.reauth(code_entry), {})
    result = await sign_in(flows, browser, page)
    assert result["reason"] == "reauth_successful"
    assert_done(hass, code_entry)


async def test_keys(
    hass: HomeAssistant,
    net: PubNubSimulator,
    pubnub_hub: PubNubHub,
    flows: FlowWalker,
    add_hub: AddHub,
) -> None:
    """Keys that PubNub refuses give way to others; the hub is the same."""
    entry = await add_hub("pubnub")
    before = dict(entry.data)
    net.refuse_keys()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    form = await flows.open_reauth(entry)
    assert form["step_id"] == "hkwhub_reauth_pubnub"
    assert fields(form) == list(KEYS_ANSWER)
    assert suggested(form) == {"channel": CHANNEL}
    form = await flows.answer(form, KEYS_ANSWER)
    assert form["errors"] == {"base": "invalid_keys"}

    net.allow_keys()
    net.add_keys("pub-c-new", "sub-c-new")
    await pubnub_hub.stop()
    pubnub_hub.publish_key, pubnub_hub.subscribe_key = "pub-c-new", "sub-c-new"
    await pubnub_hub.start()
    renewed = {"publish_key": " pub-c-new ", "subscribe_key": "sub-c-new"}
    result = await flows.answer(form, KEYS_ANSWER | renewed)
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"publish_key", "subscribe_key"}
    assert_done(hass, entry)


async def test_keys_of_another_hub(
    home: SimulatedHome,
    net: PubNubSimulator,
    flows: FlowWalker,
    add_hub: AddHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another hub on the channel is not listened to."""
    entry = await add_hub("pubnub")
    before = dict(entry.data)
    other = PubNubHub(home, net, PUBLISH_KEY, SUBSCRIBE_KEY, "elsewhere", "OTHER-HUB")
    await other.start()
    form = await flows.reauth(entry)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, KEYS_ANSWER | {"channel": "elsewhere"})
    assert form["errors"] == {"channel": "hub_offline"}
    assert dict(entry.data) == before
    await other.stop()
    result = await flows.answer(form, KEYS_ANSWER)
    assert result["reason"] == "reauth_successful"


async def test_reauth_names_its_entry(
    hass: HomeAssistant, flows: FlowWalker, add_hub: AddHub
) -> None:
    """The flow that waits for the user is told apart by the entry's title."""
    entry = await add_hub("cloud")
    await flows.reauth(entry)
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    assert flow["context"]["title_placeholders"] == {"name": entry.title}
