"""Puts one index in place of all former ones, once it is sure that it is there."""

from __future__ import annotations

from collections.abc import Collection

from privatus.backup.destinations.port import BrokenTransferError
from privatus.backup.locks import Held
from privatus.backup.packs import Pack
from privatus.backup.repository import Repository


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
