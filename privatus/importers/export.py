"""An export as a person has it: a ZIP, a folder or a single file, read in place.

Nothing is ever written to disk: members are read as streams. A member's path is a label to find
it by, so a ZIP whose paths lead outside (`../x`) can do no harm and is read like any other.
"""

from __future__ import annotations

import contextlib
import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from privatus.core.errors import UnreadableInputError
from privatus.importers.encoding import to_utf8
from privatus.importers.member_paths import entry_path, is_junk, leads_outside, printable
from privatus.importers.zip_entries import open_entry, open_zip
from privatus.importers.zip_time import entry_time_ms

_GIB = 1024**3

# The largest export on record is 6 GB packed, perhaps ten times that inflated; more is a mistake.
_MAX_MEMBER_BYTES = 64 * _GIB
# Text shrinks 3 to 20 times, deflate at most 1,032 times: only endless repetition comes near that.
_MAX_RATIO = 1000
_MIN_SUSPECT_BYTES = _GIB
# ZIPs inside a ZIP are held in memory, all of them together, while the export is open.
_MAX_NESTED_BYTES = 256 * 1024**2
_MAX_NESTED_DEPTH = 2
# Of all ZIPs of an export together. A whole account at Google has some ten thousand.
_MAX_ENTRIES = 500_000

_ENCRYPTED_FLAG = 0x1
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_ARCHIVES = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
# What zipfile and zlib raise on bytes that are not as they should be.
ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    OverflowError,
)


class Member:
    """One file inside an export."""

    __slots__ = ("_export", "_opener", "modified_at_ms", "name", "path", "size_bytes")

    def __init__(
        self,
        *,
        export: Export,
        path: str,
        size_bytes: int,
        modified_at_ms: int | None,
        opener: Callable[[bool], BinaryIO],  # True: compare checksums
    ) -> None:
        self.path = path  # "Takeout/My Activity/Gemini Apps/MyActivity.json"
        self.name = path.rpartition("/")[2]
        self.size_bytes = size_bytes
        self.modified_at_ms = modified_at_ms
        self._export = export
        self._opener = opener

    def __repr__(self) -> str:
        return f"Member({self.path!r}, {self.size_bytes} bytes)"

    def within(self, export: Export) -> Member:
        """Return the same file as a member of *export*, which counts what is read of it."""
        return Member(
            export=export,
            path=self.path,
            size_bytes=self.size_bytes,
            modified_at_ms=self.modified_at_ms,
            opener=self._opener,
        )

    def open(self) -> BinaryIO:
        """Return a new stream of the inflated bytes.

        Raises:
            UnreadableInputError: the member is damaged; also while reading from the stream.
        """
        return cast(BinaryIO, _CountedStream(self.open_uncounted(), self._export, self.path))

    def count(self, n_bytes: int) -> None:
        """Count bytes as read, or not yet: what is read ahead of its records would end progress."""
        self._export.bytes_read += n_bytes

    def open_uncounted(self) -> BinaryIO:
        """Return a new stream that does not count as progress and raises zipfile's own errors."""
        with _as_unreadable(self.path):
            return self._opener(True)

    def head(self, n: int = 65536) -> bytes:
        """Return the first *n* bytes as UTF-8 without a mark; empty if they cannot be read."""
        with (
            contextlib.suppress(UnreadableInputError),
            _as_unreadable(self.path),
            self._opener(False) as stream,
        ):
            return to_utf8(stream.read(n))
        return b""


class Export:
    """The files of one export, in order; a context manager that closes what it opened.

    `problems` says what was left out or is odd: (path, reason). `bytes_read` grows while the
    streams of members are read.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.members: Sequence[Member] = ()
        self.problems: list[tuple[str, str]] = []
        self.bytes_read = 0
        self.closing = contextlib.ExitStack()
        self.nested_bytes = 0
        self.entries = 0  # of all ZIPs
        # A person's own collection, perhaps; a ZIP is as the provider made it.
        self.is_folder = False
        self._by_path: dict[str, Member] | None = None
        self._whole: Export | None = None

    @property
    def is_incomplete(self) -> bool:
        """Say whether something was left out: of it, or of the export that it is a part of."""
        return bool(self.problems) or (self._whole is not None and self._whole.is_incomplete)

    @property
    def size_bytes(self) -> int:
        """The inflated size of all members."""
        return sum(member.size_bytes for member in self.members)

    def find(self, pattern: str) -> list[Member]:
        """Return the members whose name matches as in a shell, whatever the case."""
        pattern = pattern.lower()
        return [m for m in self.members if fnmatchcase(m.name.lower(), pattern)]

    def get(self, path: str) -> Member | None:
        """Return the first member with exactly this path."""
        if self._by_path is None:
            self._by_path = {member.path: member for member in reversed(self.members)}
        return self._by_path.get(path)

    def part(self, members: Iterable[Member]) -> Export:
        """Return an export of some of the members only, open as long as this one is."""
        part = Export(self.name)
        part._whole = self
        part.members = [member.within(part) for member in members]
        return part

    def close(self) -> None:
        self.closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _CountedStream(io.BufferedIOBase):
    """A member's bytes: counts what is read, and raises our error for damage."""

    def __init__(self, raw: BinaryIO, export: Export, path: str) -> None:
        self._raw = raw
        self._export = export
        self._path = path

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        with _as_unreadable(self._path):
            block = self._raw.read(-1 if size is None else size)
        self._export.bytes_read += len(block)
        return block

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size if size >= 0 else io.DEFAULT_BUFFER_SIZE)

    def close(self) -> None:
        self._raw.close()
        super().close()


def open_export(path: Path) -> Export:
    """Open a ZIP (known by its content, not by its name), a folder or a single file.

    Raises:
        UnreadableInputError: it is not there, damaged, password-protected or empty.
    """
    export = Export(printable(path.name or path.resolve().name))
    with contextlib.ExitStack() as on_error:
        on_error.callback(export.close)
        with _as_unreadable(export.name):
            export.is_folder = path.is_dir()
            read = _folder_members if export.is_folder else _file_members
            members = list(read(export, path))
        export.members = _with_nested(export, members, 1)
        if not export.members:
            raise UnreadableInputError(_nothing_in(export))
        on_error.pop_all()
    return export


@contextlib.contextmanager
def _as_unreadable(label: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise UnreadableInputError(f"there is no file or folder {label}") from None
    except PermissionError:
        raise UnreadableInputError(f"{label} may not be read; check its permissions") from None
    except NotImplementedError:
        # Deflate64, which Windows uses for large files, is the usual one.
        raise UnreadableInputError(
            f"{label} is compressed in a way that cannot be read; unpack it and import the folder"
        ) from None
    except ZIP_DAMAGE:
        raise UnreadableInputError(
            f"{label} is damaged or incomplete; download the export again"
        ) from None
    except OSError as error:
        raise UnreadableInputError(f"{label} cannot be read: {error.strerror}") from None


def _file_members(export: Export, path: Path) -> Iterator[Member]:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableInputError(f"{export.name} is neither a file nor a folder")
    with path.open("rb") as file:
        start = file.read(8)
    for magic, what in _OTHER_ARCHIVES:
        if start.startswith(magic):
            raise UnreadableInputError(f"{export.name} is {what}; unpack it and import the folder")
    if start.startswith(_ZIP_STARTS):
        yield from _zip_members(export, path.open("rb"), export.name, "")
    elif path.suffix.lower() == ".zip":
        raise UnreadableInputError(f"{export.name} is not a ZIP file; download it again")
    elif status.st_size:
        yield _disk_member(export, path, export.name)


def _folder_members(export: Export, folder: Path) -> Iterator[Member]:
    root = folder.resolve()

    def note(error: OSError) -> None:
        export.problems.append((printable(str(error.filename)), "this folder may not be read"))

    for name, folders, files in os.walk(root, onerror=note):
        here = Path(name)
        for entry in sorted(folders + files):
            path = here / entry
            label = printable(path.relative_to(root).as_posix())
            # A junction of Windows is no symlink, but it, too, resolves to another place.
            if path.is_symlink() or not path.resolve().is_relative_to(root):
                export.problems.append((label, "it is a link, which is not followed"))
            elif path.is_file() and not is_junk(label):
                yield _disk_member(export, path, label)
        folders[:] = sorted(f for f in folders if (here / f).resolve().is_relative_to(root))


def _disk_member(export: Export, path: Path, label: str) -> Member:
    status = path.stat()
    return Member(
        export=export,
        path=label,
        size_bytes=status.st_size,
        modified_at_ms=status.st_mtime_ns // 1_000_000,
        opener=lambda _is_checked: path.open("rb"),
    )


def _zip_members(export: Export, file: BinaryIO, label: str, prefix: str) -> Iterator[Member]:
    export.closing.enter_context(file)
    archive = export.closing.enter_context(open_zip(file, _MAX_ENTRIES - export.entries))
    export.entries += len(archive.infolist())
    seen: set[str] = set()
    is_encrypted = False
    for entry in archive.infolist():
        if not entry.filename:
            export.problems.append((label, "a file in it has no name; it was left out"))
            continue
        path = prefix + entry_path(entry)
        if entry.is_dir() or is_junk(path):
            continue
        if reason := _refusal(entry):
            export.problems.append((path, reason))
            is_encrypted = is_encrypted or bool(entry.flag_bits & _ENCRYPTED_FLAG)
            continue
        if leads_outside(entry):
            export.problems.append((path, "its path leads outside the ZIP; only its name was used"))
        if path in seen:
            export.problems.append((path, "the ZIP holds it more than once; each one was read"))
        seen.add(path)
        yield _zip_member(export, archive, entry, path)
    if is_encrypted and not seen:
        raise UnreadableInputError(
            f"{label} is password-protected; unpack it with its password first"
        )


def _zip_member(
    export: Export, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str
) -> Member:
    return Member(
        export=export,
        path=path,
        size_bytes=entry.file_size,
        modified_at_ms=entry_time_ms(entry),
        opener=partial(open_entry, archive, entry),
    )


def _refusal(entry: zipfile.ZipInfo) -> str | None:
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link, which is not followed"
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "it is password-protected; unpack the ZIP with its password first"
    size = entry.file_size
    is_suspect = size > _MIN_SUSPECT_BYTES and size > entry.compress_size * _MAX_RATIO
    if is_suspect or size > _MAX_MEMBER_BYTES:
        return f"it would grow to {size // _GIB} GB, as a ZIP bomb does"
    return None


def _with_nested(export: Export, members: list[Member], depth: int) -> list[Member]:
    """Replace ZIPs by what is in them, if the export is nothing but ZIPs.

    A ZIP beside other files is something that the person once uploaded to a chat.
    """
    is_zip = [member.name.lower().endswith(".zip") for member in members]
    for member, flag in zip(members, is_zip, strict=True):
        if not flag and not member.name.lower().startswith(("manifest", "readme")):
            return members
    found: list[Member] = []
    for member, flag in zip(members, is_zip, strict=True):
        if not flag:
            found.append(member)
            continue
        try:
            found += _with_nested(export, nested_members(export, member, depth), depth + 1)
        except UnreadableInputError as error:
            export.problems.append((member.path, str(error)))
    return found


def nested_members(export: Export, member: Member, depth: int) -> list[Member]:
    """Return the files of a ZIP that lies in the export.

    Raises:
        UnreadableInputError: it is damaged, too large or too deep.
    """
    if depth > _MAX_NESTED_DEPTH:
        raise UnreadableInputError("it is a ZIP in a ZIP in a ZIP; unpack the outer ones first")
    with _as_unreadable(member.path):
        file = member.open_uncounted()
        # A ZIP in a folder is read where it is.
        if not isinstance(file, io.BufferedReader):
            export.nested_bytes += member.size_bytes
            if export.nested_bytes > _MAX_NESTED_BYTES:
                raise UnreadableInputError(
                    "it is a ZIP inside a ZIP and too large to be read there; unpack the outer one"
                )
            with file as stream:
                file = io.BytesIO(stream.read())
        return list(_zip_members(export, file, member.path, f"{member.path}/"))


def _nothing_in(export: Export) -> str:
    if not export.problems:
        return f"{export.name} holds nothing to import"
    path, reason = export.problems[0]
    return f"{export.name} holds nothing that can be read ({path}: {reason})"
