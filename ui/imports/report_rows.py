"""The report of an import as rows of a table, and as a text to keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from privatus.core.import_report import Counts, FileReport, ImportReport, Trouble
from ui.i18n import _, mark, match, ngettext, number
from ui.imports.importing import Outcome
from ui.jobs import error_text


class Sort(StrEnum):
    """What a row of the report is about."""

    FAILED = "failed"
    SKIPPED = "skipped"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    IGNORED = "ignored"


SORTS = {
    Sort.FAILED: (mark("Not readable"), "circle-x", "danger"),
    Sort.SKIPPED: (mark("Not imported"), "circle-alert", "danger"),
    Sort.DOUBTFUL: (mark("With a remark"), "triangle-alert", "warn"),
    Sort.UNKNOWN: (mark("Kept as it came"), "circle-help", "muted"),
    Sort.IGNORED: (mark("No chat"), "minus", "muted"),
}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One thing that the report has to say."""

    sort: Sort
    file: str
    where: str
    reason: str


def rows_of(report: ImportReport) -> list[ReportRow]:
    """Return everything that did not simply come in, the worst first."""
    found = [ReportRow(Sort.FAILED, t.file, "", sentence(t)) for t in report.failed]
    for file in report.files:
        found += [ReportRow(Sort.SKIPPED, file.name, t.where, sentence(t))
                  for t in file.skipped]  # fmt: skip
        found += _unlisted(Sort.SKIPPED, file, file.skipped_count - len(file.skipped))
    for file in report.files:
        found += [ReportRow(Sort.DOUBTFUL, file.name, t.where, sentence(t))
                  for t in file.warnings]  # fmt: skip
        found += _unlisted(Sort.DOUBTFUL, file, file.warnings_count - len(file.warnings))
    for sort, tally in ((Sort.UNKNOWN, "unknown"), (Sort.IGNORED, "ignored")):
        for file in report.files:
            counts = sorted(getattr(file, tally).items(), key=lambda item: (-item[1], item[0]))
            found += [ReportRow(sort, file.name, match("record", name),
                                ngettext("{n} time", "{n} times", count))
                      for name, count in counts]  # fmt: skip
    return found


def _unlisted(sort: Sort, file: FileReport, count: int) -> list[ReportRow]:
    if count <= 0:
        return []
    more = ngettext("{n} more, which is only counted", "{n} more, which are only counted", count)
    return [ReportRow(sort, file.name, "", more)]


def sentence(trouble: Trouble) -> str:
    """Return why, as a sentence; the name of a file at its beginning stays as it is."""
    reason = match("error", trouble.reason)
    if reason.startswith((trouble.file, trouble.where or trouble.file)):
        return reason
    return reason[:1].upper() + reason[1:]


def tiles_of(counts: Counts) -> list[tuple[int, str]]:
    """Return the numbers that a person wants first, each with its name."""
    new, changed = counts.conversations_new, counts.conversations_updated
    messages, attachments = counts.messages_new, counts.attachments_new
    found = [
        (new, ngettext("new chat", "new chats", new)),
        (changed, ngettext("changed chat", "changed chats", changed)),
        (counts.conversations_unchanged, _("with nothing new")),
        (messages, ngettext("new message", "new messages", messages)),
    ]
    if attachments or counts.attachments_missing:
        found.append((attachments, ngettext("attachment", "attachments", attachments)))
    return found


def headline(outcome: Outcome) -> str:
    """Return how it ended."""
    if outcome.error is not None:
        return _("The import ended before its time")
    if outcome.is_stopped:
        return _("The import was stopped")
    if not outcome.report.files:
        return _("Nothing could be imported")
    if not outcome.report.total.conversations_new + outcome.report.total.conversations_updated:
        return _("Everything was already here")
    return _("Your chats are in the vault")


def remarks(outcome: Outcome) -> list[str]:
    """Return sentences that belong under the numbers."""
    counts, found = outcome.report.total, list[str]()
    if outcome.error is not None:
        found.append(error_text(outcome.error))
    if outcome.is_stopped or outcome.error is not None:
        found.append(_("What came in is whole; import the same files again, and the rest follows."))
    if counts.attachments_missing:
        found.append(ngettext(
            "{n} attachment is named in the export, but is not in it.",
            "{n} attachments are named in the export, but are not in it.",
            counts.attachments_missing,
        ))  # fmt: skip
    if counts.messages_kept:
        found.append(ngettext(
            "{n} message that you edited or removed changed at its source: kept as it was.",
            "{n} messages that you edited or removed changed at their source: kept as they were.",
            counts.messages_kept,
        ))  # fmt: skip
    if counts.conversations_in_trash:
        found.append(ngettext(
            "{n} chat was updated in the trash, and stays there.",
            "{n} chats were updated in the trash, and stay there.",
            counts.conversations_in_trash,
        ))  # fmt: skip
    if counts.conversations_deleted:
        found.append(ngettext(
            "{n} chat that you deleted for good was left out.",
            "{n} chats that you deleted for good were left out.",
            counts.conversations_deleted,
        ))  # fmt: skip
    if counts.conversations_missing:
        found.append(ngettext(
            "{n} chat is no longer in the export: it was kept and marked.",
            "{n} chats are no longer in the export: they were kept and marked.",
            counts.conversations_missing,
        ))  # fmt: skip
    return found


def text_of(outcome: Outcome) -> str:
    """Return the whole report as a text."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    yield headline(outcome)
    yield from remarks(outcome)
    for file in outcome.report.files:
        yield ""
        yield f"{file.name} ({file.label})"
        for count, name in tiles_of(file.counts):
            yield f"  {number(count)} {name}"
    heading = ""
    for row in rows_of(outcome.report):
        title = _(SORTS[row.sort][0])
        if title != heading:
            heading = title
            yield ""
            yield title
        yield "  " + ": ".join(part for part in (row.file, row.where, row.reason) if part)
