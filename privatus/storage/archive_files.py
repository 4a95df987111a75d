"""The folder of archive files: one a conversation, written once, and never changed.

A file is written under a temporary name, and gets its own only when it is on disk: before the
transaction that lets the conversation go commits. Its name is random and tells nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from privatus.core.errors import DeviceError
from privatus.vault.archives import open_archive, open_sealed_archive, seal_archive
from privatus.vault.keys import Container
from privatus.vault.private_files import open_new
from privatus.vault.sync import sync_file, sync_file_system, sync_folder

SUFFIX = ".pva"
_TEMPORARY = ".tmp"
# From here one call for the whole file system takes less time than one for each.
_MANY = 16
_OURS = re.compile(rf"[0-9a-f]{{32}}{re.escape(SUFFIX)}({re.escape(_TEMPORARY)})?")


class ArchiveFiles:
    """Writes, reads and removes archive files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pending: list[Path] = []

    def path(self, name: bytes) -> Path:
        return self._folder / (name.hex() + SUFFIX)

    def write(self, name: bytes, content: bytes, container: Container) -> int:
        """Write a new file, which `sync` makes last; return its size in bytes.

        Raises:
            DeviceError: the disk is full or refuses; there is no such file then.
        """
        temporary = _unfinished(self.path(name))
        with _device_errors("written"):
            if not self._folder.is_dir():
                # Not what is above: a vault that was moved would be begun again where it was.
                self._folder.mkdir(mode=0o700, exist_ok=True)
            self._pending.append(temporary)
            with open_new(temporary) as destination:
                seal_archive(content, destination, container)
            return temporary.stat().st_size

    def sync(self) -> None:
        """Return when all that was written is on disk under its name.

        Raises:
            DeviceError: the disk refuses.
        """
        with _device_errors("written"):
            # Many of them together, as each would wait for the disk.
            if len(self._pending) < _MANY or not sync_file_system(self._folder):
                for temporary in self._pending:
                    sync_file(temporary)
            for temporary in self._pending:
                temporary.replace(temporary.with_suffix(""))
            if self._pending:
                sync_folder(self._folder)
                # The folder itself may be new.
                sync_folder(self._folder.parent)
        self._pending.clear()

    def read(self, name: bytes, container: Container) -> bytes:
        """Return all that a file holds.

        Raises:
            TamperedError: it is missing, damaged, or of another conversation.
            DeviceError: it cannot be read.
        """
        return open_archive(self.path(name), container)

    def sealed_bytes(self, name: bytes) -> bytes:
        """Return a file as it is.

        Raises:
            DeviceError: it cannot be read.
        """
        with _device_errors("read"):
            return self.path(name).read_bytes()

    @staticmethod
    def opened(sealed: bytes, container: Container) -> bytes:
        """Return all that a file holds whose bytes came from elsewhere.

        Raises:
            TamperedError: they are damaged, or of another conversation.
        """
        return open_sealed_archive(sealed, container)

    def remove(self, names: Iterable[bytes]) -> None:
        """Delete files, finished or not; fine if there are none.

        Raises:
            DeviceError: the folder cannot be written.
        """
        with _device_errors("removed"):
            for name in names:
                for path in (self.path(name), _unfinished(self.path(name))):
                    path.unlink(missing_ok=True)
                    self._pending = [each for each in self._pending if each != path]
            if self._folder.is_dir():
                sync_folder(self._folder)

    def names(self) -> Iterator[bytes]:
        """Yield the names of all files that are finished."""
        if self._folder.is_dir():
            for path in sorted(self._folder.iterdir()):
                if _OURS.fullmatch(path.name) and path.suffix == SUFFIX:
                    yield bytes.fromhex(path.stem)


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + _TEMPORARY)


@contextlib.contextmanager
def _device_errors(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise DeviceError(
                "the disk is full; make room and archive again, nothing is lost"
            ) from None
        raise DeviceError(
            f"an archive file cannot be {done} ({os.strerror(error.errno or 0)});"
            " check the vault's folder"
        ) from None
