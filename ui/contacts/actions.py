"""What is done with contacts in the window: the dialogs, and the changes that come of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from privatus.bootstrap import Vault
from privatus.core.contact import Contact, ContactKey, Identity, PublicKeys, VerifiedBy
from privatus.core.errors import DeviceError
from privatus.core.jobs import Job
from privatus.services import qr
from privatus.services.contact_changes import ContactChange
from privatus.services.contact_files import ContactPreview
from privatus.services.contacts import ContactCount, SafetyNumber
from ui.contacts.changing import Changing
from ui.contacts.compare import CompareDialog
from ui.contacts.form import ContactForm
from ui.contacts.merging import DoublesDialog, PersonChooser
from ui.contacts.taking import TakingDialog
from ui.i18n import _, ngettext
from ui.places import DOWNLOADS, place
from ui.session import Session
from ui.shell.pages import MessageTarget
from ui.shell.shell import Shell
from ui.tasks import Lane

T = TypeVar("T")
_KINDS = "vCard, Privatus (*.vcf *.vcard *.privatus-card)"


class ContactActions(QObject):
    """Opens dialogs over *parent*, and does what was decided in them."""

    def __init__(self, shell: Shell, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._session, self._over = shell, session, parent
        self._changing = Changing(shell, session, self)
        self.dialog: QDialog | None = None
        # Who is to be shown when the list is read again.
        self.show: Callable[[int], object] = lambda _contact_id: None

    # ------------------------------------------------------------------ one contact

    def add(self) -> None:
        """Ask who the new contact is."""
        form = ContactForm(Contact(name=""), _("New contact"), self._over, is_own=False)
        form.decided.connect(partial(self._on_add_decided, form))
        self._open(form)

    def _on_add_decided(self, form: ContactForm, contact: Contact) -> None:
        said = _("{name} is in your contacts").format(name=contact.name)

        def on_done(change: ContactChange) -> None:
            form.accept()
            self.show(change.after.contacts[0].id)

        self._changing.change(lambda v: v.contacts.add(contact), said, on_done, form.refuse)

    def edit(self, contact: Contact) -> None:
        """Ask what is to be said of a contact."""
        form = ContactForm(contact, _("Edit contact"), self._over, is_own=False)
        form.decided.connect(partial(self._on_edit_decided, form))
        self._open(form)

    def _on_edit_decided(self, form: ContactForm, contact: Contact) -> None:
        said = _("{name} is changed").format(name=contact.name)
        self._changing.change(
            lambda v: v.contacts.edit(contact), said, lambda _c: form.accept(), form.refuse
        )

    def delete(self, contact: Contact) -> None:
        """Delete a contact; it can be taken back."""
        said = _("{name} is deleted; the chats stay").format(name=contact.name)
        self._changing.change(lambda v: v.contacts.delete([contact.id]), said)

    def block(self, contact: Contact) -> None:
        """Block a contact, or no longer."""
        wanted = not contact.is_blocked
        said = _("{name} is blocked") if wanted else _("{name} is no longer blocked")
        self._changing.change(
            lambda v: v.contacts.block(contact.id, wanted), said.format(name=contact.name)
        )

    def compare(self, contact: Contact, key: ContactKey, number: SafetyNumber) -> None:
        """Ask whether the other one sees the same number."""
        dialog = CompareDialog(contact, key.keys, number, self._over)
        dialog.decided.connect(partial(self._on_compared, contact))
        self._open(dialog)

    def _on_compared(self, contact: Contact, keys: PublicKeys, how: VerifiedBy | None) -> None:
        said = _("The key of {name} is verified") if how else _("Do not trust this key of {name}")
        self._changing.change(
            lambda v: v.contacts.verify(contact.id, keys, how), said.format(name=contact.name)
        )

    def remove_key(self, contact: Contact, key: ContactKey) -> None:
        """Take a key from a contact; it can be taken back."""
        said = _("A key of {name} is removed").format(name=contact.name)
        self._changing.change(lambda v: v.contacts.remove_key(contact.id, key.keys), said)

    def write_note(self, contact: Contact) -> None:
        """Open the notes to a contact in the reader."""
        self._read(
            lambda vault: vault.contacts.note_to(contact.id), self._on_notes, lane=Lane.WRITE
        )

    def _on_notes(self, conversation_id: UUID) -> None:
        self._session.tell_changed("conversations")
        self._shell.open_message(MessageTarget(conversation_id=conversation_id))

    # ------------------------------------------------------------------ merging

    def find_doubles(self) -> None:
        """Show pairs that seem to be one person."""
        self._read(lambda vault: vault.contacts.doubles(), self._on_doubles)

    def _on_doubles(self, found: object) -> None:
        dialog = DoublesDialog(found, self._over)  # type: ignore[arg-type]
        dialog.decided.connect(self._merge)
        self._open(dialog)

    def merge(self, contact: Contact) -> None:
        """Ask who else a contact is."""
        self._read(lambda vault: vault.contacts.list(), partial(self._on_merge, contact))

    def _on_merge(self, contact: Contact, everyone: list[ContactCount]) -> None:
        others = [each for each in everyone if each.contact.id != contact.id]
        title = _("Who is {name}, too?").format(name=contact.name)
        dialog = PersonChooser(others, title, self._over)
        dialog.decided.connect(lambda other: self._merge(other, contact))
        self._open(dialog)

    def _merge(self, gone: Contact, into: Contact) -> None:
        said = _("{one} and {other} are one contact").format(one=gone.name, other=into.name)
        self._changing.change(lambda v: v.contacts.merge(gone.id, into.id), said)
        self.show(into.id)

    # ------------------------------------------------------------------ files

    def choose_files(self) -> None:
        """Ask which files hold contacts."""
        names, _kind = QFileDialog.getOpenFileNames(
            self._over, _("Bring in contacts"), str(place(DOWNLOADS)), _KINDS
        )
        if names:
            self.look_into([Path(name) for name in names])

    def look_into(self, paths: list[Path]) -> None:
        """Show what files hold, before any of it is taken."""
        self._read(lambda vault: vault.contact_files.preview(paths), self._on_preview)

    def _on_preview(self, preview: ContactPreview) -> None:
        dialog = TakingDialog(preview, self._over)
        dialog.decided.connect(self._take)
        self._open(dialog)

    def _take(self, preview: ContactPreview) -> None:
        count = len(preview.items)
        said = ngettext("{n} contact brought in", "{n} contacts brought in", count)
        self._changing.change(lambda v: v.contact_files.take(preview.items), said)

    def save_vcards(self, contact: Contact | None) -> None:
        """Save a contact, or all, as vCards."""
        ids = None if contact is None else [contact.id]
        self._read(
            lambda vault: vault.contact_files.vcards(ids),
            partial(self._save, "contacts.vcf", "vCard (*.vcf)"),
        )

    # ------------------------------------------------------------------ oneself

    def edit_own(self, identity: Identity) -> None:
        """Ask what the person's own card is to say."""
        said = Contact(
            name=identity.name,
            note=identity.note,
            fields=identity.fields,
            picture=identity.picture,
        )
        form = ContactForm(said, _("Your card"), self._over, is_own=True)
        form.decided.connect(partial(self._on_own_decided, form))
        self._open(form)

    def _on_own_decided(self, form: ContactForm, said: Contact) -> None:
        self._changing.change_own(
            lambda v: v.identity.set(
                name=said.name, note=said.note, fields=said.fields, picture=said.picture
            ),
            _("Your card is changed"),
            lambda _change: form.accept(),
            form.refuse,
        )

    def save_own(self) -> None:
        """Save the person's signed card."""
        self._read(
            lambda vault: vault.identity.card(),
            partial(self._save, "me.privatus-card", "Privatus (*.privatus-card)"),
        )

    def save_code(self, text: str) -> None:
        """Save the card as a picture of its QR code."""
        self._save("me.png", "PNG (*.png);;SVG (*.svg)", text)

    def renew(self) -> None:
        """Ask whether new keys are to be made; the former ones are destroyed."""
        box = QMessageBox(self._over)
        box.setWindowTitle(_("Make new keys"))
        box.setText(_("Make new keys for yourself?"))
        box.setInformativeText(
            _("The private halves of the present ones are destroyed, and that cannot be taken"
              " back. Everybody who verified you has to do so again.")
        )  # fmt: skip
        make = box.addButton(_("Make new keys"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
        make.clicked.connect(self._on_renew)
        self._open(box)

    def _on_renew(self) -> None:
        self._read(lambda vault: vault.identity.renew(), self._on_renewed, lane=Lane.WRITE)

    def _on_renewed(self, _identity: object) -> None:
        self._session.tell_changed("contacts")
        self._shell.toast(_("You have new keys"), kind="good")

    # ------------------------------------------------------------------ helping

    def _save(self, name: str, kinds: str, content: bytes | str) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(
            self._over, _("Save"), str(place(DOWNLOADS) / name), kinds
        )
        if chosen:
            self.write(Path(chosen), content)

    def write(self, path: Path, content: bytes | str) -> None:
        """Write *content* to a file; a text as the picture of its code."""
        if isinstance(content, str):
            content = qr.picture(content, is_svg=path.suffix.lower() == ".svg")
        try:
            path.write_bytes(content)
        except OSError as error:
            self._shell.tell_error(
                DeviceError(f"the file cannot be written ({error.strerror}); choose another place")
            )
            return
        self._shell.toast(_("Saved as {name}").format(name=path.name), kind="good")

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.open()

    def _read(
        self,
        work: Callable[[Vault], T],
        on_done: Callable[[T], object],
        *,
        lane: Lane = Lane.READ,
    ) -> None:
        def run(vault: Vault, _job: Job) -> T:
            return work(vault)

        self._session.tasks.run(
            partial(run, self._session.vault),
            lane=lane,
            owner=self,
            on_done=on_done,
            on_error=self._shell.tell_error,
        )
