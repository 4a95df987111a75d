"""The list of contacts as Qt asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.i18n import _, ngettext

if TYPE_CHECKING:
    from privatus.core.contact import Contact
    from privatus.services.contacts import ContactCount

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ContactsModel(QAbstractListModel):
    """Contacts by name."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: Sequence[ContactCount] = ()

    def fill(self, found: Sequence[ContactCount]) -> None:
        """Show *found* from now on."""
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._found)

    def contact(self, row: int) -> Contact | None:
        """Return the contact in a row, if there is one."""
        return self._found[row].contact if 0 <= row < len(self._found) else None

    def row_of(self, contact_id: int) -> int:
        """Return the row of a contact, -1 if it is not shown."""
        ids = [found.contact.id for found in self._found]
        return ids.index(contact_id) if contact_id in ids else -1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        contact = self.contact(index.row())
        if contact is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return contact.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (contact.name, second_line(contact), state(contact))))
        if role == Qt.ItemDataRole.UserRole:
            return self._found[index.row()]
        return None


def second_line(contact: Contact) -> str:
    """Return what stands below the name: an address, another name, or a tag."""
    # Isolated, so that a number stays as it is beside a name that is read from the right.
    said = [f"\u2066{field.value}\u2069" for field in contact.fields[:1]]
    said = said or list(contact.aliases[:1])
    return (said or list(contact.tags[:1]) or [""])[0]


def state(contact: Contact) -> str:
    """Return in a word what is to be known of a contact."""
    if contact.is_blocked:
        return _("Blocked")
    if contact.is_verified:
        return _("Verified")
    return _("Not verified") if contact.keys else ""


def count_line(count: int) -> str:
    """Return how many contacts are shown."""
    return ngettext("{n} contact", "{n} contacts", count)
