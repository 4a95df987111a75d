"""One contact, with all that is said of them and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from privatus.bootstrap import Vault
from privatus.core.contact import Contact, ContactKey
from privatus.core.conversation import ConversationSummary
from privatus.core.jobs import Job
from privatus.services.contacts import SafetyNumber
from ui.contacts.avatar import Avatar
from ui.contacts.model import state
from ui.contacts.parts import (
    beside,
    chats_card,
    fields_card,
    key_card,
    no_key_card,
    note_card,
    tags_line,
)
from ui.flow import buttons_row
from ui.i18n import _
from ui.layouts import Part, breakable, button, column, icon_button, label

_AVATAR = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is read of a contact before it is shown."""

    contact: Contact
    numbers: Sequence[tuple[ContactKey, SafetyNumber]]
    chats: Sequence[ConversationSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What the buttons do; each gets the contact."""

    note: Callable[[Contact], object]
    edit: Callable[[Contact], object]
    compare: Callable[[Contact, ContactKey, SafetyNumber], object]
    remove_key: Callable[[Contact, ContactKey], object]
    merge: Callable[[Contact], object]
    block: Callable[[Contact], object]
    save: Callable[[Contact], object]
    delete: Callable[[Contact], object]
    copy: Callable[[str], object]
    open_chat: Callable[[ConversationSummary], object]
    search: Callable[[Contact], object]
    list_chats: Callable[[Contact], object]


def read(vault: Vault, contact_id: int, _job: Job) -> Shown:
    """Read all that is shown of a contact."""
    contact = vault.contacts.get(contact_id)
    numbers = [(key, vault.contacts.safety_number(key.keys)) for key in contact.keys]
    return Shown(contact=contact, numbers=numbers, chats=vault.contacts.conversations(contact_id))


class ContactDetail(QWidget):
    """Shows one contact; made anew for the next one."""

    def __init__(self, shown: Shown, acts: Acts) -> None:
        super().__init__()
        contact = self.contact = shown.contact
        self.avatar = Avatar(_AVATAR)
        self.avatar.show_person(contact.name, contact.picture)
        self.note_button = button(_("Write a note"), "primary", "pencil")
        self.note_button.clicked.connect(lambda: acts.note(contact))
        self.edit_button = button(_("Edit"))
        self.edit_button.clicked.connect(lambda: acts.edit(contact))
        self.menu = self._menu(acts)
        parts: list[Part] = [
            beside(self.avatar, self._head()),
            buttons_row(self.note_button, self.edit_button, self.menu),
        ]
        if contact.fields:
            parts.append(fields_card(contact.fields, acts.copy))
        if contact.note:
            parts.append(note_card(contact.note))
        self.key_cards = [
            key_card(
                contact,
                key,
                number,
                partial(acts.compare, contact, key, number),
                partial(acts.remove_key, contact, key),
            )
            for key, number in shown.numbers
        ]
        parts += self.key_cards or [no_key_card()]
        everything = partial(acts.list_chats, contact), partial(acts.search, contact)
        parts.append(chats_card(contact.name, shown.chats, acts.open_chat, everything))
        self.setLayout(column(*parts, None, gap=14))

    def _head(self) -> QWidget:
        contact = self.contact
        parts: list[Part] = [label(breakable(contact.name), "title")]
        if contact.aliases:
            parts.append(label(breakable(", ".join(contact.aliases)), "muted"))
        if said := state(contact):
            kind = "error" if contact.is_blocked else "good" if contact.is_verified else "warn"
            parts.append(label(said, kind))
        if contact.tags:
            parts.append(tags_line(contact.tags))
        made = QWidget()
        made.setLayout(column(None, *parts, None, gap=2))
        return made

    def _menu(self, acts: Acts) -> QToolButton:
        contact = self.contact
        made = icon_button("ellipsis", _("More"))
        menu = QMenu(made)
        block = _("Unblock") if contact.is_blocked else _("Block")
        for text, act in (
            (_("Save as vCard…"), acts.save),
            (_("Merge with…"), acts.merge),
            (block, acts.block),
            (_("Delete"), acts.delete),
        ):
            menu.addAction(text, partial(act, contact))
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return made
