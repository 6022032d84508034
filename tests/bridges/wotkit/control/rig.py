"""What tests of WoTKit's control channels share."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, State, callback
from tests.simulators.wotkit import Trouble
from tests.waiting import state_of

from ..world import CONTROLS, EVENT

# The id of the actuator
LAMP: Final = "1002"
# All entities of its channel
ALL: Final = (EVENT, *CONTROLS)

# Of Home Assistant's own, in the state of an event
OWN_ATTRIBUTES: Final = {"event_types", "event_type", "friendly_name"}


def note_messages(hass: HomeAssistant) -> list[Mapping[str, Any]]:
    """Return a list that grows with the messages that the event entity tells of."""
    noted: list[Mapping[str, Any]] = []

    @callback
    def note(event: Event[Any]) -> None:
        state: State = event.data["new_state"]
        noted.append(
            {
                name: value
                for name, value in state.attributes.items()
                if name not in OWN_ATTRIBUTES
            }
        )

    @callback
    def is_event(data: Any) -> bool:
        return bool(data["entity_id"] == EVENT and data["new_state"] is not None)

    hass.bus.async_listen("state_changed", note, event_filter=is_event)
    return noted


def states(hass: HomeAssistant) -> set[str]:
    """Return the states of all entities of the channel."""
    return {state_of(hass, one) for one in ALL}


def no_control(**trouble: Any) -> Trouble:
    """Let all that is about control channels go wrong, and nothing else."""
    return Trouble(**trouble, path="/control/")
