"""The vault's own record of its backups: told without asking the places where they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

import msgspec

from privatus.backup import layout
from privatus.backup.history import KnownBackup
from privatus.backup.repository import Repository, Snapshot
from privatus.core import clock
from privatus.core.backup import (
    Backup,
    BackupDestination,
    DestinationStatus,
    TableContents,
    was_read,
)
from privatus.core.errors import PrivatusError
from privatus.services.backups import harm, schedule
from privatus.storage.backups import (
    BackupMetadata,
    MetadataDetails,
    StoredBackup,
    StoredDestination,
)
from privatus.storage.store import Store


def take_in(
    metadata: BackupMetadata,
    destination_id: int,
    snapshots: Sequence[Snapshot],
    pinned: Collection[str] | None,
) -> None:
    """Note backups that lie at a destination; *pinned*: None says nothing of pins."""
    known = {one.backup_id: one for one in metadata.of(destination_id)}
    for snapshot in snapshots:
        said = snapshot.manifest
        former = known.get(said.id)
        is_pinned = former is not None and former.is_pinned
        if pinned is not None:
            is_pinned = said.id in pinned
        if former is not None and former.is_pinned == is_pinned:
            continue
        row = former or _row(destination_id, snapshot)
        metadata.put(msgspec.structs.replace(row, is_pinned=is_pinned), said.backup().tables)


def read(store: Store, destination_id: int, repository: Repository) -> None:
    """Note all backups that lie in *repository*, and which were dropped and pinned.

    Raises:
        UnreachableError, DestinationError: it does not answer.
    """
    snapshots, _ = repository.snapshots()
    with store.snapshot() as tables:
        believed = {one.backup_id for one in tables.backups.metadata.there(destination_id)}
    dropped, _ = repository.tombstones(believed)
    pinned = pins(repository)
    with store.transaction() as tables:
        take_in(tables.backups.metadata, destination_id, snapshots, pinned)
        note_dropped(tables.backups.metadata, destination_id, dropped)


def take_in_made(store: Store, destination_id: int, repository: Repository, made: Snapshot) -> None:
    """Note what was made; and what another computer made, or this one before a restore."""
    with store.transaction() as tables:
        take_in(tables.backups.metadata, destination_id, [made], None)
    # The backup is made, whatever becomes of this.
    with suppress(PrivatusError):
        with store.snapshot() as tables:
            is_all = knows_all(tables.backups.metadata, destination_id, repository)
        if not is_all:
            read(store, destination_id, repository)


def knows_all(metadata: BackupMetadata, destination_id: int, repository: Repository) -> bool:
    """Say whether the vault knows of exactly the backups whose manifests lie in *repository*."""
    there = {layout.backup_of(entry.name) for entry in repository.objects(layout.SNAPSHOTS)}
    return {one.backup_id for one in metadata.there(destination_id)} == there


def known(metadata: BackupMetadata, destination_id: int) -> list[KnownBackup]:
    """Return what the vault remembers of the backups at a destination, also of dropped ones."""
    return [
        KnownBackup(
            id=one.backup_id,
            sequence=one.sequence,
            sha256=one.details.sha256,
            was_dropped=one.dropped_at_ms is not None,
            is_pinned=one.is_pinned,
        )
        for one in metadata.of(destination_id)
    ]


def dropped(metadata: BackupMetadata, destination_id: int) -> dict[str, int]:
    """Return the numbers of the backups that are known to be dropped, by their ids."""
    known = metadata.of(destination_id)
    return {one.backup_id: one.sequence for one in known if one.dropped_at_ms is not None}


def _row(destination_id: int, snapshot: Snapshot) -> StoredBackup:
    said = snapshot.manifest
    backup = said.backup()
    details = MetadataDetails(
        kind=backup.kind,
        total_bytes=backup.total_bytes,
        new_bytes=backup.new_bytes,
        files=backup.files,
        duration_ms=backup.duration_ms,
        host=backup.host,
        app=backup.app,
        schema=backup.schema,
        sha256=snapshot.sha256,
        signer=snapshot.signer.hex(),
    )
    return StoredBackup(
        id=0,
        destination_id=destination_id,
        backup_id=said.id,
        sequence=said.sequence,
        made_at_ms=said.made_at_ms,
        details=details,
    )


def note_dropped(
    metadata: BackupMetadata, destination_id: int, backup_ids: Collection[str]
) -> None:
    """Note that backups were dropped on purpose, here or on another machine."""
    for known in metadata.of(destination_id):
        if known.backup_id in backup_ids and known.dropped_at_ms is None:
            metadata.put(msgspec.structs.replace(known, dropped_at_ms=clock.now_ms()))


def pins(repository: Repository) -> set[str]:
    """Return the ids of the backups that must stay."""
    return {layout.backup_of(entry.name) for entry in repository.objects(layout.PINS)}


def shown(
    stored: StoredBackup, tables: tuple[TableContents, ...], *, is_damaged: bool = False
) -> Backup:
    """Return what a person is told of a backup."""
    said = stored.details
    return Backup(
        id=stored.backup_id,
        sequence=stored.sequence,
        made_at_ms=stored.made_at_ms,
        kind=said.kind,
        total_bytes=said.total_bytes,
        new_bytes=said.new_bytes,
        files=said.files,
        duration_ms=said.duration_ms,
        host=said.host,
        app=said.app,
        schema=said.schema,
        tables=tables,
        is_pinned=stored.is_pinned,
        verified_at_ms=stored.verified_at_ms,
        proven_at_ms=stored.proven_at_ms,
        is_damaged=is_damaged,
    )


def shown_destination(stored: StoredDestination) -> BackupDestination:
    """Return what a person is told of a destination: nothing that opens it."""
    said = stored.details
    return BackupDestination(
        id=stored.id,
        name=said.name,
        location=said.location,
        schedule=said.schedule,
        keep=said.keep,
        option_names=tuple(sorted(said.options)),
    )


def status(
    stored: StoredDestination, known: Sequence[StoredBackup], now_ms: int | None = None
) -> DestinationStatus:
    """Return how a destination is, by what is *known* of its backups."""
    now_ms = clock.now_ms() if now_ms is None else now_ms
    there = [one for one in known if one.dropped_at_ms is None]
    # The latest that can be true; one of a time to come only if there is no other.
    last = max(
        there,
        key=lambda one: (schedule.is_past(one.made_at_ms, now_ms), one.made_at_ms),
        default=None,
    )
    last_at_ms = last.made_at_ms if last else None
    harmed = {*stored.state.harmed} & {one.backup_id for one in there}
    # What was dropped worries nobody.
    state = msgspec.structs.replace(stored.state, harmed=tuple(harmed))
    # That a disk is not plugged in says less than that what is kept there is damaged.
    is_damaged = bool(harmed) and (state.is_away or not state.problem)
    stored = msgspec.structs.replace(stored, state=state)
    return DestinationStatus(
        destination=shown_destination(stored),
        health=schedule.health(stored, last_at_ms, now_ms),
        backups=len(there),
        last_backup_at_ms=last_at_ms,
        last_verified_at_ms=_latest(one.verified_at_ms for one in there),
        # Also of one that was dropped since: that the way back was tried stays true.
        last_proven_at_ms=_latest(one.proven_at_ms for one in known),
        is_last_verified=last is not None
        and was_read(last)
        and last.backup_id not in stored.state.harmed,
        next_at_ms=schedule.next_at_ms(stored, last_at_ms, now_ms),
        problem=harm.sentence(len(harmed)) if is_damaged else state.problem,
        is_damaged=is_damaged,
        failing_since_ms=stored.state.failing_since_ms,
    )


def _latest(times: Iterable[int | None]) -> int | None:
    return max((one for one in times if one is not None), default=None)
