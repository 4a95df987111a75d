"""What a search says of folders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from privatus.core import tag as names
from privatus.core.errors import QueryError
from privatus.search.syntax import Query, is_negative
from privatus.services import folder_names
from privatus.services.tag_names import near, tidy
from privatus.storage.store import Tables


def chats_in(tables: Tables, query: Query, wanted: Iterable[str]) -> set[int]:
    """Return the conversations in the folders *wanted*, or in one that lies in them.

    Of a query that is unfinished a folder may be typed half.

    Raises:
        QueryError: there is no such folder; it has the nearest search that there is.
    """
    known = tables.folders.all()
    found: list[int] = []
    for name in wanted:
        meant = folder_names.within(known, name)
        if not meant and query.is_unfinished:
            key = names.key(tidy(name))
            meant = [folder for folder in known if names.key(folder.name).startswith(key)]
        if not meant:
            close = near(known, name)
            raise QueryError(
                folder_names.unknown(known, name),
                _with(query, name, close[0]) if close else "",
                _with(query, name, None),
            )
        found += [folder.id for folder in meant]
    return tables.folder_chats.chats_in(found)


def _with(query: Query, name: str, other: str | None) -> str:
    """Return the search with *other* instead of the folder *name*, or without it."""

    def changed(said: tuple[str, ...]) -> tuple[str, ...]:
        kept = (other if folder == name else folder for folder in said)
        return tuple(folder for folder in kept if folder is not None)

    filters = query.filters
    better = replace(
        filters,
        folders=changed(filters.folders),
        without_folders=changed(filters.without_folders),
    )
    if query.root is not None and is_negative(query.root) and not better:
        # What is left would only say what to leave out, and that is no search.
        return ""
    return str(replace(query, filters=better))
