"""How much a work did, and what it says that went wrong, by what it returns."""

from __future__ import annotations

from dataclasses import dataclass

from privatus.core.archives import Archived, BroughtBack
from privatus.core.backup import Backup, DrillReport, PruneReport, RestoreReport, VerifyReport
from privatus.core.errors import DeviceError, PrivatusError, TamperedError, UnreadableInputError
from privatus.core.import_report import ImportReport
from privatus.core.purging import Purged
from privatus.core.retention import Report

# More of one work say nothing new; its own report has them all.
_MOST = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured of a work."""

    items: int
    data_bytes: int = 0
    problems: tuple[PrivatusError, ...] = ()


def figures(result: object) -> Figures | None:
    """Return what a work's result says; None: it has done nothing, or was stopped."""
    match result:
        case ImportReport():
            return _of_import(result)
        case Backup():
            return Figures(sum(table.rows for table in result.tables), result.new_bytes)
        case VerifyReport():
            damaged = [f"{each.name}: {each.what}" for each in result.problems]
            return Figures(result.chunks, result.read_bytes, _damages(damaged))
        case DrillReport():
            return Figures(result.rows, result.restored_bytes, _damages(result.problems))
        case PruneReport(is_dry_run=False):
            return Figures(result.dropped, result.freed_bytes)
        case RestoreReport():
            return Figures(result.files, result.restored_bytes)
        case Report(is_dry=False):
            return _of_retention(result)
        case Archived():
            return Figures(result.conversations, result.size_bytes)
        case BroughtBack():
            return Figures(result.conversations)
        case Purged():
            return Figures(result.conversations + result.wordings)
        case int():
            return Figures(result)
        case _:
            return None


def _of_import(report: ImportReport) -> Figures | None:
    if any(file.is_cancelled for file in report.files):
        return None
    counts = report.total
    failed = [UnreadableInputError(trouble.reason) for trouble in report.failed]
    return Figures(
        counts.conversations_new + counts.conversations_updated + counts.conversations_unchanged,
        problems=tuple(failed[:_MOST]),
    )


def _of_retention(report: Report) -> Figures:
    problems = [DeviceError(kind.problem) for kind in report.kinds if kind.problem]
    gone = sum(kind.archived + kind.destroyed for kind in report.kinds)
    return Figures(gone, problems=tuple(problems))


def _damages(said: list[str] | tuple[str, ...]) -> tuple[PrivatusError, ...]:
    return tuple(TamperedError(each) for each in said[:_MOST])
