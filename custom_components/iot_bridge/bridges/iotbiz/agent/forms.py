"""The forms that make Home Assistant a device on a platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.const import CONF_PASSWORD, CONF_URL
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from ....const import CONF_BRIDGE
from ....entry_forms import PASSWORD, TEXT, FormError
from ....wire.address import parse_server
from ..client import is_id
from ..const import (
    CONF_BROKER_HOST,
    CONF_BROKER_PORT,
    CONF_CA,
    CONF_CUSTOMER_ID,
    CONF_DEVICE_ID,
    CONF_ROLE,
    CONF_SECURITY,
    DEFAULT_BROKER_PORT,
    Role,
    Security,
)
from ..forms import IotbizForm, read_address
from .certificates import certificates_in, tls_context

_LARGEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceForm(IotbizForm):
    """Asks for the platform, and for what to register there."""

    @override
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            CONF_BRIDGE: "iotbiz",
            CONF_ROLE: Role.AGENT.value,
            CONF_URL: read_address(entered[CONF_URL]),
            CONF_CUSTOMER_ID: _read_id(entered, CONF_CUSTOMER_ID, "invalid_customer"),
            CONF_DEVICE_ID: _read_id(entered, CONF_DEVICE_ID, "invalid_device"),
        }

    @override
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        return self.filled(
            (CONF_URL, CONF_CUSTOMER_ID, CONF_DEVICE_ID),
            known if entered is None else entered,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordForm(IotbizForm):
    """Asks for the password of a device that the platform knows."""

    @override
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {**known, CONF_PASSWORD: entered.get(CONF_PASSWORD, "").strip()}

    @override
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        return {}

    @override
    def placeholders(self, known: Mapping[str, Any]) -> Mapping[str, str]:
        return {
            **super().placeholders(known),
            CONF_DEVICE_ID: known[CONF_DEVICE_ID],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerForm(IotbizForm):
    """Asks for the broker, which the platform does not tell."""

    @override
    def read(
        self, entered: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        security = Security(entered[CONF_SECURITY])
        data = {
            **known,
            CONF_BROKER_HOST: _read_host(entered[CONF_BROKER_HOST]),
            CONF_BROKER_PORT: int(entered[CONF_BROKER_PORT]),
            CONF_SECURITY: security.value,
        }
        if security is Security.OWN_CA:
            data[CONF_CA] = _read_ca(entered.get(CONF_CA, ""))
        return data

    @override
    def suggested(
        self, known: Mapping[str, Any], entered: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        shown = self.filled(
            (CONF_BROKER_HOST, CONF_BROKER_PORT, CONF_SECURITY, CONF_CA),
            known if entered is None else entered,
        )
        if CONF_CA in shown:
            # Somebody may have pasted a private key.
            shown[CONF_CA] = certificates_in(shown[CONF_CA])
        return shown


def _read_id(entered: Mapping[str, Any], name: str, error: str) -> str:
    read = str(entered[name]).strip()
    if not is_id(read):
        raise FormError(name, error)
    return read


def _read_host(typed: str) -> str:
    """Return the name or the address of a broker, without brackets.

    Raises:
        FormError: It is none, or there is more.
    """
    try:
        server = parse_server(typed)
    except ValueError:
        server = None
    if (
        server is None
        or "/" in typed
        or server.explicit_port is not None
        or server.host is None
    ):
        raise FormError(CONF_BROKER_HOST, "invalid_host")
    return server.host


def _read_ca(pasted: str) -> str:
    """Return the certificates in a text.

    Raises:
        FormError: There are none, or they cannot be read.
    """
    certificates = certificates_in(pasted)
    try:
        tls_context(certificates)
    except ValueError:
        raise FormError(CONF_CA, "invalid_ca") from None
    return certificates


DEVICE_FORM: Final = DeviceForm(
    step="iotbiz_agent",
    schema=vol.Schema(
        {
            vol.Required(CONF_URL): TEXT,
            vol.Required(CONF_CUSTOMER_ID): TEXT,
            vol.Required(CONF_DEVICE_ID): TEXT,
        }
    ),
)
_PASSWORD_FIELD: Final = vol.Schema({vol.Optional(CONF_PASSWORD): PASSWORD})
PASSWORD_FORM: Final = PasswordForm(
    step="iotbiz_agent_password", schema=_PASSWORD_FIELD
)
REAUTH_FORM: Final = PasswordForm(step="iotbiz_agent_reauth", schema=_PASSWORD_FIELD)
BROKER_FORM: Final = BrokerForm(
    step="iotbiz_broker",
    schema=vol.Schema(
        {
            vol.Required(CONF_BROKER_HOST): TEXT,
            vol.Required(CONF_BROKER_PORT, default=DEFAULT_BROKER_PORT): NumberSelector(
                NumberSelectorConfig(
                    min=1, max=_LARGEST_PORT, step=1, mode=NumberSelectorMode.BOX
                )
            ),
            vol.Required(CONF_SECURITY, default=Security.OWN_CA.value): SelectSelector(
                SelectSelectorConfig(
                    options=list(Security),
                    mode=SelectSelectorMode.LIST,
                    translation_key="iotbiz_security",
                )
            ),
            vol.Optional(CONF_CA): TextSelector(TextSelectorConfig(multiline=True)),
        }
    ),
)
