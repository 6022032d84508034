"""The forms of Thing+'s config flow: fields, what they are read into, their errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, override

import voluptuous as vol

from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_NAME,
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
)
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ...const import CONF_BRIDGE
from ...entry_forms import (
    BASE,
    CLIENT_FIELDS,
    PASSWORD,
    PASTED_CLIENT,
    SECRET,
    TEXT,
    USER_FIELDS,
    EntryForm,
    FormError,
    read_pasted,
)
from ...error_texts import nearest
from .client import PRESETS, errors, password_hash
from .const import CONF_PASSWORD_HASH, CONF_SIGN_IN, SignIn

# What is asked for and not stored.
CONF_SERVER: Final = "server"
CONF_SCOPES: Final = "scopes"

# A server that is none of those which Thing+ itself runs.
OWN_SERVER: Final = "own"
EXAMPLE_ADDRESS: Final = "https://iot.example.com"

_DEFAULT_NAME: Final = "Home Assistant"
# Thing+ OAuth2 document, "Scopes"
_SCOPES: Final = (
    "gateway",
    "gateway-read",
    "gateway-update",
    "gateway-management",
    "actuator-command",
    "site-read",
    "service-read",
    "user-profile",
    "user-profile-read",
    "timeline-read",
    "tag",
    "tag-read",
    "rule",
    "rule-read",
    "billing-read",
)
# Enough for all that is done here; Thing+ HTTPS guide, "Creating OAuth Client".
_DEFAULT_SCOPES: Final = ("gateway", "site-read")
# One of each is needed to read anything.
_NEEDED_SCOPES: Final = ({"gateway", "gateway-read"}, {"site-read"})

# What a form is filled with again; secrets are typed anew.
_SHOWN_AGAIN: Final = (CONF_USERNAME, CONF_CLIENT_ID, CONF_NAME, CONF_SCOPES)

SERVER_FORM: Final = vol.Schema(
    {
        vol.Required(CONF_SERVER): SelectSelector(
            SelectSelectorConfig(
                options=[*PRESETS, OWN_SERVER],
                mode=SelectSelectorMode.LIST,
                translation_key="thingplus_server",
            )
        )
    }
)
ADDRESS_FORM: Final = vol.Schema({vol.Required(CONF_URL): TEXT})

# Error -> key under `error` of the config flow and the options.
_CLIENT_ERRORS: Final[Mapping[type[Exception], str]] = {
    errors.ThingplusError: "not_a_thingplus",
    errors.CannotConnectError: "cannot_connect",
    errors.RequestTimeoutError: "timeout_connect",
    errors.SignInError: "invalid_auth",
}
CLIENT_ERROR_KEYS: Final = frozenset(_CLIENT_ERRORS.values())


def error_key(err: Exception) -> str:
    """Return the key of what a form tells of a client's error."""
    return nearest(_CLIENT_ERRORS, err)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(EntryForm):
    """A form that asks how to sign in.

    Attributes:
        sign_in: The way that it is for.
    """

    client_error: ClassVar = errors.ThingplusError

    sign_in: SignIn

    @override
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        data = {**known, **entered}
        data.update(read_pasted(data, PASTED_CLIENT))
        if CONF_CLIENT_ID in entered and CONF_CLIENT_SECRET not in entered:
            # The user never saw that of a client which was created for him.
            if data[CONF_CLIENT_ID] != known.get(CONF_CLIENT_ID):
                raise FormError(CONF_CLIENT_SECRET, "invalid_client")
        if CONF_PASSWORD in data:
            # The service never wants the password itself, nor is it kept.
            data[CONF_PASSWORD_HASH] = password_hash(data.pop(CONF_PASSWORD))
        if CONF_USERNAME in data:
            data[CONF_USERNAME] = data[CONF_USERNAME].strip()
            if not data[CONF_USERNAME]:
                raise FormError(CONF_USERNAME, "invalid_auth")
        if CONF_NAME in data:
            data[CONF_NAME] = data[CONF_NAME].strip() or _DEFAULT_NAME
        if CONF_SCOPES in data and any(
            needed.isdisjoint(data[CONF_SCOPES]) for needed in _NEEDED_SCOPES
        ):
            raise FormError(CONF_SCOPES, "too_few_scopes")
        return {CONF_BRIDGE: "thingplus", CONF_SIGN_IN: self.sign_in.value, **data}

    @override
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if entered is None:
            entered = known if known.get(CONF_SIGN_IN) == self.sign_in else {}
        return self.filled(_SHOWN_AGAIN, entered)

    @override
    def placeholders(self, known: Mapping[str, Any]) -> Mapping[str, str]:
        return {CONF_USERNAME: known.get(CONF_USERNAME, "")}

    @override
    def error(self, err: Exception) -> FormError:
        # With tokens it is not the password that was refused.
        return FormError(BASE, error_key(err))


PASSWORD_FORM: Final = Form(
    step="thingplus_password",
    sign_in=SignIn.PASSWORD_GRANT,
    schema=vol.Schema({**CLIENT_FIELDS, **USER_FIELDS}),
)
CODE_FORM: Final = Form(
    step="thingplus_code", sign_in=SignIn.CODE, schema=vol.Schema(CLIENT_FIELDS)
)
CREATE_FORM: Final = Form(
    step="thingplus_create",
    sign_in=SignIn.PASSWORD_GRANT,
    schema=vol.Schema(
        {
            **USER_FIELDS,
            vol.Required(CONF_NAME, default=_DEFAULT_NAME): TEXT,
            vol.Required(CONF_SCOPES, default=list(_DEFAULT_SCOPES)): SelectSelector(
                SelectSelectorConfig(
                    options=list(_SCOPES),
                    multiple=True,
                    mode=SelectSelectorMode.DROPDOWN,
                    translation_key="thingplus_scope",
                )
            ),
        }
    ),
)
REAUTH_PASSWORD_FORM: Final = Form(
    step="thingplus_reauth_password",
    sign_in=SignIn.PASSWORD_GRANT,
    schema=vol.Schema(
        {
            vol.Required(CONF_PASSWORD): PASSWORD,
            vol.Required(CONF_CLIENT_ID): TEXT,
            vol.Optional(CONF_CLIENT_SECRET): SECRET,
        }
    ),
)
