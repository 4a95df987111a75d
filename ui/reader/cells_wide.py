"""Cells that may be wider than the column: code and tables."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from ui import theme
from ui.i18n import _
from ui.reader.blocks import Code, Table
from ui.reader.cells import LEFT, Action, Paint, WideCell, paint_action
from ui.reader.documents import Documents


class CodeCell(WideCell):
    """Code in a box with its language and what can be done with it."""

    def __init__(self, block: Code, guess: float, *, wraps: bool) -> None:
        super().__init__(block, guess)
        self.code = block
        self.wraps = wraps

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        if self.document is None:
            self.document = documents.code(self.code.runs, wraps=self.wraps)
        pad = theme.px(14)
        head = 0 if self.code.is_continued else theme.px(30)
        self._room = max(40.0, width - self.indent - 2 * pad)
        self.document.setTextWidth(self._room if self.wraps else -1)
        self._wide = 0.0 if self.wraps else self.document.idealWidth()
        self.scrolled = min(self.scrolled, self.overflow)
        top = head + (0 if self.code.is_continued else theme.px(10))
        bottom = 0 if self.code.goes_on else theme.px(12) + (theme.px(6) if self.overflow else 0)
        self.origin = QPointF(self.indent + pad, top)
        self._box_height = round(top + self.document.size().height() + bottom)
        self.height = self._box_height + (0 if self.code.goes_on else theme.px(self.gap + 4))
        self.natural_width = width
        self._head = head

    @property
    def actions(self) -> list[Action]:
        if self.code.is_continued or not self.is_measured:
            return []
        size, right = theme.px(30), self.width - theme.px(6)
        wrap = _("Do not wrap lines") if self.wraps else _("Wrap lines")
        return [
            Action(QRectF(right - size, 0, size, size), "copy_code", _("Copy code")),
            Action(QRectF(right - 2 * size, 0, size, size), "wrap", wrap),
        ]

    def paint(self, painter: QPainter, look: Paint) -> None:
        self._bar(painter)
        self._paint_box(painter)
        if self._head:
            self._paint_head(painter, look)
        painter.save()
        if self.overflow:
            room = QRectF(self.origin.x(), 0, self._room, self._box_height)
            painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
        self._draw_document(painter, look)
        painter.restore()
        self._draw_bar(painter, self.origin.x(), self._box_height - theme.px(5))

    def _paint_box(self, painter: QPainter) -> None:
        radius = theme.px(10)
        top = -2 * radius if self.code.is_continued else 0.5
        bottom = self._box_height + (2 * radius if self.code.goes_on else -0.5)
        box = QRectF(self.indent + 0.5, top, self.width - self.indent - 1, bottom - top)
        painter.save()
        painter.setClipRect(
            QRectF(self.indent, 0, self.width - self.indent, self._box_height),
            Qt.ClipOperation.IntersectClip,
        )
        path = QPainterPath()
        path.addRoundedRect(box, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("code_background"))
        painter.drawPath(path)
        if self._head:
            painter.save()
            painter.setClipRect(
                QRectF(self.indent, 0, self.width, self._head), Qt.ClipOperation.IntersectClip
            )
            painter.setBrush(theme.colour("code_head"))
            painter.drawPath(path)
            painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawPath(path)
        painter.restore()

    def _paint_head(self, painter: QPainter, look: Paint) -> None:
        painter.setFont(theme.font(12))
        painter.setPen(theme.colour("muted"))
        area = QRectF(self.origin.x(), 0, self._room - theme.px(70), self._head)
        language = self.code.language or _("text")
        painter.drawText(area, LEFT, language)
        for action in self.actions:
            paint_action(painter, action, look.hot, {"wrap": "wrap-text"}.get(action.name, "copy"))


class TableCell(WideCell):
    """A table; it scrolls by itself when it is too wide."""

    def __init__(self, block: Table, guess: float) -> None:
        super().__init__(block, guess)
        self.table = block
        if block.is_right_to_left:
            # As far as it goes, once that is known: there it begins.
            self.scrolled = math.inf

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        if self.document is None:
            self.document = documents.table(self.table)
        self._room = width - self.indent
        columns = len(self.table.rows[0])
        self.document.setTextWidth(max(self._room, min(columns, 40) * theme.px(100)))
        least = self.document.size().width()
        self._wide = least if least > self._room + 1 else 0.0
        self.scrolled = min(self.scrolled, self.overflow)
        self.origin = QPointF(self.indent, 0)
        bar = theme.px(10) if self.overflow else 0
        self.height = round(self.document.size().height() + bar + theme.px(self.gap))
        self.natural_width = width

    def paint(self, painter: QPainter, look: Paint) -> None:
        self._bar(painter)
        painter.save()
        painter.setClipRect(
            QRectF(self.origin.x() - 1, -2, self._room + 2, self.height),
            Qt.ClipOperation.IntersectClip,
        )
        self._draw_document(painter, look)
        painter.restore()
        self._draw_bar(painter, self.origin.x(), self.height - theme.px(self.gap))
