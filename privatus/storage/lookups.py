"""Names that many rows share: accounts (sealed) and models (clear, queries ask for them)."""

from __future__ import annotations

from privatus.core.errors import TamperedError
from privatus.storage.database import Database
from privatus.storage.rows import ACCOUNTS
from privatus.vault.keys import Scope

_SELECT_MODELS = "SELECT id, name FROM models"
_INSERT_MODEL = "INSERT INTO models (id, name) VALUES (?, ?)"
_SELECT_ACCOUNT = "SELECT id FROM accounts WHERE tag = ?"
_SELECT_ACCOUNTS = "SELECT id, source, name_sealed, seal FROM accounts"
_NEXT_ACCOUNT = "SELECT coalesce(max(id), 0) + 1 FROM accounts"
_INSERT_ACCOUNT = """
    INSERT INTO accounts (id, source, tag, name_sealed, seal) VALUES (?, ?, ?, ?, ?)
"""


class Models:
    """The names of language models."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def names(self) -> dict[int, str]:
        return dict(self._db.rows(_SELECT_MODELS))

    def insert_many(self, models: list[tuple[int, str]]) -> None:
        """Add models, each with the id that the caller has given it."""
        self._db.execute_many(_INSERT_MODEL, models)


class Accounts:
    """The accounts at providers that conversations came from."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def find(self, source: str, name: str) -> int | None:
        """Return the id of an account, if it is known."""
        found = self._db.value(_SELECT_ACCOUNT, (self._tag(source, name),))
        return None if found is None else int(found)

    def insert(self, source: str, name: str) -> int:
        row_id = int(self._db.value(_NEXT_ACCOUNT))
        seal, (sealed,) = self._scope.table_cipher(ACCOUNTS.number).seal(
            row_id, source.encode(), [name.encode("utf-8", "replace")]
        )
        self._db.execute(_INSERT_ACCOUNT, (row_id, source, self._tag(source, name), sealed, seal))
        return row_id

    def names(self) -> dict[int, str]:
        """Return all accounts' names by id.

        Raises:
            TamperedError: a row does not open.
        """
        found = {}
        for row_id, source, sealed, seal in self._db.rows(_SELECT_ACCOUNTS):
            cipher = self._scope.opening_cipher(ACCOUNTS.number, seal)
            (name,) = cipher.open(seal, row_id, source.encode(), [sealed])
            if name is None:
                raise TamperedError("an account has no name")
            found[row_id] = name.decode()
        return found

    def _tag(self, source: str, name: str) -> bytes:
        return self._scope.tag(b"account", f"{source}\0{name}".encode("utf-8", "replace"))
