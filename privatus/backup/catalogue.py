"""The catalogue: which files a backup holds beside the database, and of which chunks they are.

    entry = bytes of the name:2 | name | bytes of the file:8 | n:4 | n chunk ids, 32 bytes each

A name is relative to the vault's folder, with forward slashes. Entries lie in up to 256 nodes, by
the first byte of SHA-256(name), and in a node by name: a new file changes one node. Numbers are
little endian.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from privatus.core.errors import BugError, TamperedError
from privatus.vault.repository_keys import CHUNK_ID_BYTES

_NAME = struct.Struct("<H")
_SIZES = struct.Struct("<QI")
# What a restore may write: nothing above the vault's folder, nothing hidden.
_OURS = re.compile(r"(?:blobs|archives)(?:/[a-z0-9][a-z0-9._-]*)+")
_DAMAGED = "the list of files in a backup is damaged"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file."""

    name: str
    size_bytes: int
    chunk_ids: tuple[bytes, ...]


def encode(entries: Iterable[FileEntry]) -> Iterator[bytes]:
    """Yield the nodes that hold *entries*."""
    nodes: dict[int, list[FileEntry]] = {}
    for entry in entries:
        nodes.setdefault(hashlib.sha256(entry.name.encode()).digest()[0], []).append(entry)
    for number in sorted(nodes):
        yield b"".join(map(_pack, sorted(nodes[number], key=lambda one: one.name)))


def decode(node: bytes) -> Iterator[FileEntry]:
    """Yield the entries of a node.

    Raises:
        TamperedError: it does not read like one, or names a file outside of a vault.
    """
    at = 0
    try:
        while at < len(node):
            (name_bytes,) = _NAME.unpack_from(node, at)
            name = node[at + _NAME.size : at + _NAME.size + name_bytes].decode("ascii")
            at += _NAME.size + name_bytes
            size_bytes, n_chunks = _SIZES.unpack_from(node, at)
            at += _SIZES.size
            raw = node[at : at + n_chunks * CHUNK_ID_BYTES]
            at += n_chunks * CHUNK_ID_BYTES
            if at > len(node) or not _OURS.fullmatch(name):
                raise TamperedError(_DAMAGED)
            yield FileEntry(name, size_bytes, tuple(split_ids(raw)))
    except (struct.error, UnicodeDecodeError):
        raise TamperedError(_DAMAGED) from None


def split_ids(raw: bytes) -> list[bytes]:
    """Return the chunk ids that stand one after the other in *raw*.

    Raises:
        TamperedError: its length is no multiple of theirs.
    """
    if len(raw) % CHUNK_ID_BYTES:
        raise TamperedError("a list of chunks in a backup is damaged")
    return [raw[at : at + CHUNK_ID_BYTES] for at in range(0, len(raw), CHUNK_ID_BYTES)]


def _pack(entry: FileEntry) -> bytes:
    # It would make a backup that can be written, and never be restored.
    if not _OURS.fullmatch(entry.name):
        raise BugError("a backup was given a file of a name that no vault has")
    name = entry.name.encode("ascii")
    sizes = _SIZES.pack(entry.size_bytes, len(entry.chunk_ids))
    return b"".join((_NAME.pack(len(name)), name, sizes, *entry.chunk_ids))
