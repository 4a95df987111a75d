"""Places, folders and saved searches as one tree, which the arrows go through."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QObject, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from privatus.core import tag as names
from privatus.core.saved_search import SavedSearch
from privatus.core.tag import SEPARATOR
from privatus.services.listing import ListFilter
from ui import theme
from ui.i18n import _, ngettext, number
from ui.icons import icon
from ui.layouts import tip
from ui.name_tree import NAME, NameTree
from ui.settings.store import Settings
from ui.sidebar.contents import IF_ANY, PLACES, Contents, Place, place_of

_ROLE = Qt.ItemDataRole.UserRole
PLACE, SEARCH, SECTION = (Qt.ItemDataRole(_ROLE + number) for number in (1, 2, 3))
# What chats are dropped on, beside folders: no name of one begins so.
ARCHIVE, TRASH = "/archive", "/trash"
_FOLDERS, _SEARCHES = "folders", "searches"
# Which sections are closed; the names of folders are for the vault alone.
_STATE = "chats-sidebar-closed"
_ICON = 16


class PlacesTree(NameTree):
    """Says what is chosen as what a list is to hold."""

    chosen = Signal(object)  # ListFilter
    search_wanted = Signal(object)  # SavedSearch
    left = Signal()  # Down, on the last line

    def __init__(self, is_ours: Callable[[QObject | None], bool], settings: Settings) -> None:
        super().__init__(is_ours, _("Places and folders"), _("Name of the folder"), _ICON)
        self._settings = settings
        self._contents = Contents()
        self._wanted = ListFilter()
        self._closed: set[str] = set()  # folders
        closed = bytes(settings.state(_STATE).data()).decode(errors="replace")
        self._closed_sections = set(closed.split())
        self.setSizePolicy(self.sizePolicy().horizontalPolicy(), self.sizePolicy().Policy.Maximum)
        self.itemSelectionChanged.connect(self._on_chosen)
        self.itemActivated.connect(self._on_activated)
        self.itemClicked.connect(self._on_activated)
        self.itemExpanded.connect(self._on_turned)
        self.itemCollapsed.connect(self._on_turned)
        theme.theme().changed.connect(self._on_theme_changed)

    def fill(self, contents: Contents, wanted: ListFilter) -> None:
        """Show *contents*, of which the list shows *wanted*."""
        self._contents = contents
        with QSignalBlocker(self):
            self.clear()
            for place in PLACES:
                count = getattr(contents.counts, place.name)
                if count or place.name != IF_ANY:
                    self._add_place(place, count)
            self._add_folders()
            self._add_searches()
        self.updateGeometry()
        self.show_chosen(wanted)

    def show_chosen(self, wanted: ListFilter) -> None:
        """Show that the list has what *wanted* asks for."""
        self._wanted = wanted
        item = self._item_of(wanted)
        with QSignalBlocker(self):
            if item is not None:
                self.setCurrentItem(item)
            else:
                self.selectionModel().clear()
        self.viewport().update()

    def folder_item(self, name: str) -> QTreeWidgetItem | None:
        """Return the item of the folder *name*."""
        wanted = names.key(name)
        found = (item for item in self._items() if item.data(0, NAME))
        return next((item for item in found if names.key(item.data(0, NAME)) == wanted), None)

    def place_item(self, name: str) -> QTreeWidgetItem | None:
        """Return the item of the place *name*."""
        found = (item for item in self._items() if item.data(0, PLACE) is not None)
        return next((item for item in found if item.data(0, PLACE).name == name), None)

    def target(self, item: QTreeWidgetItem) -> str | None:
        place: Place | None = item.data(0, PLACE)
        if place is not None:
            return f"/{place.name}" if f"/{place.name}" in (ARCHIVE, TRASH) else None
        return super().target(item)

    def sizeHint(self) -> QSize:
        # As high as what is in it: what is left is for the tags below.
        lines = sum(1 for item in self._items() if not item.isHidden() and _is_open(item))
        height = lines * self.sizeHintForRow(0) + 2 * self.frameWidth() + theme.px(4)
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme.px(80))

    @property
    def wanted(self) -> ListFilter:
        """Return what the list shows."""
        return self._wanted

    # Parts.

    def _add_place(self, place: Place, count: int) -> None:
        item = _line(self, _(place.title), count)
        item.setIcon(0, icon(place.icon))
        item.setData(0, PLACE, place)

    def _add_folders(self) -> None:
        section = self._section(_FOLDERS, _("Folders"))
        by_key: dict[str, QTreeWidgetItem] = {}
        for each in self._contents.folders:
            outer, _slash, last = each.folder.name.rpartition(SEPARATOR)
            item = _line(by_key.get(names.key(outer), section), last, each.all_conversations)
            item.setIcon(0, icon("folder", "muted", "muted"))
            item.setData(0, NAME, each.folder.name)
            item.setToolTip(0, tip(each.folder.name))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            by_key[names.key(each.folder.name)] = item
        for key, item in by_key.items():
            item.setExpanded(key not in self._closed)
        section.setExpanded(_FOLDERS not in self._closed_sections)
        section.setHidden(not by_key)

    def _add_searches(self) -> None:
        section = self._section(_SEARCHES, _("Saved searches"))
        for saved in self._contents.searches:
            item = _line(section, saved.name, None)
            item.setIcon(0, icon("bookmark"))
            item.setData(0, SEARCH, saved)
            item.setFirstColumnSpanned(True)
            item.setToolTip(0, tip(saved.query))
        section.setExpanded(_SEARCHES not in self._closed_sections)
        section.setHidden(not self._contents.searches)

    def _section(self, name: str, title: str) -> QTreeWidgetItem:
        item = _line(self, title, None)
        item.setData(0, SECTION, name)
        item.setFont(0, theme.font(11.5, theme.font(11).Weight.DemiBold))
        item.setForeground(0, theme.colour("muted"))
        return item

    def _items(self) -> list[QTreeWidgetItem]:
        flag = Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive
        return self.findItems("*", flag)

    def _item_of(self, wanted: ListFilter) -> QTreeWidgetItem | None:
        if wanted.folder is not None:
            return self.folder_item(wanted.folder)
        place = place_of(wanted)
        return None if place is None else self.place_item(place.name)

    # What a person does.

    def _on_chosen(self) -> None:
        for item in self.selectedItems():
            self._choose(item)

    def _choose(self, item: QTreeWidgetItem) -> None:
        place, name = item.data(0, PLACE), item.data(0, NAME)
        if place is not None:
            self.chosen.emit(place.filter)
        elif name is not None:
            self.chosen.emit(ListFilter(folder=name))

    def _on_activated(self, item: QTreeWidgetItem, _column: int) -> None:
        saved: SavedSearch | None = item.data(0, SEARCH)
        if saved is not None:
            self.search_wanted.emit(saved)
        elif item is not self._item_of(self._wanted):
            # It was chosen before, and the list shows something else meanwhile.
            self._choose(item)

    def _on_turned(self, item: QTreeWidgetItem) -> None:
        section, name = item.data(0, SECTION), item.data(0, NAME)
        known, key = (
            (self._closed_sections, section) if section else (self._closed, names.key(name or ""))
        )
        (known.discard if item.isExpanded() else known.add)(key)
        if section:
            state = " ".join(sorted(self._closed_sections))
            self._settings.set_state(_STATE, QByteArray(state.encode()))
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        is_last = item is not None and self.itemBelow(item) is None
        if event.key() == Qt.Key.Key_Down and is_last:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _on_theme_changed(self) -> None:
        self.fill(self._contents, self._wanted)


def _is_open(item: QTreeWidgetItem) -> bool:
    """Say whether all is open, and nothing hidden, that *item* lies in."""
    outer = item.parent()
    return outer is None or (outer.isExpanded() and not outer.isHidden() and _is_open(outer))


def _line(parent: QTreeWidget | QTreeWidgetItem, text: str, count: int | None) -> QTreeWidgetItem:
    """Return a new line, with the number of its chats, if it is to have one."""
    said = text if count is None else ngettext("{n} chat", "{n} chats", count)
    item = QTreeWidgetItem(parent, [text, number(count) if count else ""])
    item.setForeground(1, theme.colour("muted"))
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    item.setData(1, Qt.ItemDataRole.AccessibleTextRole, said)
    if count is not None:
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{text}, {said}")
    return item
