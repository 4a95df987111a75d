"""People: who they are to the person, how they are reached, and the keys that they sign with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

KEY_BYTES = 32

# What one contact may hold: a person writes less, and a hostile file must not fill the vault.
MAX_NAME_CHARS = 200
MAX_ALIASES = 50
MAX_FIELDS = 100
MAX_VALUE_CHARS = 1_000
MAX_NOTE_CHARS = 20_000
MAX_TAGS = 50
MAX_TAG_CHARS = 64
MAX_KEYS = 10
MAX_KEPT_CHARS = 64 * 1024
MAX_PICTURE_BYTES = 512 * 1024


class FieldKind(StrEnum):
    """What a field of a contact is."""

    EMAIL = "email"
    PHONE = "phone"
    URL = "url"


class VerifiedBy(StrEnum):
    """How a person made sure whose key it is."""

    NUMBER = "number"  # compared the safety number, face to face
    QR = "qr"  # scanned the QR code
    PHONE = "phone"  # read out to one another on the phone


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKeys:
    """The public halves of an identity: Ed25519 for signing, X25519 for key agreement."""

    signing: bytes
    exchange: bytes

    @property
    def raw(self) -> bytes:
        """Return both, 64 bytes."""
        return self.signing + self.exchange

    @classmethod
    def of(cls, raw: bytes) -> PublicKeys:
        """Return the keys in *raw*, as `raw` gives them."""
        return cls(signing=raw[:KEY_BYTES], exchange=raw[KEY_BYTES:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """When (unix milliseconds, UTC) and how a person made sure whose key it is."""

    at_ms: int
    how: VerifiedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactKey:
    """A key of a contact; `verified` None: nobody has made sure that it is theirs."""

    keys: PublicKeys
    added_at_ms: int
    verified: Verification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactField:
    """One way to reach a contact; `label` is free, as "work" or "home"."""

    kind: FieldKind
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person in the contact book; `id` is 0 until the vault has given one.

    `kept` are lines of a vCard that nothing here names: they are written again at an export.
    """

    id: int = 0
    public_id: UUID | None = None
    name: str
    aliases: tuple[str, ...] = ()
    fields: tuple[ContactField, ...] = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    keys: tuple[ContactKey, ...] = ()
    is_blocked: bool = False
    picture: bytes | None = field(default=None, repr=False)  # a PNG or a JPEG
    kept: tuple[str, ...] = ()
    created_at_ms: int = 0
    changed_at_ms: int = 0

    @property
    def is_verified(self) -> bool:
        """Say whether a person has made sure of a key of theirs."""
        return any(key.verified for key in self.keys)

    def values(self, kind: FieldKind) -> tuple[str, ...]:
        """Return the fields of one kind."""
        return tuple(said.value for said in self.fields if said.kind is kind)

    def key_of(self, keys: PublicKeys) -> ContactKey | None:
        """Return what is known of these keys, None if they are not this contact's."""
        return next((key for key in self.keys if key.keys == keys), None)

    def with_key(self, changed: ContactKey) -> Contact:
        """Return the same with *changed* in place of what was known of its keys, or added."""
        if self.key_of(changed.keys) is None:
            return replace(self, keys=(*self.keys, changed))
        keys = tuple(changed if key.keys == changed.keys else key for key in self.keys)
        return replace(self, keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a person hands out: who they say they are, and the keys that prove the next card."""

    keys: PublicKeys
    made_at_ms: int
    name: str
    note: str = ""
    fields: tuple[ContactField, ...] = ()
    picture: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the person is in this vault; the private keys stay with the vault."""

    id: int
    keys: PublicKeys
    name: str = ""
    note: str = ""
    fields: tuple[ContactField, ...] = ()
    picture: bytes | None = field(default=None, repr=False)
    created_at_ms: int
    retired_at_ms: int | None = None


class ParticipantKind(StrEnum):
    """What takes part in a conversation."""

    CONTACT = "contact"
    ACCOUNT = "account"  # the person's own at a provider, that an export came from
    MODEL = "model"
    SELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Who takes part in a conversation, as a person would call it."""

    kind: ParticipantKind
    name: str
    contact_id: int | None = None
