"""Which backups stay at a destination, and making room by dropping the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import msgspec

from privatus.backup import dropping, pruning, retention
from privatus.backup.pruning import Pruned
from privatus.core import clock
from privatus.core.backup import (
    Backup,
    KeepDecision,
    KeepReason,
    KeepRules,
    PruneReport,
    VerifyReport,
    was_read,
)
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.services.backups import mirror
from privatus.services.backups.checking import VERIFY
from privatus.services.backups.harm import HELD_IN
from privatus.services.backups.repositories import Repositories
from privatus.services.journal.noting import noted
from privatus.storage.store import Store

PRUNE = "prune"
DROPPED = "backups dropped"


class Keeping:
    """Drops backups by rules or by name, and frees what none of the others needs."""

    def __init__(self, store: Store, repositories: Repositories) -> None:
        self._store = store
        self._repositories = repositories

    def backups(self, destination_id: int) -> list[Backup]:
        """Return the backups that the vault knows of, the newest first."""
        with self._store.snapshot() as tables:
            metadata = tables.backups.metadata
            harmed = tables.backups.destinations.get(destination_id).state.harmed
            return [
                mirror.shown(
                    stored, metadata.contents(stored.id), is_damaged=stored.backup_id in harmed
                )
                for stored in metadata.there(destination_id)
            ]

    def plan(self, destination_id: int, keep: KeepRules | None = None) -> tuple[KeepDecision, ...]:
        """Say of each backup whether it stays by the rules, and why; changes nothing."""
        rules = keep or self._repositories.destination(destination_id).details.keep
        backups = self.backups(destination_id)
        with self._store.snapshot() as tables:
            reports = tables.backups.checks.of(destination_id, VERIFY, VerifyReport)
        return retention.decide(_as_found(backups, reports), rules, now_ms=clock.now_ms())

    @noted("prune")
    def prune(self, destination_id: int, *, dry_run: bool, job: Job) -> PruneReport:
        """Drop the backups that no rule keeps, and free what none of the others needs.

        Raises:
            UserError: there is no such destination.
            UnreachableError, DestinationError: it does not answer; no other backup was harmed.
            TamperedError: something there is damaged; nothing was removed.
            BusyError: somebody else is at work there.
            JobCancelled: the person stopped it; the next prune goes on.
        """
        decisions = self.plan(destination_id)
        going = [one.backup_id for one in decisions if not one.stays]
        stored = self._repositories.destination(destination_id)
        with self._repositories.opened(stored, job, is_looking=dry_run) as repository:
            if dry_run:
                done = pruning.would_prune(repository, going)
                return _report(decisions, going, done, is_dry_run=True)
            self._store.require_writable()
            staying = [one.backup_id for one in decisions if one.stays]
            if going:
                dropping.forget(repository, going, staying=staying)
                self._note_dropped(destination_id, going)
            done = pruning.prune(repository, job=job, staying=staying)
        report = _report(decisions, going, done, is_dry_run=False)
        with self._store.transaction() as tables:
            # Without a word on each backup that there is: the log names those that were dropped.
            kept = replace(report, decisions=())
            tables.backups.checks.append(destination_id, PRUNE, clock.now_ms(), kept)
        return report

    def drop(self, destination_id: int, backup_ids: Collection[str]) -> None:
        """Drop backups that a person names, and never the last one; `prune` frees the room.

        Raises:
            UserError: one is pinned, or not there, or the newest verified one, or none would be
                left.
            UnreachableError, DestinationError, TamperedError, BusyError: as `prune`.
        """
        self._store.require_writable()
        if not {one.id for one in self.backups(destination_id)} - set(backup_ids):
            raise UserError("no backup would be left; make another one first")
        self._require_proven_left(destination_id, backup_ids)
        stored = self._repositories.destination(destination_id)
        with self._repositories.opened(stored) as repository:
            with self._store.snapshot() as tables:
                known = mirror.known(tables.backups.metadata, destination_id)
            dropping.forget(repository, backup_ids, known=known, must_leave_one=True)
        self._note_dropped(destination_id, backup_ids)

    def pin(self, destination_id: int, backup_id: str, is_pinned: bool) -> None:
        """Let a backup stay whatever the rules say, or no longer.

        Raises:
            UserError: there is no such backup.
            UnreachableError, DestinationError, TamperedError, BusyError: as `prune`.
        """
        self._store.require_writable()
        stored = self._repositories.destination(destination_id)
        with self._repositories.opened(stored) as repository:
            if is_pinned:
                dropping.pin(repository, backup_id)
            else:
                dropping.unpin(repository, backup_id)
        with self._store.transaction() as tables:
            for known in tables.backups.metadata.of(destination_id):
                if known.backup_id == backup_id:
                    changed = msgspec.structs.replace(known, is_pinned=is_pinned)
                    tables.backups.metadata.put(changed)

    def _require_proven_left(self, destination_id: int, backup_ids: Collection[str]) -> None:
        for one in self.plan(destination_id):
            reasons = {reason for reason, _ in one.because}
            if one.backup_id in backup_ids and KeepReason.NEWEST_VERIFIED in reasons:
                raise UserError(
                    f"the backup {one.backup_id[:8]} is the newest that was read back without a"
                    " fault; verify all data of another one first"
                )

    def _note_dropped(self, destination_id: int, backup_ids: Collection[str]) -> None:
        with self._store.transaction() as tables:
            tables.audit.append(DROPPED, {"backups": sorted(backup_ids)})
            mirror.note_dropped(tables.backups.metadata, destination_id, backup_ids)


def _as_found(backups: list[Backup], reports: Sequence[VerifyReport]) -> list[Backup]:
    """Return those that were found harmed since they were read as if they never were.

    Else one that is known to be damaged would stay for all others as the last that is whole. Where
    none would be left it is the best that there is.
    """
    read = [one for one in backups if was_read(one)]
    harmed = {one.id for one in read if _is_harmed(one, reports)}
    if len(harmed) == len(read):
        return backups
    return [
        replace(one, verified_at_ms=None, proven_at_ms=None) if one.id in harmed else one
        for one in backups
    ]


def _is_harmed(backup: Backup, reports: Sequence[VerifyReport]) -> bool:
    read_at_ms = max(backup.verified_at_ms or 0, backup.proven_at_ms or 0)
    return any(
        backup.id in problem.backups and problem.name.startswith(HELD_IN)
        for report in reports
        if report.at_ms > read_at_ms
        for problem in report.problems
    )


def _report(
    decisions: tuple[KeepDecision, ...], going: Sequence[str], done: Pruned, *, is_dry_run: bool
) -> PruneReport:
    return PruneReport(
        decisions=decisions,
        dropped=len(going),
        freed_bytes=done.freed_bytes,
        rewritten_bytes=done.rewritten_bytes,
        is_dry_run=is_dry_run,
    )
