"""Writes chunks: each once, in packs that are sealed and sent while the next one is gathered."""

from __future__ import annotations

from collections.abc import Container
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from threading import BoundedSemaphore
from types import TracebackType

from privatus.backup.destinations.keeping import put_kept, require_room
from privatus.backup.destinations.port import DestinationFullError
from privatus.backup.layout import PACK_BYTES, ChunkKind, pack_name
from privatus.backup.packs import Chunk, Pack, seal_pack
from privatus.backup.repository import Repository
from privatus.core.errors import JobCancelled, PrivatusError

# Packs that are on their way at once. A store far away takes several in the time of one.
_THREADS = 3
# After so many packs an index tells of them: what breaks off goes on from there.
_NOTED_PACKS = 32


class ChunkWriter:
    """Takes chunks, leaves out what is there, and sends the rest in packs."""

    def __init__(
        self,
        repository: Repository,
        known: Container[bytes],
        *,
        spared_bytes: int = 0,
        notes: bool = False,
    ) -> None:
        """Leave out what is in *known*: ids of chunks that the repository holds.

        *spared_bytes* of the room at the destination are not used up. With *notes*, an index tells
        of what has arrived now and then, and of all of it at the end.
        """
        self._repository = repository
        self._spared_bytes = spared_bytes
        self._notes = notes
        self._known = known
        self._written: set[bytes] = set()
        self._gathered: list[Chunk] = []
        self._gathered_bytes = 0
        self._sent: list[Future[Pack]] = []
        self._n_noted = 0  # of those, from the first on, an index tells
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="backup")
        self._places = BoundedSemaphore(_THREADS)
        self.n_chunks = 0

    def add(self, kind: ChunkKind, plain: bytes) -> bytes:
        """Return the id of a chunk, which is written unless it is there already.

        Raises:
            DestinationError, UnreachableError: one of the packs before could not be written.
        """
        chunk_id = self._repository.keys.chunk_id(kind, plain)
        self.n_chunks += 1
        if chunk_id in self._written or chunk_id in self._known:
            return chunk_id
        self._written.add(chunk_id)
        self._gathered.append((chunk_id, kind, plain))
        self._gathered_bytes += len(plain)
        if self._gathered_bytes >= PACK_BYTES:
            self._send()
        return chunk_id

    def finish(self) -> list[Pack]:
        """Return all packs once they have arrived.

        Raises:
            DestinationError, UnreachableError: one could not be written.
        """
        self._send()
        packs = [sent.result() for sent in self._sent]
        if self._notes:
            self._note()
        return packs

    def _send(self) -> None:
        if not self._gathered:
            return
        self._places.acquire()
        for sent in self._sent:
            if sent.done() and sent.exception() is not None:
                self._places.release()
                sent.result()
        chunks, self._gathered, self._gathered_bytes = self._gathered, [], 0
        # Sealed here and not in the threads: handing Python's lock to and fro for each chunk took
        # longer than sealing itself.
        pack, raw = seal_pack(self._repository.keys, chunks)
        future = self._pool.submit(self._put, pack, raw)
        future.add_done_callback(lambda _: self._places.release())
        self._sent.append(future)
        if self._notes and len(self._sent) >= self._n_noted + _NOTED_PACKS + _THREADS:
            self._note(_NOTED_PACKS)

    def _note(self, most: int | None = None) -> None:
        """Write an index of the next packs, at *most* so many, as soon as they have arrived."""
        end = len(self._sent) if most is None else self._n_noted + most
        packs = [sent.result() for sent in self._sent[self._n_noted : end]]
        # Before it is written: what fails may be there all the same, and no pack of it may go then.
        self._n_noted = end
        if packs:
            self._repository.put_index(packs)

    def _put(self, pack: Pack, raw: bytes) -> Pack:
        if self._spared_bytes:
            require_room(self._repository.destination, len(raw) + self._spared_bytes)
        put_kept(self._repository.destination, pack_name(pack.id), raw)
        return pack

    def __enter__(self) -> ChunkWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for sent in self._sent:
            sent.cancel()
        wait(self._sent)
        self._pool.shutdown()
        if isinstance(error, (DestinationFullError, JobCancelled)):
            self._take_back()

    def _take_back(self) -> None:
        """Remove what was written and nothing tells of: it would take the room of the next."""
        with suppress(PrivatusError, JobCancelled):
            for sent in self._sent[self._n_noted :]:
                if not sent.cancelled() and sent.exception() is None:
                    self._repository.destination.delete(pack_name(sent.result().id))
