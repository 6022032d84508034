"""The pages of the media browser: the hub's media list, and Home Assistant's media."""

from homeassistant.components import media_source
from homeassistant.components.media_player import BrowseError, BrowseMedia
from homeassistant.core import HomeAssistant

from ...const import DOMAIN
from .content import SCHEME, LibraryPath, browse, first_page
from .library import ListTooLargeError, MediaLibrary


async def async_browse(
    hass: HomeAssistant, library: MediaLibrary, title: str, media_id: str | None
) -> BrowseMedia:
    """Return a page.

    Args:
        hass: Home Assistant.
        library: The hub's media list.
        title: Of the first page.
        media_id: Which page; None or empty for the first.

    Raises:
        BrowseError: There is no such page.
        HkwhubError: The media list could not be read.
        ListTooLargeError: The media list is more than PubNub carries.
    """
    if media_id and media_source.is_media_source_id(media_id):
        return await _async_browse_sources(hass, media_id)
    if media_id and media_id != SCHEME:
        page = browse(await library.async_tracks(), LibraryPath.parse(media_id))
        if page is None:
            raise BrowseError(
                translation_domain=DOMAIN,
                translation_key="hkwhub_media_unknown",
                translation_placeholders={"media": media_id},
            )
        return page
    try:
        tracks = await library.async_tracks()
    except ListTooLargeError:
        # Home Assistant's own media are there nevertheless.
        tracks = ()
    page = first_page(title, tracks)
    sources = await _async_browse_sources(hass, None)
    page.children = [*(page.children or ()), *(sources.children or ())]
    return page


async def _async_browse_sources(
    hass: HomeAssistant, media_id: str | None
) -> BrowseMedia:
    return await media_source.async_browse_media(
        hass,
        media_id,
        content_filter=lambda item: item.media_content_type.startswith("audio/"),
    )
