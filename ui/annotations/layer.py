"""Paints highlights under the words, and beside the messages the marks of notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QTextCharFormat

from privatus.core.annotation import Fit, FoundAnnotation
from ui import theme
from ui.annotations.chat_notes import ChatNotes
from ui.annotations.mapping import Painted
from ui.annotations.tints import tint
from ui.i18n import _
from ui.reader.flow import Placed
from ui.reader.items import MessageItem
from ui.reader.layers import Layer
from ui.reader.margin import Aside, Margin
from ui.reader.painting import Marked, marked
from ui.tags.shades import shade_of
from ui.writing import is_right_to_left

if TYPE_CHECKING:
    from ui.reader.view import MessageView

_LINES = 3


class NoteAside(Aside):
    """The sign of an annotation beside its message."""

    def __init__(self, found: FoundAnnotation, asked: Callable[[int], object]) -> None:
        self.found, self._asked = found, asked
        is_lost = found.place.fit is Fit.LOST
        self.icon = "triangle-alert" if is_lost else "message-square"
        self.ink = "warn" if is_lost else "text"

    @property
    def words(self) -> str:
        return said(self.found)

    @property
    def ground(self) -> QColor:
        colour = self.found.annotation.colour
        return theme.colour("note") if colour is None else tint(colour)

    def height(self, width: float) -> float:
        metrics = QFontMetrics(theme.font(12))
        room = max(1, round(width - theme.px(28)))
        lines = max(1, -(-metrics.horizontalAdvance(_one_line(self.words)[:300]) // room))
        return float(min(_LINES, lines) * metrics.lineSpacing() + theme.px(8))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("note"))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(5), theme.px(5))
        if self.found.annotation.colour is not None:
            bar = QRectF(rect.left(), rect.top() + 3, theme.px(3), rect.height() - 6)
            painter.fillRect(bar, shade_of(self.found.annotation.colour)[0])
        painter.setPen(theme.colour(self.ink))
        painter.setFont(theme.font(12))
        inner = rect.adjusted(theme.px(9), theme.px(4), -theme.px(6), -theme.px(4))
        # Qt cuts lines off at the right only: as much as the lines hold, about.
        room = round(inner.width() * _LINES * 0.94)
        text = painter.fontMetrics().elidedText(
            _one_line(self.words), Qt.TextElideMode.ElideRight, room
        )
        painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
        side = Qt.AlignmentFlag.AlignRight if is_right_to_left(text) else Qt.AlignmentFlag.AlignLeft
        flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignAbsolute | side
        painter.drawText(inner, flags | Qt.TextFlag.TextWordWrap, text)

    def click(self) -> None:
        if self.found.annotation.id is not None:
            self._asked(self.found.annotation.id)


class NotesLayer(Layer):
    """What annotations look like in the messages and beside them."""

    def __init__(
        self,
        view: MessageView,
        margin: Margin,
        notes: ChatNotes,
        asked: Callable[[int], object],
    ) -> None:
        self._view, self._margin, self._notes, self._asked = view, margin, notes, asked
        view.layers.append(self)
        margin.sources.append(self.asides)

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

    def asides(self) -> Iterator[tuple[float, Aside]]:
        """Yield what has a sign, and beside what height of the view it belongs."""
        firsts: dict[int, float] = {}
        for placed in self._view.stack.placed:
            for piece in self.pieces_in(placed):
                y = placed.y + placed.cell.rect_of(piece.start).top()
                firsts.setdefault(piece.annotation_id, y)
        for number, top in self._margin.tops().items():
            for found in self._notes.on(number):
                beside = firsts.get(found.annotation.id or 0)
                if beside is not None and found.annotation.text:
                    yield beside, NoteAside(found, self._asked)
                elif found.place.fit in (Fit.WHOLE, Fit.LOST):
                    yield top, NoteAside(found, self._asked)


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


def _one_line(text: str) -> str:
    return " ".join(text.split())
