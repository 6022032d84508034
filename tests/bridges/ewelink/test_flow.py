"""Adding an account with a password: what is entered, and what becomes of it."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import Generation, regions
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import until_state

from .conftest import APP_ID, APP_SECRET, EMAIL, PASSWORD

GENERATIONS = {"ewelink_v1": "v1", "ewelink_v2": "v2"}
SIGN_IN_PATHS = ("/api/user/login", "/v2/user/login")
PHONE_NUMBER = "+4915112345678"


def regions_asked(cloud: EwelinkSimulator) -> list[str | None]:
    """Return where it was tried to sign in, in order."""
    return [call.region for call in cloud.requests if call.path in SIGN_IN_PATHS]


async def test_add_account(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is stored is what was entered and the tokens; the entry works."""
    cloud.add_device(account, uiid=1, name="Lamp")

    form = await flows.start("ewelink", generation)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == generation
    assert fields(form) == list(account_form)

    result = await flows.answer(form, account_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    data = dict(entry.data)
    assert data.pop("access_token")
    assert data.pop("refresh_token")
    assert data.pop("access_expires_at") < data.pop("refresh_expires_at")
    assert data == {
        "bridge": "ewelink",
        "generation": GENERATIONS[generation],
        "username": EMAIL,
        "password": PASSWORD,
        "country": "DE",
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "server": cloud.server_address,
        "region": "eu",
        "apikey": account.apikey,
    }
    assert entry.state is ConfigEntryState.LOADED
    await until_state(hass, "switch.lamp", "off")
    for secret in (PASSWORD, APP_SECRET, account.apikey, entry.data["access_token"]):
        assert secret not in caplog.text
    assert EMAIL not in caplog.text


async def test_unique_id(
    hass: HomeAssistant,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
) -> None:
    """An account has one id over both protocols, and no secret is in it."""
    ids: list[str] = []
    for step in GENERATIONS:
        result = await flows.answer(await flows.start("ewelink", step), account_form)
        ids.append(result["result"].unique_id or "")
        await hass.config_entries.async_remove(result["result"].entry_id)
    assert ids[0] == ids[1]
    for secret in (EMAIL, PASSWORD, account.apikey):
        assert secret not in ids[0]


@pytest.mark.parametrize(
    ("username", "title"),
    [
        (EMAIL, "eWeLink (ad…@e…)"),
        (f"  {EMAIL} ", "eWeLink (ad…@e…)"),
        (PHONE_NUMBER, "eWeLink (+49…78)"),
        ("0151 / 123 456 78", "eWeLink (015…78)"),
    ],
    ids=["e-mail", "e-mail with spaces", "phone", "national phone"],
)
async def test_title(
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    account_form: dict[str, Any],
    username: str,
    title: str,
) -> None:
    """The title, which is logged, tells the account to its owner alone."""
    cloud.add_account(email=EMAIL, password=PASSWORD)
    cloud.add_account(phone_number=PHONE_NUMBER, password=PASSWORD)
    result = await flows.answer(
        await flows.start("ewelink", "ewelink_v2"),
        account_form | {"username": username},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == title


@pytest.mark.parametrize(
    ("country", "registered", "entered"),
    [
        ("DE", PHONE_NUMBER, PHONE_NUMBER),
        ("DE", PHONE_NUMBER, "004915112345678"),
        ("DE", PHONE_NUMBER, "015112345678"),
        ("DE", PHONE_NUMBER, "15112345678"),
        ("DE", PHONE_NUMBER, " +49 (151) 123-45.678 "),
        ("DE", PHONE_NUMBER, "0151/123 45 678"),
        ("DE", PHONE_NUMBER, "+49 (0)151 12345678"),
        ("CN", "+8613800138000", "138 0013 8000"),
        ("US", "+12025550123", "(202) 555-0123"),
        ("FR", PHONE_NUMBER, "0049 151 12345678"),
    ],
    ids=[
        "plus",
        "double zero",
        "leading zero",
        "bare",
        "punctuation",
        "slash",
        "zero in brackets",
        "cn",
        "us",
        "other country",
    ],
)
async def test_phone_number(
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    country: str,
    registered: str,
    entered: str,
) -> None:
    """A phone number is understood in every way that people write it."""
    cloud.add_account(phone_number=registered, password=PASSWORD)
    result = await flows.answer(
        await flows.start("ewelink", generation),
        account_form | {"username": entered, "country": country},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["username"] == entered


@pytest.mark.parametrize("country", ["FR", None])
async def test_country_default(
    hass: HomeAssistant, flows: FlowWalker, country: str | None
) -> None:
    """The country is Home Assistant's own, where it knows one."""
    hass.config.country = country
    form = await flows.start("ewelink", "ewelink_v2")
    assert suggested(form) == {"country": country, "advanced": {}}


@pytest.mark.parametrize("region", ["cn", "as", "us"])
async def test_other_region(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    region: str,
) -> None:
    """An account that was registered elsewhere is found, and stays found."""
    cloud.add_account(email=EMAIL, password=PASSWORD, region=region)
    result = await flows.answer(await flows.start("ewelink", generation), account_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["region"] == region
    assert regions_asked(cloud) == ["eu", region]

    cloud.requests.clear()
    await hass.config_entries.async_reload(result["result"].entry_id)
    assert result["result"].state is ConfigEntryState.LOADED
    await cloud.wait_for_socket()
    assert {call.region for call in cloud.requests} == {region}


@pytest.mark.parametrize(
    "spelling",
    ["{}", " {} ", "{}/", "{}//"],
    ids=["plain", "spaces", "slash", "slashes"],
)
@pytest.mark.parametrize("suffix", ["", "/{region}"], ids=["one", "regional"])
async def test_server(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    suffix: str,
    spelling: str,
) -> None:
    """A server of one's own may serve all regions at one address, or each at its."""
    address = cloud.url + suffix
    entered = spelling.format(address)
    result = await flows.answer(
        await flows.start("ewelink", generation),
        account_form | {"advanced": {"server": entered}},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["server"] == address
    assert result["data"]["region"] == "eu"
    await cloud.wait_for_socket()


async def test_pasted_app(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
) -> None:
    """What is copied from eWeLink's page may come with blanks around it."""
    pasted = {"app_id": f" {APP_ID}\t", "app_secret": f"{APP_SECRET}\n"}
    result = await flows.answer(
        await flows.start("ewelink", generation), account_form | pasted
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["app_id"] == APP_ID
    assert result["data"]["app_secret"] == APP_SECRET
    await cloud.wait_for_socket()


async def test_server_in_capitals(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
) -> None:
    """The socket comes up too where the scheme is written in capitals."""
    server = cloud.server_address.replace("http", "HTTP")
    result = await flows.answer(
        await flows.start("ewelink", "ewelink_v2"),
        account_form | {"advanced": {"server": server}},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await cloud.wait_for_socket()


@pytest.mark.parametrize(
    "advanced",
    [{}, {"server": ""}, {"server": "  "}, {"server": "/"}],
    ids=["none", "empty", "spaces", "slash"],
)
async def test_no_server(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    account_form: dict[str, Any],
    generation: str,
    advanced: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a server of one's own eWeLink's are used; here they are simulated."""
    official = dict.fromkeys(Generation, cloud.server_address)
    monkeypatch.setattr(regions, "_REST", official)
    monkeypatch.setattr(regions, "_DISPATCH", official)
    # eWeLink's own sockets are encrypted, which the simulated one is not.
    cloud.trouble.dispatch_error = 500
    result = await flows.answer(
        await flows.start("ewelink", generation), account_form | {"advanced": advanced}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "server" not in result["data"]
    assert "advanced" not in result["data"]
    assert result["result"].state is ConfigEntryState.LOADED
