"""Searches that a person keeps under a name, sealed in the vault."""

from __future__ import annotations

from dataclasses import dataclass, replace

from privatus.core import clock
from privatus.core.errors import BugError, UserError
from privatus.core.saved_search import SavedSearch
from privatus.search.query import parse
from privatus.storage.store import Store, Tables

_MAX_NAME_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchChange:
    """A saved search as it was and as it is; None: there was, or is, none."""

    before: SavedSearch | None
    after: SavedSearch | None

    @property
    def kept(self) -> SavedSearch:
        """Return the search as it is now.

        Raises:
            BugError: there is none.
        """
        if self.after is None:
            raise BugError("a search that was let go of is not kept")
        return self.after


class SavedSearchService:
    """Keeps searches, lists them, and lets go of them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> list[SavedSearch]:
        """Return all saved searches by name.

        Raises:
            TamperedError: one of them is not what was sealed.
        """
        with self._store.snapshot() as tables:
            found = tables.saved_searches.all()
        return sorted(found, key=lambda saved: (saved.name.casefold(), saved.id))

    def save(self, name: str, query: str, order: str = "relevance") -> SavedSearch:
        """Do what `keep` does, and return what is kept.

        Raises:
            UserError, QueryError, AccessError: as `keep`.
        """
        return self.keep(name, query, order).kept

    def keep(self, name: str, query: str, order: str = "relevance") -> SearchChange:
        """Keep *query* as *name*; one that has this name already is replaced.

        Raises:
            UserError: the name is blank or too long.
            QueryError: the query does not parse.
            AccessError: the vault is open for reading only.
        """
        name = _clean(name)
        now_ms = clock.now_ms()
        parse(query, now_ms)
        with self._store.transaction() as tables:
            former = _find(tables, name)
            if former is None:
                made = tables.saved_searches.insert(name, query, order, now_ms)
                return SearchChange(before=None, after=made)
            saved = replace(former, name=name, query=query, order=order, saved_at_ms=now_ms)
            tables.saved_searches.update(saved)
            return SearchChange(before=former, after=saved)

    def rename(self, saved: SavedSearch, name: str) -> SavedSearch:
        """Give a saved search another name.

        Raises:
            UserError: the name is blank, too long or taken, or the search is gone.
            AccessError: the vault is open for reading only.
        """
        name = _clean(name)
        with self._store.transaction() as tables:
            former = _find(tables, name)
            if former is not None and former.id != saved.id:
                raise UserError("another saved search has this name; choose another one")
            renamed = replace(saved, name=name)
            if not tables.saved_searches.update(renamed):
                raise UserError("this saved search is gone; save it again")
        return renamed

    def remove(self, saved: SavedSearch) -> SearchChange:
        """Let go of a saved search; nothing that it finds is touched.

        Raises:
            AccessError: the vault is open for reading only.
        """
        with self._store.transaction() as tables:
            tables.saved_searches.delete(saved.id)
        return SearchChange(before=saved, after=None)

    def undo(self, change: SearchChange) -> SearchChange:
        """Take a change back; return what does it again.

        Raises:
            UserError: another search has the name by now.
            AccessError: the vault is open for reading only.
        """
        before, after = change.before, change.after
        with self._store.transaction() as tables:
            if before is not None:
                taken = _find(tables, before.name)
                if taken is not None and taken.id != (after or before).id:
                    raise UserError("another saved search has this name; choose another one")
            if before is None and after is not None:
                tables.saved_searches.delete(after.id)
            elif before is not None and not tables.saved_searches.update(before):
                b = before
                before = tables.saved_searches.insert(b.name, b.query, b.order, b.saved_at_ms)
        return SearchChange(before=after, after=before)


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UserError("a saved search needs a name")
    if len(name) > _MAX_NAME_CHARS:
        raise UserError(f"a name has at most {_MAX_NAME_CHARS} characters; choose a shorter one")
    return name


def _find(tables: Tables, name: str) -> SavedSearch | None:
    wanted = name.casefold()
    return next((s for s in tables.saved_searches.all() if s.name.casefold() == wanted), None)
