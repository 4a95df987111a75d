"""Files and folders of a vault that nobody but their owner may look into.

What is in them is encrypted; their number, sizes and times tell something all the same. The
vault's folder alone does not hide them where a person made it before, for others to read.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_BLOCK_BYTES = 1024 * 1024
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn \n into \r\n


def make_folder(folder: Path) -> None:
    """Make *folder* and what is missing above it, unless it is there."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file, unless something is there; who opens it next says what goes wrong."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def open_new(path: Path) -> BinaryIO:
    """Open *path* for writing from the start; what it held is gone."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def write_all(descriptor: int, data: bytes) -> None:
    """Write *data* where the file stands, in blocks of a megabyte.

    Linux takes memory for a call in pieces as large as what it writes. Free ones from 2 MiB on are
    what a virtual machine gives back to its host: to write 8 MiB a call took ten times as long.
    """
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view[:_BLOCK_BYTES]) :]


def close_folder(folder: Path) -> None:
    """Shut others out of a folder that was there before, where the file system can.

    What is in it is out of their reach then, whatever it allows by itself.
    """
    with suppress(OSError):
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
