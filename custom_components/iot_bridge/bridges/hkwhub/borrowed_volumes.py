"""Volumes that announcements have changed, until they are given back."""

from collections.abc import Iterable
import logging

from homeassistant.exceptions import HomeAssistantError

from .client import HkwhubError
from .devices import VOLUME
from .hub import Hub

_LOGGER = logging.getLogger(__name__)


class BorrowedVolumes:
    """Sets volumes for announcements, and gives them back.

    A speaker that cannot be reached then gets its own volume back when it can: else it
    would be as loud as the announcement when it is switched on the next time.
    """

    def __init__(self, hub: Hub) -> None:
        """Borrow nothing yet."""
        self._hub = hub
        # Speaker -> its own volume, and that of the announcement
        self._borrowed: dict[str, tuple[int, int]] = {}

    @property
    def any_left(self) -> bool:
        """Return whether there is something to give back."""
        return bool(self._borrowed)

    async def async_set(self, speakers: Iterable[str], wanted: int | None) -> None:
        """Set the volume of an announcement.

        Args:
            speakers: Ids of the speakers.
            wanted: 0..50; None for each speaker's own.

        Raises:
            HkwhubError: The hub refused or was not reached.
        """
        for speaker in speakers:
            volume = self._volume(speaker)
            own, announced = self._borrowed.get(speaker, (volume, volume))
            if volume != announced:
                # The user has changed it during the announcement before this one.
                own = volume
            new = own if wanted is None else wanted
            if own is None or new is None:
                continue
            if new != volume:
                await self._hub.async_set_speaker_volume(speaker, new)
            self._borrowed[speaker] = (own, new)

    async def async_give_back(self) -> None:
        """Give back what can be given back; what the user has changed stays."""
        for speaker, (own, announced) in list(self._borrowed.items()):
            if speaker not in self._hub.speakers:
                continue
            # Any other one is what the user wants. Its own one may just be old news.
            if own != announced and self._volume(speaker) in (own, announced):
                try:
                    await self._hub.async_set_speaker_volume(speaker, own)
                except (HkwhubError, HomeAssistantError) as err:
                    _LOGGER.warning("The volume is restored later: %s", err)
                    continue
            del self._borrowed[speaker]

    def _volume(self, speaker: str) -> int | None:
        device = self._hub.data.get(speaker)
        volume: int | None = None if device is None else device.state.get(VOLUME)
        return volume
