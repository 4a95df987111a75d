"""What was moved to archives: what each conversation is called, and where its file lies.

A row is sealed under the conversation's own key, which stays in the key store: whoever destroys
it makes the file unreadable, wherever a copy of it may lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec

from privatus.core.archives import ArchiveState
from privatus.storage.archived_rows import ArchivedRows
from privatus.storage.carried import CarriedMessages
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.rows import ARCHIVED_CONVERSATIONS, plain_context
from privatus.vault.keys import Container, Scope

_COLUMNS = """
    a.id, a.public_id, a.key_id, a.account_id, a.external_tag, a.digest, a.state, a.format,
    a.file_name, a.size_bytes, a.is_remote, a.kind, a.source, a.created_at_ms, a.sort_at_ms,
    a.archived_at_ms, a.message_count, a.title_sealed, a.details_sealed, a.seal, k.wrapped_key
"""
_FROM = "FROM archived_conversations AS a JOIN key_store AS k ON k.id = a.key_id"
_SELECT = f"SELECT {_COLUMNS} {_FROM} ORDER BY a.sort_at_ms DESC, a.id DESC"
_SELECT_SOME = f"SELECT {_COLUMNS} {_FROM} WHERE a.id IN (SELECT value FROM json_each(?))"
_SELECT_UNSETTLED = f"""
    SELECT {_COLUMNS} {_FROM}
     WHERE a.id IN (SELECT id FROM archived_conversations WHERE state <> 'away') ORDER BY a.id
"""
_SELECT_UNSETTLED_IDS = "SELECT id FROM archived_conversations WHERE state <> 'away'"
_SELECT_PREFIX = """
    SELECT id FROM archived_conversations
     WHERE state = 'away' AND public_id BETWEEN ? AND ? LIMIT 2
"""
_SELECT_DIGESTS = "SELECT external_tag, digest FROM archived_conversations WHERE state = 'away'"
_SELECT_AWAY = """
    SELECT id FROM archived_conversations
     WHERE state = 'away' AND id IN (SELECT value FROM json_each(?))
"""
_SELECT_BY_FILE = """
    SELECT 1 FROM archived_conversations WHERE file_name = ? AND state = 'away'
"""
_PUT = """
    INSERT INTO archived_conversations (
        id, public_id, key_id, account_id, external_tag, digest, state, format, file_name,
        size_bytes, is_remote, kind, source, created_at_ms, sort_at_ms, archived_at_ms,
        message_count, title_sealed, details_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id)
        DO UPDATE SET state = excluded.state, size_bytes = excluded.size_bytes,
                      title_sealed = excluded.title_sealed,
                      details_sealed = excluded.details_sealed, seal = excluded.seal
"""
_DELETE = "DELETE FROM archived_conversations WHERE id = ?"
_KEEP_MODELS = """
    INSERT INTO archived_models (conversation_id, model_id)
    SELECT :id, id FROM models
     WHERE id IN (SELECT model_id FROM conversations WHERE id = :id
                   UNION SELECT model_id FROM messages WHERE conversation_id = :id
                   UNION SELECT model_id FROM messages_history WHERE conversation_id = :id)
"""
_KEEP_BLOBS = """
    INSERT INTO archived_blobs (conversation_id, blob_name)
    SELECT DISTINCT m.conversation_id, a.blob_name
      FROM messages AS m JOIN attachments AS a ON a.message_id = m.id
     WHERE m.conversation_id = ? AND a.blob_name IS NOT NULL
"""
_BLOBS = "SELECT DISTINCT blob_name FROM archived_blobs"
_NOTE_BLOBS = """
    INSERT OR IGNORE INTO purge_blobs (blob_name)
    SELECT blob_name FROM archived_blobs WHERE conversation_id = ?
"""
_DESTROY_KEY = """
    UPDATE key_store SET state = 'destroyed', wrapped_key = zeroblob(60) WHERE id = ?
"""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArchived:
    """A row of archived_conversations, opened."""

    id: int
    public_id: UUID
    container: Container
    account_id: int | None
    external_tag: bytes
    digest: bytes
    state: ArchiveState
    format: str
    file_name: bytes
    size_bytes: int
    kind: str
    source: str
    created_at_ms: int | None
    sort_at_ms: int
    archived_at_ms: int
    message_count: int
    title: str
    content_hash: bytes = b""  # SHA-256 of what the file holds, before it was sealed
    where: str = ""  # the destination; empty: the vault's own folder
    pieces: int = 0  # in which it lies there
    is_marked: bool = False  # it was pinned or starred


class Archived:
    """The table of what was moved to archives, and what is kept for when it comes back."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope
        self.rows = ArchivedRows(db, scope)
        self.messages = CarriedMessages(db)

    def all(self) -> list[StoredArchived]:
        """Return all that is away, the last changed first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        found = map(self.open_row, self.raw())
        return [each for each in found if each.state is ArchiveState.AWAY]

    def some(self, ids: Iterable[int]) -> dict[int, StoredArchived]:
        """Return those of *ids* that there are, in whatever state.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        rows = self._db.rows(_SELECT_SOME, (listed(ids),))
        return {each.id: each for each in map(self.open_row, rows)}

    def unsettled(self) -> list[StoredArchived]:
        """Return those whose file has to go: it was never needed, or is not any more.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self._db.rows(_SELECT_UNSETTLED)]

    def unsettled_ids(self) -> set[int]:
        """Return the ids of `unsettled`, without opening a row."""
        return {row[0] for row in self._db.rows(_SELECT_UNSETTLED_IDS)}

    def find_by_prefix(self, low: bytes, high: bytes) -> list[int]:
        """Return up to two that are away with public ids between *low* and *high*."""
        return [row[0] for row in self._db.rows(_SELECT_PREFIX, (low, high))]

    def digests(self) -> dict[bytes, bytes]:
        """Return by external tag what the last import held of what is away."""
        return dict(self._db.rows(_SELECT_DIGESTS))

    def away(self, ids: Iterable[int]) -> set[int]:
        """Return those of *ids* that are away."""
        return {row[0] for row in self._db.rows(_SELECT_AWAY, (listed(ids),))}

    def has_file(self, name: bytes) -> bool:
        """Say whether something that is away lies in the file with this name."""
        return self._db.row(_SELECT_BY_FILE, (name,)) is not None

    def put(self, stored: StoredArchived) -> None:
        """Add a row, or let it say another state, size and hash."""
        cipher = stored.container.cipher(ARCHIVED_CONVERSATIONS.number)
        details: dict[str, Any] = {
            "h": stored.content_hash.hex(),
            "w": stored.where,
            "n": stored.pieces,
            "m": stored.is_marked,
        }
        row = _clear(stored)
        seal, sealed = cipher.seal(
            stored.id, _context(row), [stored.title.encode("utf-8", "replace"), _encode(details)]
        )
        self._db.execute(_PUT, (*row, *sealed, seal))

    def keep_what_it_needs(self, stored: StoredArchived) -> None:
        """Keep the models, and the attachment files, of a conversation that is about to go."""
        self._db.execute(_KEEP_MODELS, {"id": stored.id})
        self._db.execute(_KEEP_BLOBS, (stored.id,))

    def set_state(self, stored: StoredArchived, state: ArchiveState) -> None:
        self.put(replace(stored, state=state))

    def delete(self, conversation_id: int) -> None:
        self._db.execute(_DELETE, (conversation_id,))

    def destroy(self, stored: StoredArchived) -> None:
        """Destroy the key of what is away, and note its files for the purge that follows."""
        self._db.execute(_NOTE_BLOBS, (stored.id,))
        self._db.execute(_DELETE, (stored.id,))
        self._db.execute(_DESTROY_KEY, (stored.container.key_id,))

    def blobs(self) -> set[bytes]:
        """Return the names of the attachment files that are kept for what is away."""
        return {row[0] for row in self._db.rows(_BLOBS)}

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT)

    def open_row(self, row: Row) -> StoredArchived:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *clear, title_sealed, details_sealed, seal, wrapped = row
        (row_id, public_id, key_id, account_id, tag, digest, state, form, file_name, size, _, kind,
         source, created_at_ms, sort_at_ms, archived_at_ms, count) = clear  # fmt: skip
        container = self._scope.container(key_id, wrapped)
        title, details_bytes = container.cipher(ARCHIVED_CONVERSATIONS.number).open(
            seal, row_id, _context(tuple(clear)), [title_sealed, details_sealed]
        )
        details: dict[str, Any] = _decode(details_bytes or b"{}")
        return StoredArchived(
            id=row_id,
            public_id=UUID(bytes=public_id),
            container=container,
            account_id=account_id,
            external_tag=tag,
            digest=digest,
            state=ArchiveState(state),
            format=form,
            file_name=file_name,
            size_bytes=size,
            kind=kind,
            source=source,
            created_at_ms=created_at_ms,
            sort_at_ms=sort_at_ms,
            archived_at_ms=archived_at_ms,
            message_count=count,
            title=(title or b"").decode(),
            content_hash=bytes.fromhex(details.get("h", "")),
            where=details.get("w", ""),
            pieces=details.get("n", 0),
            is_marked=details.get("m", False),
        )


def _clear(stored: StoredArchived) -> tuple[Any, ...]:
    """Return the clear columns, in the order of the table."""
    return (
        stored.id,
        stored.public_id.bytes,
        stored.container.key_id,
        stored.account_id,
        stored.external_tag,
        stored.digest,
        stored.state.value,
        stored.format,
        stored.file_name,
        stored.size_bytes,
        int(bool(stored.where)),
        stored.kind,
        stored.source,
        stored.created_at_ms,
        stored.sort_at_ms,
        stored.archived_at_ms,
        stored.message_count,
    )


def _context(row: tuple[Any, ...]) -> bytes:
    """Return all clear columns but the row's id, which the seal binds by itself."""
    values = row[1:]
    numbers = [value for value in values if value is None or isinstance(value, int)]
    bytes_ = b"".join(value for value in values if isinstance(value, bytes))
    texts = "\0".join(value for value in values if isinstance(value, str))
    return bytes_ + plain_context(*numbers) + texts.encode("utf-8", "replace")
