"""Names that many rows share: accounts and models, sealed, each by a small number."""

from __future__ import annotations

from privatus.core.errors import TamperedError
from privatus.storage.database import Database, Row
from privatus.storage.rows import ACCOUNTS, MODELS
from privatus.vault.keys import Scope
from privatus.vault.sealing import RowCipher, key_id_of

_SELECT_MODELS = "SELECT id, name_sealed, seal FROM models"
_INSERT_MODEL = "INSERT INTO models (id, name_sealed, seal) VALUES (?, ?, ?)"
_ACCOUNT = "SELECT id, source, tag, name_sealed, seal FROM accounts"
_SELECT_ACCOUNT = f"{_ACCOUNT} WHERE tag = ?"
_NEXT_ACCOUNT = "SELECT coalesce(max(id), 0) + 1 FROM accounts"
_INSERT_ACCOUNT = """
    INSERT INTO accounts (id, source, tag, name_sealed, seal) VALUES (?, ?, ?, ?, ?)
"""


class Models:
    """The names of language models; some are given by a person, with what is private in them."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def names(self) -> dict[int, str]:
        """Return all models' names by id.

        Raises:
            TamperedError: a row does not open.
        """
        ciphers: dict[int, RowCipher] = {}
        found = {}
        for row_id, sealed, seal in self._db.rows(_SELECT_MODELS):
            cipher = ciphers.get(key_id_of(seal))
            if cipher is None:
                cipher = self._scope.opening_cipher(MODELS.number, seal)
                ciphers[key_id_of(seal)] = cipher
            (name,) = cipher.open(seal, row_id, b"", [sealed])
            found[row_id] = (name or b"").decode()
        return found

    def insert_many(self, models: list[tuple[int, str]]) -> None:
        """Add models, each with the id that the caller has given it."""
        cipher = self._scope.table_cipher(MODELS.number)
        for row_id, name in models:
            seal, (sealed,) = cipher.seal(row_id, b"", [name.encode("utf-8", "replace")])
            self._db.execute(_INSERT_MODEL, (row_id, sealed, seal))


class Accounts:
    """The accounts at providers that conversations came from."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def find(self, source: str, name: str) -> int | None:
        """Return the id of an account, if it is known.

        Raises:
            TamperedError: its row does not open.
        """
        row = self._db.row(_SELECT_ACCOUNT, (self._tag(source, name),))
        return None if row is None else self._open(row)[0]

    def insert(self, source: str, name: str) -> int:
        row_id = int(self._db.value(_NEXT_ACCOUNT))
        tag = self._tag(source, name)
        seal, (sealed,) = self._scope.table_cipher(ACCOUNTS.number).seal(
            row_id, tag + source.encode(), [name.encode("utf-8", "replace")]
        )
        self._db.execute(_INSERT_ACCOUNT, (row_id, source, tag, sealed, seal))
        return row_id

    def names(self) -> dict[int, str]:
        """Return all accounts' names by id.

        Raises:
            TamperedError: a row does not open.
        """
        return dict(map(self._open, self._db.rows(_ACCOUNT)))

    def _open(self, row: Row) -> tuple[int, str]:
        row_id, source, tag, sealed, seal = row
        cipher = self._scope.opening_cipher(ACCOUNTS.number, seal)
        (name,) = cipher.open(seal, row_id, tag + source.encode(), [sealed])
        if name is None:
            raise TamperedError("an account has no name")
        return row_id, name.decode()

    def _tag(self, source: str, name: str) -> bytes:
        return self._scope.tag(b"account", f"{source}\0{name}".encode("utf-8", "replace"))
