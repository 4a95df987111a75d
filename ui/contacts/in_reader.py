"""People in the reader: who took part in a chat, and notes to a contact."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from privatus.bootstrap import Vault
from privatus.core.contact import Contact, Participant, ParticipantKind
from privatus.core.conversation import Kind, Message
from privatus.core.jobs import Job
from privatus.services.contacts import ContactCount
from ui.contacts.changing import Changing
from ui.contacts.composer import Composer
from ui.contacts.merging import PersonChooser
from ui.contacts.target import ContactTarget
from ui.i18n import _
from ui.icons import icon
from ui.reader.additions import Addition
from ui.search.target import SearchTarget
from ui.tasks import Lane, Task

if TYPE_CHECKING:
    from ui.reader.model import Messages
    from ui.reader.reader import Reader
    from ui.session import Session

_MENU_CHARS = 60
_MOST = 20


class PeopleInReader(Addition):
    """Says who took part, and lets notes be written where the chat is one of notes."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.people: Sequence[Participant] = ()
        self._session: Session | None = None
        self._reading: Task[Sequence[Participant]] | None = None
        self._chat: UUID | None = None
        # By chat: what was begun and not kept yet.
        self._drafts: dict[UUID, str] = {}
        self.composer = Composer()
        self.composer.written.connect(self._on_written)
        lines = reader.layout()
        if lines is not None:
            lines.addWidget(self.composer)
        self.composer.hide()

    def show_chat(self, model: Messages) -> None:
        session = self.reader.session
        if session is None:
            return
        if session is not self._session:
            self._session = session
            session.changed.connect(self._on_vault_changed)
            session.closing.connect(self._keep_drafts)
        summary = model.shape.summary
        is_ours = summary.kind is Kind.DIRECT
        if self._chat != model.conversation_id:
            self._put_away()
            self._chat = model.conversation_id
            if is_ours:
                self.composer.begin(summary.title, self._drafts.pop(summary.id, ""))
        self.composer.setVisible(is_ours)
        self._load()

    def clear(self) -> None:
        self._put_away()
        self._chat = None
        self.people = ()
        self.composer.hide()

    def _put_away(self) -> None:
        """Keep what was begun for when the chat is shown again."""
        if self._chat is not None and self.composer.draft.strip():
            self._drafts[self._chat] = self.composer.draft
        self.composer.text.clear()

    def _keep_drafts(self) -> None:
        """Write down what was begun: the vault is about to be locked."""
        self._put_away()
        for chat, text in self._drafts.items():
            self._write(chat, text)
        self._drafts.clear()

    # ------------------------------------------------------------------ writing

    def _on_written(self, text: str) -> None:
        if self._chat is not None:
            self._write(self._chat, text)

    def _write(self, chat: UUID, text: str) -> None:
        session = self._session
        if session is not None:
            session.tasks.run(
                partial(_written, session.vault, chat, text),
                lane=Lane.WRITE,
                is_owed=True,
                owner=self,
                on_done=partial(self._on_kept, chat),
                on_error=partial(self._on_not_kept, text),
            )

    def _on_kept(self, chat: UUID, message: Message) -> None:
        session = self._session
        if session is not None and session is self.reader.session:
            session.tell_changed("conversations")
            if chat == self._chat:
                self.reader.shown.connect(
                    self.composer.text.setFocus, Qt.ConnectionType.SingleShotConnection
                )
                self.reader.clear()
                self.reader.open(chat, f"{chat}.{message.number}")
            undo = partial(self._take_back, session, chat, message.number)
            self.reader.shell.done(_("The note is kept"), undo)

    def _take_back(self, session: Session, chat: UUID, number: int) -> None:
        session.tasks.run(
            partial(_removed, session.vault, chat, number),
            lane=Lane.WRITE,
            is_owed=True,
            on_done=lambda _change: session.tell_changed("conversations"),
            on_error=self.reader.shell.tell_error,
        )

    def _on_not_kept(self, text: str, error: BaseException) -> None:
        if not self.composer.draft:
            self.composer.text.setPlainText(text)
        self.reader.shell.tell_error(error)

    # ------------------------------------------------------------------ who took part

    def _load(self) -> None:
        session, chat = self._session, self._chat
        if session is None or chat is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        work = partial(_people, session.vault, chat)
        self._reading = session.tasks.run(work, owner=self, on_done=self._on_people)

    def _on_people(self, people: Sequence[Participant]) -> None:
        self.people = people
        names = [said.name for said in people if said.kind is ParticipantKind.CONTACT]
        model = self.reader.model
        if model is None:
            return
        said = _("with {names}").format(names=", ".join(names)) if names else ""
        is_ours = model.shape.summary.kind is Kind.DIRECT
        if is_ours:
            said = _("Your own notes stay on this machine: nothing is sent")
        self.reader.header.say_more(said, is_first=is_ours)

    def _on_vault_changed(self, what: str) -> None:
        if what in ("contacts", "people"):
            self._load()

    def fill_chat(self, menu: QMenu) -> None:
        inner = menu.addMenu(icon("users"), _("Who took part"))
        for said in self.people[:_MOST]:
            text = said.name[:_MENU_CHARS].replace("&", "&&")
            inner.addAction(icon(_ICONS[said.kind]), text, partial(self._go, said))
        if self.people:
            inner.addSeparator()
        inner.addAction(icon("plus"), _("Add somebody…"), self.add_somebody)
        contacts = [(said.contact_id, said.name) for said in self.people if said.contact_id]
        if contacts:
            away = inner.addMenu(_("Take away"))
            for contact_id, name in contacts:
                text = name[:_MENU_CHARS].replace("&", "&&")
                away.addAction(text, partial(self._set, contact_id, name, False))

    def _go(self, said: Participant) -> None:
        if said.contact_id is not None:
            self.reader.shell.go("contacts", ContactTarget(contact_id=said.contact_id))
        else:
            name = said.name.replace('"', " ")
            self.reader.shell.go("search", SearchTarget(query=f'with:"{name}" ', order="newest"))

    def add_somebody(self) -> None:
        """Ask which contact took part in this chat."""
        session = self._session
        if session is not None:
            work = partial(_contacts, session.vault)
            session.tasks.run(work, owner=self, on_done=self._on_contacts)

    def _on_contacts(self, everyone: list[ContactCount]) -> None:
        known = {said.contact_id for said in self.people}
        others = [each for each in everyone if each.contact.id not in known]
        dialog = PersonChooser(others, _("Who took part in this chat?"), self.reader)
        dialog.decided.connect(self._on_added)
        dialog.open()

    def _on_added(self, contact: Contact) -> None:
        self._set(contact.id, contact.name, True)

    def _set(self, contact_id: int, name: str, does: bool) -> None:
        session, chat = self._session, self._chat
        if session is None or chat is None:
            return
        said = _("{name} took part in this chat") if does else _("{name} did not take part")
        Changing(self.reader.shell, session, self).change(
            lambda vault: vault.contacts.take_part(contact_id, [chat], does),
            said.format(name=name),
        )


_ICONS = {
    ParticipantKind.CONTACT: "user",
    ParticipantKind.ACCOUNT: "at-sign",
    ParticipantKind.MODEL: "bot",
    ParticipantKind.SELF: "circle-user",
}


def _written(vault: Vault, chat: UUID, text: str, _job: Job) -> Message:
    return vault.notes.write(chat, text)


def _removed(vault: Vault, chat: UUID, number: int, _job: Job) -> object:
    return vault.editing.remove(chat, [number])


def _people(vault: Vault, chat: UUID, _job: Job) -> Sequence[Participant]:
    return vault.contacts.participants(chat)


def _contacts(vault: Vault, _job: Job) -> list[ContactCount]:
    return vault.contacts.list()
