"""Gathers new conversations and writes them together: few commits are what makes it fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from privatus.core import clock
from privatus.core.conversation import Attachment
from privatus.core.errors import UnreadableInputError
from privatus.core.import_report import Counts
from privatus.search.document import Document, DocumentMaker
from privatus.search.index_writer import IndexWriter
from privatus.services.import_annotations import ImportAnnotations
from privatus.services.import_compare import told_apart
from privatus.services.import_folders import ImportFolders
from privatus.services.import_news import News
from privatus.services.import_summaries import ImportSummaries
from privatus.services.import_tags import ImportTags
from privatus.services.import_usage import ImportUsage
from privatus.services.preparing import Prepared
from privatus.storage import index_queue
from privatus.storage.attachments import StoredAttachment, copied_attachment, seal_attachment
from privatus.storage.blob_files import Stored, StoredBlob
from privatus.storage.conversations import StoredConversation, conversation_row
from privatus.storage.key_store import container_row
from privatus.storage.marks import MarkRow, mark_row
from privatus.storage.messages import message_row
from privatus.storage.rows import MESSAGES
from privatus.storage.store import Store, Tables
from privatus.vault.keys import Container

Warn = Callable[[str, str], None]
# The digest of no export: of what came with a damaged file, the next one is looked at again.
UNFINISHED = bytes(16)


class Ids:
    """Row ids, taken before the rows are written: a seal binds its row's id."""

    def __init__(self, store: Store, tables: Tables) -> None:
        self.key = store.last_key_id() + 1
        self.conversation = store.last_conversation_id() + 1
        self.message = tables.messages.next_id()
        self.attachment = tables.attachments.next_id()


class ImportBatch:
    """New conversations, sealed, that the next commit writes."""

    # Measured: commits of 5,000 to 20,000 rows are as fast as it gets; a batch takes some 3 KB
    # a message until the index has written it.
    ROWS = 5_000
    # A few huge messages must not fill the memory.
    BYTES = 24 * 1024 * 1024

    def __init__(
        self, store: Store, tables: Tables, writer: IndexWriter | None, counts: Counts, news: News
    ) -> None:
        self._store = store
        self._writer = writer
        self.counts = counts
        self.news = news
        # Of a hybrid: from which provider each message is, by number; searches tell them apart.
        self.origins: Mapping[int, str] = {}
        self.ids = Ids(store, tables)
        # In a vault without any, only what came by this batch can be met again.
        self._brought: set[bytes] | None = set() if self.ids.conversation == 1 else None
        self.documents = DocumentMaker()
        self._models = {name: row_id for row_id, name in tables.models.names().items()}
        self._accounts: dict[tuple[str, str], int] = {}
        self._tables = tables
        # Of files that the exports hold and that cannot be read.
        self.damaged_files = 0
        self._clear()

    def _clear(self) -> None:
        self._size_bytes = 0
        self._new_models: list[tuple[int, str]] = []
        self._key_rows: list[Any] = []
        self._conversation_rows: list[Any] = []
        self._mark_rows: list[MarkRow] = []
        self._tags = ImportTags()
        self._folders = ImportFolders()
        self._annotations = ImportAnnotations()
        self._summaries = ImportSummaries()
        self._usage = ImportUsage()
        self._message_rows: list[Any] = []
        self._large_rows: list[Any] = []
        self._attachment_rows: list[Any] = []
        self._documents: list[Document] = []
        self._heads: list[StoredConversation] = []
        self.tags: dict[bytes, int] = {}
        self.public_ids: set[UUID] = set()

    @property
    def is_full(self) -> bool:
        rows = len(self._message_rows) + len(self._conversation_rows) + len(self._heads)
        return rows >= self.ROWS or self._size_bytes >= self.BYTES

    def find(self, tag: bytes) -> StoredConversation | None:
        """Return the conversation with the external tag *tag*, if it is in the vault.

        Raises:
            TamperedError: what the vault knows of it is not what was sealed.
        """
        # A look-up costs as much as sealing three messages; a first import does without.
        if self._brought is not None and tag not in self._brought:
            return None
        return self._tables.conversations.find_by_tag(tag)

    def model_id(self, name: str | None) -> int | None:
        """Return the id of a model; a new one is written with the batch."""
        if name is None:
            return None
        if name not in self._models:
            row_id = max(self._models.values(), default=0) + 1
            self._models[name] = row_id
            self._new_models.append((row_id, name))
        return self._models[name]

    def model_name(self, model_id: int | None) -> str | None:
        """Return what the model with this id is called."""
        return next((name for name, row_id in self._models.items() if row_id == model_id), None)

    def account_id(self, source: str, name: str | None) -> int | None:
        """Return the id of an account; a new one is written at once."""
        if not name:
            return None
        key = (source, name)
        if key not in self._accounts:
            found = self._tables.accounts.find(source, name)
            if found is None:
                with self._store.transaction() as tables:
                    found = tables.accounts.insert(source, name)
            self._accounts[key] = found
        return self._accounts[key]

    def add(
        self,
        prepared: Prepared,
        match: tuple[bytes, bytes],
        warn: Warn,
    ) -> int:
        """Seal a new conversation, whose tag and digest are *match*; return its row id."""
        now_ms = clock.now_ms()
        # First: an account that does not open must leave nothing of the conversation behind.
        self.account_id(prepared.head.source, prepared.head.account)
        row_id, self.ids.conversation = self.ids.conversation, self.ids.conversation + 1
        key_id, self.ids.key = self.ids.key, self.ids.key + 1
        container, wrapped = self._store.scope.new_container(key_id)
        self._key_rows.append(container_row(key_id, self._store.scope.key_id, wrapped, now_ms))
        tag, digest = match
        damaged_before = self.damaged_files
        self._usage.add(row_id, container, prepared.usage, self.ids.message)
        self._add_messages(prepared, row_id, container, warn)
        if self.damaged_files > damaged_before:
            digest = UNFINISHED
        self._add_conversation(prepared, row_id, container, (tag, digest), now_ms)
        marks = self.news.marks_of_added(prepared.head, sort_time(prepared, now_ms))
        self._mark_rows += [mark_row(container, row_id, said) for said in marks]
        self._tags.add(row_id, prepared.head.tags, warn)
        self._folders.add(row_id, prepared.head.folder, warn)
        self._annotations.add(row_id, container, prepared.head.annotations, warn)
        self._summaries.add(row_id, container, prepared, warn)
        self.tags[tag] = row_id
        if self._brought is not None:
            self._brought.add(tag)
        self.counts.conversations_new += 1
        return row_id

    def _add_conversation(
        self,
        prepared: Prepared,
        row_id: int,
        container: Container,
        match: tuple[bytes, bytes],
        now_ms: int,
    ) -> None:
        c = prepared.head
        public_id = c.id if c.id is not None and c.id not in self.public_ids else uuid4()
        self.public_ids.add(public_id)
        tag, digest = match
        stored = StoredConversation(
            id=row_id,
            public_id=public_id,
            container=container,
            kind=c.kind,
            source=c.source,
            account_id=self.account_id(c.source, c.account),
            external_tag=tag,
            digest=digest,
            model_id=self.model_id(c.model),
            created_at_ms=c.created_at_ms,
            updated_at_ms=c.updated_at_ms,
            sort_at_ms=sort_time(prepared, now_ms),
            imported_at_ms=now_ms,
            is_archived=c.is_archived,
            is_starred=c.is_starred,
            is_missing=c.is_missing_at_source,
            message_count=len(prepared.messages),
            active_number=c.active,
            title=c.title,
            external_id=c.external_id,
            project=c.project,
            metadata=dict(c.metadata),
        )
        self._conversation_rows.append(conversation_row(stored))
        self._documents.append(
            self.documents.title(row_id, 1, c.source, c.title, c.created_at_ms or c.updated_at_ms)
        )

    def _add_messages(
        self,
        prepared: Prepared,
        conversation_id: int,
        container: Container,
        warn: Warn,
    ) -> None:
        cipher = container.cipher(MESSAGES.number)
        source = prepared.head.source
        rows, documents = self._message_rows, self._documents
        row_id = self.ids.message
        for e in prepared.messages:
            more = self.model_id(e.model), e.flags
            place = row_id, conversation_id, 1
            row, large = message_row(cipher, place, e.clear, more, e.content)
            rows.append(row)
            if large is not None:
                self._large_rows.append(large)
            self._size_bytes += len(e.content)
            documents.append(
                self.documents.message(
                    place,
                    e.created_at_ms,
                    e.traits(self.origins.get(e.number, source)),
                    e.words,
                )
            )
            if e.attachments:
                self._attachment_rows += self.attachment_rows(
                    container, (row_id, 1), e.attachments, warn
                )
            row_id += 1
        self.ids.message = row_id
        self.counts.messages_new += len(prepared.messages)

    def attachment_rows(
        self,
        container: Container,
        revision: tuple[int, int],
        attachments: Sequence[Attachment],
        warn: Warn,
        former: Sequence[StoredAttachment] = (),
    ) -> list[Any]:
        """Store the files of a message; return their sealed rows.

        *revision* is the message's id and revision. Bytes that the export lacks are taken from
        the file of that name in *former*.
        """
        known = told_apart(former)
        digests = {f.digest for f in former}
        rows = []
        for position, (name, attachment) in enumerate(told_apart(attachments).items()):
            stored = self._store_file(attachment, warn)
            if stored is None:
                stored = _blob_of(known.get(name))
            elif stored[0] not in digests:
                self.counts.attachments_new += 1
            if stored is None:
                self.counts.attachments_missing += 1
            row_id, self.ids.attachment = self.ids.attachment, self.ids.attachment + 1
            rows.append(
                seal_attachment(container, row_id, (*revision, position), attachment, stored)
            )
        return rows

    def copied_rows(
        self, container: Container, revision: tuple[int, int], files: Sequence[StoredAttachment]
    ) -> list[Any]:
        """Return the rows by which another revision of a message has the same *files*."""
        first_id, self.ids.attachment = self.ids.attachment, self.ids.attachment + len(files)
        return [
            copied_attachment(container, first_id + position, (*revision, position), file)
            for position, file in enumerate(files)
        ]

    def _store_file(self, attachment: Attachment, warn: Warn) -> Stored | None:
        if attachment.open is None:
            return None
        if isinstance(attachment.open, StoredBlob) and attachment.open.files is self._store.blobs:
            return attachment.open.stored
        try:
            return self._store.blobs.add(attachment.open)
        except UnreadableInputError as error:
            self.damaged_files += 1
            warn(attachment.name, str(error))
            return None

    def add_head(self, tag: bytes, head: StoredConversation) -> None:
        """Let the next commit replace the row of a conversation that is there already."""
        self._heads.append(head)
        self.tags[tag] = head.id

    def write(self, also: Callable[[Tables], None] | None = None) -> None:
        """Commit the batch, with what *also* writes, and hand it to the index.

        Raises:
            DeviceError: the disk is full; nothing of the batch is in the vault then.
        """
        if not (self._conversation_rows or self._heads):
            self.write_models()
            return
        self._store.blobs.sync()
        with self._store.transaction() as tables:
            queue_id, documents = self.write_into(tables)
            if also is not None:
                also(tables)
        if queue_id is not None and self._writer is not None:
            self._writer.put(queue_id, documents)
        self._clear()

    def write_into(self, tables: Tables) -> tuple[int | None, Sequence[Document]]:
        """Write the batch in a transaction of somebody else, whose files are on disk.

        Returns what is to be given to the index once that is committed.
        """
        tables.models.insert_many(self._new_models)
        tables.keys.insert_many(self._key_rows)
        tables.conversations.insert_many(self._conversation_rows)
        tables.deleted.readmit(row["external_tag"] for row in self._conversation_rows)
        tables.marks.put_many(self._mark_rows)
        tables.messages.insert_many(self._message_rows, self._large_rows)
        tables.attachments.insert_many(self._attachment_rows)
        self._tags.write(tables)
        self._folders.write(tables)
        self._annotations.write(tables)
        self._summaries.write(tables)
        self._usage.write(tables)
        for head in self._heads:
            tables.conversations.update(head)
        queue_id = self._enqueue(tables) if self._conversation_rows else None
        return queue_id, self._documents

    def write_models(self) -> None:
        """Commit the names of models that an update is about to refer to."""
        if self._new_models:
            with self._store.transaction() as tables:
                tables.models.insert_many(self._new_models)
            self._new_models = []

    def _enqueue(self, tables: Tables) -> int:
        rows, conversations = self._message_rows, self._conversation_rows
        # Ids between them that a merge took meanwhile are indexed twice after a crash: no harm.
        if rows:
            tables.index_queue.append(index_queue.MESSAGES, rows[0][0], rows[-1][0])
        return tables.index_queue.append(
            index_queue.CONVERSATIONS, conversations[0]["id"], conversations[-1]["id"]
        )

    def discard(self) -> None:
        """Forget what was gathered."""
        self._store.blobs.discard()
        self._clear()


def no_warning(name: str, reason: str) -> None:
    """Say nothing: what comes from the vault was looked at when it came there."""


def sort_time(prepared: Prepared, now_ms: int) -> int:
    """Return the time by which lists order a conversation."""
    c = prepared.head
    times = [t for t in (c.updated_at_ms, c.created_at_ms) if t is not None]
    if times:
        return max(times)
    return max((e.created_at_ms or 0 for e in prepared.messages), default=0) or now_ms


def _blob_of(file: StoredAttachment | None) -> Stored | None:
    if file is None or file.digest is None or file.blob_name is None:
        return None
    return file.digest, file.blob_name, file.size_bytes or 0
