"""The vault header: which vault this is, and the sealed keys that open it.

Version 1, little endian; a vault with a password and a recovery code has 482 bytes:

      0  8     "PRIVATUS"
      8  u16   version (1)
     10  u16   oldest version that can read this (1)
     12  u32   bytes of the whole header (at most 65,536)
     16  16    vault id, random
     32  u64   sequence number, one more at every change
     40  u16   number of key slots
     42  u16   flags (0)
     44        the key slots, see slots.py
    ...  12    nonce        }  database entry: key 32 and salt 16 of the SQLCipher file, sealed with
    ...  64    sealed bytes }  ChaCha20-Poly1305, associated data "privatus/v1/database" | vault id
    ...  32    HMAC-SHA-256(header key, everything above)
    ...  32    SHA-256(everything above)

    database wrap key = HKDF-Expand(vault key, "privatus/v1/database")
    header key        = HKDF-Expand(vault key, "privatus/v1/header")

The first 16 bytes and the checksum at the end stay where they are in every later version, so that
an older program can tell a newer vault from a damaged one.  The checksum finds bit rot before any
key is known; only the HMAC holds against someone who means it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from privatus.core.errors import NewerVaultError, TamperedError, UserError
from privatus.core.secret import SecretBytes
from privatus.vault import slots
from privatus.vault.kdf import KEY_BYTES, KdfParameters, expand
from privatus.vault.memory import wipe
from privatus.vault.slots import SLOT_BYTES, Slot, SlotType

MAGIC = b"PRIVATUS"
VERSION = 1
MAX_BYTES = 65_536
VAULT_ID_BYTES = 16
DATABASE_SALT_BYTES = 16

_PRELUDE = struct.Struct("<8sHHI16sQHH")
_NONCE_BYTES = 12
_DATABASE_SECRET_BYTES = KEY_BYTES + DATABASE_SALT_BYTES
_DATABASE_ENTRY_BYTES = _NONCE_BYTES + _DATABASE_SECRET_BYTES + 16
_MAC_BYTES = 32
_CHECKSUM_BYTES = 32
_TAIL_BYTES = _DATABASE_ENTRY_BYTES + _MAC_BYTES + _CHECKSUM_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a header says, which nothing has authenticated before `verify` did."""

    vault_id: bytes
    sequence: int
    slots: tuple[Slot, ...]
    database_entry: bytes

    def slot(self, slot_type: SlotType) -> Slot:
        """Return the slot of this type.

        Raises:
            UserError: there is none.
        """
        for slot in self.slots:
            if slot.type is slot_type:
                return slot
        raise UserError(f"this vault has no {slot_type.name.lower()} slot")

    @property
    def kdf_parameters(self) -> KdfParameters:
        """Return what a guess of the password costs.

        Raises:
            UserError: no password opens this vault.
        """
        for slot in self.slots:
            if slot.parameters is not None:
                return slot.parameters
        raise UserError("this vault has no password slot")

    def with_slot(self, slot: Slot, *, above: int = 0) -> Header:
        """Return the next header, in which *slot* stands in place of the one of its type.

        Its sequence number is also higher than *above*.
        """
        others = (old for old in self.slots if old.type is not slot.type)
        changed = sorted((*others, slot), key=lambda one: one.type)
        sequence = max(self.sequence, above) + 1
        return replace(self, sequence=sequence, slots=tuple(changed))


def pack(header: Header, vault_key: SecretBytes) -> bytes:
    """Return the bytes of *header*, authenticated with *vault_key*."""
    total = _PRELUDE.size + SLOT_BYTES * len(header.slots) + _TAIL_BYTES
    body = _PRELUDE.pack(
        MAGIC, VERSION, VERSION, total, header.vault_id, header.sequence, len(header.slots), 0
    )
    body += b"".join(slot.pack() for slot in header.slots) + header.database_entry
    body += _mac(body, vault_key)
    return body + hashlib.sha256(body).digest()


def parse(raw: bytes) -> Header:
    """Return what *raw* says if it is whole; `verify` tells whether it is genuine.

    Raises:
        TamperedError: damaged, cut short, or not a header.
        NewerVaultError: whole, and written by a newer program.
    """
    if len(raw) < _PRELUDE.size + _CHECKSUM_BYTES or len(raw) > MAX_BYTES:
        raise TamperedError("the vault header is cut short or too long")
    magic, version, min_reader, total, *rest = _PRELUDE.unpack_from(raw)
    vault_id, sequence, n_slots, flags = rest
    if magic != MAGIC or total != len(raw):
        raise TamperedError("the vault header is damaged")
    checksum = hashlib.sha256(raw[:-_CHECKSUM_BYTES]).digest()
    if not hmac.compare_digest(checksum, raw[-_CHECKSUM_BYTES:]):
        raise TamperedError("the vault header is damaged")
    if version > VERSION or min_reader > VERSION:
        raise NewerVaultError(
            "this vault was written by a newer Privatus; update the program first"
        )
    slots_end = _PRELUDE.size + SLOT_BYTES * n_slots
    if (version, min_reader, flags) != (VERSION, VERSION, 0):
        raise TamperedError("the vault header cannot be read")
    if total != slots_end + _TAIL_BYTES:
        raise TamperedError("the vault header has the wrong length for its slots")
    return Header(
        vault_id=vault_id,
        sequence=sequence,
        slots=_parse_slots(raw[_PRELUDE.size : slots_end]),
        database_entry=raw[slots_end : slots_end + _DATABASE_ENTRY_BYTES],
    )


def verify(raw: bytes, vault_key: SecretBytes) -> None:
    """Check that the holder of *vault_key* wrote *raw*.

    Raises:
        TamperedError: someone else changed it.
    """
    body = raw[: -(_MAC_BYTES + _CHECKSUM_BYTES)]
    found = raw[len(body) : -_CHECKSUM_BYTES]
    if not hmac.compare_digest(_mac(body, vault_key), found):
        raise TamperedError("the vault header did not authenticate: it was changed")


def seal_database_entry(
    vault_id: bytes, vault_key: SecretBytes, key: SecretBytes, salt: bytes
) -> bytes:
    """Return the database's key and salt, sealed."""
    nonce = os.urandom(_NONCE_BYTES)
    plain = key.reveal() + salt
    with _database_wrap_key(vault_key) as wrap_key:
        sealed = ChaCha20Poly1305(wrap_key.reveal()).encrypt(nonce, plain, _database_data(vault_id))
    wipe(plain)
    return nonce + sealed


def open_database_entry(header: Header, vault_key: SecretBytes) -> tuple[SecretBytes, bytes]:
    """Return the database's key and salt.

    Raises:
        TamperedError: it was sealed for another vault, or changed.
    """
    nonce, sealed = header.database_entry[:_NONCE_BYTES], header.database_entry[_NONCE_BYTES:]
    plain = bytearray(_DATABASE_SECRET_BYTES)
    with _database_wrap_key(vault_key) as wrap_key:
        try:
            ChaCha20Poly1305(wrap_key.reveal()).decrypt_into(
                nonce, sealed, _database_data(header.vault_id), plain
            )
        except InvalidTag:
            raise TamperedError("the database key in the vault header was changed") from None
    key_part = plain[:KEY_BYTES]
    opened = SecretBytes(key_part), bytes(plain[KEY_BYTES:])
    wipe(plain, key_part)
    return opened


def _parse_slots(raw: bytes) -> tuple[Slot, ...]:
    parsed = tuple(
        slots.unpack(raw[start : start + SLOT_BYTES]) for start in range(0, len(raw), SLOT_BYTES)
    )
    # One slot a type: else a changed header could make one password cost many derivations.
    if len({slot.type for slot in parsed}) != len(parsed):
        raise TamperedError("the vault header has two key slots of one type")
    return parsed


def _mac(body: bytes, vault_key: SecretBytes) -> bytes:
    with expand(vault_key.reveal(), b"privatus/v1/header") as key:
        return hmac.digest(key.reveal(), body, "sha256")


def _database_wrap_key(vault_key: SecretBytes) -> SecretBytes:
    return expand(vault_key.reveal(), b"privatus/v1/database")


def _database_data(vault_id: bytes) -> bytes:
    return b"privatus/v1/database" + vault_id
