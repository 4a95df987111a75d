"""Puts one index in place of all former ones, once it is sure that it is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from privatus.backup import index, layout, locks
from privatus.backup.destinations.port import BrokenTransferError, Entry
from privatus.backup.layout import INDEX_CHUNKS
from privatus.backup.locks import Held, LockKind
from privatus.backup.packs import ENTRY, Pack
from privatus.backup.repository import Repository

# Each backup adds one object to the index, and each run reads them all.
MOST_INDEXES = 30


def is_due(entries: Sequence[Entry]) -> bool:
    """Say whether the index lies in so many objects that one should stand for them.

    *entries* are all of it; a large one has many objects also when it was made anew.
    """
    needed = sum(one.size_bytes for one in entries) // (INDEX_CHUNKS * ENTRY.size)
    return len(entries) > MOST_INDEXES + 2 * needed


def merge_index(repository: Repository) -> bool:
    """Put one index in place of many small ones, if nobody is at work there; say whether it was.

    Where a lock lies nobody waits for it: the next backup tries again. So it is where nothing can
    be deleted, and where this one's own lock would keep others away.

    Raises:
        BusyError: somebody has come meanwhile.
        DestinationError, UnreachableError: it was not finished; no backup was harmed.
    """
    if not is_due(list(repository.objects(layout.INDEX))):
        return False
    if any(repository.objects(layout.LOCKS)):
        return False
    with locks.held(repository, LockKind.EXCLUSIVE) as lock:
        objects, problems = repository.index_objects()
        if problems:
            return False  # it is for a repair, which knows what the packs hold
        packs = index.merge(objects).packs
        replace_index(repository, packs.values(), [one.name for one in objects], lock)
    return True


def replace_index(
    repository: Repository, packs: Collection[Pack], former: Collection[str], lock: Held
) -> None:
    """Put an index of *packs* in place of the index objects with the names *former*.

    Raises:
        BrokenTransferError: the destination has lost what was written; nothing was removed.
        LostLockError: somebody else may have been at work meanwhile.
        DestinationError, UnreachableError: it was not finished; no backup was harmed.
    """
    lock.check()
    names = repository.put_index(packs, former)
    if repository.load_index().packs != {pack.id: pack for pack in packs}:
        for name in names:
            repository.destination.delete(name)
        raise lost(repository)
    for name in former:
        lock.remove(name)


def lost(repository: Repository) -> BrokenTransferError:
    """Return what is said of a destination that has not kept what was written there."""
    return BrokenTransferError(
        f"{repository.destination.location} has lost what was written there, so nothing was"
        " removed; try again"
    )
