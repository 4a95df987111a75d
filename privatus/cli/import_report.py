"""What an import says when it is done, to a person and to a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from privatus.cli.output import bold, counted
from privatus.cli.records import Record
from privatus.core.import_report import Counts, FileReport, ImportReport, Trouble
from privatus.services.rendering import one_line

# What a person reads through; `--verbose` has the rest.
_LISTED = 20
_MAX_CHARS = 300


def report_of(done: Sequence[FileReport | Trouble], seconds: float) -> ImportReport:
    """Return the report of an import that came only so far."""
    return ImportReport(
        files=tuple(one for one in done if isinstance(one, FileReport)),
        failed=tuple(one for one in done if isinstance(one, Trouble)),
        seconds=seconds,
    )


def report_lines(report: ImportReport, *, verbose: bool) -> Iterator[str]:
    """Yield the report for a person, line by line, with at most 20 of each kind of trouble."""
    listed = None if verbose else _LISTED
    for file in report.files:
        yield f"{bold(one_line(file.name))} ({file.label})"
        if _brought_nothing(file):
            yield f"  {counted(file.counts.conversations_unchanged, 'conversation')}, nothing new"
            continue
        yield from (f"  {line}" for line in _count_lines(file.counts))
        yield from _troubles("not imported", file.skipped, file.skipped_count, listed)
        yield from _troubles("imported, but", file.warnings, file.warnings_count, listed)
        yield from _tally(
            "kept as it came, of a kind that Privatus does not know", file.unknown, listed
        )
        yield from _tally("passed over, because it is no conversation", file.ignored, listed)
        yield ""
    yield from _failed_lines(report.failed)
    for problem in (*report.merge_problems, *report.rule_problems):
        yield f"tags: {one_line(problem)}"
    yield _total_line(report)
    if report.merged:
        yield f"{counted(report.merged, 'merged conversation')} took over what is new"
    if report.tagged:
        yield f"{counted(report.tagged, 'conversation')} got a tag by a rule"


def _failed_lines(failed: Sequence[Trouble]) -> Iterator[str]:
    """Yield each file that could not be read, and whose could have been once, after the last."""
    if not failed:
        return
    from privatus.services.imports import readable

    ending = f"; {readable()}"
    for trouble in failed:
        reason = one_line(trouble.reason.removesuffix(ending))
        yield f"{bold(one_line(trouble.file))}: could not be read: {reason}"
    if any(trouble.reason.endswith(ending) for trouble in failed):
        yield f"Privatus reads exports: {readable()}.".replace("exports: it reads those", "exports")
    yield ""


def _brought_nothing(file: FileReport) -> bool:
    nothing = Counts(conversations_unchanged=file.counts.conversations_unchanged)
    is_clean = not (file.skipped_count or file.warnings_count or file.unknown or file.ignored)
    return is_clean and file.counts == nothing


def _count_lines(counts: Counts) -> Iterator[str]:
    c = counts
    yield (
        f"{counted(c.conversations_new, 'conversation')} new, {c.conversations_updated:,} updated,"
        f" {c.conversations_unchanged:,} unchanged"
    )
    yield f"{counted(c.messages_new, 'message')} new, {c.messages_updated:,} updated"
    if c.messages_kept:
        yield (
            f"{counted(c.messages_kept, 'message')} that you edited or removed changed at the"
            " source: kept as you made them; `version list` of the chat says which"
        )
    if c.attachments_new or c.attachments_missing:
        missing = c.attachments_missing
        yield (
            f"{counted(c.attachments_new, 'attachment')} new"
            + (f", {missing:,} named in the export but not in it" if missing else "")
        )
    if c.conversations_in_trash:
        yield f"{counted(c.conversations_in_trash, 'conversation')} of these updated in the trash"
    if c.conversations_deleted:
        yield (
            f"{counted(c.conversations_deleted, 'conversation')} deleted by you, left out;"
            " --with-deleted brings them again"
        )
    if c.conversations_missing:
        yield (
            f"{counted(c.conversations_missing, 'conversation')} of this account no longer in the"
            " export: kept, and marked"
        )


def _troubles(
    heading: str, troubles: Sequence[Trouble], count: int, listed: int | None
) -> Iterator[str]:
    if not count:
        return
    yield f"  {heading} ({count:,}):"
    shown = troubles[:listed]
    for trouble in shown:
        yield f"    {one_line(trouble.where)[:_MAX_CHARS]}: {one_line(trouble.reason)[:_MAX_CHARS]}"
    if count > len(troubles) and len(shown) == len(troubles):
        yield f"    and {count - len(shown):,} more, which are counted only"
    elif count > len(shown):
        yield f"    and {count - len(shown):,} more; --verbose or --json lists them"


def _tally(heading: str, counts: Mapping[str, int], listed: int | None) -> Iterator[str]:
    if not counts:
        return
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if listed is None:
        yield f"  {heading} ({sum(counts.values()):,}):"
        yield from (f"    {one_line(name)} ({count:,})" for name, count in found)
    else:
        shown = ", ".join(f"{one_line(name)} ({count:,})" for name, count in found[:_LISTED])
        more = f", and {len(found) - _LISTED} more kinds" if len(found) > _LISTED else ""
        yield f"  {heading}: {shown}{more}"


def _total_line(report: ImportReport) -> str:
    total = report.total
    read, all_files = len(report.files), len(report.files) + len(report.failed)
    files = f"{read:,} of {counted(all_files, 'file')}" if report.failed else counted(read, "file")
    return (
        f"{files} imported: {counted(total.conversations_new, 'new conversation')},"
        f" {counted(total.messages_new, 'new message')}, in {report.seconds:.1f} s"
    )


def report_record(report: ImportReport, recovery_code: str | None) -> Record:
    """Return the report for a script, with everything that is listed."""
    total = report.total
    record: Record = {
        "files": [
            *map(_file_record, report.files),
            *map(_failed_record, report.failed),
        ],
        "conversations": {
            "new": total.conversations_new,
            "updated": total.conversations_updated,
            "unchanged": total.conversations_unchanged,
            "deleted": total.conversations_deleted,
            "skipped": sum(file.skipped_count for file in report.files),
        },
        "messages": {
            "new": total.messages_new,
            "updated": total.messages_updated,
            "kept": total.messages_kept,
        },
        "attachments": {"new": total.attachments_new, "missing": total.attachments_missing},
        "merged": report.merged,
        "merge_problems": list(report.merge_problems),
        "tagged": report.tagged,
        "rule_problems": list(report.rule_problems),
        "warnings": [asdict(warning) for file in report.files for warning in file.warnings],
        "seconds": round(report.seconds, 3),
    }
    return record if recovery_code is None else record | {"recovery_code": recovery_code}


def _failed_record(trouble: Trouble) -> Record:
    # The same keys as the others, so that a script need not ask which they are.
    nothing = FileReport(name=trouble.file, source="", label="", counts=Counts())
    return _file_record(nothing) | {"source": None, "error": trouble.reason}


def _file_record(file: FileReport) -> Record:
    return {
        "name": file.name,
        "source": file.source,
        "error": None,
        "is_cancelled": file.is_cancelled,
        **asdict(file.counts),
        "skipped_count": file.skipped_count,
        "warnings_count": file.warnings_count,
        "skipped": [{"where": t.where, "reason": t.reason} for t in file.skipped],
        "unknown": dict(file.unknown),
        "ignored": dict(file.ignored),
    }
