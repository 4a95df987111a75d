"""Giving a vault new keys from the vault key down, against whoever had the former ones."""

from __future__ import annotations

import contextlib
import os
from contextlib import closing
from pathlib import Path

from privatus.core.errors import DeviceError, TamperedError
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.search import index
from privatus.storage import rotation
from privatus.storage.database import Database
from privatus.vault import unlock
from privatus.vault.keys import Keys, Scope
from privatus.vault.unlock import NewKeys

_STEPS = 3


def rotate(folder: Path, index_folder: Path, password: SecretBytes, job: Job) -> str:
    """Give the vault in *folder*, which nobody has open, new keys; return its new recovery code.

    Nothing has changed until the header is replaced, which is one rename. From then on the new
    keys are in force, and the next opening ends what is left to do. The caller holds the lock.

    Raises:
        AccessError: the password is wrong.
        BusyError: another program is reading the vault.
        TamperedError: something in it is damaged; nothing was changed.
        DeviceError: the disk is full or refuses.
        JobCancelled: the person stopped it; nothing was changed.
    """
    former = Keys(unlock.unlock(folder, password))
    try:
        fresh = unlock.new_keys(folder, former.opened, password)
        keys = Keys(fresh.opened)
        try:
            _rotate(folder, index_folder, former, keys, fresh, job)
        finally:
            keys.wipe()
    finally:
        former.wipe()
    return fresh.recovery_code


def remove_other_indexes(path: Path) -> None:
    """Delete the index files beside *path*: those of former keys, and what a crash has left.

    Raises:
        DeviceError: the folder cannot be written.
    """
    for other in path.parent.glob("*.db"):
        # Ours are named by a number.
        if other != path and other.stem.isdecimal():
            _remove(other)


def _rotate(
    folder: Path, index_folder: Path, former: Keys, keys: Keys, fresh: NewKeys, job: Job
) -> None:
    try:
        job.report("encrypting the vault anew", 0, _STEPS)
        scope = rotation.write_copy(folder, former, keys, fresh.sequence)
        job.report("encrypting the index anew", 1, _STEPS)
        _copy_index(index_folder, scope)
        job.report("putting the new keys in force", 2, _STEPS)
    except BaseException:
        with contextlib.suppress(DeviceError):
            rotation.settle(folder, former.opened.database_salt)
        raise
    unlock.put_in_force(folder, fresh)
    # What fails from here on is done by the next opening, and the recovery code must be shown.
    with contextlib.suppress(DeviceError):
        rotation.settle(folder, keys.opened.database_salt)
        remove_other_indexes(_index_of(index_folder, scope))


def _copy_index(folder: Path, scope: Scope) -> None:
    former, copy = scope.former[-1], _index_of(folder, scope)
    _remove(copy)
    try:
        with closing(Database.open(_index_of(folder, former), former.search_keyspec())) as db:
            db.copy_to(copy)
        with closing(Database.open(copy, former.search_keyspec())) as db:
            db.change_key(scope.search_keyspec())
    except TamperedError:
        # It can be made from the messages, and the next opening does that.
        _remove(copy)


def _remove(path: Path) -> None:
    try:
        index.remove(path)
    except OSError as error:
        raise DeviceError(
            f"a search index cannot be removed ({os.strerror(error.errno or 0)});"
            " check the vault's folder"
        ) from None


def _index_of(folder: Path, scope: Scope) -> Path:
    return folder / f"{scope.key_id}.db"
