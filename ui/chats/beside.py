"""The sidebar beside the list of chats: when it is there, and what is chosen in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt, Signal

from privatus.core import tag as tags
from privatus.core.marks import Mark
from privatus.services.listing import ListFilter
from ui import theme
from ui.chats.list_pane import ListPane
from ui.commands import Command
from ui.i18n import _, mark
from ui.session import Session
from ui.shell.shell import Shell
from ui.sidebar.sidebar import Sidebar
from ui.sidebar.tree import ARCHIVE, TRASH

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.chats.actions import ChatActions

_STATE = "chats-tags-pane"
# Below this, the list alone.
_LEAST = 470


class Beside(QObject):
    """Lets the list show what is chosen in the sidebar, and the sidebar what the list shows."""

    # It came, and has the focus.
    entered = Signal()

    def __init__(self, shell: Shell, pane: ListPane, page: QWidget) -> None:
        super().__init__(page)
        self._shell, self._pane, self._page = shell, pane, page
        self._actions: ChatActions | None = None
        self._wants = bytes(shell.settings.state(_STATE).data()) == b"shown"
        self.sidebar = Sidebar(shell, self._is_list)
        tags_pane = self.sidebar.tags
        self.sidebar.tree.chosen.connect(self._on_chosen)
        self.sidebar.tree.dropped.connect(self._on_dropped)
        self.sidebar.closed.connect(self.toggle)
        self.sidebar.read.connect(self._on_read)
        tags_pane.tree.chosen.connect(self._on_tag_chosen)
        tags_pane.tree.dropped.connect(self._on_dropped_on_tag)
        tags_pane.moved.connect(pane.follow_tag)
        tags_pane.wanted = self._tag_of_list
        pane.tags_wanted.connect(self.toggle)
        pane.wished.connect(self._on_wished)
        self.sidebar.hide()
        for name, title, keys, drawing, to_tags in (
            ("sidebar", mark("Places and folders beside the list"), "Ctrl+B", "panel-left", False),
            ("tags-pane", mark("Tags beside the list"), "Ctrl+Shift+T", "tags", True),
        ):
            run = partial(self.toggle, to_tags=to_tags)
            shell.commands.add(
                Command(name=name, title=title, icon=drawing, run=run, keys=keys), page
            )

    def open(self, session: Session, actions: ChatActions) -> None:
        """Show what is in the vault of *session*."""
        self._actions = actions
        actions.filing.moved.connect(self._on_folder_moved)
        self.sidebar.open(session, actions.filing)
        self.sidebar.tags.open(session, actions.tags)

    def close_vault(self) -> None:
        """Let go of everything that came from the vault."""
        self._actions = None
        self.sidebar.close_vault()

    def toggle(self, *, to_tags: bool = False) -> None:
        """Show the sidebar and go there, or hide it again."""
        if not self._has_room():
            said = _("The window is too narrow for tags beside the list.")
            self._shell.toast(said, kind="warn")
            return
        self._wants = not self.sidebar.isVisible()
        self._shell.settings.set_state(_STATE, QByteArray(b"shown" if self._wants else b""))
        if self._wants:
            self.entered.emit()
            tree = self.sidebar.tags.tree if to_tags else self.sidebar.tree
            tree.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.place()
            self._pane.focus_list()

    def place(self) -> None:
        """Show it if it is wanted and there is room beside the list."""
        self.sidebar.setVisible(self._wants and self._has_room() and not self._pane.isHidden())

    def _has_room(self) -> bool:
        return self._page.width() >= theme.px(_LEAST)

    # What is chosen.

    def _is_list(self, source: QObject | None) -> bool:
        return source is self._pane.view

    def _tag_of_list(self) -> str | None:
        return self._pane.wish.filter.tag

    def _on_wished(self) -> None:
        self.sidebar.tree.show_chosen(self._pane.wish.filter)
        self.sidebar.tags.tree.show_chosen(self._tag_of_list())

    def _on_read(self) -> None:
        """Read the list of a folder anew, or show all chats if it is gone."""
        wanted = self._pane.wish.filter.folder
        if wanted is not None and self.sidebar.tree.folder_item(wanted) is not None:
            self._pane.reload()
        elif wanted is not None:
            self._pane.show_wish(self._pane.wish.with_filter(folder=None))

    def _on_chosen(self, wanted: ListFilter) -> None:
        self._pane.show_wish(replace(self._pane.wish, filter=wanted))

    def _on_tag_chosen(self, name: str | None) -> None:
        self._pane.show_wish(self._pane.wish.with_filter(tag=name))

    def _on_folder_moved(self, name: str, new_name: str) -> None:
        wanted = self._pane.wish.filter.folder
        if wanted is not None and tags.is_within(wanted, name):
            moved = tags.moved(wanted, name, new_name)
            self._pane.show_wish(self._pane.wish.with_filter(folder=moved))

    # What is dropped.

    def _on_dropped(self, target: str) -> None:
        if self._actions is None:
            return
        rows = self._pane.model.row_ids(self._pane.view.selected_rows())
        if target == ARCHIVE:
            self._actions.marks.set(Mark.ARCHIVED, True, rows)
        elif target == TRASH:
            self._actions.filing.throw_away(rows)
        else:
            self._actions.filing.put(rows, target)

    def _on_dropped_on_tag(self, name: str) -> None:
        if self._actions is not None:
            rows = self._pane.model.row_ids(self._pane.view.selected_rows())
            self._actions.tags.exchange(rows, [name], [])
