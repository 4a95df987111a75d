"""A second reader of the vault format, written from docs/vault-format.md without our code.

It is what someone would write who has a vault, its password, and no Privatus.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Sequence
from pathlib import Path

import argon2.low_level
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

_DICTIONARY = Path(__file__).parents[2] / "privatus" / "vault" / "text_v1.dict"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def hkdf_expand(key: bytes, info: bytes, length: int = 32) -> bytes:
    output = block = b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), "sha256")
        output += block
    return output[:length]


def open_header(
    raw: bytes, *, password: str | None = None, code: str | None = None
) -> tuple[bytes, bytes, bytes]:
    """Return vault key, database key and database salt."""
    assert raw[:8] == b"PRIVATUS"
    version, _, total = struct.unpack_from("<HHI", raw, 8)
    assert (version, total) == (1, len(raw))
    assert hashlib.sha256(raw[:-32]).digest() == raw[-32:]
    vault_id = raw[16:32]
    n_slots = struct.unpack_from("<H", raw, 40)[0]
    slots = [raw[44 + 149 * number :][:149] for number in range(n_slots)]
    if password is not None:
        slot = next(slot for slot in slots if slot[2] == 1)
        slot_key = _password_key(slot, password)
    else:
        slot = next(slot for slot in slots if slot[2] == 2)
        slot_key = _code_key(slot, code or "")
    vault_key = _open_slot(slot, slot_key, vault_id)
    header_key = hkdf_expand(vault_key, b"privatus/v1/header")
    assert hmac.digest(header_key, raw[:-64], "sha256") == raw[-64:-32]
    entry = raw[44 + 149 * n_slots :][:76]
    plain = ChaCha20Poly1305(hkdf_expand(vault_key, b"privatus/v1/database")).decrypt(
        entry[:12], entry[12:], b"privatus/v1/database" + vault_id
    )
    return vault_key, plain[:32], plain[32:]


def _password_key(slot: bytes, password: str) -> bytes:
    memory_kib, passes, lanes = struct.unpack_from("<IIB", slot, 16)
    return argon2.low_level.hash_secret_raw(
        password.encode(), slot[25:57], passes, memory_kib, lanes, 32, argon2.low_level.Type.ID
    )


def _code_key(slot: bytes, code: str) -> bytes:
    number = 0
    for symbol in code.replace("-", "")[:32]:
        number = number * 32 + _CROCKFORD.index(symbol)
    extracted = hmac.digest(slot[25:57], number.to_bytes(20, "big"), "sha256")
    return hkdf_expand(extracted, b"privatus/v1/recovery")


def _open_slot(slot: bytes, slot_key: bytes, vault_id: bytes) -> bytes:
    data = b"privatus/v1/slot" + vault_id + slot[:57]
    assert hkdf_expand(slot_key, b"privatus/v1/slot-commitment" + data) == slot[57:89]
    wrap_key = hkdf_expand(slot_key, b"privatus/v1/slot-wrap" + data)
    return ChaCha20Poly1305(wrap_key).decrypt(slot[89:101], slot[101:], data)


def open_blob(sealed: bytes, blob_key: bytes, digest: bytes) -> tuple[str, bytes]:
    """Return the name that the file must have, and what it holds."""
    both = hashlib.blake2b(digest, key=blob_key, person=b"privatus/v1/blob").digest()
    return both[:32].hex(), open_chunks(sealed, both[32:])


def open_archive(sealed: bytes, container_key: bytes) -> bytes:
    """Return the ZIP that an archive file holds, by docs/archive-format.md."""
    return open_chunks(sealed, hkdf_expand(container_key, b"privatus/v1/archive"))


def open_chunks(sealed: bytes, file_key: bytes) -> bytes:
    assert sealed[:5] == b"PVBL\x01"
    keys = hkdf_expand(file_key, b"privatus/v1/blob-chunks" + sealed[:24], 48)
    assert keys[32:] == sealed[24:40]
    step = (1 << sealed[5]) + 16
    chunks = [sealed[start : start + step] for start in range(40, len(sealed), step)]
    return b"".join(
        AESGCM(keys[:32]).decrypt(
            bytes(7) + struct.pack("<IB", number, number == len(chunks) - 1), chunk, None
        )
        for number, chunk in enumerate(chunks)
    )


def open_key(
    wrapping: bytes, wrapped: bytes, vault_id: bytes, place: tuple[int, int, int, int]
) -> bytes:
    """Return a key of key_store; *place* is its id, kind, parent's id (0: none) and state."""
    data = b"privatus/v1/key" + vault_id + struct.pack("<IBIB", *place)
    return AESGCM(wrapping).decrypt(wrapped[:12], wrapped[12:], data)


def open_row(
    key: bytes, vault_id: bytes, place: tuple[int, int], clear: bytes, row: Sequence[bytes]
) -> list[bytes]:
    """Return the values of a row, all present; *place* is its table's number and its id.

    *row*: its sealed columns, and the seal last.
    """
    *sealed, seal = row
    present = (1 << len(sealed)) - 1
    context = vault_id + struct.pack("<HqI", *place, present) + clear
    keys = hashlib.blake2b(
        seal[5:21] + context, digest_size=48, key=key, person=b"privatus row v1"
    ).digest()
    assert (seal[0], keys[32:]) == (1, seal[21:])
    return [
        _unpacked(AESGCM(keys[:32]).decrypt(struct.pack("<Iq", n, 0), value, None))
        for n, value in enumerate(sealed)
    ]


def numbers(*values: int | None) -> bytes:
    return b"".join(struct.pack("<q", -(2**63) if n is None else n) for n in values)


def _unpacked(value: bytes) -> bytes:
    if value[0] == 0:
        return value[1:]
    dictionary = zstandard.ZstdCompressionDict(_DICTIONARY.read_bytes())
    packed = zstandard.ZstdDecompressor(
        dict_data=dictionary, format=zstandard.FORMAT_ZSTD1_MAGICLESS
    )
    return packed.decompress(value[1:])
