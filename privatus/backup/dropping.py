"""Backups that must stay, and backups that are dropped: pins and tombstones.

A backup that is dropped leaves a tombstone first and then loses its manifest; what it alone held
stays until a prune.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cached_property

from privatus.backup import layout, locks, marks
from privatus.backup.destinations.port import ExistsError, NotThereError
from privatus.backup.history import KnownBackup
from privatus.backup.layout import ObjectKind
from privatus.backup.locks import Held, LockKind
from privatus.backup.marks import Pin, Tombstone
from privatus.backup.repository import Repository
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
            found[layout.backup_of(entry.name)] = marks.decode(payload, Pin)
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


def forget(
    repository: Repository,
    backup_ids: Collection[str],
    *,
    staying: Collection[str] = (),
    known: Sequence[KnownBackup] = (),
    must_leave_one: bool = False,
) -> None:
    """Drop backups; one whose manifest is damaged or gone, too, if *known* or another names it.

    None is dropped for the sake of others, *staying*, that are not there: whoever takes away the
    newest backups must not make the rules drop the rest.

    Raises:
        UserError: one of them is pinned, or never was, or none would be left; none is dropped.
        TamperedError: a pin is damaged, or a backup that should stay is; then none is dropped.
        BusyError: somebody else is at work.
    """
    with locks.held(repository, LockKind.EXCLUSIVE) as lock:
        graves = _Graves(repository, backup_ids, known)
        require(repository, graves.there, staying)
        # The caller may not know what another copy of the vault has dropped meanwhile.
        left = graves.there - set(backup_ids)
        if must_leave_one and graves.there and not left:
            raise UserError("no backup would be left; make another one first")
        pinned = pins(repository)
        for backup_id in backup_ids:
            if backup_id in pinned:
                raise UserError(f"the backup {backup_id[:8]} is pinned; unpin it first")
            if not graves.knows(backup_id):
                raise UserError(f"there is no backup {backup_id[:8]} to drop")
        for backup_id in sorted(backup_ids, key=graves.name):
            graves.bury(backup_id)
            if name := graves.name(backup_id):
                lock.remove(name)


def require(repository: Repository, there: Collection[str], staying: Collection[str]) -> None:
    """Check that backups that stay are *there*, by the ids of all that can be read.

    Raises:
        TamperedError: one of them is gone or damaged.
    """
    for backup_id in staying:
        if backup_id not in there:
            raise TamperedError(
                f"the backup {backup_id[:8]}, which stays, is gone or damaged, so none is dropped"
                f" and nothing removed; verify the backups at {repository.destination.location},"
                " and drop those that are lost"
            )


def finish(repository: Repository, lock: Held) -> None:
    """Remove the manifests of dropped backups that are there still, or again."""
    entries = {layout.backup_of(one.name): one for one in repository.objects(layout.SNAPSHOTS)}
    stones, _ = repository.tombstones(entries)
    for backup_id in stones:
        lock.remove(entries[backup_id].name)


class _Graves:
    """What is known of the backups of a repository when some of them are dropped."""

    def __init__(
        self,
        repository: Repository,
        backup_ids: Collection[str],
        known: Sequence[KnownBackup],
    ) -> None:
        self._repository = repository
        manifests, _ = repository.manifests()
        self._manifests = {one.manifest.id: one for one in manifests}
        self._stones, _ = repository.tombstones({*self._manifests, *backup_ids})
        # Ids of those that can be read and were not dropped.
        self.there = self._manifests.keys() - self._stones
        objects = repository.objects(layout.SNAPSHOTS)
        self._names = {layout.backup_of(one.name): one.name for one in objects}
        self._known = {one.id: one for one in known}

    def knows(self, backup_id: str) -> bool:
        there = self._names, self._stones, self._known
        return any(backup_id in one for one in there) or backup_id in self._named

    @cached_property
    def _named(self) -> dict[str, str]:
        """All that others name as a parent: asked for only where a manifest is lost."""
        stones, _ = self._repository.tombstones()
        all_parents = [one.manifest.parents for one in self._manifests.values()]
        all_parents += [stone.parents for stone in stones.values()]
        return {one.id: one.sha256 for parents in all_parents for one in parents}

    def name(self, backup_id: str) -> str:
        """Return where the manifest of a backup lies, "" if it is gone."""
        return self._names.get(backup_id, "")

    def bury(self, backup_id: str) -> None:
        """Put the tombstone of a backup, unless it is there."""
        if backup_id in self._stones:
            return
        said = self._manifests.get(backup_id)
        known = self._known.get(backup_id)
        sequence = layout.said_sequence(self.name(backup_id))
        stone = Tombstone(
            id=backup_id,
            sequence=sequence or (known.sequence if known else 0),
            sha256=said.sha256 if said is not None else self._sha256(backup_id),
            parents=said.manifest.parents if said is not None else [],
            dropped_at_ms=clock.now_ms(),
        )
        name = layout.tombstone_name(backup_id)
        try:
            self._repository.put_object(name, ObjectKind.TOMBSTONE, marks.encode(stone))
        except ExistsError:
            # One is there already that does not open: the backup would come back with it.
            raise TamperedError(
                f"{name} of the backup repository is damaged; delete it, and drop the backup again"
            ) from None

    def _sha256(self, backup_id: str) -> str:
        """Return the hash that others know of a manifest that does not open, so that they agree."""
        if backup_id in self._named:
            return self._named[backup_id]
        if backup_id in self._known:
            return self._known[backup_id].sha256
        raw = self._repository.destination.get(self.name(backup_id))
        return hashlib.sha256(raw).hexdigest()
