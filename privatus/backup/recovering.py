"""The index as a restore needs it: of what no object of the index tells, the packs tell themselves.

Each pack has a sealed list of what it holds at its end. So an index object that is damaged or gone
costs a restore some requests more, and no chunk.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from privatus.backup import layout, packs
from privatus.backup.destinations.port import DestinationError, Entry
from privatus.backup.index import ChunkIndex
from privatus.backup.layout import pack_of
from privatus.backup.packs import PRELUDE, Pack
from privatus.backup.repository import Repository
from privatus.core.errors import TamperedError

# The list of 512 chunks has 19 KB: for nearly all packs one request brings it.
_END_BYTES = 64 * 1024


def whole_index(repository: Repository) -> ChunkIndex:
    """Return where all chunks lie, also those of packs that no readable index object names.

    Raises:
        UnreachableError: the destination does not answer.
    """
    return completed(repository, repository.load_index().packs)


def completed(repository: Repository, told: Mapping[bytes, Pack]) -> ChunkIndex:
    """Return where all chunks lie: those of the packs that the index told of, and the others.

    Raises:
        UnreachableError: the destination does not answer.
    """
    chunks = ChunkIndex()
    for entry in repository.objects(layout.DATA):
        if pack_of(entry.name) not in told:
            with suppress(TamperedError, DestinationError):
                chunks.add(_read(repository, entry))
    # Last, so that they are preferred: what no index names may be of a backup that was broken off.
    for pack in told.values():
        chunks.add(pack)
    return chunks


def _read(repository: Repository, entry: Entry) -> Pack:
    size = entry.size_bytes
    start = max(0, size - _END_BYTES)
    get = repository.destination.get_range
    end = get(entry.name, start, size - start)
    if packs.list_bytes(end) > len(end):
        end = repository.destination.get(entry.name)
    prelude = get(entry.name, 0, min(size, PRELUDE.size))
    return packs.open_list(repository.keys, pack_of(entry.name), prelude, end, size)
