"""What the view stacks: each cell shows one block, and is laid out when it comes into view."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPainter,
    QPalette,
    QPen,
    QTextBlock,
    QTextDocument,
)

from ui import theme
from ui.icons import paint as paint_icon
from ui.reader.blocks import Block, Words
from ui.reader.documents import DECORATION, MARK, QUOTES, Documents

DEPTH_INDENT = 18
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True, slots=True)
class Action:
    """A place in a cell that does something when it is clicked."""

    rect: QRectF
    name: str
    tip: str
    argument: object = None


@dataclass(slots=True)
class Paint:
    """How a cell is painted now."""

    clip: QRectF
    selections: list[QAbstractTextDocumentLayout.Selection] = field(default_factory=list)
    hot: Action | None = None


class Cell:
    """One block under the other; `height` is a guess until `measure`."""

    gap = 12  # below the block

    def __init__(self, block: Block | None, guess: float = 40) -> None:
        self.block = block
        self.height = guess
        self.is_measured = False
        self.width = 0.0
        self.natural_width = 0.0
        # Its text begins at the right of its room: a narrow bubble shows that end of it.
        self.begins_right = False
        self.document: QTextDocument | None = None
        # Where the document lies in the cell, and how far it was scrolled to the side.
        self.origin = QPointF(0, 0)
        self.scrolled = 0.0

    @property
    def indent(self) -> float:
        return theme.px(DEPTH_INDENT) * (self.block.depth if self.block else 0)

    @property
    def overflow(self) -> float:
        """Return how far it can be scrolled to the side."""
        return 0.0

    @property
    def actions(self) -> list[Action]:
        return []

    def measure(self, documents: Documents, width: float) -> None:
        """Lay out for *width*."""
        self.width, self.is_measured = width, True

    def drop(self) -> None:
        """Let go of the document; the height stays."""
        self.document, self.is_measured = None, False

    def paint(self, painter: QPainter, look: Paint) -> None:
        """Paint at the origin."""
        self._bar(painter)
        self._draw_document(painter, look)

    def text_at(self, point: QPointF, *, is_exact: bool = False) -> int:
        """Return the position in the text at *point*, -1 if there is none."""
        if self.document is None:
            return -1
        accuracy = Qt.HitTestAccuracy.ExactHit if is_exact else Qt.HitTestAccuracy.FuzzyHit
        return self.document.documentLayout().hitTest(self._inside(point), accuracy)

    def link_at(self, point: QPointF) -> str:
        """Return where the link at *point* leads, "" if there is none."""
        if self.document is None:
            return ""
        return self.document.documentLayout().anchorAt(self._inside(point))

    def rect_of(self, position: int) -> QRectF:
        """Return where the character at *position* stands."""
        if self.document is None:
            return QRectF(0, 0, self.width, self.height)
        block = self.document.findBlock(position)
        rect = self.document.documentLayout().blockBoundingRect(block)
        line = block.layout().lineForTextPosition(position - block.position())
        if line.isValid():
            rect = QRectF(rect.left(), rect.top() + line.y(), rect.width(), line.height())
        return rect.translated(self.origin)

    def _inside(self, point: QPointF) -> QPointF:
        return point - self.origin + QPointF(self.scrolled, 0)

    def _bar(self, painter: QPainter) -> None:
        """Paint the line beside what lies in a fold."""
        for depth in range(self.block.depth if self.block else 0):
            x = theme.px(DEPTH_INDENT) * depth + theme.px(7)
            painter.fillRect(QRectF(x, 0, theme.px(2), self.height), theme.colour("border"))

    def _draw_document(self, painter: QPainter, look: Paint) -> None:
        if self.document is None:
            return
        painter.save()
        painter.translate(self.origin - QPointF(self.scrolled, 0))
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = look.clip.translated(-self.origin + QPointF(self.scrolled, 0))
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, theme.colour("text"))
        context.palette = palette
        if look.selections:
            context.selections = look.selections
        self.document.documentLayout().draw(painter, context)
        painter.restore()


class WordsCell(Cell):
    """Paragraphs, with the bars of quotes and the boxes of code inside lists."""

    def __init__(self, block: Words, guess: float) -> None:
        super().__init__(block, guess)
        self.words = block
        self._quotes: list[QRectF] = []
        self._codes: list[QRectF] = []
        self._rules: list[float] = []

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        self.origin = QPointF(self.indent, 0)
        if self.document is None:
            self.document = documents.words(self.words.paragraphs)
            self._font = self.document.defaultFont()
        self.document.setTextWidth(max(40.0, width - self.indent))
        self.natural_width = self.document.idealWidth() + self.indent
        ways = _directions(self.document)
        self.begins_right = ways == {True}
        if len(ways) > 1:
            # Lines begin at both ends: none is to be cut off.
            self.natural_width = width
        size = self.document.size()
        last = self.document.lastBlock().blockFormat().bottomMargin()
        self.height = round(size.height() - last + theme.px(self.gap))
        self._quotes, self._codes, self._rules = [], [], []
        self._marks: list[tuple[str, QRectF, bool]] = []
        if any(
            p.quotes or p.is_item or p.is_rule or p.language is not None
            for p in self.words.paragraphs
        ):
            self._find_decorations(self.document)

    def _find_decorations(self, document: QTextDocument) -> None:
        layout = document.documentLayout()
        em = float(theme.px(14))
        block = document.begin()
        while block.isValid():
            block_format = block.blockFormat()
            kind = block_format.property(DECORATION)
            quotes = block_format.property(QUOTES) or 0
            mark = block_format.property(MARK)
            if mark:
                self._marks.append((mark, _first_line(block), _direction(block)))
            if kind or quotes:
                rect = layout.blockBoundingRect(block)
                if kind == "rule":
                    self._rules.append(rect.center().y())
                elif kind == "code":
                    self._codes.append(rect.adjusted(-em * 0.6, -em * 0.45, em * 0.2, em * 0.45))
                if quotes:
                    self._add_quotes(rect, int(quotes), _direction(block))
            block = block.next()

    def _add_quotes(self, rect: QRectF, quotes: int, is_right_to_left: bool) -> None:
        width = theme.px(3)
        for depth in range(quotes):
            x = float(theme.px(16.5) * depth)
            if is_right_to_left:
                x = self.width - self.indent - x - width
            bar = QRectF(x, rect.top() - 2, width, rect.height() + 4)
            same = [at for at, above in enumerate(self._quotes) if above.left() == x]
            if same and bar.top() - self._quotes[same[-1]].bottom() < theme.px(20):
                self._quotes[same[-1]] = self._quotes[same[-1]].united(bar)
            else:
                self._quotes.append(bar)

    def paint(self, painter: QPainter, look: Paint) -> None:
        self._bar(painter)
        painter.save()
        painter.translate(self.origin)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("border_strong"))
        for bar in self._quotes:
            painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.setBrush(theme.colour("code_background"))
        painter.setPen(QPen(theme.colour("border"), 1))
        for box in self._codes:
            painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        for y in self._rules:
            painter.drawLine(QPointF(0, y), QPointF(self.width - self.indent, y))
        self._paint_marks(painter, look)
        painter.restore()
        self._draw_document(painter, look)

    def _paint_marks(self, painter: QPainter, look: Paint) -> None:
        """Draw numbers and bullets beside the first lines of items."""
        painter.setPen(theme.colour("muted"))
        room = theme.px(7)
        for mark, line, is_right_to_left in self._marks:
            if not look.clip.top() - line.height() <= line.top() <= look.clip.bottom():
                continue
            painter.setFont(self._font)
            middle = Qt.AlignmentFlag.AlignVCenter
            if is_right_to_left:
                area = QRectF(line.right() + room, line.top(), 90, line.height())
                # The dot behind the number is to its left.
                painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, f"\u200f{mark}\u200f")
            else:
                area = QRectF(line.left() - room - 90, line.top(), 90, line.height())
                painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, mark)


class WideCell(Cell):
    """Something that may be wider than the column, and is scrolled to the side then."""

    def __init__(self, block: Block | None, guess: float = 40) -> None:
        super().__init__(block, guess)
        self._wide = 0.0
        self._room = 0.0

    @property
    def overflow(self) -> float:
        return max(0.0, self._wide - self._room)

    def _draw_bar(self, painter: QPainter, left: float, bottom: float) -> None:
        if self.overflow <= 0:
            return
        part = self._room / self._wide
        x = left + self.scrolled * part
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("border_strong"))
        height = theme.px(4)
        painter.drawRoundedRect(
            QRectF(x, bottom - height, self._room * part, height), height / 2, height / 2
        )


def paint_action(painter: QPainter, action: Action, hot: Action | None, icon: str) -> None:
    """Paint a button that is an icon."""
    is_hot = hot is not None and hot.name == action.name and hot.rect == action.rect
    if is_hot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hover"))
        inside = action.rect.adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(inside, theme.px(6), theme.px(6))
    paint_sign(painter, icon, action.rect.center(), "text" if is_hot else "muted")


def paint_sign(
    painter: QPainter, icon: str, middle: QPointF, colour: str = "muted", length: float = 16
) -> None:
    """Paint an icon round *middle*, as long as this on the design."""
    side = theme.px(length)
    rect = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
    paint_icon(painter, icon, rect, colour)


def _first_line(block: QTextBlock) -> QRectF:
    """Return where the first line of a paragraph stands in its document."""
    layout = block.layout()
    line = layout.lineAt(0)
    if not line.isValid():
        return QRectF()
    return line.naturalTextRect().translated(layout.position())


def _directions(document: QTextDocument) -> set[bool]:
    """Return whether paragraphs run from right to left, those that have words."""
    found, block = set(), document.begin()
    while block.isValid():
        if block.text().strip():
            found.add(_direction(block))
        block = block.next()
    return found


def _direction(block: QTextBlock) -> bool:
    return block.textDirection() is Qt.LayoutDirection.RightToLeft
