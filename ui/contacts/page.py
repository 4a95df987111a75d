"""The page of contacts: the list, and who is chosen in it; or one's own card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QWidget

from privatus.bootstrap import Vault
from privatus.core.contact import Contact
from privatus.core.conversation import ConversationSummary
from privatus.core.jobs import Job
from privatus.services.contacts import ContactCount
from ui import theme
from ui.commands import Command
from ui.contacts.actions import ContactActions
from ui.contacts.detail import Acts, ContactDetail, Shown, read
from ui.contacts.list_pane import ListPane
from ui.contacts.own_card import Own, OwnActs, OwnCard, read_own
from ui.contacts.target import OWN, ContactFiles, ContactTarget, PersonTarget
from ui.i18n import _, mark
from ui.imports.drop import DropTarget
from ui.jobs import error_text
from ui.layouts import button, centred, column, page_margin, row
from ui.notices import Notice
from ui.search.target import SearchTarget
from ui.session import Session
from ui.shell.pages import MessageTarget, Page, PageWidget
from ui.shell.shell import Shell
from ui.tasks import Latest, Task

T = TypeVar("T")
_LIST_WIDTH, _WIDTH = 290, 660
# Below this, one of the two at a time.
_NARROW = 760


class ContactsPage(PageWidget):
    """Takes a ContactTarget, ContactFiles, or OWN for the person's own card."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.pane = ListPane()
        self.detail: ContactDetail | OwnCard | None = None
        self._wanted: int | None = None
        self._is_own = self._wants_side = False
        self._reading: Task[Any] | None = None
        self._session: Session | None = None
        self.actions_: ContactActions | None = None
        self._latest: Latest | None = None
        self._nothing = Notice("users", _("Choose a contact to see what you know of them"))
        self._failed = Notice("triangle-alert", _("This contact cannot be read"), colour="danger")
        self._loading = Notice("loader-circle", _("Reading…"))
        self._area: QScrollArea | None = None
        self.right = QStackedWidget()
        for shown in (self._nothing, self._failed, self._loading):
            self.right.addWidget(shown)
        self._is_narrow = False
        self.back = button(_("All contacts"), "link", "arrow-left")
        self.back.clicked.connect(self._on_back)
        self.back.hide()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self.pane)
        beside = QWidget()
        beside.setLayout(column(self.back, self.right, gap=0))
        self._beside = beside
        splitter.addWidget(beside)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([theme.px(_LIST_WIDTH), theme.px(900)])
        self.setLayout(row(splitter, gap=0))

    def on_open(self, session: Session) -> None:
        self._session = session
        self.actions_ = actions = ContactActions(self.shell, session, self)
        actions.show = self.show_contact
        self._latest = Latest(session.tasks, self)
        pane = self.pane
        pane.searched.connect(self._load)
        pane.chosen.connect(self._on_chosen)
        pane.view.activated.connect(self._on_entered)
        pane.view.clicked.connect(self._on_entered)
        pane.own_wanted.connect(self.show_own)
        pane.add_wanted.connect(actions.add)
        pane.import_wanted.connect(actions.choose_files)
        pane.export_wanted.connect(partial(actions.save_vcards, None))
        pane.doubles_wanted.connect(actions.find_doubles)
        session.changed.connect(self._on_changed)
        self._drop = DropTarget(self, actions.look_into)
        self._add_commands(actions)
        self._load("")

    def _add_commands(self, actions: ContactActions) -> None:
        for name, title, keys, run, drawing in (
            ("new-contact", mark("New contact"), "Ctrl+N", actions.add, "plus"),
            ("edit-contact", mark("Edit this contact"), "Ctrl+E", self._edit, "pencil"),
            ("delete-contact", mark("Delete this contact"), "Del", self._delete, "trash-2"),
            ("note-to-contact", mark("Write a note to this contact"), "Ctrl+J", self._note, ""),
            ("find-contact", mark("Find a contact"), "Ctrl+F", self._find, "search"),
            ("contact-doubles", mark("Find double contacts"), "", actions.find_doubles, ""),
            ("import-contacts", mark("Bring in vCards or cards…"), "", actions.choose_files, ""),
        ):
            owner: QWidget = self.pane.view if keys == "Del" else self
            command = Command(name=name, title=title, run=run, keys=keys, icon=drawing)
            self.shell.commands.add(command, owner)

    def on_shown(self) -> None:
        if self.pane.isVisible():
            self.pane.field.setFocus()

    def on_target(self, target: object) -> None:
        if isinstance(target, ContactTarget):
            self.show_contact(target.contact_id)
        elif isinstance(target, ContactFiles) and self.actions_ is not None:
            self.actions_.look_into(list(target.paths))
        elif target == OWN:
            self.show_own()

    def where(self) -> object | None:
        if self._is_own:
            return OWN
        return None if self._wanted is None else ContactTarget(contact_id=self._wanted)

    # ------------------------------------------------------------------ little room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._is_narrow = self.width() < theme.px(_NARROW)
        self._show_side(is_detail=self.detail is not None and not self.pane.field.hasFocus())

    def _show_side(self, *, is_detail: bool) -> None:
        """Show the list or who is chosen in it, where there is no room for both."""
        self.pane.setVisible(not (self._is_narrow and is_detail))
        self._beside.setVisible(not self._is_narrow or is_detail)
        self.back.setVisible(self._is_narrow and is_detail)

    def _on_back(self) -> None:
        self._show_side(is_detail=False)
        self.pane.view.setFocus()

    # ------------------------------------------------------------------ the list

    def _load(self, _text: str = "") -> None:
        if self._session is not None and self._latest is not None:
            work = partial(_list, self._session.vault, self.pane.field.text())
            self._latest.request(work, self._on_list, self._on_list_failed)

    def _on_list(self, found: list[ContactCount]) -> None:
        self.pane.fill(found, None if self._is_own else self._wanted)

    def _on_list_failed(self, error: BaseException) -> None:
        self.pane.fail(error_text(error))

    def _on_changed(self, what: str) -> None:
        if what in ("contacts", "conversations", "people"):
            self._load()
            self._read_again()

    # ------------------------------------------------------------------ who is chosen

    def _read_again(self) -> None:
        if self._is_own:
            self._read(read_own, self._on_own_read)
        elif self._wanted is not None:
            self._read(partial(_read_contact, self._wanted), self._on_read)

    def _on_chosen(self, contact_id: int) -> None:
        """Follow the keys in the list; where there is no room beside it, Enter leads on."""
        self._wanted, self._is_own = contact_id, False
        self._read_again()

    def _on_entered(self) -> None:
        if self._is_narrow and (contact := self.pane.current()) is not None:
            self.show_contact(contact.id)

    def show_contact(self, contact_id: int) -> None:
        """Show a contact beside the list."""
        self._wants_side = (
            self._is_own or contact_id != self._wanted or not self._beside.isVisible()
        )
        self._wanted, self._is_own = contact_id, False
        self.pane.choose(contact_id)
        self._read(partial(_read_contact, contact_id), self._on_read)

    def show_own(self) -> None:
        """Show the person's own card beside the list."""
        self._is_own = self._wants_side = True
        self.pane.view.clearSelection()
        self._read(read_own, self._on_own_read)

    def _read(self, work: Callable[[Vault, Job], T], on_done: Callable[[T], object]) -> None:
        if self._session is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        if self._area is None:
            self.right.setCurrentWidget(self._loading)
        self._reading = self._session.tasks.run(
            partial(work, self._session.vault),
            owner=self,
            on_done=on_done,
            on_error=self._on_failed,
        )

    def _on_read(self, shown: Shown) -> None:
        actions = self.actions_
        if actions is None:
            return
        acts = Acts(
            note=actions.write_note,
            edit=actions.edit,
            compare=actions.compare,
            remove_key=actions.remove_key,
            merge=actions.merge,
            block=actions.block,
            save=actions.save_vcards,
            delete=actions.delete,
            copy=self._copy,
            open_chat=self._open_chat,
            search=self._search,
            list_chats=self._list_chats,
        )
        self._put(ContactDetail(shown, acts))

    def _on_own_read(self, own: Own) -> None:
        actions = self.actions_
        if actions is None:
            return
        acts = OwnActs(
            edit=actions.edit_own,
            save=actions.save_own,
            save_code=actions.save_code,
            renew=actions.renew,
            copy=self._copy,
        )
        self._put(OwnCard(own, acts))

    def _on_failed(self, error: BaseException) -> None:
        self._clear()
        text = error_text(error)
        if self._wanted is not None and self.pane.model.row_of(self._wanted) < 0:
            # It was deleted, perhaps just now.
            self.right.setCurrentWidget(self._nothing)
            return
        self._failed.say(_("This contact cannot be read"), text)
        self.right.setCurrentWidget(self._failed)

    def _put(self, detail: ContactDetail | OwnCard) -> None:
        former = self._area
        scrolled = former.verticalScrollBar().value() if former is not None else 0
        is_same = type(former.property("shown")) is type(detail) if former else False
        outer = QWidget()
        margin = page_margin()
        outer.setLayout(column(detail, margins=(margin, margin, margin, margin)))
        area = centred(outer, _WIDTH)
        self.detail, self._area = detail, area
        self.right.addWidget(area)
        self.right.setCurrentWidget(area)
        if former is not None:
            self._remove(former)
        if self._wants_side:
            self._wants_side = False
            self._show_side(is_detail=True)
            if self._is_narrow:
                self.back.setFocus()
        if is_same:
            area.verticalScrollBar().setValue(scrolled)

    def _clear(self) -> None:
        if self._area is not None:
            self._remove(self._area)
        self.detail = self._area = None

    def _remove(self, area: QScrollArea) -> None:
        self.right.removeWidget(area)
        area.hide()
        area.deleteLater()

    # ------------------------------------------------------------------ acting

    @property
    def contact(self) -> Contact | None:
        """Return the contact that is shown."""
        return self.detail.contact if isinstance(self.detail, ContactDetail) else None

    def _edit(self) -> None:
        if self.actions_ is None:
            return
        if isinstance(self.detail, OwnCard):
            self.actions_.edit_own(self.detail.identity)
        elif self.contact is not None:
            self.actions_.edit(self.contact)

    def _delete(self) -> None:
        if self.actions_ is not None and self.contact is not None:
            self.actions_.delete(self.contact)

    def _note(self) -> None:
        if self.actions_ is not None and self.contact is not None:
            self.actions_.write_note(self.contact)

    def _find(self) -> None:
        self._show_side(is_detail=False)
        self.pane.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.pane.field.selectAll()

    def _copy(self, text: str) -> None:
        self.shell.copy(text, _("Copied"))

    def _open_chat(self, chat: ConversationSummary) -> None:
        self.shell.open_message(MessageTarget(conversation_id=chat.id))

    def _list_chats(self, contact: Contact) -> None:
        self.shell.go("chats", PersonTarget(name=contact.name))

    def _search(self, contact: Contact) -> None:
        name = contact.name.replace('"', " ")
        self.shell.go("search", SearchTarget(query=f'with:"{name}" ', order="newest"))


def _read_contact(contact_id: int, vault: Vault, job: Job) -> Shown:
    return read(vault, contact_id, job)


def _list(vault: Vault, words: str, _job: Job) -> list[ContactCount]:
    return vault.contacts.list(words)


def _install(shell: Shell) -> None:
    shell.commands.add(
        Command(
            name="own-card",
            title=mark("Your card"),
            run=partial(shell.go, "contacts", OWN),
            icon="circle-user",
        )
    )


PAGE = Page(
    name="contacts", title=mark("Contacts"), icon="users", make=ContactsPage, install=_install
)
