"""At which step of the schema a vault is, and going back to the one before.

Going back needs no open vault: opening it brings it up to date.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from privatus.core import clock
from privatus.core.errors import DeviceError, UserError
from privatus.core.jobs import Job
from privatus.core.purging import KnownCopy
from privatus.core.secret import SecretBytes
from privatus.services.rotation import remove_other_indexes
from privatus.storage import going_back, migrations, rotation
from privatus.storage.lock_file import VaultLock
from privatus.storage.migrations import Standing
from privatus.storage.store import DATABASE, Store
from privatus.vault import unlock
from privatus.vault.keys import Keys

_STEPS = 3
_INDEX = "search"
# A copy is as large as the vault. It stays for a month in which the vault was used.
_KEPT_MS = 30 * 24 * 60 * 60 * 1000
_USED_MS = 24 * 60 * 60 * 1000
_COPY_REMOVED = "copy of before a schema change removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDatabase:
    """A database that lies beside the vault's; *standing* is None if it does not open."""

    file: KnownCopy
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStatus:
    """What there is to know of a vault's schema and of the ways back."""

    standing: Standing | None  # None: vault.db does not open
    program_step: int
    copy: KeptDatabase | None
    set_aside: tuple[KeptDatabase, ...]
    # Chats that the copy has in archives only, and that were brought back since: going back sets
    # them aside with all else.
    missing_archives: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack:
    """What took the place of the vault's database."""

    standing: Standing
    made_at_ms: int
    set_aside: Path | None  # where the database is that was there


def status(folder: Path, password: str) -> MigrationStatus:
    """Say where the schema of the vault in *folder* is, without bringing it up to date.

    Raises:
        AccessError: the password is wrong.
        UserError: there is no vault.
        TamperedError: its header is damaged.
    """
    with _keys(folder, password) as keys:
        # Who may not write here, or not now, can still look.
        with contextlib.suppress(DeviceError):
            lock = VaultLock(folder)
            try:
                _settle(folder, keys)
            finally:
                lock.release()
        copy = going_back.kept_copy(folder)
        kept = None if copy is None else _opened(folder, keys, copy)
        opens = kept is not None and kept.standing is not None
        return MigrationStatus(
            standing=going_back.standing(folder, keys, folder / DATABASE),
            program_step=migrations.step_of_program(),
            copy=kept,
            set_aside=tuple(_opened(folder, keys, f) for f in going_back.set_aside(folder)),
            missing_archives=going_back.missing_archives(folder, keys) if opens else 0,
        )


def go_back(folder: Path, password: str, *, job: Job | None = None) -> WentBack:
    """Put the copy from before the last change of the schema in the place of the database.

    The copy is checked before. The database is kept beside it, under a name with the time.
    Broken off at any point, the vault is as it was or as the copy is. Attachments stay where
    they are; the next opening makes the search index anew.

    Raises:
        AccessError: the password is wrong.
        UserError: there is no vault, no copy, or nothing to go back from.
        BusyError: somebody has the vault open.
        TamperedError: the copy is damaged; nothing was changed.
        DeviceError: the disk is full or refuses.
        JobCancelled: the person stopped it; nothing was changed.
    """
    job = job or Job()
    lock = VaultLock(folder)
    try:
        with _keys(folder, password) as keys:
            _settle(folder, keys)
            job.report("checking the copy", 0, _STEPS)
            sequence = unlock.header_sequence(folder, keys.opened)
            copy, standing = going_back.prepare(folder, keys, sequence)
            job.report("removing the index", 1, _STEPS)
            # It is of later messages, and would say that the database is an old one put back.
            if not (folder / _INDEX).is_symlink():
                remove_other_indexes(folder / _INDEX / f"{DATABASE}.none")
            job.report("putting the copy in place", 2, _STEPS)
            aside = going_back.put_back(folder, keys)
    finally:
        lock.release()
    return WentBack(standing=standing, made_at_ms=copy.made_at_ms, set_aside=aside)


def kept_files(folder: Path) -> list[KnownCopy]:
    """Return the copy and what was set aside: all that `forget` removes."""
    copy = going_back.kept_copy(folder)
    return [*([copy] if copy else []), *going_back.set_aside(folder)]


def forget(folder: Path) -> list[Path]:
    """Remove the copy, and all databases that were set aside; return what went.

    Raises:
        BusyError: somebody has the vault open.
        DeviceError: the folder cannot be written.
    """
    lock = VaultLock(folder)
    try:
        going_back.settle(folder)
        return going_back.forget(folder, with_aside=True)
    finally:
        lock.release()


def require_nothing_aside(folder: Path) -> None:
    """Check that no database was set aside, which other keys would make unreadable.

    Raises:
        UserError: there is one.
    """
    if aside := going_back.set_aside(folder):
        raise UserError(
            f"{aside[0].path.name} in the vault's folder opens with the present keys only;"
            " take out of it what you need, remove it by `privatus migrate --forget`, then rotate"
        )


def forget_when_old(store: Store, folder: Path) -> None:
    """Remove a copy that nobody needs any more: a month old, of a vault that was used since."""
    if going_back.kept_copy(folder) is None:
        return
    with store.exclusive() as tables:
        changed_at_ms = tables.integrity.schema_standing().applied_at_ms
        used_at_ms = tables.audit.last_at_ms()
    is_old = clock.now_ms() - changed_at_ms > _KEPT_MS
    if is_old and used_at_ms - changed_at_ms > _USED_MS:
        going_back.forget(folder, with_aside=False)
        store.log(_COPY_REMOVED, {})


@contextlib.contextmanager
def _keys(folder: Path, password: str) -> Iterator[Keys]:
    with SecretBytes.from_text(password) as secret:
        keys = Keys(unlock.unlock(folder, secret))
    try:
        yield keys
    finally:
        keys.wipe()


def _settle(folder: Path, keys: Keys) -> None:
    rotation.settle(folder, keys.opened.database_salt)
    going_back.settle(folder)


def _opened(folder: Path, keys: Keys, file: KnownCopy) -> KeptDatabase:
    return KeptDatabase(file=file, standing=going_back.standing(folder, keys, file.path))
