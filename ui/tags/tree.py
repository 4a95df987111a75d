"""The tags as a tree beside the list: the chosen one is listed, and chats are dropped on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from privatus.core import tag as tags
from privatus.core.tag import SEPARATOR, TagCount
from ui import theme
from ui.i18n import _, ngettext, number
from ui.layouts import tip
from ui.name_tree import NAME, NameTree
from ui.tags.dots import dot_icon, no_dot

_DOT = 12


class TagTree(NameTree):
    """Each tag where it lies."""

    chosen = Signal(object)  # the name of a tag

    def __init__(self, is_ours: Callable[[QObject | None], bool]) -> None:
        """Make one that takes what is dragged from where *is_ours* says so."""
        super().__init__(is_ours, _("Tags"), _("Name of the tag"), _DOT)
        self._known: Sequence[TagCount] = ()
        self._closed: set[str] = set()
        self.itemSelectionChanged.connect(self._on_chosen)
        self.itemExpanded.connect(self._on_opened)
        self.itemCollapsed.connect(self._on_closed)
        theme.theme().changed.connect(self._on_theme_changed)

    def fill(self, known: Sequence[TagCount], wanted: str | None) -> None:
        """Show the tags *known*, of which the list shows *wanted*."""
        self._known = known
        with QSignalBlocker(self):
            self.clear()
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
            if found is None:
                self.selectionModel().clear()
            else:
                self.setCurrentItem(found)
        self.viewport().update()

    def item_of(self, name: str) -> QTreeWidgetItem | None:
        """Return the item of the tag *name*."""
        wanted = tags.key(name)
        flag = Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive
        found = (item for item in self.findItems("*", flag) if item.data(0, NAME))
        return next((item for item in found if tags.key(item.data(0, NAME)) == wanted), None)

    def _on_chosen(self) -> None:
        for item in self.selectedItems():
            self.chosen.emit(item.data(0, NAME))

    def _on_opened(self, item: QTreeWidgetItem) -> None:
        self._closed.discard(tags.key(item.data(0, NAME)))

    def _on_closed(self, item: QTreeWidgetItem) -> None:
        self._closed.add(tags.key(item.data(0, NAME)))

    def _on_theme_changed(self) -> None:
        if self._known:
            self.fill(self._known, self.current_name)


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
    made.setToolTip(0, tip(name))
    made.setTextAlignment(1, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    made.setFlags(made.flags() | Qt.ItemFlag.ItemIsEditable)
    by_key[tags.key(name)] = made
    return made
