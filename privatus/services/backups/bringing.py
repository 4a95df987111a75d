"""Conversations that are gone, out of a backup into the open vault, as they were.

Every row is opened with the keys of the backup and sealed anew, under a new key and with ids that
no row ever had: so it does not matter what the vault has given to others since, nor whether what
was destroyed has left its keys. What of it is a person's comes along: branches, history, versions,
marks, tags, folder, notes, summaries, files, and what it was merged or split of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from privatus.core import clock
from privatus.core.errors import AccessError
from privatus.core.jobs import Job
from privatus.core.marks import Mark, has_mark
from privatus.search.index import Index
from privatus.services import indexing, merge_marks
from privatus.services.backups.curation import Curation
from privatus.services.backups.origin import Origin
from privatus.services.revising import VersionChange
from privatus.storage import index_queue
from privatus.storage.attachments import StoredAttachment, copied_attachment
from privatus.storage.carried import FormerMessage
from privatus.storage.conversations import StoredConversation, conversation_row
from privatus.storage.key_store import container_row
from privatus.storage.marks import mark_row
from privatus.storage.messages import StoredMessage
from privatus.storage.store import READING_ONLY, Store, Tables

BROUGHT_BACK = "conversations brought back from a backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back, and what of it did not; `undo` of the service takes it back."""

    conversations: int = 0
    messages: int = 0
    files: int = 0  # contents that the vault did not have any more
    files_lost: int = 0  # that the backup does not have either
    contacts_left_out: int = 0  # who took part, and was deleted since
    row_ids: tuple[int, ...] = ()  # of conversations that were made again
    from_trash: tuple[int, ...] = ()  # of those that were taken out of it, by row id
    written: tuple[tuple[UUID, tuple[int, ...]], ...] = ()  # messages that were added, by number
    changes: tuple[VersionChange, ...] = ()  # versions that were made

    @property
    def is_nothing(self) -> bool:
        """Say whether all of it was there as it was."""
        return not (self.conversations or self.messages or self.files or self.from_trash)


class Bringing:
    """Brings whole conversations of one backup into the vault."""

    def __init__(self, store: Store, index: Index | None, origin: Origin) -> None:
        self._store = store
        self._index = index
        self._origin = origin

    def bring(self, there: Tables, chats: Sequence[StoredConversation], job: Job) -> Restored:
        """Add *chats* of the backup, of which the vault has none; all or none of them.

        *there* are the backup's tables.

        Raises:
            AccessError: the vault is open for reading only.
            TamperedError: a part of the backup is lost or damaged; nothing was changed.
            UnreachableError, DestinationError: the repository does not answer.
            DeviceError: the disk is full or refuses; nothing was changed.
            JobCancelled: the person stopped it; nothing was changed.
        """
        if self._index is None:
            raise AccessError(READING_ONLY)
        self._store.require_writable()
        wanted = _files_of(there, chats)
        self.fetch(wanted, job)
        with self._store.exclusive():
            names, files = self.contents(wanted)
            job.check()
            with self._store.transaction() as tables:
                carrier = _Carrier(self._store, tables, there, names)
                ids = {chat.id: carrier.carry(chat) for chat in chats}
                curation = Curation(tables, there, ids)
                curation.carry(chats)
                _settle(tables, list(ids.values()))
                tables.deleted.readmit(chat.external_tag for chat in chats)
                self._queue(tables, list(ids.values()))
                details = {"conversations": len(chats), "backup": self._origin.snapshot.manifest.id}
                tables.audit.append(BROUGHT_BACK, details)
            indexing.catch_up(self._store, self._index, job.unstoppable())
        return Restored(
            conversations=len(chats),
            messages=sum(chat.message_count for chat in chats),
            files=files,
            files_lost=carrier.files_lost,
            contacts_left_out=curation.contacts_left_out,
            row_ids=tuple(ids.values()),
        )

    def fetch(self, files: Sequence[StoredAttachment], job: Job) -> None:
        """Bring near what the vault lacks: nobody has to wait while it comes from far away.

        Raises:
            TamperedError, UnreachableError, DestinationError, DeviceError: as `bring`.
            JobCancelled: the person stopped it.
        """
        self._origin.fetch(self._lacking(files), job)

    def contents(self, files: Sequence[StoredAttachment]) -> tuple[dict[bytes, bytes], int]:
        """Add what the vault lacks of the contents of *files*, durably.

        Returns the name of each in the vault by its SHA-256, and how many were added.

        Raises:
            TamperedError, UnreachableError, DestinationError, DeviceError: as `bring`.
        """
        blobs = self._store.blobs
        lacking = self._lacking(files)
        try:
            for file in lacking:
                self._origin.into(blobs, file)
            blobs.sync()
        except BaseException:
            blobs.discard()
            raise
        digests = {file.digest for file in files if file.digest is not None}
        return {each: name for each in digests if (name := blobs.find(each))}, len(lacking)

    def _lacking(self, files: Sequence[StoredAttachment]) -> list[StoredAttachment]:
        """Return those of *files* that the backup holds and the vault does not, each once."""
        return [
            file
            for digest, file in {file.digest: file for file in files}.items()
            if digest is not None
            and self._store.blobs.find(digest) is None
            and self._origin.has(file)
        ]

    def _queue(self, tables: Tables, row_ids: Sequence[int]) -> None:
        for row_id in row_ids:
            ids = tables.deleted.message_ids(row_id)
            tables.index_queue.append_each(index_queue.MESSAGES, ids)
            tables.index_queue.append(index_queue.CONVERSATIONS, row_id, row_id)


def _files_of(there: Tables, chats: Sequence[StoredConversation]) -> list[StoredAttachment]:
    """Return the files of all messages of *chats*, also of former revisions."""
    found: list[StoredAttachment] = []
    for chat in chats:
        for files in there.attachments.of_conversation(chat.id, chat.container).values():
            found += files
        for files in there.attachments.former(chat.id, chat.container).values():
            found += files
    return found


class _Carrier:
    """Carries rows that belong to one conversation alone."""

    def __init__(
        self, store: Store, tables: Tables, there: Tables, names: dict[bytes, bytes]
    ) -> None:
        self._store = store
        self._tables = tables
        self._there = there
        self._names = names
        self._models = Models(tables, there)
        self.files_lost = 0

    def carry(self, chat: StoredConversation) -> int:
        """Add a conversation with its messages; return its row id."""
        scope, tables = self._store.scope, self._tables
        key_id = self._store.last_key_id() + 1
        container, wrapped = scope.new_container(key_id)
        tables.keys.insert_many([container_row(key_id, scope.key_id, wrapped, clock.now_ms())])
        head = replace(
            chat,
            id=self._store.last_conversation_id() + 1,
            container=container,
            account_id=self._account(chat),
            model_id=self._models.here(chat.model_id),
            deleted_at_ms=None,
        )
        tables.conversations.insert_many([conversation_row(head)])
        self._messages(chat, head)
        for version in self._there.versions.of_conversation(chat.id, chat.container):
            tables.versions.insert(head.id, container, version)
        marks = self._there.marks.of({chat.id: chat.container}).get(chat.id, ())
        tables.marks.put_many([mark_row(container, head.id, said) for said in marks])
        return head.id

    def _messages(self, chat: StoredConversation, head: StoredConversation) -> None:
        there = self._there
        rows = there.messages.of_conversation(chat.id, chat.container)
        former = list(there.archived.messages.former(chat.id, chat.container))
        ids = [row.id for row in rows]
        ids += dict.fromkeys(one.row.id for one in former if one.row.id not in set(ids))
        first_id = self._tables.messages.next_id()
        new = {row_id: first_id + number for number, row_id in enumerate(ids)}

        def moved(row: StoredMessage) -> StoredMessage:
            return replace(
                row,
                id=new[row.id],
                conversation_id=head.id,
                model_id=self._models.here(row.model_id),
            )

        carried = self._tables.archived.messages
        carried.insert(head.container, map(moved, rows))
        carried.insert_former(
            head.container, [FormerMessage(moved(one.row), one.replaced_at_ms) for one in former]
        )
        files = there.attachments.of_conversation(chat.id, chat.container)
        past = there.attachments.former(chat.id, chat.container)
        self._files(head, new, [f for several in files.values() for f in several])
        self._files(head, new, [f for several in past.values() for f in several])

    def _files(
        self, head: StoredConversation, new: dict[int, int], files: Sequence[StoredAttachment]
    ) -> None:
        rows = []
        for row_id, file in enumerate(files, start=self._tables.attachments.next_id()):
            name = None if file.digest is None else self._names.get(file.digest)
            self.files_lost += name is None and file.blob_name is not None
            place = new[file.message_id], file.revision, file.position
            rows.append(
                copied_attachment(head.container, row_id, place, replace(file, blob_name=name))
            )
        self._tables.attachments.insert_many(rows)

    def _account(self, chat: StoredConversation) -> int | None:
        if chat.account_id is None:
            return None
        name = self._there.accounts.names()[chat.account_id]
        found = self._tables.accounts.find(chat.source, name)
        return self._tables.accounts.insert(chat.source, name) if found is None else found


class Models:
    """The models of the backup, by the ids that they have in the vault."""

    def __init__(self, tables: Tables, there: Tables) -> None:
        self._tables = tables
        self._there = there.models.names()
        self._here = {name: row_id for row_id, name in tables.models.names().items()}

    def here(self, model_id: int | None) -> int | None:
        """Return the id that a model has in the vault; one that is new there is added."""
        if model_id is None:
            return None
        name = self._there[model_id]
        if name not in self._here:
            self._here[name] = max(self._here.values(), default=0) + 1
            self._tables.models.insert_many([(self._here[name], name)])
        return self._here[name]


def _settle(tables: Tables, row_ids: Sequence[int]) -> None:
    """Mark as merged what is read in a hybrid that is here now, and nothing else."""
    ids = {*row_ids, *tables.chat_sources.merged_into(row_ids)}
    found = [stored for row_id in ids if (stored := tables.conversations.get(row_id))]
    marks = tables.marks.of({stored.id: stored.container for stored in found})
    marked = {i for i in ids if has_mark(marks.get(i, ()), Mark.MERGED)}
    # Where it holds already, it keeps its time.
    merge_marks.follow(tables, marked ^ tables.chat_sources.merged(ids))
