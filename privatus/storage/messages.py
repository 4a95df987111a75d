"""Messages in the database: their words sealed under their conversation's key.

Contents over 16 KB lie in message_content, so that scans of messages stay small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from privatus.core import flags
from privatus.core.conversation import Message
from privatus.core.errors import TamperedError
from privatus.storage.branches import IS_THERE, Branches
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.message_codec import decode_details, decode_words
from privatus.storage.row_ids import highest
from privatus.storage.rows import MESSAGES, ROLES, message_context
from privatus.vault.keys import Container, Scope
from privatus.vault.sealing import RowCipher

# From here a row would spill over several pages of the table.
LARGE_CONTENT_BYTES = 16 * 1024

_COLUMNS = """
    m.id, m.conversation_id, m.number, m.parent_number, m.role, m.model_id, m.created_at_ms,
    m.flags, m.revision,
    coalesce(m.content_sealed, (SELECT content_sealed FROM message_content AS l
                                 WHERE l.message_id = m.id AND l.revision = m.revision)),
    m.seal
"""
_SELECT_OF_CONVERSATION = f"""
    SELECT {_COLUMNS} FROM messages AS m WHERE m.conversation_id = ? ORDER BY m.number
"""
_SELECT_LAST = f"""
    SELECT {_COLUMNS} FROM conversations AS c
      JOIN messages AS m ON m.conversation_id = c.id
       AND m.number = coalesce(c.active_number,
                               (SELECT number FROM messages
                                 WHERE conversation_id = c.id AND {IS_THERE}
                                 ORDER BY number DESC LIMIT 1))
     WHERE c.id IN ({{ids}})
"""
_SELECT_BY_ID = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM messages AS m
      JOIN conversations AS c ON c.id = m.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     WHERE m.id = ?
"""
_SELECT_BETWEEN = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM messages AS m
      JOIN conversations AS c ON c.id = m.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     WHERE m.id BETWEEN ? AND ?
     ORDER BY m.id
"""
FORMER_COLUMNS = """
    h.message_id, h.conversation_id, h.number, h.parent_number, h.role, h.model_id,
    h.created_at_ms, h.flags, h.revision,
    coalesce(h.content_sealed, (SELECT content_sealed FROM message_content AS l
                                 WHERE l.message_id = h.message_id AND l.revision = h.revision)),
    h.seal
"""
_SELECT_FORMER = f"""
    SELECT {FORMER_COLUMNS} FROM messages_history AS h WHERE h.conversation_id = ? ORDER BY h.id
"""
_SELECT_REVISIONS = f"""
    SELECT {FORMER_COLUMNS} FROM messages_history AS h
      JOIN json_each(?) AS wanted
        ON h.message_id = wanted.value ->> 0 AND h.revision = wanted.value ->> 1
"""
_SELECT_PURGED = f"""
    SELECT DISTINCT message_id FROM messages_history
     WHERE conversation_id = ? AND flags & {flags.PURGED}
"""
_SELECT_HISTORY = f"""
    SELECT {FORMER_COLUMNS}, k.id, k.wrapped_key
      FROM messages_history AS h
      JOIN conversations AS c ON c.id = h.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     ORDER BY h.id
"""
_SELECT_RUN = f"""
    SELECT {_COLUMNS} FROM messages AS m
     WHERE m.conversation_id = ? AND m.number BETWEEN ? AND ? AND {IS_THERE}
     ORDER BY m.number
"""
_SELECT_SOME = f"""
    SELECT {_COLUMNS} FROM messages AS m
     WHERE m.conversation_id = ? AND m.number IN (SELECT value FROM json_each(?))
     ORDER BY m.number
"""
_SELECT_IDS = """
    SELECT id FROM messages WHERE conversation_id IN (SELECT value FROM json_each(?)) LIMIT ?
"""
_HAS_NUMBER = f"""
    SELECT count(*) FROM messages WHERE conversation_id = ? AND number = ? AND {IS_THERE}
"""
_SELECT_MEASURES = f"""
    SELECT m.number, m.role, m.flags, m.created_at_ms,
           coalesce(length(m.content_sealed), (SELECT length(content_sealed)
                                                 FROM message_content AS l
                                                WHERE l.message_id = m.id
                                                  AND l.revision = m.revision), 0)
      FROM messages AS m
     WHERE m.conversation_id = ? AND m.number BETWEEN ? AND ? AND {IS_THERE}
     ORDER BY m.number
"""
_INSERT = """
    INSERT INTO messages (id, conversation_id, number, parent_number, role, model_id, created_at_ms,
                          flags, content_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_LARGE = """
    INSERT INTO message_content (message_id, revision, content_sealed) VALUES (?, ?, ?)
"""
_UPDATE = """
    UPDATE messages
       SET role = ?, model_id = ?, created_at_ms = ?, flags = ?, revision = ?, content_sealed = ?,
           seal = ?
     WHERE id = ?
"""
_SET_FLAGS = "UPDATE messages SET flags = ? WHERE id = ?"
_LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM messages WHERE conversation_id = ?"
_NEXT_ID = f"""
    SELECT max({highest("messages")},
               coalesce((SELECT max(message_id) FROM messages_history), 0),
               coalesce((SELECT max(last_message_id) FROM deleted_conversations), 0)) + 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A row of messages, opened but not decoded."""

    id: int
    conversation_id: int
    number: int
    parent_number: int | None
    role: int
    model_id: int | None
    created_at_ms: int | None
    flags: int
    revision: int
    content: bytes

    @property
    def is_removed(self) -> bool:
        return bool(self.flags & flags.REMOVED)

    def decode(self, models: dict[int, str]) -> Message:
        """Return the message, without its attachments."""
        external_id, author, metadata = decode_details(self.content)
        return Message(
            number=self.number,
            parent=self.parent_number,
            role=ROLES[self.role],
            external_id=external_id,
            parts=decode_words(self.content),
            created_at_ms=self.created_at_ms,
            author=author,
            model=models.get(self.model_id) if self.model_id is not None else None,
            is_hidden=bool(self.flags & flags.HIDDEN),
            is_missing_at_source=bool(self.flags & flags.MISSING),
            is_purged=bool(self.flags & flags.PURGED),
            is_edited=bool(self.flags & flags.EDITED),
            metadata=metadata,
        )


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """What a row of `raw_between` says also if it does not open."""

    id: int
    conversation_id: int
    revision: int
    created_at_ms: int | None
    is_removed: bool

    @classmethod
    def of(cls, row: Row) -> MessagePlace:
        row_id, conversation_id, _, _, _, _, created_at_ms, bits, revision, *_ = row
        return cls(row_id, conversation_id, revision, created_at_ms, bool(bits & flags.REMOVED))


class Messages:
    """The table of messages."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope
        self._branches = Branches(db)

    def of_conversation(self, conversation_id: int, container: Container) -> list[StoredMessage]:
        """Return all messages of a conversation, by number; also those that were removed."""
        cipher = container.cipher(MESSAGES.number)
        rows = self._db.rows(_SELECT_OF_CONVERSATION, (conversation_id,))
        return [open_message(cipher, row) for row in rows]

    def last_of(self, containers: dict[int, Container]) -> list[StoredMessage]:
        """Return the message in which the shown branch of each conversation ends."""
        sql = _SELECT_LAST.format(ids=", ".join("?" * len(containers)))
        return [
            open_message(containers[row[1]].cipher(MESSAGES.number), row)
            for row in self._db.rows(sql, list(containers))
        ]

    def path(
        self, conversation_id: int, container: Container, leaf: int, *, limit: int, offset: int
    ) -> list[StoredMessage]:
        """Return part of the branch that ends in *leaf*, the root first."""
        cipher = container.cipher(MESSAGES.number)
        found: list[StoredMessage] = []
        for first, last in self._branches.runs(conversation_id, leaf):
            low, offset = first + offset, max(offset - (last - first + 1), 0)
            high = min(last, low + limit - len(found) - 1)
            if low <= high:
                rows = self._db.rows(_SELECT_RUN, (conversation_id, low, high))
                found += [open_message(cipher, row) for row in rows]
        return found

    def between_numbers(
        self, conversation_id: int, container: Container, first: int, last: int
    ) -> list[StoredMessage]:
        """Return those of the messages *first* to *last* of a conversation that are there."""
        cipher = container.cipher(MESSAGES.number)
        rows = self._db.rows(_SELECT_RUN, (conversation_id, first, last))
        return [open_message(cipher, row) for row in rows]

    def some(
        self, conversation_id: int, container: Container, numbers: Sequence[int]
    ) -> list[StoredMessage]:
        """Return the messages with these numbers, by number; also those that were removed."""
        cipher = container.cipher(MESSAGES.number)
        rows = self._db.rows(_SELECT_SOME, (conversation_id, listed(numbers)))
        return [open_message(cipher, row) for row in rows]

    def measures(self, conversation_id: int, first: int, last: int) -> list[Row]:
        """Return (number, role, flags, created_at_ms, bytes of its content) of a range."""
        return self._db.rows(_SELECT_MEASURES, (conversation_id, first, last))

    def get(self, message_id: int) -> StoredMessage | None:
        row = self._db.row(_SELECT_BY_ID, (message_id,))
        return None if row is None else self._open_with_key(row)

    def raw_between(self, first_id: int, last_id: int) -> Iterator[Row]:
        """Yield rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_BETWEEN, (first_id, last_id))

    def raw_history(self) -> Iterator[Row]:
        """Yield all former revisions for `open_row`."""
        return self._db.each(_SELECT_HISTORY)

    def open_row(self, row: Row) -> StoredMessage:
        """Open one of `raw_between` or `raw_history`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        return self._open_with_key(row)

    def former(self, conversation_id: int, container: Container) -> list[StoredMessage]:
        """Return the former revisions of a conversation's messages, the oldest first."""
        cipher = container.cipher(MESSAGES.number)
        return [
            open_message(cipher, row) for row in self._db.rows(_SELECT_FORMER, (conversation_id,))
        ]

    def revisions(
        self, container: Container, wanted: Sequence[tuple[int, int]]
    ) -> dict[int, StoredMessage]:
        """Return former revisions by message id; *wanted*: message ids and revisions."""
        cipher = container.cipher(MESSAGES.number)
        rows = self._db.rows(_SELECT_REVISIONS, (msgspec.json.encode(wanted).decode(),))
        return {row[0]: open_message(cipher, row) for row in rows}

    def purged(self, conversation_id: int) -> set[int]:
        """Return the ids of the messages of which former words were taken out for good."""
        return {row[0] for row in self._db.rows(_SELECT_PURGED, (conversation_id,))}

    def has_number(self, conversation_id: int, number: int) -> bool:
        """Say whether a message is there, and was not removed."""
        return bool(self._db.value(_HAS_NUMBER, (conversation_id, number)))

    def last_number(self, conversation_id: int) -> int:
        return int(self._db.value(_LAST_NUMBER, (conversation_id,)))

    def ids_of(self, conversation_ids: Iterable[int], *, limit: int) -> list[int]:
        """Return the ids of the messages of some conversations, of *limit* at most."""
        return [row[0] for row in self._db.rows(_SELECT_IDS, (listed(conversation_ids), limit))]

    def next_id(self) -> int:
        """Return the first id that no message ever had."""
        return int(self._db.value(_NEXT_ID))

    def insert_many(
        self, rows: Iterable[tuple[Any, ...]], large: list[tuple[int, int, bytes]]
    ) -> None:
        """Add sealed rows; *large* holds the contents that lie by themselves."""
        self._db.execute_many(_INSERT, rows)
        if large:
            self._db.execute_many(_INSERT_LARGE, large)

    def update(self, row: tuple[Any, ...], large: tuple[int, int, bytes] | None) -> None:
        """Replace a message by its next revision; the former goes to history."""
        self._db.execute(_UPDATE, row)
        if large is not None:
            self._db.execute(_INSERT_LARGE, large)

    def set_flags(self, message_id: int, bits: int) -> None:
        """Replace the flags; only `MISSING` may differ from what was sealed."""
        self._db.execute(_SET_FLAGS, (bits, message_id))

    def _open_with_key(self, row: Row) -> StoredMessage:
        *columns, key_id, wrapped = row
        container = self._scope.container(key_id, wrapped)
        return open_message(container.cipher(MESSAGES.number), tuple(columns))


def message_row(
    cipher: RowCipher,
    place: tuple[int, int, int],
    clear: tuple[int, int | None, int, int | None],
    more: tuple[int | None, int],
    content: bytes,
) -> tuple[tuple[Any, ...], tuple[int, int, bytes] | None]:
    """Return the sealed row of a message, and that of message_content if the content is large.

    *place*: id, conversation id, revision. *clear*: number, parent number, role, time. *more*:
    model id, flags. The seal binds them all.
    """
    row_id, conversation_id, revision = place
    number, parent, role, created_at_ms = clear
    context = message_context(conversation_id, number, parent, role, created_at_ms, revision, *more)
    seal, sealed = cipher.seal_one(row_id, context, content)
    is_large = len(sealed) > LARGE_CONTENT_BYTES
    row = (row_id, conversation_id, number, parent, role, more[0], created_at_ms, more[1],
           None if is_large else sealed, seal)  # fmt: skip
    return row, (row_id, revision, sealed) if is_large else None


def revised_row(
    container: Container, row: StoredMessage
) -> tuple[tuple[Any, ...], tuple[int, int, bytes] | None]:
    """Return *row*, which is a new revision, sealed as `Messages.update` takes it."""
    clear = row.number, row.parent_number, row.role, row.created_at_ms
    place, more = (row.id, row.conversation_id, row.revision), (row.model_id, row.flags)
    cipher = container.cipher(MESSAGES.number)
    sealed, large = message_row(cipher, place, clear, more, row.content)
    return (*sealed[4:8], row.revision, *sealed[8:], row.id), large


def open_message(cipher: RowCipher, row: Row) -> StoredMessage:
    """Open a row of messages or messages_history.

    Raises:
        TamperedError: it is not what was sealed.
    """
    (row_id, conversation_id, number, parent_number, role, model_id, created_at_ms, bits, revision,
     content_sealed, seal) = row  # fmt: skip
    context = message_context(
        conversation_id, number, parent_number, role, created_at_ms, revision, model_id, bits
    )
    if content_sealed is None:
        raise TamperedError("the words of a message are gone")
    content = cipher.open_one(seal, row_id, context, content_sealed)
    return StoredMessage(
        id=row_id,
        conversation_id=conversation_id,
        number=number,
        parent_number=parent_number,
        role=role,
        model_id=model_id,
        created_at_ms=created_at_ms,
        flags=bits,
        revision=revision,
        content=content,
    )
