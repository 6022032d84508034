"""Repairs: what a user can mend in the HKWHub app."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...coordinator import BridgeConfigEntry

# One refusal may have any reason; the second one speaks for a missing key.
_REFUSALS_THAT_COUNT: Final = 2

_REFUSALS: Final[HassKey[dict[str, int]]] = HassKey(f"{DOMAIN}_hkwhub_speech_refusals")


@callback
def async_speech_refused(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Note that a hub refused to speak; tell the user when it does so again.

    HKWHub specification, "Play TTS": the app needs a key of VoiceRSS.
    """
    refusals = hass.data.setdefault(_REFUSALS, {})
    refusals[entry.entry_id] = refusals.get(entry.entry_id, 0) + 1
    if refusals[entry.entry_id] >= _REFUSALS_THAT_COUNT:
        ir.async_create_issue(
            hass,
            DOMAIN,
            _speech_issue(entry),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="hkwhub_speech_key",
            translation_placeholders={
                "name": entry.title,
                "voicerss": "http://www.voicerss.org",
            },
        )


@callback
def async_speech_works(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Note that a hub speaks."""
    hass.data.setdefault(_REFUSALS, {}).pop(entry.entry_id, None)
    ir.async_delete_issue(hass, DOMAIN, _speech_issue(entry))


@callback
def async_forget_issues(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Take back what a hub that is not used any more has told."""
    ir.async_delete_issue(hass, DOMAIN, _speech_issue(entry))


def _speech_issue(entry: BridgeConfigEntry) -> str:
    return f"hkwhub_speech_key_{entry.entry_id}"
