"""Wrapped keys in the database: one scope with its former keys, and a container a conversation."""

from __future__ import annotations

from privatus.core import clock
from privatus.core.errors import TamperedError
from privatus.storage.database import Database
from privatus.vault.keys import KeyKind, Keys, KeyState, Scope

_INSERT = """
    INSERT INTO key_store (id, kind, parent_id, wrapped_key, created_at_ms)
    VALUES (?, ?, ?, ?, ?)
"""
_SELECT_SCOPES = "SELECT id, wrapped_key, state FROM key_store WHERE kind = 1 ORDER BY id"
# One row, and it comes before the containers': without LIMIT their keys would all be read, too.
_SELECT_FIRST_SCOPE = f"{_SELECT_SCOPES} LIMIT 1"
_SELECT_CONTAINERS = """
    SELECT id, wrapped_key FROM key_store WHERE kind = 2 AND state <> 'destroyed'
"""
_RETIRE_SCOPE = "UPDATE key_store SET state = 'retired', wrapped_key = ? WHERE id = ?"
_MOVE_CONTAINER = "UPDATE key_store SET wrapped_key = ?, parent_id = ? WHERE id = ?"
_NEXT_ID = "SELECT max(id) + 1 FROM key_store"

KeyRow = tuple[int, int, int | None, bytes, int]


class KeyStore:
    """Reads and writes wrapped keys; what they open to stays in vault/."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def create_scope(self, keys: Keys) -> Scope:
        """Make the vault's first scope."""
        scope, wrapped = keys.new_scope(1)
        self._db.execute(_INSERT, _scope_row(1, wrapped))
        return scope

    def scope(self, keys: Keys) -> Scope:
        """Return the vault's scope.

        Raises:
            TamperedError: it is gone or does not open.
        """
        rows = self._db.rows(_SELECT_FIRST_SCOPE)
        if rows and rows[0][2] == "retired":
            rows = self._db.rows(_SELECT_SCOPES)
        # The newest is in use; the others open what was sealed under them.
        if [state for *_, state in rows] != [*("retired",) * (len(rows) - 1), "active"]:
            raise TamperedError("the vault's scope key is gone; restore the vault from a backup")
        *former, (key_id, wrapped, _) = rows
        retired = (keys.scope(row[0], row[1], (), KeyState.RETIRED) for row in former)
        return keys.scope(key_id, wrapped, tuple(retired))

    def rotate(self, former: Keys, keys: Keys) -> Scope:
        """Give the scope a new key, and let *keys* wrap all that *former* did; return the scope.

        Raises:
            TamperedError: a key does not open.
        """
        scope = self.scope(former)
        key_id = int(self._db.value(_NEXT_ID))
        rotated, wrapped = keys.new_scope(key_id, (*scope.former, scope))
        self._db.execute(_INSERT, _scope_row(key_id, wrapped))
        for old in rotated.former:
            self._db.execute(_RETIRE_SCOPE, (keys.retire_scope(old), old.key_id))
        moved = [
            (rotated.adopt_container(container_id, old_wrapped, scope), key_id, container_id)
            for container_id, old_wrapped in self._db.rows(_SELECT_CONTAINERS)
        ]
        self._db.execute_many(_MOVE_CONTAINER, moved)
        return rotated

    def insert_many(self, rows: list[KeyRow]) -> None:
        self._db.execute_many(_INSERT, rows)


def _scope_row(key_id: int, wrapped: bytes) -> KeyRow:
    return (key_id, KeyKind.SCOPE.value, None, wrapped, clock.now_ms())


def container_row(key_id: int, scope_id: int, wrapped: bytes, now_ms: int) -> KeyRow:
    """Return the row of a new container's key."""
    return (key_id, KeyKind.CONTAINER.value, scope_id, wrapped, now_ms)
