"""How the rows of the palette are drawn."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.ground import paint_ground
from ui.icons import paint
from ui.search.palette_model import ROW, Row, RowKind
from ui.search.row import ResultPainter
from ui.search.rows_view import RowsView

Index = QModelIndex | QPersistentModelIndex
_HEADING = 28
_LINE = 38


class PaletteView(RowsView):
    """The list under the palette's field; the field keeps the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def rows_height(self) -> int:
        """Return how high all rows are together."""
        model = self.model()
        return sum(
            self._delegate.height_of(model.index(n, 0).data(ROW)) for n in range(model.rowCount())
        )


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._results = ResultPainter(snippet_lines=1)

    def height_of(self, row: Row) -> int:
        if row.kind is RowKind.HIT:
            return self._results.height
        return theme.px(_HEADING if row.kind is RowKind.HEADING else _LINE)

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self.height_of(index.data(ROW)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        rect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if row.kind is RowKind.HEADING:
            self._heading(painter, rect, row.text)
        elif row.hit is not None:
            self._results.paint(painter, rect, row.hit, is_selected=is_selected,
                                is_hovered=is_hovered, has_focus=False)  # fmt: skip
        else:
            self._line(painter, rect, row, is_selected=is_selected, is_hovered=is_hovered)
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, text: str) -> None:
        painter.setFont(theme.font(11.5, QFont.Weight.DemiBold))
        painter.setPen(theme.colour("muted"))
        inner = rect.adjusted(theme.px(20), theme.px(8), -theme.px(20), 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, text)

    def _line(
        self, painter: QPainter, rect: QRect, row: Row, *, is_selected: bool, is_hovered: bool
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = rect.adjusted(theme.px(8), theme.px(1), -theme.px(8), -theme.px(1))
        paint_ground(
            painter, ground, is_selected=is_selected, is_hovered=is_hovered, has_focus=False
        )
        inner = ground.adjusted(theme.px(12), 0, -theme.px(12), 0)
        ink = "on_accent_soft" if is_selected else "text"
        soft = "on_accent_soft" if is_selected else "muted"
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side, gap = theme.px(16), theme.px(10)
        x = inner.right() - side if is_rtl else inner.left()
        paint(painter, row.icon, QRectF(x, rect.center().y() - side / 2 + 0.5, side, side), soft)
        room = inner.adjusted(0 if is_rtl else side + gap, 0, -(side + gap) if is_rtl else 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(12))
        painter.setPen(theme.colour(soft))
        painter.drawText(room, flags | Qt.AlignmentFlag.AlignTrailing, row.detail)
        font = theme.font(14)
        width = room.width() - QFontMetrics(theme.font(12)).horizontalAdvance(row.detail) - gap
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        text = QFontMetrics(font).elidedText(row.text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(room, flags | Qt.AlignmentFlag.AlignLeading, text)
