"""Makes messages, with the files that belong to them, of what storage has opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from privatus.core.conversation import Attachment, Message
from privatus.storage.attachments import StoredAttachment
from privatus.storage.blob_files import BlobFiles, StoredBlob
from privatus.storage.conversations import StoredConversation
from privatus.storage.messages import StoredMessage
from privatus.storage.store import Tables


def message_of(
    row: StoredMessage,
    models: dict[int, str],
    files: Sequence[StoredAttachment],
    blobs: BlobFiles,
) -> Message:
    """Return the message of *row* with its *files*, whose bytes are in *blobs*."""
    message = row.decode(models)
    if not files:
        return message
    return replace(message, attachments=tuple(_attachment(file, blobs) for file in files))


def messages_of(
    tables: Tables, stored: StoredConversation, rows: Iterable[StoredMessage], blobs: BlobFiles
) -> list[Message]:
    """Return some messages of a conversation, with their files."""
    models, files = tables.models.names(), tables.attachments
    return [
        message_of(row, models, files.of_message(row.id, stored.container), blobs) for row in rows
    ]


def _attachment(file: StoredAttachment, blobs: BlobFiles) -> Attachment:
    return Attachment(
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        external_id=file.external_id,
        metadata=file.metadata,
        open=_opener(file, blobs),
    )


def _opener(file: StoredAttachment, blobs: BlobFiles) -> StoredBlob | None:
    if file.digest is None or file.blob_name is None:
        return None
    return StoredBlob(blobs, (file.digest, file.blob_name, file.size_bytes or 0))
