"""A vault that is being made carries a mark until it is whole.

Making it takes several files, and a crash can come between any two of them. Nobody has put
anything into it by then, and nobody has seen its recovery code: what is there is removed when
the vault is made anew.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from privatus.core.errors import DeviceError
from privatus.storage import lock_file
from privatus.vault.sync import sync_folder

_MARK = "vault.unfinished"
# All that a vault consists of.
_FILES = "vault.*"
_FOLDERS = ("search", "blobs")


def is_unfinished(folder: Path) -> bool:
    """Say whether making the vault in *folder* was broken off."""
    return (folder / _MARK).exists()


def is_free(folder: Path) -> bool:
    """Say whether a vault can be made in *folder*: it holds nothing but what is left of one."""
    if not folder.is_dir():
        return True
    # The lock comes before the mark.
    return is_unfinished(folder) or all(p.name == lock_file.NAME for p in folder.iterdir())


def begin(folder: Path) -> None:
    """Mark the vault as unfinished, and remove what is left of an earlier one.

    Raises:
        DeviceError: the folder cannot be written.
    """
    try:
        if is_unfinished(folder):
            _remove(folder)
        (folder / _MARK).touch(mode=0o600)
        sync_folder(folder)
    except OSError as error:
        raise _refused(error) from None


def finish(folder: Path) -> None:
    """Take the mark off: from now on the vault is one.

    Raises:
        DeviceError: the folder cannot be written.
    """
    try:
        (folder / _MARK).unlink()
        sync_folder(folder)
    except OSError as error:
        raise _refused(error) from None


def _remove(folder: Path) -> None:
    for path in folder.glob(_FILES):
        if path.name not in (_MARK, lock_file.NAME):
            path.unlink()
    for name in _FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)


def _refused(error: OSError) -> DeviceError:
    return DeviceError(
        f"the vault cannot be made ({os.strerror(error.errno or 0)}); check its folder"
    )
