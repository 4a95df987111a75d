"""Paints what the view shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from ui import theme
from ui.reader.cells import Cell, Paint
from ui.reader.cells_media import HeadCell
from ui.reader.flow import Placed
from ui.reader.items import MessageItem
from ui.writing import units

if TYPE_CHECKING:
    from ui.reader.view import MessageView

Marked = QAbstractTextDocumentLayout.Selection
_MOST_MARKS = 400
# Of the colour behind a message that was jumped to: it may be as tall as the view.
_MARK_STRENGTH = 0.5


class Painting:
    """Draws the cells in view, with what is selected and what was found."""

    def __init__(self, view: MessageView) -> None:
        self._view = view
        # What is looked for, and which place of it is the current one: row, cell, position.
        self.wanted: re.Pattern[str] | None = None
        self.current: tuple[int, int, int] | None = None
        self._spans_of: tuple[re.Pattern[str], Cell] | None = None
        self._spans: list[tuple[int, int]] = []

    def paint(self, clip: QRect) -> None:
        """Draw all that lies in *clip*."""
        view = self._view
        painter = QPainter(view.viewport())
        painter.fillRect(clip, theme.colour("background"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, width = view.column()
        self._backgrounds(painter, left, width)
        for placed in view.stack.placed:
            if placed.bottom < clip.top() or placed.y > clip.bottom():
                continue
            x = left + placed.item.left(placed.cell, width)
            painter.save()
            painter.translate(x, placed.y)
            area = (
                QRectF(clip)
                .translated(-x, -placed.y)
                .intersected(QRectF(-left, 0, view.viewport().width(), placed.cell.height + 1))
            )
            hot = view.pointing.hot if view.pointing.hot_cell is placed.cell else None
            look = Paint(clip=area, selections=self._selections(placed), hot=hot)
            placed.cell.paint(painter, look)
            painter.restore()
        for layer in view.layers:
            layer.paint(painter, left, width)
        painter.end()

    def _backgrounds(self, painter: QPainter, left: float, width: float) -> None:
        """Draw what lies behind whole messages: bubbles, the focus, the mark of a jump."""
        view = self._view
        rows: dict[int, list[Placed]] = {}
        for placed in view.stack.placed:
            rows.setdefault(placed.row, []).append(placed)
        current = view.currentIndex().row()
        for row, cells in rows.items():
            item = cells[0].item
            top, bottom = _extent(cells)
            if isinstance(item, MessageItem) and item.is_empty:
                continue
            body = QRectF(left, top, width, bottom - top)
            is_bubble = isinstance(item, MessageItem) and item.is_bubble and len(item.cells) > 2
            if row == view.marked and not is_bubble:
                painter.setPen(Qt.PenStyle.NoPen)
                soft = theme.colour("accent_soft")
                soft.setAlphaF(_MARK_STRENGTH)
                painter.setBrush(soft)
                pad = theme.px(10)
                painter.drawRoundedRect(body.adjusted(-pad, -pad / 2, pad, -pad / 2), pad, pad)
            if isinstance(item, MessageItem) and is_bubble:
                self._bubble(painter, cells[0], item, left, width)
            if row == current and view.hasFocus() and view.shows_focus:
                painter.setPen(QPen(theme.colour("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                pad = theme.px(8)
                painter.drawRoundedRect(body.adjusted(-pad, -pad / 2, pad, -pad / 2), pad, pad)

    def _bubble(
        self, painter: QPainter, placed: Placed, item: MessageItem, left: float, width: float
    ) -> None:
        heights = [cell.height for cell in item.cells]
        top = placed.y - sum(heights[: placed.at])
        wide = item.bubble_width(width)
        box = QRectF(
            left + width - wide,
            top + heights[0] - theme.px(10),
            wide,
            sum(heights[1:-1]) + theme.px(10),
        )
        is_marked = self._view.marked == placed.row
        painter.setPen(QPen(theme.colour("accent"), 2) if is_marked else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft" if is_marked else "user_bubble"))
        painter.drawRoundedRect(box, theme.px(14), theme.px(14))

    # ------------------------------------------------------------------ selections

    def _selections(self, placed: Placed) -> list[Marked]:
        document = placed.cell.document
        if document is None or placed.cell.block is None:
            return []
        tokens = theme.tokens()
        found = [mark for layer in self._view.layers for mark in layer.selections(placed)]
        for start, end in self.spans(placed.cell)[:_MOST_MARKS]:
            is_current = self.current == (placed.row, placed.at, start)
            background = tokens.mark_current if is_current else tokens.mark
            found.append(marked(document, start, end, _colours(background, tokens.on_mark)))
        chosen = self._view.selecting.range_of(placed.row, placed.at, document.characterCount() - 1)
        if chosen is not None:
            found.append(marked(document, *chosen, _colours(tokens.accent, tokens.on_accent)))
        return found

    def spans(self, cell: Cell) -> list[tuple[int, int]]:
        """Return where in a cell stands what is looked for."""
        if self.wanted is None or cell.block is None:
            return []
        key = (self.wanted, cell)
        if key != self._spans_of:
            self._spans_of = key
            self._spans = places(self.wanted, cell.block.plain)
        return self._spans


def places(wanted: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return from where to where *wanted* stands in a document of *text*, as Qt counts."""
    found = [match.span() for match in wanted.finditer(text)]
    if units(text) == len(text):
        return found
    return [(units(text[:start]), units(text[:end])) for start, end in found]


def _extent(cells: list[Placed]) -> tuple[float, float]:
    """Return top and bottom of the message of which *cells* are in view."""
    first = cells[0]
    top = first.y - sum(cell.height for cell in first.item.cells[: first.at])
    head = first.item.cells[0]
    day = head.day_height if isinstance(head, HeadCell) else 0
    return top + day, top + first.item.height


def marked(document: QTextDocument, start: int, end: int, look: QTextCharFormat) -> Marked:
    """Return what paints the characters from *start* to *end* in another look."""
    made = Marked()
    cursor = QTextCursor(document)
    last = document.characterCount() - 1
    cursor.setPosition(min(start, last))
    cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
    made.cursor = cursor
    made.format = look
    return made


def _colours(background: str, foreground: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(QColor(background))
    made.setForeground(QColor(foreground))
    return made


def origin_of(placed: Placed, left: float, width: float) -> QPointF:
    """Return where a cell's own coordinates begin in the view."""
    return QPointF(left + placed.item.left(placed.cell, width), placed.y)
