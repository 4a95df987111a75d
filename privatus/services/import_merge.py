"""Takes a conversation that is in the vault already from one export to the next.

Nothing is deleted: what a later export lacks stays, marked. What changed becomes a new revision
and the former one goes to history. An older export adds what the vault lacks, and overwrites
nothing. What a person edited or removed stays so; if its source says something else now, that goes
to history, and the person's words are written again above it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from privatus.core import clock, flags
from privatus.core.conversation import Conversation, ConversationVersion, Json
from privatus.search.document import Document
from privatus.search.index_writer import IndexWriter
from privatus.services import indexing
from privatus.services.import_batch import UNFINISHED, ImportBatch, Warn, no_warning, sort_time
from privatus.services.import_compare import (
    Changes,
    Files,
    active_leaf,
    compare,
    former_head,
    wanted_head,
)
from privatus.services.preparing import Encoded, Prepared
from privatus.services.said import Said
from privatus.storage import index_queue
from privatus.storage.attachments import blob_of
from privatus.storage.conversations import StoredConversation
from privatus.storage.marks import mark_row
from privatus.storage.message_codec import with_said
from privatus.storage.messages import StoredMessage, message_row, revised_row
from privatus.storage.rows import MESSAGES
from privatus.storage.store import Store, Tables

# What else is written in the same transaction.
Also = Callable[[Tables], None]
# A new revision: its row, that of its content if that is large, and those of its files.
_Revision = tuple[tuple[Any, ...], tuple[int, int, bytes] | None, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One conversation as it is, as it will be, and what lies between."""

    stored: StoredConversation
    wanted: StoredConversation
    files: Files
    changes: Changes
    former: dict[str, Json]  # what a person sees of the head that changes
    digest: bytes
    sort_at_ms: int
    warn: Warn


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
        self,
        stored: StoredConversation,
        prepared: Prepared,
        match: tuple[bytes, bytes],
        warn: Warn,
        *,
        is_repeated: bool,
    ) -> None:
        """Bring *stored* up to *prepared*, and count what that was.

        *match* is the tag and the digest. *is_repeated*: it came in this export before; of two
        equally old records the first one counts, so that the same file changes nothing twice.
        """
        conversation, (rows, files) = prepared.head, self._read(stored)
        is_older = _is_older(stored, conversation, is_repeated=is_repeated)
        model_id, account_id = self._batch.model_id, self._batch.account_id
        said = self._said(stored)
        changes = compare(rows, files, prepared.messages, model_id, said, is_older=is_older)
        if is_older and not is_repeated and conversation.updated_at_ms is not None:
            _mark_as_gone(changes)
        wanted = wanted_head(
            stored,
            conversation,
            model_id,
            account_id=account_id(conversation.source, conversation.account),
            active=active_leaf(rows, conversation, changes),
            is_older=is_older,
        )
        work = _Work(
            stored=stored,
            wanted=wanted,
            files=files,
            changes=changes,
            former=former_head(stored, wanted, self._batch.model_name),
            digest=stored.digest if is_older else match[1],
            sort_at_ms=sort_time(prepared, 0),
            warn=warn,
        )
        self._settle(work, match[0])

    def take_over(
        self,
        stored: StoredConversation,
        wanted: StoredConversation,
        changes: Changes,
        files: Files,
        also: Also,
    ) -> bool:
        """Write *changes* and what *also* writes; return whether that made a version.

        *wanted* is the row as it is to be, *files* those that its messages have now.
        """
        work = _Work(
            stored=stored,
            wanted=wanted,
            files=files,
            changes=changes,
            former=former_head(stored, wanted, self._batch.model_name),
            digest=stored.digest,
            sort_at_ms=wanted.updated_at_ms or 0,
            warn=no_warning,
        )
        filled = self._seal_filled(work)
        if changes.any or work.former:
            self._write(work, filled, self._batch.damaged_files, also)
            return True
        with self._store.transaction() as tables:
            also(tables)
        return False

    def _said(self, stored: StoredConversation) -> Said:
        return Said(self._store.scope, self._tables.messages.purged(stored.id))

    def _read(self, stored: StoredConversation) -> tuple[list[StoredMessage], Files]:
        tables, place = self._tables, (stored.id, stored.container)
        return tables.messages.of_conversation(*place), tables.attachments.of_conversation(*place)

    def _settle(self, work: _Work, tag: bytes) -> None:
        counts, changes = self._batch.counts, work.changes
        damaged_before, filled = self._batch.damaged_files, self._seal_filled(work)
        if changes.any or work.former:
            self._write(work, filled, damaged_before)
            counts.updated(in_trash=work.stored.deleted_at_ms is not None)
            counts.messages_new += len(changes.added)
            counts.messages_updated += len(changes.changed)
            counts.messages_kept += len(changes.conflicts)
            return
        counts.conversations_unchanged += 1
        if _clear_columns(work.wanted) != _clear_columns(work.stored):
            # An account or a time that is known now: no news to a person, so no version.
            self._batch.add_head(tag, _head(work, work.stored.version))

    def _write(
        self,
        work: _Work,
        filled: list[tuple[StoredMessage, list[Any]]],
        damaged_before: int,
        also: Also | None = None,
    ) -> None:
        stored, changes = work.stored, work.changes
        first_id = self._batch.ids.message
        documents: list[Document] = []
        added = self._seal_added(work, documents)
        rewritten = self._seal_rewritten(work, documents)
        version = stored.version + 1
        head = _head(work, version)
        if self._batch.damaged_files > damaged_before:
            head = replace(head, digest=UNFINISHED)
        marks = self._batch.news.marks_of_changed(stored, work.wanted, changes)
        self._batch.write_models()
        self._store.blobs.sync()
        with self._store.transaction() as tables:
            tables.messages.insert_many(*added[:2])
            tables.attachments.insert_many(added[2])
            for row, large, attachments in rewritten:
                tables.messages.update(row, large)
                tables.attachments.insert_many(attachments)
            _fill(tables, filled)
            _mark_presence(tables, changes)
            tables.conversations.update(head)
            tables.marks.put_many([mark_row(stored.container, stored.id, m) for m in marks])
            tables.versions.insert(stored.id, stored.container, _version(work, version))
            if also is not None:
                also(tables)
            queue_id = self._enqueue(tables, stored.id, first_id, changes)
        at_ms = head.created_at_ms or head.updated_at_ms
        documents.append(
            self._batch.documents.title(stored.id, version, stored.source, head.title, at_ms)
        )
        replaced = [row.id for row in changes.rewritten]
        self._writer.put(queue_id, documents, messages=replaced, titles=[stored.id])

    def _seal_added(
        self, work: _Work, documents: list[Document]
    ) -> tuple[list[Any], list[tuple[int, int, bytes]], list[Any]]:
        stored, batch = work.stored, self._batch
        cipher = stored.container.cipher(MESSAGES.number)
        rows: list[Any] = []
        large_rows: list[tuple[int, int, bytes]] = []
        attachments: list[Any] = []
        for e in work.changes.added:
            row_id = batch.ids.message
            batch.ids.message += 1
            more = batch.model_id(e.model), e.flags
            row, large = message_row(cipher, (row_id, stored.id, 1), e.clear, more, e.content)
            rows.append(row)
            if large is not None:
                large_rows.append(large)
            attachments += batch.attachment_rows(
                stored.container, (row_id, 1), e.attachments, work.warn
            )
            documents.append(self._document(stored, row_id, 1, e))
        return rows, large_rows, attachments

    def _seal_rewritten(self, work: _Work, documents: list[Document]) -> list[_Revision]:
        changes = work.changes
        found = [self._seal_changed(work, *pair, documents) for pair in changes.changed]
        for conflict in changes.conflicts:
            found += self._seal_conflict(work, *conflict, documents)
        return found

    def _seal_changed(
        self, work: _Work, row: StoredMessage, e: Encoded, documents: list[Document]
    ) -> _Revision:
        stored, batch = work.stored, self._batch
        revision = row.revision + 1
        documents.append(self._document(stored, row.id, revision, e))
        sealed, large = revised_row(
            stored.container,
            replace(
                row,
                role=e.role,
                model_id=batch.model_id(e.model),
                created_at_ms=e.created_at_ms,
                flags=e.flags,
                revision=revision,
                content=e.content,
            ),
        )
        former = work.files.get(row.id, ())
        place = row.id, revision
        return (
            sealed,
            large,
            batch.attachment_rows(stored.container, place, e.attachments, work.warn, former),
        )

    def _seal_conflict(
        self,
        work: _Work,
        row: StoredMessage,
        e: Encoded,
        said: bytes,
        documents: list[Document],
    ) -> list[_Revision]:
        """Return two revisions: what the source says now, and the person's words above it."""
        stored, batch = work.stored, self._batch
        unseen = list[Document]()
        source = self._seal_changed(work, row, e, unseen)
        kept = replace(
            row,
            revision=row.revision + 2,
            content=with_said(row.content, said),
            flags=row.flags & ~flags.MISSING | e.flags & flags.MISSING,
        )
        files = work.files.get(row.id, ())
        copies = batch.copied_rows(stored.container, (row.id, kept.revision), files)
        if not row.is_removed:
            models, names = self._tables.models.names(), [file.name for file in files]
            source_name = batch.origins.get(row.number, stored.source)
            documents.append(
                indexing.document_of(batch.documents, source_name, kept, models, names)
            )
        return [source, (*revised_row(stored.container, kept), copies)]

    def _document(
        self, stored: StoredConversation, row_id: int, revision: int, e: Encoded
    ) -> Document:
        traits = e.traits(self._batch.origins.get(e.number, stored.source))
        place = row_id, stored.id, revision
        return self._batch.documents.message(place, e.created_at_ms, traits, e.words)

    def _seal_filled(self, work: _Work) -> list[tuple[StoredMessage, list[Any]]]:
        """Return the rows of files whose bytes come now; *work* keeps these only.

        The export may hold them damaged, at each import anew.
        """
        found = []
        for row, attachments in work.changes.filled:
            former = work.files[row.id]
            rows = self._batch.attachment_rows(
                work.stored.container, (row.id, row.revision), attachments, work.warn, former
            )
            if sum(blob_of(r)[0] is not None for r in rows) > sum(
                f.blob_name is not None for f in former
            ):
                found.append((row, attachments, rows))
        work.changes.filled = [(row, attachments) for row, attachments, _ in found]
        return [(row, rows) for row, _, rows in found]

    def _enqueue(
        self, tables: Tables, conversation_id: int, first_id: int, changes: Changes
    ) -> int:
        if changes.added:
            last_id = first_id + len(changes.added) - 1
            tables.index_queue.append(index_queue.MESSAGES, first_id, last_id)
        for row in changes.rewritten:
            tables.index_queue.append(index_queue.MESSAGES, row.id, row.id)
        return tables.index_queue.append(
            index_queue.CONVERSATIONS, conversation_id, conversation_id
        )


def _is_older(stored: StoredConversation, conversation: Conversation, *, is_repeated: bool) -> bool:
    said_ms, known_ms = conversation.updated_at_ms or 0, stored.updated_at_ms or 0
    return said_ms <= known_ms if is_repeated else said_ms < known_ms


def _mark_as_gone(changes: Changes) -> None:
    """Mark what only an older export holds: the newer one came without it."""
    changes.added = [e._replace(flags=e.flags | flags.MISSING) for e in changes.added]


def _fill(tables: Tables, filled: Sequence[tuple[StoredMessage, list[Any]]]) -> None:
    for message, attachments in filled:
        tables.attachments.delete_of_revision(message.id, message.revision)
        tables.attachments.insert_many(attachments)


def _mark_presence(tables: Tables, changes: Changes) -> None:
    for message in changes.missing:
        tables.messages.set_flags(message.id, message.flags | flags.MISSING)
    for message in changes.returned:
        tables.messages.set_flags(message.id, message.flags & ~flags.MISSING)


def _head(work: _Work, version: int) -> StoredConversation:
    return replace(
        work.wanted,
        digest=work.digest,
        version=version,
        sort_at_ms=_sort_time(work),
        message_count=work.stored.message_count + len(work.changes.added),
    )


def _sort_time(work: _Work) -> int:
    stored, said_ms = work.stored, work.sort_at_ms
    # As long as nothing told its time, it stood by the day of its import.
    is_made_up = stored.created_at_ms is None and stored.updated_at_ms is None
    if is_made_up and said_ms and stored.sort_at_ms == stored.imported_at_ms:
        return said_ms
    return max(stored.sort_at_ms, said_ms)


def _clear_columns(row: StoredConversation) -> Sequence[int | None]:
    return (row.account_id, row.created_at_ms, row.updated_at_ms)


def _version(work: _Work, number: int) -> ConversationVersion:
    changes = work.changes
    missing = [*changes.missing, *changes.rewritten_where(0, flags.MISSING)]
    details: dict[str, Json] = {
        "added": [e.number for e in changes.added],
        "changed": [row.number for row, _ in changes.changed],
        "missing": [row.number for row in missing],
    }
    if rewritten := changes.rewritten:
        details["revisions"] = [[row.number, row.revision] for row in rewritten]
    if changes.conflicts:
        details["conflicts"] = [row.number for row, _, _ in changes.conflicts]
    if returned := [*changes.returned, *changes.rewritten_where(flags.MISSING, 0)]:
        details["returned"] = [row.number for row in returned]
    if changes.filled:
        details["files"] = [row.number for row, _ in changes.filled]
    details["last"], details["active"] = changes.last, work.stored.active_number
    return ConversationVersion(
        number=number,
        actor="import",
        created_at_ms=clock.now_ms(),
        added=len(changes.added),
        changed=len(changes.changed),
        missing=len(missing),
        details={**details, **work.former},
    )
