"""A vault that is being made carries a mark until it is whole.

Making it takes several files, and a crash can come between any two of them. Nobody has put
anything into it by then, and nobody has seen its recovery code: what is there is set aside when
the vault is made anew. Not removed: a mark can come back by a copy or a synchronised folder. And
what is larger than a new vault, or has blobs, is a vault whatever mark lies there.
"""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from privatus.core.errors import DeviceError
from privatus.storage import lock_file
from privatus.vault.sync import sync_folder

_MARK = "vault.unfinished"
# All that a vault consists of.
_FILES = "vault.*"
_FOLDERS = ("search", "blobs")
_DATABASE = "vault.db*"
# A new one takes 1.7 MB with its log: some pages of 8 KiB for each table and its indexes.
_LARGEST_NEW_BYTES = 4 * 1024 * 1024
_ASIDE = "set-aside-{}"


def is_unfinished(folder: Path) -> bool:
    """Say whether making the vault in *folder* was broken off."""
    return (folder / _MARK).exists() and not _is_used(folder)


def _is_used(folder: Path) -> bool:
    size = sum(path.stat().st_size for path in folder.glob(_DATABASE))
    return size > _LARGEST_NEW_BYTES or any(folder.glob("blobs/??/*"))


def is_free(folder: Path) -> bool:
    """Say whether a vault can be made in *folder*: it holds nothing but what is left of one."""
    if not folder.is_dir():
        return True
    # The lock comes before the mark.
    return is_unfinished(folder) or all(p.name == lock_file.NAME for p in folder.iterdir())


def begin(folder: Path) -> None:
    """Mark the vault as unfinished, and set aside what is left of an earlier one.

    Raises:
        DeviceError: the folder cannot be written.
    """
    try:
        if is_unfinished(folder):
            _set_aside(folder)
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


def _set_aside(folder: Path) -> None:
    names = (p.name for p in (*folder.glob(_FILES), *map(folder.joinpath, _FOLDERS)) if p.exists())
    left = [name for name in names if name not in (_MARK, lock_file.NAME)]
    if left:
        number = next(n for n in count(1) if not (folder / _ASIDE.format(n)).exists())
        aside = folder / _ASIDE.format(number)
        aside.mkdir(mode=0o700)
        for name in left:
            (folder / name).rename(aside / name)


def _refused(error: OSError) -> DeviceError:
    return DeviceError(
        f"the vault cannot be made ({os.strerror(error.errno or 0)}); check its folder"
    )
