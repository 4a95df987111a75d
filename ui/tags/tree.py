"""The tags as a tree beside the list: the chosen one is listed, and chats are dropped on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
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

from privatus.core import tag as tags
from privatus.core.tag import SEPARATOR, TagCount
from ui import theme
from ui.i18n import _, ngettext, number
from ui.icons import icon
from ui.tags.dots import dot_icon, no_dot

Index = QModelIndex | QPersistentModelIndex
NAME = Qt.ItemDataRole.UserRole
_DOT = 12
_EDIT = QTreeWidget.EditTrigger


class TagTree(QTreeWidget):
    """All chats, and below them each tag where it lies."""

    chosen = Signal(object)  # the name of a tag, None: all chats
    dropped = Signal(str)  # the chats that were dragged are to have this tag
    renamed = Signal(str, str)
    deletion_wanted = Signal(str)

    def __init__(self, is_ours: Callable[[QObject | None], bool]) -> None:
        """Make one that takes what is dragged from where *is_ours* says so."""
        super().__init__()
        self._is_ours = is_ours
        self._over: QTreeWidgetItem | None = None
        self._known: Sequence[TagCount] = ()
        self._closed: set[str] = set()
        self.setAccessibleName(_("Tags"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(True)
        self.setIndentation(theme.px(14))
        self.setIconSize(QSize(theme.px(_DOT), theme.px(_DOT)))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setEditTriggers(_EDIT.EditKeyPressed)
        self.setItemDelegateForColumn(0, _Renaming(self))
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.currentItemChanged.connect(self._on_current_changed)
        self.itemExpanded.connect(self._on_opened)
        self.itemCollapsed.connect(self._on_closed)
        theme.theme().changed.connect(self._on_theme_changed)

    def fill(self, known: Sequence[TagCount], wanted: str | None) -> None:
        """Show the tags *known*, of which the list shows *wanted*."""
        self._known, self._over = known, None
        with QSignalBlocker(self):
            self.clear()
            whole = QTreeWidgetItem(self, [_("All chats"), ""])
            # Who goes through the cells by a screen reader finds none without a name.
            whole.setData(1, Qt.ItemDataRole.AccessibleTextRole, _("All chats"))
            whole.setIcon(0, icon("messages-square"))
            by_key: dict[str, QTreeWidgetItem] = {}
            for each in known:
                item = _item(self, by_key, each.tag.name)
                item.setIcon(0, dot_icon(each.tag.colour, theme.px(_DOT)))
                item.setForeground(1, theme.colour("muted"))
                item.setText(1, number(each.all_conversations))
                said = ngettext("{n} chat", "{n} chats", each.all_conversations)
                item.setData(1, Qt.ItemDataRole.AccessibleTextRole, said)
                item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{item.text(0)}, {said}")
            for key, item in by_key.items():
                item.setExpanded(key not in self._closed)
        self.show_chosen(wanted)

    def show_chosen(self, wanted: str | None) -> None:
        """Show that the list has the chats of *wanted*."""
        with QSignalBlocker(self):
            found = None if wanted is None else self.item_of(wanted)
            item = found or self.topLevelItem(0)
            if item is not None:
                self.setCurrentItem(item)
        self.viewport().update()

    def item_of(self, name: str) -> QTreeWidgetItem | None:
        """Return the item of the tag *name*."""
        wanted = tags.key(name)
        flag = Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive
        found = (item for item in self.findItems("*", flag) if item.data(0, NAME))
        return next((item for item in found if tags.key(item.data(0, NAME)) == wanted), None)

    @property
    def current_name(self) -> str | None:
        item = self.currentItem()
        return None if item is None else item.data(0, NAME)

    def _on_current_changed(
        self, item: QTreeWidgetItem | None, _former: QTreeWidgetItem | None
    ) -> None:
        if item is not None:
            self.chosen.emit(item.data(0, NAME))

    def _on_opened(self, item: QTreeWidgetItem) -> None:
        self._closed.discard(tags.key(item.data(0, NAME)))

    def _on_closed(self, item: QTreeWidgetItem) -> None:
        self._closed.add(tags.key(item.data(0, NAME)))

    def _on_theme_changed(self) -> None:
        if self._known:
            self.fill(self._known, self.current_name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = self.current_name
        if event.key() == Qt.Key.Key_Delete and name is not None:
            self.deletion_wanted.emit(name)
        else:
            super().keyPressEvent(event)

    # Chats that are dropped.

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
            self.dropped.emit(item.data(0, NAME))

    def _below(self, event: QDropEvent) -> QTreeWidgetItem | None:
        item = self.itemAt(event.position().toPoint())
        return item if item is not None and item.data(0, NAME) else None

    def _mark(self, item: QTreeWidgetItem | None) -> None:
        if self._over is not None:
            for part in range(2):
                self._over.setBackground(part, QBrush())
        self._over = item
        if item is not None:
            for part in range(2):
                item.setBackground(part, theme.colour("pressed"))


class _Renaming(QStyledItemDelegate):
    """Lets a person write the whole name, so that a tag can be moved into another."""

    def __init__(self, tree: TagTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(_("Name of the tag"))
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


def _item(tree: TagTree, by_key: dict[str, QTreeWidgetItem], name: str) -> QTreeWidgetItem:
    """Return the item of *name*, which is made with those that it lies in."""
    found = by_key.get(tags.key(name))
    if found is not None:
        return found
    outer, _slash, last = name.rpartition(SEPARATOR)
    parent: QTreeWidget | QTreeWidgetItem = _item(tree, by_key, outer) if outer else tree
    made = QTreeWidgetItem(parent, [last, ""])
    made.setData(0, NAME, name)
    made.setIcon(0, no_dot(theme.px(_DOT)))
    made.setData(1, Qt.ItemDataRole.AccessibleTextRole, name)
    made.setToolTip(0, name)
    made.setTextAlignment(1, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    made.setFlags(made.flags() | Qt.ItemFlag.ItemIsEditable)
    by_key[tags.key(name)] = made
    return made
