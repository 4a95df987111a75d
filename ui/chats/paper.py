"""A chat on paper, or as a PDF for whoever has no Privatus; and what else is Markdown.

Made of the same Markdown as an export. Nothing in it is looked up: HTML is shown as text, pictures
as their descriptions, and links lead to the web or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEventLoop, QMarginsF, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
)

from privatus.bootstrap import Vault
from privatus.core.errors import DeviceError
from privatus.core.jobs import Job
from privatus.services.exports import BEGIN, END
from privatus.services.listing import ListedConversation
from ui.chats.model import title_of
from ui.chats.printing import put_on_pages
from ui.tokens import LIGHT

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

# Two centimetres more are left for the number of the page.
_MARGIN_MM = 5
_TEXT_PT = 10
_CODE_PT = 8.5
_SCHEMES = ("http", "https", "mailto")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_NAME_CHARS = 80
_FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


class _Paper(QTextDocument):
    """A document that reads no file and no address, whatever stands in it."""

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        return None


def proposed_name(chat: ListedConversation) -> str:
    """Return what to call the PDF of *chat*."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", title_of(chat)).split())[:_NAME_CHARS]
    return f"{name.strip('. ') or 'chat'}.pdf"


def write_pdf(vault: Vault, chat: ListedConversation, path: Path, job: Job) -> None:
    """Write *chat* to *path*, as `save_pdf` does.

    Raises:
        DeviceError, JobCancelled: as there.
    """
    save_pdf(vault.exports.paper(chat.summary.id), title_of(chat), path, job)


def save_pdf(markdown: str, title: str, path: Path, job: Job) -> None:
    """Write Markdown to *path* as PDF; off the GUI thread, for what is long takes seconds.

    Raises:
        DeviceError: it cannot be written there.
        JobCancelled: *job* was; there is no file then.
    """
    # Laying out starts timers, which need a loop to be there, though not to run.
    loop = QEventLoop()
    job.check()
    document = document_of(markdown, job)
    _make_file(path)
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(*4 * (_MARGIN_MM,)),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(title)
    writer.setCreator("Privatus")
    with _painting(writer, path) as painter:
        put_on_pages(document, writer, painter, job)
    del loop


def print_chat(vault: Vault, conversation_id: UUID, printer: QPrinter, job: Job) -> None:
    """Print a chat on *printer*, as `print_markdown` does.

    Raises:
        DeviceError, JobCancelled: as there.
    """
    print_markdown(vault.exports.paper(conversation_id), printer, job)


def print_markdown(markdown: str, printer: QPrinter, job: Job) -> None:
    """Print Markdown on *printer*; off the GUI thread, as Qt allows.

    Raises:
        DeviceError: the printer does not take it, or the file cannot be written.
        JobCancelled: *job* was; what a printer has of it by then, it may still print.
    """
    loop = QEventLoop()
    job.check()
    document = document_of(markdown, job)
    file = Path(printer.outputFileName()) if printer.outputFileName() else None
    if file is not None:
        _make_file(file)
    # Print queues and their logs keep the name for long, and show it to everybody.
    printer.setDocName("Privatus")
    with _painting(printer, file) as painter:
        put_on_pages(
            document,
            printer,
            painter,
            job,
            first=printer.fromPage() or 1,
            last=printer.toPage() or None,
            copies=1 if printer.supportsMultipleCopies() else printer.copyCount(),
        )
    if printer.printerState() in (printer.PrinterState.Error, printer.PrinterState.Aborted):
        raise DeviceError("the printer did not take it; look whether it is ready")
    del loop


@contextmanager
def _painting(device: QPdfWriter | QPrinter, file: Path | None) -> Iterator[QPainter]:
    """Paint on *device*; if it is broken off, there is no *file*, and a printer stops if it can."""
    painter = QPainter(device)
    try:
        yield painter
    except BaseException:
        if not isinstance(device, QPdfWriter):
            device.abort()
        painter.end()
        if file is not None:
            file.unlink(missing_ok=True)
        raise
    painter.end()


def _make_file(path: Path) -> None:
    try:
        # As every export: other people of this computer need not read along.
        path.touch(mode=0o600)
    except OSError:
        raise DeviceError("the file cannot be written there; choose another folder") from None


def document_of(markdown: str, job: Job | None = None) -> QTextDocument:
    """Return Markdown as a document for paper.

    Raises:
        JobCancelled: *job* was.
    """
    document = _Paper()
    font = QFont("Inter")
    font.setPointSizeF(_TEXT_PT)
    document.setDefaultFont(font)
    document.setMarkdown(markdown, _FEATURES)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        if job is not None:
            job.check()
        _dress(block)
        block = block.next()
    cursor.endEditBlock()
    _mark(document)
    return document


def _mark(document: QTextDocument) -> None:
    """Colour what stands between two signs, and take them out."""
    shape = QTextCharFormat()
    shape.setBackground(QColor(LIGHT.mark))
    while not (end := document.find(END)).isNull():
        # The last sign before it: what has no other end goes as it is.
        begin = document.find(BEGIN, end, QTextDocument.FindFlag.FindBackward)
        stop = end.selectionStart()
        end.removeSelectedText()
        if begin.isNull():
            continue
        start = begin.selectionStart()
        begin.removeSelectedText()
        begin.setPosition(start)
        begin.setPosition(stop - 1, QTextCursor.MoveMode.KeepAnchor)
        begin.mergeCharFormat(shape)
    while not (left := document.find(BEGIN)).isNull():
        left.removeSelectedText()


def _dress(block: QTextBlock) -> None:
    """Give a block its look, and take out what would be looked up."""
    is_code = block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage) or (
        block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)
    )
    cursor = QTextCursor(block)
    if is_code:
        shape = block.blockFormat()
        shape.setBackground(QColor(LIGHT.code_background))
        # Lines that may break: paper cannot be scrolled.
        shape.setNonBreakableLines(False)
        cursor.setBlockFormat(shape)
    for position, length, shown in _fragments(block):
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        if shown.isImageFormat():
            text = shown.property(QTextFormat.Property.ImageAltText)
            cursor.insertText(f"[{text or shown.toImageFormat().name()}]", QTextCharFormat())
            continue
        changed = QTextCharFormat(shown)
        if is_code or shown.fontFixedPitch():
            changed.setFontFamilies(["JetBrains Mono"])
            changed.setFontPointSize(_CODE_PT)
        if shown.isAnchor() and QUrl(shown.anchorHref()).scheme() not in _SCHEMES:
            changed.setAnchor(False)
            changed.clearProperty(QTextFormat.Property.AnchorHref)
            changed.clearForeground()
        cursor.setCharFormat(changed)


def _fragments(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """Return the pieces of a block, the last one first: the others stay where they are."""
    found: list[tuple[int, int, QTextCharFormat]] = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment: QTextFragment = iterator.fragment()
        if fragment.isValid():
            found.append((fragment.position(), fragment.length(), fragment.charFormat()))
        iterator += 1
    return found[::-1]
