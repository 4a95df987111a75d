"""The keys of a backup repository: one set an epoch, made from the vault key of that time.

An epoch is the number of a vault key, counted from 1; new keys of the vault begin the next one.

    master      = HKDF-Expand(vault key, "privatus/v1/repository" | repository id:16)
    id key      = HKDF-Expand(master, "privatus/v1/chunk-id")
    pack key    = HKDF-Expand(master, "privatus/v1/pack" | pack id:32)
    object key  = HKDF-Expand(master, "privatus/v1/object" | name)

    mac key     = HKDF-Expand(master, "privatus/v1/" | what it is for)

    chunk id    = HMAC-SHA-256(id key, kind:1 | bytes of the chunk)

A sealed object (index, manifest, tombstone, pin, lock), AES-256-GCM under its object key:

    "PVOB" | version:1 | kind:1 | epoch:2 | nonce:12 | ciphertext | tag:16
    associated data = its first 8 bytes | repository id:16 | name

A chunk in a pack, AES-256-GCM under the pack's key, ciphertext | tag:16:

    nonce = number of the record in the pack:12, associated data = chunk id:32 | kind:1

The footer of a pack: nonce = 12 bytes 0xFF,
associated data = first 8 bytes of the pack | repository id:16 | pack id:32.

A pack's id is random, so its key is used for one pack, and a nonce never twice. Numbers are little
endian.
"""

from __future__ import annotations

import hmac
import os
import struct
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault.kdf import expand

TAG_BYTES = 16
CHUNK_ID_BYTES = 32
_NONCE_BYTES = 12
_FOOTER_NONCE = b"\xff" * _NONCE_BYTES
_PRELUDE = struct.Struct("<4sBBH")
_MAGIC = b"PVOB"
_VERSION = 1
_KINDS = tuple(bytes((number,)) for number in range(256))


class PackCipher:
    """Seals and opens what one pack holds."""

    __slots__ = ("_cipher", "_footer_data")

    def __init__(self, key: SecretBytes, footer_data: bytes) -> None:
        self._cipher = AESGCM(bytes(key.reveal()))
        self._footer_data = footer_data

    def seal(self, number: int, chunk_id: bytes, kind: int, plain: bytes) -> bytes:
        """Return the record with this number."""
        nonce = number.to_bytes(_NONCE_BYTES, "little")
        return self._cipher.encrypt(nonce, plain, chunk_id + _KINDS[kind])

    def open(self, number: int, chunk_id: bytes, kind: int, record: bytes | memoryview) -> bytes:
        """Return the bytes of a chunk.

        Raises:
            TamperedError: it is not what was sealed as this chunk in this place.
        """
        nonce = number.to_bytes(_NONCE_BYTES, "little")
        try:
            return self._cipher.decrypt(nonce, record, chunk_id + _KINDS[kind])
        except (InvalidTag, ValueError):
            raise TamperedError("a chunk in a pack did not authenticate") from None

    def seal_footer(self, plain: bytes) -> bytes:
        """Return the sealed list of what the pack holds."""
        return self._cipher.encrypt(_FOOTER_NONCE, plain, self._footer_data)

    def open_footer(self, sealed: bytes) -> bytes:
        """Return the list of what the pack holds.

        Raises:
            TamperedError: it is not the list of this pack.
        """
        try:
            return self._cipher.decrypt(_FOOTER_NONCE, sealed, self._footer_data)
        except (InvalidTag, ValueError):
            raise TamperedError("the list in a pack did not authenticate") from None


class RepositoryKeys:
    """The holder of a repository's keys while it is open; `wipe` ends that."""

    def __init__(self, repository_id: bytes, vault_keys: Sequence[SecretBytes]) -> None:
        """Take the vault's keys, the oldest first; they stay the caller's."""
        self.repository_id = repository_id
        info = b"privatus/v1/repository" + repository_id
        self._masters = [expand(key.reveal(), info) for key in vault_keys]
        self._id_keys = [expand(key.reveal(), b"privatus/v1/chunk-id") for key in self._masters]

    @property
    def epoch(self) -> int:
        """Return the epoch that seals; earlier ones only open."""
        return len(self._masters)

    def chunk_id(self, kind: int, plain: bytes) -> bytes:
        """Return what a chunk is known by in this epoch."""
        return hmac.digest(self._id_keys[-1].reveal(), _KINDS[kind] + plain, "sha256")

    def is_chunk(self, epoch: int, chunk_id: bytes, kind: int, plain: bytes) -> bool:
        """Say whether *plain* is the chunk that was known by this id in an epoch.

        Raises:
            TamperedError: it is of an epoch that there was not.
        """
        key = self._of_epoch(epoch, self._id_keys)
        found = hmac.digest(key.reveal(), _KINDS[kind] + plain, "sha256")
        return hmac.compare_digest(found, chunk_id)

    def pack_cipher(self, prelude: bytes, epoch: int, pack_id: bytes) -> PackCipher:
        """Return the cipher of the pack with this id and these first 8 bytes.

        Raises:
            TamperedError: it is of an epoch that there was not.
        """
        with expand(self._master(epoch).reveal(), b"privatus/v1/pack" + pack_id) as key:
            return PackCipher(key, prelude + self.repository_id + pack_id)

    def mac(self, epoch: int, purpose: bytes, said: bytes) -> bytes:
        """Return what proves that a holder of the keys has written *said*, 32 bytes.

        Raises:
            TamperedError: it is of an epoch that there was not.
        """
        with expand(self._master(epoch).reveal(), b"privatus/v1/" + purpose) as key:
            return hmac.digest(key.reveal(), said, "sha256")

    def seal_object(self, name: str, kind: int, payload: bytes) -> bytes:
        """Return the object that is stored under *name*."""
        prelude = _PRELUDE.pack(_MAGIC, _VERSION, kind, self.epoch)
        nonce = os.urandom(_NONCE_BYTES)
        with self._object_key(self.epoch, name) as key:
            sealed = AESGCM(key.reveal()).encrypt(nonce, payload, self._data(prelude, name))
        return prelude + nonce + sealed

    def open_object(self, name: str, kind: int, raw: bytes) -> bytes:
        """Return the payload of the object that lies under *name*.

        Raises:
            TamperedError: it is damaged, of another name or kind, or of another repository.
        """
        start = _PRELUDE.size + _NONCE_BYTES
        if len(raw) < start + TAG_BYTES:
            raise TamperedError(f"{name} of the backup repository is cut short")
        prelude = raw[: _PRELUDE.size]
        magic, version, found, epoch = _PRELUDE.unpack(prelude)
        if (magic, version, found) != (_MAGIC, _VERSION, kind):
            raise TamperedError(f"{name} of the backup repository is damaged")
        nonce, sealed = raw[_PRELUDE.size : start], raw[start:]
        with self._object_key(epoch, name) as key:
            try:
                return AESGCM(key.reveal()).decrypt(nonce, sealed, self._data(prelude, name))
            except InvalidTag:
                raise TamperedError(
                    f"{name} of the backup repository did not authenticate"
                ) from None

    def wipe(self) -> None:
        """Overwrite every key."""
        for key in (*self._masters, *self._id_keys):
            key.wipe()

    def _master(self, epoch: int) -> SecretBytes:
        return self._of_epoch(epoch, self._masters)

    def _of_epoch(self, epoch: int, keys: Sequence[SecretBytes]) -> SecretBytes:
        if not 1 <= epoch <= len(keys):
            raise TamperedError("a part of the backup repository is of keys that there were not")
        return keys[epoch - 1]

    def _object_key(self, epoch: int, name: str) -> SecretBytes:
        return expand(self._master(epoch).reveal(), b"privatus/v1/object" + name.encode("ascii"))

    def _data(self, prelude: bytes, name: str) -> bytes:
        return prelude + self.repository_id + name.encode("ascii")
