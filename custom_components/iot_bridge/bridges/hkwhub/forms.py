"""The forms of HKWHub's config flow: fields, what they are read into, their errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
)
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ...const import CONF_BRIDGE
from .account import normal_address
from .client import errors
from .const import (
    CONF_CHANNEL,
    CONF_GRANT,
    CONF_PUBLISH_KEY,
    CONF_SUBSCRIBE_KEY,
    CONF_TRANSPORT,
    DEFAULT_CLOUD,
    DEFAULT_PUBNUB,
    Grant,
    TransportKind,
)

_ADVANCED: Final = "advanced"
_BASE: Final = "base"

# What the documents and the app show; HKWHub specification, "Running Local Server"
# and "Connect to PubNub Server".
_EXAMPLE_ADDRESS: Final = "192.168.1.5:8080"
_EXAMPLE_CHANNEL: Final = "hkwhubchannel"

# PubNub gives these a meaning of their own, so that one name would be several channels.
_CHANNEL: Final = re.compile(r"[^\s\x00-\x1f\x7f,:*/\\]{1,92}")

_TEXT: Final = TextSelector()
_SECRET: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_CLIENT: Final = {
    vol.Required(CONF_CLIENT_ID): _TEXT,
    vol.Required(CONF_CLIENT_SECRET): _SECRET,
}
_PUBNUB: Final = {
    vol.Required(CONF_PUBLISH_KEY): _SECRET,
    vol.Required(CONF_SUBSCRIBE_KEY): _SECRET,
    vol.Required(CONF_CHANNEL): _TEXT,
}
_SERVER: Final = {
    vol.Required(_ADVANCED): section(
        vol.Schema({vol.Optional(CONF_URL): _TEXT}), {"collapsed": True}
    )
}

# What is pasted from a page or an app, and blanks come with it; the error that an
# empty one leads to.
_PASTED: Final = {
    CONF_CLIENT_ID: "invalid_client",
    CONF_CLIENT_SECRET: "invalid_client",
    CONF_PUBLISH_KEY: "invalid_keys",
    CONF_SUBSCRIBE_KEY: "invalid_keys",
}
# What a form is filled with again; secrets are typed anew.
_SHOWN_AGAIN: Final = (CONF_USERNAME, CONF_CLIENT_ID, CONF_CHANNEL)


class FormError(Exception):
    """What was entered does not work.

    Attributes:
        errors: Keys under `config.error`, by field.
    """

    def __init__(self, at: str, key: str) -> None:
        """Name the field, or "base", and the error."""
        super().__init__(key)
        self.errors = {at: key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that asks for the way to a hub.

    Attributes:
        step: The step that shows it.
        transport: The way that it is for.
        schema: Its fields.
        fixed: Data that go with it and are not asked for.
    """

    step: str
    transport: TransportKind
    schema: vol.Schema
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return an entry's data, and the password where one was asked for.

        Args:
            entered: What the user has entered.
            known: Data of the same entry that this form does not ask for.

        Raises:
            FormError: Something cannot be right, whatever the server says.
        """
        data = {**known, **entered}
        if (advanced := data.pop(_ADVANCED, None)) is not None:
            data[CONF_URL] = advanced.get(CONF_URL)
        for name in _PASTED.keys() & data.keys():
            data[name] = "".join(data[name].split())
        for name in {CONF_USERNAME, CONF_CHANNEL} & data.keys():
            data[name] = data[name].strip()
        try:
            data[CONF_URL] = normal_address(self.transport, data[CONF_URL])
        except ValueError:
            raise FormError(self._place_of(CONF_URL), "invalid_address") from None
        for name, key in _PASTED.items():
            if data.get(name) == "":
                raise FormError(name, key)
        if not _CHANNEL.fullmatch(data.get(CONF_CHANNEL, _EXAMPLE_CHANNEL)):
            raise FormError(CONF_CHANNEL, "invalid_channel")
        return {
            CONF_BRIDGE: "hkwhub",
            CONF_TRANSPORT: self.transport.value,
            **self.fixed,
            **data,
        }

    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return what the form is filled with: no secrets.

        Args:
            known: The data of the entry that the flow is about.
            entered: What the user has entered before.
        """
        if entered is None:
            entered = known if known.get(CONF_TRANSPORT) == self.transport else {}
            entered = {**entered, **self._suggested_address(entered)}
        if self.transport is TransportKind.PUBNUB:
            entered = {CONF_CHANNEL: _EXAMPLE_CHANNEL, **entered}
        shown = (*_SHOWN_AGAIN, _ADVANCED, CONF_URL)
        return {
            name: entered[name]
            for name in shown
            if name in entered and name in self.schema.schema
        }

    def _suggested_address(self, known: Mapping[str, Any]) -> dict[str, Any]:
        default = PLACEHOLDERS.get(f"default_{self.transport}")
        if known.get(CONF_URL, default) == default:
            return {_ADVANCED: {}}
        return {_ADVANCED: {CONF_URL: known[CONF_URL]}}

    def error(self, err: errors.HkwhubError) -> FormError:
        """Return what the form tells of a client's error."""
        at, key = next(
            _CLIENT_ERRORS[base] for base in type(err).__mro__ if base in _CLIENT_ERRORS
        )
        return FormError(self._place_of(at), key)

    def _place_of(self, name: str) -> str:
        """Return where an error about a field is shown: above, if it is not there."""
        return name if name in self.schema.schema else _BASE


# Error -> the field it belongs to, and the key under `config.error`.
_CLIENT_ERRORS: Final[Mapping[type[Exception], tuple[str, str]]] = {
    errors.HkwhubError: (_BASE, "hub_refused"),
    errors.CannotConnectError: (CONF_URL, "cannot_connect"),
    errors.RequestTimeoutError: (CONF_URL, "timeout_connect"),
    errors.UnexpectedAnswerError: (CONF_URL, "not_a_hub"),
    errors.HubOfflineError: (CONF_CHANNEL, "hub_offline"),
    errors.SignInError: (_BASE, "invalid_auth"),
    errors.KeysRefusedError: (_BASE, "invalid_keys"),
}
CLIENT_ERROR_KEYS: Final = frozenset(key for _, key in _CLIENT_ERRORS.values())

PLACEHOLDERS: Final = {
    "example_address": _EXAMPLE_ADDRESS,
    f"default_{TransportKind.CLOUD}": DEFAULT_CLOUD,
    f"default_{TransportKind.PUBNUB}": DEFAULT_PUBNUB,
}

LOCAL_FORM: Final = Form(
    step="hkwhub_local",
    transport=TransportKind.LOCAL,
    schema=vol.Schema({vol.Required(CONF_URL): _TEXT}),
)
CODE_FORM: Final = Form(
    step="hkwhub_code",
    transport=TransportKind.CLOUD,
    schema=vol.Schema({**_CLIENT, **_SERVER}),
    fixed={CONF_GRANT: Grant.AUTHORIZATION_CODE.value},
)
PASSWORD_FORM: Final = Form(
    step="hkwhub_password",
    transport=TransportKind.CLOUD,
    schema=vol.Schema(
        {
            vol.Required(CONF_USERNAME): _TEXT,
            vol.Required(CONF_PASSWORD): _PASSWORD,
            **_CLIENT,
            **_SERVER,
        }
    ),
    fixed={CONF_GRANT: Grant.PASSWORD.value},
)
PUBNUB_FORM: Final = Form(
    step="hkwhub_pubnub",
    transport=TransportKind.PUBNUB,
    schema=vol.Schema({**_PUBNUB, **_SERVER}),
)
REAUTH_PASSWORD_FORM: Final = Form(
    step="hkwhub_reauth",
    transport=TransportKind.CLOUD,
    schema=vol.Schema({vol.Required(CONF_PASSWORD): _PASSWORD, **_CLIENT}),
)
REAUTH_PUBNUB_FORM: Final = Form(
    step="hkwhub_reauth_pubnub",
    transport=TransportKind.PUBNUB,
    schema=vol.Schema(_PUBNUB),
)
