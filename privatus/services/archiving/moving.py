"""Moving conversations out of the database: the file first, then the rows.

    1  a row that says "writing" is committed: a crash from here on leaves a file that is known
    2  the file is written, synced, read back, and compared with the rows
    3  one transaction takes the rows out and says "away"

A crash before the third leaves the conversation where it was, and the next opening removes the
file. Nothing is in the file alone before the transaction that says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from privatus.backup.destinations.port import Destination
from privatus.core import clock
from privatus.core.archives import ArchiveState
from privatus.core.errors import PrivatusError, TamperedError
from privatus.core.jobs import Job
from privatus.exporters.packed import packed
from privatus.services import whole
from privatus.services.archiving import away, contents
from privatus.services.archiving.choosing import marked_ids
from privatus.storage import index_queue
from privatus.storage.archived import StoredArchived
from privatus.storage.conversations import StoredConversation
from privatus.storage.schema_files import migrations
from privatus.storage.store import Store, Tables

ARCHIVED = "conversations archived"
_DIFFERENT = "an archive file did not hold what was written; nothing was moved, check the disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Moves conversations into files of one format, in one place."""

    store: Store
    format: str
    destination: Destination | None  # None: the vault's own folder
    where: str = ""

    def move(self, row_ids: Sequence[int], job: Job) -> list[StoredArchived]:
        """Move conversations, all or none; return what is away now.

        Raises:
            DeviceError: a disk or destination refused; nothing was moved.
            TamperedError: a row does not open, or a file did not hold what was written.
            JobCancelled: the person stopped it; nothing was moved.
        """
        with self.store.exclusive() as tables:
            found = [c for row_id in row_ids if (c := tables.conversations.get(row_id))]
            marked = marked_ids(tables)
            begun = [self._begun(stored, is_marked=stored.id in marked) for stored in found]
            with self.store.transaction() as changed:
                for record in begun:
                    changed.archived.put(record)
            try:
                written = [
                    self._written(tables, stored, record, job)
                    for stored, record in zip(found, begun, strict=True)
                ]
                self.store.archive_files.sync()
                written = [self._compared(tables, record, job) for record in written]
            except BaseException:
                # What cannot be removed now is removed by the next opening.
                with contextlib.suppress(PrivatusError):
                    away.settle(self.store, self.destination)
                raise
            with self.store.transaction() as changed, changed.purging.permit():
                _take_out(changed, written)
            return written

    def _begun(self, stored: StoredConversation, *, is_marked: bool) -> StoredArchived:
        return StoredArchived(
            id=stored.id,
            public_id=stored.public_id,
            container=stored.container,
            account_id=stored.account_id,
            external_tag=stored.external_tag,
            digest=stored.digest,
            state=ArchiveState.WRITING,
            format=self.format,
            file_name=os.urandom(16),
            size_bytes=0,
            kind=stored.kind.value,
            source=stored.source,
            created_at_ms=stored.created_at_ms,
            sort_at_ms=stored.sort_at_ms,
            archived_at_ms=clock.now_ms(),
            message_count=stored.message_count,
            title=stored.title,
            where=self.where,
            is_marked=is_marked,
        )

    def _written(
        self, tables: Tables, stored: StoredConversation, record: StoredArchived, job: Job
    ) -> StoredArchived:
        """Write the file of a conversation; it gets its name when all of them are on disk."""
        job.check()
        readable = packed(self.format, whole.load(tables, stored, self.store.blobs))
        head = {
            "vault": self.store.scope.vault_id.hex(),
            "conversation": stored.id,
            "id": str(stored.public_id),
            "key": stored.container.key_id,
            "schema": len(migrations()),
        }
        rows = tables.archived.rows.of(stored.id)
        content = contents.pack(head, rows, readable, _files(tables, stored))
        size = self.store.archive_files.write(record.file_name, content, record.container)
        return replace(record, size_bytes=size, content_hash=hashlib.sha256(content).digest())

    def _compared(self, tables: Tables, record: StoredArchived, job: Job) -> StoredArchived:
        """Read a file back from where it is to be, and hold it against the database."""
        job.check()
        if self.destination is not None:
            record = away.send(self.store, self.destination, record)
        found = contents.unpack(away.read(self.store, record, self.destination))
        if found.rows != tuple(tables.archived.rows.of(record.id)):
            raise TamperedError(_DIFFERENT)
        if self.destination is not None:
            self.store.archive_files.remove([record.file_name])
        return record


def _files(tables: Tables, stored: StoredConversation) -> list[bytes]:
    """Return the SHA-256 of every attachment file, also of former revisions."""
    present = tables.attachments.of_conversation(stored.id, stored.container).values()
    former = tables.attachments.former(stored.id, stored.container).values()
    found = (file.digest for files in (*present, *former) for file in files)
    return sorted({digest for digest in found if digest is not None})


def _take_out(tables: Tables, written: Sequence[StoredArchived]) -> None:
    """Take rows out of the database, and say where they are; needs a permit."""
    tables.archived.rows.keep_ids()
    messages: list[int] = []
    for record in written:
        tables.archived.put(replace(record, state=ArchiveState.AWAY))
        tables.archived.keep_what_it_needs(record)
        tables.archived.rows.keep_ties(record.id)
        messages += tables.deleted.message_ids(record.id)
        tables.archived.rows.remove(record.id)
    tables.index_queue.append_each(index_queue.MESSAGES, messages)
    tables.index_queue.append_each(index_queue.CONVERSATIONS, [record.id for record in written])
    if written:
        tables.audit.append(ARCHIVED, {"conversations": len(written)})
        # Its words are in the index, and in pages that no row uses.
        tables.purging.begin(with_copy=False)
