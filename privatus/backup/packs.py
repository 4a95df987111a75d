"""Packs: some megabytes of sealed chunks in one object, with a sealed list of them at its end.

    "PVPK" | version:1 | 0:1 | epoch:2 | records | sealed list | bytes of that list:4 | "PVPE"

    record = ciphertext | tag:16, see vault/repository_keys.py
    list   = one entry a record, in their order: chunk id:32 | kind:1 | bytes of the chunk:4

Records lie in the order of their ids, which is random to who does not have the key, so that the
order of what was written tells nothing. Numbers are little endian.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from privatus.core.errors import TamperedError
from privatus.vault.repository_keys import TAG_BYTES, PackCipher, RepositoryKeys

PACK_ID_BYTES = 32
PRELUDE = struct.Struct("<4sBBH")
_END = struct.Struct("<I4s")
ENTRY = struct.Struct("<32sBI")
_MAGIC, _END_MAGIC = b"PVPK", b"PVPE"
_VERSION = 1
_DAMAGED = "a pack of the backup repository is damaged"

Entry = tuple[bytes, int, int]  # chunk id, kind, bytes of the chunk
Chunk = tuple[bytes, int, bytes]  # chunk id, kind, its bytes


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack holds, as its list and the index tell."""

    id: bytes
    epoch: int
    size_bytes: int
    entries: tuple[Entry, ...]  # in the order of its records

    @property
    def prelude(self) -> bytes:
        """Return its first bytes."""
        return PRELUDE.pack(_MAGIC, _VERSION, 0, self.epoch)

    def offsets(self) -> list[int]:
        """Return where each record begins."""
        lengths = (length + TAG_BYTES for _, _, length in self.entries[:-1])
        return list(accumulate(lengths, initial=PRELUDE.size))

    @property
    def expected_bytes(self) -> int:
        """Return the size that a pack with these entries has."""
        records = sum(length + TAG_BYTES for _, _, length in self.entries)
        list_bytes = ENTRY.size * len(self.entries) + TAG_BYTES
        return PRELUDE.size + records + list_bytes + _END.size


def seal_pack(keys: RepositoryKeys, chunks: Sequence[Chunk]) -> tuple[Pack, bytes]:
    """Return a new pack of *chunks*, and its bytes."""
    # By their ids, an order that is random to who does not have the key.
    chunks = sorted(chunks)
    pack_id = os.urandom(PACK_ID_BYTES)
    prelude = PRELUDE.pack(_MAGIC, _VERSION, 0, keys.epoch)
    cipher = keys.pack_cipher(prelude, keys.epoch, pack_id)
    seal = cipher.seal
    parts = [prelude]
    parts += [seal(number, *chunk) for number, chunk in enumerate(chunks)]
    entries = tuple((chunk_id, kind, len(plain)) for chunk_id, kind, plain in chunks)
    sealed_list = cipher.seal_footer(b"".join(ENTRY.pack(*entry) for entry in entries))
    raw = b"".join((*parts, sealed_list, _END.pack(len(sealed_list), _END_MAGIC)))
    return Pack(pack_id, keys.epoch, len(raw), entries), raw


def read_list(keys: RepositoryKeys, pack_id: bytes, raw: bytes) -> Pack:
    """Return what the pack in *raw* says that it holds.

    Raises:
        TamperedError: it is damaged, or another pack than its name says.
    """
    return open_list(keys, pack_id, raw[: PRELUDE.size], raw, len(raw))


def list_bytes(end: bytes) -> int:
    """Return how many of the last bytes of a pack are its sealed list and what follows.

    Raises:
        TamperedError: *end* is not the end of a pack.
    """
    if len(end) < TAG_BYTES + _END.size:
        raise TamperedError(_DAMAGED)
    n_bytes, magic = _END.unpack_from(end, len(end) - _END.size)
    if magic != _END_MAGIC or n_bytes < TAG_BYTES or (n_bytes - TAG_BYTES) % ENTRY.size:
        raise TamperedError(_DAMAGED)
    return int(n_bytes) + _END.size


def open_list(
    keys: RepositoryKeys, pack_id: bytes, prelude: bytes, end: bytes, size_bytes: int
) -> Pack:
    """Return what a pack says that it holds, from its first bytes and enough of its last ones.

    Raises:
        TamperedError: as `read_list`.
    """
    n_bytes = list_bytes(end)
    if len(prelude) != PRELUDE.size or n_bytes > len(end):
        raise TamperedError(_DAMAGED)
    magic, version, zero, epoch = PRELUDE.unpack(prelude)
    if (magic, version, zero) != (_MAGIC, _VERSION, 0):
        raise TamperedError(_DAMAGED)
    sealed = end[len(end) - n_bytes : len(end) - _END.size]
    plain = keys.pack_cipher(prelude, epoch, pack_id).open_footer(sealed)
    pack = Pack(pack_id, epoch, size_bytes, tuple(ENTRY.iter_unpack(plain)))
    if pack.expected_bytes != size_bytes:
        raise TamperedError(_DAMAGED)
    return pack


def cipher_of(keys: RepositoryKeys, pack: Pack) -> PackCipher:
    """Return what opens the records of *pack*.

    Raises:
        TamperedError: it is of an epoch that there was not.
    """
    return keys.pack_cipher(pack.prelude, pack.epoch, pack.id)
