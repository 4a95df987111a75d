"""What Qt asks of a list view, answered from cells that are placed from an anchor."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from ui.reader.flow import Flow, Placed

Index = QModelIndex | QPersistentModelIndex
# How far down a row is put that is jumped to, as a part of the view.
JUMP_PART = 0.16


class AnchoredList(QListView):
    """A list whose rows are placed by a Flow and by nothing of Qt."""

    relay_wanted = Signal()  # what is seen is to be placed anew

    def __init__(self, stack: Flow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stack = stack
        self._stays = False

    def make_current(self, row: int) -> None:
        """Make *row* the current one where it is; Qt would scroll to it."""
        self._stays = True
        try:
            self.setCurrentIndex(self.model().index(row, 0))
        finally:
            self._stays = False

    def visualRect(self, index: Index) -> QRect:
        row = index.row()
        if not index.isValid() or row >= len(self.stack.heights):
            return QRect()
        seen = [placed for placed in self.stack.placed if placed.row == row]
        if seen:
            top = seen[0].y - sum(cell.height for cell in seen[0].item.cells[: seen[0].at])
        else:
            top = self.stack.heights.top(row) - self.stack.value + self.stack.top
        return QRect(0, round(top), self.viewport().width(), self.stack.heights[row])

    def indexAt(self, point: QPoint) -> QModelIndex:
        placed = self.placed_at(point.y())
        model = self.model()
        return QModelIndex() if placed is None else model.index(placed.row, 0)

    def placed_at(self, y: float) -> Placed | None:
        """Return the cell at this height of the view."""
        return next((p for p in self.stack.placed if p.y <= y < p.bottom), None)

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if self._stays or not index.isValid() or index.row() >= len(self.stack.heights):
            return
        rect, height = self.visualRect(index), self.viewport().height()
        is_seen = rect.top() >= 0 and (rect.bottom() <= height or rect.top() < height * 0.6)
        covers = rect.top() <= 0 and rect.bottom() >= height * 0.4
        if hint is QAbstractItemView.ScrollHint.EnsureVisible and (is_seen or covers):
            return
        self.stack.jump(index.row(), height * JUMP_PART)
        self.relay_wanted.emit()

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        if not len(self.stack.heights):
            return QModelIndex()
        model = self.model()
        move, last = QAbstractItemView.CursorAction, model.rowCount() - 1
        row = self.currentIndex().row()
        steps = {move.MoveUp: -1, move.MovePrevious: -1, move.MoveDown: 1, move.MoveNext: 1}
        row = {move.MoveHome: 0, move.MoveEnd: last}.get(action, row + steps.get(action, 0))
        return model.index(max(0, min(last, row)), 0)

    def setSelection(self, rect: QRect, flags: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        if index.isValid():
            self.selectionModel().select(index, flags)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.stack.value

    def updateGeometries(self) -> None:
        """Leave the scroll bars: they follow the anchor."""

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move nothing on the screen: it is painted from the anchor."""

    def doItemsLayout(self) -> None:
        # Asked for by Qt at odd moments, also from inside a layout.
        QTimer.singleShot(0, self, self._relay_if_alive)

    def _relay_if_alive(self) -> None:
        if len(self.stack.heights):
            self.relay_wanted.emit()
