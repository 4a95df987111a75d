"""Which chunks backups need: the lists of their databases and files, read once each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from privatus.backup import catalogue
from privatus.backup.catalogue import split_ids
from privatus.backup.manifest import Manifest
from privatus.backup.reading import ChunkReader, LostChunk


def needed(
    reader: ChunkReader,
    manifests: Iterable[Manifest],
    on_lost: Callable[[LostChunk], object] | None = None,
) -> Iterator[list[bytes]]:
    """Yield the ids of all chunks that backups need, list by list; one that they share once.

    A list that is lost is told to *on_lost*, or raised if there is nobody to tell.

    Raises:
        LostChunkError: a list is lost.
        TamperedError: a list does not read like one.
    """
    seen: set[bytes] = set()
    for said in manifests:
        for nodes, split in ((said.database.nodes, split_ids), (said.files.nodes, _file_chunks)):
            new = [node for node in dict.fromkeys(nodes) if node not in seen]
            seen.update(new)
            yield new
            for _, plain in reader.each(new, on_lost):
                yield split(plain)


def _file_chunks(node: bytes) -> list[bytes]:
    return [one for entry in catalogue.decode(node) for one in entry.chunk_ids]
