"""Who the person is in this vault: their keys, their card, and what they sign."""

from __future__ import annotations

from dataclasses import dataclass, replace

from privatus.core import clock
from privatus.core.contact import Card, Contact, ContactField, Identity
from privatus.core.errors import AccessError, UserError
from privatus.services.contact_rules import checked
from privatus.storage.store import Store
from privatus.vault import card as cards
from privatus.vault.safety_number import SafetyNumber, fingerprint

_NONE = "the vault has no identity yet; open it for writing once"
IDENTITY_MADE = "identity made"
IDENTITY_RENEWED = "identity renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """What a person said of themselves before and after."""

    before: Identity
    after: Identity


class IdentityService:
    """Keeps the person's own identity; the private keys never leave the vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self) -> Identity:
        """Return the identity in use.

        Raises:
            UserError: the vault is older than identities are, and was only read since.
            TamperedError: it is not what was sealed.
        """
        with self._store.snapshot() as tables:
            found = tables.identities.current()
        if found is None:
            raise UserError(_NONE)
        return found

    def former(self) -> list[Identity]:
        """Return the identities that were in use before, the oldest first.

        Raises:
            TamperedError: one is not what was sealed.
        """
        with self._store.snapshot() as tables:
            return [own for own in tables.identities.all() if own.retired_at_ms is not None]

    def set(
        self,
        *,
        name: str,
        note: str = "",
        fields: tuple[ContactField, ...] = (),
        picture: bytes | None = None,
    ) -> IdentityChange:
        """Say who the person is: what their card shows. The keys stay.

        Raises:
            UserError: it says more than a card may, or the picture is none.
            AccessError: the vault is open for reading only.
        """
        # A card without a name is one that was never filled in.
        said = Contact(name=name or "-", note=note, fields=fields, picture=picture)
        tidied = checked(said)
        with self._store.transaction() as tables:
            former = tables.identities.current()
            if former is None:
                raise UserError(_NONE)
            after = replace(
                former,
                name=tidied.name if name.strip() else "",
                note=tidied.note,
                fields=tidied.fields,
                picture=tidied.picture,
            )
            tables.identities.update(after)
        return IdentityChange(before=former, after=after)

    def undo(self, change: IdentityChange) -> IdentityChange:
        """Let the card say again what it said before; return what does it again.

        Raises:
            AccessError: the vault is open for reading only.
        """
        before = change.before
        return self.set(
            name=before.name, note=before.note, fields=before.fields, picture=before.picture
        )

    def renew(self) -> Identity:
        """Make new keys in place of the present ones, whose private halves are destroyed.

        What the card says stays. All who have made sure of the former key must do so anew.

        Raises:
            AccessError: the vault is open for reading only.
        """
        with self._store.transaction() as tables:
            made = tables.identities.make(clock.now_ms(), tables.identities.current())
            tables.audit.append(IDENTITY_RENEWED, {"identity": made.id})
        # Until then the database, and the log beside it, have the former keys.
        self._store.checkpoint()
        return made

    def fingerprint(self) -> SafetyNumber:
        """Return the digits and words that the person's own keys are known by."""
        return fingerprint(self.get().keys)

    def card(self, *, with_picture: bool = True) -> bytes:
        """Return the person's card, signed: the bytes of a .privatus-card file.

        Raises:
            UserError: there is no name on it yet.
            TamperedError: the identity is not what was sealed.
        """
        with self._store.snapshot() as tables:
            own = tables.identities.current()
            if own is None:
                raise UserError(_NONE)
            if not own.name:
                raise UserError("your card has no name yet; write one with `privatus identity set`")
            said = Card(
                keys=own.keys,
                made_at_ms=clock.now_ms(),
                name=own.name,
                note=own.note,
                fields=own.fields,
                picture=own.picture if with_picture else None,
            )
            body = cards.body_of(said)
            return body + tables.identities.sign(own, cards.signed_text(body))

    def qr_text(self) -> str:
        """Return what the QR code of the card says: the card without its picture.

        Raises:
            UserError: there is no name on it, or it says too much for a code.
        """
        return cards.to_text(self.card(with_picture=False))


def ensure(store: Store, *, is_new: bool = False) -> None:
    """Make the identity of a vault that has none: a new one, or one that is older than they are.

    Of a vault that *is_new* the log says already that it was made.

    Raises:
        AccessError: the vault is open for reading only.
    """
    if not store.is_writable:
        raise AccessError(_NONE)
    with store.exclusive() as tables:
        if tables.identities.raw():
            return
    with store.transaction() as tables:
        made = tables.identities.make(clock.now_ms())
        if not is_new:
            tables.audit.append(IDENTITY_MADE, {"identity": made.id})
