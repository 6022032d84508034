"""The forms of WoTKit's sign-in: fields, what they are read into, their errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
)
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ...const import CONF_BRIDGE
from ...error_texts import nearest
from .client import errors
from .const import CONF_SIGN_IN, SignIn

BASE: Final = "base"

EXAMPLE_ADDRESS: Final = "https://wotkit.example.com"
# Below the portal; WoTKit API documentation, "Keys and Basic Authentication" and
# "Registered Applications and OAuth2".
KEYS_PAGE: Final = "keys"
APPS_PAGE: Final = "apps"

_TEXT: Final = TextSelector()
_SECRET: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_CLIENT: Final = {
    vol.Required(CONF_CLIENT_ID): _TEXT,
    vol.Required(CONF_CLIENT_SECRET): _SECRET,
}
_KEY: Final = {
    vol.Required(CONF_USERNAME): _TEXT,
    vol.Required(CONF_PASSWORD): _SECRET,
}

# What a form is filled with again; secrets are typed anew.
_SHOWN_AGAIN: Final = (CONF_USERNAME, CONF_CLIENT_ID)
# What is pasted from the server's pages, and blanks come with it; the error that an
# empty one leads to.
_PASTED_CLIENT: Final = {
    CONF_CLIENT_ID: "invalid_client",
    CONF_CLIENT_SECRET: "invalid_client",
}
_PASTED: Final[Mapping[SignIn, Mapping[str, str]]] = {
    SignIn.KEY: {CONF_USERNAME: "invalid_key", CONF_PASSWORD: "invalid_key"},
    SignIn.USER: {},
    SignIn.CODE: _PASTED_CLIENT,
    SignIn.PASSWORD_GRANT: _PASTED_CLIENT,
}
# RFC 7617, 2: where the name ends and the password begins.
_BASIC_SEPARATOR: Final = ":"

ADDRESS_FORM: Final = vol.Schema({vol.Required(CONF_URL): _TEXT})


class FormError(Exception):
    """What was entered does not work.

    Attributes:
        errors: Keys under `config.error`, by field.
    """

    def __init__(self, at: str, key: str) -> None:
        """Name the field, or "base", and the error."""
        super().__init__(key)
        self.errors = {at: key}


# Error -> key under `error` of the config flow and the options.
_CLIENT_ERRORS: Final[Mapping[type[Exception], str]] = {
    errors.WotkitError: "not_a_wotkit",
    errors.CannotConnectError: "cannot_connect",
    errors.RequestTimeoutError: "timeout_connect",
    errors.SignInError: "invalid_auth",
}
CLIENT_ERROR_KEYS: Final = frozenset(_CLIENT_ERRORS.values())


def error_key(err: errors.WotkitError) -> str:
    """Return the key of what a form tells of a client's error."""
    return nearest(_CLIENT_ERRORS, err)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that asks how to sign in.

    Attributes:
        step: The step that shows it.
        sign_in: The way that it is for.
        schema: Its fields.
    """

    step: str
    sign_in: SignIn
    schema: vol.Schema

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
        pasted = _PASTED[self.sign_in]
        for name, key in pasted.items():
            data[name] = "".join(data[name].split())
            if not data[name]:
                raise FormError(name, key)
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

    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return what the form is filled with: no secrets.

        Args:
            known: The data of the entry that the flow is about.
            entered: What the user has entered before.
        """
        if entered is None:
            entered = known if known.get(CONF_SIGN_IN) == self.sign_in else {}
        return {
            name: entered[name]
            for name in _SHOWN_AGAIN
            if name in entered and name in self.schema.schema
        }

    def error(self, err: errors.WotkitError) -> FormError:
        """Return what the form tells of a client's error."""
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
    step="wotkit_user",
    sign_in=SignIn.USER,
    schema=vol.Schema(
        {vol.Required(CONF_USERNAME): _TEXT, vol.Required(CONF_PASSWORD): _PASSWORD}
    ),
)
CODE_FORM: Final = Form(
    step="wotkit_code", sign_in=SignIn.CODE, schema=vol.Schema(_CLIENT)
)
PASSWORD_FORM: Final = Form(
    step="wotkit_password",
    sign_in=SignIn.PASSWORD_GRANT,
    schema=vol.Schema(
        {
            vol.Required(CONF_USERNAME): _TEXT,
            vol.Required(CONF_PASSWORD): _PASSWORD,
            **_CLIENT,
        }
    ),
)
REAUTH_KEY_FORM: Final = Form(
    step="wotkit_reauth_key", sign_in=SignIn.KEY, schema=vol.Schema(_KEY)
)
REAUTH_USER_FORM: Final = Form(
    step="wotkit_reauth_user",
    sign_in=SignIn.USER,
    schema=vol.Schema({vol.Required(CONF_PASSWORD): _PASSWORD}),
)
REAUTH_PASSWORD_FORM: Final = Form(
    step="wotkit_reauth_password",
    sign_in=SignIn.PASSWORD_GRANT,
    schema=vol.Schema({vol.Required(CONF_PASSWORD): _PASSWORD, **_CLIENT}),
)
