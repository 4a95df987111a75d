"""The log of what was done with the vault: append-only, each row chained to the one before.

chain of a row = tag 1 | tag 2 of (chain of the row before | id:8 | time:8 | action | 0 |
                 seal | details), both keyed BLAKE2b-128

The key comes from the scope's first key: who holds only the database key cannot forge a chain, and
the chain goes on when the scope gets another key.  That the
last rows were cut off is not seen from the log alone.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from privatus.core.conversation import Json
from privatus.core.errors import TamperedError
from privatus.storage.database import Database, Row
from privatus.storage.rows import AUDIT_LOG, plain_context
from privatus.vault.keys import Scope

_INSERT = """
    INSERT INTO audit_log (id, at_ms, action, details_sealed, seal, chain)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_SELECT_LAST = "SELECT id, chain FROM audit_log ORDER BY id DESC LIMIT 1"
_SELECT = "SELECT id, at_ms, action, details_sealed, seal, chain FROM audit_log ORDER BY id"
_START = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that was done."""

    number: int
    at_ms: int
    action: str
    details: dict[str, Json]


class AuditLog:
    """The table of the log."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def append(self, action: str, details: dict[str, Json] | None = None) -> None:
        """Add a row, in the transaction that does what it tells."""
        number, chain = self._db.row(_SELECT_LAST) or (0, _START)
        number += 1
        at_ms = time.time_ns() // 1_000_000
        context = plain_context(at_ms) + action.encode()
        seal, (sealed,) = self._scope.table_cipher(AUDIT_LOG.number).seal(
            number, context, [msgspec.json.encode(details or {})]
        )
        link = self._link(chain, number, at_ms, action, seal, sealed or b"")
        self._db.execute(_INSERT, (number, at_ms, action, sealed, seal, link))

    def entries(self) -> Iterator[AuditEntry]:
        """Yield all rows, the oldest first, checked against the chain.

        Raises:
            TamperedError: a row was edited, removed or added by somebody without the key.
        """
        chain, expected = _START, 1
        for row in self._db.each(_SELECT):
            number, at_ms, action, sealed, seal, _link = row
            chain = self._check(row, chain, expected)
            cipher = self._scope.opening_cipher(AUDIT_LOG.number, seal)
            (details,) = cipher.open(seal, number, plain_context(at_ms) + action.encode(), [sealed])
            yield AuditEntry(
                number=number,
                at_ms=at_ms,
                action=action,
                details=msgspec.json.decode(details or b"{}"),
            )
            expected += 1

    def _check(self, row: Row, chain: bytes, expected: int) -> bytes:
        number, at_ms, action, sealed, seal, link = row
        if number != expected or link != self._link(chain, number, at_ms, action, seal, sealed):
            raise TamperedError(f"entry {expected} of the log is missing or was edited")
        return bytes(link)

    def _link(
        self, chain: bytes, number: int, at_ms: int, action: str, seal: bytes, sealed: bytes
    ) -> bytes:
        row = struct.pack("<qq", number, at_ms) + action.encode() + b"\0" + seal + sealed
        half = self._scope.tag(b"audit chain 1", chain + row)
        return half + self._scope.tag(b"audit chain 2", chain + row)
