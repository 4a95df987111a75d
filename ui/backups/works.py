"""What is done with backups off the GUI thread, and the line that a job says of it at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privatus.core.backup import (
    Backup,
    BackupDestination,
    DrillReport,
    KeepRules,
    PruneReport,
    VerifyDepth,
    VerifyReport,
)
from privatus.core.jobs import Job
from privatus.core.recovery import RecoveryPlan
from ui.backups.dialog import Wanted
from ui.i18n import _, ngettext, size


def save(
    service: Any, former: BackupDestination | None, wanted: Wanted, _job: Job
) -> BackupDestination:
    """Keep what was said of a destination."""
    said = {"schedule": wanted.schedule, "keep": wanted.keep}
    if former is None:
        kept: BackupDestination = service.add(
            wanted.name, wanted.location, options=wanted.options, **said
        )
        return kept
    return service.change(  # type: ignore[no-any-return]
        former.id,
        name=wanted.name,
        options=wanted.options or None,
        **said,
    )


def test(service: Any, former: BackupDestination | None, wanted: Wanted, _job: Job) -> int | None:
    """Ask whether a place answers; return its free bytes."""
    free: int | None = service.test(
        wanted.location,
        options=wanted.options,
        destination_id=None if former is None else former.id,
    )
    return free


def remove(service: Any, destination_id: int, _job: Job) -> None:
    """Forget a destination."""
    service.remove(destination_id)


def pin(service: Any, to: int, backup_id: str, is_pinned: bool, _job: Job) -> None:
    """Let a backup stay, or no longer."""
    service.pin(to, backup_id, is_pinned)


def verify(
    service: Any, to: int, depth: VerifyDepth, job: Job
) -> tuple[VerifyReport, Sequence[Backup]]:
    """Read a repository back; return what was found, and the backups there."""
    report = service.verify(to, depth, job)
    return report, service.backups(to)


def drill(
    service: Any, to: int, backup_id: str | None, password: str, code: str | None, job: Job
) -> DrillReport:
    """Restore into a scratch place."""
    found: DrillReport = service.drill(
        to, password or None, recovery_code=code, backup_id=backup_id, job=job
    )
    return found


def plan(service: Any, to: int, rules: KeepRules, _job: Job) -> Any:
    """Say what *rules* would drop."""
    return service.plan(to, rules)


def prune(service: Any, to: BackupDestination, rules: KeepRules, job: Job) -> PruneReport:
    """Keep *rules* from now on, and drop what they drop."""
    if rules != to.keep:
        service.change(to.id, keep=rules)
    report: PruneReport = service.prune(to.id, dry_run=False, job=job)
    return report


def recovery_plan(service: Any, _job: Job) -> RecoveryPlan:
    """Return what would come back, as it was measured."""
    found: RecoveryPlan = service.recovery_plan()
    return found


def refresh(service: Any, to: int, job: Job) -> None:
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
