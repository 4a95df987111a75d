"""The person's own identities: the one in use, and those that were before it.

The private keys are wrapped by the vault (vault/identity.py) and never opened here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from privatus.core.contact import Identity, PublicKeys
from privatus.core.conversation import Json
from privatus.core.errors import BugError, TamperedError
from privatus.core.secret import SecretBytes
from privatus.storage.contacts import fields_json, fields_of
from privatus.storage.database import Database, Row
from privatus.storage.rows import IDENTITY, plain_context
from privatus.vault import identity as own_keys
from privatus.vault.keys import Scope

_COLUMNS = """
    id, created_at_ms, retired_at_ms, wrapped_keys, details_sealed, picture_sealed, seal
"""
_NEXT_ID = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'identity'), 0) + 1"
_INSERT = f"INSERT INTO identity ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_UPDATE = """
    UPDATE identity
       SET retired_at_ms = ?, wrapped_keys = ?, details_sealed = ?, picture_sealed = ?, seal = ?
     WHERE id = ?
"""
_SELECT = f"SELECT {_COLUMNS} FROM identity ORDER BY id"
_SELECT_CURRENT = f"SELECT {_COLUMNS} FROM identity WHERE retired_at_ms IS NULL"


class Identities:
    """The table of the person's own identities."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def current(self) -> Identity | None:
        """Return the identity in use; None: the vault is older than identities are.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row = self._db.row(_SELECT_CURRENT)
        return None if row is None else self.open_row(row)

    def all(self) -> list[Identity]:
        """Return all of them, the one in use last.

        Raises:
            TamperedError: one is not what was sealed.
        """
        return [self.open_row(row) for row in self.raw()]

    def make(self, now_ms: int, former: Identity | None = None) -> Identity:
        """Make new keys; what *former* says of the person stays, its private keys go."""
        row_id = int(self._db.value(_NEXT_ID))
        if former is not None:
            self._update(replace(former, retired_at_ms=now_ms), None)
        keys, wrapped = own_keys.make(self._scope, row_id)
        blank = former or Identity(id=row_id, keys=keys, created_at_ms=now_ms)
        made = replace(blank, id=row_id, keys=keys, created_at_ms=now_ms)
        details, picture, seal = self._seal(made, wrapped)
        self._db.execute(_INSERT, (row_id, now_ms, None, wrapped, details, picture, seal))
        return made

    def update(self, identity: Identity) -> None:
        """Replace what the identity in use says of the person; its keys stay."""
        wrapped = self._wrapped_of(identity)
        self._update(identity, wrapped)

    def sign(self, identity: Identity, message: bytes) -> bytes:
        """Return the signature of *message* by the identity in use.

        Raises:
            TamperedError: its private keys do not open.
        """
        wrapped = self._wrapped_of(identity)
        return own_keys.sign(self._scope, identity.id, identity.keys, wrapped, message)

    def open_sealed(self, identity: Identity, sealed: bytes, info: bytes) -> SecretBytes:
        """Return what somebody has sealed to the identity in use, bound to *info*.

        Raises:
            TamperedError: it was sealed to another, or changed; or the private keys do not open.
        """
        wrapped = self._wrapped_of(identity)
        return own_keys.open_sealed(self._scope, identity.id, identity.keys, wrapped, sealed, info)

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> Identity:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, created_at_ms, retired_at_ms, wrapped, details, picture, seal = row
        cipher = self._scope.opening_cipher(IDENTITY.number, seal)
        context = _context(created_at_ms, retired_at_ms, wrapped)
        said_bytes, image = cipher.open(seal, row_id, context, [details, picture])
        said: dict[str, Any] = msgspec.json.decode(said_bytes or b"{}")
        return Identity(
            id=row_id,
            keys=PublicKeys.of(bytes.fromhex(said["keys"])),
            name=said.get("name", ""),
            note=said.get("note", ""),
            fields=fields_of(said.get("fields", ())),
            picture=image,
            created_at_ms=created_at_ms,
            retired_at_ms=retired_at_ms,
        )

    def check_row(self, row: Row) -> None:
        """Open one of `raw` and its private keys.

        Raises:
            TamperedError: they are not what was sealed.
        """
        identity, wrapped = self.open_row(row), row[3]
        if wrapped is not None:
            own_keys.check(self._scope, identity.id, identity.keys, wrapped)

    def _wrapped_of(self, identity: Identity) -> bytes:
        row = self._db.row(_SELECT_CURRENT)
        if row is None or row[0] != identity.id:
            raise BugError("only the identity in use signs and changes")
        if self.open_row(row).keys != identity.keys:
            raise TamperedError("the keys of the identity are not those that were made")
        wrapped: bytes = row[3]
        return wrapped

    def _update(self, identity: Identity, wrapped: bytes | None) -> None:
        details, picture, seal = self._seal(identity, wrapped)
        said = (identity.retired_at_ms, wrapped, details, picture, seal, identity.id)
        self._db.execute(_UPDATE, said)

    def _seal(self, identity: Identity, wrapped: bytes | None) -> tuple[Any, Any, bytes]:
        said: dict[str, Json] = {
            "keys": identity.keys.raw.hex(),
            "name": identity.name,
            "note": identity.note,
            "fields": fields_json(identity.fields),
        }
        details = msgspec.json.encode({name: value for name, value in said.items() if value})
        context = _context(identity.created_at_ms, identity.retired_at_ms, wrapped)
        seal, (sealed, picture) = self._scope.table_cipher(IDENTITY.number).seal(
            identity.id, context, [details, identity.picture]
        )
        return sealed, picture, seal


def _context(created_at_ms: int, retired_at_ms: int | None, wrapped: bytes | None) -> bytes:
    return plain_context(created_at_ms, retired_at_ms) + (wrapped or b"")
