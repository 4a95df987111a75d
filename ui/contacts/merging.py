"""Asks which contact another one is: of pairs that seem to be one, or of all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QListView, QWidget

from privatus.core.contact import Contact
from privatus.services.contact_rules import Doubles
from privatus.services.contacts import ContactCount
from ui.contacts.model import ContactsModel
from ui.contacts.row import ContactRow
from ui.i18n import _, mark
from ui.layouts import breakable, button, column, fit, label, row, scrolled
from ui.search_field import SearchField

_BY = {
    "key": mark("Both have the same key"),
    "e-mail": mark("Both have the same e-mail address"),
    "phone": mark("Both have the same phone number"),
    "name": mark("Both are called the same"),
}
_MOST = 50


class DoublesDialog(QDialog):
    """Lists pairs that seem to be one person; `decided` has who goes into whom."""

    decided = Signal(object, object)  # Contact that goes, Contact that stays

    def __init__(self, found: Sequence[Doubles], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Doubles"))
        self.buttons = []
        parts: list[QWidget] = []
        for pair in found[:_MOST]:
            names = breakable(f"{pair.first.name}  ·  {pair.second.name}")
            merges = button(_("Merge"))
            said = _("Merge {one} with {other}")
            merges.setAccessibleName(said.format(one=pair.second.name, other=pair.first.name))
            merges.clicked.connect(partial(self._on_merge, pair))
            self.buttons.append(merges)
            shown = QWidget()
            words = column(label(names, "subheading"), label(_(_BY[pair.by]), "hint"), gap=1)
            line = row(words, merges)
            line.setStretch(0, 1)
            shown.setLayout(line)
            parts.append(shown)
        heading = _("These seem to be one person") if found else _("No two contacts seem to be one")
        close = button(_("Close"))
        close.clicked.connect(self.reject)
        self.setLayout(
            column(
                label(heading, "heading"),
                scrolled(column(*parts, None, gap=12, margins=(8, 8, 8, 8)), _("Doubles")),
                row(None, close),
                gap=12,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 480, 400)

    def _on_merge(self, pair: Doubles, _is_checked: bool = False) -> None:
        self.decided.emit(pair.second, pair.first)
        self.accept()


class PersonChooser(QDialog):
    """Asks for one contact by typing; `decided` has it."""

    decided = Signal(object)  # Contact

    def __init__(self, found: Sequence[ContactCount], title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._all = found
        self.field = SearchField(_("Find a contact"))
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.model = ContactsModel(self)
        self.view = QListView()
        self.view.setAccessibleName(_("Contacts"))
        self.view.setModel(self.model)
        self.view.setItemDelegate(ContactRow(self.view))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.activated.connect(self._on_chosen)
        self.choose = button(_("Choose"), "primary")
        self.choose.clicked.connect(self._on_chosen)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.setLayout(
            column(
                *(label(title, "heading"), self.field, self.view, row(None, cancel, self.choose)),
                gap=10,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 420, 420)
        self._on_typed("")

    def _on_typed(self, text: str) -> None:
        from privatus.services.contact_rules import finds, folded

        words = folded(text).split()
        self.model.fill([each for each in self._all if finds(each.contact, words)])
        if self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0))
        self.choose.setEnabled(self.model.rowCount() > 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                at = self.view.currentIndex().row() + step
                at = min(max(0, at), self.model.rowCount() - 1)
                self.view.setCurrentIndex(self.model.index(at))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_chosen()
                return True
        return super().eventFilter(watched, event)

    def _on_chosen(self, *_said: object) -> None:
        contact: Contact | None = self.model.contact(self.view.currentIndex().row())
        if contact is not None:
            self.decided.emit(contact)
            self.accept()
