"""A destination in a folder: on this disk, on one that is plugged in, or on a network drive.

    <root>/data/3f/3f9a…          an object
    <root>/.unfinished/<random>   one that is being written

An object is written in `.unfinished` and synced, and only then gets its name, which no other has
had: a crash leaves at most files there, which are no objects.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from privatus.backup.destinations.port import (
    MOST_BYTES,
    BrokenTransferError,
    DestinationError,
    DestinationFullError,
    Entry,
    ExistsError,
    NotThereError,
    RefusedError,
    UnreachableError,
    checked_folder,
    checked_name,
    checked_range,
)
from privatus.core.errors import TamperedError
from privatus.vault.private_files import open_new, write_all
from privatus.vault.sync import sync_folder

_UNFINISHED = ".unfinished"
_GONE = {
    *(errno.ENODEV, errno.ENXIO, errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN),
    *(errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN),
}
# Windows: not ready, gone from the network (two of them), failing device, unplugged, no route.
_GONE_ON_WINDOWS = {21, 55, 64, 1117, 1167, 1231}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
# What file systems without hard links say: FAT and exFAT, as most USB disks have them.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1


class LocalDestination:
    """A folder that is there; see `make` for one that is not."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.absolute()
        with self._errors():
            # Of which disk it is: an unplugged one leaves the empty folder it was mounted on.
            self._device = self._root.stat().st_dev
            if not self._root.is_dir():
                raise DestinationError(f"{self.location} is no folder; choose another place")

    @classmethod
    def make(cls, folder: Path) -> LocalDestination:
        """Return the destination in *folder*, which is made; the folder above it must be there.

        Raises:
            UnreachableError: the folder above is not there.
            RefusedError: it may not be written to.
        """
        with _named_errors(str(folder)):
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            _sync(folder.parent)
        return cls(folder)

    def __repr__(self) -> str:
        return f"LocalDestination({self.location!r})"

    @property
    def location(self) -> str:
        return str(self._root)

    def put(self, name: str, data: bytes) -> None:
        target = self._path(name)
        with self._errors(name):
            if target.exists():
                raise FileExistsError
            temporary = self._root / _UNFINISHED / secrets.token_hex(16)
            self._make_folder(temporary.parent)
            try:
                _write(temporary, data)
                self._make_folder(target.parent)
                _give_name(temporary, target)
                _sync(target.parent)
            finally:
                # One that cannot be removed is a leftover like any other.
                with suppress(OSError):
                    temporary.unlink()

    def get(self, name: str) -> bytes:
        with self._errors(name), self._path(name).open("rb") as stream:
            # Anybody who can write there can put a file of any size in the place of an object.
            if os.fstat(stream.fileno()).st_size > MOST_BYTES:
                raise TamperedError(f"{name} at {self.location} is too large to be of a backup")
            return stream.read(MOST_BYTES + 1)

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        checked_range(offset, length)
        with self._errors(name), self._path(name).open("rb", buffering=0) as stream:
            if offset + length > os.fstat(stream.fileno()).st_size:
                raise DestinationError(f"{name} at {self.location} is shorter than it should be")
            stream.seek(offset)
            # One read gives all of it, but for a signal or a slow disk; putting parts of a pack
            # together took forty times as long as reading it.
            parts = [stream.read(length)]
            while parts[-1] and (missing := length - sum(map(len, parts))):
                parts.append(stream.read(missing))
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        if len(data) != length:
            raise BrokenTransferError(f"{name} at {self.location} ended while it was read")
        return data

    def list(self, folder: str) -> list[Entry]:
        with self._errors():
            self._require_root()
            return sorted(_entries(self._root / checked_folder(folder), self._root))

    def delete(self, name: str) -> None:
        path = self._path(name)
        with self._errors(name), suppress(FileNotFoundError):
            path.unlink()
            _sync(path.parent)

    def free_bytes(self) -> int | None:
        with self._errors():
            self._require_root()
            return shutil.disk_usage(self._root).free

    def clear_leftovers(self, older_than_ms: int) -> int:
        cleared = 0
        with self._errors():
            self._require_root()
            folder = self._root / _UNFINISHED
            for path in folder.iterdir() if folder.is_dir() else ():
                with suppress(FileNotFoundError):
                    if (time.time() - path.stat().st_mtime) * 1000 >= older_than_ms:
                        path.unlink()
                        cleared += 1
        return cleared

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, name: str) -> Path:
        with self._errors():
            self._require_root()
        return self._root / checked_name(name)

    def _require_root(self) -> None:
        if self._root.stat().st_dev != self._device:
            raise OSError(errno.ENODEV, "another disk")

    def _make_folder(self, folder: Path) -> None:
        """Make a folder of ours and make it last; never the root, which may be on another disk."""
        if folder.is_dir():
            return
        if folder.parent != self._root:
            self._make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        _sync(folder.parent)

    @contextmanager
    def _errors(self, name: str | None = None) -> Iterator[None]:
        """Say what went wrong with the object *name*, or with the place as a whole."""
        with _named_errors(self.location):
            try:
                yield
            except FileExistsError:
                raise ExistsError(f"{name} is at {self.location} already") from None
            except (FileNotFoundError, NotADirectoryError):
                if name is None:
                    raise
                self._require_root()
                raise NotThereError(f"{name} is not at {self.location}") from None


def _write(path: Path, data: bytes) -> None:
    with open_new(path) as stream:
        write_all(stream.fileno(), data)
        os.fsync(stream.fileno())
        if os.fstat(stream.fileno()).st_size != len(data):
            raise BrokenTransferError("the disk kept another size than was written; try again")


def _give_name(temporary: Path, target: Path) -> None:
    """Give a file its name unless that is taken, in one step where the file system has one."""
    if sys.platform == "win32":
        temporary.rename(target)  # refuses by itself
        return
    try:
        target.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_new(temporary, target)


def _rename_new(temporary: Path, target: Path) -> None:
    if sys.platform == "linux":
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if rename is not None:
            paths = os.fsencode(temporary), os.fsencode(target)
            if not rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_NOREPLACE):
                return
            code = ctypes.get_errno()
            if code not in {errno.EINVAL, errno.ENOSYS}:
                raise OSError(code, os.strerror(code))
    # Two steps, then: names hold random ids, so that nobody else comes between them.
    if target.exists():
        raise FileExistsError
    temporary.rename(target)


def _sync(folder: Path) -> None:
    try:
        sync_folder(folder)
    except OSError as error:
        # Some network drives sync no folders.
        if error.errno not in {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP}:
            raise


def _entries(folder: Path, root: Path) -> Iterator[Entry]:
    """Walk what is there; what goes meanwhile was pruned, and is not there."""
    try:
        found = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for item in found:
        if item.name.startswith("."):
            continue
        path = Path(item.path)
        if item.is_dir(follow_symlinks=False):
            yield from _entries(path, root)
        elif item.is_file(follow_symlinks=False):
            with suppress(FileNotFoundError):
                facts = path.stat()
                name = path.relative_to(root).as_posix()
                yield Entry(name, facts.st_size, facts.st_mtime_ns // 1_000_000)


@contextmanager
def _named_errors(where: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise UnreachableError(
            f"{where} is not there; plug the disk in, or choose another place"
        ) from None
    except OSError as error:
        if error.errno in _GONE or getattr(error, "winerror", None) in _GONE_ON_WINDOWS:
            raise UnreachableError(
                f"{where} does not answer; plug the disk in again, or see whether it is damaged"
            ) from None
        if error.errno in _FULL:
            raise DestinationFullError(
                f"{where} is full; make room there, or choose another place"
            ) from None
        if error.errno in _REFUSED:
            raise RefusedError(
                f"{where} may not be written or read; change who owns it, or choose another place"
            ) from None
        raise DestinationError(f"{where} does not do as asked: {error.strerror}") from None
