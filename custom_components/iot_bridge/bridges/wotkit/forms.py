"""The forms of WoTKit's sign-in: fields, what they are read into, their errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, override

import voluptuous as vol
from yarl import URL

from homeassistant.const import CONF_CLIENT_ID, CONF_PASSWORD, CONF_URL, CONF_USERNAME

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
from .client import errors, portal_url
from .const import CONF_SIGN_IN, SignIn

EXAMPLE_ADDRESS: Final = "https://wotkit.example.com"
# Below the portal; WoTKit API documentation, "Keys and Basic Authentication" and
# "Registered Applications and OAuth2".
_KEYS_PAGE: Final = "keys"
_APPS_PAGE: Final = "apps"

_KEY: Final = {
    vol.Required(CONF_USERNAME): TEXT,
    vol.Required(CONF_PASSWORD): SECRET,
}

# What a form is filled with again; secrets are typed anew.
_SHOWN_AGAIN: Final = (CONF_USERNAME, CONF_CLIENT_ID)
# What is pasted from the server's pages; the error that an empty one leads to.
_PASTED: Final[Mapping[SignIn, Mapping[str, str]]] = {
    SignIn.KEY: {CONF_USERNAME: "invalid_key", CONF_PASSWORD: "invalid_key"},
    SignIn.USER: {},
    SignIn.CODE: PASTED_CLIENT,
    SignIn.PASSWORD_GRANT: PASTED_CLIENT,
}
# RFC 7617, 2: where the name ends and the password begins.
_BASIC_SEPARATOR: Final = ":"

ADDRESS_FORM: Final = vol.Schema({vol.Required(CONF_URL): TEXT})

# Error -> key under `error` of the config flow and the options.
_CLIENT_ERRORS: Final[Mapping[type[Exception], str]] = {
    errors.WotkitError: "not_a_wotkit",
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

    client_error: ClassVar = errors.WotkitError

    sign_in: SignIn

    @override
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        data = {**known, **entered}
        pasted = _PASTED[self.sign_in]
        data.update(read_pasted(data, pasted))
        if CONF_USERNAME in data:
            data[CONF_USERNAME] = data[CONF_USERNAME].strip()
            basic = self.sign_in in (SignIn.KEY, SignIn.USER)
            if not data[CONF_USERNAME] or (
                basic and _BASIC_SEPARATOR in data[CONF_USERNAME]
            ):
                raise FormError(
                    CONF_USERNAME, pasted.get(CONF_USERNAME, "invalid_auth")
                )
        return {CONF_BRIDGE: "wotkit", CONF_SIGN_IN: self.sign_in.value, **data}

    @override
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if entered is None:
            entered = known if known.get(CONF_SIGN_IN) == self.sign_in else {}
        return self.filled(_SHOWN_AGAIN, entered)

    @override
    def placeholders(self, known: Mapping[str, Any]) -> Mapping[str, str]:
        portal = portal_url(URL(known[CONF_URL]))
        return {
            "keys_page": str(portal / _KEYS_PAGE),
            "apps_page": str(portal / _APPS_PAGE),
            CONF_USERNAME: known.get(CONF_USERNAME, ""),
        }

    @override
    def error(self, err: Exception) -> FormError:
        if not isinstance(err, errors.SignInError):
            return FormError(BASE, error_key(err))
        if self.sign_in is SignIn.KEY:
            return FormError(CONF_PASSWORD, "invalid_key")
        # With tokens it is not the password that was refused.
        return FormError(
            CONF_PASSWORD if self.sign_in is SignIn.USER else BASE, error_key(err)
        )


KEY_FORM: Final = Form(step="wotkit_key", sign_in=SignIn.KEY, schema=vol.Schema(_KEY))
USER_FORM: Final = Form(
    step="wotkit_user", sign_in=SignIn.USER, schema=vol.Schema(USER_FIELDS)
)
CODE_FORM: Final = Form(
    step="wotkit_code", sign_in=SignIn.CODE, schema=vol.Schema(CLIENT_FIELDS)
)
PASSWORD_FORM: Final = Form(
    step="wotkit_password",
    sign_in=SignIn.PASSWORD_GRANT,
    schema=vol.Schema({**USER_FIELDS, **CLIENT_FIELDS}),
)
REAUTH_KEY_FORM: Final = Form(
    step="wotkit_reauth_key", sign_in=SignIn.KEY, schema=vol.Schema(_KEY)
)
REAUTH_USER_FORM: Final = Form(
    step="wotkit_reauth_user",
    sign_in=SignIn.USER,
    schema=vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD}),
)
REAUTH_PASSWORD_FORM: Final = Form(
    step="wotkit_reauth_password",
    sign_in=SignIn.PASSWORD_GRANT,
    schema=vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD, **CLIENT_FIELDS}),
)
