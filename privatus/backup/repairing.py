"""Writes the index of a repository anew, out of what the packs say that they hold.

Where an object of the index is damaged or gone, nothing is removed any more, because nobody knows
what may go. No chunk is lost by that: every pack has a sealed list of its own.
"""

from __future__ import annotations

from privatus.backup import index, locks
from privatus.backup.locks import LockKind
from privatus.backup.recovering import completed
from privatus.backup.reindexing import replace_index
from privatus.backup.repository import Repository
from privatus.core.errors import TamperedError
from privatus.core.jobs import Job


def repair_index(repository: Repository, job: Job) -> int:
    """Put an index of all packs in place of the one that is there; return how many packs it lacked.

    Where it lacks none and all of it can be read, nothing is written.

    Raises:
        TamperedError: a manifest does not open; nothing was changed.
        BusyError: somebody else is at work, or may have been meanwhile.
        DestinationError, UnreachableError: it was not finished; no backup was harmed.
        JobCancelled: the person stopped it; nothing was changed.
    """
    with locks.held(repository, LockKind.EXCLUSIVE) as lock:
        _require_readable(repository)
        objects, problems = repository.index_objects()
        told = index.merge(objects).packs
        packs = completed(repository, told).packs
        n_lacking = len(packs) - len(told)
        if not problems and not n_lacking:
            return 0
        job.check()
        former = [one.name for one in objects] + [one.name for one in problems]
        replace_index(repository, packs.values(), former, lock)
        return n_lacking


def _require_readable(repository: Repository) -> None:
    """Refuse where a backup cannot be read: another copy of the vault may have made it.

    Its index does not open with our keys either, and is no damage.
    """
    _, problems = repository.snapshots()
    if problems:
        raise TamperedError(
            f"{problems[0].name} at {repository.destination.location} cannot be read, so nothing is"
            " changed there; verify the backups, and drop those that are harmed"
        )
