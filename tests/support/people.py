"""Made-up people: contacts, and others with a vault of their own."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

from privatus.core.contact import Contact, ContactField, FieldKind, PublicKeys
from privatus.vault import card
from support.vaults import ScratchVault


def contact(name: str, *, email: str = "", phone: str = "", **said: Any) -> Contact:
    fields = [ContactField(kind=FieldKind.EMAIL, value=email, label="work")] if email else []
    fields += [ContactField(kind=FieldKind.PHONE, value=phone)] if phone else []
    return Contact(name=name, fields=tuple(fields), **said)


def add(vault: ScratchVault, name: str, **said: Any) -> int:
    """Add a contact; return its id."""
    [made] = vault.vault.contacts.add(contact(name, **said)).after.contacts
    return made.id


def other_card(folder: Path, name: str, **said: Any) -> bytes:
    """Return the card of somebody with a vault of their own."""
    other = ScratchVault.create(folder)
    other.vault.identity.set(name=name, **said)
    raw = other.vault.identity.card()
    other.vault.lock()
    return raw


def keys_of(raw: bytes) -> PublicKeys:
    return card.read(raw).keys


def png(side: int = 8, height: int | None = None, shade: int = 120) -> bytes:
    """Return a small picture of one colour."""
    height = side if height is None else height
    rows = (b"\0" + bytes((shade, 90, 200)) * side) * height

    def chunk(name: bytes, said: bytes) -> bytes:
        body = name + said
        return struct.pack(">I", len(said)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
