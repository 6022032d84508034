"""The hub's media list, read when it is needed and kept for a while."""

from collections.abc import Callable, Sequence
import time
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ...const import DOMAIN
from .client import CannotConnectError, HubClient, Track

# The list changes only when somebody edits it in the HKWHub app.
KEEP_SECONDS: Final = 300

# What is not in a list younger than this is not there.
FRESH_SECONDS: Final = 5

# It takes some time to find out that a list is too large: it is not tried again at once.
TOO_LARGE_SECONDS: Final = 60


class ListTooLargeError(HomeAssistantError):
    """The hub is there, but its media list is more than PubNub carries."""

    def __init__(self) -> None:
        """Tell the user."""
        super().__init__(
            translation_domain=DOMAIN, translation_key="hkwhub_list_too_large"
        )


class MediaLibrary:
    """Finds tracks of the hub's media list."""

    def __init__(
        self, client: HubClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start without a list.

        Args:
            client: Reads the list.
            clock: Tells the time in seconds; `time.monotonic` unless in a test.
        """
        self._client = client
        self._clock = clock
        self._read_at: float | None = None
        self._too_large_at: float | None = None
        self._tracks: Sequence[Track] = ()

    @property
    def known(self) -> Sequence[Track]:
        """Return the list as it was read last; empty if it never was."""
        return self._tracks

    async def async_tracks(self) -> Sequence[Track]:
        """Return the list, in the order of the HKWHub app.

        Raises:
            HkwhubError: It could not be read.
            ListTooLargeError: It is more than PubNub carries.
        """
        now = self._clock()
        if self._read_at is None or now - self._read_at > KEEP_SECONDS:
            if self._too_large_at is not None:
                if now - self._too_large_at <= TOO_LARGE_SECONDS:
                    raise ListTooLargeError
                self._too_large_at = None
            self._tracks = await self._async_read()
            self._read_at = now
        return self._tracks

    async def async_find(self, wanted: str) -> Track | None:
        """Return a track by its `PersistentID` or title, None if there is none.

        A list that is not fresh is read again before it is said that there is none.

        Raises:
            HkwhubError: The list could not be read.
        """
        found = _find(await self.async_tracks(), wanted)
        age = self._clock() - (self._read_at or 0)
        if found is None and age > FRESH_SECONDS:
            self._read_at = None
            found = _find(await self.async_tracks(), wanted)
        return found

    async def _async_read(self) -> Sequence[Track]:
        try:
            return tuple(await self._client.media_list())
        except CannotConnectError as err:
            if not self._client.pushes:
                raise
            # A hub that answers this has not answered because it cannot.
            await self._client.is_playing()
            self._too_large_at = self._clock()
            raise ListTooLargeError from err

    def known_track(self, persistent_id: str) -> Track | None:
        """Return a track of the list that was read last."""
        return next((one for one in self._tracks if one.id == persistent_id), None)


def _find(tracks: Sequence[Track], wanted: str) -> Track | None:
    """Look by id, then by title, then by title in whatever case."""
    folded = wanted.strip().casefold()
    return (
        next((one for one in tracks if one.id == wanted), None)
        or next((one for one in tracks if one.title == wanted), None)
        or next((one for one in tracks if one.title.casefold() == folded), None)
    )


def search(tracks: Sequence[Track], query: str) -> list[Track]:
    """Return the tracks that have all words of a query in title, artist or album."""
    words = query.casefold().split()
    return [
        track
        for track in tracks
        if all(
            word in f"{track.title} {track.artist} {track.album}".casefold()
            for word in words
        )
    ]
