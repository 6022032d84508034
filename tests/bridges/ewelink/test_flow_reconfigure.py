"""Changing an account that is set up, and adding it a second time."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import Generation, regions
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount

from .conftest import APP_ID, APP_SECRET, EMAIL, PASSWORD, AddAccount, settled
from .test_flow_reauth import works

PHONE_NUMBER = "+4915112345678"


@pytest.fixture(autouse=True)
def lamp(cloud: EwelinkSimulator, account: SimulatedAccount) -> None:
    """A device of the account."""
    cloud.add_device(account, uiid=1, name="Lamp")


@pytest.fixture
def answer(cloud: EwelinkSimulator) -> dict[str, Any]:
    """What changes nothing."""
    return {
        "username": EMAIL,
        "country": "DE",
        "password": PASSWORD,
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "advanced": {"server": cloud.server_address},
    }


async def test_nothing_changed(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    add_account: AddAccount,
    flows: FlowWalker,
    answer: dict[str, Any],
    generation: str,
) -> None:
    """The form shows what is set up but secrets; the entry is set up anew."""
    entry = await add_account(generation)
    await settled(cloud, entry)
    before = dict(entry.data)
    coordinator = entry.runtime_data

    form = await flows.reconfigure(entry)
    assert form["step_id"] == "ewelink_reconfigure"
    assert fields(form) == [
        "username",
        "password",
        "country",
        "app_id",
        "app_secret",
        "advanced",
    ]
    assert suggested(form) == {
        "username": EMAIL,
        "country": "DE",
        "app_id": APP_ID,
        "advanced": {"server": cloud.server_address},
    }

    result = await flows.answer(form, answer)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.data.keys() == before.keys()
    assert entry.data["access_token"] != before["access_token"]
    assert entry.runtime_data is not coordinator
    await works(hass, cloud, entry)


@pytest.mark.parametrize(
    "advanced",
    [{}, {"server": ""}],
    ids=["left out", "empty"],
)
async def test_server_removed(
    cloud: EwelinkSimulator,
    add_account: AddAccount,
    flows: FlowWalker,
    answer: dict[str, Any],
    generation: str,
    advanced: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without an address the account goes to eWeLink's servers, here simulated."""
    entry = await add_account(generation)
    official = dict.fromkeys(Generation, cloud.server_address)
    monkeypatch.setattr(regions, "_REST", official)
    monkeypatch.setattr(regions, "_DISPATCH", official)
    cloud.trouble.dispatch_error = 500

    result = await flows.answer(
        await flows.reconfigure(entry), answer | {"advanced": advanced}
    )
    assert result["reason"] == "reconfigure_successful"
    assert "server" not in entry.data


async def test_other_server_and_app(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    add_account: AddAccount,
    flows: FlowWalker,
    answer: dict[str, Any],
    generation: str,
) -> None:
    """What is wrong is told and shown again; what is right is stored and used."""
    cloud.add_app("other-app", "other-secret")
    entry = await add_account(generation)
    before = dict(entry.data)
    form = await flows.reconfigure(entry)
    mistakes: tuple[tuple[dict[str, Any], dict[str, str]], ...] = (
        ({"password": "wrong"}, {"password": "wrong_password"}),
        ({"advanced": {"server": "nonsense"}}, {"base": "invalid_server"}),
        ({"advanced": {"server": "http://127.0.0.1:1"}}, {"base": "cannot_connect"}),
    )
    for mistake, errors in mistakes:
        form = await flows.answer(form, answer | mistake)
        assert form["errors"] == errors
        assert suggested(form) == {
            "username": EMAIL,
            "country": "DE",
            "app_id": APP_ID,
            "advanced": {**answer, **mistake}["advanced"],
        }
        assert entry.data == before

    changed = {"app_id": "other-app", "app_secret": "other-secret"}
    result = await flows.answer(
        form, answer | changed | {"advanced": {"server": f"{cloud.url}/"}}
    )
    assert result["reason"] == "reconfigure_successful"
    assert changed.items() <= entry.data.items()
    assert entry.data["server"] == cloud.url
    assert entry.data["username"] == EMAIL
    cloud.requests.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert {call.region for call in cloud.requests} == {None}
    await works(hass, cloud, entry)


async def test_other_account(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    answer: dict[str, Any],
    generation: str,
) -> None:
    """An entry stays with its account: another one is not taken for it."""
    entry = await add_account(generation)
    before = dict(entry.data)
    account.email = "somebody.else@example.com"
    cloud.add_account(email=EMAIL, password=PASSWORD)

    result = await flows.answer(await flows.reconfigure(entry), answer)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert entry.data == before
    await works(hass, cloud, entry)


async def test_account_has_another_address_now(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    answer: dict[str, Any],
    generation: str,
) -> None:
    """It is the same account all the same."""
    entry = await add_account(generation)
    account.email = "ada.king@example.com"

    form = await flows.answer(await flows.reconfigure(entry), answer)
    assert form["errors"] == {"username": "no_such_user"}
    result = await flows.answer(form, answer | {"username": "ada.king@example.com"})
    assert result["reason"] == "reconfigure_successful"
    await works(hass, cloud, entry)


@pytest.mark.parametrize("second", ["ewelink_v1", "ewelink_v2"])
@pytest.mark.parametrize(
    ("first_name", "second_name"),
    [(EMAIL, EMAIL), (PHONE_NUMBER, "0049 151 / 123 456 78")],
    ids=["same name", "other spelling"],
)
async def test_already_configured(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    second: str,
    first_name: str,
    second_name: str,
) -> None:
    """An account is added once, over whatever protocol; the entry goes on to work."""
    account.phone_number = PHONE_NUMBER
    entry = await add_account(generation, username=first_name)
    await settled(cloud, entry)
    result = await flows.answer(
        await flows.start("ewelink", second), account_form | {"username": second_name}
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    await works(hass, cloud, entry)


async def test_already_configured_with_other_app(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    add_account: AddAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
) -> None:
    """A session of another app does not disturb the entry."""
    cloud.add_app("other-app", "other-secret")
    entry = await add_account(generation)
    await settled(cloud, entry)
    before = dict(entry.data)
    coordinator = entry.runtime_data
    result = await flows.answer(
        await flows.start("ewelink", generation),
        account_form | {"app_id": "other-app", "app_secret": "other-secret"},
    )
    assert result["reason"] == "already_configured"
    assert entry.data == before
    assert entry.runtime_data is coordinator
    await works(hass, cloud, entry)


async def test_already_configured_but_broken(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
) -> None:
    """To add an account again does not take away the way to mend its entry."""
    entry = await add_account(generation)
    account.password = "a new one"
    cloud.revoke_tokens()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    result = await flows.answer(
        await flows.start("ewelink", generation),
        account_form | {"password": "a new one"},
    )
    assert result["reason"] == "already_configured"

    result = await flows.answer(
        await flows.open_reauth(entry),
        {"password": "a new one", "app_id": APP_ID, "app_secret": APP_SECRET},
    )
    assert result["reason"] == "reauth_successful"
    await works(hass, cloud, entry)


async def test_two_accounts(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    add_account: AddAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
) -> None:
    """Two accounts live side by side, with the same app id too."""
    other = "grace.hopper@example.com"
    cloud.add_account(email=other, password=PASSWORD)
    entry = await add_account(generation)
    await settled(cloud, entry)
    result = await flows.answer(
        await flows.start("ewelink", generation), account_form | {"username": other}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await cloud.wait_for_socket(2)
    await works(hass, cloud, entry)
