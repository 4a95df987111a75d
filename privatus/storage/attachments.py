"""Attachments in the database: what a message's files are called, and which blob holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from privatus.core.conversation import Attachment, Json
from privatus.core.errors import TamperedError
from privatus.storage.database import Database, Row
from privatus.storage.row_ids import next_id
from privatus.storage.rows import ATTACHMENTS, plain_context
from privatus.vault.keys import Container, Scope

_COLUMNS = """
    a.id, a.message_id, a.revision, a.position, a.blob_name, a.size_bytes, a.details_sealed, a.seal
"""
_SELECT_OF_CONVERSATION = f"""
    SELECT {_COLUMNS}
      FROM messages AS m JOIN attachments AS a ON a.message_id = m.id AND a.revision = m.revision
     WHERE m.conversation_id = ?
     ORDER BY a.message_id, a.position
"""
_SELECT_FORMER = f"""
    SELECT {_COLUMNS}
      FROM messages AS m JOIN attachments AS a ON a.message_id = m.id AND a.revision <> m.revision
     WHERE m.conversation_id = ?
     ORDER BY a.message_id, a.revision, a.position
"""
_SELECT_OF_MESSAGE = f"""
    SELECT {_COLUMNS}
      FROM messages AS m JOIN attachments AS a ON a.message_id = m.id AND a.revision = m.revision
     WHERE m.id = ?
     ORDER BY a.position
"""
_WITH_KEYS = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM attachments AS a
      JOIN messages AS m ON m.id = a.message_id
      JOIN conversations AS c ON c.id = m.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
"""
_SELECT_ALL = f"{_WITH_KEYS} ORDER BY a.id"
_SELECT_BETWEEN = f"""
    {_WITH_KEYS}
     WHERE a.message_id BETWEEN ? AND ? AND a.revision = m.revision
     ORDER BY a.message_id, a.position
"""
_SELECT_BY_BLOB = """
    SELECT 1 FROM attachments WHERE blob_name = :name
     UNION ALL
    SELECT 1 FROM archived_blobs WHERE blob_name = :name LIMIT 1
"""
_INSERT = """
    INSERT INTO attachments (id, message_id, revision, position, blob_name, size_bytes,
                             details_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_DELETE_OF_REVISION = "DELETE FROM attachments WHERE message_id = ? AND revision = ?"
_NEXT_ID = next_id("attachments")

# More than SQLite's whole numbers hold; no export is to be believed that says so.
_NO_FILE_BYTES = 1 << 63

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttachment:
    """A row of attachments, opened; `digest` is the SHA-256 of the file, None if it is missing."""

    id: int
    message_id: int
    revision: int
    position: int
    blob_name: bytes | None
    size_bytes: int | None
    name: str
    media_type: str | None
    digest: bytes | None
    external_id: str | None = None
    metadata: dict[str, Json] = field(default_factory=dict)


class Attachments:
    """The table of attachments."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def of_conversation(
        self, conversation_id: int, container: Container
    ) -> dict[int, list[StoredAttachment]]:
        """Return a conversation's attachments by message id."""
        found: dict[int, list[StoredAttachment]] = {}
        for row in self._db.rows(_SELECT_OF_CONVERSATION, (conversation_id,)):
            attachment = _open(container, row)
            found.setdefault(attachment.message_id, []).append(attachment)
        return found

    def former(
        self, conversation_id: int, container: Container
    ) -> dict[tuple[int, int], list[StoredAttachment]]:
        """Return the attachments of former revisions by message id and revision."""
        found: dict[tuple[int, int], list[StoredAttachment]] = {}
        for row in self._db.rows(_SELECT_FORMER, (conversation_id,)):
            attachment = _open(container, row)
            found.setdefault((attachment.message_id, attachment.revision), []).append(attachment)
        return found

    def of_message(self, message_id: int, container: Container) -> list[StoredAttachment]:
        return [_open(container, row) for row in self._db.rows(_SELECT_OF_MESSAGE, (message_id,))]

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredAttachment:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, key_id, wrapped = row
        return _open(self._scope.container(key_id, wrapped), tuple(columns))

    def names_between(self, first_id: int, last_id: int) -> dict[int, list[str]]:
        """Return the names of the files of a range of messages, of those that open, by message."""
        found: dict[int, list[str]] = {}
        for row in self._db.each(_SELECT_BETWEEN, (first_id, last_id)):
            with suppress(TamperedError):
                attachment = self.open_row(row)
                found.setdefault(attachment.message_id, []).append(attachment.name)
        return found

    def has_blob(self, name: bytes) -> bool:
        """Say whether an attachment refers to the blob with this name, also an archived one."""
        return self._db.row(_SELECT_BY_BLOB, {"name": name}) is not None

    def next_id(self) -> int:
        return int(self._db.value(_NEXT_ID))

    def insert_many(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._db.execute_many(_INSERT, rows)

    def delete_of_revision(self, message_id: int, revision: int) -> None:
        """Forget a revision's rows, for others that say more."""
        self._db.execute(_DELETE_OF_REVISION, (message_id, revision))


def blob_of(row: Row) -> tuple[bytes | None, int]:
    """Return the blob's name and the message id of a row of `raw`, also if it does not open."""
    return row[4], row[1]


def seal_attachment(
    container: Container,
    row_id: int,
    place: tuple[int, int, int],
    attachment: Attachment,
    stored: tuple[bytes, bytes, int] | None,
) -> tuple[Any, ...]:
    """Return the row of an attachment; *stored* is its digest, blob name and size.

    *place* is message id, revision and position.
    """
    digest, blob_name, size = stored or (None, None, _plausible(attachment.size_bytes))
    details: dict[str, Any] = {"n": attachment.name}
    if attachment.media_type:
        details["t"] = attachment.media_type
    if digest is not None:
        details["h"] = digest.hex()
    if attachment.external_id is not None:
        details["x"] = attachment.external_id
    if attachment.metadata:
        details["m"] = attachment.metadata
    seal, (sealed,) = container.cipher(ATTACHMENTS.number).seal(
        row_id, _context(place, size, blob_name), [_encode(details)]
    )
    return (row_id, *place, blob_name, size, sealed, seal)


def copied_attachment(
    container: Container, row_id: int, place: tuple[int, int, int], file: StoredAttachment
) -> tuple[Any, ...]:
    """Return the row by which another revision has *file*, too; *place* as `seal_attachment`."""
    attachment = Attachment(
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        external_id=file.external_id,
        metadata=file.metadata,
    )
    stored = None
    if file.digest is not None and file.blob_name is not None:
        stored = file.digest, file.blob_name, file.size_bytes or 0
    return seal_attachment(container, row_id, place, attachment, stored)


def _context(place: tuple[int, int, int], size_bytes: int | None, blob: bytes | None) -> bytes:
    return plain_context(*place, size_bytes) + (blob or b"")


def _plausible(size_bytes: int | None) -> int | None:
    """Return the size that an export says, unless no file can have it."""
    return size_bytes if size_bytes is not None and 0 <= size_bytes < _NO_FILE_BYTES else None


def _open(container: Container, row: Row) -> StoredAttachment:
    row_id, message_id, revision, position, blob_name, size_bytes, sealed, seal = row
    context = _context((message_id, revision, position), size_bytes, blob_name)
    (details,) = container.cipher(ATTACHMENTS.number).open(seal, row_id, context, [sealed])
    rest = _decode(details or b"{}")
    return StoredAttachment(
        id=row_id,
        message_id=message_id,
        revision=revision,
        position=position,
        blob_name=blob_name,
        size_bytes=size_bytes,
        name=rest.get("n", ""),
        media_type=rest.get("t"),
        digest=bytes.fromhex(rest["h"]) if "h" in rest else None,
        external_id=rest.get("x"),
        metadata=rest.get("m", {}),
    )
