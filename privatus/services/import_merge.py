"""Takes a conversation that is in the vault already from one export to the next.

Nothing is deleted: what a later export lacks stays, marked. What changed becomes a new revision
and the former one goes to history. An older export adds what the vault lacks, and overwrites
nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from privatus.core import flags
from privatus.core.conversation import Conversation, ConversationVersion, Message
from privatus.search.document import Document
from privatus.search.index_writer import IndexWriter
from privatus.services.import_batch import ImportBatch, Warn, sort_time
from privatus.services.sealed_rows import OWN_PREFIX, Encoded, encode
from privatus.storage import index_queue
from privatus.storage.attachments import StoredAttachment
from privatus.storage.conversations import StoredConversation, seal_title_and_details
from privatus.storage.message_codec import decode_details
from privatus.storage.messages import StoredMessage, seal_message
from privatus.storage.rows import MESSAGES, ROLE_NUMBERS, conversation_context
from privatus.storage.store import Store, Tables

# What an import may say of a message; the rest of its bits belongs to the vault.
_IMPORTED_FLAGS = ~flags.MISSING


@dataclass(slots=True)
class _Changes:
    """What of one conversation is written."""

    added: list[Encoded] = field(default_factory=list)
    changed: list[tuple[StoredMessage, Encoded]] = field(default_factory=list)
    missing: list[StoredMessage] = field(default_factory=list)
    returned: list[StoredMessage] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)  # the export's number -> the vault's

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.missing or self.returned)


class ImportMerge:
    """Compares a conversation with the stored one and writes the difference."""

    def __init__(
        self, store: Store, tables: Tables, batch: ImportBatch, writer: IndexWriter
    ) -> None:
        self._store = store
        self._tables = tables
        self._batch = batch
        self._writer = writer

    def merge(
        self, stored: StoredConversation, conversation: Conversation, digest: bytes, warn: Warn
    ) -> None:
        """Bring *stored* up to *conversation*, and count what that was."""
        is_older = (conversation.updated_at_ms or 0) < (stored.updated_at_ms or 0)
        rows = self._tables.messages.of_conversation(stored.id, stored.container)
        files = self._tables.attachments.of_conversation(stored.id, stored.container)
        changes = self._compare(rows, files, conversation, is_older=is_older)
        title_changed = not is_older and conversation.title != stored.title
        head_changed = not is_older and self._head_differs(stored, conversation, changes)
        if not (changes.any or title_changed or head_changed):
            self._batch.counts.conversations_unchanged += 1
            return
        self._write(stored, conversation, digest, changes, rows, is_older=is_older, warn=warn)
        counts = self._batch.counts
        counts.conversations_updated += 1
        counts.messages_new += len(changes.added)
        counts.messages_updated += len(changes.changed)

    def _compare(
        self,
        rows: Sequence[StoredMessage],
        files: dict[int, list[StoredAttachment]],
        conversation: Conversation,
        *,
        is_older: bool,
    ) -> _Changes:
        by_external_id = {decode_details(row.content)[0]: row for row in rows}
        next_number = max((row.number for row in rows), default=0) + 1
        changes = _Changes()
        for encoded in encode(conversation.messages):
            message = encoded.message
            parent = None if message.parent is None else changes.numbers[message.parent]
            row = by_external_id.pop(message.external_id, None)
            if row is None:
                changes.numbers[message.number] = next_number
                changes.added.append(_renumbered(encoded, next_number, parent))
                next_number += 1
                continue
            changes.numbers[message.number] = row.number
            if is_older:
                continue
            if _differs(row, encoded, files.get(row.id, [])):
                # A message keeps its place in the tree: it may have been answered from there.
                changes.changed.append((row, _renumbered(encoded, row.number, row.parent_number)))
            elif row.flags & flags.MISSING:
                changes.returned.append(row)
        if not is_older:
            changes.missing = [
                row
                for external_id, row in by_external_id.items()
                if not (row.flags & flags.MISSING or external_id.startswith(OWN_PREFIX))
            ]
        return changes

    def _head_differs(
        self, stored: StoredConversation, conversation: Conversation, changes: _Changes
    ) -> bool:
        active = changes.numbers.get(conversation.active) if conversation.active else None
        return (
            stored.is_archived != conversation.is_archived
            or stored.is_starred != conversation.is_starred
            or stored.is_missing
            or stored.project != conversation.project
            or stored.active_number != active
            or stored.metadata != dict(conversation.metadata)
        )

    def _write(
        self,
        stored: StoredConversation,
        conversation: Conversation,
        digest: bytes,
        changes: _Changes,
        rows: Sequence[StoredMessage],
        *,
        is_older: bool,
        warn: Warn,
    ) -> None:
        documents: list[Document] = []
        ids = self._batch.ids
        first_id = ids.message
        new_rows = self._seal_added(stored, changes, documents, warn)
        revised = self._seal_changed(stored, changes, documents, warn)
        self._batch.write_models()
        self._store.blobs.sync()
        version = stored.version + 1
        now_ms = time.time_ns() // 1_000_000
        with self._store.transaction() as tables:
            tables.messages.insert_many(*new_rows[:2])
            for row, large, attachments in revised:
                tables.messages.update(row, large)
                tables.attachments.delete_of_message(row[-1])
                tables.attachments.insert_many(attachments)
            tables.attachments.insert_many(new_rows[2])
            for message in changes.missing:
                tables.messages.set_flags(message.id, message.flags | flags.MISSING)
            for message in changes.returned:
                tables.messages.set_flags(message.id, message.flags & ~flags.MISSING)
            title = stored.title if is_older else conversation.title
            row = self._head(
                stored, conversation, digest, changes, version, len(rows), is_older=is_older
            )
            tables.conversations.update(row)
            tables.versions.insert(
                stored.id, stored.container, _version(stored, changes, version, now_ms, title)
            )
            queue_id = self._enqueue(tables, stored.id, first_id, changes)
        at_ms = stored.created_at_ms or conversation.updated_at_ms
        documents.append(
            self._batch.documents.title(stored.id, version, stored.source, title, at_ms)
        )
        replaced = [row.id for row, _ in changes.changed]
        self._writer.put(queue_id, documents, messages=replaced, titles=[stored.id])

    def _seal_added(
        self, stored: StoredConversation, changes: _Changes, documents: list[Document], warn: Warn
    ) -> tuple[list[Any], list[Any], list[Any]]:
        cipher = stored.container.cipher(MESSAGES.number)
        rows: list[Any] = []
        large_rows: list[Any] = []
        attachments: list[Any] = []
        for encoded in changes.added:
            m = encoded.message
            row_id, self._batch.ids.message = self._batch.ids.message, self._batch.ids.message + 1
            content, seal, large = seal_message(
                cipher, row_id, 1, m, encoded.content, (stored.id, m.number, m.parent)
            )
            rows.append(
                (
                    row_id,
                    stored.id,
                    m.number,
                    m.parent,
                    ROLE_NUMBERS[m.role],
                    self._batch.model_id(m.model),
                    m.created_at_ms,
                    encoded.flags,
                    content,
                    seal,
                )
            )
            large_rows += [large] if large is not None else []
            attachments += self._batch.attachment_rows(stored.container, row_id, m, warn)
            documents.append(
                self._batch.documents.message(row_id, stored.id, 1, stored.source, m, encoded.flags)
            )
        return rows, large_rows, attachments

    def _seal_changed(
        self, stored: StoredConversation, changes: _Changes, documents: list[Document], warn: Warn
    ) -> list[tuple[Any, Any, list[Any]]]:
        cipher = stored.container.cipher(MESSAGES.number)
        found: list[tuple[Any, Any, list[Any]]] = []
        for row, encoded in changes.changed:
            m, revision = encoded.message, row.revision + 1
            content, seal, large = seal_message(
                cipher, row.id, revision, m, encoded.content, (stored.id, m.number, m.parent)
            )
            values = (
                ROLE_NUMBERS[m.role], self._batch.model_id(m.model), m.created_at_ms, encoded.flags,
                revision, content, seal, row.id,
            )  # fmt: skip
            attachments = self._batch.attachment_rows(stored.container, row.id, m, warn)
            found.append((values, large, attachments))
            documents.append(
                self._batch.documents.message(
                    row.id, stored.id, revision, stored.source, m, encoded.flags
                )
            )
        return found

    def _head(
        self,
        stored: StoredConversation,
        conversation: Conversation,
        digest: bytes,
        changes: _Changes,
        version: int,
        count: int,
        *,
        is_older: bool,
    ) -> dict[str, Any]:
        c = conversation
        account_id = self._batch.account_id(c.source, c.account)
        if account_id is None:
            account_id = stored.account_id
        updated_at_ms = c.updated_at_ms
        active = changes.numbers.get(c.active) if c.active else None
        if is_older:
            c = replace(
                c, title=stored.title, project=stored.project, metadata=stored.metadata,
                is_archived=stored.is_archived, is_starred=stored.is_starred,
            )  # fmt: skip
            updated_at_ms, active, digest = (
                stored.updated_at_ms,
                stored.active_number,
                stored.digest,
            )
        context = conversation_context(
            stored.public_id.bytes, stored.kind.value, stored.source, account_id,
            stored.created_at_ms, updated_at_ms,
        )  # fmt: skip
        seal, title, details = seal_title_and_details(stored.container, stored.id, context, c)
        return {
            "id": stored.id,
            "digest": digest,
            "version": version,
            "account_id": account_id,
            "model_id": stored.model_id if is_older else self._batch.model_id(c.model),
            "updated_at_ms": updated_at_ms,
            "sort_at_ms": sort_time(c, 0),
            "is_archived": c.is_archived,
            "is_starred": c.is_starred,
            "message_count": count + len(changes.added),
            "active_number": active,
            "title_sealed": title,
            "details_sealed": details,
            "seal": seal,
        }

    def _enqueue(
        self, tables: Tables, conversation_id: int, first_id: int, changes: _Changes
    ) -> int:
        if changes.added:
            last_id = first_id + len(changes.added) - 1
            tables.index_queue.append(index_queue.MESSAGES, first_id, last_id)
        for row, _ in changes.changed:
            tables.index_queue.append(index_queue.MESSAGES, row.id, row.id)
        return tables.index_queue.append(
            index_queue.CONVERSATIONS, conversation_id, conversation_id
        )


def _renumbered(encoded: Encoded, number: int, parent: int | None) -> Encoded:
    message = encoded.message
    if (message.number, message.parent) == (number, parent):
        return encoded
    return encoded._replace(message=replace(message, number=number, parent=parent))


def _differs(row: StoredMessage, encoded: Encoded, files: list[StoredAttachment]) -> bool:
    message: Message = encoded.message
    if row.content != encoded.content:
        return True
    if (row.role, row.created_at_ms) != (ROLE_NUMBERS[message.role], message.created_at_ms):
        return True
    if (row.flags ^ encoded.flags) & _IMPORTED_FLAGS:
        return True
    if [(f.name, f.external_id) for f in files] != [
        (a.name, a.external_id) for a in message.attachments
    ]:
        return True
    # Bytes that came later are news; bytes that a later export left out are not.
    pairs = zip(files, message.attachments, strict=True)
    return any(f.blob_name is None and a.open is not None for f, a in pairs)


def _version(
    stored: StoredConversation, changes: _Changes, number: int, now_ms: int, title: str
) -> ConversationVersion:
    details: dict[str, Any] = {
        "added": [encoded.message.number for encoded in changes.added],
        "changed": [row.number for row, _ in changes.changed],
        "missing": [row.number for row in changes.missing],
    }
    if title != stored.title:
        details["title"] = stored.title
    return ConversationVersion(
        number=number,
        actor="import",
        created_at_ms=now_ms,
        added=len(changes.added),
        changed=len(changes.changed),
        missing=len(changes.missing),
        details=details,
    )
