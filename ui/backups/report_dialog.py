"""What a verification, a restore drill or a restore has found, with every problem by its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from privatus.core.backup import Backup, BackupProblem, DrillReport, VerifyDepth, VerifyReport
from ui.backups import words
from ui.i18n import _, mark, ngettext, number, size
from ui.jobs import problem_text
from ui.layouts import breakable, button, card, column, fit, label, row, scrolled
from ui.picture import Picture
from ui.shell.shell import Shell

# More say nothing new; all of them are copied.
_LISTED = 200
_DEPTHS = {
    VerifyDepth.LIST: mark("The list of backups was verified"),
    VerifyDepth.STRUCTURE: mark("The list and the structure were verified"),
    VerifyDepth.PART: mark("A part of the data was read back"),
    VerifyDepth.DATA: mark("All data was read back"),
}


class ReportDialog(QDialog):
    """Says in a line whether all is well, then the figures, then the problems."""

    def __init__(
        self,
        shell: Shell,
        title: str,
        facts: Sequence[str],
        problems: Sequence[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._shell = shell
        self.problems = problems
        verdict = (
            ngettext("{n} problem was found", "{n} problems were found", len(problems))
            if problems
            else _("No problem was found")
        )
        self._text = "\n".join(
            (title, verdict, *facts, *(f"{name}: {what}" for name, what in problems))
        )
        self.copy_button = button(_("Copy the report"), icon_name="copy")
        self.copy_button.clicked.connect(self._on_copy)
        close = button(_("Close"), "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.setLayout(
            column(
                *(label(title, "heading"), _verdict(verdict, is_good=not problems)),
                scrolled(_lines(facts, problems), title),
                row(self.copy_button, None, close),
                gap=10,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 560, 420)
        close.setFocus()

    def _on_copy(self) -> None:
        self._shell.copy(self._text, _("Copied."))


def _verdict(text: str, *, is_good: bool) -> QHBoxLayout:
    drawing, colour = ("circle-check", "ok") if is_good else ("circle-alert", "danger")
    made = row(Picture(drawing, 20, colour), label(text, "good" if is_good else "error"), gap=8)
    made.setStretch(1, 1)
    return made


def _lines(facts: Sequence[str], problems: Sequence[tuple[str, str]]) -> QVBoxLayout:
    lines = column(*(label(fact, "muted") for fact in facts), gap=8, margins=(0, 0, 10, 0))
    for name, what in problems[:_LISTED]:
        lines.addWidget(_problem(name, what))
    if len(problems) > _LISTED:
        more = len(problems) - _LISTED
        lines.addWidget(label(ngettext("and {n} more", "and {n} more", more), "hint"))
    lines.addStretch()
    return lines


def _problem(name: str, what: str) -> QFrame:
    parts = [label(breakable(what))]
    if name:
        parts.insert(0, label(breakable(name), "code"))
    return card(column(*parts, gap=4), "problem", 10)


def verified(
    shell: Shell, report: VerifyReport, backups: Sequence[Backup], parent: QWidget
) -> ReportDialog:
    """Return what a verification has found."""
    counted = [
        ngettext("{n} backup", "{n} backups", report.backups),
        ngettext("{n} pack", "{n} packs", report.packs),
        ngettext("{n} chunk", "{n} chunks", report.chunks),
    ]
    facts = [
        ", ".join(counted),
        _("{size} read back in {time}").format(
            size=size(report.read_bytes), time=words.lasted(report.duration_ms)
        ),
    ]
    if report.part is not None:
        part = _("Part {n} of {all}; the next time it is the next one")
        facts.append(part.format(n=report.part[0], all=report.part[1]))
    problems = [(each.name, _harm(each, backups)) for each in report.problems]
    if problems:
        facts.append(
            _("Make a full backup now: it writes everything anew. Then look after the disk.")
        )
    return ReportDialog(shell, _(_DEPTHS[report.depth]), facts, problems, parent)


def drilled(shell: Shell, report: DrillReport, parent: QWidget) -> ReportDialog:
    """Return what a restore drill has found."""
    now = words.now()
    facts = [
        _("The backup of {time} was restored into a scratch place, opened with what you typed,"
          " and compared with what it says of itself.")
        .format(time=words.at(report.made_at_ms, now)),
        _("{size}, {tables} tables, {rows} records, in {time}").format(
            size=size(report.restored_bytes),
            tables=number(report.tables),
            rows=number(report.rows),
            time=words.lasted(report.duration_ms),
        ),
        _("The scratch place was removed."),
    ]  # fmt: skip
    problems = [("", problem_text(problem)) for problem in report.problems]
    return ReportDialog(shell, _("Restore drill"), facts, problems, parent)


def _harm(problem: BackupProblem, backups: Sequence[Backup]) -> str:
    """Return what is wrong, and the times of the backups that it harms."""
    times = [words.at(b.made_at_ms, words.now()) for b in backups if b.id in problem.backups]
    said = problem_text(problem.what)
    if times:
        return f"{said} " + _("Harmed: {backups}").format(backups=", ".join(times))
    return said
