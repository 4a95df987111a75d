"""What SFTP and WebDAV have in common: remote folders.

An object is written in `.unfinished` and moved to its name, which no other has had, when it is
whole: these servers show a file while it grows.
"""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress

from privatus.backup.destinations.port import BrokenTransferError, Entry, UnreachableError
from privatus.backup.destinations.remote_errors import in_our_words

_UNFINISHED = ".unfinished"


class FileStore(ABC):
    """A folder on a server; paths are relative to it."""

    is_threaded: bool

    def __init__(self, *, make: bool) -> None:
        self._made: set[str] = set()
        if make:
            with suppress(FileExistsError):
                self._make_folder("")
        self.require_root()

    @abstractmethod
    def require_root(self) -> None:
        """Raise FileNotFoundError if the folder is not there."""

    def put_new(self, name: str, data: bytes) -> None:
        if self._has(name):
            raise FileExistsError
        temporary = f"{_UNFINISHED}/{secrets.token_hex(16)}"
        self._require_folder(_UNFINISHED)
        self._require_folder(name.rpartition("/")[0])
        try:
            self._upload(temporary, data)
            self._check_size(temporary, data)
            self._move_new(temporary, name)
        except Exception as error:
            # Somebody may have removed the folders.
            self._made.clear()
            # Who does not answer is not asked again: what is left there is no object.
            if not isinstance(in_our_words(error, "", name), UnreachableError):
                with suppress(Exception):
                    self.delete(temporary)
            raise

    def entries(self, folder: str) -> Iterator[Entry]:
        try:
            found = list(self._list_one(folder))
        except FileNotFoundError:
            # Not there yet, or pruned meanwhile; the root is there, or it would be said.
            if folder:
                self.require_root()
                return
            raise
        for entry, is_folder in found:
            if entry.name.rpartition("/")[2].startswith("."):
                continue
            if is_folder:
                yield from self.entries(entry.name)
            else:
                yield entry

    def clear_leftovers(self, older_than_ms: int) -> int:
        try:
            found = list(self._list_one(_UNFINISHED))
        except FileNotFoundError:
            return 0
        cleared = 0
        for entry, is_folder in found:
            age_ms = time.time() * 1000 - (entry.modified_at_ms or 0)
            if not is_folder and age_ms >= older_than_ms:
                with suppress(FileNotFoundError):
                    self.delete(entry.name)
                    cleared += 1
        return cleared

    def _check_size(self, name: str, data: bytes) -> None:
        if self.size(name) != len(data):
            raise BrokenTransferError("an object did not arrive whole; try again")

    def _require_folder(self, folder: str) -> None:
        """Make a folder and those above it; never the root, which may be another disk's."""
        if not folder or folder in self._made:
            return
        self._require_folder(folder.rpartition("/")[0])
        with suppress(FileExistsError):
            self._make_folder(folder)
        self._made.add(folder)

    @abstractmethod
    def size(self, name: str) -> int: ...

    @abstractmethod
    def delete(self, name: str) -> None: ...

    @abstractmethod
    def _list_one(self, folder: str) -> list[tuple[Entry, bool]]:
        """Return what is in one folder, and of each whether it is a folder."""

    @abstractmethod
    def _has(self, name: str) -> bool: ...

    @abstractmethod
    def _make_folder(self, folder: str) -> None:
        """Make one folder, or FileExistsError, or FileNotFoundError if there is none above."""

    @abstractmethod
    def _upload(self, name: str, data: bytes) -> None: ...

    @abstractmethod
    def _move_new(self, source: str, target: str) -> None:
        """Move a file to a name, or FileExistsError."""
