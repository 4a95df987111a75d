"""Key slots: one way each to the vault key, by a password or by the recovery code.

One slot, version 1, 149 bytes, little endian:

      0  u16   bytes of this slot, this field included (149)
      2  u8    type: 1 password, 2 recovery code
      3  u8    state: 1 in use
      4  u16   slot id
      6  u64   created at, unix milliseconds
     14  u8    suite: 1 ChaCha20-Poly1305
     15  u8    kdf: 1 Argon2id, 2 HKDF-SHA-256 (what is random already needs no slow one)
     16  u32   Argon2id memory in KiB  }
     20  u32   Argon2id passes         }  0 with HKDF
     24  u8    Argon2id lanes          }
     25  32    salt
     57  32    commitment
     89  12    nonce
    101  48    vault key, sealed (ciphertext 32, tag 16)

    slot key            = Argon2id(password, salt)  or  HKDF(code, salt, "privatus/v1/recovery")
    commitment          = HKDF-Expand(slot key, "privatus/v1/slot-commitment" | A)
    wrap key            = HKDF-Expand(slot key, "privatus/v1/slot-wrap" | A)
    A, associated data  = "privatus/v1/slot" | vault id | bytes 0 to 56 of the slot

The commitment is compared before anything is opened: without it one could craft a slot that opens
under many passwords at once.  A holds everything that says how the key is made, so none of it can
be changed, and no slot can be moved to another vault.
"""

from __future__ import annotations

import hmac
import os
import struct
from dataclasses import dataclass, replace
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privatus.core import clock
from privatus.core.errors import AccessError, TamperedError, UsageError
from privatus.core.secret import SecretBytes
from privatus.vault.kdf import (
    KEY_BYTES,
    SALT_BYTES,
    KdfParameters,
    derive_password_key,
    expand,
)

_LAYOUT = struct.Struct("<HBBHQBBIIB32s32s12s48s")
SLOT_BYTES = _LAYOUT.size
_AUTHENTICATED_BYTES = 57
_STATE_IN_USE = 1
_SUITE_CHACHA20_POLY1305 = 1
_KDF_ARGON2ID = 1
_KDF_HKDF = 2
_NONCE_BYTES = 12
_COMMITMENT_BYTES = 32
_SEALED_BYTES = KEY_BYTES + 16


class SlotType(IntEnum):
    """What opens a slot."""

    PASSWORD = 1
    RECOVERY = 2


_WRONG = {
    SlotType.PASSWORD: "the password is wrong",
    SlotType.RECOVERY: "the recovery code is not the one of this vault",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One way to the vault key, as it stands in the header."""

    type: SlotType
    id: int
    created_at_ms: int
    parameters: KdfParameters | None  # None: HKDF
    salt: bytes
    commitment: bytes
    nonce: bytes
    sealed: bytes

    def pack(self) -> bytes:
        """Return the bytes of this slot."""
        parameters = self.parameters
        return _LAYOUT.pack(
            SLOT_BYTES,
            self.type,
            _STATE_IN_USE,
            self.id,
            self.created_at_ms,
            _SUITE_CHACHA20_POLY1305,
            _KDF_HKDF if parameters is None else _KDF_ARGON2ID,
            0 if parameters is None else parameters.memory_kib,
            0 if parameters is None else parameters.passes,
            0 if parameters is None else parameters.lanes,
            self.salt,
            self.commitment,
            self.nonce,
            self.sealed,
        )

    def open(self, vault_id: bytes, secret: SecretBytes) -> SecretBytes:
        """Return the vault key that *secret*, a password or the bytes of a code, leads to.

        Raises:
            AccessError: the secret is wrong.
            TamperedError: the secret is right, the slot was changed.
            DeviceError: the machine cannot spare the memory.
        """
        data = _associated_data(vault_id, self)
        vault_key = SecretBytes(bytes(KEY_BYTES))
        with _slot_key(self, secret) as slot_key, _wrap_key(slot_key, data) as wrap_key:
            if not hmac.compare_digest(_commitment(slot_key, data), self.commitment):
                raise AccessError(_WRONG[self.type])
            try:
                ChaCha20Poly1305(wrap_key.reveal()).decrypt_into(
                    self.nonce, self.sealed, data, vault_key.reveal()
                )
            except InvalidTag:
                raise TamperedError("the key slot in the vault header was changed") from None
        return vault_key


def unpack(raw: bytes) -> Slot:
    """Return the slot in *raw*, which nothing has authenticated yet.

    Raises:
        TamperedError: no version 1 slot reads like this.
    """
    if len(raw) != SLOT_BYTES:
        raise TamperedError("a key slot in the vault header is cut short")
    length, type_number, state, slot_id, created_at_ms, suite, kdf, *rest = _LAYOUT.unpack(raw)
    memory_kib, passes, lanes, salt, commitment, nonce, sealed = rest
    if (length, state, suite) != (SLOT_BYTES, _STATE_IN_USE, _SUITE_CHACHA20_POLY1305):
        raise TamperedError("a key slot in the vault header cannot be read")
    return Slot(
        type=_slot_type(type_number),
        id=slot_id,
        created_at_ms=created_at_ms,
        parameters=_parameters(type_number, kdf, (memory_kib, passes, lanes)),
        salt=salt,
        commitment=commitment,
        nonce=nonce,
        sealed=sealed,
    )


def password_slot(
    vault_id: bytes, vault_key: SecretBytes, password: SecretBytes, parameters: KdfParameters
) -> Slot:
    """Return a new slot that opens with *password*."""
    return _make(SlotType.PASSWORD, parameters, vault_id, vault_key, password)


def recovery_slot(vault_id: bytes, vault_key: SecretBytes, code: SecretBytes) -> Slot:
    """Return a new slot that opens with the 20 bytes of a recovery code."""
    return _make(SlotType.RECOVERY, None, vault_id, vault_key, code)


def _make(
    slot_type: SlotType,
    parameters: KdfParameters | None,
    vault_id: bytes,
    vault_key: SecretBytes,
    secret: SecretBytes,
) -> Slot:
    blank = Slot(
        type=slot_type,
        # A vault has one slot of each type, so the type's number serves as the slot's.
        id=slot_type,
        created_at_ms=clock.now_ms(),
        parameters=parameters,
        salt=os.urandom(SALT_BYTES),
        commitment=bytes(_COMMITMENT_BYTES),
        nonce=os.urandom(_NONCE_BYTES),
        sealed=bytes(_SEALED_BYTES),
    )
    data = _associated_data(vault_id, blank)
    with _slot_key(blank, secret) as slot_key, _wrap_key(slot_key, data) as wrap_key:
        return replace(
            blank,
            commitment=_commitment(slot_key, data),
            sealed=ChaCha20Poly1305(wrap_key.reveal()).encrypt(
                blank.nonce, vault_key.reveal(), data
            ),
        )


def _associated_data(vault_id: bytes, slot: Slot) -> bytes:
    return b"privatus/v1/slot" + vault_id + slot.pack()[:_AUTHENTICATED_BYTES]


def _slot_key(slot: Slot, secret: SecretBytes) -> SecretBytes:
    if slot.parameters is not None:
        return derive_password_key(secret, slot.salt, slot.parameters)
    key = SecretBytes(bytes(KEY_BYTES))
    HKDF(SHA256(), KEY_BYTES, slot.salt, b"privatus/v1/recovery").derive_into(
        secret.reveal(), key.reveal()
    )
    return key


def _commitment(slot_key: SecretBytes, data: bytes) -> bytes:
    return bytes(expand(slot_key.reveal(), b"privatus/v1/slot-commitment" + data).reveal())


def _wrap_key(slot_key: SecretBytes, data: bytes) -> SecretBytes:
    return expand(slot_key.reveal(), b"privatus/v1/slot-wrap" + data)


def _slot_type(number: int) -> SlotType:
    try:
        return SlotType(number)
    except ValueError:
        raise TamperedError("a key slot in the vault header is of an unknown type") from None


def _parameters(type_number: int, kdf: int, numbers: tuple[int, int, int]) -> KdfParameters | None:
    """Return checked Argon2id parameters, or None for the recovery code's HKDF.

    Checked here, before anyone runs them: a changed header must not eat the machine's memory.
    """
    if (type_number, kdf, numbers) == (SlotType.RECOVERY, _KDF_HKDF, (0, 0, 0)):
        return None
    if (type_number, kdf) != (SlotType.PASSWORD, _KDF_ARGON2ID):
        raise TamperedError("a key slot in the vault header has the wrong key derivation")
    memory_kib, passes, lanes = numbers
    try:
        return KdfParameters(memory_kib=memory_kib, passes=passes, lanes=lanes)
    except UsageError:
        raise TamperedError(
            "a key slot in the vault header asks for more than any vault may"
        ) from None
