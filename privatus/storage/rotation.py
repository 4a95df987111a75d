"""The database under new keys: a copy gets them, and takes the original's place.

    vault.db        the database
    vault.db.new    the copy, while the keys are changed

The header says which of the two is in force, by the salt with which each file begins: `settle`
looks at that, and so ends what a crash has interrupted, or takes back what did not come so far.

Whoever calls these functions holds the vault's lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from privatus.core import clock
from privatus.core.errors import DeviceError
from privatus.storage.audit import ROTATED, AuditLog
from privatus.storage.database import Database
from privatus.storage.database_files import LOGS, remove
from privatus.storage.former_keys import FormerKeys
from privatus.storage.kept_sums import KeptSums
from privatus.storage.key_store import KeyStore
from privatus.storage.migrations import COPY_SUFFIX
from privatus.storage.store import DATABASE
from privatus.vault.keys import Keys, Scope
from privatus.vault.sync import sync_folder

_COPY = f"{DATABASE}.new"
_REMEDY = "nothing was changed: run `privatus check`"


def write_copy(folder: Path, former: Keys, keys: Keys, sequence: int) -> Scope:
    """Write the copy of the database under *keys*; return its scope, which has a new key, too.

    *sequence* is the number of the header that will put them in force.

    Raises:
        BusyError: another program is reading the vault.
        TamperedError: a page or a key of the database is damaged.
        DeviceError: the disk is full or refuses.
    """
    path = folder / _COPY
    with closing(Database.open(folder / DATABASE, former.database_keyspec())) as original:
        # Another program's log would be taken for the new database's.
        original.leave_log()
        original.copy_to(path)
    with closing(Database.open(path, former.database_keyspec(), remedy=_REMEDY)) as copy:
        copy.change_key(keys.database_keyspec())
        KeptSums(copy).begin()
        with copy.transaction():
            scope = KeyStore(copy).rotate(former, keys)
            epoch = FormerKeys(copy, scope).retire(former, clock.now_ms())
            AuditLog(copy, scope).append(ROTATED, {"header": sequence, "epoch": epoch})
        copy.checkpoint()
    with _device_errors(), path.open("rb+") as file:
        os.fsync(file.fileno())
    return scope


def settle(folder: Path, salt: bytes) -> None:
    """Leave one database in *folder*: the one of the header, whose key has this *salt*.

    Raises:
        DeviceError: the folder cannot be written.
    """
    path, copy = folder / DATABASE, folder / _COPY
    with _device_errors():
        if is_unsettled(folder, salt):
            remove(path, LOGS)
            copy.replace(path)
            sync_folder(folder)
            # It opens with the former keys only, which nobody is to have any more.
            remove(path, [COPY_SUFFIX])
        remove(copy, ["", *LOGS])


def is_unsettled(folder: Path, salt: bytes) -> bool:
    """Say whether the header is already the copy's, and the copy not yet in its place."""
    is_copy = _begins_with(folder / _COPY, salt)
    return is_copy and not _begins_with(folder / DATABASE, salt)


def _begins_with(path: Path, salt: bytes) -> bool:
    # A pipe put there would make open() wait for ever.
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(salt)) == salt


@contextmanager
def _device_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeviceError(
            f"the vault's database cannot be replaced ({os.strerror(error.errno or 0)});"
            " check the vault's folder"
        ) from None
