"""What a ZIP lists, as far as memory allows: `zipfile` takes two kilobytes for each entry."""

from __future__ import annotations

import copy
import zipfile
from typing import IO, BinaryIO, cast

from privatus.core.errors import UnreadableInputError

# Entries may share their bytes, so that a ZIP of half a megabyte can list hundreds of thousands.
_SIGNATURE = b"PK\x01\x02"


class _Counted:
    """A ZIP's file as its directory is read: refuses to give more entries than may be."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        # All of the directory comes in one piece, however many entries its end says it has.
        raw = self._file.read(size)
        if raw.count(_SIGNATURE) > self._limit:
            raise UnreadableInputError(
                "the ZIP lists more files than any export of chats has;"
                " unpack it and import the folder"
            )
        return raw


def open_zip(file: BinaryIO, limit: int) -> zipfile.ZipFile:
    """Open a ZIP that lists no more than *limit* files.

    Raises:
        UnreadableInputError: it lists more.
        BadZipFile: it is no ZIP.
    """
    archive = zipfile.ZipFile(cast(IO[bytes], _Counted(file, limit)))
    archive.fp = cast(IO[bytes], file)
    return archive


def open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, is_checked: bool) -> BinaryIO:
    """Return a stream of an entry's inflated bytes; *is_checked*: compare the checksum."""
    # By entry, not by name: a name may be there twice. zipfile yields no more than the declared
    # size, whatever the bytes inflate to.
    if not is_checked:
        entry = copy.copy(entry)
        # A checksum of None is one that zipfile does not compare.
        entry.CRC = cast(int, None)
    return cast(BinaryIO, archive.open(entry))
