"""Diagnostics help, and no secret leaves by them or by the log."""

import json
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, believable_home
from tests.waiting import until

from .conftest import APP_ID, APP_SECRET, EMAIL, PASSWORD, AddAccount, settled

SECRET_PARAMS = {
    "bindInfos": {"alexa": ["amzn1.account.SECRETBIND"]},
    "ssid": "MyHomeNetwork",
    "bssid": "aa:bb:cc:dd:ee:ff",
    "ip": "192.168.7.31",
    "unlisted": "192.168.7.32",
    "note": "somebody@example.org",
    "code": "d5f0c6a5-1111-2222-3333-444455556666",
    "blob": "c2VjcmV0IHNlY3JldCBzZWNyZXQ=",
    "rfVal": "255A00FA0280DA5914",
    "code2": "255A00FA0280DA5914",
    "eui": "a4c1388f0011aabb",
    "bare_address": "d02788aabbcc",
    "v6": "fe80::d227:88ff:feaa:bbcc",
    "wifiName": "Lovelace",
    "number": 358240051111110,
}


def values_of(thing: Any) -> list[str]:
    """Return all texts within something, to search for them."""
    match thing:
        case dict():
            return [text for value in thing.values() for text in values_of(value)]
        case list():
            return [text for value in thing for text in values_of(value)]
        case str() | int():
            return [str(thing)]
        case _:
            return []


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    device_registry: dr.DeviceRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What support needs is there; what nobody may see is not, nor in the log."""
    caplog.set_level(logging.DEBUG)
    # The test's own server writes what it receives.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    believable_home(cloud, account)
    strange = cloud.add_device(
        account,
        uiid=4321,
        name="Strange",
        params={"switch": "on", "mystery": 7, "mode": "eco", **SECRET_PARAMS},
    )
    entry = await add_account()
    await settled(cloud, entry)
    await strange.report({"switch": "off"})
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": "switch.strange"}, blocking=True
    )
    cloud.expire_access_tokens()
    await cloud.drop_sockets()
    await until(lambda: cloud.handshakes == 2)
    await until(lambda: entry.runtime_data.link_up)
    assert await async_setup_component(hass, "diagnostics", {})

    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    [device] = [
        device
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
        if device.name == "Strange"
    ]
    device_dump: Any = await get_diagnostics_for_device(
        hass, hass_client, entry, device
    )

    assert dump["generation"] == "v2"
    assert dump["link_up"] is True
    assert len(dump["devices"]) == 18 - 1
    [described] = device_dump["devices"]
    assert described["uiid"] == 4321
    assert described["state"] == {"switch": True}
    assert described["listed_params"]["mystery"] == 7
    assert described["listed_params"]["mode"] == "eco"

    secrets = {
        EMAIL,
        PASSWORD,
        APP_ID,
        APP_SECRET,
        account.apikey,
        *(entry.data[key] for key in ("access_token", "refresh_token")),
        *(owner.apikey for owner in cloud.accounts),
        *(known.device_id for known in cloud.devices.values()),
        *values_of(SECRET_PARAMS),
        "D8:F1:5B",
    }
    for text in (json.dumps(dump), json.dumps(device_dump)):
        assert [secret for secret in secrets if secret.lower() in text.lower()] == []
    ours = "\n".join(
        record.getMessage() + str(record.exc_info or "")
        for record in caplog.records
        if record.name.startswith(("custom_components", "homeassistant"))
    )
    registry_ids = {known.device_id for known in cloud.devices.values()}
    logged = [secret for secret in secrets - registry_ids if secret in ours]
    assert logged == []
