"""Contacts: all that is said of a person in one sealed value, their picture in another.

There are a few thousand of them at most, so a list opens them all. The keys, and who made sure of
them when, lie in the same value as the name: none can be exchanged alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from privatus.core.contact import (
    Contact,
    ContactField,
    ContactKey,
    FieldKind,
    PublicKeys,
    Verification,
    VerifiedBy,
)
from privatus.core.conversation import Json
from privatus.core.errors import TamperedError
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.rows import CONTACTS, plain_context
from privatus.vault.keys import Scope
from privatus.vault.sealing import PRESENT, RowCipher, Sealed, key_id_of

# AUTOINCREMENT: the sequence remembers rows that are gone.
_NEXT_ID = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'contacts'), 0) + 1"
_COLUMNS = """
    id, public_id, created_at_ms, changed_at_ms, is_blocked, details_sealed, picture_sealed, seal
"""
_PUT = f"""
    INSERT INTO contacts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE
       SET changed_at_ms = excluded.changed_at_ms, is_blocked = excluded.is_blocked,
           details_sealed = excluded.details_sealed, picture_sealed = excluded.picture_sealed,
           seal = excluded.seal
"""
_DELETE = "DELETE FROM contacts WHERE id = ?"
_SELECT = f"SELECT {_COLUMNS} FROM contacts ORDER BY id"
_SELECT_SOME = f"""
    SELECT {_COLUMNS} FROM contacts WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""


class Contacts:
    """The table of contacts."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def next_id(self) -> int:
        """Return an id that no contact ever had."""
        return int(self._db.value(_NEXT_ID))

    def put(self, contact: Contact) -> None:
        """Write a contact with the id that it has; it takes the place of a former state."""
        if contact.public_id is None:
            raise ValueError("a contact needs a public id")
        seal, sealed = self._scope.table_cipher(CONTACTS.number).seal(
            contact.id,
            _context(contact),
            [msgspec.json.encode(_details(contact)), contact.picture],
        )
        times = contact.created_at_ms, contact.changed_at_ms
        row = (contact.id, contact.public_id.bytes, *times, contact.is_blocked, *sealed, seal)
        self._db.execute(_PUT, row)

    def delete(self, contact_ids: Iterable[int]) -> None:
        """Remove contacts, and that they took part anywhere."""
        self._db.execute_many(_DELETE, [(contact_id,) for contact_id in contact_ids])

    def all(self, *, with_pictures: bool = False) -> list[Contact]:
        """Return all contacts, the first made first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        ciphers: dict[int, RowCipher] = {}
        return [self._open(row, ciphers, with_picture=with_pictures) for row in self.raw()]

    def some(self, ids: Iterable[int]) -> dict[int, Contact]:
        """Return the contacts with these ids that there are, by id, with their pictures.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        rows = self._db.rows(_SELECT_SOME, (listed(ids),))
        return {row[0]: self._open(row, {}, with_picture=True) for row in rows}

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> Contact:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        return self._open(row, {}, with_picture=True)

    def _open(self, row: Row, ciphers: dict[int, RowCipher], *, with_picture: bool) -> Contact:
        row_id, public_id, created, changed, is_blocked, details, picture, seal = row
        cipher = ciphers.get(key_id_of(seal))
        if cipher is None:
            cipher = self._scope.opening_cipher(CONTACTS.number, seal)
            ciphers[key_id_of(seal)] = cipher
        context = public_id + plain_context(created, changed, is_blocked)
        # Without its bytes it is still part of what the seal binds.
        shown: Sealed = picture if with_picture or picture is None else PRESENT
        said, image = cipher.open(seal, row_id, context, [details, shown])
        if said is None:
            raise TamperedError("a contact says nothing")
        return contact_of(
            msgspec.json.decode(said),
            id=row_id,
            public_id=UUID(bytes=public_id),
            created_at_ms=created,
            changed_at_ms=changed,
            is_blocked=bool(is_blocked),
            picture=image,
        )


def _context(contact: Contact) -> bytes:
    public_id = contact.public_id.bytes if contact.public_id else b""
    return public_id + plain_context(
        contact.created_at_ms, contact.changed_at_ms, int(contact.is_blocked)
    )


def _details(contact: Contact) -> dict[str, Json]:
    said: dict[str, Json] = {
        "name": contact.name,
        "aliases": contact.aliases,
        "fields": fields_json(contact.fields),
        "note": contact.note,
        "tags": contact.tags,
        "keys": [_key_json(key) for key in contact.keys],
        "kept": contact.kept,
    }
    return {name: value for name, value in said.items() if value}


def fields_json(fields: Iterable[ContactField]) -> list[Json]:
    """Return fields as the vault and cards hold them: [kind, value] or [kind, value, label]."""
    return [[said.kind.value, said.value, *([said.label] if said.label else [])] for said in fields]


def fields_of(said: Iterable[Json]) -> tuple[ContactField, ...]:
    """Return what `fields_json` has made.

    Raises:
        ValueError: a kind is unknown, or something is missing.
    """
    found = ((FieldKind(kind), value, label) for kind, value, label in map(_three, said))
    return tuple(ContactField(kind=kind, value=value, label=label) for kind, value, label in found)


def _three(said: Json) -> tuple[str, str, str]:
    kind, value, *rest = said
    return str(kind), str(value), str(rest[0]) if rest else ""


def _key_json(key: ContactKey) -> Json:
    said: dict[str, Json] = {"keys": key.keys.raw.hex(), "at": key.added_at_ms}
    if key.verified:
        said["verified"] = [key.verified.at_ms, key.verified.how.value]
    return said


def _key_of(said: dict[str, Any]) -> ContactKey:
    verified = said.get("verified")
    return ContactKey(
        keys=PublicKeys.of(bytes.fromhex(said["keys"])),
        added_at_ms=said["at"],
        verified=(
            Verification(at_ms=verified[0], how=VerifiedBy(verified[1])) if verified else None
        ),
    )


def contact_of(said: dict[str, Any], **columns: Any) -> Contact:
    """Return the contact that sealed details and clear columns say."""
    return Contact(
        name=said.get("name", ""),
        aliases=tuple(said.get("aliases", ())),
        fields=fields_of(said.get("fields", ())),
        note=said.get("note", ""),
        tags=tuple(said.get("tags", ())),
        keys=tuple(map(_key_of, said.get("keys", ()))),
        kept=tuple(said.get("kept", ())),
        **columns,
    )
