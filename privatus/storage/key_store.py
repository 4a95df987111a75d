"""Wrapped keys in the database: one scope, and a container a conversation."""

from __future__ import annotations

import time

from privatus.core.errors import TamperedError
from privatus.storage.database import Database
from privatus.vault.keys import KeyKind, Keys, Scope

_INSERT = """
    INSERT INTO key_store (id, kind, parent_id, wrapped_key, created_at_ms)
    VALUES (?, ?, ?, ?, ?)
"""
# One row, and it comes before the containers': without LIMIT their keys would all be read, too.
_SELECT_SCOPE = """
    SELECT id, wrapped_key FROM key_store WHERE kind = 1 AND state = 'active' ORDER BY id LIMIT 1
"""

KeyRow = tuple[int, int, int | None, bytes, int]


class KeyStore:
    """Reads and writes wrapped keys; what they open to stays in vault/."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def create_scope(self, keys: Keys) -> Scope:
        """Make the vault's first scope."""
        scope, wrapped = keys.new_scope(1)
        row = (1, KeyKind.SCOPE.value, None, wrapped, time.time_ns() // 1_000_000)
        self._db.execute(_INSERT, row)
        return scope

    def scope(self, keys: Keys) -> Scope:
        """Return the vault's scope.

        Raises:
            TamperedError: it is gone or does not open.
        """
        row = self._db.row(_SELECT_SCOPE)
        if row is None:
            raise TamperedError("the vault's scope key is gone; restore the vault from a backup")
        return keys.scope(*row)

    def insert_many(self, rows: list[KeyRow]) -> None:
        self._db.execute_many(_INSERT, rows)


def container_row(key_id: int, scope_id: int, wrapped: bytes, now_ms: int) -> KeyRow:
    """Return the row of a new container's key."""
    return (key_id, KeyKind.CONTAINER.value, scope_id, wrapped, now_ms)
