"""Says whether the backups of a repository could be restored, at four depths.

list        manifests open, are signed, and none was taken away or put back; keys and config, too
structure   every chunk that a backup needs lies in a pack that is there, with the right size
part        one part of the packs, by their ids, was read and is what was written
data        all packs were read and are what was written
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from privatus.backup import examining, history, index, layout, locks
from privatus.backup.destinations.port import DestinationError, NotThereError
from privatus.backup.examining import PackFault
from privatus.backup.history import History, KnownBackup
from privatus.backup.index import ChunkIndex
from privatus.backup.layout import pack_name, pack_of
from privatus.backup.needs import needed
from privatus.backup.reading import ChunkReader, LostChunk
from privatus.backup.repository import Repository, SecretSide, Snapshot, VaultSide
from privatus.core import clock
from privatus.core.backup import BackupProblem, VerifyDepth, VerifyReport
from privatus.core.errors import BugError, NewerVaultError, TamperedError
from privatus.core.jobs import Job
from privatus.vault import header, key_object, member_key
from privatus.vault.member_key import Place

__all__ = ["VERIFYING", "KnownBackup", "verify"]

VERIFYING = "verifying"

Part = tuple[int, int]  # number, from 1, and of how many


def verify(
    repository: Repository,
    depth: VerifyDepth,
    *,
    side: VaultSide | SecretSide,
    job: Job,
    known: Sequence[KnownBackup] = (),
    part: Part | None = None,
    signer: bytes | None = None,
) -> VerifyReport:
    """Return what is wrong with a repository, each fault with the object's name.

    *side* is what opened it; *known* is what the vault remembers of its backups, *signer* the
    public key of its identity. *part* is which of the packs VerifyDepth.PART reads: all parts of
    one number together are all packs.

    Raises:
        BusyError: somebody prunes.
        UnreachableError, RefusedError: the destination does not let itself be read.
        JobCancelled: the person stopped it.
    """
    if (part is None) == (depth is VerifyDepth.PART):
        raise BugError("a part is read if it is said which")
    begun_at_ms = clock.now_ms()
    with locks.held_for_reading(repository):
        # In the order opposite to that of writing: what is published meanwhile is not missed.
        found = history.examine(repository, known, signer)
        problems = [*_settings(repository, side, found.snapshots), *found.problems]
        work = _Structure(repository, found, job)
        if depth is not VerifyDepth.LIST:
            problems += work.examine(depth, part)
    return VerifyReport(
        depth=depth,
        at_ms=begun_at_ms,
        duration_ms=clock.now_ms() - begun_at_ms,
        part=part,
        problems=tuple(problems),
        **work.figures(),
    )


def _settings(
    repository: Repository, side: VaultSide | SecretSide, snapshots: Sequence[Snapshot]
) -> Iterator[BackupProblem]:
    """Yield what is wrong with config and key objects, without which nothing opens."""
    every = tuple(one.manifest.id for one in snapshots)
    try:
        is_whole = repository.destination.get(layout.CONFIG) == repository.config.pack()
    except NotThereError:
        is_whole = False
    if not is_whole:
        what = "the config is not the one of this repository; copy it back from another copy"
        yield BackupProblem(name=layout.CONFIG, what=what, backups=every)
    opens = False
    for entry in repository.objects(layout.KEYS):
        try:
            raw = repository.destination.get(entry.name)
        except NotThereError:
            continue
        if layout.is_members(entry.name):
            yield from _member_key(entry.name, raw, repository)
            continue
        try:
            is_former = _is_former(raw, repository, side)
        except (TamperedError, NewerVaultError) as error:
            yield BackupProblem(name=entry.name, what=str(error))
            continue
        opens = True
        if is_former:
            what = "it opens with a former password or code; the next backup takes it away"
            yield BackupProblem(name=entry.name, what=what)
    if not opens:
        what = "no password and no code opens these backups any more; make one now"
        yield BackupProblem(name=layout.KEYS, what=what, backups=every)


def _is_former(raw: bytes, repository: Repository, side: VaultSide | SecretSide) -> bool:
    """Say whether a key object of the vault opens with what opens the vault no longer.

    Raises:
        TamperedError: it is damaged, or the vault has not made it.
        NewerVaultError: a newer program made it.
    """
    found = key_object.parse(raw)
    for vault_key in reversed(side.vault_keys):
        try:
            found.check(repository.config.pack(), repository.config.repository_id, vault_key)
        except TamperedError:
            continue
        return found.header.sequence < header.parse(side.header).sequence
    raise TamperedError("the holder of the vault has not made this key object")


def _member_key(name: str, raw: bytes, repository: Repository) -> Iterator[BackupProblem]:
    place = Place(repository.config.repository_id, repository.config.pack())
    try:
        member_key.check(place, raw, repository.keys)
    except TamperedError as error:
        yield BackupProblem(name=name, what=str(error))


class _Structure:
    """One look at index and packs."""

    def __init__(self, repository: Repository, found: History, job: Job) -> None:
        self._repository = repository
        self._snapshots = found.snapshots
        self._job = job
        self._faults: dict[bytes, PackFault] = {}
        # Chunks without a place at all, and lists that cannot be read.
        self._nowhere: set[bytes] = set()
        self._total_bytes = 0
        self.index = ChunkIndex()
        self.read_bytes = 0
        self.unused: set[str] = set()

    def examine(self, depth: VerifyDepth, part: Part | None) -> list[BackupProblem]:
        objects, problems = self._repository.index_objects()
        self.index = index.merge(objects)
        sizes = {entry.name: entry.size_bytes for entry in self._repository.objects(layout.DATA)}
        names = {pack_name(pack_id): pack_id for pack_id in self.index.packs}
        self.unused = set(sizes) - set(names)
        self._faults = dict(self._wrong_sizes(sizes))
        if depth is not VerifyDepth.STRUCTURE:
            wanted = _part_of(map(pack_of, sizes), part)
            there = [pack_id for pack_id in wanted if pack_id not in self._faults]
            self._total_bytes = sum(sizes[pack_name(pack_id)] for pack_id in there)
            packs = ((pack_id, self.index.packs.get(pack_id)) for pack_id in there)
            self._faults |= dict(examining.examine(self._repository, packs, self._on_read))
        return [*problems, *self._told()]

    def figures(self) -> dict[str, Any]:
        """Return what a report tells of what was looked at."""
        return {
            "backups": len(self._snapshots),
            "looked_at": tuple(one.manifest.id for one in self._snapshots),
            "packs": len(self.index.packs),
            "chunks": len(self.index),
            "read_bytes": self.read_bytes,
            "unused": tuple(sorted(self.unused)),
        }

    def _wrong_sizes(self, sizes: Mapping[str, int]) -> Iterator[tuple[bytes, PackFault]]:
        for pack in self.index.packs.values():
            name = pack_name(pack.id)
            size = sizes.get(name)
            if size is None:
                # A list may lag behind, so it is asked for by name.
                size = _size(self._repository, name)
            if size is None:
                yield pack.id, PackFault(name, "the index names this pack, and it is gone")
            elif size != pack.size_bytes or size != pack.expected_bytes:
                said = f"it has {size:,} bytes and should have {pack.size_bytes:,}"
                yield pack.id, PackFault(name, said)

    def _on_read(self, n_bytes: int) -> None:
        self.read_bytes += n_bytes
        self._job.report(VERIFYING, min(self.read_bytes, self._total_bytes), self._total_bytes)

    def _told(self) -> Iterator[BackupProblem]:
        """Yield what is wrong, each with the backups that it harms."""
        self._job.check()
        lost = self._lost_of(self._snapshots)
        harmed: dict[bytes, list[str]] = {pack_id: [] for pack_id in self._faults}
        for snapshot in self._snapshots if lost or self._faults else ():
            self._job.check()
            gone = self._lost_of([snapshot]) if lost else set()
            for pack_id in {pack_id for one in gone for pack_id in self._hit_packs(one)}:
                harmed[pack_id].append(snapshot.manifest.id)
            if nowhere := gone & self._nowhere:
                what = f"{len(nowhere):,} of its chunks lie in no pack that the index names"
                yield BackupProblem(name=snapshot.name, what=what, backups=(snapshot.manifest.id,))
        for pack_id, fault in sorted(self._faults.items()):
            yield BackupProblem(name=fault.name, what=fault.what, backups=tuple(harmed[pack_id]))

    def _lost_of(self, snapshots: Sequence[Snapshot]) -> set[bytes]:
        """Return chunks of these backups that can be read nowhere."""
        lost: set[bytes] = set()

        def on_lost(one: LostChunk) -> None:
            lost.add(one.chunk_id)
            self._note(one)

        reader = ChunkReader(self._repository, self.index)
        for ids in needed(reader, (one.manifest for one in snapshots), on_lost):
            self._job.check()
            lost.update(one for one in ids if not self._is_readable(one))
        self._nowhere.update(one for one in lost if not self._hit_packs(one))
        return lost

    def _note(self, lost: LostChunk) -> None:
        """Remember a list of chunks that could not be read, in whatever depth."""
        for place in self.index.places(lost.chunk_id):
            name = pack_name(place.pack.id)
            fault = self._faults.get(place.pack.id, PackFault(name, lost.what, ()))
            self._faults[place.pack.id] = fault.and_also(place.number)

    def _is_readable(self, chunk_id: bytes) -> bool:
        return any(
            place.pack.id not in self._faults or not self._faults[place.pack.id].hits(place.number)
            for place in self.index.places(chunk_id)
        )

    def _hit_packs(self, chunk_id: bytes) -> list[bytes]:
        places = self.index.places(chunk_id)
        return [place.pack.id for place in places if place.pack.id in self._faults]


def _part_of(pack_ids: Iterable[bytes], part: Part | None) -> list[bytes]:
    """Return the packs of a part: ids are random, so that parts are of about one size."""
    number, of = part or (1, 1)
    return sorted(one for one in pack_ids if int.from_bytes(one[:8], "big") % of == number - 1)


def _size(repository: Repository, name: str) -> int | None:
    try:
        return len(repository.destination.get(name))
    except DestinationError:
        return None
