"""One's own card: what it says, the key's fingerprint, and handing it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from privatus.bootstrap import Vault
from privatus.core.contact import Identity
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.services.contacts import SafetyNumber
from ui.contacts.avatar import Avatar
from ui.contacts.number_view import NumberView
from ui.contacts.parts import beside, fields_card, note_card
from ui.contacts.qr_code import QrCode
from ui.flow import buttons_row
from ui.i18n import _
from ui.layouts import Part, breakable, button, card, column, label, row

_AVATAR, _CODE = 72, 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is read of one's own identity before it is shown."""

    identity: Identity
    fingerprint: SafetyNumber
    qr_text: str  # empty: there is no name yet, or it says too much for a code


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnActs:
    """What the buttons do."""

    edit: Callable[[Identity], object]
    save: Callable[[], object]
    save_code: Callable[[str], object]
    renew: Callable[[], object]
    copy: Callable[[str], object]


def read_own(vault: Vault, _job: Job) -> Own:
    """Read one's own identity."""
    identity = vault.identity.get()
    try:
        text = vault.identity.qr_text()
    except UserError:
        text = ""
    return Own(identity=identity, fingerprint=vault.identity.fingerprint(), qr_text=text)


class OwnCard(QWidget):
    """Shows who the person is in this vault."""

    def __init__(self, own: Own, acts: OwnActs) -> None:
        super().__init__()
        identity = self.identity = own.identity
        self.avatar = Avatar(_AVATAR)
        self.avatar.show_person(identity.name, identity.picture)
        self.edit_button = button(_("Edit"), "" if identity.name else "primary", "pencil")
        self.edit_button.clicked.connect(lambda: acts.edit(identity))
        self.save_button = button(_("Save the card…"), "primary" if identity.name else "", "save")
        self.save_button.setEnabled(bool(identity.name))
        self.save_button.clicked.connect(lambda: acts.save())
        head = QWidget()
        named = breakable(identity.name or _("You have no name yet"))
        about = _("Your card. What you hand out is signed by your key.")
        head.setLayout(column(None, label(named, "title"), label(about, "muted"), None, gap=2))
        parts: list[Part] = [
            beside(self.avatar, head),
            buttons_row(self.save_button, self.edit_button),
        ]
        if identity.fields:
            parts.append(fields_card(identity.fields, acts.copy))
        if identity.note:
            parts.append(note_card(identity.note))
        parts += [self._code_card(own, acts), self._key_card(own, acts)]
        self.setLayout(column(*parts, None, gap=14))

    def _code_card(self, own: Own, acts: OwnActs) -> QWidget:
        parts: list[Part] = [label(_("Card as a QR code"), "caption")]
        if own.qr_text:
            saves = button(_("Save the code…"), icon_name="qr-code")
            saves.clicked.connect(lambda: acts.save_code(own.qr_text))
            hint = label(_("Without your picture, which has no room in it."), "hint")
            parts += [row(QrCode(own.qr_text, _("QR code of your card"), _CODE), None), hint]
            parts.append(buttons_row(saves))
        elif self.identity.name:
            hint_text = _("Your card says too much for a code. Make its note shorter.")
            parts.append(label(hint_text, "muted"))
        else:
            parts.append(label(_("There is a code as soon as you have a name."), "muted"))
        return card(column(*parts, gap=8), margin=16)

    def _key_card(self, own: Own, acts: OwnActs) -> QWidget:
        hint = label(
            _("The fingerprint of your key. With each contact it makes a safety number, which the"
              " two of you compare."),
            "muted",
        )  # fmt: skip
        renews = button(_("Make new keys…"), "link")
        renews.clicked.connect(lambda: acts.renew())
        view = NumberView(own.fingerprint, has_code=False)
        heading = label(_("Your key"), "caption")
        return card(column(heading, hint, view, buttons_row(renews), gap=10), margin=16)
