"""Headings with lines below them, as a page on the screen, as PDF, and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QMarginsF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from privatus.core.errors import DeviceError
from privatus.core.jobs import Job
from ui.chats.paper import document_of
from ui.chats.printing import put_on_pages

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_MARGIN_MM = 5
# What Markdown would take for its own.
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-.!|~"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands below it; steps are numbered."""

    heading: str
    lines: Sequence[str] = ()
    steps: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A title and its sections."""

    title: str
    sections: Sequence[Section] = field(default=())

    @property
    def text(self) -> str:
        """Return it as plain text."""
        parts = [self.title]
        for section in self.sections:
            numbered = [f"{n}. {step}" for n, step in enumerate(section.steps, 1)]
            parts.append("\n".join([section.heading, *section.lines, *numbered]))
        return "\n\n".join(parts) + "\n"

    @property
    def markdown(self) -> str:
        """Return it as Markdown, in which no name of a folder is taken for a sign."""
        parts = [f"# {self.title.translate(_SIGNS)}"]
        for section in self.sections:
            parts.append(f"## {section.heading.translate(_SIGNS)}")
            parts += [line.translate(_SIGNS) for line in section.lines]
            numbered = (f"{n}. {s.translate(_SIGNS)}" for n, s in enumerate(section.steps, 1))
            parts.append("\n".join(numbered))
        return "\n\n".join(filter(None, parts)) + "\n"


def save_pdf(sheet: Sheet, path: Path, job: Job) -> None:
    """Write *sheet* as PDF, for its owner's eyes only; off the GUI thread.

    Raises:
        DeviceError: it cannot be written there.
    """
    try:
        path.touch(mode=0o600)
    except OSError:
        raise DeviceError("the file cannot be written there; choose another folder") from None
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(*4 * (_MARGIN_MM,)),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(sheet.title)
    writer.setCreator("Privatus")
    _paint(sheet, writer, job)


def print_sheet(sheet: Sheet, printer: QPrinter, job: Job) -> None:
    """Print *sheet*; off the GUI thread, as Qt allows.

    Raises:
        DeviceError: the printer does not take it.
    """
    printer.setDocName("Privatus")
    _paint(sheet, printer, job)


def _paint(sheet: Sheet, device: QPagedPaintDevice, job: Job) -> None:
    # Laying out starts timers, which need a loop to be there, though not to run.
    loop = QEventLoop()
    document = document_of(sheet.markdown, job)
    painter = QPainter()
    if not painter.begin(device):
        raise DeviceError("the sheet cannot be written there; choose another folder")
    try:
        put_on_pages(document, device, painter, job)
    finally:
        painter.end()
    del loop
