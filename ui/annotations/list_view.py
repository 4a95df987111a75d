"""The list of notes on the screen, and its keys."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from privatus.core.annotation import FoundAnnotation
from ui import theme
from ui.annotations.listed import FOUND
from ui.annotations.row import RowPainter
from ui.annotations.tints import ORDER
from ui.i18n import _
from ui.search.rows_view import RowsView

_DIGITS = "1234567890"


class NotesView(RowsView):
    """Shows a Listed; several can be selected."""

    opened = Signal(QModelIndex)
    edit_wanted = Signal()
    delete_wanted = Signal()
    colour_wanted = Signal(str)
    menu_wanted = Signal(QPoint)
    left_at_top = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Notes"))
        self.setItemDelegate(RowPainter(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.doubleClicked.connect(self.opened)
        theme.theme().changed.connect(self.viewport().update)

    def selected(self) -> list[FoundAnnotation]:
        """Return what is selected, from the first to the last."""
        rows = sorted(self.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [index.data(FOUND) for index in rows]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(self.currentIndex())
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_E) and row >= 0:
            self.edit_wanted.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        elif event.text() and event.text() in _DIGITS:
            self.colour_wanted.emit(ORDER[_DIGITS.index(event.text())])
        elif key == Qt.Key.Key_Up and row <= 0:
            self.left_at_top.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        where = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            where = self.viewport().mapToGlobal(rect.center())
        self.menu_wanted.emit(where)
