"""What changed in a conversation, version by version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from privatus.core.conversation import ConversationVersion, Json
from privatus.core.errors import BugError
from privatus.storage.database import Database, Row
from privatus.storage.row_ids import next_id
from privatus.storage.rows import CHAT_VERSIONS, plain_context
from privatus.vault.keys import Container, Scope

_INSERT = """
    INSERT INTO chat_versions (id, conversation_id, number, actor, created_at_ms, added, changed,
                               missing, details_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT_ID = "SELECT id FROM chat_versions WHERE conversation_id = ? AND number = ?"
_REPLACE = "UPDATE chat_versions SET details_sealed = ?, seal = ? WHERE id = ?"
_NEXT_ID = next_id("chat_versions")
_COLUMNS = """
    v.id, v.conversation_id, v.number, v.actor, v.created_at_ms, v.added, v.changed, v.missing,
    v.details_sealed, v.seal
"""
_SELECT = f"SELECT {_COLUMNS} FROM chat_versions AS v WHERE v.conversation_id = ? ORDER BY v.number"
_SELECT_ALL = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM chat_versions AS v
      JOIN conversations AS c ON c.id = v.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     ORDER BY v.id
"""


class Versions:
    """The table of versions."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def insert(
        self,
        conversation_id: int,
        container: Container,
        version: ConversationVersion,
    ) -> None:
        row_id = int(self._db.value(_NEXT_ID))
        numbers = _numbers(conversation_id, version)
        seal, sealed = _sealed(container, row_id, numbers, version)
        row: tuple[Any, ...] = (row_id, *numbers[:2], version.actor, *numbers[2:], sealed, seal)
        self._db.execute(_INSERT, row)

    def replace_details(
        self, conversation_id: int, container: Container, version: ConversationVersion
    ) -> None:
        """Seal a version with other details; needs a permit (storage/purging.py)."""
        row = self._db.row(_SELECT_ID, (conversation_id, version.number))
        if row is None:
            raise BugError("a version was replaced that is not there")
        numbers = _numbers(conversation_id, version)
        seal, sealed = _sealed(container, row[0], numbers, version)
        self._db.execute(_REPLACE, (sealed, seal, row[0]))

    def of_conversation(
        self, conversation_id: int, container: Container
    ) -> list[ConversationVersion]:
        return [_open(container, row) for row in self._db.rows(_SELECT, (conversation_id,))]

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> ConversationVersion:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, key_id, wrapped = row
        return _open(self._scope.container(key_id, wrapped), tuple(columns))


def _numbers(conversation_id: int, version: ConversationVersion) -> tuple[int, ...]:
    return (
        conversation_id,
        version.number,
        version.created_at_ms,
        version.added,
        version.changed,
        version.missing,
    )


def _sealed(
    container: Container, row_id: int, numbers: tuple[int, ...], version: ConversationVersion
) -> tuple[bytes, bytes | None]:
    """Return the seal of a row and its sealed details."""
    seal, (sealed,) = container.cipher(CHAT_VERSIONS.number).seal(
        row_id, _context(numbers, version.actor), [msgspec.json.encode(version.details)]
    )
    return seal, sealed


def _context(numbers: tuple[int, ...], actor: str) -> bytes:
    return plain_context(*numbers) + actor.encode()


def _open(container: Container, row: Row) -> ConversationVersion:
    (row_id, conversation_id, number, actor, created_at_ms, added, changed, missing, sealed,
     seal) = row  # fmt: skip
    numbers = conversation_id, number, created_at_ms, added, changed, missing
    context = _context(numbers, actor)
    (details,) = container.cipher(CHAT_VERSIONS.number).open(seal, row_id, context, [sealed])
    value: dict[str, Json] = msgspec.json.decode(details or b"{}")
    return ConversationVersion(
        number=number,
        actor=actor,
        created_at_ms=created_at_ms,
        added=added,
        changed=changed,
        missing=missing,
        details=value,
    )
