"""A folder in the vault's own in which backups are looked at; what is in it goes afterwards.

It lies there because nobody else may look into it, and because the disk has shown that it has room
for a vault. A crash leaves it, and the next opening of the vault removes it.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from privatus.core.errors import DeviceError
from privatus.vault.private_files import make_folder

_FOLDER = "scratch"


@contextmanager
def scratch(vault_folder: Path) -> Iterator[Path]:
    """Give an empty folder that is removed at the end.

    Raises:
        DeviceError: the vault's folder cannot be written.
    """
    folder = vault_folder / _FOLDER / secrets.token_hex(8)
    try:
        make_folder(folder)
    except OSError:
        raise DeviceError(
            "the vault's folder cannot be written; check its permissions and the room on its disk"
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.parent.rmdir()


def clear(vault_folder: Path) -> None:
    """Remove what a crash has left; for whoever holds the vault's lock."""
    folder = vault_folder / _FOLDER
    if not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
