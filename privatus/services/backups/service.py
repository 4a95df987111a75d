"""Backups of the open vault: where they go, when they are made, which there are."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from privatus.backup import creating
from privatus.backup.reindexing import merge_index
from privatus.backup.repository import Repository, Snapshot
from privatus.core import clock
from privatus.core.backup import (
    Backup,
    BackupDestination,
    BackupKind,
    DestinationStatus,
    DrillReport,
    PruneReport,
    RestoreReport,
    VerifyDepth,
    VerifyReport,
)
from privatus.core.errors import (
    BusyError,
    JobCancelled,
    PrivatusError,
    UnreachableError,
    UserError,
)
from privatus.core.jobs import Job
from privatus.core.recovery import RecoveryPlan
from privatus.search.index import Index
from privatus.services.backups import mirror, restoring
from privatus.services.backups import schedule as schedules
from privatus.services.backups.browsing import Browsing
from privatus.services.backups.checking import Checking
from privatus.services.backups.destinations import Destinations
from privatus.services.backups.keeping import Keeping
from privatus.services.backups.members import Members
from privatus.services.backups.proving import OpenVault, Proving
from privatus.services.backups.recovery_plan import recovery_plan
from privatus.services.backups.repositories import Repositories
from privatus.services.journal.noting import noted
from privatus.storage.backups import DestinationState, StoredDestination
from privatus.storage.store import Store
from privatus.vault.keys import Keys


class BackupService:
    """Makes backups, and tells of them."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        folder: Path,
        open_vault: OpenVault,
        index: Index | None,
    ) -> None:
        self._store = store
        self._folder = folder
        self.repositories = Repositories(store, keys, folder)
        places = Destinations(store, self.repositories, folder)
        self.destinations, self.find = places.all, places.find
        self.add, self.change, self.remove = places.add, places.change, places.remove
        self.test = places.test
        self._proving = Proving(store, self.repositories, folder, open_vault)
        self.drills = self._proving.drills
        self._checking = Checking(store, self.repositories)
        self.verifications = self._checking.verifications
        self._keeping = keeping = Keeping(store, self.repositories)
        self.backups, self.plan = keeping.backups, keeping.plan
        self.drop, self.pin = keeping.drop, keeping.pin
        self.members = Members(store, self.repositories)
        self.browsing = Browsing(
            store=store, index=index, repositories=self.repositories, folder=folder
        )
        self.browse, self.undo_restored = self.browsing.browse, self.browsing.undo

    def status(self, now_ms: int | None = None) -> list[DestinationStatus]:
        """Return how every destination is, without asking any of them."""
        now_ms = clock.now_ms() if now_ms is None else now_ms
        with self._store.snapshot() as tables:
            return [
                mirror.status(stored, tables.backups.metadata.told(stored.id), now_ms)
                for stored in tables.backups.destinations.all()
            ]

    @noted("backup")
    def run(
        self, destination_id: int, *, kind: BackupKind | None = None, job: Job | None = None
    ) -> Backup:
        """Make a backup; without *kind*, of the one that the schedule says.

        Raises:
            UnreachableError: the destination is not there.
            DestinationError: it does not take the backup; nothing there was harmed.
            BusyError: another backup is being made.
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it.
        """
        self._store.require_writable()
        stored = self.repositories.destination(destination_id)
        if kind is None:
            with self._store.snapshot() as tables:
                known = tables.backups.metadata.there(destination_id)
            kind = schedules.kind_due(stored, known, clock.now_ms())
        try:
            is_new, header = not self._was_used(stored), self.repositories.side().header
            with self.repositories.opened(stored, job, make=is_new) as repository:
                made = self._make(repository, destination_id, kind, job or Job())
                repository_id = repository.config.repository_id.hex()
                mirror.take_in_made(self._store, destination_id, repository, made)
                # It is made, whatever becomes of this.
                with suppress(PrivatusError, JobCancelled):
                    if self.repositories.side().header != header:
                        repository.settle(self.repositories.side())
                    merge_index(repository)
        except PrivatusError as error:
            self._note_attempt(destination_id, error)
            raise
        self._note_attempt(destination_id, None, repository_id)
        return made.manifest.backup()

    def due(self, now_ms: int | None = None) -> list[BackupDestination]:
        """Return the destinations to which a backup is wanted now."""
        now_ms = clock.now_ms() if now_ms is None else now_ms
        return [one.destination for one in self.status(now_ms) if one.is_due(now_ms)]

    def run_due(self, job: Job | None = None) -> list[Backup]:
        """Make all backups that are due; what does not work is noted in the status."""
        made = []
        for destination in self.due():
            try:
                made.append(self.run(destination.id, job=job))
            except PrivatusError:
                continue
        return made

    def refresh(self, destination_id: int, job: Job | None = None) -> None:
        """Read what lies at a destination, so that `backups` tells of it.

        Raises:
            UnreachableError, DestinationError: it does not answer.
        """
        stored = self.repositories.destination(destination_id)
        (job or Job()).check()
        with self.repositories.opened(stored, job, is_looking=True) as repository:
            mirror.read(self._store, destination_id, repository)

    def verify(
        self, destination_id: int, depth: VerifyDepth, job: Job | None = None
    ) -> VerifyReport:
        """Read back as much of a repository as *depth* says.

        Raises:
            UserError, UnreachableError, DestinationError, BusyError, JobCancelled: as
                `Checking.verify`.
        """
        return self._checking.verify(destination_id, depth, job or Job())

    def repair(self, destination_id: int, job: Job | None = None) -> int:
        """Make a damaged index of a repository anew; return how many packs it lacked.

        Raises:
            UserError, UnreachableError, DestinationError, BusyError, JobCancelled: as
                `Checking.repair`.
        """
        return self._checking.repair(destination_id, job or Job())

    def prune(
        self, destination_id: int, *, dry_run: bool = False, job: Job | None = None
    ) -> PruneReport:
        """Drop the backups that no rule keeps, and free what none of the others needs.

        Raises:
            UserError, UnreachableError, DestinationError, TamperedError, BusyError, JobCancelled:
                as `Keeping.prune`.
        """
        return self._keeping.prune(destination_id, dry_run=dry_run, job=job or Job())

    def recovery_plan(self) -> RecoveryPlan:
        """Return what would come back now and how long that takes, as measured."""
        return recovery_plan(self._store, self._folder)

    def drill(
        self,
        destination_id: int,
        password: str | None = None,
        *,
        recovery_code: str | None = None,
        backup_id: str | None = None,
        job: Job | None = None,
    ) -> DrillReport:
        """Restore a backup, or the newest, into a scratch place with the secret alone.

        Raises:
            AccessError, UserError, UnreachableError, DestinationError, DeviceError, JobCancelled:
                as `Proving.drill`.
        """
        return self._proving.drill(destination_id, password, recovery_code, backup_id, job or Job())

    @noted("restore")
    def restore(
        self,
        destination_id: int,
        folder: Path,
        password: str | None = None,
        *,
        recovery_code: str | None = None,
        backup_id: str | None = None,
        at_ms: int | None = None,
        keep_aside: bool = False,
        job: Job | None = None,
    ) -> RestoreReport:
        """Make a vault in *folder* out of a backup of this one; as `restoring.restore`.

        Raises:
            UserError, AccessError, UnreachableError, TamperedError, DeviceError, BusyError,
                JobCancelled: as `restoring.restore`.
        """
        said = self.repositories.destination(destination_id).details
        return restoring.restore(
            said.location,
            folder,
            password,
            code=recovery_code,
            options=said.options,
            backup_id=backup_id,
            at_ms=at_ms,
            keep_aside=keep_aside,
            job=job,
        )

    def _make(
        self, repository: Repository, destination_id: int, kind: BackupKind, job: Job
    ) -> Snapshot:
        with self._store.snapshot() as tables:
            dropped = mirror.dropped(tables.backups.metadata, destination_id)
        source, sign = self.repositories.source(), self.repositories.sign
        return creating.create(repository, source, kind, sign, job, dropped)

    def _note_attempt(
        self, destination_id: int, error: PrivatusError | None, repository: str = ""
    ) -> None:
        """Keep how an attempt went, and to which repository; who is busy has not tried."""
        if isinstance(error, BusyError):
            return
        # It may have been removed meanwhile.
        with suppress(UserError), self._store.transaction() as tables:
            stored = tables.backups.destinations.get(destination_id)
            state = _after(stored.state, error, repository)
            tables.backups.destinations.update(msgspec.structs.replace(stored, state=state))

    def _was_used(self, stored: StoredDestination) -> bool:
        """Say whether there was a backup: then its folder is not made again where it is gone."""
        with self._store.snapshot() as tables:
            return tables.backups.metadata.has_any(stored.id)


def _after(
    state: DestinationState, error: PrivatusError | None, repository: str
) -> DestinationState:
    now_ms = clock.now_ms()
    if error is None:
        return msgspec.structs.replace(
            state,
            last_attempt_at_ms=now_ms,
            problem="",
            is_away=False,
            failing_since_ms=None,
            repository=repository,
        )
    return msgspec.structs.replace(
        state,
        last_attempt_at_ms=now_ms,
        problem=str(error),
        is_away=isinstance(error, UnreachableError),
        failing_since_ms=state.failing_since_ms or now_ms,
    )
