"""The list of contacts, with a field that finds and buttons above it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QMenu, QStackedWidget, QToolButton, QWidget

from ui import theme
from ui.contacts.model import ContactsModel, count_line
from ui.contacts.row import ContactRow
from ui.i18n import _
from ui.layouts import button, column, icon_button, label, row
from ui.notices import Notice
from ui.search_field import SearchField

if TYPE_CHECKING:
    from privatus.core.contact import Contact
    from privatus.services.contacts import ContactCount

_LEAST_WIDTH = 230


class ListPane(QWidget):
    """Finds contacts and lets one be chosen."""

    chosen = Signal(int)  # contact id
    own_wanted = Signal()
    searched = Signal(str)
    add_wanted = Signal()
    import_wanted = Signal()
    export_wanted = Signal()
    doubles_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(theme.px(_LEAST_WIDTH))
        self.field = SearchField(_("Find a contact"))
        self.field.textChanged.connect(self.searched)
        self.field.installEventFilter(self)
        self.model = ContactsModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(ContactRow(self.view))
        self.view.setAccessibleName(_("Contacts"))
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.own = button(_("Your card"), icon_name="circle-user")
        self.own.clicked.connect(lambda: self.own_wanted.emit())
        self.add = icon_button("plus", _("New contact"), "Ctrl+N")
        self.add.clicked.connect(lambda: self.add_wanted.emit())
        self.more = self._more()
        self.count = label("", "hint", wraps=False)
        self._build()

    def _build(self) -> None:
        add = button(_("New contact"), "primary", "plus")
        add.clicked.connect(lambda: self.add_wanted.emit())
        bring = button(_("Bring in vCards or cards…"), icon_name="import")
        bring.clicked.connect(lambda: self.import_wanted.emit())
        self.empty = Notice(
            "users", _("No contacts yet"), _("Drop a vCard or a Privatus card here."), add, bring
        )
        self.nothing = Notice("search", _("Nobody is found by that"))
        self.failed = Notice("triangle-alert", _("The contacts cannot be read"), colour="danger")
        self.stack = QStackedWidget()
        for shown in (self.view, self.empty, self.nothing, self.failed):
            self.stack.addWidget(shown)
        head = row(label(_("Contacts"), "heading"), None, self.add, self.more, gap=2)
        upper = column(head, self.field, self.own, gap=8, margins=(14, 14, 14, 8))
        self.setLayout(
            column(upper, self.stack, row(None, self.count, None, margins=(8, 4, 8, 8)), gap=0)
        )

    def _more(self) -> QToolButton:
        made = icon_button("ellipsis", _("More"))
        menu = QMenu(made)
        for text, wanted in (
            (_("Bring in vCards or cards…"), self.import_wanted),
            (_("Save all as vCards…"), self.export_wanted),
            (_("Find doubles…"), self.doubles_wanted),
        ):
            menu.addAction(text, partial(_emit, wanted))
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return made

    def fill(self, found: Sequence[ContactCount], chosen: int | None) -> None:
        """Show *found*, with the contact *chosen* chosen if it is there."""
        was_blocked = self.view.selectionModel().blockSignals(True)
        self.model.fill(found)
        at = self.model.row_of(chosen) if chosen is not None else -1
        if at >= 0:
            self.view.setCurrentIndex(self.model.index(at))
        self.view.selectionModel().blockSignals(was_blocked)
        self.count.setText(count_line(len(found)) if found else "")
        empty = self.nothing if self.field.text().strip() else self.empty
        self.stack.setCurrentWidget(self.view if found else empty)

    def choose(self, contact_id: int) -> None:
        """Let a contact be the one that is chosen, if it is in the list."""
        at = self.model.row_of(contact_id)
        if at >= 0 and at != self.view.currentIndex().row():
            was_blocked = self.view.selectionModel().blockSignals(True)
            self.view.setCurrentIndex(self.model.index(at))
            self.view.selectionModel().blockSignals(was_blocked)
            self.view.viewport().update()

    def fail(self, text: str) -> None:
        """Say that the contacts cannot be read, and why."""
        self.failed.say(_("The contacts cannot be read"), text)
        self.stack.setCurrentWidget(self.failed)

    def current(self) -> Contact | None:
        """Return the contact that is chosen."""
        return self.model.contact(self.view.currentIndex().row())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            downward = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if event.key() in downward and self.model.rowCount():
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
                if not self.view.currentIndex().isValid():
                    self.view.setCurrentIndex(self.model.index(0))
                return True
        return super().eventFilter(watched, event)

    def _on_current(self) -> None:
        if (contact := self.current()) is not None:
            self.chosen.emit(contact.id)


def _emit(wanted: SignalInstance) -> None:
    wanted.emit()
