"""The chooser of folders: one types a few letters and presses Enter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from privatus.bootstrap import Vault
from privatus.core import tag as names
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.services import folder_names
from privatus.services.tag_names import tidy
from ui import theme
from ui.i18n import _, ngettext
from ui.icons import icon
from ui.jobs import error_text
from ui.layouts import button, column, fit, label, row
from ui.search_field import SearchField
from ui.session import Session
from ui.style_sheet import set_kind

_NAME = Qt.ItemDataRole.UserRole


class FolderChooser(QDialog):
    """Offers the folders that there are, a new one that is called as was typed, and none."""

    decided = Signal(str)  # the name of a folder, "" for none

    def __init__(self, session: Session, chats: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._known: list[str] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Move to a folder"))
        self.field = SearchField(_("Find a folder, or name a new one: work/tax"))
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Folders"))
        set_kind(self.list, "plain")
        self.list.setMinimumHeight(theme.px(60))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The last part of a name tells the most.
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)
        self.remark = label("", "error")
        self.remark.hide()
        said = ngettext("Move this chat to a folder", "Move {n} chats to a folder", chats)
        move = button(_("Move"), "primary")
        move.clicked.connect(self._decide)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.setLayout(
            column(
                *(label(said, "heading"), self.field, self.remark, self.list),
                row(None, cancel, move),
                gap=10,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 400, 380)
        session.tasks.run(partial(_read, session.vault), owner=self, on_done=self._on_read)

    def _on_read(self, known: Sequence[str]) -> None:
        self._known = list(known)
        self._show(self.field.text())

    def _on_typed(self, text: str) -> None:
        self.remark.hide()
        self._show(text)

    def _show(self, text: str) -> None:
        """Show the folders that have all words of *text* in their names, and a new one."""
        self.list.clear()
        wanted = tidy(text)
        words = names.key(wanted).split()
        found = [name for name in self._known if all(word in names.key(name) for word in words)]
        # What is called so comes first, then what begins so.
        found.sort(key=lambda name: _distance(names.key(name), names.key(wanted)))
        for name in found:
            self._add(name, name, "folder")
        if wanted and not any(names.key(name) == names.key(wanted) for name in self._known):
            said = _("New folder: {name}").format(name=f"\u2068{wanted}\u2069")
            self._add(said, wanted, "folder-plus")
        if not wanted:
            self._add(_("No folder"), "", "x")
        self._choose(0)

    def _add(self, text: str, name: str, drawing: str) -> None:
        item = QListWidgetItem(icon(drawing), text)
        item.setData(_NAME, name)
        self.list.addItem(item)

    def _choose(self, chosen: int) -> None:
        if not 0 <= chosen < self.list.count():
            return
        self.list.setCurrentRow(chosen)
        if self.field.hasFocus():
            # The field keeps the keys; who cannot see the list is told what is chosen in it.
            event = QAccessibleEvent(self.list, QAccessible.Event.Focus)
            event.setChild(chosen)
            QAccessible.updateAccessibility(event)

    def _on_clicked(self, _index: QModelIndex) -> None:
        self._decide()

    def _decide(self, _checked: bool = False) -> None:
        if self.list.currentRow() < 0:
            return
        item = self.list.currentItem()
        name: str = item.data(_NAME)
        try:
            name = folder_names.clean(name) if name else ""
        except UserError as error:
            self.remark.setText(error_text(error))
            self.remark.show()
            return
        self.decided.emit(name)
        self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 7,
                 Qt.Key.Key_PageUp: -7}  # fmt: skip
        if event.key() in steps:
            chosen = self.list.currentRow() + steps[Qt.Key(event.key())]
            self._choose(min(max(0, chosen), self.list.count() - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._decide()
        else:
            return False
        return True


def _distance(name: str, wanted: str) -> int:
    if not wanted or name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2


def _read(vault: Vault, _job: Job) -> list[str]:
    return [count.folder.name for count in vault.folders.list()]
