"""Contacts from files and into files: vCards, and Privatus contact cards.

Nothing is taken before somebody has seen what it would change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from privatus.core import clock
from privatus.core.contact import Card, Contact, ContactKey, FieldKind, PublicKeys
from privatus.core.errors import UnreadableInputError, UserError
from privatus.core.picture import media_type
from privatus.exporters import vcard as vcard_writer
from privatus.importers import vcard as vcard_reader
from privatus.services.contact_changes import ContactChange, ContactState, make
from privatus.services.contact_rules import checked, folded, joined, phone_digits
from privatus.services.contacts import added
from privatus.storage.store import Store, Tables
from privatus.vault import card as cards

VCARD_SUFFIXES = (".vcf", ".vcard")
CARD_SUFFIX = cards.SUFFIX
_OTHER_KEY = (
    "somebody of this name has another key already: ask them, and compare the safety number"
)
_KEY_CAME = "somebody has got another key since you looked; look at the file again"
_KEY_LEFT_OUT = (
    "it names another key for somebody who has one; that key is left out: ask them for their card"
)
_BLOCKED = "this contact is blocked, so nothing of theirs is taken; unblock them first"


class Action(StrEnum):
    """What taking a contact from a file does."""

    ADD = "add"
    UPDATE = "update"  # adds to somebody who is there
    NOTHING = "nothing"  # all of it is known


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactToTake:
    """A contact in a file, and what taking it does; `known` is who it is already.

    `card`: it came as a signed card, whose signature is that of its keys. `warning` is what a
    person should think of first.
    """

    contact: Contact
    action: Action
    known: Contact | None = None
    card: Card | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPreview:
    """What files hold, before anything is taken; `problems` say what was left out."""

    items: tuple[ContactToTake, ...]
    problems: tuple[str, ...]

    def of(self, action: Action) -> list[ContactToTake]:
        """Return those with which *action* is done."""
        return [item for item in self.items if item.action is action]


class ContactFileService:
    """Reads and writes contacts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def preview(self, paths: Iterable[str | Path]) -> ContactPreview:
        """Return what these files hold, and what taking them would do.

        Raises:
            UnreadableInputError: a file is none of contacts, or was changed after it was signed.
        """
        return self.preview_bytes([_content(Path(path)) for path in paths])

    def preview_bytes(self, contents: Iterable[bytes]) -> ContactPreview:
        """Do what `preview` does, of what files hold or a QR code says.

        Raises:
            UnreadableInputError: it is none of contacts, or was changed after it was signed.
        """
        read: list[tuple[Contact, Card | None]] = []
        problems: list[str] = []
        for content in contents:
            if cards.is_card(content):
                card = cards.read(content)
                read.append((_contact_of(card), card))
            else:
                found = vcard_reader.read(content, clock.now_ms())
                problems += found.problems
                read += [(contact, None) for contact in found.contacts]
        with self._store.snapshot() as tables:
            items = tuple(_Matcher(tables, problems).items(read))
        return ContactPreview(items=items, problems=tuple(dict.fromkeys(problems)))

    def take(self, items: Sequence[ContactToTake]) -> ContactChange:
        """Add and update what *items* say, as one change; `vault.contacts.undo` takes it back.

        Raises:
            UserError: one says more than a contact may, or somebody has got another key since.
            AccessError: the vault is open for reading only.
        """

        def taken(tables: Tables) -> ContactChange:
            new = added(tables, [i.contact for i in items if i.action is Action.ADD])
            ids = [i.known.id for i in items if i.action is Action.UPDATE and i.known]
            before = tables.contacts.some(ids)
            after = dict(before)
            for item in items:
                if item.action is Action.UPDATE and item.known and item.known.id in after:
                    if _other_keys(after[item.known.id], item.contact):
                        raise UserError(_KEY_CAME)
                    whole = joined(after[item.known.id], item.contact)
                    after[item.known.id] = replace(whole, changed_at_ms=clock.now_ms())
            return ContactChange(
                before=ContactState(contacts=tuple(before.values())),
                after=ContactState(contacts=(*after.values(), *new.after.contacts)),
            )

        return make(self._store, taken)

    def vcards(self, contact_ids: Iterable[int] | None = None) -> bytes:
        """Return contacts, or all of them, as a file of vCards 4.0.

        Raises:
            TamperedError: a contact is not what was sealed.
        """
        with self._store.snapshot() as tables:
            if contact_ids is None:
                return vcard_writer.write(tables.contacts.all(with_pictures=True))
            return vcard_writer.write(tables.contacts.some(contact_ids).values())


class _Matcher:
    """Finds who of the contact book a contact from a file is."""

    def __init__(self, tables: Tables, problems: list[str]) -> None:
        self._problems = problems
        self._contacts = tables.contacts.all(with_pictures=True)
        own = tables.identities.all()
        # Who gets a key by what was read already.
        self._given: set[int] = set()
        self._own = {identity.keys.signing for identity in own}
        self._by_id = {contact.public_id: contact for contact in self._contacts}
        self._by_key = {k.keys.signing: c for c in self._contacts for k in c.keys}
        self._by_name: dict[str, list[Contact]] = {}
        for contact in self._contacts:
            for name in {folded(name) for name in (contact.name, *contact.aliases)}:
                self._by_name.setdefault(name, []).append(contact)

    def items(self, read: Iterable[tuple[Contact, Card | None]]) -> Iterable[ContactToTake]:
        seen: set[object] = set()
        for contact, card in read:
            if any(key.keys.signing in self._own for key in contact.keys):
                self._problems.append("your own card was left out: a contact is somebody else")
                continue
            try:
                contact = checked(contact)
            except UserError as error:
                self._problems.append(f"a contact was left out: {error}")
                continue
            same = {contact.public_id, *(key.keys.signing for key in contact.keys)} - {None}
            if seen & same:
                self._problems.append("a contact that is there twice was taken once")
                continue
            seen |= same
            yield self._item(contact, card)

    def _item(self, contact: Contact, card: Card | None) -> ContactToTake:
        known, warning = self._known(contact)
        if known is None:
            return ContactToTake(contact=contact, action=Action.ADD, card=card, warning=warning)
        if others := _other_keys(known, contact):
            # Who names a public key of somebody, as all can, must not put a second one beside it.
            kept = tuple(key for key in contact.keys if key.keys not in others)
            contact, warning = replace(contact, keys=kept), _KEY_LEFT_OUT
        try:
            is_news = not known.is_blocked and joined(known, contact) != known
            warning = _BLOCKED if known.is_blocked else warning
        except UserError as error:
            is_news, warning = False, str(error)
        action = Action.UPDATE if is_news else Action.NOTHING
        if is_news and contact.keys:
            self._given.add(known.id)
        return ContactToTake(
            contact=contact, action=action, known=known, card=card, warning=warning
        )

    def _known(self, contact: Contact) -> tuple[Contact | None, str]:
        by_key = [self._by_key[k.keys.signing] for k in contact.keys
                  if k.keys.signing in self._by_key]  # fmt: skip
        if by_key:
            return by_key[0], ""
        known = self._by_id.get(contact.public_id) or self._alike(contact)
        if known is not None and contact.keys and (known.keys or known.id in self._given):
            # Whoever sends a card in somebody's name must not come to stand beside their key.
            return None, _OTHER_KEY
        return known, ""

    def _alike(self, contact: Contact) -> Contact | None:
        """Return the one of the same name with whom an address is in common, or that has none."""
        named = {c.id: c for n in (contact.name, *contact.aliases)
                 for c in self._by_name.get(folded(n), ())}  # fmt: skip
        new = _addresses(contact)
        found = [c for c in named.values() if new & _addresses(c) or not new]
        return found[0] if len(found) == 1 else None


def _other_keys(known: Contact, contact: Contact) -> set[PublicKeys]:
    """Return the keys of *contact* that *known*, who has some, does not have."""
    there = {key.keys for key in known.keys}
    return {key.keys for key in contact.keys} - there if there else set()


def _addresses(contact: Contact) -> set[str]:
    phones = {phone_digits(value) for value in contact.values(FieldKind.PHONE)}
    return phones | {value.casefold() for value in contact.values(FieldKind.EMAIL)}


def _contact_of(card: Card) -> Contact:
    key = ContactKey(keys=card.keys, added_at_ms=clock.now_ms())
    contact = Contact(name=card.name, note=card.note, fields=card.fields, keys=(key,))
    if card.picture:
        try:
            media_type(card.picture)
        except UserError:
            return contact
    return replace(contact, picture=card.picture)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(vcard_reader.MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise UnreadableInputError(f"the file cannot be read ({reason})") from None
    if not (cards.is_card(content) or vcard_reader.is_vcard(content)):
        raise UnreadableInputError(
            "this is no file of contacts; vCards (.vcf) and Privatus cards (.privatus-card) are"
        )
    return content
