"""The hub's media list as a tree to browse: tracks, artists, albums, sounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, override
from urllib.parse import quote, unquote

from homeassistant.components.media_player import BrowseMedia, MediaClass, MediaType

from .client import Track
from .play_queue import is_sound_effect

SCHEME: Final = "hkwhub://"


class Kind(StrEnum):
    """What a path of the tree is about; the folders in the order of the first page."""

    TRACKS = "tracks"
    ARTISTS = "artists"
    ALBUMS = "albums"
    SOUNDS = "sounds"
    ARTIST = "artist"
    ALBUM = "album"
    TRACK = "track"


@dataclass(frozen=True, slots=True)
class LibraryPath:
    """A place in the tree; `hkwhub://album/Simply%20Worship` as text.

    Attributes:
        kind: What it is about; None for the first page.
        name: Which artist, album or track (by its id).
    """

    kind: Kind | None
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a path; what is none leads to an unknown kind's empty folder.

        Args:
            text: Begins with `SCHEME`.
        """
        kind, _, name = text.removeprefix(SCHEME).partition("/")
        if kind not in Kind:
            return cls(None)
        return cls(Kind(kind), unquote(name))

    @override
    def __str__(self) -> str:
        """Return it as text."""
        if self.kind is None:
            return SCHEME
        name = f"/{quote(self.name, safe='')}" if self.name else ""
        return f"{SCHEME}{self.kind}{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """How a kind of folder looks."""

    title: str = ""
    media_class: MediaClass = MediaClass.DIRECTORY
    content_type: MediaType = MediaType.PLAYLIST
    children: MediaClass = MediaClass.TRACK


_FOLDERS: Final = {
    Kind.TRACKS: _Folder(title="Tracks"),
    Kind.ARTISTS: _Folder(title="Artists", children=MediaClass.ARTIST),
    Kind.ALBUMS: _Folder(title="Albums", children=MediaClass.ALBUM),
    Kind.SOUNDS: _Folder(title="Sounds"),
    Kind.ARTIST: _Folder(media_class=MediaClass.ARTIST, content_type=MediaType.ARTIST),
    Kind.ALBUM: _Folder(media_class=MediaClass.ALBUM, content_type=MediaType.ALBUM),
}
_FIRST_PAGE: Final = (Kind.TRACKS, Kind.ARTISTS, Kind.ALBUMS, Kind.SOUNDS)


def tracks_of(tracks: Sequence[Track], path: LibraryPath) -> list[Track]:
    """Return the tracks that a path stands for, none for an unknown one."""
    music = [track for track in tracks if not is_sound_effect(track)]
    match path.kind:
        case Kind.TRACK:
            return [track for track in tracks if track.id == path.name]
        case Kind.ARTIST:
            return [track for track in music if track.artist == path.name]
        case Kind.ALBUM:
            return [track for track in music if track.album == path.name]
        case Kind.SOUNDS:
            return [track for track in tracks if is_sound_effect(track)]
        case Kind.TRACKS | Kind.ARTISTS | Kind.ALBUMS:
            return music
        case None:
            return []


def browse(tracks: Sequence[Track], path: LibraryPath) -> BrowseMedia | None:
    """Return a page of the tree, None where there is no such page.

    Args:
        tracks: The hub's media list.
        path: Which page; not the first one.
    """
    inside = tracks_of(tracks, path)
    if path.kind is None or path.kind is Kind.TRACK or not inside:
        return None
    page = _folder(path)
    match path.kind:
        case Kind.ARTISTS:
            names = sorted({track.artist for track in inside} - {""}, key=str.casefold)
            page.children = [_folder(LibraryPath(Kind.ARTIST, one)) for one in names]
        case Kind.ALBUMS:
            names = sorted({track.album for track in inside} - {""}, key=str.casefold)
            page.children = [_folder(LibraryPath(Kind.ALBUM, one)) for one in names]
        case _:
            page.children = [browse_track(track) for track in inside]
    return page


def first_page(title: str, tracks: Sequence[Track]) -> BrowseMedia:
    """Return the first page of the tree.

    Args:
        title: Its title.
        tracks: The hub's media list; what it has none of is left out.
    """
    paths = [LibraryPath(kind) for kind in _FIRST_PAGE]
    return BrowseMedia(
        title=title,
        media_class=MediaClass.DIRECTORY,
        media_content_id=str(LibraryPath(None)),
        media_content_type="",
        can_play=False,
        can_expand=True,
        children=[_folder(path) for path in paths if tracks_of(tracks, path)],
        children_media_class=MediaClass.DIRECTORY,
    )


def browse_track(track: Track) -> BrowseMedia:
    """Return a track as an item of a page."""
    return BrowseMedia(
        title=f"{track.title} – {track.artist}" if track.artist else track.title,
        media_class=MediaClass.TRACK,
        media_content_id=str(LibraryPath(Kind.TRACK, track.id)),
        media_content_type=MediaType.TRACK,
        can_play=True,
        can_expand=False,
    )


def _folder(path: LibraryPath) -> BrowseMedia:
    assert path.kind is not None
    look = _FOLDERS[path.kind]
    return BrowseMedia(
        title=look.title or path.name,
        media_class=look.media_class,
        media_content_id=str(path),
        media_content_type=look.content_type,
        can_play=path.kind not in (Kind.ARTISTS, Kind.ALBUMS),
        can_expand=True,
        children_media_class=look.children,
    )
