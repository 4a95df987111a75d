"""Paints highlights under the words, and beside the messages the marks of notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QTextCharFormat

from privatus.core.annotation import Fit, FoundAnnotation
from ui import theme
from ui.annotations.chat_notes import ChatNotes
from ui.annotations.mapping import Painted
from ui.annotations.tints import tint
from ui.i18n import _
from ui.layouts import tip as as_tip
from ui.reader.cells import paint_sign
from ui.reader.flow import Placed
from ui.reader.items import MessageItem
from ui.reader.layers import Layer
from ui.reader.painting import Marked, marked
from ui.tags.shades import shade_of

if TYPE_CHECKING:
    from ui.reader.view import MessageView

# With so much room beside the column, the first words of notes are shown there.
_LEAST_CARD, _MOST_CARD = 132, 230
_LINES = 3
_ICON = 20
_GAP = 4
_TIP_CHARS = 600


@dataclass(frozen=True, slots=True)
class Mark:
    """A note beside its message."""

    rect: QRectF
    found: FoundAnnotation
    is_card: bool


class NotesLayer(Layer):
    """What annotations look like in the messages and beside them."""

    def __init__(self, view: MessageView, notes: ChatNotes, asked: Callable[[int], object]) -> None:
        self._view, self._notes, self._asked = view, notes, asked

    # ------------------------------------------------------------------ under the words

    def selections(self, placed: Placed) -> list[Marked]:
        document = placed.cell.document
        if document is None:
            return []
        return [
            marked(document, piece.start, piece.end, _format(piece))
            for piece in self.pieces_in(placed)
        ]

    def pieces_in(self, placed: Placed) -> list[Painted]:
        """Return what is painted in a cell."""
        item, block = placed.item, placed.cell.block
        if not isinstance(item, MessageItem) or block is None:
            return []
        pieces = self._notes.pieces(item.prepared.message.number)
        return pieces.get(item.prepared.place_of(block), []) if pieces else []

    def at(self, placed: Placed, character: int) -> int | None:
        """Return the annotation on a character of a cell, the last made of several."""
        ids = [p.annotation_id for p in self.pieces_in(placed) if p.start <= character < p.end]
        return max(ids, default=None)

    # ------------------------------------------------------------------ beside the messages

    def paint(self, painter: QPainter, left: float, width: float) -> None:
        for mark in self.marks():
            if mark.is_card:
                _paint_card(painter, mark)
            else:
                _paint_icon(painter, mark)

    def tip(self, point: QPointF) -> str | None:
        mark = self._mark(point)
        return None if mark is None else as_tip(said(mark.found)[:_TIP_CHARS])

    def click(self, point: QPointF) -> bool:
        mark = self._mark(point)
        if mark is None or mark.found.annotation.id is None:
            return False
        self._asked(mark.found.annotation.id)
        return True

    def _mark(self, point: QPointF) -> Mark | None:
        return next((mark for mark in self.marks() if mark.rect.contains(point)), None)

    def marks(self) -> list[Mark]:
        """Return the notes of the messages in view, none over another."""
        left, width = self._view.column()
        room = self._view.viewport().width() - left - width
        is_card = room >= theme.px(_LEAST_CARD)
        wide = min(room - theme.px(16), theme.px(_MOST_CARD)) if is_card else theme.px(_ICON)
        x = left + width + (theme.px(8) if is_card else theme.px(2))
        found: list[Mark] = []
        below = -1e9
        for y, each in sorted(self._places(), key=lambda place: place[0]):
            height = _card_height(each, wide) if is_card else float(theme.px(_ICON))
            top = max(y, below)
            found.append(Mark(QRectF(x, top, wide, height), each, is_card))
            below = top + height + theme.px(_GAP)
        return found

    def _places(self) -> Iterator[tuple[float, FoundAnnotation]]:
        """Yield what has a mark, and beside what height of the view it belongs."""
        firsts: dict[int, float] = {}
        tops: dict[int, float] = {}
        for placed in self._view.stack.placed:
            if not isinstance(placed.item, MessageItem):
                continue
            number = placed.item.prepared.message.number
            tops.setdefault(number, placed.y if placed.at == 0 else max(placed.y, 0.0))
            for piece in self.pieces_in(placed):
                y = placed.y + placed.cell.rect_of(piece.start).top()
                firsts.setdefault(piece.annotation_id, y)
        for number, top in tops.items():
            for found in self._notes.on(number):
                beside = firsts.get(found.annotation.id or 0)
                if beside is not None and found.annotation.text:
                    yield beside, found
                elif found.place.fit in (Fit.WHOLE, Fit.LOST):
                    yield top, found


def said(found: FoundAnnotation) -> str:
    """Return what an annotation says, in one text."""
    annotation = found.annotation
    parts = [annotation.text]
    if annotation.passage is not None and found.place.fit is Fit.LOST:
        gone = _("The text that this was on is gone: “{quote}”")
        parts.insert(0, gone.format(quote=" ".join(annotation.passage.quote.split())))
    elif not annotation.text and annotation.passage is not None:
        parts = [" ".join(annotation.passage.quote.split())]
    return "\n".join(filter(None, parts))


def _format(piece: Painted) -> QTextCharFormat:
    made = QTextCharFormat()
    if piece.colour is not None:
        made.setBackground(tint(piece.colour))
    else:
        # A note alone gives its passage no colour.
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        made.setUnderlineColor(theme.colour("muted"))
    return made


def _text_of(found: FoundAnnotation) -> str:
    return " ".join(said(found).split())


def _card_height(found: FoundAnnotation, width: float) -> float:
    metrics = QFontMetrics(theme.font(12))
    room = round(width - theme.px(16))
    lines = max(1, -(-metrics.horizontalAdvance(_text_of(found)[:300]) // max(1, room - 12)))
    return min(_LINES, lines) * metrics.lineSpacing() + theme.px(8)


def _paint_card(painter: QPainter, mark: Mark) -> None:
    painter.save()
    ink, _ground = shade_of(mark.found.annotation.colour)
    painter.setPen(QPen(theme.colour("border"), 1))
    painter.setBrush(theme.colour("note"))
    painter.drawRoundedRect(mark.rect.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(5), theme.px(5))
    if mark.found.annotation.colour is not None:
        painter.fillRect(QRectF(mark.rect.left(), mark.rect.top() + 3, theme.px(3),
                                mark.rect.height() - 6), ink)  # fmt: skip
    is_lost = mark.found.place.fit is Fit.LOST
    painter.setPen(theme.colour("warn" if is_lost else "text"))
    painter.setFont(theme.font(12))
    inner = mark.rect.adjusted(theme.px(9), theme.px(4), -theme.px(6), -theme.px(4))
    metrics = painter.fontMetrics()
    text = _text_of(mark.found)
    # Qt cuts lines off at the right only: as much as the lines hold, about.
    most = metrics.elidedText(
        text, Qt.TextElideMode.ElideRight, round(inner.width() * _LINES * 0.94)
    )
    flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading
    painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
    painter.drawText(inner, flags | Qt.TextFlag.TextWordWrap, most)
    painter.restore()


def _paint_icon(painter: QPainter, mark: Mark) -> None:
    colour = mark.found.annotation.colour
    painter.save()
    painter.setPen(QPen(theme.colour("border"), 1))
    painter.setBrush(theme.colour("note") if colour is None else tint(colour))
    painter.drawRoundedRect(mark.rect.adjusted(1, 1, -1, -1), theme.px(5), theme.px(5))
    painter.restore()
    is_lost = mark.found.place.fit is Fit.LOST
    sign = "triangle-alert" if is_lost else "message-square"
    paint_sign(painter, sign, mark.rect.center(), "warn" if is_lost else "text", 12)
