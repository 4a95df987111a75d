"""Asks for a printer, and puts a document onto pages one by one, to be stopped between two.

As `QTextDocument.print_` does, which takes minutes for a long chat and cannot be stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPagedPaintDevice,
    QPaintDevice,
    QPainter,
    QPalette,
    QTextDocument,
)
from PySide6.QtWidgets import QDialog, QWidget

from privatus.core.jobs import Job

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

# Around the text, and below it for the number of the page.
_MARGIN_CM = 2
_CM_PER_INCH = 2.54


def ask_printer(over: QWidget, then: Callable[[QPrinter], object]) -> None:
    """Ask over *over* on which printer, and go on with that one."""
    # Loaded when somebody prints: it looks for printers, which takes a moment.
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, over)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(partial(_chosen, then, printer))
    QDialog.open(dialog)


def _chosen(then: Callable[[QPrinter], object], printer: QPrinter, _same: object = None) -> None:
    # Qt's dialog tells it once more.
    then(printer)


def put_on_pages(
    document: QTextDocument,
    device: QPagedPaintDevice,
    painter: QPainter,
    job: Job,
    *,
    first: int = 1,
    last: int | None = None,
    copies: int = 1,
) -> None:
    """Paint *document* onto *device*, from page *first* to *last* or to its end.

    Raises:
        JobCancelled: *job* was; some pages may be painted.
    """
    _lay_out(document, device, job)
    once = range(first, min(document.pageCount(), last or document.pageCount()) + 1)
    pages = list(once) * copies
    for at, page in enumerate(pages):
        job.report("pages", at, len(pages))
        if at:
            device.newPage()
        _paint_page(painter, document, page)


def _lay_out(document: QTextDocument, device: QPagedPaintDevice, job: Job) -> None:
    """Lay *document* out on pages of *device*, block by block: a long one takes long."""
    layout = document.documentLayout()
    layout.setPaintDevice(device)
    margin = _margin(device)
    document.setDocumentMargin(0)
    document.setPageSize(QSizeF(device.width() - 2 * margin, device.height() - 2 * margin))
    block = document.begin()
    while block.isValid():
        job.report("layout", block.blockNumber(), document.blockCount())
        layout.blockBoundingRect(block)
        block = block.next()


def _paint_page(painter: QPainter, document: QTextDocument, page: int) -> None:
    size = document.pageSize()
    view = QRectF(QPointF(0, (page - 1) * size.height()), size)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = view
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
    context.palette = palette
    margin = _margin(painter.device())
    painter.save()
    painter.translate(margin, margin - view.top())
    painter.setClipRect(view)
    document.documentLayout().draw(painter, context)
    painter.setClipping(False)
    painter.setFont(document.defaultFont())
    number = QRectF(view.left(), view.bottom(), view.width(), margin)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(number, right, str(page))
    painter.restore()


def _margin(device: QPaintDevice) -> float:
    return _MARGIN_CM / _CM_PER_INCH * device.logicalDpiY()
