"""Reads chunks back: pack by pack, several at once, in the order in which they arrive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from privatus.backup.destinations.port import DestinationError, RefusedError
from privatus.backup.index import ChunkIndex, Place
from privatus.backup.layout import pack_name
from privatus.backup.packs import Pack, cipher_of
from privatus.backup.repository import Repository
from privatus.core.errors import TamperedError

_THREADS = 3
# From this share of a pack on it is read as a whole: one request instead of many.
_WHOLE_SHARE = 0.3
# Bytes between two records for which one request is cheaper than two.
_GAP_BYTES = 256 * 1024

_NOWHERE = "no index tells where it lies"

Found = tuple[bytes, bytes]  # chunk id, its bytes
_Needed = list[tuple[bytes, Place]]
_Records = list[memoryview] | DestinationError


@dataclass(frozen=True, slots=True)
class LostChunk:
    """A chunk that lies nowhere, or is damaged wherever it lies."""

    chunk_id: bytes
    name: str  # of the object that should hold it; "" if no index tells
    what: str


class LostChunkError(TamperedError):
    """A chunk that was needed is lost."""


class ChunkReader:
    """Reads chunks of a repository by their ids."""

    def __init__(self, repository: Repository, index: ChunkIndex) -> None:
        self._repository = repository
        self._index = index

    def one(self, chunk_id: bytes) -> bytes:
        """Return the bytes of a chunk.

        Raises:
            LostChunkError: it is lost.
        """
        ((_, plain),) = self.each([chunk_id])
        return plain

    def each(
        self, wanted: Iterable[bytes], on_lost: Callable[[LostChunk], object] | None = None
    ) -> Iterator[Found]:
        """Yield id and bytes of each of the *wanted* chunks once, in any order.

        Arguments and errors are those of `batches`.
        """
        for batch in self.batches(wanted, on_lost):
            yield from batch

    def batches(
        self, wanted: Iterable[bytes], on_lost: Callable[[LostChunk], object] | None = None
    ) -> Iterator[list[Found]]:
        """Yield the *wanted* chunks, each once, together with others of the same pack.

        Chunks that are lost are told to *on_lost*, or raised if there is nobody to tell.

        Raises:
            LostChunkError: a chunk is lost.
            UnreachableError, DestinationError: the destination does not answer.
        """
        by_pack: dict[bytes, _Needed] = {}
        for chunk_id in dict.fromkeys(wanted):
            place = next(self._index.places(chunk_id), None)
            if place is None:
                _tell(LostChunk(chunk_id, "", _NOWHERE), on_lost)
                continue
            by_pack.setdefault(place.pack.id, []).append((chunk_id, place))
        waiting: deque[tuple[_Needed, Future[_Records]]] = deque()
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="restore") as pool:
            try:
                for needed in by_pack.values():
                    needed.sort(key=lambda one: one[1].number)
                    waiting.append((needed, pool.submit(self._fetch, needed)))
                    if len(waiting) > _THREADS:
                        yield list(self._opened(*waiting.popleft(), on_lost))
                while waiting:
                    yield list(self._opened(*waiting.popleft(), on_lost))
            finally:
                for _, future in waiting:
                    future.cancel()

    def _fetch(self, needed: _Needed) -> _Records:
        pack = needed[0][1].pack
        try:
            return self._records(pack, [place for _, place in needed])
        except RefusedError:
            raise
        except DestinationError as error:
            return error

    def _opened(
        self,
        needed: _Needed,
        future: Future[_Records],
        on_lost: Callable[[LostChunk], object] | None,
    ) -> Iterator[Found]:
        """Yield the chunks of one pack; opened here, as threads would only wait for each other."""
        pack = needed[0][1].pack
        records = future.result()
        try:
            if isinstance(records, DestinationError):
                raise records
            cipher = cipher_of(self._repository.keys, pack)
        except (TamperedError, DestinationError) as error:
            for chunk_id, place in needed:
                yield from self._elsewhere(chunk_id, place, error, on_lost)
            return
        for (chunk_id, place), record in zip(needed, records, strict=True):
            try:
                kind = pack.entries[place.number][1]
                yield chunk_id, cipher.open(place.number, chunk_id, kind, record)
            except TamperedError as error:
                yield from self._elsewhere(chunk_id, place, error, on_lost)

    def _records(self, pack: Pack, places: list[Place]) -> list[memoryview]:
        """Return the records of some chunks, read in as few requests as are worth it."""
        name, get = pack_name(pack.id), self._repository.destination.get_range
        needed_bytes = sum(place.record_bytes for place in places)
        if needed_bytes >= _WHOLE_SHARE * pack.size_bytes:
            raw = memoryview(get(name, 0, pack.size_bytes))
            return [raw[one.offset : one.offset + one.record_bytes] for one in places]
        records: list[memoryview] = []
        for run in _runs(places):
            start = run[0].offset
            part = memoryview(get(name, start, run[-1].offset + run[-1].record_bytes - start))
            records += [part[one.offset - start :][: one.record_bytes] for one in run]
        return records

    def _elsewhere(
        self,
        chunk_id: bytes,
        failed: Place,
        error: Exception,
        on_lost: Callable[[LostChunk], object] | None,
    ) -> Iterator[Found]:
        """Yield a chunk from another pack that holds it, if there is one."""
        for place in self._index.places(chunk_id):
            if place.pack.id == failed.pack.id:
                continue
            try:
                (record,) = self._records(place.pack, [place])
                kind = place.pack.entries[place.number][1]
                cipher = cipher_of(self._repository.keys, place.pack)
                plain = cipher.open(place.number, chunk_id, kind, record)
            except (TamperedError, DestinationError):
                continue
            yield chunk_id, plain
            return
        _tell(LostChunk(chunk_id, pack_name(failed.pack.id), str(error)), on_lost)


def _runs(places: list[Place]) -> Iterator[list[Place]]:
    """Yield *places*, which are sorted, in runs that lie close together."""
    run: list[Place] = []
    for place in places:
        if run and place.offset - run[-1].offset - run[-1].record_bytes > _GAP_BYTES:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _tell(lost: LostChunk, on_lost: Callable[[LostChunk], object] | None) -> None:
    if on_lost is None:
        where = f" in {lost.name}" if lost.name else ""
        raise LostChunkError(
            f"a part of the backup is lost{where} ({lost.what});"
            " take another backup, or another copy of the repository"
        )
    on_lost(lost)
