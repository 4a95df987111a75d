"""The list of results on the screen."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.i18n import _
from ui.search.results import HIT
from ui.search.row import ResultPainter

Index = QModelIndex | QPersistentModelIndex


class ResultsView(QListView):
    """Shows a ResultsModel; all rows are of one height, so that a million would not matter."""

    opened = Signal(QModelIndex)
    left_at_top = Signal()  # Up on the first row
    typed = Signal(str)  # meant for the field

    def __init__(self, parent: QWidget | None = None, *, snippet_lines: int = 2) -> None:
        super().__init__(parent)
        self._delegate = _Delegate(self, snippet_lines)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_("Results"))
        self.verticalScrollBar().setSingleStep(theme.px(30))
        self.clicked.connect(self.opened)
        theme.theme().changed.connect(self._on_theme_changed)

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

    def _on_theme_changed(self) -> None:
        self._delegate.painter.forget()
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QListView, snippet_lines: int) -> None:
        super().__init__(view)
        self._view = view
        self.painter = ResultPainter(snippet_lines=snippet_lines)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, self.painter.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state = option.state
        painter.save()
        self.painter.paint(
            painter,
            option.rect,
            index.data(HIT),
            is_selected=bool(state & QStyle.StateFlag.State_Selected),
            is_hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            has_focus=self._view.hasFocus() and index == self._view.currentIndex(),
        )
        painter.restore()
