"""Conversations that a person deleted for good: how they go, and what is kept of them.

Kept is a keyed tag of what the provider called each, so that the next import of the same export
does not bring it back unasked; and its row id and the last one of its messages, so that no other
gets them: what still speaks of the one must not meet another. Nothing of it opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from privatus.core import clock
from privatus.storage.database import Database, Row
from privatus.storage.rows import DELETED_CONVERSATIONS, plain_context
from privatus.vault.keys import Scope

_COLUMNS = "id, last_message_id, external_tag, deleted_at_ms, seal"
_SELECT = f"SELECT {_COLUMNS} FROM deleted_conversations ORDER BY id"
_SELECT_BY_TAG = f"SELECT {_COLUMNS} FROM deleted_conversations WHERE external_tag = ?"
_SELECT_TAGS = "SELECT external_tag FROM deleted_conversations WHERE external_tag IS NOT NULL"
_PUT = f"""
    INSERT INTO deleted_conversations ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET external_tag = excluded.external_tag, seal = excluded.seal
"""
_THE_CHAT = """
    SELECT key_id, account_id, model_id, external_tag,
           coalesce((SELECT max(id) FROM messages WHERE conversation_id = c.id), 0)
      FROM conversations AS c WHERE id = ?
"""
_MODELS = "SELECT DISTINCT model_id FROM messages WHERE conversation_id = ?"
_MESSAGE_IDS = "SELECT id FROM messages WHERE conversation_id = ? ORDER BY id"
_NOTE_BLOBS = """
    INSERT OR IGNORE INTO purge_blobs (blob_name)
    SELECT a.blob_name FROM messages AS m JOIN attachments AS a ON a.message_id = m.id
     WHERE m.conversation_id = ? AND a.blob_name IS NOT NULL
"""
_COUNT_SPARE = """
    SELECT count(DISTINCT a.blob_name)
      FROM messages AS m JOIN attachments AS a ON a.message_id = m.id
     WHERE m.conversation_id IN (SELECT value FROM json_each(:ids)) AND a.blob_name IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM attachments AS o JOIN messages AS n ON n.id = o.message_id
                        WHERE o.blob_name = a.blob_name
                          AND n.conversation_id NOT IN (SELECT value FROM json_each(:ids)))
       AND NOT EXISTS (SELECT 1 FROM archived_blobs AS b WHERE b.blob_name = a.blob_name)
"""
_DELETE = "DELETE FROM conversations WHERE id = ?"
# Sixty zeros open to nothing. The row stays: no other key gets its id.
_DESTROY_KEY = """
    UPDATE key_store SET state = 'destroyed', wrapped_key = zeroblob(60) WHERE id = ?
"""
_DELETE_ACCOUNTS = """
    DELETE FROM accounts
     WHERE id IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM conversations AS c WHERE c.account_id = accounts.id)
       AND NOT EXISTS (SELECT 1 FROM archived_conversations AS a WHERE a.account_id = accounts.id)
"""
# The name of a model may be a person's own.
_DELETE_MODELS = """
    DELETE FROM models
     WHERE id IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM conversations AS c WHERE c.model_id = models.id)
       AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.model_id = models.id)
       AND NOT EXISTS (SELECT 1 FROM messages_history AS h WHERE h.model_id = models.id)
       AND NOT EXISTS (SELECT 1 FROM archived_models AS a WHERE a.model_id = models.id)
"""

_encode = msgspec.json.Encoder().encode


class DeletedConversations:
    """The table of what was deleted for good."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def message_ids(self, conversation_id: int) -> list[int]:
        """Return the ids of all messages of a conversation, in order."""
        return [row[0] for row in self._db.rows(_MESSAGE_IDS, (conversation_id,))]

    def spare_files(self, conversation_ids: Iterable[int]) -> int:
        """Return how many files nothing names but these conversations."""
        return int(self._db.value(_COUNT_SPARE, {"ids": _encode(list(conversation_ids)).decode()}))

    def destroy(self, conversation_ids: Iterable[int]) -> int:
        """Delete conversations and destroy their keys; return how many; needs a permit."""
        accounts, models, count = set[int](), set[int](), 0
        for row_id in conversation_ids:
            row = self._db.row(_THE_CHAT, (row_id,))
            if row is None:
                continue
            key_id, account_id, model_id, tag, last_message_id = row
            models |= {model for (model,) in self._db.rows(_MODELS, (row_id,)) if model}
            models |= {model_id} - {None}
            accounts |= {account_id} - {None}
            self._db.execute(_NOTE_BLOBS, (row_id,))
            self._db.execute(_DELETE, (row_id,))
            self._db.execute(_DESTROY_KEY, (key_id,))
            self._put(row_id, last_message_id, tag, clock.now_ms())
            count += 1
        self._db.execute(_DELETE_ACCOUNTS, (_encode(sorted(accounts)).decode(),))
        self._db.execute(_DELETE_MODELS, (_encode(sorted(models)).decode(),))
        return count

    def note(self, row_id: int, tag: bytes) -> None:
        """Note that what was archived is destroyed; its message ids are kept with the archive's."""
        self._put(row_id, 0, tag, clock.now_ms())

    def tags(self) -> set[bytes]:
        """Return the external tags of what an import leaves out."""
        return {row[0] for row in self._db.rows(_SELECT_TAGS)}

    def readmit(self, tags: Iterable[bytes]) -> None:
        """Let imports bring again what has these tags."""
        for tag in tags:
            row = self._db.row(_SELECT_BY_TAG, (tag,))
            if row is not None:
                self._put(row[0], row[1], None, row[3])

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT)

    def open_row(self, row: Row) -> None:
        """Check one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, last_message_id, tag, deleted_at_ms, seal = row
        cipher = self._scope.opening_cipher(DELETED_CONVERSATIONS.number, seal)
        cipher.open(seal, row_id, _context(last_message_id, tag, deleted_at_ms), [])

    def _put(self, row_id: int, last_message_id: int, tag: bytes | None, at_ms: int) -> None:
        cipher = self._scope.table_cipher(DELETED_CONVERSATIONS.number)
        seal, _ = cipher.seal(row_id, _context(last_message_id, tag, at_ms), [])
        self._db.execute(_PUT, (row_id, last_message_id, tag, at_ms, seal))


def _context(last_message_id: int, tag: bytes | None, at_ms: int) -> bytes:
    return plain_context(last_message_id, at_ms) + (tag or b"")
