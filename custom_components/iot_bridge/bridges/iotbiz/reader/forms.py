"""The forms that sign in to a platform as one of its users."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME

from ....const import CONF_BRIDGE
from ....entry_forms import PASSWORD, TEXT, USER_FIELDS, FormError
from ..const import CONF_ROLE, Role
from ..forms import IotbizForm, read_address


@dataclass(frozen=True, slots=True, kw_only=True)
class UserForm(IotbizForm):
    """Asks for a platform and for a user there, or for what is not known of them."""

    @override
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        data = {**known, **entered}
        username = data[CONF_USERNAME].strip()
        if not username:
            raise FormError(CONF_USERNAME, "invalid_auth")
        return {
            CONF_BRIDGE: "iotbiz",
            CONF_ROLE: Role.READER.value,
            CONF_URL: read_address(data[CONF_URL]),
            CONF_USERNAME: username,
            CONF_PASSWORD: data[CONF_PASSWORD],
        }

    @override
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        shown = known if entered is None else entered
        return self.filled((CONF_URL, CONF_USERNAME), shown)

    @override
    def placeholders(self, known: Mapping[str, Any]) -> Mapping[str, str]:
        username = known.get(CONF_USERNAME, "")
        return {**super().placeholders(known), CONF_USERNAME: username}


READER_FORM: Final = UserForm(
    step="iotbiz_reader",
    schema=vol.Schema({vol.Required(CONF_URL): TEXT, **USER_FIELDS}),
)
REAUTH_FORM: Final = UserForm(
    step="iotbiz_reader_reauth",
    schema=vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD}),
)
