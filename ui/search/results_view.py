"""The list of results on the screen."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui.search.results import HIT
from ui.search.row import ResultPainter
from ui.search.rows_view import RowsView

Index = QModelIndex | QPersistentModelIndex


class ResultsView(RowsView):
    """Shows a ResultsModel; all rows are of one height, so that a million would not matter."""

    opened = Signal(QModelIndex)
    left_at_top = Signal()  # Up on the first row
    typed = Signal(str)  # meant for the field

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.clicked.connect(self.opened)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(self.currentIndex())
        elif key == Qt.Key.Key_Up and row <= 0:
            self.left_at_top.emit()
        elif event.text() and event.text().isprintable() and not event.modifiers():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)
            return
        event.accept()


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._results = ResultPainter(snippet_lines=2)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, self._results.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state = option.state
        painter.save()
        self._results.paint(
            painter,
            option.rect,
            index.data(HIT),
            is_selected=bool(state & QStyle.StateFlag.State_Selected),
            is_hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            has_focus=self._view.hasFocus() and index == self._view.currentIndex(),
        )
        painter.restore()
