"""What stands left of the list: where chats are, folders, saved searches and tags."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from privatus.services.wording import narrowed
from ui import theme
from ui.chats.export_dialog import ExportDialog
from ui.folders.filing import Filing
from ui.i18n import _
from ui.icons import icon
from ui.layouts import column, icon_button, label, row
from ui.name_tree import NAME
from ui.search.target import SearchTarget
from ui.session import Session
from ui.shell.shell import Shell
from ui.sidebar import contents
from ui.sidebar.contents import Contents
from ui.sidebar.tree import PlacesTree
from ui.style_sheet import set_kind
from ui.tags.pane import TagsPane
from ui.tasks import Latest

WIDTH = 220
# What changes what stands here.
_NOUNS = frozenset({"conversations", "marks", "folders", "trash", "searches"})


class Sidebar(QWidget):
    """A PlacesTree above a TagsPane."""

    closed = Signal()
    read = Signal()  # what stands here is what there is now

    def __init__(self, shell: Shell, is_ours: Callable[[QObject | None], bool]) -> None:
        super().__init__()
        self._shell = shell
        self._session: Session | None = None
        self._filing: Filing | None = None
        self._latest: Latest | None = None
        self._is_stale = False
        self.setProperty("kind", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Sidebar"))
        self.tree = PlacesTree(is_ours, shell.settings)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu_wanted)
        self.tree.renamed.connect(self._on_renamed)
        self.tree.deletion_wanted.connect(self._on_deletion_wanted)
        self.tree.search_wanted.connect(self._on_search_wanted)
        self.tree.left.connect(self._on_left)
        self.tags = TagsPane(is_ours)
        self.tags.export_wanted.connect(partial(self._on_export_wanted, "tag"))
        self.new_folder = icon_button("folder-plus", _("New folder…"))
        self.new_folder.clicked.connect(partial(self._on_new_folder, ""))
        close = icon_button("x", _("Hide the sidebar"), "Ctrl+B")
        close.clicked.connect(self.closed)
        title = label(_("Places"), "heading", wraps=False)
        head = row(title, None, self.new_folder, close, gap=2, margins=(16, 14, 6, 6))
        inner = column(head, self.tree, self.tags, gap=4)
        inner.setStretchFactor(self.tags, 1)
        edge = QFrame()
        set_kind(edge, "line")
        edge.setFixedWidth(1)
        self.setLayout(row(inner, edge, gap=0))
        self.setFixedWidth(theme.px(WIDTH))

    def open(self, session: Session, filing: Filing) -> None:
        """Show what is in the vault of *session*."""
        self._session, self._filing = session, filing
        self._latest = Latest(session.tasks, self, delay_ms=0)
        session.changed.connect(self._on_vault_changed)
        self._is_stale = True
        if self.isVisible():
            self.reload()

    def close_vault(self) -> None:
        """Let go of everything that came from the vault."""
        if self._session is not None:
            self._session.changed.disconnect(self._on_vault_changed)
        if self._latest is not None:
            self._latest.cancel()
        self._session = self._filing = self._latest = None
        self.tree.fill(Contents(), self.tree.wanted)
        self.tags.close_vault()

    def reload(self) -> None:
        """Read anew what stands here."""
        if self._session is not None and self._latest is not None:
            self._is_stale = False
            work = partial(contents.read, self._session.vault)
            self._latest.request(work, self._on_read, self._shell.tell_error)

    def _on_vault_changed(self, what: str) -> None:
        # Who does not see it waits for nothing.
        self._is_stale |= what in _NOUNS
        if what in _NOUNS and (self.isVisible() or what == "folders"):
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.reload()

    def _on_read(self, found: Contents) -> None:
        self.tree.fill(found, self.tree.wanted)
        self.read.emit()

    # What is done with a folder.

    def menu(self, name: str) -> QMenu:
        """Return what can be done with the folder *name*, or "" for any."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        new = _("New folder in it…") if name else _("New folder…")
        menu.addAction(icon("folder-plus"), new, partial(self._on_new_folder, name))
        if name:
            menu.addAction(icon("pencil"), f"{_('Rename')}\tF2", partial(self._edit, name))
            place, count = self._place(name)
            up = menu.addAction(icon("arrow-up"), _("Move up"),
                                partial(self._move, name, place - 1))  # fmt: skip
            up.setEnabled(place > 0)
            down = menu.addAction(icon("arrow-down"), _("Move down"),
                                  partial(self._move, name, place + 1))  # fmt: skip
            down.setEnabled(place < count - 1)
            export = partial(self._on_export_wanted, "folder", name)
            menu.addAction(icon("file-down"), _("Export its chats…"), export)
            menu.addSeparator()
            delete = partial(self._on_deletion_wanted, name)
            menu.addAction(icon("trash-2"), f"{_('Delete')}\tDel", delete)
        return menu

    def _on_export_wanted(self, kind: str, name: str) -> None:
        """Ask how to export what has a tag, or lies in a folder."""
        if self._session is not None:
            query = narrowed("", kind, name).strip()
            dialog = ExportDialog(self._shell, self._session, None, self, query)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _place(self, name: str) -> tuple[int, int]:
        """Return which of the folders that lie where it does it is, and how many they are."""
        item = self.tree.folder_item(name)
        outer = None if item is None else item.parent()
        if item is None or outer is None:
            return 0, 1
        return outer.indexOfChild(item), outer.childCount()

    def _on_menu_wanted(self, point: QPoint) -> None:
        item = self.tree.itemAt(point) or self.tree.currentItem()
        name = None if item is None else item.data(0, NAME)
        self.menu(name or "").popup(self.tree.viewport().mapToGlobal(point))

    def _edit(self, name: str) -> None:
        item = self.tree.folder_item(name)
        if item is not None:
            self.tree.editItem(item, 0)

    def _on_new_folder(self, outer: str, _checked: bool = False) -> None:
        if self._filing is not None:
            self._filing.ask_for_folder(outer)

    def _on_renamed(self, name: str, new_name: str) -> None:
        if self._filing is not None:
            self._filing.rename(name, new_name)

    def _on_deletion_wanted(self, name: str) -> None:
        if self._filing is not None:
            self._filing.delete_folder(name)

    def _move(self, name: str, place: int) -> None:
        if self._filing is not None:
            self._filing.move_folder(name, place)

    # Where it leads.

    def _on_search_wanted(self, saved: object) -> None:
        query, order = saved.query, saved.order  # type: ignore[attr-defined]
        self._shell.go("search", SearchTarget(query=query, order=order))

    def _on_left(self) -> None:
        tree = self.tags.tree
        first = tree.topLevelItem(0)
        if first is not None:
            tree.setFocus(Qt.FocusReason.TabFocusReason)
            tree.setCurrentItem(first)
