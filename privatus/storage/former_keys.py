"""The vault keys of before: `rotate` takes one out of force, and backups made under it need it.

Each is known by its epoch: 1 for the key that the vault was made with, one more at every
rotation. A vault that got new keys before this table was there lacks those of that time.
"""

from __future__ import annotations

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.storage.database import Database, Row
from privatus.storage.rows import FORMER_KEYS, plain_context
from privatus.vault.keys import Keys, Scope

_SELECT = "SELECT id, retired_at_ms, key_sealed, seal FROM former_keys ORDER BY id"
_PUT = """
    INSERT INTO former_keys (id, retired_at_ms, key_sealed, seal) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE
       SET key_sealed = excluded.key_sealed, seal = excluded.seal
"""


class FormerKeys:
    """The table of former vault keys; who reads a key from it wipes it."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def all(self) -> tuple[SecretBytes, ...]:
        """Return all of them, the oldest first.

        Raises:
            TamperedError: one is not what was sealed.
        """
        keys: list[SecretBytes] = []
        try:
            keys.extend(self._key_of(row) for row in self.raw())
        except TamperedError:
            for key in keys:
                key.wipe()
            raise
        return tuple(keys)

    def retire(self, former: Keys, now_ms: int) -> int:
        """Keep the vault key of *former*, of whom the scope has the present keys; return its epoch.

        Those before it are sealed anew, so that the former keys open none of them here.

        Raises:
            TamperedError: one of those before it is not what was sealed.
        """
        for row in self.raw():
            with self._key_of(row) as key:
                self._put(row[0], row[1], key)
        epoch = len(self._scope.former)
        self._put(epoch, now_ms, former.opened.vault_key)
        return epoch

    def epochs(self) -> list[int]:
        """Return the epochs of those that are there."""
        return [row[0] for row in self.raw()]

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> None:
        """Open one of `raw`, and forget what it holds.

        Raises:
            TamperedError: it is not what was sealed.
        """
        self._key_of(row).wipe()

    def _key_of(self, row: Row) -> SecretBytes:
        epoch, retired_at_ms, sealed, seal = row
        cipher = self._scope.opening_cipher(FORMER_KEYS.number, seal)
        return cipher.open_secret(seal, epoch, plain_context(retired_at_ms), sealed)

    def _put(self, epoch: int, retired_at_ms: int, key: SecretBytes) -> None:
        cipher = self._scope.table_cipher(FORMER_KEYS.number)
        seal, sealed = cipher.seal_secret(epoch, plain_context(retired_at_ms), key)
        self._db.execute(_PUT, (epoch, retired_at_ms, sealed, seal))
