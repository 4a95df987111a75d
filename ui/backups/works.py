"""What is done with backups off the GUI thread, and the line that a job says of it at its end."""

from __future__ import annotations

from collections.abc import Sequence

from privatus.core.backup import (
    Backup,
    BackupDestination,
    DrillReport,
    KeepDecision,
    KeepRules,
    PruneReport,
    VerifyDepth,
    VerifyReport,
)
from privatus.core.jobs import Job
from privatus.core.recovery import RecoveryPlan
from privatus.services.backups.service import BackupService
from ui.backups.dialog import Wanted
from ui.i18n import _, ngettext, size


def save(
    service: BackupService, former: BackupDestination | None, wanted: Wanted, _job: Job
) -> BackupDestination:
    """Keep what was said of a destination."""
    if former is None:
        return service.add(
            wanted.name,
            wanted.location,
            options=wanted.options,
            schedule=wanted.schedule,
            keep=wanted.keep,
        )
    return service.change(
        former.id,
        name=wanted.name,
        options=wanted.options or None,
        schedule=wanted.schedule,
        keep=wanted.keep,
    )


def test(
    service: BackupService, former: BackupDestination | None, wanted: Wanted, _job: Job
) -> int | None:
    """Ask whether a place answers; return its free bytes."""
    return service.test(
        wanted.location,
        options=wanted.options,
        destination_id=None if former is None else former.id,
    )


def remove(service: BackupService, destination_id: int, _job: Job) -> None:
    """Forget a destination."""
    service.remove(destination_id)


def pin(service: BackupService, to: int, backup_id: str, is_pinned: bool, _job: Job) -> None:
    """Let a backup stay, or no longer."""
    service.pin(to, backup_id, is_pinned)


def verify(
    service: BackupService, to: int, depth: VerifyDepth, job: Job
) -> tuple[VerifyReport, Sequence[Backup]]:
    """Read a repository back; return what was found, and the backups there."""
    report = service.verify(to, depth, job)
    return report, service.backups(to)


def drill(
    service: BackupService,
    to: int,
    backup_id: str | None,
    password: str,
    code: str | None,
    job: Job,
) -> DrillReport:
    """Restore into a scratch place."""
    return service.drill(to, password or None, recovery_code=code, backup_id=backup_id, job=job)


def plan(service: BackupService, to: int, rules: KeepRules, _job: Job) -> Sequence[KeepDecision]:
    """Say what *rules* would drop."""
    return service.plan(to, rules)


def prune(service: BackupService, to: BackupDestination, rules: KeepRules, job: Job) -> PruneReport:
    """Keep *rules* from now on, and drop what they drop."""
    if rules != to.keep:
        service.change(to.id, keep=rules)
    return service.prune(to.id, dry_run=False, job=job)


def repair(service: BackupService, to: int, job: Job) -> int:
    """Make an index anew; return how many packs the former one lacked."""
    return service.repair(to, job)


def drop(service: BackupService, to: int, backup_id: str, _job: Job) -> None:
    """Drop one backup."""
    service.drop(to, [backup_id])


def recovery_plan(service: BackupService, _job: Job) -> RecoveryPlan:
    """Return what would come back, as it was measured."""
    return service.recovery_plan()


def refresh(service: BackupService, to: int, job: Job) -> None:
    """Read what lies there anew."""
    service.refresh(to, job)


def verified_remark(found: tuple[VerifyReport, Sequence[Backup]]) -> str:
    """Return one line of what was found."""
    return _problems_remark(len(found[0].problems))


def drilled_remark(report: DrillReport) -> str:
    """Return one line of what was found."""
    return _problems_remark(len(report.problems))


def _problems_remark(count: int) -> str:
    if count:
        return ngettext("{n} problem was found", "{n} problems were found", count)
    return _("No problem was found")


def pruned_remark(report: PruneReport) -> str:
    """Return one line of what was dropped."""
    told = ngettext("{n} backup dropped", "{n} backups dropped", report.dropped)
    return _("{told}, {size} freed").format(told=told, size=size(report.freed_bytes))


def repaired_remark(lacked: int) -> str:
    """Return one line of what an index lacked."""
    if lacked:
        return ngettext("{n} pack was found again", "{n} packs were found again", lacked)
    return _("The index was whole")
