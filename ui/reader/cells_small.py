"""Cells of one line: what folds, and what is said beside a message."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui import theme
from ui.i18n import _
from ui.reader.blocks import Fold, Remark
from ui.reader.cells import LEFT, Action, Cell, Paint, paint_sign
from ui.reader.documents import Documents


class FoldCell(Cell):
    """A line that opens to more."""

    gap = 10

    def __init__(self, block: Fold) -> None:
        super().__init__(block, theme.px(42))
        self.fold = block
        self.is_open = block.is_open

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        self.height = theme.px(32 + self.gap)
        self.natural_width = width

    @property
    def actions(self) -> list[Action]:
        tip = _("Fold") if self.is_open else _("Unfold")
        rect = QRectF(self.indent, 0, self.width - self.indent, theme.px(32))
        return [Action(rect, "fold", tip, self.fold.index)]

    def paint(self, painter: QPainter, look: Paint) -> None:
        self._bar(painter)
        rect = QRectF(self.indent + 0.5, 0.5, self.width - self.indent - 1, theme.px(32) - 1)
        is_hot = look.hot is not None and look.hot.name == "fold"
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("hover" if is_hot else "surface"))
        painter.drawRoundedRect(rect, theme.px(8), theme.px(8))
        x, middle = rect.left() + theme.px(18), rect.center().y()
        paint_sign(painter, "chevron-down" if self.is_open else "chevron-right", QPointF(x, middle))
        x += theme.px(22)
        paint_sign(painter, self.fold.kind.value, QPointF(x, middle))
        x += theme.px(16)
        painter.setFont(theme.font(13))
        painter.setPen(theme.colour("muted"))
        area = QRectF(x, rect.top(), rect.right() - x - theme.px(10), rect.height())
        title = painter.fontMetrics().elidedText(
            self.fold.title, Qt.TextElideMode.ElideRight, round(area.width())
        )
        painter.drawText(area, LEFT, title)


class RemarkCell(Cell):
    """Small words beside the message."""

    def __init__(self, block: Remark, guess: float) -> None:
        super().__init__(block, guess)
        self.remark = block

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        if self.document is None:
            self.document = documents.plain(self.remark.text, size=13, colour="muted")
        self.origin = QPointF(self.indent + theme.px(24), 0)
        self.document.setTextWidth(max(40.0, width - self.origin.x()))
        self.natural_width = self.document.idealWidth() + self.origin.x()
        self.height = round(self.document.size().height() + theme.px(self.gap))

    def paint(self, painter: QPainter, look: Paint) -> None:
        half = theme.px(16) / 2
        paint_sign(painter, self.remark.icon, QPointF(self.indent + half, 1 + half))
        super().paint(painter, look)
