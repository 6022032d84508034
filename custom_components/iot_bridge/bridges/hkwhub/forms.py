"""The forms of HKWHub's config flow: fields, what they are read into, their errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Any, ClassVar, Final, override

import voluptuous as vol

from homeassistant.const import CONF_CLIENT_ID, CONF_PASSWORD, CONF_URL, CONF_USERNAME

from ...const import CONF_BRIDGE
from ...entry_forms import (
    ADVANCED,
    BASE,
    CLIENT_FIELDS,
    PASSWORD,
    PASTED_CLIENT,
    SECRET,
    TEXT,
    USER_FIELDS,
    EntryForm,
    FormError,
    advanced_section,
    read_pasted,
)
from ...error_texts import nearest
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

# What the documents and the app show; HKWHub specification, "Running Local Server"
# and "Connect to PubNub Server".
_EXAMPLE_ADDRESS: Final = "192.168.1.5:8080"
_EXAMPLE_CHANNEL: Final = "hkwhubchannel"

# PubNub gives these a meaning of their own, so that one name would be several channels.
_CHANNEL: Final = re.compile(r"[^\s\x00-\x1f\x7f,:*/\\]{1,92}")

_PUBNUB: Final = {
    vol.Required(CONF_PUBLISH_KEY): SECRET,
    vol.Required(CONF_SUBSCRIBE_KEY): SECRET,
    vol.Required(CONF_CHANNEL): TEXT,
}
_SERVER: Final = advanced_section(CONF_URL)

# What is pasted from a page or an app; the error that an empty one leads to.
_PASTED: Final = {
    **PASTED_CLIENT,
    CONF_PUBLISH_KEY: "invalid_keys",
    CONF_SUBSCRIBE_KEY: "invalid_keys",
}
# What a form is filled with again; secrets are typed anew.
_SHOWN_AGAIN: Final = (CONF_USERNAME, CONF_CLIENT_ID, CONF_CHANNEL, ADVANCED, CONF_URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(EntryForm):
    """A form that asks for the way to a hub.

    Attributes:
        transport: The way that it is for.
        fixed: Data that go with it and are not asked for.
    """

    client_error: ClassVar = errors.HkwhubError

    transport: TransportKind
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @override
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        data = {**known, **entered}
        if (advanced := data.pop(ADVANCED, None)) is not None:
            data[CONF_URL] = advanced.get(CONF_URL)
        for name in {CONF_USERNAME, CONF_CHANNEL} & data.keys():
            data[name] = data[name].strip()
        try:
            data[CONF_URL] = normal_address(self.transport, data[CONF_URL])
        except ValueError:
            raise FormError(self.place_of(CONF_URL), "invalid_address") from None
        data.update(read_pasted(data, _PASTED))
        if not _CHANNEL.fullmatch(data.get(CONF_CHANNEL, _EXAMPLE_CHANNEL)):
            raise FormError(CONF_CHANNEL, "invalid_channel")
        return {
            CONF_BRIDGE: "hkwhub",
            CONF_TRANSPORT: self.transport.value,
            **self.fixed,
            **data,
        }

    @override
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if entered is None:
            entered = known if known.get(CONF_TRANSPORT) == self.transport else {}
            entered = {**entered, **self._suggested_address(entered)}
        if self.transport is TransportKind.PUBNUB:
            entered = {CONF_CHANNEL: _EXAMPLE_CHANNEL, **entered}
        return self.filled(_SHOWN_AGAIN, entered)

    def _suggested_address(self, known: Mapping[str, Any]) -> dict[str, Any]:
        default = _PLACEHOLDERS.get(f"default_{self.transport}")
        if known.get(CONF_URL, default) == default:
            return {ADVANCED: {}}
        return {ADVANCED: {CONF_URL: known[CONF_URL]}}

    @override
    def placeholders(self, known: Mapping[str, Any]) -> Mapping[str, str]:
        return _PLACEHOLDERS

    @override
    def error(self, err: Exception) -> FormError:
        at, key = nearest(_CLIENT_ERRORS, err)
        return FormError(self.place_of(at), key)


# Error -> the field it belongs to, and the key under `config.error`.
_CLIENT_ERRORS: Final[Mapping[type[Exception], tuple[str, str]]] = {
    errors.HkwhubError: (BASE, "hub_refused"),
    errors.CannotConnectError: (CONF_URL, "cannot_connect"),
    errors.RequestTimeoutError: (CONF_URL, "timeout_connect"),
    errors.UnexpectedAnswerError: (CONF_URL, "not_a_hub"),
    errors.HubOfflineError: (CONF_CHANNEL, "hub_offline"),
    errors.SignInError: (BASE, "invalid_auth"),
    errors.KeysRefusedError: (BASE, "invalid_keys"),
}

_PLACEHOLDERS: Final = {
    "example_address": _EXAMPLE_ADDRESS,
    f"default_{TransportKind.CLOUD}": DEFAULT_CLOUD,
    f"default_{TransportKind.PUBNUB}": DEFAULT_PUBNUB,
}

LOCAL_FORM: Final = Form(
    step="hkwhub_local",
    transport=TransportKind.LOCAL,
    schema=vol.Schema({vol.Required(CONF_URL): TEXT}),
)
CODE_FORM: Final = Form(
    step="hkwhub_code",
    transport=TransportKind.CLOUD,
    schema=vol.Schema({**CLIENT_FIELDS, **_SERVER}),
    fixed={CONF_GRANT: Grant.AUTHORIZATION_CODE.value},
)
PASSWORD_FORM: Final = Form(
    step="hkwhub_password",
    transport=TransportKind.CLOUD,
    schema=vol.Schema({**USER_FIELDS, **CLIENT_FIELDS, **_SERVER}),
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
    schema=vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD, **CLIENT_FIELDS}),
)
REAUTH_PUBNUB_FORM: Final = Form(
    step="hkwhub_reauth_pubnub",
    transport=TransportKind.PUBNUB,
    schema=vol.Schema(_PUBNUB),
)
