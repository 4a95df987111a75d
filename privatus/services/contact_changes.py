"""A change of contacts as what was before and what is after it, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from privatus.core.contact import Contact, ContactKey, PublicKeys
from privatus.core.errors import UserError
from privatus.storage.participants import StoredParticipant
from privatus.storage.store import Store, Tables

# What a change can touch; what another change has done to the others meanwhile stays.
_FIELDS = ("name", "aliases", "fields", "note", "tags", "is_blocked", "picture", "kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactState:
    """The contacts that a change touched, and where they take part."""

    contacts: tuple[Contact, ...] = ()
    participants: tuple[StoredParticipant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChange:
    """What was done: `ContactService.undo` takes it back, and gives what does it again."""

    before: ContactState
    after: ContactState

    @property
    def added(self) -> tuple[Contact, ...]:
        """Return the contacts that were not there before."""
        known = {contact.id for contact in self.before.contacts}
        return tuple(contact for contact in self.after.contacts if contact.id not in known)

    @property
    def changed(self) -> tuple[Contact, ...]:
        """Return the contacts that were there before and are another now."""
        known = {contact.id: contact for contact in self.before.contacts}
        return tuple(c for c in self.after.contacts if known.get(c.id, c) != c)

    @property
    def removed(self) -> tuple[Contact, ...]:
        """Return the contacts that are gone."""
        left = {contact.id for contact in self.after.contacts}
        return tuple(contact for contact in self.before.contacts if contact.id not in left)

    @property
    def reversed(self) -> ContactChange:
        return ContactChange(before=self.after, after=self.before)


def make(store: Store, planned: Callable[[Tables], ContactChange]) -> ContactChange:
    """Make the change that *planned* returns, in a transaction of its own.

    Raises:
        AccessError: the vault is open for reading only.
        TamperedError: a contact is not what was sealed, and so is not sealed anew.
    """
    with store.transaction() as tables:
        change = planned(tables)
        apply(tables, change)
    return change


def apply(tables: Tables, change: ContactChange) -> None:
    """Make a change, in the transaction that is open; what has gone meanwhile is passed over.

    Raises:
        UserError: a key would come back to one contact that another has by now.
    """
    before = {contact.id: contact for contact in change.before.contacts}
    after = {contact.id: contact for contact in change.after.contacts}
    present = tables.contacts.some({*before, *after})
    for contact_id, contact in after.items():
        if contact_id in present:
            former = before.get(contact_id, present[contact_id])
            tables.contacts.put(_merged(present[contact_id], former, contact))
        elif contact_id not in before:
            tables.contacts.put(contact)
    lost = set(change.before.participants) - set(change.after.participants)
    tables.participants.delete(lost)
    tables.contacts.delete(contact_id for contact_id in before if contact_id not in after)
    _require_apart(tables, after)
    there = {*present, *after} - (before.keys() - after.keys())
    there -= before.keys() - present.keys()
    gained = set(change.after.participants) - set(change.before.participants)
    tables.participants.insert(sorted(row for row in gained if row.contact_id in there))


def _require_apart(tables: Tables, changed: Collection[int]) -> None:
    """Check that no key of the contacts that were *changed* is another's, too."""
    owners: dict[bytes, set[int]] = {}
    for contact in tables.contacts.all():
        for key in contact.keys:
            owners.setdefault(key.keys.signing, set()).add(contact.id or 0)
    if any(len(ids) > 1 and ids & set(changed) for ids in owners.values()):
        raise UserError("another contact has this key by now; take it from them first")


def _merged(present: Contact, before: Contact, after: Contact) -> Contact:
    """Return *present* with what *after* changed of *before*, key by key."""
    changed: dict[str, Any] = {
        name: getattr(after, name)
        for name in _FIELDS
        if getattr(after, name) != getattr(before, name)
    }
    keys = {key.keys: key for key in present.keys}
    former, latter = _by_keys(before), _by_keys(after)
    for gone in former.keys() - latter.keys():
        keys.pop(gone, None)
    for known, key in latter.items():
        # One that was removed meanwhile does not come back, verified perhaps.
        if former.get(known) != key and (known in keys or known not in former):
            keys[known] = key
    return replace(present, **changed, keys=tuple(keys.values()), changed_at_ms=after.changed_at_ms)


def _by_keys(contact: Contact) -> dict[PublicKeys, ContactKey]:
    return {key.keys: key for key in contact.keys}
