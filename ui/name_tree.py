"""A tree of names as `work/tax`: one is chosen, renamed in place, and takes what is dropped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ui import theme

Index = QModelIndex | QPersistentModelIndex
NAME = Qt.ItemDataRole.UserRole
_ARROWS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home)
_EDIT = QTreeWidget.EditTrigger


class NameTree(QTreeWidget):
    """Two columns, the second for numbers; what an item is called as a whole is its NAME."""

    dropped = Signal(str)  # what was dragged is to go to what is called so
    renamed = Signal(str, str)
    deletion_wanted = Signal(str)

    def __init__(
        self, is_ours: Callable[[QObject | None], bool], name: str, edited: str, icon_side: int
    ) -> None:
        """Make one that takes what is dragged from where *is_ours* says so.

        *name* and *edited*: what it, and the field in which something is renamed, are called for
        who cannot see them.
        """
        super().__init__()
        self._is_ours = is_ours
        self._over: QTreeWidgetItem | None = None
        self.setAccessibleName(name)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(theme.px(14))
        self.setIconSize(QSize(theme.px(icon_side), theme.px(icon_side)))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setEditTriggers(_EDIT.EditKeyPressed)
        self.setItemDelegateForColumn(0, _Renaming(self, edited))
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def clear(self) -> None:
        self._over = None
        super().clear()

    @property
    def current_name(self) -> str | None:
        item = self.currentItem()
        return None if item is None else item.data(0, NAME)

    def target(self, item: QTreeWidgetItem) -> str | None:
        """Return where that goes which is dropped on *item*, None if nothing may be."""
        name: str | None = item.data(0, NAME)
        return name

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name, item = self.current_name, self.currentItem()
        if event.key() == Qt.Key.Key_Delete and name is not None:
            self.deletion_wanted.emit(name)
        elif event.key() in _ARROWS and item is not None and not self.selectedItems():
            # Who comes here chooses nothing by that; the first arrow chooses where it begins.
            self.setCurrentItem(item)
        else:
            super().keyPressEvent(event)

    # What is dropped.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._is_ours(event.source()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            # What comes from elsewhere is for the window: an export.
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        item = self._below(event)
        self._mark(item)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(item is not None)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._mark(None)

    def dropEvent(self, event: QDropEvent) -> None:
        item = self._below(event)
        self._mark(None)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(item is not None)
        if item is not None:
            self.dropped.emit(self.target(item))

    def _below(self, event: QDropEvent) -> QTreeWidgetItem | None:
        item = self.itemAt(event.position().toPoint())
        return item if item is not None and self.target(item) else None

    def _mark(self, item: QTreeWidgetItem | None) -> None:
        if self._over is not None:
            for part in range(2):
                self._over.setBackground(part, QBrush())
        self._over = item
        if item is not None:
            for part in range(2):
                item.setBackground(part, theme.colour("pressed"))


class _Renaming(QStyledItemDelegate):
    """Lets a person write the whole name, so that one can be moved into another."""

    def __init__(self, tree: NameTree, edited: str) -> None:
        super().__init__(tree)
        self._tree, self._edited = tree, edited

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self._edited)
        editor.setText(index.data(NAME))
        return editor

    def setEditorData(self, editor: QWidget, _index: Index) -> None:
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        # As high as a field needs, and over the number.
        rect: QRect = option.rect
        is_rtl = self._tree.layoutDirection() is Qt.LayoutDirection.RightToLeft
        rect = QRect(rect)
        if is_rtl:
            rect.setLeft(0)
        else:
            rect.setRight(self._tree.viewport().width() - 1)
        height = editor.sizeHint().height()
        editor.setGeometry(rect.left(), rect.center().y() - height // 2, rect.width(), height)

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, index: Index) -> None:
        former = index.data(NAME)
        if isinstance(editor, QLineEdit) and editor.text().strip() not in ("", former):
            self._tree.renamed.emit(former, editor.text())
