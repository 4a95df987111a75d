"""Wires everything: opens a vault and hands out what a person can do with it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from uuid import UUID

from privatus.core.errors import BusyError, DeviceError, PrivatusError, TamperedError, UserError
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.search.index import REMEDY, Index
from privatus.services import freshness, graces, identity, indexing, migrating, purge_finish
from privatus.services import rotation as key_rotation
from privatus.services.archiving import away
from privatus.services.backups import restoring, scratch
from privatus.services.services import Parts, Services
from privatus.storage import going_back, rotation, unfinished
from privatus.storage.audit import CREATED
from privatus.storage.database import Database
from privatus.storage.lock_file import VaultLock
from privatus.storage.store import Store
from privatus.vault import unlock
from privatus.vault.kdf import KdfParameters, calibrate
from privatus.vault.keys import Keys
from privatus.vault.memory import forbid_core_dumps as forbid_core_dumps
from privatus.vault.private_files import make_folder
from privatus.vault.unlock import Opened

_INDEX = "search"
# One who reads has the lock for as long as opening takes: some milliseconds, more on a slow disk.
_PATIENCE_S = 1.0
_ROTATING = "the vault is getting new keys; try again when that is done"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVault:
    """A vault that was just made, and the code that opens it when the password is lost."""

    vault: Vault
    recovery_code: str


class Vault(Services):
    """An open vault; `lock` closes it and overwrites its keys.

    with Vault.open(path, password) as vault:
        report = vault.imports.run("export.zip", on_progress=print)
        for hit in vault.search.find('"key rotation" source:claude since:2025-01'):
            print(hit.title, hit.snippet)
    """

    def __init__(
        self,
        folder: Path,
        opened: Opened,
        lock: VaultLock | None,
        *,
        is_new: bool = False,
        read_only: bool = False,
    ) -> None:
        self.folder = folder
        self._lock = lock
        self._keys = Keys(opened)
        self._index: Index | None = None
        self._index_reader: Database | None = None
        self._store: Store | None = None
        # What was found to be older than the rest: an earlier copy that somebody put back.
        self.warnings: list[str] = []
        try:
            self._open(is_new=is_new, read_only=read_only)
            if is_new:
                unfinished.finish(folder)
        except BaseException:
            self.lock()
            raise

    @classmethod
    def create(
        cls, folder: str | Path, password: str, *, kdf: KdfParameters | None = None
    ) -> NewVault:
        """Make a vault in *folder*, which is made if it is missing.

        The recovery code is shown here and nowhere else. Without *kdf*, Argon2id is measured to
        take about a second on this machine.

        Raises:
            UserError: the folder holds a vault, or something else.
            DeviceError: the folder cannot be written.
        """
        folder = Path(folder)
        forbid_core_dumps()
        _require_free(folder)
        try:
            make_folder(folder)
        except OSError as error:
            raise DeviceError(
                f"the folder {folder} cannot be made ({os.strerror(error.errno or 0)});"
                " choose another place"
            ) from None
        lock = VaultLock(folder)
        try:
            # Again, now that nobody else can make one here.
            _require_free(folder)
            unfinished.begin(folder)
            with SecretBytes.from_text(password) as secret:
                opened, code = unlock.create(folder, secret, kdf or calibrate())
            vault = cls(folder, opened, lock, is_new=True)
        except BaseException:
            lock.release()
            raise
        return NewVault(vault=vault, recovery_code=code)

    @classmethod
    def open(
        cls,
        folder: str | Path,
        password: str | None = None,
        *,
        recovery_code: str | None = None,
        read_only: bool = False,
        read_only_if_busy: bool = False,
    ) -> Vault:
        """Open the vault in *folder* with the password or the recovery code.

        With *read_only*, another program may write it before, meanwhile and after; what a crash
        has left is put right first, if nobody does. With *read_only_if_busy* it opens for
        writing, and for reading if another program has it open.

        Raises:
            AccessError: the password or the code is wrong.
            UserError: there is no vault, or a newer program wrote it.
            BusyError: another program has it open.
            TamperedError: it is damaged.
        """
        folder = Path(folder)
        forbid_core_dumps()
        if not cls.exists(folder):
            raise restoring.missing(folder)
        lock = _try_lock(folder, is_needed=not (read_only or read_only_if_busy))
        try:
            if recovery_code is not None:
                opened = unlock.unlock_with_recovery_code(folder, recovery_code)
            else:
                with SecretBytes.from_text(password or "") as secret:
                    opened = unlock.unlock(folder, secret)
            return cls(folder, opened, lock, read_only=read_only)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    # With nothing but a backup repository and a password or a recovery code.
    list_backups = staticmethod(restoring.list_backups)
    restore = staticmethod(restoring.restore)

    @staticmethod
    def rotate(folder: str | Path, password: str, *, job: Job | None = None) -> str:
        """Give the vault in *folder* new keys; return its new recovery code.

        For when somebody may have had a copy and its password: with the keys in it they cannot
        read what is added from now on. The password stays, the former recovery code opens
        nothing any more. The database and the index are written anew, so the disk must have
        room for them once more; attachments that are there keep their keys. Broken off at any
        point, it leaves the vault with the former keys or with the new ones.

        Raises:
            AccessError: the password is wrong.
            BusyError: somebody has the vault open.
            UserError: a database was set aside, and would not open with the new keys.
            TamperedError: it is damaged; nothing was changed.
            DeviceError: the disk is full or refuses.
            JobCancelled: the person stopped it; nothing was changed.
        """
        folder = Path(folder)
        migrating.require_nothing_aside(folder)
        # Brought up to date first, and what a crash has left is put right.
        Vault.open(folder, password).lock()
        lock = VaultLock(folder)
        try:
            with SecretBytes.from_text(password) as secret:
                return key_rotation.rotate(folder, folder / _INDEX, secret, job or Job())
        finally:
            lock.release()

    @property
    def id(self) -> UUID:
        """Return what the vault is known by; it stays the same for ever."""
        return UUID(bytes=self._keys.vault_id)

    @staticmethod
    def exists(folder: str | Path) -> bool:
        """Say whether there is a vault in *folder*."""
        folder = Path(folder)
        return unlock.exists(folder) and not unfinished.is_unfinished(folder)

    @staticmethod
    def check_place(folder: str | Path) -> None:
        """Check that a vault can be made in *folder*, before somebody thinks of a password.

        Raises:
            UserError: the folder holds a vault, or something else.
            DeviceError: it cannot be written, or made.
        """
        folder = Path(folder)
        _require_free(folder)
        above = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not above.is_dir():
            raise UserError(
                f"the folder {folder} cannot be made ({above} is a file); choose another place"
            )
        if not os.access(above, os.W_OK | os.X_OK):
            raise DeviceError(f"the folder {above} may not be written; choose another place")

    def _open(self, *, is_new: bool, read_only: bool) -> None:
        is_writable = self._lock is not None
        repairs = unlock.repair(self.folder, self._keys.opened) if is_writable else []
        self._settle_rotation(is_writable=is_writable)
        self._store = store = self._open_store(is_new=is_new, is_writable=is_writable)
        path = _index_folder(self.folder) / f"{store.scope.key_id}.db"
        if is_writable:
            store.blobs.remove_leftovers()
            scratch.clear(self.folder)
            key_rotation.remove_other_indexes(path)
            graces.begin_anew(store, path)
            self._index = Index.open(path, store.scope.search_keyspec)
            self.warnings = [] if is_new else self._stale_parts(store, self._index)
            indexing.catch_up(store, self._index, Job())
            indexing.mend_newest(store, self._index)
            self._finish_what_was_begun(store, self._index)
            self._log_opening(store, self._index, repairs, is_new=is_new)
            identity.ensure(store, is_new=is_new)
        self._index_reader = Database.open(
            path, store.scope.search_keyspec(), read_only=True, remedy=REMEDY
        )
        if read_only:
            self._let_others_write(store)
        self._make_services(
            Parts(
                store=store,
                index=self._index,
                index_reader=self._index_reader,
                keys=self._keys,
                folder=self.folder,
                repairs=repairs,
                warnings=self.warnings,
                open_vault=_open_other,
            )
        )
        if self._index is not None:
            self._index.while_replaced = partial(
                self._without_index_reader, self._index_reader, store
            )

    def _stale_parts(self, store: Store, index: Index) -> list[str]:
        """Return what of the vault is older than the rest, and note it."""
        read_sequence = partial(unlock.header_sequence, self.folder, self._keys.opened)
        freshness.settle_header(store, read_sequence())
        with store.exclusive() as tables:
            found = [
                freshness.header_problem(tables, read_sequence),
                freshness.database_problem(tables, index),
            ]
        problems = [problem for problem in found if problem]
        freshness.note_problems(store, problems)
        return problems

    def _finish_what_was_begun(self, store: Store, index: Index) -> None:
        # A search of the former process may hold on to its log; the next opening goes on then.
        with contextlib.suppress(BusyError, DeviceError):
            purge_finish.finish(store, index, self.folder, Job())
            migrating.forget_when_old(store, self.folder)
        # `check` names what does not open.
        with contextlib.suppress(DeviceError, TamperedError):
            away.settle(store)

    def _settle_rotation(self, *, is_writable: bool) -> None:
        salt = self._keys.opened.database_salt
        if is_writable:
            rotation.settle(self.folder, salt)
            going_back.settle(self.folder)
        elif rotation.is_unsettled(self.folder, salt):
            raise BusyError(_ROTATING)

    def _open_store(self, *, is_new: bool, is_writable: bool) -> Store:
        try:
            return Store(self.folder, self._keys, is_new=is_new, is_writable=is_writable)
        except TamperedError:
            # One who only reads may have read the header just before it got others.
            if is_writable or unlock.is_in_force(self.folder, self._keys.opened):
                raise
            raise BusyError(_ROTATING) from None

    @staticmethod
    def _log_opening(store: Store, index: Index, repairs: list[str], *, is_new: bool) -> None:
        if not (is_new or repairs or index.was_made):
            return
        with store.transaction() as tables:
            if is_new:
                tables.audit.append(CREATED, {"header": 1})
            if repairs:
                tables.audit.append("header repaired", {"problems": list(repairs)})
            if index.was_made and not is_new:
                tables.audit.append("search index made anew")

    def _let_others_write(self, store: Store) -> None:
        """Give up the lock and all that it allows, once what needed it is done."""
        if self._index is not None:
            self._index.db.close()
            self._index = None
        store.stop_writing()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @contextlib.contextmanager
    def _without_index_reader(self, reader: Database, store: Store) -> Iterator[None]:
        """Keep searches waiting while the index file is replaced."""
        with self.search.paused():
            reader.close()
            try:
                yield
            finally:
                reader.reopen(store.scope.search_keyspec())

    def lock(self) -> None:
        """Close the vault and overwrite its keys; may be called twice."""
        # The last is called first, and each of them, whatever the others raise.
        with contextlib.ExitStack() as closing:
            if self._lock is not None:
                closing.callback(self._lock.release)
            closing.callback(self._keys.wipe)
            if self._store is not None:
                closing.callback(self._store.close)
            if self._index is not None and self._store is not None:
                closing.callback(self._index.db.close)
                closing.callback(_confirm, self._store, self._index)
            if self._index_reader is not None:
                closing.callback(self._index_reader.close)
            if "search" in vars(self):
                closing.callback(self._close_services)
            self._index_reader = self._index = self._store = None

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.lock()


def _open_other(folder: Path, password: str | None, recovery_code: str | None) -> Vault:
    return Vault.open(folder, password, recovery_code=recovery_code)


def _confirm(store: Store, index: Index) -> None:
    # Only saves work at the next opening, and fails in a damaged vault: that must not hide what
    # the damage was found by.
    with contextlib.suppress(PrivatusError):
        indexing.confirm(store, index)


def _try_lock(folder: Path, *, is_needed: bool) -> VaultLock | None:
    if is_needed:
        return VaultLock(folder, patience_s=_PATIENCE_S)
    try:
        return VaultLock(folder)
    except BusyError:
        return None


def _index_folder(folder: Path) -> Path:
    """Return the folder of the index, in which an opening deletes what former keys have left.

    Raises:
        UserError: it is a link, and so perhaps somebody else's.
    """
    path = folder / _INDEX
    if path.is_symlink():
        raise UserError(f"{path} is a link; remove it, and the search index is made anew")
    return path


def _require_free(folder: Path) -> None:
    if Vault.exists(folder):
        raise UserError(f"there is a vault in {folder} already; open it, or choose another folder")
    if not unfinished.is_free(folder):
        raise UserError(f"{folder} is not empty; choose an empty or new folder for the vault")
