"""The log of errors and the measurements: sealed rows that only their time says something of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Generic, TypeVar

import msgspec

from privatus.core.journal import REPEATED_WITHIN_MS, Measured, NotedError
from privatus.storage.database import Database, Row
from privatus.storage.rows import ERROR_LOG, METRICS, SealedTable, plain_context
from privatus.vault.keys import Scope

_COLUMNS = "id, at_ms, details_sealed, seal"
_NEXT_ID = "SELECT coalesce(max(id), 0) + 1 FROM {0}"
_PUT = f"""
    INSERT INTO {{0}} ({_COLUMNS}) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET details_sealed = excluded.details_sealed,
                                       seal = excluded.seal
"""
_SELECT = f"SELECT {_COLUMNS} FROM {{0}} WHERE at_ms >= ? ORDER BY at_ms DESC, id DESC"
_OLDEST = "SELECT min(at_ms) FROM {0}"
_COUNT = "SELECT count(*) FROM {0} WHERE at_ms < ?"
_DELETE = "DELETE FROM {0} WHERE at_ms < ?"
_ALL = -(1 << 63)

_Entry = TypeVar("_Entry", bound=NotedError | Measured)


class Journal(Generic[_Entry]):
    """One of the two tables."""

    def __init__(
        self, db: Database, scope: Scope, name: str, table: SealedTable, entry: type[_Entry]
    ) -> None:
        self._db = db
        self._scope = scope
        self._name = name
        self._table = table
        self._entry = entry

    def append(self, entry: _Entry) -> None:
        """Add a row."""
        self.put(int(self._db.value(_NEXT_ID.format(self._name))), entry)

    def put(self, row_id: int, entry: _Entry) -> None:
        """Write a row; the time of one that is there stays."""
        seal, (sealed,) = self._scope.table_cipher(self._table.number).seal(
            row_id, plain_context(entry.at_ms), [msgspec.json.encode(entry)]
        )
        self._db.execute(_PUT.format(self._name), (row_id, entry.at_ms, sealed, seal))

    def since(self, at_ms: int = _ALL) -> Iterator[_Entry]:
        """Yield what was noted then or later, the newest first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return map(self.open_row, self.raw(at_ms))

    def oldest_ms(self) -> int | None:
        """Return when the oldest row was made, None if there is none."""
        at_ms: int | None = self._db.value(_OLDEST.format(self._name))
        return at_ms

    def count_before(self, at_ms: int) -> int:
        """Return how many rows were made before a time."""
        return int(self._db.value(_COUNT.format(self._name), (at_ms,)))

    def delete_before(self, at_ms: int) -> int:
        """Destroy the rows that were made before a time; return how many."""
        return self._db.execute(_DELETE.format(self._name), (at_ms,))

    def raw(self, since_ms: int = _ALL) -> Iterator[Row]:
        """Yield rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT.format(self._name), (since_ms,))

    def open_row(self, row: Row) -> _Entry:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, at_ms, sealed, seal = row
        cipher = self._scope.opening_cipher(self._table.number, seal)
        (details,) = cipher.open(seal, row_id, plain_context(at_ms), [sealed])
        return msgspec.json.decode(details or b"{}", type=self._entry)


class ErrorLog(Journal[NotedError]):
    """The table of errors."""

    def __init__(self, db: Database, scope: Scope) -> None:
        super().__init__(db, scope, "error_log", ERROR_LOG, NotedError)

    def note(self, error: NotedError) -> None:
        """Add an error, or count it in the row of the last hour that says the same.

        Raises:
            TamperedError: a row of the last hour is not what was sealed.
        """
        for row in list(self.raw(error.at_ms - REPEATED_WITHIN_MS)):
            noted = self.open_row(row)
            if _told(noted) == _told(error):
                again = replace(noted, count=noted.count + 1, last_at_ms=error.at_ms)
                self.put(row[0], again)
                return
        self.append(replace(error, last_at_ms=error.at_ms))


class Metrics(Journal[Measured]):
    """The table of measurements."""

    def __init__(self, db: Database, scope: Scope) -> None:
        super().__init__(db, scope, "metrics", METRICS, Measured)


def _told(error: NotedError) -> tuple[Any, ...]:
    return error.where, error.code, error.said
