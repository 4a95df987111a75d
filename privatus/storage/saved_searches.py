"""Searches that a person keeps. Name and words are sealed: they tell what somebody looks for."""

from __future__ import annotations

import msgspec

from privatus.core.saved_search import SavedSearch
from privatus.storage.database import Database, Row
from privatus.storage.rows import SAVED_SEARCHES, plain_context
from privatus.vault.keys import Scope

_NEXT_ID = "SELECT coalesce(max(id), 0) + 1 FROM saved_searches"
_INSERT = "INSERT INTO saved_searches (id, saved_at_ms, details_sealed, seal) VALUES (?, ?, ?, ?)"
_UPDATE = """
    UPDATE saved_searches SET saved_at_ms = ?, details_sealed = ?, seal = ? WHERE id = ?
"""
_DELETE = "DELETE FROM saved_searches WHERE id = ?"
_SELECT = "SELECT id, saved_at_ms, details_sealed, seal FROM saved_searches ORDER BY id"


class SavedSearches:
    """The table of saved searches."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def insert(self, name: str, query: str, order: str, saved_at_ms: int) -> SavedSearch:
        row_id = int(self._db.value(_NEXT_ID))
        saved = SavedSearch(id=row_id, name=name, query=query, order=order, saved_at_ms=saved_at_ms)
        sealed, seal = self._seal(saved)
        self._db.execute(_INSERT, (row_id, saved_at_ms, sealed, seal))
        return saved

    def update(self, saved: SavedSearch) -> bool:
        """Replace the search with this id; say whether it was there."""
        sealed, seal = self._seal(saved)
        return self._db.execute(_UPDATE, (saved.saved_at_ms, sealed, seal, saved.id)) > 0

    def delete(self, saved_id: int) -> None:
        self._db.execute(_DELETE, (saved_id,))

    def all(self) -> list[SavedSearch]:
        """Return all of them, the first saved first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self.raw()]

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> SavedSearch:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, saved_at_ms, sealed, seal = row
        cipher = self._scope.opening_cipher(SAVED_SEARCHES.number, seal)
        (details,) = cipher.open(seal, row_id, plain_context(saved_at_ms), [sealed])
        said = msgspec.json.decode(details or b"{}")
        return SavedSearch(
            id=row_id,
            name=said["name"],
            query=said["query"],
            order=said["order"],
            saved_at_ms=saved_at_ms,
        )

    def _seal(self, saved: SavedSearch) -> tuple[bytes | None, bytes]:
        details = {"name": saved.name, "query": saved.query, "order": saved.order}
        seal, (sealed,) = self._scope.table_cipher(SAVED_SEARCHES.number).seal(
            saved.id, plain_context(saved.saved_at_ms), [msgspec.json.encode(details)]
        )
        return sealed, seal
