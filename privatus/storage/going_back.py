"""The way back from a change of the schema: the copy that was made before it takes the place.

    vault.db                      the database
    vault.db.before-migration     the copy, under the same key
    vault.db.set-aside-TIME       the database as it was when the copy took its place

`put_back` is one rename, before which the database has two names; until then nothing has changed
but that its log is folded. Whoever calls what changes something here holds the vault's lock.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from privatus.core import clock
from privatus.core.errors import DeviceError, TamperedError, UserError
from privatus.core.purging import KnownCopy
from privatus.storage import migrations
from privatus.storage.archive_files import ArchiveFiles
from privatus.storage.audit import HEADER_COMPLETED, TAKEN_BACK, AuditLog
from privatus.storage.database import Database
from privatus.storage.database_files import LOGS, remove
from privatus.storage.integrity import Integrity
from privatus.storage.key_store import KeyStore
from privatus.storage.migrations import COPY_SUFFIX, Standing
from privatus.storage.purging import Purging
from privatus.storage.store import ARCHIVES, DATABASE
from privatus.vault.keys import Keys
from privatus.vault.private_files import open_new
from privatus.vault.sync import sync_folder

_ASIDE = f"{DATABASE}.set-aside-"
_HAS_ARCHIVES = "SELECT count(*) FROM sqlite_schema WHERE name = 'archived_conversations'"
_ARCHIVES = "SELECT file_name FROM archived_conversations WHERE state = 'away' AND NOT is_remote"
_UNFINISHED = ".tmp"
_REMEDY = "it cannot take the vault's place; nothing was changed"


def kept_copy(folder: Path) -> KnownCopy | None:
    """Return the copy that the last change of the schema has left, if it is there."""
    return _kept(folder / (DATABASE + COPY_SUFFIX))


def set_aside(folder: Path) -> list[KnownCopy]:
    """Return the databases in whose place a copy was put, the oldest first."""
    found = [_kept(path) for path in sorted(folder.glob(f"{_ASIDE}*")) if _is_whole(path)]
    return [kept for kept in found if kept is not None]


def standing(folder: Path, keys: Keys, path: Path) -> Standing | None:
    """Return at which step the database at *path* is; None: it is none, or of another key."""
    if not path.is_file() or not path.stat().st_size:
        return None
    try:
        with closing(Database.open(path, keys.database_keyspec(), read_only=True)) as db:
            return migrations.standing(db)
    except TamperedError:
        return None


def missing_archives(folder: Path, keys: Keys) -> int:
    """Return how many archived chats of the copy have no file any more: they were brought back."""
    path = folder / (DATABASE + COPY_SUFFIX)
    # What is wrong with the copy, `prepare` says.
    with (
        suppress(TamperedError),
        closing(Database.open(path, keys.database_keyspec(), read_only=True)) as db,
    ):
        names = [row[0] for row in db.rows(_ARCHIVES)] if db.value(_HAS_ARCHIVES) else []
        files = ArchiveFiles(folder / ARCHIVES)
        return sum(not files.path(name).exists() for name in names)
    return 0


def prepare(folder: Path, keys: Keys, sequence: int) -> tuple[KnownCopy, Standing]:
    """Check that the copy can take the vault's place, and note in its log that it does.

    Returns it and at which step it is. *sequence* is the number of the header that is in force.

    Raises:
        UserError: there is no copy, or it is not of an earlier step.
        NewerVaultError: it is of a step that this program does not know.
        TamperedError: it is damaged, or of another key; nothing was changed.
        BusyError: another program is reading the vault.
        DeviceError: the disk is full or refuses.
    """
    kept = kept_copy(folder)
    if kept is None:
        raise UserError("no copy is kept from before a change of the schema; restore a backup")
    if _purge_is_pending(folder, keys):
        raise UserError(
            "a purge is not done yet, and the copy holds what it takes out;"
            " open the vault once, then there is no copy any more"
        )
    copy = closing(Database.open(kept.path, keys.database_keyspec(), remedy=_REMEDY))
    with copy as db:
        migrations.check(db)
        _require_whole(db, keys.opened.database_salt)
        found = migrations.standing(db)
        now = standing(folder, keys, folder / DATABASE)
        if now is not None and found.step >= now.step:
            raise UserError(
                f"the vault is at schema step {now.step}, and so is its copy or further;"
                " there is nothing to go back from"
            )
        _note(db, keys, sequence, now)
        db.leave_log()
    # It tells when it was made, and that has not changed.
    os.utime(kept.path, ns=(kept.made_at_ms * 1_000_000,) * 2)
    return kept, found


def put_back(folder: Path, keys: Keys) -> Path | None:
    """Put the copy, which was prepared, in the place of the database; return where that is now.

    None: there was no database any more.

    Raises:
        BusyError: another program is reading the vault; nothing was changed.
        DeviceError: the disk is full or refuses; nothing was changed.
    """
    path, copy = folder / DATABASE, folder / (DATABASE + COPY_SUFFIX)
    aside = None
    with _device_errors():
        if path.is_file():
            is_folded = _fold(path, keys)
            aside = _keep_aside(path)
            for suffix in () if is_folded else LOGS:
                # It does not open; nobody can say what of its log was in force.
                log = path.with_name(path.name + suffix)
                if log.exists():
                    log.rename(aside.with_name(aside.name + suffix))
        # What would be taken for the copy's log, and what was its own.
        remove(path, LOGS)
        remove(copy, LOGS)
        sync_folder(folder)
        copy.replace(path)
        sync_folder(folder)
    return aside


def settle(folder: Path) -> None:
    """Remove what a crash has left of `put_back`: a second name of the database, half a copy.

    Raises:
        DeviceError: the folder cannot be written.
    """
    with _device_errors():
        for path in folder.glob(f"{_ASIDE}*"):
            is_twin = (folder / DATABASE).exists() and path.samefile(folder / DATABASE)
            if is_twin or path.name.endswith(_UNFINISHED):
                path.unlink()


def forget(folder: Path, *, with_aside: bool) -> list[Path]:
    """Remove the copy, and with *with_aside* what was set aside; return what went.

    Raises:
        DeviceError: the folder cannot be written.
    """
    copy = folder / (DATABASE + COPY_SUFFIX)
    aside = [path for path in folder.glob(f"{_ASIDE}*") if _is_whole(path)] if with_aside else []
    with _device_errors():
        gone = [path for path in (copy, *aside) if path.exists()]
        for path in (copy.with_name(copy.name + _UNFINISHED), copy, *aside):
            remove(path, ("", *LOGS))
        sync_folder(folder)
    return gone


def _require_whole(db: Database, salt: bytes) -> None:
    look = Integrity(db)
    problems = [
        *look.salt_problems(salt),
        *look.page_problems(),
        *look.structure_problems(),
        *look.reference_problems(),
    ]
    if problems:
        raise TamperedError(f"{db.path.name} of the vault is damaged; {_REMEDY}")


def _note(db: Database, keys: Keys, sequence: int, now: Standing | None) -> None:
    """Let the log of the copy know the header of today, and that the copy takes the place."""
    with db.transaction():
        log = AuditLog(db, KeyStore(db).scope(keys))
        header = log.last_header()
        if header is None or not header.fits(sequence):
            log.append(HEADER_COMPLETED, {"header": sequence})
        if log.last_action() != TAKEN_BACK:
            log.append(TAKEN_BACK, {} if now is None else {"from_step": now.step})


def _purge_is_pending(folder: Path, keys: Keys) -> bool:
    if standing(folder, keys, folder / DATABASE) is None:
        return False
    path = folder / DATABASE
    with closing(Database.open(path, keys.database_keyspec(), read_only=True)) as db:
        return Purging(db).begun().count > 0


def _fold(path: Path, keys: Keys) -> bool:
    """Fold the log into the database; say whether it opened for that."""
    try:
        with closing(Database.open(path, keys.database_keyspec())) as db:
            db.leave_log()
    except TamperedError:
        return False
    return True


def _keep_aside(path: Path) -> Path:
    """Give the file a second name, or where the file system has no such thing, copy it."""
    moment = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    first = f"{_ASIDE}{moment:%Y%m%dT%H%M%SZ}"
    names = (path.with_name(first if n == 1 else f"{first}-{n}") for n in count(1))
    aside = next(name for name in names if not name.exists())
    try:
        os.link(path, aside)
    except OSError:
        unfinished = aside.with_name(aside.name + _UNFINISHED)
        with path.open("rb") as source, open_new(unfinished) as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        unfinished.rename(aside)
    return aside


def _kept(path: Path) -> KnownCopy | None:
    try:
        status = path.stat()
    except OSError:
        return None
    made_at_ms = status.st_mtime_ns // 1_000_000
    return KnownCopy(path=path, made_at_ms=made_at_ms, size_bytes=status.st_size)


def _is_whole(path: Path) -> bool:
    return not path.name.endswith((*LOGS, _UNFINISHED))


@contextmanager
def _device_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeviceError(
            f"the vault's folder cannot be changed ({os.strerror(error.errno or 0)});"
            " make room in it and check its permissions"
        ) from None
