"""The folder of sealed attachment files: one a content, however many messages hold it.

A file is written under a temporary name, and gets its own only when `sync` has seen it on disk:
before the transaction that refers to it commits. A crash leaves at most temporary files and
files that nothing refers to, never a reference without its file.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from privatus.core.errors import DeviceError, TamperedError
from privatus.vault.blobs import blob_keys, open_blob, seal_blob, verify_blob
from privatus.vault.keys import Scope
from privatus.vault.private_files import open_new
from privatus.vault.sync import sync_file, sync_file_system, sync_folder

# Hashed and sealed from memory up to this size; above, the source is read twice.
_IN_MEMORY_BYTES = 8 * 1024 * 1024
_TEMPORARY = ".tmp"
_OURS = re.compile(r"[0-9a-f]{64}")
# From here one call for the whole file system takes less time than one for each.
_MANY = 16
# Making and syncing a file waits for the disk, not for the processor, and a disk takes several
# at once.
_THREADS = 8
# Contents in memory at once: an export is read faster than most disks write.
_WAITING = 2 * _THREADS

Stored = tuple[bytes, bytes, int]  # SHA-256 of the content, name of the blob, size in bytes


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Opens a content that is in the vault; who is given it need not read it to store it again."""

    files: BlobFiles
    stored: Stored

    def __call__(self) -> BinaryIO:
        return self.files.open(self.stored[0])


class BlobFiles:
    """Adds, opens and checks sealed attachment files."""

    def __init__(self, folder: Path, scope: Scope) -> None:
        self._folder = folder
        self._scope = scope
        self._pending: dict[bytes, tuple[Path, Future[None]]] = {}
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="blobs")
        self._places = BoundedSemaphore(_WAITING)

    def add(self, open_source: Callable[[], BinaryIO]) -> Stored:
        """Seal a file's content, unless it is there already; `sync` makes it last.

        Raises:
            DeviceError: the disk is full or refuses.
            UnreadableInputError: the source is damaged.
        """
        digest, size, content = _digest(open_source)
        name, file_key = self._locate(digest)
        path = self._path(name)
        if name not in self._pending and not path.exists():
            temporary = path.with_name(path.name + _TEMPORARY)
            if content is None:
                with open_source() as source:
                    _write(temporary, source, file_key)
                written: Future[None] = Future()
                written.set_result(None)
            else:
                self._places.acquire()
                written = self._pool.submit(_write, temporary, io.BytesIO(content), file_key)
                written.add_done_callback(lambda _: self._places.release())
            self._pending[name] = temporary, written
        return digest, name, size

    def sync(self) -> None:
        """Return when all that was added is on disk under its name."""
        if not self._pending:
            return
        for _, written in self._pending.values():
            written.result()
        with _device_errors():
            self._make_last(sync_file, {temporary for temporary, _ in self._pending.values()})
            for name, (temporary, _) in self._pending.items():
                temporary.replace(self._path(name))
            # The folder itself may be new.
            changed = {temporary.parent for temporary, _ in self._pending.values()}
            self._make_last(sync_folder, changed | {self._folder, self._folder.parent})
        self._pending.clear()

    def _make_last(self, sync: Callable[[Path], None], paths: set[Path]) -> None:
        """Return when all of *paths* is on disk: many of them together, as each would wait."""
        if len(paths) < _MANY or not sync_file_system(self._folder):
            list(self._pool.map(sync, paths))

    def discard(self) -> None:
        """Forget what was added since the last `sync`."""
        for temporary, written in self._pending.values():
            wait([written])
            _remove(temporary)
        self._pending.clear()

    def close(self) -> None:
        """End the threads that write."""
        self._pool.shutdown()

    def find(self, digest: bytes) -> bytes | None:
        """Return the name of the file with this content, None if it is not there."""
        name, _ = self._locate(digest)
        return name if self._path(name).exists() else None

    def open(self, digest: bytes) -> BinaryIO:
        """Return a stream of the content with this SHA-256.

        Raises:
            TamperedError: the file is gone, or is not what was sealed; also while reading.
        """
        name, file_key = self._locate(digest)
        return open_blob(self._path(name), file_key)

    def verify(self, digest: bytes) -> None:
        """Read a file to its end.

        Raises:
            TamperedError: it is gone, or is not what was sealed.
        """
        name, file_key = self._locate(digest)
        path = self._path(name)
        if not path.exists():
            raise TamperedError("the file is gone")
        verify_blob(path, file_key, digest)

    def names(self) -> Iterator[bytes]:
        """Yield the names of all files."""
        for path in sorted(self._folder.glob("??/*")):
            if not path.name.endswith(_TEMPORARY):
                with contextlib.suppress(ValueError):
                    yield bytes.fromhex(path.name)

    def remove(self, names: Sequence[bytes]) -> None:
        """Delete files, for good as far as the file system goes.

        Raises:
            DeviceError: the folder cannot be written.
        """
        with _device_errors():
            for name in names:
                self._path(name).unlink(missing_ok=True)
            for folder in {self._path(name).parent for name in names}:
                if folder.is_dir():
                    sync_folder(folder)

    def remove_leftovers(self) -> None:
        """Delete the temporary files of a crash."""
        for path in self._folder.glob(f"??/*{_TEMPORARY}"):
            if _OURS.fullmatch(path.stem):
                _remove(path)

    def size_bytes(self) -> int:
        """Return what all files take."""
        return sum(path.stat().st_size for path in self._folder.glob("??/*"))

    def _locate(self, digest: bytes) -> tuple[bytes, bytes]:
        """Return name and file key of a content: of its file if it has one, else of a new one."""
        present, *former = self._scope.blob_keys
        name, file_key = blob_keys(present, digest)
        if former and not self._path(bytes.fromhex(name)).exists():
            for key in former:
                former_name, former_file_key = blob_keys(key, digest)
                if self._path(bytes.fromhex(former_name)).exists():
                    return bytes.fromhex(former_name), former_file_key
        return bytes.fromhex(name), file_key

    def _path(self, name: bytes) -> Path:
        text = name.hex()
        return self._folder / text[:2] / text


def _digest(open_source: Callable[[], BinaryIO]) -> tuple[bytes, int, bytes | None]:
    """Return SHA-256 and size of a source, and its content if it is small."""
    with open_source() as source:
        content = source.read(_IN_MEMORY_BYTES)
        digest = hashlib.sha256(content)
        size = len(content)
        rest = source.read(1 << 20)
        if not rest:
            return digest.digest(), size, content
        while rest:
            digest.update(rest)
            size += len(rest)
            rest = source.read(1 << 20)
    return digest.digest(), size, None


def _write(path: Path, source: BinaryIO, file_key: bytes) -> None:
    """Seal *source* into *path*."""
    with _device_errors():
        if not path.parent.is_dir():
            # Not what is above: a vault that was moved would be begun again where it was.
            for folder in (path.parents[1], path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
        with open_new(path) as destination:
            seal_blob(source, destination, file_key)


def _remove(temporary: Path) -> None:
    # One that a failing disk keeps takes room until the next opening, and does no other harm.
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _device_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise DeviceError(
                "the disk is full; make room and import again, nothing is lost"
            ) from None
        raise DeviceError(
            f"an attachment could not be written ({os.strerror(error.errno or 0)});"
            " check the vault's folder"
        ) from None
