"""Makes a backup: the frozen database in chunks of its pages, the files beside it, a manifest.

Packs are written first, then the index, and the manifest last: a backup that was broken off does
not exist, and what it has written is used by the next one or removed by a prune.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from privatus.backup import catalogue, layout, line, locks
from privatus.backup.catalogue import FileEntry
from privatus.backup.heap import kept_heap
from privatus.backup.index import ChunkIndex
from privatus.backup.layout import FILE_CHUNK_BYTES, LIST_IDS, PAGE_CHUNK_BYTES, ChunkKind
from privatus.backup.locks import LockKind
from privatus.backup.manifest import (
    FORMAT,
    Audit,
    Catalogue,
    FrozenFile,
    Manifest,
    Sign,
    Table,
)
from privatus.backup.packs import Pack
from privatus.backup.reading import ChunkReader
from privatus.backup.repository import Repository, Snapshot
from privatus.backup.writing import ChunkWriter
from privatus.core import clock
from privatus.core.backup import BackupKind, TableContents
from privatus.core.errors import DeviceError, TamperedError
from privatus.core.jobs import Job

READING = "backing up"
# No file system tells the time of a file less exactly.
_TIME_STEP_MS = 2000
_BLOCK_BYTES = 1024 * 1024
# For the manifest, and for locks and tombstones of who drops backups then; and as much as the index
# has, which is written anew before anything goes.
_SPARED_BYTES = 1024 * 1024


class Frozen(Protocol):
    """The database file, held as it was at one moment, while the vault is in use."""

    @property
    def size_bytes(self) -> int: ...

    @property
    def page_bytes(self) -> int: ...

    def read(self, offset: int, length: int) -> bytes:
        """Return bytes of the file; any thread may call it."""

    def contents(self) -> list[TableContents]:
        """Return what every table holds."""

    def audit_head(self) -> tuple[int, bytes]:
        """Return number and chain of the last row of the log."""

    def schema(self) -> int:
        """Return the number of the last schema step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is backed up."""

    vault_id: bytes
    # Of the moment at which the database was frozen, whose log knows it.
    header: Callable[[], bytes]
    freeze: Callable[[], AbstractContextManager[Frozen]]
    # Called while the database is frozen; by name, see catalogue.py.
    files: Callable[[], Mapping[str, Path]]
    # Says whether a file that is gone was deleted on purpose since.
    is_deleted: Callable[[str], bool]
    app: str
    sqlcipher: str
    host: str


def create(
    repository: Repository,
    source: Source,
    kind: BackupKind,
    sign: Sign,
    job: Job,
    dropped: Mapping[str, int] = MappingProxyType({}),
) -> Snapshot:
    """Back *source* up; return the published manifest.

    A full backup writes all chunks anew, an incremental one those that are not there. *dropped*
    are the numbers of dropped backups, by id, as far as the vault knows them.

    Raises:
        DestinationError, UnreachableError: it was not made; nothing there was harmed.
        BusyError: the database is in use in a way that does not let it be frozen, or somebody
            prunes the repository, or may have done so meanwhile.
        JobCancelled: the person stopped it.
    """
    with locks.held(repository, LockKind.SHARED) as lock, kept_heap():
        begun_at_ms, newest = clock.now_ms(), line.newest(repository)
        making = _Making(repository, source, kind if newest else BackupKind.FULL, newest, job)
        said = _written(making, begun_at_ms)
        manifest = Manifest(**said, **_origin(repository, source, dropped))
        # What this backup found there and did not write must not have been pruned meanwhile.
        lock.check()
        return repository.put_manifest(manifest, sign)


def _written(making: _Making, begun_at_ms: int) -> dict[str, Any]:
    """Write all but the manifest; return what it tells of that."""
    repository, source = making.repository, making.source
    with (
        ChunkWriter(
            repository, making.known, spared_bytes=_spared_bytes(repository), notes=True
        ) as writer,
        source.freeze() as frozen,
    ):
        # The tables are summed by the database while the file is read here.
        with ThreadPoolExecutor(1, thread_name_prefix="tables") as pool:
            summing = pool.submit(frozen.contents)
            database, files = making.write(writer, frozen, source.files())
            tables = [_table(one) for one in summing.result()]
        audit, schema = _audit(frozen), frozen.schema()
        making.job.check()
        packs = writer.finish()
    return {
        **_costs(packs, writer, begun_at_ms),
        "kind": making.kind,
        "schema": schema,
        "database": database,
        "files": files,
        "tables": tables,
        "audit": audit,
        "total_bytes": database.size + files.size,
    }


def _origin(repository: Repository, source: Source, dropped: Mapping[str, int]) -> dict[str, Any]:
    """Return what a manifest tells of where it comes from."""
    sequence, parents = line.next_in_line(repository, dropped)
    return {
        "format": FORMAT,
        "repository": repository.config.repository_id.hex(),
        "vault": source.vault_id.hex(),
        "id": os.urandom(16).hex(),
        "sequence": sequence,
        "parents": parents,
        "epoch": repository.keys.epoch,
        "app": source.app,
        "sqlcipher": source.sqlcipher,
        "host": source.host,
        "header": source.header(),
    }


def _costs(packs: list[Pack], writer: ChunkWriter, begun_at_ms: int) -> dict[str, Any]:
    """Return what a manifest tells of when and how much was written."""
    return {
        "made_at_ms": begun_at_ms,
        "duration_ms": clock.now_ms() - begun_at_ms,
        "new_bytes": sum(pack.size_bytes for pack in packs),
        "new_chunks": sum(len(pack.entries) for pack in packs),
        "chunks": writer.n_chunks,
    }


class _Making:
    """One backup while it is made."""

    def __init__(
        self,
        repository: Repository,
        source: Source,
        kind: BackupKind,
        newest: Snapshot | None,
        job: Job,
    ) -> None:
        self.repository = repository
        self.source = source
        self.kind = kind
        self._index = repository.load_index()
        # What need not be written: a full backup writes all of it, but the very first one goes on
        # where an earlier attempt has broken off.
        is_anew = kind is BackupKind.FULL and _was_used(repository)
        self.known = ChunkIndex() if is_anew else self._index
        self._newest = newest
        self.job = job
        self._done_bytes = self._total_bytes = 0

    def write(
        self, writer: ChunkWriter, frozen: Frozen, paths: Mapping[str, Path]
    ) -> tuple[FrozenFile, Catalogue]:
        """Write database and files; return where they are."""
        sizes = {name: _size(path) for name, path in paths.items()}
        self._total_bytes = frozen.size_bytes + sum(sizes.values())
        database = self._write_database(writer, frozen)
        entries = list(self._write_files(writer, paths, sizes))
        nodes = [writer.add(ChunkKind.CATALOGUE, node) for node in catalogue.encode(entries)]
        size = sum(entry.size_bytes for entry in entries)
        return database, Catalogue(count=len(entries), size=size, nodes=nodes)

    def _write_database(self, writer: ChunkWriter, frozen: Frozen) -> FrozenFile:
        digest = hashlib.sha256()
        ids: list[bytes] = []
        with ThreadPoolExecutor(1, thread_name_prefix="digest") as pool:
            hashing = None
            for offset in range(0, frozen.size_bytes, _BLOCK_BYTES):
                block = frozen.read(offset, min(_BLOCK_BYTES, frozen.size_bytes - offset))
                if hashing is not None:
                    hashing.result()
                hashing = pool.submit(digest.update, block)
                for start in range(0, len(block), PAGE_CHUNK_BYTES):
                    pages = block[start : start + PAGE_CHUNK_BYTES]
                    ids.append(writer.add(ChunkKind.PAGES, pages))
                self._report(len(block))
        nodes = [
            writer.add(ChunkKind.LIST, b"".join(ids[start : start + LIST_IDS]))
            for start in range(0, len(ids), LIST_IDS)
        ]
        return FrozenFile(
            size=frozen.size_bytes,
            sha256=digest.hexdigest(),
            page_bytes=frozen.page_bytes,
            nodes=nodes,
        )

    def _write_files(
        self, writer: ChunkWriter, paths: Mapping[str, Path], sizes: Mapping[str, int]
    ) -> Iterator[FileEntry]:
        former = self._former_files() if paths else {}
        for name in sorted(paths):
            entry = former.get(name)
            # A file of a vault is never changed, so one that is known need not be read again. But
            # one that was damaged and is mended has another time.
            is_known = entry is not None and entry.size_bytes == sizes[name]
            if entry is None or not is_known or self._is_newer(paths[name]):
                entry = self._write_file(writer, name, paths[name])
            else:
                writer.n_chunks += len(entry.chunk_ids)
                self._report(entry.size_bytes)
            if entry is not None:
                yield entry

    def _is_newer(self, path: Path) -> bool:
        """Say whether a file was written since the newest backup was begun."""
        if self._newest is None:
            return True
        try:
            written_at_ms = path.stat().st_mtime * 1000
        except OSError:
            return True
        return written_at_ms >= self._newest.manifest.made_at_ms - _TIME_STEP_MS

    def _write_file(self, writer: ChunkWriter, name: str, path: Path) -> FileEntry | None:
        ids, size = [], 0
        try:
            with path.open("rb", buffering=0) as stream:
                while plain := stream.read(FILE_CHUNK_BYTES):
                    ids.append(writer.add(ChunkKind.FILE, plain))
                    size += len(plain)
                    self._report(len(plain))
        except FileNotFoundError:
            if self.source.is_deleted(name):
                return None
            raise TamperedError(
                f"the file {name} of the vault is gone; run `privatus check`,"
                " and keep the backups that there are"
            ) from None
        except OSError as error:
            raise DeviceError(
                f"the file {name} of the vault cannot be read"
                f" ({os.strerror(error.errno or 0)}); check the disk"
            ) from None
        return FileEntry(name, size, tuple(ids))

    def _former_files(self) -> dict[str, FileEntry]:
        """Return the files of the newest backup whose chunks are all there."""
        if self._newest is None or not len(self.known):
            return {}
        # After a change of keys all is written anew: whoever has the former ones reads none of it.
        if self._newest.manifest.epoch != self.repository.keys.epoch:
            return {}
        reader = ChunkReader(self.repository, self._index)
        lost: list[object] = []
        nodes = reader.each(self._newest.manifest.files.nodes, lost.append)
        return {
            entry.name: entry
            for _, node in nodes
            for entry in catalogue.decode(node)
            if _are_known(entry.chunk_ids, self.known)
        }

    def _report(self, n_bytes: int) -> None:
        self._done_bytes += n_bytes
        self.job.report(READING, min(self._done_bytes, self._total_bytes), self._total_bytes)


def _was_used(repository: Repository) -> bool:
    """Say whether there is, or was, any backup."""
    return any(any(repository.objects(one)) for one in (layout.SNAPSHOTS, layout.TOMBSTONES))


def _spared_bytes(repository: Repository) -> int:
    """Return how much room stays free: on a disk that is full of backups, none could be pruned."""
    index = sum(entry.size_bytes for entry in repository.objects(layout.INDEX))
    return _SPARED_BYTES + index


def _are_known(chunk_ids: Collection[bytes], known: ChunkIndex) -> bool:
    return all(chunk_id in known for chunk_id in chunk_ids)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _audit(frozen: Frozen) -> Audit:
    n_entries, root = frozen.audit_head()
    return Audit(entries=n_entries, root=root.hex())


def _table(contents: TableContents) -> Table:
    return Table(
        name=contents.name,
        rows=contents.rows,
        size=contents.data_bytes,
        checksum=contents.checksum.hex(),
    )
