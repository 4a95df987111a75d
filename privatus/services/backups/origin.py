"""A backup that lies open: its database as a store of its own, its files fetched when needed."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from io import BufferedWriter
from pathlib import Path

from privatus.backup.catalogue import FileEntry
from privatus.backup.locks import held_for_reading
from privatus.backup.reading import ChunkReader
from privatus.backup.recovering import whole_index
from privatus.backup.repository import Repository, Snapshot, VaultSide
from privatus.backup.restoring import DATABASE, file_entries, restore_database, restore_files
from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.services.backups.restoring import require_signed
from privatus.storage import migrations
from privatus.storage.attachments import StoredAttachment
from privatus.storage.blob_files import BlobFiles
from privatus.storage.database import Database
from privatus.storage.store import Store
from privatus.vault.keys import Keys
from privatus.vault.restored_header import opened_by

_BLOCK_BYTES = 1024 * 1024


class Origin:
    """What a backup holds, as far as it was fetched into a scratch folder."""

    def __init__(
        self, store: Store, reader: ChunkReader, snapshot: Snapshot, folder: Path, job: Job
    ) -> None:
        self.store = store
        self.snapshot = snapshot
        self._reader = reader
        self._folder = folder
        self._job = job
        self._entries: dict[str, FileEntry] | None = None
        self._fetching = threading.Lock()

    def has(self, file: StoredAttachment) -> bool:
        """Say whether the backup holds the content of a file.

        Raises:
            TamperedError: the list of its files is lost or damaged.
        """
        return file.blob_name is not None and _path(file.blob_name) in self._all_entries()

    def fetch(self, files: Sequence[StoredAttachment], job: Job | None = None) -> None:
        """Bring the contents of those of *files* that the backup holds into the scratch folder.

        Raises:
            TamperedError: one is lost or damaged.
            UnreachableError, DestinationError: the repository does not answer.
            DeviceError: there is no room.
            JobCancelled: the person stopped it.
        """
        names = {_path(file.blob_name) for file in files if file.blob_name is not None}
        with self._fetching:
            entries = [
                entry
                for name in sorted(names)
                if (entry := self._all_entries().get(name)) and not (self._folder / name).exists()
            ]
            if entries:
                restore_files(self._reader, entries, self._folder, job or self._job)

    def into(self, blobs: BlobFiles, file: StoredAttachment) -> None:
        """Add the content of a file to those of a vault; the caller syncs them.

        Raises:
            TamperedError: it is lost, or is not what was backed up.
            UnreachableError, DestinationError, DeviceError: as `fetch`.
        """
        digest = _digest_of(file)
        self.fetch([file])
        found, _, _ = blobs.add(partial(self.store.blobs.open, digest))
        _require_same(found, digest)

    def write(self, file: StoredAttachment, path: Path) -> int:
        """Write the content of a file to *path*, which is new; return its size.

        Raises:
            TamperedError, UnreachableError, DestinationError, DeviceError: as `into`.
            OSError: it cannot be written there.
        """
        digest = _digest_of(file)
        self.fetch([file])
        with path.open("xb") as target:
            try:
                return self._copy(digest, target)
            except BaseException:
                path.unlink(missing_ok=True)
                raise

    def _copy(self, digest: bytes, target: BufferedWriter) -> int:
        size, found = 0, hashlib.sha256()
        with self.store.blobs.open(digest) as source:
            while block := source.read(_BLOCK_BYTES):
                size += target.write(block)
                found.update(block)
        _require_same(found.digest(), digest)
        return size

    def _all_entries(self) -> dict[str, FileEntry]:
        if self._entries is None:
            found = file_entries(self._reader, self.snapshot.manifest)
            self._entries = {entry.name: entry for entry in found}
        return self._entries


@contextmanager
def opened_origin(
    repository: Repository, side: VaultSide, snapshot: Snapshot, folder: Path, job: Job
) -> Iterator[Origin]:
    """Fetch the database of a backup into the empty *folder*, and open it with the vault's keys.

    One of an older release is brought up to date there; the backup stays as it is.

    Raises:
        TamperedError: a part of it is lost, or is not what was backed up.
        NewerVaultError: a newer release wrote it.
        UnreachableError, DestinationError: the repository does not answer.
        DeviceError: there is no room for it.
        JobCancelled: the person stopped it.
    """
    said = snapshot.manifest
    if not 1 <= said.epoch <= len(side.vault_keys):
        raise TamperedError("the backup is of keys that this vault does not have")
    require_signed(repository, snapshot)
    with ExitStack() as closing:
        closing.enter_context(held_for_reading(repository))
        reader = ChunkReader(repository, whole_index(repository))
        restore_database(reader, said, folder / DATABASE, job)
        keys = Keys(opened_by(said.header, side.vault_keys[said.epoch - 1]))
        closing.callback(keys.wipe)
        _bring_up_to_date(folder, keys)
        store = Store(folder, keys, is_new=False, is_writable=False)
        closing.callback(store.close)
        yield Origin(store, reader, snapshot, folder, job)


def _bring_up_to_date(folder: Path, keys: Keys) -> None:
    db = Database.open(folder / DATABASE, keys.database_keyspec(), read_only=True)
    try:
        is_behind = bool(migrations.check(db))
    finally:
        db.close()
    if is_behind:
        Store(folder, keys, is_new=False, is_writable=True).close()


def _path(blob_name: bytes) -> str:
    text = blob_name.hex()
    return f"blobs/{text[:2]}/{text}"


def _digest_of(file: StoredAttachment) -> bytes:
    if file.digest is None:
        raise TamperedError("a file of the backup does not say what it holds")
    return file.digest


def _require_same(found: bytes, digest: bytes) -> None:
    if not hmac.compare_digest(found, digest):
        raise TamperedError("a file in the backup is not the one that was attached")
