"""What stands in the sidebar, as it is read from the vault: counts, folders, saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from privatus.bootstrap import Vault
from privatus.core.folder import FolderCount
from privatus.core.jobs import Job
from privatus.core.marks import Shelf
from privatus.core.saved_search import SavedSearch
from privatus.core.tag import SEPARATOR
from privatus.services.listing import ListFilter, PlaceCounts
from ui.i18n import _, mark

# Of the name of a folder, above its list.
_MOST_CHARS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All of it."""

    counts: PlaceCounts = PlaceCounts()  # noqa: RUF009 - it is frozen
    folders: Sequence[FolderCount] = ()
    searches: Sequence[SavedSearch] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somewhere that chats stand, and what a list of it asks for; `name`: one of PlaceCounts."""

    name: str
    title: str
    icon: str
    filter: ListFilter


PLACES = (
    Place(name="chats", title=mark("All chats"), icon="messages-square", filter=ListFilter()),
    Place(name="pinned", title=mark("Pinned"), icon="pin", filter=ListFilter(is_pinned=True)),
    Place(name="unread", title=mark("Unread"), icon="circle-dot",
          filter=ListFilter(is_unread=True)),
    Place(name="starred", title=mark("Starred"), icon="star", filter=ListFilter(is_starred=True)),
    Place(name="archive", title=mark("Archived"), icon="archive",
          filter=ListFilter(shelf=Shelf.ARCHIVE)),
    Place(name="merged", title=mark("Merged"), icon="layers",
          filter=ListFilter(shelf=Shelf.MERGED)),
    Place(name="trash", title=mark("Trash"), icon="trash-2", filter=ListFilter(shelf=Shelf.TRASH)),
)  # fmt: skip
# Chats are merged into others; who never did that needs no place for it.
IF_ANY = "merged"


def place_of(wanted: ListFilter) -> Place | None:
    """Return the place that a list shows, None if it is a folder, a tag or a choice of its own."""
    if wanted.folder is not None or wanted.tag is not None:
        return None
    if wanted.shelf is not Shelf.CHATS:
        return next(place for place in PLACES if place.filter.shelf is wanted.shelf)
    found = (place for place in PLACES[1:4] if _is_asked(place, wanted))
    return next(found, PLACES[0])


def title_of(wanted: ListFilter) -> str:
    """Return what a list of *wanted* is called above it."""
    if wanted.folder is not None:
        last = wanted.folder.rpartition(SEPARATOR)[2]
        return last if len(last) <= _MOST_CHARS else f"{last[:_MOST_CHARS]}…"
    place = place_of(wanted)
    return _("Chats") if place is None or place is PLACES[0] else _(place.title)


def nothing_in(wanted: ListFilter) -> tuple[str, str]:
    """Return what is said of a list in which nothing is, and a hint; "": as of any other."""
    if wanted.title:
        return "", ""
    if wanted == ListFilter(folder=wanted.folder) and wanted.folder is not None:
        return _("This folder is empty"), _("Drag chats onto it, or press Ctrl+Shift+M.")
    if wanted == PLACES[-1].filter:
        return _("The trash is empty"), ""
    if wanted == PLACES[4].filter:
        return _("Nothing is archived"), _("Searches still find what you archive.")
    return "", ""


def _is_asked(place: Place, wanted: ListFilter) -> bool:
    return bool(getattr(wanted, f"is_{place.name}"))


def read(vault: Vault, _job: Job) -> Contents:
    """Read what stands in the sidebar; opens nothing but names, and takes milliseconds."""
    return Contents(
        counts=vault.listing.counts(),
        folders=vault.folders.list(),
        searches=vault.saved_searches.list(),
    )
