"""Writes what a backup holds into a folder, and checks it on the way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from pathlib import Path

from privatus.backup import catalogue
from privatus.backup.catalogue import FileEntry, split_ids
from privatus.backup.heap import kept_heap
from privatus.backup.layout import FILE_CHUNK_BYTES, PAGE_CHUNK_BYTES
from privatus.backup.manifest import Manifest
from privatus.backup.reading import ChunkReader
from privatus.core.errors import DeviceError, TamperedError
from privatus.core.jobs import Job
from privatus.vault.private_files import make_folder, open_new, write_all
from privatus.vault.sync import sync_folder

DATABASE = "vault.db"
RESTORING = "restoring"

# Where a chunk belongs: number of the file, offset.
_Target = tuple[int, int]
_Piece = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size_bytes: int
    chunk_ids: list[bytes]
    chunk_bytes: int


def restore_database(reader: ChunkReader, manifest: Manifest, path: Path, job: Job) -> None:
    """Write the database of a backup to *path*, and check it as a whole.

    Raises:
        LostChunkError: a part of it is lost.
        TamperedError: it is not what was backed up.
        DeviceError: the disk is full or refuses.
    """
    total = manifest.database.size
    check = partial(_check_database, path, manifest)
    _restore(reader, [_database_file(reader, manifest, path)], job, total, check)


def restore_all(reader: ChunkReader, manifest: Manifest, folder: Path, job: Job) -> int:
    """Write database and files of a backup into *folder*, synced; return the number of files.

    Raises:
        LostChunkError, TamperedError, DeviceError: as `restore_database`.
    """
    files = [_database_file(reader, manifest, folder / DATABASE)]
    entries = list(file_entries(reader, manifest))
    held = (len(entries), sum(entry.size_bytes for entry in entries))
    if held != (manifest.files.count, manifest.files.size):
        raise TamperedError("the list of files in a backup is not whole; take another backup")
    files += _files(entries, folder)
    check = partial(_check_database, folder / DATABASE, manifest)
    _restore(reader, files, job, manifest.total_bytes, check)
    return len(entries)


def restore_files(
    reader: ChunkReader, entries: Sequence[FileEntry], folder: Path, job: Job
) -> None:
    """Write some of the files of a backup into *folder*, synced.

    Raises:
        LostChunkError, TamperedError, DeviceError: as `restore_database`.
    """
    _restore(reader, _files(entries, folder), job, sum(entry.size_bytes for entry in entries))


def file_entries(reader: ChunkReader, manifest: Manifest) -> Iterable[FileEntry]:
    """Yield the files that a backup holds beside the database.

    Raises:
        LostChunkError: a part of the list is lost.
        TamperedError: the list is damaged.
    """
    for _, node in reader.each(manifest.files.nodes):
        yield from catalogue.decode(node)


def database_chunks(reader: ChunkReader, manifest: Manifest) -> list[bytes]:
    """Return the ids of the chunks of the database, in their order.

    Raises:
        LostChunkError: a list is lost.
    """
    nodes = dict(reader.each(manifest.database.nodes))
    return [one for node in manifest.database.nodes for one in split_ids(nodes[node])]


def _database_file(reader: ChunkReader, manifest: Manifest, path: Path) -> _File:
    chunk_ids = database_chunks(reader, manifest)
    return _File(path, manifest.database.size, chunk_ids, PAGE_CHUNK_BYTES)


def _files(entries: Iterable[FileEntry], folder: Path) -> list[_File]:
    return [
        _File(folder / entry.name, entry.size_bytes, list(entry.chunk_ids), FILE_CHUNK_BYTES)
        for entry in entries
    ]


def _restore(
    reader: ChunkReader,
    files: list[_File],
    job: Job,
    total_bytes: int,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Write *files*, and *check* them while the disk makes them last."""
    targets: dict[bytes, list[_Target]] = {}
    for number, file in enumerate(files):
        for place, chunk_id in enumerate(file.chunk_ids):
            targets.setdefault(chunk_id, []).append((number, place * file.chunk_bytes))
    written = [0] * len(files)
    done = 0
    with _Outputs(files) as outputs, kept_heap(), _disk() as disk:
        writing = disk.submit(outputs.write_all, ())
        for batch in reader.batches(targets):
            # A pack holds neighbours in random order: written in theirs, they are one write.
            pieces = sorted(
                ((*target, plain) for chunk_id, plain in batch for target in targets[chunk_id]),
                key=itemgetter(0, 1),
            )
            for number, _, plain in pieces:
                written[number] += len(plain)
                done += len(plain)
            writing.result()
            writing = disk.submit(outputs.write_all, pieces)
            job.report(RESTORING, min(done, total_bytes), total_bytes)
        writing.result()
        synced = disk.submit(outputs.sync)
        _check_sizes(files, written)
        check()
        synced.result()


def _disk() -> ThreadPoolExecutor:
    """Return a thread that writes while the next chunks are opened."""
    return ThreadPoolExecutor(1, thread_name_prefix="restore-write")


def _check_sizes(files: list[_File], written: list[int]) -> None:
    for file, n_bytes in zip(files, written, strict=True):
        if n_bytes != file.size_bytes:
            raise TamperedError(
                f"{file.path.name} in the backup is not of the size that its manifest tells;"
                " take another backup"
            )


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield *pieces*, those that follow each other in a file as one."""
    parts: list[bytes] = []
    number = start = end = 0
    for piece_number, offset, plain in pieces:
        if parts and (piece_number, offset) != (number, end):
            yield number, start, b"".join(parts)
            parts = []
        if not parts:
            number, start, end = piece_number, offset, offset
        parts.append(plain)
        end += len(plain)
    if parts:
        yield number, start, b"".join(parts)


class _Outputs:
    """The files that are written, at most some of them open at once."""

    _MOST_OPEN = 100

    def __init__(self, files: list[_File]) -> None:
        self._files = files
        self._open: dict[int, int] = {}
        self._made: set[int] = set()
        for number in range(len(files)):
            if not files[number].chunk_ids:
                self.write(number, 0, b"")  # an empty one has no chunk to be made for

    def write_all(self, pieces: Iterable[_Piece]) -> None:
        for piece in _joined(pieces):
            self.write(*piece)

    def write(self, number: int, offset: int, plain: bytes) -> None:
        try:
            descriptor = self._descriptor(number)
            os.lseek(descriptor, offset, os.SEEK_SET)
            write_all(descriptor, plain)
        except OSError as error:
            raise _refused(error) from None

    def sync(self) -> None:
        """Make all that was written last."""
        try:
            for number in range(len(self._files)):
                os.fsync(self._descriptor(number))
            for folder in {file.path.parent for file in self._files}:
                sync_folder(folder)
                sync_folder(folder.parent)
        except OSError as error:
            raise _refused(error) from None

    def _descriptor(self, number: int) -> int:
        if number not in self._open:
            if len(self._open) >= self._MOST_OPEN:
                os.close(self._open.pop(next(iter(self._open))))
            path = self._files[number].path
            if number not in self._made:
                make_folder(path.parent)
                open_new(path).close()
                self._made.add(number)
            self._open[number] = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        return self._open[number]

    def __enter__(self) -> _Outputs:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)


def _check_database(path: Path, manifest: Manifest) -> None:
    with path.open("rb", buffering=0) as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != manifest.database.sha256:
        raise TamperedError(
            "the database in the backup is not the one that was backed up; take another backup"
        )


def _refused(error: OSError) -> DeviceError:
    return DeviceError(
        f"what the backup holds cannot be written ({os.strerror(error.errno or 0)});"
        " make room, or choose another place"
    )
