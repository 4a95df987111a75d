"""What is said of runs, and of what waits."""

from __future__ import annotations

from privatus.core.retention import Kind, KindReport, Report, Waiting
from ui.archives.line import titled
from ui.i18n import _, day, mark, moment, ngettext, number
from ui.jobs import problem_text
from ui.retention.policy_card import TITLES

_OLDEST = {
    Kind.AUDIT: mark("The oldest entries of the log"),
    Kind.ERRORS: mark("The oldest errors"),
    Kind.METRICS: mark("The oldest measurements"),
}


def told(kind: KindReport, *, is_dry: bool) -> str:
    """Return what a run did with a kind of data, or what the next one would do."""
    if is_dry:
        counts = [
            (kind.marked, _("would be marked: {n}")),
            (kind.archived, _("would move to archive files now: {n}")),
            (kind.destroyed, _("would be destroyed now: {n}")),
            (kind.waiting - kind.marked, _("waiting: {n}")),
            (kind.kept, _("kept by you: {n}")),
        ]
    else:
        counts = [
            (kind.marked, _("marked: {n}")),
            (kind.released, _("let go of: {n}")),
            (kind.archived, _("moved to archive files: {n}")),
            (kind.destroyed, _("destroyed: {n}")),
        ]
    said = [text.format(n=number(count)) for count, text in counts if count > 0]
    whole = ", ".join(said) or _("nothing to do")
    return f"{whole}. {problem_text(kind.problem)}" if kind.problem else whole


def report_line(report: Report) -> str:
    """Return one line of what a run did."""
    at = moment(report.ran_at_ms)
    parts = [f"{_(TITLES[kind.kind])}: {told(kind, is_dry=False)}" for kind in report.kinds]
    return f"{'' if at is None else day(at, is_short=True)}  ·  " + "; ".join(parts)


def waiting_title(waiting: Waiting) -> str:
    """Return what is marked, in one line."""
    if not waiting.subject:
        return _(_OLDEST[waiting.kind])
    title = titled(waiting.title)
    if waiting.kind.value == "messages":
        return _("Old messages of “{title}”").format(title=title)
    return title


def waiting_about(waiting: Waiting) -> str:
    """Return when it goes, or that it stays."""
    at = moment(waiting.goes_at_ms)
    if waiting.is_kept:
        return _("You said that it stays")
    return "" if at is None else _("goes on {day}").format(day=day(at, is_short=True))


def done(report: Report) -> str:
    """Return what is told of a run that a person started, or that did something."""
    archived = sum(kind.archived for kind in report.kinds)
    destroyed = sum(kind.destroyed for kind in report.kinds)
    marked = sum(kind.marked for kind in report.kinds)
    said = [
        ngettext("{n} moved to an archive file", "{n} moved to archive files", archived)
        if archived
        else "",
        ngettext("{n} destroyed", "{n} destroyed", destroyed) if destroyed else "",
        ngettext("{n} marked", "{n} marked", marked) if marked else "",
    ]
    return ", ".join(filter(None, said)) or _("There was nothing to do")
