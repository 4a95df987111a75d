"""What a person chose for this vault.

It is sealed: nobody else is to say when chats are deleted.
"""

from __future__ import annotations

import msgspec

from privatus.core.conversation import Json
from privatus.core.preference import Preference
from privatus.storage.database import Database, Row
from privatus.storage.rows import PREFERENCES
from privatus.vault.keys import Scope

_PUT = """
    INSERT INTO preferences (id, details_sealed, seal) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE
       SET details_sealed = excluded.details_sealed, seal = excluded.seal
"""
_SELECT = "SELECT id, details_sealed, seal FROM preferences ORDER BY id"
_SELECT_ONE = "SELECT id, details_sealed, seal FROM preferences WHERE id = ?"


class Preferences:
    """The table of preferences."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def get(self, which: Preference) -> Json:
        """Return what was chosen, None if nothing was.

        Raises:
            TamperedError: the row is not what was sealed.
        """
        row = self._db.row(_SELECT_ONE, (which.value,))
        return None if row is None else self.open_row(row)

    def put(self, which: Preference, value: Json) -> None:
        """Choose *value*."""
        cipher = self._scope.table_cipher(PREFERENCES.number)
        seal, (sealed,) = cipher.seal(which.value, b"", [msgspec.json.encode(value)])
        self._db.execute(_PUT, (which.value, sealed, seal))

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> Json:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, sealed, seal = row
        cipher = self._scope.opening_cipher(PREFERENCES.number, seal)
        (details,) = cipher.open(seal, row_id, b"", [sealed])
        return msgspec.json.decode(details or b"null")
