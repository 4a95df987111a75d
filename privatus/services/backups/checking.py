"""Verifies the repositories of the open vault, and keeps what was found."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from privatus.backup import verifying
from privatus.backup.repairing import repair_index
from privatus.backup.verifying import KnownBackup
from privatus.core.backup import VerifyDepth, VerifyReport
from privatus.core.jobs import Job
from privatus.services.backups import mirror
from privatus.services.backups.repositories import Repositories
from privatus.services.journal.noting import noted
from privatus.storage.backups import StoredBackup, StoredDestination
from privatus.storage.store import Store, Tables

VERIFY = "verify"
VERIFIED = "backups verified"
REPAIRED = "backup index repaired"
# In so many runs all packs of a repository are read: about a month of daily ones.
PARTS = 30


class Checking:
    """Verification of the open vault's backups."""

    def __init__(self, store: Store, repositories: Repositories) -> None:
        self._store = store
        self._repositories = repositories

    @noted("verify")
    def verify(self, destination_id: int, depth: VerifyDepth, job: Job) -> VerifyReport:
        """Read back as much of a repository as *depth* says; keep what was found.

        A part is the one after that of the last time.

        Raises:
            UserError: there is no such destination.
            UnreachableError, DestinationError: it does not answer.
            BusyError: somebody prunes it.
            JobCancelled: the person stopped it.
        """
        self._store.require_writable()
        stored = self._repositories.destination(destination_id)
        part = (stored.state.part % PARTS + 1, PARTS) if depth is VerifyDepth.PART else None
        with self._repositories.opened(stored, job, is_looking=True) as repository:
            report = verifying.verify(
                repository,
                depth,
                side=self._repositories.side(),
                job=job,
                known=self._known(destination_id),
                part=part,
                signer=self._repositories.sign(b"")[0],
            )
        self._keep(stored, report)
        return report

    def repair(self, destination_id: int, job: Job) -> int:
        """Make the index of a repository anew; return how many packs it lacked.

        Raises:
            UserError: there is no such destination.
            UnreachableError, DestinationError: it does not answer; nothing was harmed.
            BusyError: somebody else is at work there.
            JobCancelled: the person stopped it.
        """
        self._store.require_writable()
        stored = self._repositories.destination(destination_id)
        with self._repositories.opened(stored, job) as repository:
            n_packs = repair_index(repository, job)
        with self._store.transaction() as tables:
            tables.audit.append(REPAIRED, {"packs": n_packs})
        return n_packs

    def verifications(self, destination_id: int) -> list[VerifyReport]:
        """Return what was found at a destination, the newest first."""
        with self._store.snapshot() as tables:
            return tables.backups.checks.of(destination_id, VERIFY, VerifyReport)

    def _known(self, destination_id: int) -> Sequence[KnownBackup]:
        with self._store.snapshot() as tables:
            return mirror.known(tables.backups.metadata, destination_id)

    def _keep(self, stored: StoredDestination, report: VerifyReport) -> None:
        with self._store.transaction() as tables:
            tables.backups.checks.append(stored.id, VERIFY, report.at_ms, report)
            problems = len(report.problems)
            tables.audit.append(VERIFIED, {"depth": report.depth.value, "problems": problems})
            if report.part is not None:
                state = msgspec.structs.replace(stored.state, part=report.part[0])
                tables.backups.destinations.update(msgspec.structs.replace(stored, state=state))
            for known in tables.backups.metadata.of(stored.id):
                if known.dropped_at_ms is None and _is_verified(tables, known, report):
                    verified = msgspec.structs.replace(known, verified_at_ms=report.at_ms)
                    tables.backups.metadata.put(verified)


def _is_verified(tables: Tables, known: StoredBackup, report: VerifyReport) -> bool:
    """Say whether all that a backup is made of was read back, at once or part by part."""
    # Not by the time: a backup that was begun before may have been published after.
    if known.backup_id not in report.looked_at:
        return False
    if any(known.backup_id in one.backups for one in report.problems):
        return False
    if report.depth is VerifyDepth.DATA:
        return True
    if report.part is None:
        return False
    # The last parts, one of each number, all without a fault, since the backup was there.
    parts = [
        one
        for one in tables.backups.checks.of(known.destination_id, VERIFY, VerifyReport)
        if one.part is not None and known.backup_id in one.looked_at
    ][: report.part[1]]
    harmed = [one for one in parts if any(known.backup_id in each.backups for each in one.problems)]
    numbers = {one.part[0] for one in parts if one.part is not None and one not in harmed}
    return len(numbers) == report.part[1]
