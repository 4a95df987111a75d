"""Paths of members: labels to find a file by, never places to write to."""

from __future__ import annotations

import re
from zipfile import ZipInfo

_UTF8_FLAG = 0x800
_DRIVE = re.compile(r"^[A-Za-z]:")
_JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def entry_path(entry: ZipInfo) -> str:
    """Return the entry's path with `/` between its parts, without drive, root, `.` and `..`."""
    name = _entry_name(entry).replace("\\", "/")
    parts = [p for p in _DRIVE.sub("", name).split("/") if p not in ("", ".", "..")]
    return printable("/".join(parts)) or "unnamed"


def leads_outside(entry: ZipInfo) -> bool:
    """Say whether unpacking the entry by its name would write outside the folder."""
    name = entry.filename.replace("\\", "/")
    return name.startswith("/") or bool(_DRIVE.match(name)) or ".." in name.split("/")


def is_junk(path: str) -> bool:
    """Say whether a system put the file there: resource forks, folder settings."""
    *folders, name = path.split("/")
    lower = name.lower()
    return lower in _JUNK_NAMES or lower.startswith("._") or "__MACOSX" in folders


def printable(path: str) -> str:
    """Return *path* without what cannot be encoded: bytes of a name that is not UTF-8."""
    return path.encode("utf-8", errors="replace").decode()


def _entry_name(entry: ZipInfo) -> str:
    """Return the entry's name as it was meant.

    Without the flag for UTF-8, zipfile reads names as cp437, but macOS and others write UTF-8
    and set no flag; names that are UTF-8 by chance do not exist in practice.
    """
    if entry.flag_bits & _UTF8_FLAG or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
