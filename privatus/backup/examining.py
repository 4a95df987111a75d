"""Reads packs as wholes, and says of each chunk in them whether it is what was written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from privatus.backup import packs
from privatus.backup.destinations.port import DestinationError, RefusedError
from privatus.backup.layout import pack_name
from privatus.backup.packs import Pack
from privatus.backup.repository import Repository
from privatus.core.errors import TamperedError
from privatus.vault.repository_keys import TAG_BYTES

# Packs that are read ahead, and so the memory that this takes: some 8 MiB each.
_THREADS = 3

_Raw = bytes | DestinationError


class PackFault:
    """What is wrong with one pack: with all of it, or with some of its records."""

    def __init__(self, name: str, what: str, numbers: Iterable[int] | None = None) -> None:
        self.name = name
        self.what = what
        self._numbers = None if numbers is None else frozenset(numbers)

    def and_also(self, number: int) -> PackFault:
        """Return the same with one more record that is lost."""
        numbers = None if self._numbers is None else self._numbers | {number}
        return PackFault(self.name, self.what, numbers)

    def hits(self, number: int) -> bool:
        """Say whether the record with this number is lost."""
        return self._numbers is None or number in self._numbers


def examine(
    repository: Repository,
    wanted: Iterable[tuple[bytes, Pack | None]],
    on_read: Callable[[int], object],
) -> Iterator[tuple[bytes, PackFault]]:
    """Read packs, given by id and what the index says of them; yield what is wrong with them.

    A pack that no index names is held against its own list. *on_read* is told how many bytes were
    read.

    Raises:
        UnreachableError, RefusedError: the destination does not let itself be read.
    """
    waiting: deque[tuple[bytes, Pack | None, Future[_Raw]]] = deque()
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="verify") as pool:
        try:
            for pack_id, expected in wanted:
                waiting.append((pack_id, expected, pool.submit(_get, repository, pack_id)))
                if len(waiting) > _THREADS:
                    yield from _examined(repository, *waiting.popleft(), on_read)
            while waiting:
                yield from _examined(repository, *waiting.popleft(), on_read)
        finally:
            for _, _, future in waiting:
                future.cancel()


def _get(repository: Repository, pack_id: bytes) -> _Raw:
    try:
        return repository.destination.get(pack_name(pack_id))
    except RefusedError:
        raise
    except DestinationError as error:
        return error


def _examined(
    repository: Repository,
    pack_id: bytes,
    expected: Pack | None,
    future: Future[_Raw],
    on_read: Callable[[int], object],
) -> Iterator[tuple[bytes, PackFault]]:
    raw, name = future.result(), pack_name(pack_id)
    if isinstance(raw, DestinationError):
        yield pack_id, PackFault(name, str(raw))
        return
    on_read(len(raw))
    found: Pack | None = None
    problem = "it is not as the index says"
    try:
        found = packs.read_list(repository.keys, pack_id, raw)
        if expected is not None and found != expected:
            found = None
    except TamperedError as error:
        problem = str(error)
    # Even without its list the records are where the index says.
    pack = found or expected
    lost = set() if pack is None else _lost_records(repository, pack, raw)
    if found is None:
        yield pack_id, PackFault(name, problem, None if pack is None else lost)
    elif lost:
        said = f"{len(lost):,} of its {len(found.entries):,} chunks are not what was written"
        yield pack_id, PackFault(name, said, lost)


def _lost_records(repository: Repository, pack: Pack, raw: bytes) -> set[int]:
    keys, view = repository.keys, memoryview(raw)
    try:
        cipher = packs.cipher_of(keys, pack)
    except TamperedError:
        return set(range(len(pack.entries)))
    lost = set()
    for number, (start, entry) in enumerate(zip(pack.offsets(), pack.entries, strict=True)):
        chunk_id, kind, length = entry
        try:
            record = view[start : start + length + TAG_BYTES]
            plain = cipher.open(number, chunk_id, kind, record)
        except TamperedError:
            lost.add(number)
            continue
        if not keys.is_chunk(pack.epoch, chunk_id, kind, plain):
            lost.add(number)
    return lost
