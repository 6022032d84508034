"""Every step, field, error and abort of the flows has a text, and no text is left over.

The flow walker compares each form that any test meets with its texts; here is what
only shows when all bridges are seen together.
"""

from collections.abc import Iterator
import re
from typing import Any, Final

import pytest

from custom_components.iot_bridge import oauth
from custom_components.iot_bridge.bridges import BRIDGES
from custom_components.iot_bridge.bridges.ewelink.client import EwelinkError
from custom_components.iot_bridge.bridges.ewelink.errors import flow_error
from custom_components.iot_bridge.bridges.hkwhub import forms
from custom_components.iot_bridge.bridges.hkwhub.client import HkwhubError
from custom_components.iot_bridge.bridges.iotbiz.errors import FORM_ERRORS
from custom_components.iot_bridge.bridges.thingplus import forms as thingplus_forms
from custom_components.iot_bridge.bridges.thingplus.client import ThingplusError
from custom_components.iot_bridge.bridges.wotkit import forms as wotkit_forms
from custom_components.iot_bridge.bridges.wotkit.client import WotkitError
from custom_components.iot_bridge.bridges.wotkit.const import SignIn
from custom_components.iot_bridge.config_flow import OPTIONS_FLOWS, IotBridgeConfigFlow
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import HANDLERS

from .flow_walker import TEXTS

# Errors of what was entered, which no client is asked about.
INPUT_ERRORS: Final = {
    "invalid_address",
    "invalid_channel",
    "invalid_server",
    "invalid_username",
    "other_hub",
    "too_few_scopes",
    "wrong_account",
}
# What is wrong with the choice of WoTKit's sensors, in the flow and in the options.
CHOICE_ERRORS: Final = {"no_sensors", "no_tags", "nothing_picked"}
# What Thing+ tells of a client, or does not let it do.
THINGPLUS_SCOPE_ERRORS: Final = {"no_gateway_scope", "no_site_scope"}
THINGPLUS_NEW_CLIENT_ERRORS: Final = {"client_not_created", "new_client_unknown"}
# What IoTBiz' client tells, and what cannot be right whatever it is asked.
IOTBIZ_ERRORS: Final = {key for _, key in FORM_ERRORS.values()}
IOTBIZ_NUMBER_ERRORS: Final = {"customer_too_short", "invalid_customer"}
IOTBIZ_INPUT_ERRORS: Final = {"invalid_ca", "invalid_device", "invalid_host"}
IOTBIZ_OPTION_ERRORS: Final = {
    "customer_exists",
    "customer_has_devices",
    "invalid_network",
}
ABORTS: Final = {"already_configured", "oauth_needs_browser", "wrong_account"}
# A code is part of signing in, which options do not, and only the first protocol
# tells an inactive account from none, but it has no options.
NO_OPTION_ERRORS: Final = {"account_inactive", "code_rejected"}


def kinds_of[ErrorT: Exception](error: type[ErrorT]) -> Iterator[type[ErrorT]]:
    """Yield a client's error and all that are special cases of it."""
    yield error
    for kind in error.__subclasses__():
        yield from kinds_of(kind)


EWELINK_ERRORS: Final = {flow_error(kind(""))[1] for kind in kinds_of(EwelinkError)}
HKWHUB_ERRORS: Final = {
    key
    for kind in kinds_of(HkwhubError)
    for key in forms.LOCAL_FORM.error(kind("")).errors.values()
}
THINGPLUS_ERRORS: Final = {
    key
    for form in (
        thingplus_forms.CREATE_FORM,
        thingplus_forms.PASSWORD_FORM,
        thingplus_forms.CODE_FORM,
    )
    for kind in kinds_of(ThingplusError)
    for key in form.error(kind("")).errors.values()
}
WOTKIT_ERRORS: Final = {
    key
    for form in (
        wotkit_forms.KEY_FORM,
        wotkit_forms.USER_FORM,
        wotkit_forms.CODE_FORM,
        wotkit_forms.PASSWORD_FORM,
    )
    for kind in kinds_of(WotkitError)
    for key in form.error(kind("")).errors.values()
}


def test_every_way_to_sign_in_has_a_form() -> None:
    """All of WoTKit's forms have been asked for their errors."""
    forms_of_ways = {
        form.sign_in
        for form in vars(wotkit_forms).values()
        if isinstance(form, wotkit_forms.Form)
    }
    assert forms_of_ways == set(SignIn)


@pytest.mark.parametrize(
    ("kind", "place", "keys"),
    [
        (
            "config",
            "error",
            EWELINK_ERRORS
            | HKWHUB_ERRORS
            | THINGPLUS_ERRORS
            | THINGPLUS_SCOPE_ERRORS
            | THINGPLUS_NEW_CLIENT_ERRORS
            | WOTKIT_ERRORS
            | IOTBIZ_ERRORS
            | IOTBIZ_NUMBER_ERRORS
            | IOTBIZ_INPUT_ERRORS
            | oauth.FLOW_ERROR_KEYS
            | INPUT_ERRORS
            | CHOICE_ERRORS,
        ),
        ("config", "abort", ABORTS),
        (
            "options",
            "error",
            wotkit_forms.CLIENT_ERROR_KEYS
            | thingplus_forms.CLIENT_ERROR_KEYS
            | THINGPLUS_SCOPE_ERRORS
            | CHOICE_ERRORS
            | IOTBIZ_NUMBER_ERRORS
            | IOTBIZ_OPTION_ERRORS,
        ),
        (
            "options",
            "abort",
            (EWELINK_ERRORS - NO_OPTION_ERRORS) | {"customer_gone", "not_loaded"},
        ),
    ],
)
def test_every_reason(kind: str, place: str, keys: set[str]) -> None:
    """All that may go wrong has a text, and nothing else has."""
    assert set(TEXTS[kind][place]) == keys


def test_every_step_is_of_a_bridge() -> None:
    """A step that has texts exists, and belongs to a bridge or to all."""
    flow = HANDLERS[DOMAIN]
    assert flow is IotBridgeConfigFlow
    for step in TEXTS["config"]["step"]:
        assert hasattr(flow, f"async_step_{step}")
        assert step in {"user", "auth"} or step.partition("_")[0] in BRIDGES
    for step in TEXTS["options"]["step"]:
        assert any(
            hasattr(flow, f"async_step_{step}") for flow in OPTIONS_FLOWS.values()
        )


def texts_of(tree: Any) -> Iterator[str]:
    """Yield all texts of a tree."""
    match tree:
        case dict():
            for branch in tree.values():
                yield from texts_of(branch)
        case _:
            yield tree


def test_texts_hold_no_addresses() -> None:
    """Addresses are placeholders, and there is no markup."""
    for text in texts_of({kind: TEXTS[kind] for kind in ("config", "options")}):
        assert not re.search(r"https?://|<\w+>", text)
