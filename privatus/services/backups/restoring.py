"""A vault out of a backup, on a machine that has nothing but the repository and a secret."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from privatus.backup import restoring
from privatus.backup.destinations.opening import open_destination
from privatus.backup.history import signature_problems
from privatus.backup.reading import ChunkReader
from privatus.backup.recovering import whole_index
from privatus.backup.repository import Repository, SecretSide, Snapshot
from privatus.core import clock
from privatus.core.backup import Backup, RestoreReport
from privatus.core.errors import DeviceError, TamperedError, UsageError, UserError
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.services.backups.host_keys import with_fingerprint
from privatus.storage import migrations
from privatus.storage.database import Database
from privatus.storage.lock_file import NAME as LOCK_NAME
from privatus.storage.lock_file import VaultLock
from privatus.vault import header_files, recovery_code, unlock
from privatus.vault.keys import keyspec
from privatus.vault.private_files import make_folder
from privatus.vault.restored_header import opened_by, restored_header
from privatus.vault.slots import SlotType
from privatus.vault.sync import sync_folder

_SCRATCH = "{0}.restoring"
_ASIDE_START = "{0}.before-restore-"
_ASIDE = f"{_ASIDE_START}{{1:%Y-%m-%d-%H%M%S}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRepository:
    """A repository, and what has opened it."""

    repository: Repository
    side: SecretSide
    secret: SecretBytes
    slot_type: SlotType

    def header_for(self, snapshot: Snapshot) -> bytes:
        """Return the header with which what the backup holds opens with the same secret."""
        said = snapshot.manifest
        side = self.side
        return restored_header(
            said.header, side.header, side.vault_keys, said.epoch, self.secret, self.slot_type
        )


@contextmanager
def opened_with_secret(
    location: str,
    password: str | None,
    code: str | None,
    options: Mapping[str, str] | None = None,
    job: Job | None = None,
) -> Iterator[OpenedRepository]:
    """Open the repository at *location* with the password or the recovery code.

    Raises:
        UserError: there is no repository.
        AccessError: the password or the code is wrong.
        UnreachableError: nothing answers there.
        TamperedError: its config or its keys are damaged.
    """
    with ExitStack() as closing:
        slot_type = SlotType.PASSWORD if code is None else SlotType.RECOVERY
        secret = closing.enter_context(
            recovery_code.decode(code) if code else SecretBytes.from_text(password or "")
        )
        destination = open_destination(
            location, with_fingerprint(options), sleep=(job or Job()).sleep
        )
        closing.callback(destination.close)
        repository, side = Repository.open(destination, secret, slot_type)
        closing.callback(repository.keys.wipe)
        closing.callback(side.wipe)
        yield OpenedRepository(repository=repository, side=side, secret=secret, slot_type=slot_type)


def list_backups(
    location: str,
    password: str | None = None,
    *,
    code: str | None = None,
    options: Mapping[str, str] | None = None,
) -> list[Backup]:
    """Return the backups at *location*, the newest first; those that are damaged are left out.

    Raises:
        UserError, AccessError, UnreachableError, TamperedError: as `opened_with_secret`.
    """
    with opened_with_secret(location, password, code, options) as opened:
        return listed(opened)


def listed(opened: OpenedRepository) -> list[Backup]:
    """Return the backups of an open repository, the newest first."""
    snapshots, _ = opened.repository.snapshots()
    return [one.manifest.backup() for one in reversed(snapshots)]


def restore(
    location: str,
    folder: Path,
    password: str | None = None,
    *,
    code: str | None = None,
    options: Mapping[str, str] | None = None,
    backup_id: str | None = None,
    at_ms: int | None = None,
    keep_aside: bool = False,
    job: Job | None = None,
) -> RestoreReport:
    """Make the vault in *folder* out of a backup: the newest, or one by its id or its time.

    *at_ms* means the newest backup that was made by then. A vault that is in *folder* is moved
    aside with *keep_aside*, and nothing is done without. Broken off at any point, what was there
    is there.

    Raises:
        UserError: there is no such backup, or something lies in *folder*.
        AccessError, UnreachableError: as `opened_with_secret`.
        TamperedError: the backup is damaged; another one may not be.
        DeviceError: there is no room, or the folder cannot be written.
        BusyError: another restore to this folder is going on.
        JobCancelled: the person stopped it; nothing was changed.
    """
    job = job or Job()
    with opened_with_secret(location, password, code, options, job) as opened:
        snapshot = choose(opened.repository, backup_id, at_ms)
        return restore_opened(opened, snapshot, folder.absolute(), keep_aside, job)


def restore_opened(
    opened: OpenedRepository, snapshot: Snapshot, folder: Path, keep_aside: bool, job: Job
) -> RestoreReport:
    """Make the vault in *folder* out of one backup of an open repository; as `restore`."""
    begun_at_ms = clock.now_ms()
    _require_place(folder, keep_aside=keep_aside)
    _require_room(folder, snapshot.manifest.total_bytes)
    left = _left_aside(folder)
    with _scratch(folder) as scratch:
        n_files = write_vault(opened, snapshot, scratch, job)
        aside = _put_in_place(scratch, folder) or left
    return RestoreReport(
        backup_id=snapshot.manifest.id,
        made_at_ms=snapshot.manifest.made_at_ms,
        restored_bytes=snapshot.manifest.total_bytes,
        files=n_files,
        duration_ms=clock.now_ms() - begun_at_ms,
        kept_aside=None if aside is None else str(aside),
    )


def write_vault(opened: OpenedRepository, snapshot: Snapshot, folder: Path, job: Job) -> int:
    """Write what a backup holds into *folder* as a vault; return the number of files beside it.

    Raises:
        TamperedError: a part of it is lost, or is not what was backed up.
        DeviceError: the disk is full or refuses.
    """
    repository, said = opened.repository, snapshot.manifest
    require_signed(repository, snapshot)
    reader = ChunkReader(repository, whole_index(repository))
    n_files = restoring.restore_all(reader, said, folder, job)
    raw = opened.header_for(snapshot)
    header_files.create(folder, raw)
    found = opened_by(raw, opened.side.vault_keys[said.epoch - 1])
    try:
        key = keyspec(found.database_key.reveal() + found.database_salt)
        db = Database.open(folder / restoring.DATABASE, key, read_only=True)
        try:
            migrations.check(db)
        finally:
            db.close()
    finally:
        found.wipe()
    return n_files


def require_signed(repository: Repository, snapshot: Snapshot) -> None:
    """Check that a backup bears the signature that it has to.

    Raises:
        TamperedError: it does not.
    """
    for problem in signature_problems(repository, snapshot):
        backup_id = snapshot.manifest.id[:8]
        raise TamperedError(f"backup {backup_id} is forged: {problem.what}; choose another one")


def choose(repository: Repository, backup_id: str | None, at_ms: int | None) -> Snapshot:
    """Return the backup that is meant: by the start of its id, by its time, or the newest.

    Raises:
        UserError: there is none, or more than one.
        TamperedError: there are backups, and none of them opens.
    """
    snapshots, problems = repository.snapshots()
    if not snapshots:
        if problems:
            raise TamperedError(problems[0].what)
        raise UserError(f"there is no backup at {repository.destination.location} yet")
    if backup_id is not None:
        return _by_id(snapshots, backup_id)
    if at_ms is None:
        return snapshots[-1]
    before = [one for one in snapshots if one.manifest.made_at_ms <= at_ms]
    if not before:
        raise UserError("there is no backup of that time or before; list them, then choose one")
    return max(before, key=lambda one: one.manifest.made_at_ms)


def _by_id(snapshots: list[Snapshot], backup_id: str) -> Snapshot:
    found = [one for one in snapshots if one.manifest.id.startswith(backup_id.lower())]
    if not backup_id:
        raise UsageError("the id of the backup is empty; list the backups, then choose one")
    if not found:
        raise UserError(f"there is no backup {backup_id}; list the backups, then choose one")
    if len(found) > 1:
        raise UserError(f"several backups begin with {backup_id}; give more of the id")
    return found[0]


def missing(folder: Path) -> UserError:
    """Return what a person is told who opens *folder*, where there is no vault."""
    if aside := _left_aside(folder.absolute()):
        return UserError(
            f"a restore was broken off as it was about to end; the vault that was in {folder} lies"
            f" in {aside}: restore again, or give that folder its name back"
        )
    return UserError(
        f"there is no vault in {folder}; make one with `privatus init` or by importing"
    )


def _left_aside(folder: Path) -> Path | None:
    """Return where the vault lies that a restore to *folder* has moved before it was killed."""
    scratch = folder.with_name(_SCRATCH.format(folder.name))
    # What takes its place is whole by then, and its header is written last.
    if folder.exists() or not unlock.exists(scratch):
        return None
    start = _ASIDE_START.format(folder.name)
    found = (path for path in folder.parent.iterdir() if path.name.startswith(start))
    return max((path for path in found if unlock.exists(path)), default=None)


def _require_place(folder: Path, *, keep_aside: bool) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not unlock.exists(folder):
        raise UserError(f"{folder} is not empty; choose an empty or new folder for the vault")
    if not keep_aside:
        raise UserError(
            f"there is a vault in {folder}; choose another folder, or let it be kept aside"
        )


def _require_room(folder: Path, needed_bytes: int) -> None:
    above = next(path for path in folder.parents if path.exists())
    free = shutil.disk_usage(above).free
    if free < needed_bytes:
        raise DeviceError(
            f"the vault needs {needed_bytes // 1_000_000 + 1} MB and there are"
            f" {free // 1_000_000} MB; make room, or choose another place"
        )


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give a folder beside *folder* in which nobody else restores; what is left in it goes."""
    scratch = folder.with_name(_SCRATCH.format(folder.name))
    try:
        make_folder(scratch)
    except OSError as error:
        raise DeviceError(
            f"{scratch} cannot be made ({os.strerror(error.errno or 0)}); choose another place"
        ) from None
    lock = VaultLock(scratch)
    try:
        _clear(scratch)
        # Once it is in its place, whatever has this name is another's.
        yield scratch
    except BaseException:
        _clear(scratch)
        with suppress(OSError):
            (scratch / LOCK_NAME).unlink(missing_ok=True)
            scratch.rmdir()
        raise
    finally:
        lock.release()


def _clear(scratch: Path) -> None:
    """Remove what a restore that was broken off has left."""
    for path in scratch.iterdir():
        if path.name == LOCK_NAME:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _put_in_place(scratch: Path, folder: Path) -> Path | None:
    """Rename *scratch* to *folder*; return where the vault that was there lies now.

    A kill between the two renames leaves both whole, and `missing` says where.
    """
    aside = None
    try:
        if unlock.exists(folder):
            lock = VaultLock(folder)  # nobody may have it open
            lock.release()
            aside = _free_name(folder)
            folder.rename(aside)
            sync_folder(folder.parent)
        elif folder.exists():
            folder.rmdir()
        scratch.rename(folder)
    except OSError as error:
        if aside is not None and aside.exists():
            aside.rename(folder)
        raise DeviceError(
            f"the restored vault cannot be put in its place ({os.strerror(error.errno or 0)});"
            " nothing was changed"
        ) from None
    # Both are where they belong; that the disk may refuse to say so changes nothing.
    with suppress(OSError):
        sync_folder(folder.parent)
    return aside


def _free_name(folder: Path) -> Path:
    base = _ASIDE.format(folder.name, datetime.now(UTC))
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(path for name in names if not (path := folder.with_name(name)).exists())
