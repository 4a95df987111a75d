"""Which pairs of chats a person has said to be no duplicates of each other.

Sealed under the key of the table: a pair belongs to no chat alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from privatus.storage.database import Database, Row
from privatus.storage.row_ids import next_id
from privatus.storage.rows import NOT_DUPLICATES, plain_context
from privatus.vault.keys import Scope

_SELECT = "SELECT id, first_id, second_id, dismissed_at_ms, seal FROM not_duplicates ORDER BY id"
_INSERT = """
    INSERT INTO not_duplicates (id, first_id, second_id, dismissed_at_ms, seal)
    VALUES (?, ?, ?, ?, ?)
"""
_DELETE = "DELETE FROM not_duplicates WHERE first_id = ? AND second_id = ?"
_NEXT_ID = next_id("not_duplicates")


class Pair(NamedTuple):
    """Two chats, the lower row id first."""

    first_id: int
    second_id: int

    @classmethod
    def of(cls, one: int, other: int) -> Pair:
        return cls(min(one, other), max(one, other))


class NotDuplicates:
    """The table of pairs that are no duplicates."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def all(self) -> set[Pair]:
        """Return all pairs.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return {self.open_row(row) for row in self.raw()}

    def insert(self, pairs: Iterable[Pair], dismissed_at_ms: int) -> None:
        """Add pairs that are not there yet."""
        cipher = self._scope.table_cipher(NOT_DUPLICATES.number)
        for row_id, pair in enumerate(pairs, start=int(self._db.value(_NEXT_ID))):
            seal, _ = cipher.seal(row_id, plain_context(*pair, dismissed_at_ms), [])
            self._db.execute(_INSERT, (row_id, *pair, dismissed_at_ms, seal))

    def delete(self, pairs: Iterable[Pair]) -> None:
        self._db.execute_many(_DELETE, list(pairs))

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> Pair:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, first_id, second_id, dismissed_at_ms, seal = row
        cipher = self._scope.opening_cipher(NOT_DUPLICATES.number, seal)
        cipher.open(seal, row_id, plain_context(first_id, second_id, dismissed_at_ms), [])
        return Pair(first_id, second_id)
