"""Seals rows: one row, one key; the key binds all that must not change.

seal column, version 1, 37 bytes:   version:1 | key id:4 | salt:16 | commitment:16
sealed column:                      ciphertext:n | tag:16       [AES-256-GCM]
what is encrypted:                  encoding:1 (0 raw, 1 zstd) | value

    row key:32 | commitment:16 = BLAKE2b-384(key, salt | context)          [RFC 7693]
    context = vault id:16 | table:2 | row id:8 | present columns:4 | clear columns:n
    nonce of a column = its place in the table's registry entry:12

A zstd frame [RFC 8878] is without its magic number, its checksum and the id of its dictionary,
which is text_v1.dict, and carries the size of its content.

All numbers are little endian. The salt is new at every write, so a row key is used for one
write only, and a nonce never twice under one key. The context is hashed into the key: a value
that was moved to another row, table or vault, set to NULL, mixed with another revision, or
whose clear columns were edited does not open. The commitment makes the key unique: no two keys
open the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from collections.abc import Sequence
from functools import cache
from hmac import compare_digest
from importlib.resources import files
from typing import Final, Literal

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault.memory import wipe

_VERSION = 1
_SALT_BYTES = 16
SEAL_BYTES = 1 + 4 + _SALT_BYTES + 16
_TAG_BYTES = 16
_PERSON = b"privatus row v1"
_NONCES = tuple(number.to_bytes(12, "little") for number in range(32))
_FIRST_NONCE = _NONCES[0]
_pack_place = struct.Struct("<qI").pack
# Below this, a zstd frame costs more than it saves.
_MIN_COMPRESSED_BYTES = 24

# Measured on messages of 880 bytes: level 2 takes 5 µs and leaves 508 bytes, 3 takes 6 and
# leaves 504, 1 takes 4 and leaves 521.
_LEVEL = 2
_USUAL_VALUE_BYTES = 600

# A value that is in the row but was not read: present for the context, not opened.
PRESENT: Final = True
Sealed = bytes | None | Literal[True]


class RowCipher:
    """Seals and opens the rows of one table under one key."""

    __slots__ = ("_place", "_prefix", "_start", "key_id")

    def __init__(self, *, vault_id: bytes, key_id: int, key: bytes | bytearray, table: int) -> None:
        self.key_id = key_id
        self._prefix = bytes((_VERSION,)) + key_id.to_bytes(4, "little")
        self._start = hashlib.blake2b(digest_size=48, key=key, person=_PERSON).copy
        self._place = vault_id + table.to_bytes(2, "little")

    def seal(
        self, row_id: int, clear: bytes, values: Sequence[bytes | None]
    ) -> tuple[bytes, list[bytes | None]]:
        """Return the seal column and the sealed columns of *values*; None stays None."""
        salt = os.urandom(_SALT_BYTES)
        present = 0
        for number, value in enumerate(values):
            if value is not None:
                present |= 1 << number
        keys = self._derive(salt, row_id, present, clear)
        encrypt = AESGCM(keys[:32]).encrypt
        sealed = [
            None if value is None else encrypt(_NONCES[number], _pack(value), None)
            for number, value in enumerate(values)
        ]
        return self._prefix + salt + keys[32:], sealed

    def seal_one(self, row_id: int, clear: bytes, value: bytes) -> tuple[bytes, bytes]:
        """Return what `seal` does for a single value, in four fifths of the time."""
        salt = os.urandom(_SALT_BYTES)
        keys = self._derive(salt, row_id, 1, clear)
        sealed = AESGCM(keys[:32]).encrypt(_FIRST_NONCE, _pack(value), None)
        return self._prefix + salt + keys[32:], sealed

    def seal_secret(self, row_id: int, clear: bytes, secret: SecretBytes) -> tuple[bytes, bytes]:
        """Return what `seal_one` does, and leave no copy of *secret* in memory."""
        salt = os.urandom(_SALT_BYTES)
        keys = self._derive(salt, row_id, 1, clear)
        packed = bytearray(1 + len(secret))
        packed[1:] = secret.reveal()
        try:
            sealed = AESGCM(keys[:32]).encrypt(_FIRST_NONCE, packed, None)
        finally:
            wipe(packed)
        return self._prefix + salt + keys[32:], sealed

    def open_secret(self, seal: bytes, row_id: int, clear: bytes, sealed: bytes) -> SecretBytes:
        """Return what `seal_secret` has sealed.

        Raises:
            TamperedError: the row is not what was sealed.
        """
        key = self._key_of(seal, row_id, 1, clear)
        packed = bytearray(max(0, len(sealed) - _TAG_BYTES))
        try:
            AESGCM(key).decrypt_into(_FIRST_NONCE, sealed, None, packed)
        except (InvalidTag, ValueError):
            raise TamperedError("a sealed value did not authenticate") from None
        else:
            _require_raw(packed)
            with memoryview(packed) as view, view[1:] as secret:
                return SecretBytes(secret)
        finally:
            wipe(packed)

    def open(
        self, seal: bytes, row_id: int, clear: bytes, values: Sequence[Sealed]
    ) -> list[bytes | None]:
        """Return the values of one row; what was given as PRESENT or None comes as None.

        Raises:
            TamperedError: the row is not what was sealed.
        """
        present = 0
        for number, value in enumerate(values):
            if value is not None:
                present |= 1 << number
        decrypt = AESGCM(self._key_of(seal, row_id, present, clear)).decrypt
        try:
            return [
                _unpack(decrypt(_NONCES[number], value, None)) if isinstance(value, bytes) else None
                for number, value in enumerate(values)
            ]
        except (InvalidTag, ValueError):
            raise TamperedError("a sealed value did not authenticate") from None

    def open_one(self, seal: bytes, row_id: int, clear: bytes, sealed: bytes) -> bytes:
        """Return what `open` does for a single value, in four fifths of the time.

        Raises:
            TamperedError: the row is not what was sealed.
        """
        key = self._key_of(seal, row_id, 1, clear)
        try:
            return _unpack(AESGCM(key).decrypt(_FIRST_NONCE, sealed, None))
        except (InvalidTag, ValueError):
            raise TamperedError("a sealed value did not authenticate") from None

    def _key_of(self, seal: bytes, row_id: int, present: int, clear: bytes) -> bytes:
        """Return the key of a row, if its seal is of what the row now is."""
        if seal[:5] != self._prefix:
            raise TamperedError("a row carries the seal of another key or version")
        keys = self._derive(seal[5:21], row_id, present, clear)
        # A seal of another length fails here, too.
        if not compare_digest(keys[32:], seal[21:]):
            raise TamperedError("a row is not what was sealed: moved, edited or damaged")
        return keys[:32]

    def _derive(self, salt: bytes, row_id: int, present: int, clear: bytes) -> bytes:
        state = self._start()
        state.update(salt + self._place + _pack_place(row_id, present) + clear)
        return state.digest()


def key_id_of(seal: bytes) -> int:
    """Return the id of the key that a row was sealed with.

    Raises:
        TamperedError: this is no seal.
    """
    if len(seal) != SEAL_BYTES or seal[0] != _VERSION:
        raise TamperedError("a row carries no seal that this version knows")
    return int.from_bytes(seal[1:5], "little")


class _Codec(threading.local):
    """The zstd contexts of one thread; they must not be shared."""

    def __init__(self) -> None:
        dictionary, parameters = _dictionary()
        self.compress = zstandard.ZstdCompressor(
            dict_data=dictionary, compression_params=parameters
        ).compress
        self.decompress = zstandard.ZstdDecompressor(
            dict_data=dictionary, format=zstandard.FORMAT_ZSTD1_MAGICLESS
        ).decompress


@cache
def _dictionary() -> tuple[zstandard.ZstdCompressionDict, zstandard.ZstdCompressionParameters]:
    """Return dictionary 1, whose bytes are part of the vault format and never change."""
    content = (files("privatus.vault") / "text_v1.dict").read_bytes()
    dictionary = zstandard.ZstdCompressionDict(content)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL,
        source_size=_USUAL_VALUE_BYTES,
        dict_size=len(content),
        format=zstandard.FORMAT_ZSTD1_MAGICLESS,
        write_checksum=False,
        write_dict_id=False,
    )
    dictionary.precompute_compress(compression_params=parameters)
    return dictionary, parameters


_codec = _Codec()


def _pack(value: bytes) -> bytes:
    if len(value) >= _MIN_COMPRESSED_BYTES:
        packed = _codec.compress(value)
        if len(packed) < len(value):
            return b"\x01" + packed
    return b"\x00" + value


def _unpack(value: bytes) -> bytes:
    if value.startswith(b"\x01"):
        try:
            return _codec.decompress(value[1:])
        except zstandard.ZstdError:
            raise TamperedError("a sealed value does not unpack") from None
    _require_raw(value)
    return value[1:]


def _require_raw(value: bytes | bytearray) -> None:
    if not value.startswith(b"\x00"):
        raise TamperedError("a sealed value has an encoding that this version does not know")
