"""Backups that must stay, and backups that are dropped: pins and tombstones.

A backup that is dropped leaves a tombstone first and then loses its manifest; what it alone held
stays until a prune.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from contextlib import suppress

from privatus.backup import layout, locks, marks
from privatus.backup.destinations.port import ExistsError, NotThereError
from privatus.backup.layout import ObjectKind
from privatus.backup.locks import Held, LockKind
from privatus.backup.marks import Pin, Tombstone
from privatus.backup.repository import Repository, Snapshot
from privatus.core import clock
from privatus.core.errors import TamperedError, UserError


def pins(repository: Repository) -> dict[str, Pin]:
    """Return all pins by the ids of their backups.

    Raises:
        TamperedError: one is damaged, so that nobody knows whether its backup must stay.
    """
    found = {}
    for entry in repository.objects(layout.PINS):
        with suppress(NotThereError):
            payload = repository.open_object(entry.name, ObjectKind.PIN)
            found[entry.name.rpartition("/")[2]] = marks.decode(payload, Pin)
    return found


def pin(repository: Repository, backup_id: str, note: str = "") -> None:
    """Let a backup stay whatever the rules say; fine if it is pinned already.

    Raises:
        UserError: there is no such backup.
        TamperedError: its manifest is damaged.
    """
    with locks.held(repository, LockKind.SHARED):
        repository.snapshot(backup_id)
        payload = marks.encode(Pin(id=backup_id, made_at_ms=clock.now_ms(), note=note))
        with suppress(ExistsError):
            repository.put_object(layout.pin_name(backup_id), ObjectKind.PIN, payload)


def unpin(repository: Repository, backup_id: str) -> None:
    """Let the rules decide about a backup again; fine if it is not pinned."""
    with locks.held(repository, LockKind.SHARED):
        repository.destination.delete(layout.pin_name(backup_id))


def forget(repository: Repository, backup_ids: Collection[str]) -> None:
    """Drop backups; one whose manifest is damaged, too. It is gone already: fine.

    Raises:
        UserError: one of them is pinned, or never was; then none is dropped.
        TamperedError: a pin is damaged.
        BusyError: somebody else is at work.
    """
    with locks.held(repository, LockKind.EXCLUSIVE) as lock:
        there = {entry.name[-32:]: entry.name for entry in repository.objects(layout.SNAPSHOTS)}
        manifests, _ = repository.manifests()
        stones, _ = repository.tombstones()
        pinned = pins(repository)
        for backup_id in backup_ids:
            if backup_id in pinned:
                raise UserError(f"the backup {backup_id[:8]} is pinned; unpin it first")
            if backup_id not in there and backup_id not in stones:
                raise UserError(f"there is no backup {backup_id[:8]} to drop")
        for name in sorted(there[one] for one in backup_ids if one in there):
            if name[-32:] not in stones:
                _bury(repository, name, manifests, stones)
            _remove(repository, lock, name)


def finish(repository: Repository, lock: Held) -> None:
    """Remove the manifests of dropped backups that are there still, or again."""
    stones, _ = repository.tombstones()
    for entry in list(repository.objects(layout.SNAPSHOTS)):
        if entry.name[-32:] in stones:
            _remove(repository, lock, entry.name)


def _bury(
    repository: Repository,
    name: str,
    manifests: Collection[Snapshot],
    stones: Mapping[str, Tombstone],
) -> None:
    """Put the tombstone of the backup with the manifest *name*."""
    said = next((one for one in manifests if one.name == name), None)
    backup_id = name[-32:]
    if said is not None:
        sha256 = said.sha256
    else:
        # What later backups say of it, so that the chain holds.
        all_parents = [one.manifest.parents for one in manifests]
        all_parents += [stone.parents for stone in stones.values()]
        named = [one.sha256 for parents in all_parents for one in parents if one.id == backup_id]
        raw = repository.destination.get(name)
        sha256 = named[0] if named else hashlib.sha256(raw).hexdigest()
    stone = Tombstone(
        id=backup_id,
        sequence=layout.said_sequence(name),
        sha256=sha256,
        parents=said.manifest.parents if said is not None else [],
        dropped_at_ms=clock.now_ms(),
    )
    # One is there already that does not open: the backup would come back with it.
    tombstone = layout.tombstone_name(backup_id)
    try:
        repository.put_object(tombstone, ObjectKind.TOMBSTONE, marks.encode(stone))
    except ExistsError:
        raise TamperedError(
            f"{tombstone} of the backup repository is damaged; delete it, and drop the backup again"
        ) from None


def _remove(repository: Repository, lock: Held, name: str) -> None:
    lock.check()
    repository.destination.delete(name)
