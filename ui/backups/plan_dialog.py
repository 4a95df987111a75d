"""The recovery plan: what is protected, how long the way back took, and how to go it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from ui.backups.sheet import Section, Sheet
from ui.chats.paper import print_markdown, save_pdf
from ui.chats.printing import ask_printer
from ui.i18n import _
from ui.layouts import Part, breakable, button, card, centred, column, fit, label, row
from ui.places import DOCUMENTS, place
from ui.shell.shell import Shell
from ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class PlanDialog(QDialog):
    """Shows a sheet; it can be printed and saved."""

    def __init__(self, shell: Shell, tasks: Tasks, sheet: Sheet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(sheet.title)
        self._shell, self._tasks, self.sheet = shell, tasks, sheet
        inner = QWidget()
        shown = [_shown(section) for section in sheet.sections]
        inner.setLayout(column(*shown, None, gap=12, margins=(4, 0, 10, 0)))
        self.pdf_button = button(_("Save as PDF…"), icon_name="file-down")
        self.pdf_button.clicked.connect(self._on_pdf)
        self.print_button = button(_("Print…"), icon_name="printer")
        self.print_button.clicked.connect(self._on_print)
        close = button(_("Close"), "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.setLayout(
            column(
                *(label(sheet.title, "heading"), centred(inner, 680)),
                row(self.pdf_button, self.print_button, None, close),
                gap=10,
                margins=(24, 22, 18, 20),
            )
        )
        fit(self, 640, 600)
        self.pdf_button.setFocus()

    def _on_pdf(self) -> None:
        name = place(DOCUMENTS) / f"{_('privatus-recovery-plan')}.pdf"
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save the recovery plan"), str(name), "PDF (*.pdf)"
        )
        if chosen:
            self.save(Path(chosen))

    def save(self, path: Path) -> None:
        """Write it to *path*."""
        self._tasks.run(
            partial(save_pdf, self.sheet.markdown, self.sheet.title, path),
            lane=Lane.CPU,
            owner=self,
            on_done=partial(self._say, _("Saved as “{name}”.").format(name=path.name)),
        )

    def _on_print(self) -> None:
        ask_printer(self, self.print_on)

    def print_on(self, printer: QPrinter) -> None:
        """Print it."""
        self._tasks.run(
            partial(print_markdown, self.sheet.markdown, printer),
            lane=Lane.CPU,
            owner=self,
            on_done=partial(self._say, _("The recovery plan was given to the printer.")),
        )

    def _say(self, text: str, _none: object) -> None:
        self._shell.toast(text, kind="good")


def _shown(section: Section) -> QWidget:
    lines = [*section.lines, *(f"{n}.  {step}" for n, step in enumerate(section.steps, 1))]
    parts: list[Part] = [label(section.heading, "subheading")]
    for line in lines:
        shown = label(breakable(line))
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        parts.append(shown)
    return card(column(*parts, gap=6), margin=16)
