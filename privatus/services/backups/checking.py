"""Verifies the repositories of the open vault, and keeps what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from privatus.backup import verifying
from privatus.backup.repairing import repair_index
from privatus.backup.verifying import KnownBackup
from privatus.core.backup import VerifyDepth, VerifyReport
from privatus.core.jobs import Job
from privatus.services.backups import harm, mirror
from privatus.services.backups.repositories import Repositories
from privatus.services.journal.noting import noted
from privatus.storage.store import Store

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
        self._keep(destination_id, report)
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

    def _keep(self, destination_id: int, report: VerifyReport) -> None:
        with self._store.transaction() as tables:
            known = tables.backups
            # Which backups there were is asked again only of parts.
            kept = report if report.part is not None else replace(report, looked_at=())
            known.checks.append(destination_id, VERIFY, report.at_ms, kept)
            problems = len(report.problems)
            tables.audit.append(VERIFIED, {"depth": report.depth.value, "problems": problems})
            reports = [report]
            # Of now: reading takes long, and much may have been said meanwhile.
            stored = known.destinations.get(destination_id)
            state = harm.after_verify(stored.state, report)
            if report.part is not None:
                state = msgspec.structs.replace(state, part=report.part[0])
            if state != stored.state:
                known.destinations.update(msgspec.structs.replace(stored, state=state))
            if report.part is not None:
                reports = known.checks.of(destination_id, VERIFY, VerifyReport)
            for backup in known.metadata.there(destination_id):
                if _is_verified(backup.backup_id, report, reports):
                    verified = msgspec.structs.replace(backup, verified_at_ms=report.at_ms)
                    known.metadata.put(verified)


def _is_verified(backup_id: str, report: VerifyReport, reports: Sequence[VerifyReport]) -> bool:
    """Say whether all that a backup is made of was read back, at once or part by part.

    *reports*: the last ones of the destination, *report* among them, the newest first.
    """
    # Not by the time: a backup that was begun before may have been published after.
    if backup_id not in report.looked_at or _harms(report, backup_id):
        return False
    if report.depth is VerifyDepth.DATA:
        return True
    if report.part is None:
        return False
    # The last parts, one of each number, all without a fault, since the backup was there.
    parts = [(one, one.part[0]) for one in reports if one.part and backup_id in one.looked_at]
    last = parts[: report.part[1]]
    return len({number for one, number in last if not _harms(one, backup_id)}) == report.part[1]


def _harms(report: VerifyReport, backup_id: str) -> bool:
    return any(backup_id in one.backups for one in report.problems)
