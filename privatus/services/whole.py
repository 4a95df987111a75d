"""A conversation with all its messages, as storage holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from privatus.core.conversation import Conversation, Message
from privatus.core.tree import heirs
from privatus.services import folder_names, summary_rows
from privatus.services.messages import message_of
from privatus.services.tag_names import taggings
from privatus.storage.blob_files import BlobFiles
from privatus.storage.conversations import StoredConversation
from privatus.storage.messages import StoredMessage
from privatus.storage.store import Tables


def load(tables: Tables, stored: StoredConversation, blobs: BlobFiles) -> Conversation:
    """Return a conversation with all that is there of it."""
    rows = present(tables.messages.of_conversation(stored.id, stored.container))
    whole = of_rows(tables, stored, rows, blobs)
    return replace(whole, summary=summary_rows.kept(tables, stored))


def of_rows(
    tables: Tables, stored: StoredConversation, rows: Sequence[StoredMessage], blobs: BlobFiles
) -> Conversation:
    """Return a conversation whose messages are *rows*, which are `present`."""
    models = tables.models.names()
    files = tables.attachments.of_conversation(stored.id, stored.container)
    messages = tuple(message_of(row, models, files.get(row.id, []), blobs) for row in rows)
    # What was on a message that is removed comes back with it.
    there = {None, *(row.number for row in rows)}
    tags = taggings(tables, tables.chat_tags.of_conversation(stored.id, stored.container))
    notes = tables.annotations.of_conversation(stored.id, stored.container)
    return replace(
        head_of(tables, stored),
        marks=tables.marks.of({stored.id: stored.container}).get(stored.id, ()),
        tags=tuple(tag for tag in tags if tag.number in there),
        annotations=tuple(note for note in notes if note.number in there),
        messages=messages,
    )


def head_of(
    tables: Tables, stored: StoredConversation, messages: tuple[Message, ...] = ()
) -> Conversation:
    """Return what the row of a conversation says, with *messages*."""
    models = tables.models.names()
    accounts = tables.accounts.names() if stored.account_id is not None else {}
    return Conversation(
        id=stored.public_id,
        kind=stored.kind,
        source=stored.source,
        external_id=stored.external_id,
        account=accounts.get(stored.account_id) if stored.account_id is not None else None,
        title=stored.title,
        created_at_ms=stored.created_at_ms,
        updated_at_ms=stored.updated_at_ms,
        model=models.get(stored.model_id) if stored.model_id is not None else None,
        project=stored.project,
        is_archived=stored.is_archived,
        is_starred=stored.is_starred,
        is_missing_at_source=stored.is_missing,
        folder=folder_names.kept_in(tables, stored.id),
        active=stored.active_number,
        messages=messages,
        metadata=stored.metadata,
    )


def present(rows: Sequence[StoredMessage]) -> list[StoredMessage]:
    """Return the messages that are there; what answers a removed one answers who is before it."""
    removed = {row.number: row.parent_number for row in rows if row.is_removed}
    if not removed:
        return list(rows)
    nearest = heirs(removed)
    return [
        replace(row, parent_number=nearest[row.parent_number])
        if row.parent_number in nearest
        else row
        for row in rows
        if row.number not in removed
    ]
