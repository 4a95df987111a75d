"""Where the files of archived conversations lie, and how they get there and back.

In the vault's folder a file is one; at a destination it lies in pieces, which are the same bytes:

    archives/<file name>.<number from 0>
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from dataclasses import replace

from privatus.backup.destinations.port import Destination, ExistsError
from privatus.core.archives import ArchiveState
from privatus.core.errors import DeviceError, TamperedError, UserError
from privatus.storage.archived import StoredArchived
from privatus.storage.store import Store, Tables

# A destination takes 16 MiB; half of it is as fast, and a broken transfer loses less.
_PIECE_BYTES = 8 * 1024 * 1024


def send(store: Store, destination: Destination, record: StoredArchived) -> StoredArchived:
    """Put a file that was written here to a destination, too.

    Raises:
        DeviceError: the destination, or the disk, refused.
    """
    sealed = store.archive_files.sealed_bytes(record.file_name)
    starts = range(0, len(sealed), _PIECE_BYTES)
    for number, start in enumerate(starts):
        piece = sealed[start : start + _PIECE_BYTES]
        name = _name(record, number)
        try:
            destination.put(name, piece)
        except ExistsError:
            # A put that was repeated after its answer was lost.
            if destination.get(name) != piece:
                raise
    return replace(record, pieces=len(starts))


def read(store: Store, record: StoredArchived, destination: Destination | None) -> bytes:
    """Return what a file holds, from the place where it is to be from now on.

    Raises:
        TamperedError: it is missing, damaged, or not what was stored.
        UserError: it lies at a destination, which was not given.
        DeviceError: it cannot be read.
    """
    if not record.where:
        content = store.archive_files.read(record.file_name, record.container)
    elif destination is None:
        raise UserError("the archive lies at a destination; connect it and say where it is")
    else:
        sealed = b"".join(destination.get(_name(record, n)) for n in range(record.pieces))
        content = store.archive_files.opened(sealed, record.container)
    if not hmac.compare_digest(hashlib.sha256(content).digest(), record.content_hash):
        raise TamperedError("an archive file is not the one that was written last")
    return content


def settle(store: Store, destination: Destination | None = None) -> int:
    """Remove the files that are not needed; return how many conversations that was for.

    Those are of conversations that are in the database: their archiving was broken off, or they
    were brought back. What lies at a destination that was not given waits. What a backup knows as
    archived there stays there: a vault that is restored from it has nothing of it but that.

    Raises:
        DeviceError: the folder cannot be written.
        TamperedError: a row does not open.
    """
    with store.exclusive() as tables:
        if store.is_frozen:
            # The database that a backup reads may have nothing of them but these files.
            return 0
        found = tables.archived.unsettled()
        store.archive_files.remove([record.file_name for record in found])
        done = [
            record
            for record in found
            if _is_in_backup(tables, record) or _is_removed(record, destination)
        ]
        if done:
            with store.transaction() as changed:
                for record in done:
                    changed.archived.delete(record.id)
    return len(done)


def remove(record: StoredArchived, destination: Destination) -> None:
    """Remove a file from a destination.

    Raises:
        DeviceError: it refused.
    """
    # One that was broken off may have more than its record knows.
    names = {_name(record, number) for number in range(record.pieces)}
    prefix = f"archives/{record.file_name.hex()}."
    names |= {e.name for e in destination.list("archives") if e.name.startswith(prefix)}
    for name in sorted(names):
        destination.delete(name)


def _is_in_backup(tables: Tables, record: StoredArchived) -> bool:
    """Say whether a backup was made while a file lay at a destination, which no backup holds."""
    if not record.where or record.state is not ArchiveState.BACK:
        return False
    known = tables.backups
    return any(
        backup.made_at_ms + backup.details.duration_ms >= record.archived_at_ms
        for destination in known.destinations.all()
        for backup in known.metadata.there(destination.id)
    )


def _is_removed(record: StoredArchived, destination: Destination | None) -> bool:
    if not record.where:
        return True
    if destination is None or destination.location != record.where:
        return False
    with contextlib.suppress(DeviceError):
        remove(record, destination)
        return True
    return False


def _name(record: StoredArchived, number: int) -> str:
    return f"archives/{record.file_name.hex()}.{number}"
