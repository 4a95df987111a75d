"""Makes what was written survive a power cut."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the renames in *folder* survive a power cut; Windows does it by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of *path* survive a power cut."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_file_system(folder: Path) -> bool:
    """Make everything on the file system of *folder* survive a power cut; say whether that is done.

    Linux: syncfs(2), which tells of failed writes since 5.8. Elsewhere it does nothing.

    Raises:
        OSError: something could not be written.
    """
    if sys.platform != "linux" or _kernel() < (5, 8):
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)
    return True


def _kernel() -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
