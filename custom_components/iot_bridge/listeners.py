"""Who is told of what: listeners keyed by device and by key of its state."""

from collections import defaultdict
from collections.abc import Collection

from homeassistant.core import CALLBACK_TYPE, callback

from .models import Interest


class KeyedListeners:
    """Tells only those who show something that has changed."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._interested: dict[str, dict[str, list[CALLBACK_TYPE]]] = {}

    @callback
    def add(self, update_callback: CALLBACK_TYPE, interest: Interest) -> CALLBACK_TYPE:
        """Tell somebody of changes.

        Args:
            update_callback: Called when something of the interest has changed.
            interest: What it shows.

        Returns:
            Ends it.
        """
        of_device = self._interested.setdefault(interest.device_id, defaultdict(list))
        for key in interest.keys:
            of_device[key].append(update_callback)

        @callback
        def remove() -> None:
            for key in interest.keys:
                of_device[key].remove(update_callback)
            if not any(of_device.values()):
                self._interested.pop(interest.device_id, None)

        return remove

    @callback
    def tell(self, device_id: str, keys: Collection[str] | None) -> None:
        """Tell those who show one of the keys, or (None) anything of the device."""
        if (of_device := self._interested.get(device_id)) is None:
            return
        told = {
            update_callback: None
            for key in (of_device if keys is None else keys)
            for update_callback in of_device.get(key, ())
        }
        for update_callback in told:
            update_callback()
