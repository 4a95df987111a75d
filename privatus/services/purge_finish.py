"""The part of a purge that no transaction can hold: index, files, and space that no row uses.

Each step may be done twice, and all of them again after a crash: the vault says that a purge was
begun until the last is done, and the next opening goes on with it.
"""

from __future__ import annotations

from pathlib import Path

from privatus.core.errors import BusyError
from privatus.core.jobs import Job
from privatus.search.index import Index
from privatus.services import indexing
from privatus.storage import going_back
from privatus.storage.store import Store

_STEPS = 4
_READER = (
    "another window or command is reading the vault, and what was taken out of it lies in its log"
    " until that is done; close the other one, then open this vault again"
)


def finish(store: Store, index: Index, folder: Path, job: Job) -> int:
    """Do what is left of the purges that were begun; return how many files went.

    Raises:
        BusyError: another program reads; the next opening does the rest.
        DeviceError: the disk is full or refuses; the next opening does the rest.
    """
    with store.exclusive() as tables:
        begun = tables.purging.begun()
        if not begun.count:
            return 0
        indexing.catch_up(store, index)
        job.report("taking words out of the index", 0, _STEPS)
        index.forget_for_good(Job())
        if not index.db.checkpoint():
            raise BusyError(_READER)
        indexing.confirm(store, index)
        job.report("removing files", 1, _STEPS)
        blobs = tables.purging.spare_blobs()
        store.blobs.remove(blobs)
        # The copy from before a change of the schema holds the words, too, and lacks the files.
        going_back.forget(folder, with_aside=begun.with_copy)
        job.report("writing the vault anew", 2, _STEPS)
        store.compact()
        if not store.checkpoint():
            raise BusyError(_READER)
        with store.transaction() as changed:
            changed.purging.end()
        job.report("done", _STEPS, _STEPS)
        return len(blobs)
