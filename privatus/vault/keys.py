"""The keys of an open vault, below the vault key: scopes, containers, tables, search, blobs.

    vault key ──wraps──► scope key ──HKDF──► table keys, search key, blob key, tag key
                             └──wraps──► container keys: one a conversation

A scope that got a new key knows the former ones: files and rows that were sealed under them
before stay as they are.

A wrapped key in key_store, 60 bytes:   nonce:12 | ciphertext:32 | tag:16     [AES-256-GCM]
Its associated data:
    "privatus/v1/key" | vault id:16 | key id:4 | kind:1 | parent key id:4 | state:1
"""

from __future__ import annotations

import hashlib
import os
import struct
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault.kdf import expand
from privatus.vault.sealing import RowCipher, key_id_of
from privatus.vault.unlock import Opened

_NONCE_BYTES = 12


class KeyKind(IntEnum):
    """What a key in key_store is for."""

    SCOPE = 1
    CONTAINER = 2


class KeyState(IntEnum):
    """Whether a key in key_store still seals, or only opens what it has sealed."""

    ACTIVE = 1
    RETIRED = 2


class Keys:
    """The only holder of keys while a vault is open; `wipe` ends that."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._wrapping = expand(opened.vault_key.reveal(), b"privatus/v1/scope-wrap")
        self._scopes: dict[int, Scope] = {}

    @property
    def opened(self) -> Opened:
        """Return what the header opened to, for changing its slots."""
        return self._opened

    @property
    def vault_id(self) -> bytes:
        return self._opened.vault_id

    def database_keyspec(self) -> bytearray:
        """Return the text that SQLCipher takes as raw key and salt; the caller wipes it."""
        return keyspec(self._opened.database_key.reveal() + self._opened.database_salt)

    def new_scope(self, key_id: int, former: tuple[Scope, ...] = ()) -> tuple[Scope, bytes]:
        """Make a scope with a new key; return it and its wrapped key for key_store."""
        with SecretBytes(os.urandom(32)) as key:
            data = _associated_data(self.vault_id, key_id, KeyKind.SCOPE, 0)
            wrapped = _wrap(self._wrapping, key, data)
        return self.scope(key_id, wrapped, former), wrapped

    def scope(
        self,
        key_id: int,
        wrapped: bytes,
        former: tuple[Scope, ...] = (),
        state: KeyState = KeyState.ACTIVE,
    ) -> Scope:
        """Return the scope whose key is *wrapped*, and whose keys before were those of *former*.

        Raises:
            TamperedError: it was not wrapped by this vault as this key.
        """
        if key_id not in self._scopes:
            data = _associated_data(self.vault_id, key_id, KeyKind.SCOPE, 0, state)
            key = _unwrap(self._wrapping, wrapped, data)
            self._scopes[key_id] = Scope(self.vault_id, key_id, key, former)
        return self._scopes[key_id]

    def retire_scope(self, scope: Scope) -> bytes:
        """Return the key of *scope*, which another vault key had wrapped, wrapped as retired."""
        return scope.retired_by(self._wrapping)

    def wipe(self) -> None:
        """Overwrite every key."""
        for scope in self._scopes.values():
            scope.wipe()
        self._scopes.clear()
        self._wrapping.wipe()
        self._opened.wipe()


class Scope:
    """What the holder of one scope key can open."""

    def __init__(
        self, vault_id: bytes, key_id: int, key: SecretBytes, former: tuple[Scope, ...] = ()
    ) -> None:
        self.key_id = key_id
        self.former = former  # the oldest first
        self._vault_id = vault_id
        self._key = key
        self._wrapping = expand(key.reveal(), b"privatus/v1/container-wrap")
        self._tag_key = expand(key.reveal(), b"privatus/v1/tag")
        self.blob_key = expand(key.reveal(), b"privatus/v1/blob")

    @property
    def vault_id(self) -> bytes:
        return self._vault_id

    def identity_wrapping(self, key_id: int) -> SecretBytes:
        """Return what wraps an identity's private keys under the scope key with this id.

        Raises:
            TamperedError: the scope never had such a key.
        """
        if key_id == self.key_id:
            return expand(self._key.reveal(), b"privatus/v1/identity-wrap")
        for scope in self.former:
            if scope.key_id == key_id:
                return scope.identity_wrapping(key_id)
        raise TamperedError("the keys of the identity are wrapped by a key that is not there")

    def retired_by(self, wrapping: SecretBytes) -> bytes:
        """Return this scope's key as a retired one, wrapped as a vault key wraps scopes."""
        data = _associated_data(self._vault_id, self.key_id, KeyKind.SCOPE, 0, KeyState.RETIRED)
        return _wrap(wrapping, self._key, data)

    def table_cipher(self, table: int) -> RowCipher:
        """Return the cipher that seals rows of *table* that belong to no container."""
        info = b"privatus/v1/table" + table.to_bytes(2, "little")
        with expand(self._key.reveal(), info) as key:
            return RowCipher(
                vault_id=self._vault_id, key_id=self.key_id, key=key.reveal(), table=table
            )

    def opening_cipher(self, table: int, seal: bytes) -> RowCipher:
        """Return the cipher that *seal* names: of this key of the scope, or of a former one."""
        sealed_by = key_id_of(seal)
        for scope in self.former:
            if scope.key_id == sealed_by:
                return scope.table_cipher(table)
        return self.table_cipher(table)

    @property
    def blob_keys(self) -> tuple[SecretBytes, ...]:
        """Return the keys that attachment files are sealed under, the present one first."""
        return (self.blob_key, *(scope.blob_key for scope in reversed(self.former)))

    def new_container(self, key_id: int) -> tuple[Container, bytes]:
        """Make a container with a new key; return it and its wrapped key for key_store."""
        key = SecretBytes(os.urandom(32))
        wrapped = _wrap(self._wrapping, key, self._container_data(key_id))
        return Container(self._vault_id, key_id, key), wrapped

    def container(self, key_id: int, wrapped: bytes) -> Container:
        """Return the container whose key is *wrapped*.

        Raises:
            TamperedError: it was not wrapped by this scope as this key.
        """
        key = _unwrap(self._wrapping, wrapped, self._container_data(key_id))
        return Container(self._vault_id, key_id, key)

    def adopt_container(self, key_id: int, wrapped: bytes, former: Scope) -> bytes:
        """Return a container's key, which *former* had wrapped, wrapped by this scope.

        Raises:
            TamperedError: *former* did not wrap it as this key.
        """
        with _unwrap(former._wrapping, wrapped, former._container_data(key_id)) as key:
            return _wrap(self._wrapping, key, self._container_data(key_id))

    def _container_data(self, key_id: int) -> bytes:
        return _associated_data(self._vault_id, key_id, KeyKind.CONTAINER, self.key_id)

    def search_keyspec(self) -> bytearray:
        """Return the text that SQLCipher takes as key and salt of the index; caller wipes it."""
        with expand(self._key.reveal(), b"privatus/v1/search", 48) as key:
            return keyspec(key.reveal())

    def search_salt(self) -> bytes:
        """Return the salt in the search key, with which the index file begins."""
        with expand(self._key.reveal(), b"privatus/v1/search", 48) as key:
            return bytes(key.reveal()[32:])

    def tag(self, purpose: bytes, value: bytes) -> bytes:
        """Return 16 bytes that are equal for equal values and tell nothing else without the key.

        *purpose* (at most 16 bytes) keeps tags of different columns apart. The first key of the
        scope makes them for ever, so that what is imported again is known again.
        """
        oldest: Scope = self.former[0] if self.former else self
        return hashlib.blake2b(
            value, key=oldest._tag_key.reveal(), person=purpose, digest_size=16
        ).digest()

    def wipe(self) -> None:
        """Overwrite every key."""
        for key in (self._key, self._wrapping, self._tag_key, self.blob_key):
            key.wipe()


class Container:
    """The key of one conversation: its rows in every table are sealed under it."""

    __slots__ = ("_key", "_vault_id", "key_id")

    def __init__(self, vault_id: bytes, key_id: int, key: SecretBytes) -> None:
        self.key_id = key_id
        self._vault_id = vault_id
        self._key = key

    def cipher(self, table: int) -> RowCipher:
        """Return the cipher for this container's rows of *table*."""
        return RowCipher(
            vault_id=self._vault_id, key_id=self.key_id, key=self._key.reveal(), table=table
        )

    def archive_key(self) -> SecretBytes:
        """Return the key of the archive files that this conversation was moved to."""
        return expand(self._key.reveal(), b"privatus/v1/archive")


def keyspec(key_and_salt: bytes | bytearray) -> bytearray:
    """Return SQLCipher's text form of a 32-byte raw key and a 16-byte salt: x'<96 hex>'."""
    text = bytearray(b"x'")
    text += key_and_salt.hex().encode("ascii")
    text += b"'"
    return text


def _associated_data(
    vault_id: bytes, key_id: int, kind: KeyKind, parent: int, state: KeyState = KeyState.ACTIVE
) -> bytes:
    return b"privatus/v1/key" + vault_id + struct.pack("<IBIB", key_id, kind, parent, state)


def _wrap(wrapping: SecretBytes, key: SecretBytes, data: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(wrapping.reveal()).encrypt(nonce, bytes(key.reveal()), data)


def _unwrap(wrapping: SecretBytes, wrapped: bytes, data: bytes) -> SecretBytes:
    nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    try:
        return SecretBytes(AESGCM(wrapping.reveal()).decrypt(nonce, sealed, data))
    except (InvalidTag, ValueError):
        raise TamperedError("a key in the key store did not authenticate") from None
