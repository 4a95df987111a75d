"""Messages with all their revisions, carried from another copy of the vault's database.

A message that is added is its own first revision; one that is carried has a past. Its former
revisions are rows that nothing here has replaced, so that no trigger writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from privatus.storage.database import Database
from privatus.storage.messages import FORMER_COLUMNS, StoredMessage, message_row, open_message
from privatus.storage.rows import MESSAGES
from privatus.vault.keys import Container

_SELECT_FORMER = f"""
    SELECT h.replaced_at_ms, {FORMER_COLUMNS}
      FROM messages_history AS h WHERE h.conversation_id = ? ORDER BY h.id
"""
_INSERT = """
    INSERT INTO messages (id, conversation_id, number, parent_number, role, model_id, created_at_ms,
                          flags, content_sealed, seal, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_FORMER = """
    INSERT INTO messages_history (message_id, conversation_id, number, parent_number, role,
                                  model_id, created_at_ms, flags, content_sealed, seal, revision,
                                  replaced_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_LARGE = """
    INSERT INTO message_content (message_id, revision, content_sealed) VALUES (?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class FormerMessage:
    """A former revision, and when it was replaced."""

    row: StoredMessage
    replaced_at_ms: int


class CarriedMessages:
    """Reads former revisions whole, and writes messages with their revisions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def former(self, conversation_id: int, container: Container) -> Iterator[FormerMessage]:
        """Yield the former revisions of a conversation's messages, the oldest first.

        Raises:
            TamperedError: one is not what was sealed.
        """
        cipher = container.cipher(MESSAGES.number)
        for replaced_at_ms, *row in self._db.rows(_SELECT_FORMER, (conversation_id,)):
            yield FormerMessage(open_message(cipher, tuple(row)), replaced_at_ms)

    def insert(self, container: Container, rows: Iterable[StoredMessage]) -> None:
        """Add messages as they are, with the revision that they have."""
        for message in rows:
            row, large = _sealed(container, message)
            self._db.execute(_INSERT, (*row, message.revision))
            if large is not None:
                self._db.execute(_INSERT_LARGE, large)

    def insert_former(self, container: Container, rows: Iterable[FormerMessage]) -> None:
        """Add former revisions."""
        for former in rows:
            row, large = _sealed(container, former.row)
            values = (*row, former.row.revision, former.replaced_at_ms)
            self._db.execute(_INSERT_FORMER, values)
            if large is not None:
                self._db.execute(_INSERT_LARGE, large)


def _sealed(
    container: Container, row: StoredMessage
) -> tuple[tuple[object, ...], tuple[int, int, bytes] | None]:
    place, more = (row.id, row.conversation_id, row.revision), (row.model_id, row.flags)
    clear = row.number, row.parent_number, row.role, row.created_at_ms
    return message_row(container.cipher(MESSAGES.number), place, clear, more, row.content)
