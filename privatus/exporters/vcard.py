"""Writes contacts as vCards 4.0 [RFC 6350], which every address book reads.

Whether somebody made sure of a key is not among it: that is for each person to do.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from privatus.core.contact import Contact, ContactField, FieldKind
from privatus.core.picture import media_type
from privatus.core.vcard_lines import KEYS_MEDIA_TYPE, escaped, folded, parameter, split, unescaped

_NAMES = {FieldKind.EMAIL: "EMAIL", FieldKind.PHONE: "TEL", FieldKind.URL: "URL"}


def write(contacts: Iterable[Contact]) -> bytes:
    """Return *contacts* as a file of vCards."""
    lines = (line for contact in contacts for line in _lines(contact))
    return "".join(map(folded, lines)).encode("utf-8", "replace")


def _lines(contact: Contact) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    if contact.public_id:
        yield f"UID:urn:uuid:{contact.public_id}"
    yield f"FN:{escaped(contact.name)}"
    if contact.aliases:
        yield f"NICKNAME:{','.join(map(escaped, contact.aliases))}"
    yield from map(_field, contact.fields)
    if contact.note:
        yield f"NOTE:{escaped(contact.note)}"
    if contact.tags:
        yield f"CATEGORIES:{','.join(map(escaped, contact.tags))}"
    if contact.picture:
        packed = base64.b64encode(contact.picture).decode("ascii")
        yield f"PHOTO:data:{media_type(contact.picture)};base64,{packed}"
    for key in contact.keys:
        packed = base64.b64encode(key.keys.raw).decode("ascii")
        yield f"KEY:data:{KEYS_MEDIA_TYPE};base64,{packed}"
    yield from (line for line in contact.kept if _is_true(line, contact))
    if contact.changed_at_ms:
        at = datetime.fromtimestamp(contact.changed_at_ms // 1000, UTC)
        yield f"REV:{at:%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def _field(said: ContactField) -> str:
    # An address or a number is one value: its commas and semicolons part nothing.
    types = ",".join(parameter(text) for text in said.label.split(", ") if text)
    return f"{_NAMES[said.kind]}{f';TYPE={types}' if types else ''}:{escaped(said.value)}"


def _is_true(line: str, contact: Contact) -> bool:
    """Say whether a line that was kept still goes with the name, which may have been changed."""
    name, _, value = line.partition(":")
    if name.upper() not in ("N", "KIND") and not name.upper().startswith("N;"):
        return True
    if name.upper() == "KIND":
        return value.strip().lower() != "group"
    words = contact.name.casefold().split()
    parts = (word for part in split(value, ";") for word in unescaped(part).casefold().split())
    return all(word in words for word in parts)
