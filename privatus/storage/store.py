"""The open database: one connection that writes, one that reads, and the tables behind them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from privatus.core.conversation import Json
from privatus.core.errors import AccessError, BugError, DeviceError, TamperedError, UserError
from privatus.core.secret import SecretBytes
from privatus.storage import migrations, row_ids
from privatus.storage.annotations import Annotations
from privatus.storage.archive_files import ArchiveFiles
from privatus.storage.archived import Archived
from privatus.storage.attachments import Attachments
from privatus.storage.audit import AuditLog
from privatus.storage.backups import BackupTables
from privatus.storage.blob_files import BlobFiles
from privatus.storage.branches import Branches
from privatus.storage.chat_links import ChatLinks
from privatus.storage.chat_sources import ChatSources
from privatus.storage.chat_tags import ChatTags
from privatus.storage.contacts import Contacts
from privatus.storage.conversations import Conversations
from privatus.storage.database import Database
from privatus.storage.deleted import DeletedConversations
from privatus.storage.folders import FolderChats, Folders
from privatus.storage.former_keys import FormerKeys
from privatus.storage.freezing import FrozenDatabase, already_frozen
from privatus.storage.identities import Identities
from privatus.storage.index_queue import IndexQueue
from privatus.storage.integrity import Integrity
from privatus.storage.journal import ErrorLog, Metrics
from privatus.storage.kept_sums import KeptSums
from privatus.storage.key_store import KeyStore
from privatus.storage.listing import Listing
from privatus.storage.lookups import Accounts, Models
from privatus.storage.marks import Marks
from privatus.storage.messages import Messages
from privatus.storage.not_duplicates import NotDuplicates
from privatus.storage.participants import Participants
from privatus.storage.preferences import Preferences
from privatus.storage.purging import Purging
from privatus.storage.retention import Retention
from privatus.storage.saved_searches import SavedSearches
from privatus.storage.shelves import Shelves
from privatus.storage.signatures import Signatures
from privatus.storage.statistics import Statistics
from privatus.storage.summaries import Summaries
from privatus.storage.tag_rules import TagRules
from privatus.storage.tags import Tags
from privatus.storage.trash import Trash
from privatus.storage.usage import UsageTables
from privatus.storage.versions import Versions
from privatus.vault.keys import Keys, Scope

DATABASE = "vault.db"
_BLOBS = "blobs"
ARCHIVES = "archives"
READING_ONLY = "the vault is open for reading only; close the other program first"
_MAX_CONVERSATION_KEYS = "SELECT coalesce(max(id), 0) FROM key_store"
_MAX_CONVERSATIONS = f"""
    SELECT max({row_ids.highest("conversations")},
               coalesce((SELECT max(id) FROM deleted_conversations), 0))
"""


class Tables:
    """The tables as one connection sees them."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self.keys = KeyStore(db)
        self.former_keys = FormerKeys(db, scope)
        self.models = Models(db, scope)
        self.accounts = Accounts(db, scope)
        self.conversations = Conversations(db, scope)
        self.marks = Marks(db, scope)
        self.trash = Trash(db, self.conversations)
        self.shelves = Shelves(db)
        self.folders, self.folder_chats = Folders(db, scope), FolderChats(db, scope)
        self.preferences = Preferences(db, scope)
        self.messages = Messages(db, scope)
        self.branches = Branches(db)
        self.listing = Listing(db, self.conversations, self.marks, self.messages)
        self.attachments = Attachments(db, scope)
        self.versions = Versions(db, scope)
        self.audit = AuditLog(db, scope)
        self.retention = Retention(db, scope)
        self.error_log, self.metrics = ErrorLog(db, scope), Metrics(db, scope)
        self.saved_searches = SavedSearches(db, scope)
        self.tags = Tags(db, scope)
        self.chat_tags = ChatTags(db, scope)
        self.tag_rules = TagRules(db, scope)
        self.annotations = Annotations(db, scope)
        self.chat_sources = ChatSources(db, scope)
        self.chat_links = ChatLinks(db, scope)
        self.signatures = Signatures(db, scope)
        self.not_duplicates = NotDuplicates(db, scope)
        self.summaries = Summaries(db, scope)
        self.archived = Archived(db, scope)
        self.purging = Purging(db)
        self.deleted = DeletedConversations(db, scope)
        self.identities = Identities(db, scope)
        self.contacts = Contacts(db, scope)
        self.participants = Participants(db, scope)
        self.index_queue = IndexQueue(db)
        self.statistics = Statistics(db)
        self.usage = UsageTables(db, scope, self.models)
        self.backups = BackupTables(db, scope)
        self.integrity = Integrity(db)


class Store:
    """A vault's database and attachment files.

    Writing is for one thread at a time, and so is reading; a reader sees what was committed,
    also while another thread writes.
    """

    def __init__(self, folder: Path, keys: Keys, *, is_new: bool, is_writable: bool) -> None:
        path = folder / DATABASE
        self._write_lock = threading.RLock()
        self._read_lock = threading.RLock()
        self.is_writable = is_writable
        if not is_new and not (path.exists() and path.stat().st_size):
            # SQLite would make an empty one, and the damage would look like an empty vault.
            raise TamperedError(
                f"{DATABASE} of the vault is gone; restore the vault from a backup,"
                " or delete its folder if it was never filled"
            )
        self._writer = Database.open(path, keys.database_keyspec(), read_only=not is_writable)
        with ExitStack() as on_failure:
            on_failure.callback(self._writer.close)
            if is_writable:
                migrations.migrate(self._writer)
                KeptSums(self._writer).begin()
            elif migrations.check(self._writer):
                raise UserError(
                    "an older Privatus has this vault open; close it there, and it will be"
                    " brought up to date"
                )
            self._reader = Database.open(path, keys.database_keyspec(), read_only=True)
            on_failure.callback(self._reader.close)
            self.scope = self._open_scope(keys, is_new=is_new)
            on_failure.pop_all()
        self._keys = keys
        self._freeze_lock = threading.Lock()
        self._frozen: FrozenDatabase | None = None
        self.blobs = BlobFiles(folder / _BLOBS, self.scope)
        self.archive_files = ArchiveFiles(folder / ARCHIVES)
        self._path, self._file = path, _file_at(path)
        self._former_keys: tuple[SecretBytes, ...] | None = None
        self._tables = Tables(self._writer, self.scope)
        self._read_tables = Tables(self._reader, self.scope)

    def _open_scope(self, keys: Keys, *, is_new: bool) -> Scope:
        store = KeyStore(self._writer)
        if not is_new:
            return store.scope(keys)
        with self._writer.transaction():
            return store.create_scope(keys)

    @contextmanager
    def transaction(self) -> Iterator[Tables]:
        """Write: all of the block is committed, or nothing of it.

        Raises:
            AccessError, DeviceError: as `require_writable`.
            BugError: inside another transaction.
        """
        with self._write_lock:
            self.require_writable()
            with self._writer.transaction():
                yield self._tables

    def require_writable(self) -> None:
        """Check that the vault may be written, and lies where files beside the database are put.

        Raises:
            AccessError: it is open for reading only.
            DeviceError: its folder was moved.
        """
        if not self.is_writable:
            raise AccessError(READING_ONLY)
        if _file_at(self._path) != self._file:
            raise DeviceError(
                "the vault's folder was moved or replaced while it was open;"
                " lock it, then open it where it is now"
            )

    @contextmanager
    def snapshot(self) -> Iterator[Tables]:
        """Read: the block sees one state of the vault."""
        with self._read_lock:
            if self._reader.in_transaction:
                raise BugError("a snapshot was begun inside another")
            with self._reader.snapshot():
                yield self._read_tables

    @contextmanager
    def exclusive(self) -> Iterator[Tables]:
        """Let nobody else write in this process, over several transactions.

        Yields the writer's tables for reading what the next transaction will change.
        """
        with self._write_lock:
            yield self._tables

    @contextmanager
    def exclusive_if_free(self) -> Iterator[Tables | None]:
        """Let nobody else write, as `exclusive` does; None: somebody is at it, and may be long."""
        is_free = self._write_lock.acquire(blocking=False)
        try:
            yield self._tables if is_free else None
        finally:
            if is_free:
                self._write_lock.release()

    @contextmanager
    def frozen(self) -> Iterator[FrozenDatabase]:
        """Hold the database's file still, for a backup to read it; writing goes on meanwhile.

        Waits for whoever writes in this process. Locking the vault ends it.

        Raises:
            AccessError, DeviceError: as `require_writable`.
            BusyError: it is held already, or something reads for long what has to be moved into
                the file first.
        """
        if not self._freeze_lock.acquire(blocking=False):
            raise already_frozen()
        try:
            with self._freeze() as found:
                yield found
        finally:
            self._frozen = None
            self._freeze_lock.release()
        self._shorten_log()

    @property
    def is_frozen(self) -> bool:
        """Say whether a backup reads the file as it was: what that names must stay."""
        return self._frozen is not None

    def _freeze(self) -> FrozenDatabase:
        with self._write_lock:
            self.require_writable()
            reader = Database.open(self._path, self._keys.database_keyspec(), read_only=True)
            self._frozen = FrozenDatabase(self._writer, reader, self.scope)
            return self._frozen

    def _shorten_log(self) -> None:
        """Move into the file what came meanwhile, unless somebody is writing: then they do."""
        with self.exclusive_if_free() as tables:
            if tables is not None and self.is_writable:
                # Who closed the vault meanwhile has done it.
                with suppress(AccessError):
                    self._writer.checkpoint_at_once()

    def stop_writing(self) -> None:
        """Refuse to write from now on, so that another program may."""
        with self._write_lock:
            self._writer.forbid_writing()
            self.is_writable = False

    def cipher_version(self) -> str:
        """Return which SQLCipher writes the database."""
        with self._read_lock:
            return str(self._reader.value("PRAGMA cipher_version"))

    def former_vault_keys(self) -> tuple[SecretBytes, ...]:
        """Return the vault keys that were in force before the present one, the oldest first.

        What was sealed under them outside the vault, a backup, opens with them. They are
        overwritten when the store is closed: do not keep them.

        Raises:
            TamperedError: one is not what was sealed.
        """
        with self._read_lock:
            if self._former_keys is None:
                self._former_keys = self._read_tables.former_keys.all()
            return self._former_keys

    def log(self, action: str, details: dict[str, Json]) -> None:
        """Add to the log of what was done; one who only reads does that, too.

        No other row depends on it, and what it follows is read in the same transaction, so SQLite
        keeps it apart from what another program writes.

        Raises:
            BusyError: the other program was writing for seconds.
        """
        with self._write_lock:
            self._writer.forbid_writing(False)
            try:
                with self._writer.transaction():
                    self._tables.audit.append(action, details)
            finally:
                self._writer.forbid_writing(not self.is_writable)

    def last_key_id(self) -> int:
        return int(self._writer.value(_MAX_CONVERSATION_KEYS))

    def last_conversation_id(self) -> int:
        return int(self._writer.value(_MAX_CONVERSATIONS))

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the database; return whether readers allowed all."""
        with self._write_lock:
            # SQLite would wait for its end.
            return self._frozen is None and self._writer.checkpoint()

    def compact(self) -> None:
        """Write the database anew, without what its pages hold beside rows.

        Raises:
            DeviceError: the disk is full or refuses; nothing has changed.
        """
        with self._write_lock:
            self.require_writable()
            self._writer.compact()

    def close(self) -> None:
        # The last is called first, and each of them, whatever the others raise.
        with self._write_lock, self._read_lock, ExitStack() as closing:
            closing.callback(self._writer.close)
            if self.is_writable:
                closing.callback(self._writer.checkpoint)
            closing.callback(self._reader.close)
            if self._frozen is not None:
                closing.callback(self._frozen.close)
            closing.callback(self.blobs.close)
            for key in self._former_keys or ():
                closing.callback(key.wipe)
            self._former_keys = None


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at *path* from every other, None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
