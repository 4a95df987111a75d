"""What opens a backup repository: the vault's header, and the vault's former keys behind it.

    "PVKY" | version:1 | 0:1 | bytes of the header:2 | the header, see header.py
    | epoch:2 | nonce:12 | former vault keys, 32 bytes each, the oldest first, sealed | tag:16

    key             = HKDF-Expand(vault key, "privatus/v1/repository-keys" | repository id:16)
    associated data = "privatus/v1/repository-keys" | config of the repository | all before the
                      nonce                                              [ChaCha20-Poly1305]

So it opens with the password or the recovery code that opens the vault, and the repository's
config, which nothing else authenticates, is bound to it. Numbers are little endian.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault import header
from privatus.vault.header import Header
from privatus.vault.kdf import KEY_BYTES, expand
from privatus.vault.memory import wipe
from privatus.vault.slots import SlotType

_PRELUDE = struct.Struct("<4sBBH")
_EPOCH = struct.Struct("<H")
_MAGIC = b"PVKY"
_VERSION = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16
_DAMAGED = "the keys of the backup repository are damaged"


@dataclass(frozen=True, slots=True)
class KeyObject:
    """A key object that was read, and not opened yet."""

    header_bytes: bytes
    header: Header
    _clear: bytes
    _nonce: bytes
    _sealed: bytes

    def open(
        self, config: bytes, repository_id: bytes, secret: SecretBytes, slot_type: SlotType
    ) -> list[SecretBytes]:
        """Return all vault keys that *secret*, a password or a code's bytes, leads to.

        The oldest is first; the last one is the vault key of the header.

        Raises:
            AccessError: the secret is wrong.
            UserError: nothing of that type opens this repository.
            TamperedError: the secret is right, the object or the config was changed.
        """
        vault_key = self.header.slot(slot_type).open(self.header.vault_id, secret)
        try:
            header.verify(self.header_bytes, vault_key)
            former = self._former(config, repository_id, vault_key)
        except BaseException:
            vault_key.wipe()
            raise
        return [*former, vault_key]

    def check(self, config: bytes, repository_id: bytes, vault_key: SecretBytes) -> None:
        """Check that the holder of *vault_key* made this object and its config.

        Raises:
            TamperedError: somebody else did, or changed it.
        """
        header.verify(self.header_bytes, vault_key)
        for key in self._former(config, repository_id, vault_key):
            key.wipe()

    def _former(
        self, config: bytes, repository_id: bytes, vault_key: SecretBytes
    ) -> list[SecretBytes]:
        plain = bytearray(len(self._sealed) - _TAG_BYTES)
        with _key(vault_key, repository_id) as key:
            try:
                ChaCha20Poly1305(key.reveal()).decrypt_into(
                    self._nonce, self._sealed, _data(config, self._clear), plain
                )
            except (InvalidTag, ValueError):
                raise TamperedError("the keys of the backup repository were changed") from None
        starts = range(0, len(plain), KEY_BYTES)
        with memoryview(plain) as view:
            former = [SecretBytes(view[start : start + KEY_BYTES]) for start in starts]
        wipe(plain)
        return former


def make(
    config: bytes, repository_id: bytes, header_bytes: bytes, vault_keys: Sequence[SecretBytes]
) -> bytes:
    """Return the key object for a vault with this header; its vault key is the last one."""
    *former, vault_key = vault_keys
    clear = _PRELUDE.pack(_MAGIC, _VERSION, 0, len(header_bytes)) + header_bytes
    clear += _EPOCH.pack(len(vault_keys))
    nonce = os.urandom(_NONCE_BYTES)
    plain = bytearray().join(key.reveal() for key in former)
    with _key(vault_key, repository_id) as key:
        sealed = ChaCha20Poly1305(key.reveal()).encrypt(nonce, plain, _data(config, clear))
    wipe(plain)
    return clear + nonce + sealed


def parse(raw: bytes) -> KeyObject:
    """Return what *raw* says, which nothing has authenticated yet.

    Raises:
        TamperedError: damaged, cut short, or no key object.
        NewerVaultError: a newer program wrote the header in it.
    """
    if len(raw) < _PRELUDE.size:
        raise TamperedError(_DAMAGED)
    magic, version, zero, n_header = _PRELUDE.unpack_from(raw)
    clear_end = _PRELUDE.size + n_header + _EPOCH.size
    sealed_start = clear_end + _NONCE_BYTES
    if (magic, version, zero) != (_MAGIC, _VERSION, 0) or len(raw) < sealed_start + _TAG_BYTES:
        raise TamperedError(_DAMAGED)
    header_bytes = raw[_PRELUDE.size : _PRELUDE.size + n_header]
    (epoch,) = _EPOCH.unpack_from(raw, clear_end - _EPOCH.size)
    if len(raw) != sealed_start + (epoch - 1) * KEY_BYTES + _TAG_BYTES:
        raise TamperedError(_DAMAGED)
    return KeyObject(
        header_bytes,
        header.parse(header_bytes),
        raw[:clear_end],
        raw[clear_end:sealed_start],
        raw[sealed_start:],
    )


def _key(vault_key: SecretBytes, repository_id: bytes) -> SecretBytes:
    return expand(vault_key.reveal(), b"privatus/v1/repository-keys" + repository_id)


def _data(config: bytes, clear: bytes) -> bytes:
    return b"privatus/v1/repository-keys" + config + clear
