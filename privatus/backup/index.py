"""The index: which chunk lies in which pack, and where.

An index object tells of some packs, and which index objects it stands for:

    n:4 | n ids of index objects that it replaces, 16 bytes each
    then for each pack:  pack id:32 | bytes of the pack:4 | epoch:2 | n:4 | n entries, see packs.py

Numbers are little endian. All of it can be made again from the lists in the packs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from privatus.backup.layout import INDEX_CHUNKS
from privatus.backup.packs import ENTRY, Pack
from privatus.core.errors import TamperedError
from privatus.vault.repository_keys import TAG_BYTES

INDEX_ID_BYTES = 16
_COUNT = struct.Struct("<I")
_PACK = struct.Struct("<32sIHI")
_DAMAGED = "an index of the backup repository is damaged"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk lies."""

    pack: Pack
    number: int  # of the record in the pack
    offset: int
    length: int  # of the chunk; its record is longer by the tag

    @property
    def record_bytes(self) -> int:
        return self.length + TAG_BYTES


@dataclass(slots=True)
class ChunkIndex:
    """All packs that are known, and the chunks in them."""

    packs: dict[bytes, Pack] = field(default_factory=dict)
    _places: dict[bytes, tuple[Pack, int]] = field(default_factory=dict)
    # A chunk that was written more than once; the newest place is the one above.
    _others: dict[bytes, list[tuple[Pack, int]]] = field(default_factory=dict)
    _offsets: dict[bytes, list[int]] = field(default_factory=dict)

    def add(self, pack: Pack) -> None:
        """Take in a pack; what it holds is preferred to what is known of the same chunks."""
        if pack.id in self.packs:
            return
        self.packs[pack.id] = pack
        for number, (chunk_id, _, _) in enumerate(pack.entries):
            former = self._places.get(chunk_id)
            if former is not None:
                self._others.setdefault(chunk_id, []).append(former)
            self._places[chunk_id] = pack, number

    def __contains__(self, chunk_id: object) -> bool:
        return chunk_id in self._places

    def __len__(self) -> int:
        return len(self._places)

    def places(self, chunk_id: bytes) -> Iterator[Place]:
        """Yield where a chunk lies, the preferred place first."""
        first = self._places.get(chunk_id)
        if first is None:
            return
        for pack, number in (first, *reversed(self._others.get(chunk_id, ()))):
            if pack.id not in self._offsets:
                self._offsets[pack.id] = pack.offsets()
            length = pack.entries[number][2]
            yield Place(pack, number, self._offsets[pack.id][number], length)


@dataclass(frozen=True, slots=True)
class IndexObject:
    """One object of the index."""

    name: str
    superseded: frozenset[str]  # names of those that it stands for
    packs: tuple[Pack, ...]


def merge(objects: Sequence[IndexObject]) -> ChunkIndex:
    """Return where all chunks lie, as objects tell that no other one stands for."""
    replaced = superseded(objects)
    chunks = ChunkIndex()
    for one in sorted(objects, key=lambda one: one.name):
        if one.name not in replaced:
            for pack in one.packs:
                chunks.add(pack)
    return chunks


def superseded(objects: Iterable[IndexObject]) -> set[str]:
    """Return the names of index objects that do not count any more."""
    return {name for one in objects for name in one.superseded}


def encode(packs: Iterable[Pack], replaced: Iterable[bytes] = ()) -> Iterator[bytes]:
    """Yield the payloads of index objects that tell of *packs*; the last one supersedes."""
    held: list[Pack] = []
    n_chunks = 0
    for pack in packs:
        if held and n_chunks + len(pack.entries) > INDEX_CHUNKS:
            yield _encode(held, ())
            held, n_chunks = [], 0
        held.append(pack)
        n_chunks += len(pack.entries)
    yield _encode(held, tuple(replaced))


def _encode(packs: list[Pack], superseded: tuple[bytes, ...]) -> bytes:
    parts = [_COUNT.pack(len(superseded)), *superseded]
    for pack in packs:
        parts.append(_PACK.pack(pack.id, pack.size_bytes, pack.epoch, len(pack.entries)))
        parts += [ENTRY.pack(*entry) for entry in pack.entries]
    return b"".join(parts)


def decode(payload: bytes) -> tuple[list[bytes], list[Pack]]:
    """Return the ids of index objects that this one supersedes, and its packs.

    Raises:
        TamperedError: it does not read like an index.
    """
    try:
        (n_superseded,) = _COUNT.unpack_from(payload)
        at = _COUNT.size + n_superseded * INDEX_ID_BYTES
        superseded = _split(payload[_COUNT.size : at], n_superseded)
        packs = []
        while at < len(payload):
            pack_id, size_bytes, epoch, n_entries = _PACK.unpack_from(payload, at)
            at += _PACK.size
            end = at + n_entries * ENTRY.size
            if end > len(payload):
                raise TamperedError(_DAMAGED)
            entries = tuple(ENTRY.iter_unpack(payload[at:end]))
            packs.append(Pack(pack_id, epoch, size_bytes, entries))
            at = end
    except struct.error:
        raise TamperedError(_DAMAGED) from None
    return superseded, packs


def _split(raw: bytes, n_ids: int) -> list[bytes]:
    if len(raw) != n_ids * INDEX_ID_BYTES:
        raise TamperedError(_DAMAGED)
    return [raw[at : at + INDEX_ID_BYTES] for at in range(0, len(raw), INDEX_ID_BYTES)]
