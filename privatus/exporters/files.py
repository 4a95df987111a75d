"""The folder of an export: files that are whole or not there, each attachment once.

Layout    .privatus-export    which format this folder holds, so that it can be written again
          ...                 the files of the format
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from privatus.core.conversation import Attachment
from privatus.core.errors import DeviceError, TamperedError, UnreadableInputError, UserError
from privatus.exporters.base import ExportResult

MARKER = ".privatus-export"
# What file managers leave in a folder that a person calls empty.
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
# One damaged file must not keep the person from all the others.
_DAMAGED = (TamperedError, UnreadableInputError)
_CHUNK_BYTES = 1 << 20
_MAX_PROBLEMS = 1000


class OutputFile:
    """A file being written. `path`, within the export, may be changed until it is whole."""

    def __init__(self, stream: BinaryIO, path: str) -> None:
        self._stream = stream
        self.path: str | None = path  # None: throw it away
        self.size_bytes = 0

    def write(self, content: bytes) -> int:
        """Append *content* and return its length.

        Raises:
            DeviceError: the disk is full or fails.
        """
        try:
            self._stream.write(content)
        except OSError as error:
            raise _device_error(error) from None
        self.size_bytes += len(content)
        return len(content)

    def write_text(self, text: str) -> int:
        """Append *text* as UTF-8; a lone surrogate becomes a question mark."""
        return self.write(text.encode(errors="replace"))


class ExportFolder:
    """Where an export goes, and what has been written so far."""

    def __init__(self, root: Path, format: str) -> None:
        """Take *root* for an export as *format*; make it if it is missing.

        Raises:
            UserError: *root* is a file, or a folder with something else in it.
            DeviceError: it cannot be made or written.
        """
        self._root = root
        self._files = 0
        self._bytes = 0
        self._problems: list[str] = []
        self._unlisted = 0
        self._written: set[Path] = set()
        try:
            _take(root, format)
        except OSError as error:
            raise _device_error(error) from None
        with self.create(MARKER) as marker:
            marker.write_text(_marker_text(format))
        # The marker is ours; what a person asked for is counted from here.
        self._files = self._bytes = 0

    @contextmanager
    def create(self, path: str) -> Iterator[OutputFile]:
        """Write the file *path* (POSIX, within the export), which appears when it is whole.

        Raises:
            DeviceError: the disk is full, or the folder cannot be written.
        """
        final = self._root / path
        # Beside its place, so that the rename stays on one file system.
        unfinished = final.with_name(final.name + ".part")
        try:
            _make_private_folder(final.parent)
            unfinished.unlink(missing_ok=True)
            stream = _open_private(unfinished)
        except OSError as error:
            raise _device_error(error) from None
        try:
            output = OutputFile(stream, path)
            yield output
            self._finish(stream, unfinished, output)
        finally:
            # Whatever went wrong is on its way up already.
            with suppress(OSError):
                stream.close()
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def note(self, problem: str) -> None:
        """Say that something could not be written; the export goes on."""
        if len(self._problems) < _MAX_PROBLEMS:
            self._problems.append(problem)
        else:
            self._unlisted += 1

    def result(self, conversations: int) -> ExportResult:
        """Return what has been written, for that many conversations."""
        more = [f"{self._unlisted:,} more could not be written"] if self._unlisted else []
        stale = self._count_stale()
        files = "file of a former export stays" if stale == 1 else "files of a former export stay"
        return ExportResult(
            files=self._files,
            conversations=conversations,
            bytes=self._bytes,
            problems=(*self._problems, *more),
            notes=(f"{stale:,} {files} in the folder",) if stale else (),
        )

    def _count_stale(self) -> int:
        """Return how many files are there that this export did not write: none is deleted."""
        try:
            return sum(
                path.is_file() and path not in self._written and path.name.lower() not in _LITTER
                for path in self._root.rglob("*")
            )
        except OSError:
            return 0

    def _finish(self, stream: BinaryIO, unfinished: Path, output: OutputFile) -> None:
        try:
            stream.close()
            if output.path is None:
                return
            final = self._root / output.path
            _make_private_folder(final.parent)
            unfinished.replace(final)
        except OSError as error:
            raise _device_error(error) from None
        self._written.add(final)
        self._files += 1
        self._bytes += output.size_bytes


class AttachmentFolder:
    """The attachments of one export in one of its folders, each content once."""

    def __init__(
        self, folder: ExportFolder, directory: str, name: Callable[[Attachment, str], str]
    ) -> None:
        """Keep attachments in *directory*, called what *name* makes of one and its SHA-256."""
        self._folder = folder
        self._directory = directory
        self._name = name
        self._paths: dict[str, str] = {}

    def add(self, attachment: Attachment) -> tuple[str, str] | None:
        """Write the bytes and return their SHA-256 and path; None if they are not to be had.

        Raises:
            DeviceError: the disk is full, or the folder cannot be written.
        """
        if attachment.open is None:
            return None
        with self._folder.create(f"{self._directory}/incoming") as output:
            sha256 = self._copy(attachment.open, output)
            if sha256 is None or sha256 in self._paths:
                output.path = None
            else:
                output.path = f"{self._directory}/{self._name(attachment, sha256)}"
                self._paths[sha256] = output.path
        return None if sha256 is None else (sha256, self._paths[sha256])

    def read(self, attachment: Attachment, max_bytes: int) -> bytes | None:
        """Return the first *max_bytes* of an attachment; None if they are not to be had."""
        if attachment.open is None:
            return None
        content = bytearray()
        try:
            with attachment.open() as stream:
                while len(content) < max_bytes:
                    chunk = stream.read(max_bytes - len(content))
                    if not chunk:
                        break
                    content += chunk
        except _DAMAGED:
            # `add` says so, if it comes to that.
            return None
        return bytes(content)

    def _copy(self, source: Callable[[], BinaryIO], output: OutputFile) -> str | None:
        digest = hashlib.sha256()
        try:
            with source() as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    output.write(chunk)
        except _DAMAGED:
            self._folder.note("an attachment is damaged and was left out; run privatus check")
            return None
        return digest.hexdigest()


def check_folder(root: Path, format: str) -> None:
    """Check that an export as *format* can go to *root*, and change nothing.

    Raises:
        UserError: *root* is a file, or a folder with something else in it.
        DeviceError: it cannot be read.
    """
    try:
        _check(root, format)
    except OSError as error:
        raise _device_error(error) from None


def _take(root: Path, format: str) -> None:
    _check(root, format)
    _make_private_folder(root)


def _check(root: Path, format: str) -> None:
    if not root.exists():
        return
    if not root.is_dir():
        raise UserError("the export goes into a folder, and this is a file; name a folder")
    marker = root / MARKER
    if marker.is_file():
        if marker.read_bytes() != _marker_text(format).encode():
            raise UserError(
                "the folder holds an export in another format; choose a new or an empty folder"
            )
        return
    if any(entry.name.lower() not in _LITTER for entry in root.iterdir()):
        raise UserError(
            "the folder is not empty and holds no export; choose a new or an empty folder"
        )


def _marker_text(format: str) -> str:
    return f"Privatus wrote this folder: {format}\n"


def _make_private_folder(folder: Path) -> None:
    # The export is in plain text: other people of this machine need not read along.
    if not folder.is_dir():
        _make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _open_private(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _device_error(error: OSError) -> DeviceError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DeviceError("the disk is full; free some space and export again")
    if error.errno == errno.ENAMETOOLONG:
        return DeviceError("the path of the export is too long; choose a folder nearer the root")
    return DeviceError("the export folder cannot be written; choose another folder")
