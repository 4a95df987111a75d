"""Looks into a backup, and brings back from it what a person picks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from privatus.core import clock
from privatus.core.browsing import BackupChat, BackupFile, BackupMessage, ChatState
from privatus.core.conversation import Conversation
from privatus.core.errors import DeviceError, UserError
from privatus.core.jobs import Job
from privatus.search.folding import lowered
from privatus.search.index import Index
from privatus.services import conversation_ids, merge_marks, whole
from privatus.services.backups import restoring
from privatus.services.backups.bringing import Bringing, Restored
from privatus.services.backups.mending import NOT_HERE, Match, Mending, matched
from privatus.services.backups.origin import Origin, opened_origin
from privatus.services.backups.repositories import Repositories
from privatus.services.backups.scratch import scratch
from privatus.services.editing import EditingService
from privatus.services.messages import message_of
from privatus.services.versions import VersionService
from privatus.storage.attachments import StoredAttachment
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Store, Tables

_EVERYTHING = (1, (1 << 63) - 1)


class OpenedBackup:
    """A backup that is open: what is in it, and bringing it back into the vault.

    For one thread at a time. What is here now is never overwritten.
    """

    def __init__(self, store: Store, index: Index | None, origin: Origin) -> None:
        self._store = store
        self._origin = origin
        self._bringing = Bringing(store, index, origin)
        self._mending = Mending(store=store, index=index, origin=origin, bringing=self._bringing)
        self.id = origin.snapshot.manifest.id
        self.made_at_ms = origin.snapshot.manifest.made_at_ms

    def chats(self, title_words: str = "") -> Sequence[BackupChat]:
        """Return the conversations whose titles have these words, the last changed first.

        Also those that were in the trash then; not those that were in archive files.

        Raises:
            TamperedError: a row of the backup is not what was sealed.
        """
        words = lowered(title_words).split()
        with self._origin.store.snapshot() as there:
            found = [
                chat
                for chat in there.conversations.between(*_EVERYTHING)
                if all(word in lowered(chat.title) for word in words)
            ]
        with self._store.snapshot() as tables:
            places = _Places(tables)
            shown = [_shown(chat, places.of(chat)) for chat in found]
        return sorted(shown, key=lambda chat: (-chat.changed_at_ms, chat.id))

    def messages(self, chat_id: UUID | str) -> Sequence[BackupMessage]:
        """Return the messages of a conversation, by number, and what of each is in the vault.

        Raises:
            UserError: the backup has no such conversation.
            TamperedError: a row is not what was sealed.
        """
        with self._origin.store.snapshot() as there, self._store.snapshot() as tables:
            chat = conversation_ids.find_in_backup(there, chat_id)
            rows = whole.present(there.messages.of_conversation(chat.id, chat.container))
            files = there.attachments.of_conversation(chat.id, chat.container)
            here = _here(tables, chat)
            own = [] if here is None else tables.messages.of_conversation(here.id, here.container)
            models = there.models.names()
            return [
                self._message(match, files.get(match.there.id, []), models)
                for match in matched(rows, own)
            ]

    def conversation(self, chat_id: UUID | str) -> Conversation:
        """Return a conversation as the backup has it; its files open after `restore_attachment`.

        Raises:
            UserError: the backup has no such conversation.
            TamperedError: a row is not what was sealed.
        """
        with self._origin.store.snapshot() as there:
            chat = conversation_ids.find_in_backup(there, chat_id)
            return whole.load(there, chat, self._origin.store.blobs)

    def restore_chat(self, chat_id: UUID | str, job: Job | None = None) -> Restored:
        """Bring a conversation back: whole if it is gone, else the messages that it lacks.

        What it was merged of, or into, comes back with it if that is gone, too; one in the trash
        comes out of it.

        Raises:
            UserError: the backup has no such conversation, or the vault has it in an archive.
            AccessError: the vault is open for reading only.
            TamperedError: a part of the backup is lost or damaged.
            UnreachableError, DestinationError: the repository does not answer.
            DeviceError: the disk is full or refuses.
            JobCancelled: the person stopped it; nothing was changed.
        """
        job = job or Job()
        with self._origin.store.snapshot() as there:
            chat = conversation_ids.find_in_backup(there, chat_id)
            with self._store.snapshot() as tables:
                _require_not_archived(tables, chat)
                is_gone = _here(tables, chat) is None
                group = [] if not is_gone else _gone_with(there, tables, chat)
            if is_gone:
                return self._bringing.bring(there, group, job)
            here = self._require_here(chat)
            done = self._mending.messages(there, chat, here, None, job)
            taken_out = self._out_of_trash(here)
        return Restored(
            messages=done.messages,
            files=done.files,
            files_lost=done.files_lost,
            written=done.written,
            changes=done.changes,
            from_trash=taken_out,
        )

    def restore_message(self, chat_id: UUID | str, number: int, job: Job | None = None) -> Restored:
        """Let a message say again what it said in the backup, by a new version of its chat.

        Raises:
            UserError: the backup has no such message, or the conversation is not in the vault.
            AccessError, TamperedError, UnreachableError, DestinationError, DeviceError: as
                `restore_chat`.
        """
        with self._origin.store.snapshot() as there:
            chat = conversation_ids.find_in_backup(there, chat_id)
            here = self._require_here(chat)
            return self._mending.messages(there, chat, here, [number], job or Job())

    def restore_attachment(
        self,
        chat_id: UUID | str,
        number: int,
        position: int,
        to_path: Path | None = None,
        job: Job | None = None,
    ) -> Restored:
        """Write a file of a message to *to_path*, or bring it back into the vault.

        *number* is the message's, *position* the file's among those of the message, from 0.

        Raises:
            UserError: the backup has no such file, something lies at *to_path*, or the message
                is not in the vault.
            AccessError, TamperedError, UnreachableError, DestinationError, DeviceError: as
                `restore_chat`.
        """
        with self._origin.store.snapshot() as there:
            chat = conversation_ids.find_in_backup(there, chat_id)
            file = _file_of(there, chat, number, position)
            if not self._origin.has(file):
                raise UserError("the backup does not hold what this file contains")
            self._origin.fetch([file], job)
            if to_path is None:
                return self._mending.file(there, chat, self._require_here(chat), file)
            self._write(file, to_path)
        return Restored(files=1)

    def _message(
        self, match: Match, files: Sequence[StoredAttachment], models: dict[int, str]
    ) -> BackupMessage:
        row = match.there
        said = message_of(row, models, files, self._origin.store.blobs)
        return BackupMessage(
            number=row.number,
            role=said.role,
            text=said.text,
            created_at_ms=row.created_at_ms,
            model=said.model,
            state=match.state,
            files=tuple(
                BackupFile(
                    number=row.number,
                    position=file.position,
                    name=file.name,
                    media_type=file.media_type,
                    size_bytes=file.size_bytes,
                    is_in_backup=self._origin.has(file),
                    is_here=file.digest is not None
                    and self._store.blobs.find(file.digest) is not None,
                )
                for file in files
            ),
        )

    def _require_here(self, chat: StoredConversation) -> StoredConversation:
        with self._store.snapshot() as tables:
            _require_not_archived(tables, chat)
            here = _here(tables, chat)
        if here is None:
            raise UserError(NOT_HERE)
        return here

    def _out_of_trash(self, here: StoredConversation) -> tuple[int, ...]:
        if here.deleted_at_ms is None:
            return ()
        with self._store.transaction() as tables:
            tables.trash.set({here.id: None})
            merge_marks.follow_hybrids(tables, [here.id])
        return (here.id,)

    def _write(self, file: StoredAttachment, path: Path) -> None:
        try:
            self._origin.write(file, path)
        except FileExistsError:
            raise UserError(f"{path} is there already; choose another name") from None
        except OSError as error:
            raise DeviceError(
                f"{path} cannot be written ({os.strerror(error.errno or 0)}); choose another place"
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsing:
    """Opens backups of the open vault, and takes back what was brought out of them."""

    store: Store
    index: Index | None
    repositories: Repositories
    folder: Path
    _open: set[ExitStack] = field(default_factory=set)

    @contextmanager
    def browse(
        self, destination_id: int, backup_id: str | None = None, job: Job | None = None
    ) -> Iterator[OpenedBackup]:
        """Open a backup, or the newest, with the keys of the vault; its files come when needed.

        Raises:
            UserError: there is no such destination or backup.
            UnreachableError, DestinationError: the repository does not answer.
            TamperedError: a part of the backup is lost, or is not what was backed up.
            NewerVaultError: a newer release made it.
            DeviceError: there is no room for its database.
            JobCancelled: the person stopped it.
        """
        job = job or Job()
        with ExitStack() as closing:
            self._open.add(closing)
            closing.callback(self._open.discard, closing)
            stored = self.repositories.destination(destination_id)
            repository = closing.enter_context(
                self.repositories.opened(stored, job, is_looking=True)
            )
            snapshot = restoring.choose(repository, backup_id, None)
            folder = closing.enter_context(scratch(self.folder))
            side = self.repositories.side()
            origin = closing.enter_context(opened_origin(repository, side, snapshot, folder, job))
            yield OpenedBackup(self.store, self.index, origin)

    def close(self) -> None:
        """Close what is open, keys included: the vault is being locked."""
        for closing in list(self._open):
            closing.close()

    def undo(self, done: Restored) -> None:
        """Take back what was brought back: into the trash, or by a new version.

        Raises:
            UserError: all of it was changed again since.
            AccessError: the vault is open for reading only.
        """
        versions = VersionService(self.store, self.index)
        for change in reversed(done.changes):
            versions.undo(change)
        editing = EditingService(self.store, self.index, versions)
        for chat_id, numbers in done.written:
            editing.remove(chat_id, numbers)
        ids = [*done.row_ids, *done.from_trash]
        if ids:
            with self.store.transaction() as tables:
                tables.trash.set(dict.fromkeys(ids, clock.now_ms()))
                merge_marks.follow_hybrids(tables, ids)


class _Places:
    """Where conversations are, for a list of them."""

    def __init__(self, tables: Tables) -> None:
        ids = tables.conversations.public_ids(list(tables.conversations.sources()))
        thrown = tables.trash.times_ms()
        self._tables = tables
        self._here = {public_id: row_id in thrown for row_id, public_id in ids.items()}
        self._archived = {record.public_id for record in tables.archived.all()}

    def of(self, chat: StoredConversation) -> ChatState:
        is_thrown = self._here.get(chat.public_id)
        if is_thrown is None and chat.public_id in self._archived:
            return ChatState.ARCHIVED
        if is_thrown is None:
            other = self._tables.conversations.find_by_tag(chat.external_tag)
            if other is None:
                return ChatState.GONE
            is_thrown = other.deleted_at_ms is not None
        return ChatState.TRASH if is_thrown else ChatState.HERE


def _here(tables: Tables, chat: StoredConversation) -> StoredConversation | None:
    """Return what a conversation of the backup is in the vault, also if it was imported anew."""
    found = tables.conversations.find_by_public_id(chat.public_id)
    return found or tables.conversations.find_by_tag(chat.external_tag)


def _require_not_archived(tables: Tables, chat: StoredConversation) -> None:
    is_away = chat.external_tag in tables.archived.digests()
    if is_away or (
        tables.conversations.find_by_public_id(chat.public_id) is None
        and tables.conversations.has_public_id(chat.public_id)
    ):
        raise UserError(
            "the conversation is archived; bring it back from its archive, or destroy that first"
            " if it is damaged"
        )


def _gone_with(there: Tables, tables: Tables, chat: StoredConversation) -> list[StoredConversation]:
    """Return a conversation and what it was merged with, of which the vault has nothing."""
    found = [there.conversations.get(row_id) for row_id in there.archived.rows.merged_with(chat.id)]
    away = tables.archived.digests()
    return [
        one
        for one in found
        if one is not None and _here(tables, one) is None and one.external_tag not in away
    ]


def _file_of(
    there: Tables, chat: StoredConversation, number: int, position: int
) -> StoredAttachment:
    for row in there.messages.some(chat.id, chat.container, [number]):
        for file in there.attachments.of_message(row.id, chat.container):
            if file.position == position:
                return file
    raise UserError("the backup has no such file; list those of the message")


def _shown(chat: StoredConversation, state: ChatState) -> BackupChat:
    return BackupChat(
        id=chat.public_id,
        kind=chat.kind,
        title=chat.title,
        source=chat.source,
        created_at_ms=chat.created_at_ms,
        changed_at_ms=chat.sort_at_ms,
        messages=chat.message_count,
        state=state,
    )
