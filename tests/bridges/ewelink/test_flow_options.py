"""Options: which homes of an account to include."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.ewelink import account as account_module
from custom_components.iot_bridge.bridges.ewelink.client import Pace
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedFamily
from tests.waiting import until, until_state

from .browser import Browser, sign_in_on_page
from .conftest import AddAccount
from .mishaps import (
    SECRET_RENEWED,
    Spoil,
    app,
    in_trouble,
    repair,
    revoked,
    together,
    user,
)

HOMES_PATH: Final = "/v2/family"


@pytest.fixture
def cottage(cloud: EwelinkSimulator, account: SimulatedAccount) -> SimulatedFamily:
    """A second home with a fan; a lamp is in the first one."""
    cottage = account.add_family("Cottage")
    cloud.add_device(account, uiid=1, name="Lamp")
    cloud.add_device(account, uiid=1, name="Fan", family=cottage)
    return cottage


@pytest.fixture
async def entry(
    hass: HomeAssistant, cottage: SimulatedFamily, add_account: AddAccount
) -> ConfigEntry[Any]:
    """An entry with the devices of both homes."""
    added = await add_account("ewelink_v2")
    assert device_names(hass, added) == {"Lamp", "Fan"}
    return added


def device_names(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str | None]:
    """Return the names of the devices that Home Assistant has of an entry."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {device.name for device in devices if device.serial_number}


def offered(form: ConfigFlowResult) -> dict[str, str]:
    """Return the names of the homes that a form offers, by id."""
    schema = form["data_schema"]
    assert schema is not None
    options: list[dict[str, str]] = schema.schema["homes"].config["options"]
    return {option["value"]: option["label"] for option in options}


async def test_choose_homes(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    cottage: SimulatedFamily,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """Devices of homes that are left out go, and come back with their home."""
    form = await flows.options(entry)
    assert fields(form) == ["homes"]
    assert suggested(form) == {"homes": []}
    home = account.families[0]
    assert offered(form) == {home.id: "My Home", cottage.id: "Cottage"}

    result = await flows.choose(form, {"homes": [home.id]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"homes": [home.id]}
    assert entry.state is ConfigEntryState.LOADED
    assert device_names(hass, entry) == {"Lamp"}
    assert er.async_get(hass).async_get("switch.fan") is None
    assert hass.states.get("switch.fan") is None
    await until_state(hass, "switch.lamp", "off")

    form = await flows.options(entry)
    assert suggested(form) == {"homes": [home.id]}
    await flows.choose(form, {"homes": [cottage.id]})
    assert device_names(hass, entry) == {"Fan"}
    await until_state(hass, "switch.fan", "off")

    form = await flows.options(entry)
    await flows.choose(form, {"homes": [home.id, cottage.id]})
    assert device_names(hass, entry) == {"Lamp", "Fan"}


async def test_choose_a_home_without_devices(
    hass: HomeAssistant,
    account: SimulatedAccount,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """Who leaves all homes with devices out has them removed, as the form says."""
    barn = account.add_family("Barn")

    await flows.choose(await flows.options(entry), {"homes": [barn.id]})

    assert device_names(hass, entry) == set()


async def test_chosen_home_that_is_no_more(
    hass: HomeAssistant,
    account: SimulatedAccount,
    cottage: SimulatedFamily,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """A home that was deleted in the app does not take the others along."""
    home = account.families[0]
    await flows.choose(await flows.options(entry), {"homes": [home.id, cottage.id]})
    account.families.remove(cottage)

    await entry.runtime_data.async_refresh()

    assert entry.runtime_data.last_update_success
    await until_state(hass, "switch.lamp", "off")


@pytest.mark.parametrize("nothing", [{}, {"homes": []}], ids=["left out", "empty"])
async def test_choose_none(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    cottage: SimulatedFamily,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
    nothing: dict[str, Any],
) -> None:
    """No home chosen stands for all, also for homes that come later."""
    await flows.choose(await flows.options(entry), {"homes": [cottage.id]})
    assert device_names(hass, entry) == {"Fan"}

    await flows.choose(await flows.options(entry), nothing)
    assert entry.options == {"homes": []}
    assert device_names(hass, entry) == {"Lamp", "Fan"}

    boat = account.add_family("Boat")
    cloud.add_device(account, uiid=1, name="Pump", family=boat)
    await hass.config_entries.async_reload(entry.entry_id)
    assert device_names(hass, entry) == {"Lamp", "Fan", "Pump"}


async def test_home_that_is_gone(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    cottage: SimulatedFamily,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """A home that was deleted in the app is no longer offered as chosen."""
    home = account.families[0]
    form = await flows.options(entry)
    await flows.choose(form, {"homes": [home.id, cottage.id]})
    account.families.remove(cottage)

    form = await flows.options(entry)
    assert offered(form) == {home.id: "My Home"}
    assert suggested(form) == {"homes": [home.id]}
    await flows.choose(form, suggested(form))
    assert entry.options == {"homes": [home.id]}
    assert device_names(hass, entry) == {"Lamp"}


async def test_home_of_somebody_else(
    flows: FlowWalker, entry: ConfigEntry[Any]
) -> None:
    """What is not offered cannot be chosen."""
    form = await flows.options(entry)
    with pytest.raises(InvalidData):
        await flows.choose(form, {"homes": ["somebody else's"]})
    assert entry.options == {}


async def test_not_loaded(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    cottage: SimulatedFamily,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """Homes can be chosen while the entry is not set up; a renewed token is kept."""
    cloud.trouble.http_status = 503
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    repair(cloud)
    former = entry.data["access_token"]
    cloud.expire_access_tokens()

    form = await flows.options(entry)
    assert entry.data["access_token"] != former
    await flows.choose(form, {"homes": [cottage.id]})
    await until_state(hass, "switch.fan", "off")
    assert device_names(hass, entry) == {"Fan"}


async def test_loaded_session_is_shared(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """A token that is renewed for the options is the running entry's."""
    await until(lambda: entry.runtime_data.link_up)
    cloud.expire_access_tokens()
    former = entry.data["access_token"]
    form = await flows.options(entry)
    assert entry.data["access_token"] != former
    await flows.choose(form, {"homes": []})
    await until_state(hass, "switch.lamp", "off")
    assert entry.state is ConfigEntryState.LOADED


# What goes wrong -> why the flow ends.
MISHAPS: Final[dict[str, tuple[Spoil, str]]] = {
    "HTTP 503": (in_trouble(http_status=503), "cannot_connect"),
    "HTTP 404": (in_trouble(http_status=404), "refused"),
    "garbage": (in_trouble(garbage_paths={HOMES_PATH}), "unexpected_answer"),
    "error 500": (in_trouble(error_for_path={HOMES_PATH: 500}), "cannot_connect"),
    "app not allowed": (app(allowed=False), "app_not_allowed"),
    "app expired": (app(expired=True), "app_expired"),
    "quota": (app(quota_exceeded=True), "quota_exceeded"),
    "password changed": (together(revoked, user(password="new")), "wrong_password"),
    "user renamed": (together(revoked, user(email="x@example.com")), "no_such_user"),
    "account inactive": (together(revoked, user(active=False)), "no_such_user"),
    "app secret renewed": (together(revoked, SECRET_RENEWED), "app_secret"),
    "region loop": (
        together(revoked, in_trouble(extra_login_region_loop=True)),
        "region_loop",
    ),
}


async def check_abort(
    flows: FlowWalker, entry: ConfigEntry[Any], chosen: dict[str, Any], reason: str
) -> None:
    """Check that options cannot be chosen now, and are as before."""
    result = await flows.options(entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason
    assert entry.options == chosen


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [pytest.param(*mishap, id=name) for name, mishap in MISHAPS.items()],
)
async def test_mishap(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    cottage: SimulatedFamily,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
    spoil: Spoil,
    reason: str,
) -> None:
    """Where the homes cannot be read the flow says why, set up or not."""
    chosen = {"homes": [cottage.id]}
    await flows.choose(await flows.options(entry), chosen)
    spoil(cloud)
    await check_abort(flows, entry, chosen, reason)

    await hass.config_entries.async_unload(entry.entry_id)
    await check_abort(flows, entry, chosen, reason)


async def test_server_stopped(
    cloud: EwelinkSimulator, flows: FlowWalker, entry: ConfigEntry[Any]
) -> None:
    """A cloud that is down is told of."""
    await cloud.stop()
    await check_abort(flows, entry, {}, "cannot_connect")


async def test_timeout(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cloud that does not answer is told of."""
    await hass.config_entries.async_unload(entry.entry_id)
    cloud.trouble.hang_paths = {HOMES_PATH}
    pace = Pace(request_interval=0, request_timeout=0.05)
    monkeypatch.setattr(account_module, "PACE", pace)
    await check_abort(flows, entry, {}, "timeout_connect")


async def test_session_of_page_ended(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """Without a password there is nothing to sign in with."""
    form = await flows.start("ewelink", "ewelink_oauth")
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    cloud.revoke_tokens()
    await check_abort(flows, result["result"], {}, "invalid_auth")


async def test_no_options_for_first_protocol(
    add_account: AddAccount, account: SimulatedAccount
) -> None:
    """The first protocol knows no homes, so there is nothing to choose."""
    entry = await add_account("ewelink_v1")
    assert entry.supports_options is False


async def test_options_for_second_protocol(
    add_account: AddAccount, account: SimulatedAccount
) -> None:
    """The second protocol knows homes."""
    entry = await add_account("ewelink_v2")
    assert entry.supports_options is True
