"""Makes messages, with the files that belong to them, of what storage has opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from privatus.core.conversation import Attachment, Message
from privatus.storage.attachments import StoredAttachment
from privatus.storage.blob_files import BlobFiles
from privatus.storage.messages import StoredMessage


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


def _attachment(file: StoredAttachment, blobs: BlobFiles) -> Attachment:
    return Attachment(
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        external_id=file.external_id,
        metadata=file.metadata,
        open=None if file.digest is None else partial(blobs.open, file.digest),
    )
