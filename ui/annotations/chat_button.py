"""The button above the messages that leads to the notes of the chat."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from ui.annotations.target import NotesTarget
from ui.i18n import _, ngettext
from ui.icons import icon
from ui.layouts import icon_button

if TYPE_CHECKING:
    from ui.annotations.in_reader import NotesInReader


class ChatNotesButton(QObject):
    """Says how many notes and highlights the chat has, and offers those on the whole of it."""

    def __init__(self, feature: NotesInReader) -> None:
        super().__init__(feature)
        self._feature = feature
        self.button = icon_button("highlighter", _("Notes of this chat"))
        self.button.setPopupMode(self.button.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        menu.aboutToShow.connect(self._on_menu)
        self.button.setMenu(menu)
        feature.reader.header.add_button(self.button)
        feature.notes.changed.connect(self.show_count)

    def show_count(self) -> None:
        """Say how many there are."""
        count = len(self._feature.notes.all)
        said = ngettext("{n} note or highlight", "{n} notes and highlights", count)
        self.button.setToolTip(said if count else _("Notes of this chat"))
        self.button.setAccessibleDescription(said if count else "")

    def _on_menu(self) -> None:
        menu = self.button.menu()
        if menu is not None:
            menu.clear()
            self.fill(menu)

    def fill(self, menu: QMenu) -> None:
        """Offer a note on the chat, those that there are, and the list of all in it."""
        feature = self._feature
        run = partial(feature.note_on, None)
        menu.addAction(icon("message-square"), _("Note on this chat…"), run)
        if there := feature.notes.on(None):
            feature.offer(menu.addMenu(icon("pencil"), _("Notes of this chat")), there)
        if feature.notes.all:
            menu.addAction(icon("highlighter"), _("List all notes of this chat"), self._on_list)

    def _on_list(self) -> None:
        reader = self._feature.reader
        if reader.model is not None:
            reader.shell.go("annotations", NotesTarget(chat=reader.model.conversation_id))
