"""Walks through the flows as the frontend does, and reads each text it meets."""

from collections.abc import Collection, Mapping
import json
from pathlib import Path
import re
from typing import Any, Final

from aiohttp.test_utils import make_mocked_request
import voluptuous as vol

from custom_components import iot_bridge
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.components import homeassistant as homeassistant_component
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowContext,
    ConfigFlowResult,
    ConfigSubentry,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers.config_entry_oauth2_flow import HEADER_FRONTEND_BASE
from homeassistant.helpers.http import current_request

# What the user's browser shows as the address of Home Assistant.
BASE_URL: Final = "http://homeassistant.local:8123"

_SECRETS: Final = {
    "password",
    "app_secret",
    "client_secret",
    "publish_key",
    "subscribe_key",
}
type FormResult = ConfigFlowResult | SubentryFlowResult

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def _read_texts(module_file: str | None) -> Any:
    file = Path(module_file or "").parent / "translations" / "en.json"
    return json.loads(file.read_text(encoding="utf-8"))


TEXTS: Final = _read_texts(iot_bridge.__file__)
_HOME_ASSISTANT_TEXTS: Final = _read_texts(homeassistant_component.__file__)


def suggested(result: FormResult) -> dict[str, Any]:
    """Return what the fields of a form are filled with, those of its sections too."""
    return _suggested(_schema(result))


def kept(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form is to show again of what was entered: all but secrets."""
    return {name: entered[name] for name in entered.keys() - _SECRETS}


def fields(result: FormResult) -> list[str]:
    """Return the names of the fields and sections of a form, in order."""
    return [str(marker) for marker in _schema(result).schema]


class FlowWalker:
    """Starts flows and answers their forms.

    Each result is compared with the texts of the integration: whatever the user
    would see has to have one, and all that fills it in.

    Attributes:
        base_url: The address of Home Assistant in the user's browser; None for a
            flow that is not driven by a browser.
        steps: The steps that were seen, of config, options and subentry flows.
    """

    def __init__(self, hass: HomeAssistant, sometimes: Collection[str] = ()) -> None:
        """Walk through the flows of one Home Assistant.

        Args:
            hass: Home Assistant.
            sometimes: Options of menus that are there only if there is a reason.
        """
        self._hass = hass
        self._sometimes = frozenset(sometimes)
        self.base_url: str | None = BASE_URL
        self.steps: set[tuple[str, ...]] = set()

    async def start(self, bridge: str, *steps: str) -> ConfigFlowResult:
        """Choose a bridge, and from its menus."""
        result = await self._init({"source": SOURCE_USER})
        return await self.choose_steps(result, bridge, *steps)

    async def choose_steps(
        self, result: ConfigFlowResult, *steps: str
    ) -> ConfigFlowResult:
        """Choose from one menu after the other."""
        for step in steps:
            result = await self.answer(result, {"next_step_id": step})
        return result

    async def reauth(self, entry: ConfigEntry[Any]) -> ConfigFlowResult:
        """Open the flow that asks to sign in again; starts it as the entry does."""
        entry.async_start_reauth(self._hass)
        await self._hass.async_block_till_done()
        return await self.open_reauth(entry)

    async def open_reauth(self, entry: ConfigEntry[Any]) -> ConfigFlowResult:
        """Open the flow that asks to sign in again, as it waits for the user."""
        (flow,) = entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})
        return await self.resume(flow)

    async def reconfigure(self, entry: ConfigEntry[Any]) -> ConfigFlowResult:
        """Start to reconfigure an entry."""
        return await self._init(
            {"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        )

    async def answer(
        self, result: ConfigFlowResult, entered: dict[str, Any]
    ) -> ConfigFlowResult:
        """Answer a form or menu."""
        return await self._configure(result, entered)

    async def resume(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Ask where a flow is, as after a step outside of Home Assistant."""
        return await self._configure(result, None)

    async def remove(self, entry: ConfigEntry[Any]) -> None:
        """Remove an entry, as from its menu."""
        await self._hass.config_entries.async_remove(entry.entry_id)
        await self._hass.async_block_till_done()

    async def options(self, entry: ConfigEntry[Any]) -> ConfigFlowResult:
        """Start to choose options."""
        result = await self._hass.config_entries.options.async_init(entry.entry_id)
        self._read(result, "options")
        return result

    async def choose(
        self, result: ConfigFlowResult, entered: dict[str, Any]
    ) -> ConfigFlowResult:
        """Answer the form of the options."""
        answered = await self._hass.config_entries.options.async_configure(
            result["flow_id"], entered
        )
        self._read(answered, "options")
        await self._hass.async_block_till_done()
        return answered

    async def add_subentry(
        self, entry: ConfigEntry[Any], subentry_type: str
    ) -> SubentryFlowResult:
        """Start to add a subentry to an entry."""
        return await self._init_subentry(entry, subentry_type, {"source": SOURCE_USER})

    async def reconfigure_subentry(
        self, entry: ConfigEntry[Any], subentry: ConfigSubentry
    ) -> SubentryFlowResult:
        """Start to reconfigure a subentry."""
        context = SubentryFlowContext(
            source=SOURCE_RECONFIGURE, subentry_id=subentry.subentry_id
        )
        return await self._init_subentry(entry, subentry.subentry_type, context)

    async def fill(
        self, result: SubentryFlowResult, entered: dict[str, Any]
    ) -> SubentryFlowResult:
        """Answer the form of a subentry."""
        answered = await self._hass.config_entries.subentries.async_configure(
            result["flow_id"], entered
        )
        self._read(answered, "config_subentries", answered["handler"][1])
        await self._hass.async_block_till_done()
        return answered

    async def _init_subentry(
        self,
        entry: ConfigEntry[Any],
        subentry_type: str,
        context: SubentryFlowContext,
    ) -> SubentryFlowResult:
        result = await self._hass.config_entries.subentries.async_init(
            (entry.entry_id, subentry_type), context=context
        )
        self._read(result, "config_subentries", subentry_type)
        return result

    async def _init(self, context: ConfigFlowContext) -> ConfigFlowResult:
        token = current_request.set(self._request())
        try:
            result = await self._hass.config_entries.flow.async_init(
                DOMAIN, context=context
            )
        finally:
            current_request.reset(token)
        self._read(result, "config")
        return result

    async def _configure(
        self, result: ConfigFlowResult, entered: dict[str, Any] | None
    ) -> ConfigFlowResult:
        token = current_request.set(self._request())
        try:
            answered = await self._hass.config_entries.flow.async_configure(
                result["flow_id"], entered
            )
        finally:
            current_request.reset(token)
        self._read(answered, "config")
        await self._hass.async_block_till_done()
        return answered

    def _request(self) -> Any:
        """Return the request that a call of the frontend would be part of."""
        if self.base_url is None:
            return None
        return make_mocked_request("POST", "/", {HEADER_FRONTEND_BASE: self.base_url})

    def _read(self, result: FormResult, *kind: str) -> None:
        """Compare a result with the texts of `config`, `options` or a kind of subentry."""
        texts = TEXTS
        for name in kind:
            texts = texts[name]
        placeholders = result.get("description_placeholders") or {}
        match result["type"]:
            case FlowResultType.ABORT:
                _read_abort(result, texts)
                return
            case FlowResultType.FORM:
                step = texts["step"][result["step_id"]]
                _read_fields(_schema(result), step)
                for key in (result["errors"] or {}).values():
                    _read_placeholders(texts["error"][key], placeholders)
            case FlowResultType.MENU:
                step = texts["step"][result["step_id"]]
                options = result["menu_options"]
                assert isinstance(options, list)
                named = set(step["menu_options"])
                assert named >= set(options) >= named - self._sometimes
                assert named == set(step["menu_option_descriptions"])
            case FlowResultType.EXTERNAL_STEP:
                step = texts["step"][result["step_id"]]
            case _:
                return
        assert step["title"]
        _read_placeholders(step, placeholders)
        self.steps.add((*kind, result["step_id"]))


def _schema(result: FormResult) -> vol.Schema:
    assert result["type"] is FlowResultType.FORM, result
    schema = result["data_schema"]
    return vol.Schema({}) if schema is None else schema


def _suggested(schema: vol.Schema) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for marker, kind in schema.schema.items():
        if isinstance(kind, section):
            filled[str(marker)] = _suggested(kind.schema)
        elif marker.description:
            filled[str(marker)] = marker.description["suggested_value"]
    return filled


def _read_abort(result: FormResult, texts: Mapping[str, Any]) -> None:
    """Look up why a flow ended; some reasons are Home Assistant's own."""
    if result.get("translation_domain") == "homeassistant":
        texts = _HOME_ASSISTANT_TEXTS["config"]
    assert texts["abort"][result["reason"]]


def _read_fields(schema: vol.Schema, texts: Mapping[str, Any]) -> None:
    """Compare the fields of a form with its texts: none lacks, none is left over."""
    sections = {
        str(marker): kind
        for marker, kind in schema.schema.items()
        if isinstance(kind, section)
    }
    named = {str(marker) for marker in schema.schema} - sections.keys()
    assert named == set(texts.get("data", {}))
    assert named == set(texts.get("data_description", {}))
    assert set(sections) == set(texts.get("sections", {}))
    for name, kind in sections.items():
        assert texts["sections"][name]["name"]
        _read_fields(kind.schema, texts["sections"][name])


def _read_placeholders(texts: object, placeholders: Mapping[str, str]) -> None:
    """Check that a text, or a tree of texts, names nothing that is not passed."""
    missing = set(_PLACEHOLDER.findall(json.dumps(texts))) - placeholders.keys()
    assert not missing
