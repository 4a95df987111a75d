"""What tells whether two chats are alike, one sealed value a chat.

    signature = exact:16 | words:4 | slots:4n      [bytes, whole numbers little endian]

`exact` is a keyed hash of the text without what two exports of it differ in; the slots are a
MinHash of its passages of four words, seeded by the vault's key.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from privatus.core.errors import TamperedError
from privatus.storage.database import Database, Row
from privatus.storage.rows import CHAT_SIGNATURES, plain_context
from privatus.vault.keys import Container, Scope

_HEAD = struct.Struct("<16sI")
_COLUMNS = """
    s.conversation_id, s.version, s.message_count, s.method, s.signature_sealed, s.seal, k.id,
    k.wrapped_key
"""
_FROM = """
      FROM chat_signatures AS s
      JOIN conversations AS c ON c.id = s.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
"""
_SELECT_ALL = f"SELECT {_COLUMNS} {_FROM} ORDER BY s.conversation_id"
# What is read in a hybrid, or lies in the trash, is no duplicate of anything.
_IS_SHOWN = """
           c.deleted_at_ms IS NULL AND c.message_count > 0
       AND NOT EXISTS (SELECT 1 FROM conversation_marks AS m
                        WHERE m.conversation_id = c.id AND m.mark = 'merged' AND m.value = 1)
"""
_SELECT_SHOWN = f"SELECT {_COLUMNS} {_FROM} WHERE {_IS_SHOWN} ORDER BY s.conversation_id"
_SELECT_STALE = f"""
    SELECT c.id
      FROM conversations AS c LEFT JOIN chat_signatures AS s ON s.conversation_id = c.id
     WHERE {_IS_SHOWN}
       AND (s.version, s.message_count, s.method) IS NOT (c.version, c.message_count, ?)
     ORDER BY c.id
"""
_COUNT_SHOWN = f"SELECT count(*) FROM conversations AS c WHERE {_IS_SHOWN}"
_FORGET = "DELETE FROM chat_signatures WHERE conversation_id = ?"
_PUT = """
    INSERT INTO chat_signatures (conversation_id, version, message_count, method, signature_sealed,
                                 seal)
    VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (conversation_id)
        DO UPDATE SET version = excluded.version, message_count = excluded.message_count,
                      method = excluded.method, signature_sealed = excluded.signature_sealed,
                      seal = excluded.seal
"""


class Signature(NamedTuple):
    """A chat's signature; without slots, if it has too few words to be nearly like another."""

    conversation_id: int
    version: int
    message_count: int
    method: int
    exact: bytes
    words: int
    slots: bytes

    def encode(self) -> bytes:
        return _HEAD.pack(self.exact, self.words) + self.slots


class Signatures:
    """The table of signatures."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def stale(self, method: int) -> list[int]:
        """Return the chats that have no signature of their present version by this method."""
        return [row[0] for row in self._db.rows(_SELECT_STALE, (method,))]

    def count_shown(self) -> int:
        """Return how many chats can be like another."""
        return int(self._db.value(_COUNT_SHOWN))

    def shown(self) -> Iterator[Row]:
        """Yield rows for `open_row` of the chats that can be like another."""
        return self._db.each(_SELECT_SHOWN)

    def put(self, container: Container, signature: Signature) -> None:
        """Write a chat's signature in the place of its former one."""
        seal, (sealed,) = container.cipher(CHAT_SIGNATURES.number).seal(
            signature.conversation_id, _context(*signature[1:4]), [signature.encode()]
        )
        self._db.execute(_PUT, (*signature[:4], sealed, seal))

    def forget(self, conversation_id: int) -> None:
        """Let a chat's signature be made anew."""
        self._db.execute(_FORGET, (conversation_id,))

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> Signature:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, version, count, method, sealed, seal, key_id, wrapped = row
        cipher = self._scope.container(key_id, wrapped).cipher(CHAT_SIGNATURES.number)
        (value,) = cipher.open(seal, row_id, _context(version, count, method), [sealed])
        if value is None or len(value) < _HEAD.size:
            raise TamperedError("a signature is shorter than any")
        exact, words = _HEAD.unpack_from(value)
        return Signature(row_id, version, count, method, exact, words, value[_HEAD.size :])


def _context(version: int, message_count: int, method: int) -> bytes:
    return plain_context(version, message_count, method)
