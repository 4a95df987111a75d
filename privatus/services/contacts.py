"""The contact book: people, their keys, and the conversations that they take part in.

Each method that changes something returns the change, and `undo` takes it back exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from privatus.core import clock
from privatus.core.contact import (
    Contact,
    ContactKey,
    Participant,
    ParticipantKind,
    PublicKeys,
    Verification,
    VerifiedBy,
)
from privatus.core.conversation import ConversationSummary
from privatus.core.errors import UserError
from privatus.search import folding
from privatus.services import conversation_ids
from privatus.services.contact_changes import ContactChange, ContactState, make
from privatus.services.contact_rules import Doubles, checked, doubles, finds, folded, joined
from privatus.services.direct_notes import DirectNotes
from privatus.services.tag_names import names_on
from privatus.storage.participants import StoredParticipant
from privatus.storage.store import Store, Tables
from privatus.vault.safety_number import SafetyNumber as SafetyNumber
from privatus.vault.safety_number import fingerprint, safety_number

_UNKNOWN = "no contact has this number or name; `privatus contact list` shows them"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCount:
    """A line of the contact book: a contact without its picture, and in how many chats it is."""

    contact: Contact
    conversations: int


class ContactService:
    """Keeps the contact book."""

    def __init__(self, store: Store, notes: DirectNotes) -> None:
        self._store = store
        self._notes = notes

    def list(self, words: str = "", *, is_blocked: bool | None = None) -> list[ContactCount]:
        """Return contacts by name, without their pictures; those that *words* find, or all.

        Each word begins a word of a name, a field, a tag or the note.

        Raises:
            TamperedError: a contact is not what was sealed.
        """
        wanted = folding.words(words)
        with self._store.snapshot() as tables:
            counts = tables.participants.counts()
            found = [c for c in tables.contacts.all() if not wanted or finds(c, wanted)]
        if is_blocked is not None:
            found = [contact for contact in found if contact.is_blocked is is_blocked]
        found.sort(key=lambda contact: (folded(contact.name), contact.id))
        return [ContactCount(contact=c, conversations=counts.get(c.id, 0)) for c in found]

    def get(self, contact_id: int) -> Contact:
        """Return a contact with its picture.

        Raises:
            UserError: there is none.
            TamperedError: it is not what was sealed.
        """
        with self._store.snapshot() as tables:
            return required(tables, contact_id)

    def find(self, said: str) -> Contact:
        """Return the one contact with this number, or this name or alias.

        Raises:
            UserError: there is none, or there are several.
        """
        with self._store.snapshot() as tables:
            if said.isascii() and said.isdigit() and len(said) < 18:
                return required(tables, int(said))
            everyone = tables.contacts.all(with_pictures=True)
        wanted = folded(said)
        exact = [c for c in everyone if wanted in {folded(n) for n in (c.name, *c.aliases)}]
        found = exact or [c for c in everyone if wanted and finds(c, folding.words(said))]
        if len(found) > 1:
            numbers = ", ".join(str(contact.id) for contact in found[:5])
            raise UserError(f"several contacts are called so; name one by its number: {numbers}")
        if not found:
            raise UserError(_UNKNOWN)
        return found[0]

    def add(self, contact: Contact) -> ContactChange:
        """Add a contact; its id and times are given here.

        Raises:
            UserError: it has no name, or says more than a contact may.
            AccessError: the vault is open for reading only.
        """
        return self._change(lambda tables: added(tables, [contact]))

    def edit(self, contact: Contact) -> ContactChange:
        """Let the contact with this id say what *contact* says; its keys stay as they are.

        Raises:
            UserError: there is none, or it says more than a contact may.
            AccessError: the vault is open for reading only.
        """

        def edited(former: Contact) -> Contact:
            return replace(contact, keys=former.keys, is_blocked=former.is_blocked)

        return self._edit(contact.id, edited)

    def block(self, contact_id: int, is_blocked: bool = True) -> ContactChange:
        """Block a contact, or no longer.

        Raises:
            UserError: there is none.
            AccessError: the vault is open for reading only.
        """
        return self._edit(contact_id, lambda former: replace(former, is_blocked=is_blocked))

    def add_key(self, contact_id: int, keys: PublicKeys) -> ContactChange:
        """Give a contact public keys, which nobody has made sure of yet.

        Raises:
            UserError: there is none, or these are no keys, or another contact has them.
            AccessError: the vault is open for reading only.
        """

        def with_key(former: Contact) -> Contact:
            if former.key_of(keys) is not None:
                return former
            return former.with_key(ContactKey(keys=keys, added_at_ms=clock.now_ms()))

        return self._edit(contact_id, with_key)

    def remove_key(self, contact_id: int, keys: PublicKeys) -> ContactChange:
        """Take public keys from a contact.

        Raises:
            UserError: there is none.
            AccessError: the vault is open for reading only.
        """

        def without(former: Contact) -> Contact:
            left = tuple(key for key in former.keys if key.keys != keys)
            return replace(former, keys=left)

        return self._edit(contact_id, without)

    def verify(
        self, contact_id: int, keys: PublicKeys, how: VerifiedBy | None = VerifiedBy.NUMBER
    ) -> ContactChange:
        """Note that the person made sure whose keys these are, now; with *how* None, they did not.

        Raises:
            UserError: there is no such contact, or they have no such keys.
            AccessError: the vault is open for reading only.
        """

        def verified(former: Contact) -> Contact:
            key = former.key_of(keys)
            if key is None:
                raise UserError("the contact has no such key; import their card first")
            said = Verification(at_ms=clock.now_ms(), how=how) if how else None
            return former.with_key(replace(key, verified=said))

        return self._edit(contact_id, verified)

    def delete(self, contact_ids: Iterable[int]) -> ContactChange:
        """Delete contacts; the conversations with them stay.

        Raises:
            AccessError: the vault is open for reading only.
        """
        wanted = list(contact_ids)

        def deleted(tables: Tables) -> ContactChange:
            found = tables.contacts.some(wanted)
            rows = tables.participants.of_contacts(found)
            before = ContactState(contacts=tuple(found.values()), participants=tuple(rows))
            return ContactChange(before=before, after=ContactState())

        return self._change(deleted)

    def merge(self, contact_id: int, into: int) -> ContactChange:
        """Put all that is said of one contact to another, and let the one go.

        Names of the one become aliases; keys stay as sure as they were; where the one takes part,
        the other does.

        Raises:
            UserError: one of them is not there, or together they say more than a contact may.
            AccessError: the vault is open for reading only.
        """
        if contact_id == into:
            raise UserError("a contact cannot be merged with itself")

        def merged(tables: Tables) -> ContactChange:
            other, kept = required(tables, contact_id), required(tables, into)
            rows = tables.participants.of_contacts((contact_id, into))
            whole = replace(joined(kept, other), changed_at_ms=clock.now_ms())
            after: dict[int, StoredParticipant] = {}
            for row in sorted(rows, key=lambda row: row.contact_id != into):
                after.setdefault(row.conversation_id, row._replace(contact_id=into))
            return ContactChange(
                before=ContactState(contacts=(kept, other), participants=tuple(rows)),
                after=ContactState(contacts=(whole,), participants=tuple(after.values())),
            )

        return self._change(merged)

    def doubles(self) -> Sequence[Doubles]:
        """Return pairs that seem to be one person: by key, e-mail, phone or name.

        Raises:
            TamperedError: a contact is not what was sealed.
        """
        with self._store.snapshot() as tables:
            return doubles(tables.contacts.all())

    def fingerprint(self, keys: PublicKeys) -> SafetyNumber:
        """Return the digits and words that these keys alone are known by."""
        return fingerprint(keys)

    def safety_number(self, keys: PublicKeys) -> SafetyNumber:
        """Return the number that this vault's person and the holder of *keys* have in common.

        Raises:
            UserError: the vault has no identity yet.
        """
        with self._store.snapshot() as tables:
            own = tables.identities.current()
        if own is None:
            raise UserError("the vault has no identity yet; open it for writing once")
        return safety_number(own.keys, keys)

    def conversations(self, contact_id: int) -> Sequence[ConversationSummary]:
        """Return the conversations that a contact takes part in, the last changed first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            rows = tables.participants.of_contacts([contact_id])
            found = tables.listing.conversations([row.conversation_id for row in rows])
            models, marks = tables.models.names(), tables.listing.marks(found)
            tags = names_on(tables, list(found))
            summaries = [
                (c.sort_at_ms, replace(c.summary(models, marks.get(c.id, ())),
                                       tags=tags.get(c.id, ())))
                for c in found.values()
            ]  # fmt: skip
        return [said for _, said in sorted(summaries, key=lambda pair: pair[0], reverse=True)]

    def participants(self, conversation_id: UUID | str) -> Sequence[Participant]:
        """Return who takes part in a conversation: contacts, the account, models.

        Raises:
            UserError: there is no such conversation.
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            rows = tables.participants.of_conversation(stored.id)
            contacts = tables.contacts.some(row.contact_id for row in rows)
            found = [
                Participant(kind=ParticipantKind.CONTACT, name=c.name, contact_id=c.id)
                for c in contacts.values()
            ]
            if stored.account_id is not None:
                name = tables.accounts.names().get(stored.account_id, "")
                found.append(Participant(kind=ParticipantKind.ACCOUNT, name=name))
            models = tables.models.names()
            spoke = tables.participants.models_in(stored.id) | {stored.model_id}
            names = sorted({models[i] for i in spoke if i is not None and i in models})
            found += [Participant(kind=ParticipantKind.MODEL, name=name) for name in names]
        return found

    def take_part(
        self, contact_id: int, conversations: Iterable[UUID | str], does: bool = True
    ) -> ContactChange:
        """Say that a contact takes part in conversations, or does not.

        Raises:
            UserError: there is no such contact or conversation.
            AccessError: the vault is open for reading only.
        """
        wanted = list(conversations)

        def placed(tables: Tables) -> ContactChange:
            contact = required(tables, contact_id)
            ids = {conversation_ids.find(tables, each).id for each in wanted}
            rows = [r for r in tables.participants.of_contacts([contact_id])
                    if r.conversation_id in ids]  # fmt: skip
            known = {row.conversation_id for row in rows}
            new = [
                StoredParticipant(each, contact_id, clock.now_ms()) for each in sorted(ids - known)
            ]
            after = (*rows, *new) if does else ()
            return ContactChange(
                before=ContactState(contacts=(contact,), participants=tuple(rows)),
                after=ContactState(contacts=(contact,), participants=tuple(after)),
            )

        return self._change(placed)

    def note_to(self, contact_id: int) -> UUID:
        """Return the conversation that holds the person's own notes to a contact.

        It is made if there is none, stays on this machine, and is a chat like all others.

        Raises:
            UserError: there is no such contact.
            AccessError: the vault is open for reading only.
        """
        return self._notes.of(self.get(contact_id))

    def undo(self, change: ContactChange) -> ContactChange:
        """Take a change back; return what does it again. What has gone meanwhile is passed over.

        Raises:
            AccessError: the vault is open for reading only.
        """
        return self._change(lambda _: change.reversed)

    def _edit(self, contact_id: int, edited: Callable[[Contact], Contact]) -> ContactChange:
        def planned(tables: Tables) -> ContactChange:
            former = required(tables, contact_id)
            changed = checked(edited(former))
            _require_own_keys(tables, changed, former)
            after = replace(changed, public_id=former.public_id,
                            created_at_ms=former.created_at_ms,
                            changed_at_ms=clock.now_ms())  # fmt: skip
            return ContactChange(
                before=ContactState(contacts=(former,)), after=ContactState(contacts=(after,))
            )

        return self._change(planned)

    def _change(self, planned: Callable[[Tables], ContactChange]) -> ContactChange:
        return make(self._store, planned)


def added(tables: Tables, contacts: Iterable[Contact]) -> ContactChange:
    """Return the change that adds *contacts*.

    Raises:
        UserError: one has no name, or says more than a contact may.
    """
    now_ms, next_id = clock.now_ms(), tables.contacts.next_id()
    taken = {contact.public_id for contact in tables.contacts.all()}
    made = []
    for number, contact in enumerate(contacts):
        public_id = contact.public_id if contact.public_id not in {None, *taken} else uuid4()
        taken.add(public_id)
        new = replace(contact, id=next_id + number, public_id=public_id,
                      created_at_ms=contact.created_at_ms or now_ms,
                      changed_at_ms=now_ms)  # fmt: skip
        made.append(checked(new))
        _require_own_keys(tables, made[-1], None)
    return ContactChange(before=ContactState(), after=ContactState(contacts=tuple(made)))


def _require_own_keys(tables: Tables, contact: Contact, former: Contact | None) -> None:
    """Check that the keys which a contact gets are nobody else's, and not the person's own."""
    new = {key.keys.signing for key in contact.keys}
    new -= {key.keys.signing for key in former.keys} if former else set()
    if not new:
        return
    if new & {own.keys.signing for own in tables.identities.all()}:
        raise UserError("this is your own card; a contact is somebody else")
    others = (other for other in tables.contacts.all() if other.id != contact.id)
    if any(key.keys.signing in new for other in others for key in other.keys):
        raise UserError("another contact has this key; merge the two instead")


def required(tables: Tables, contact_id: int) -> Contact:
    """Return a contact.

    Raises:
        UserError: there is no such contact.
    """
    found = tables.contacts.some([contact_id]).get(contact_id)
    if found is None:
        raise UserError(_UNKNOWN)
    return found
