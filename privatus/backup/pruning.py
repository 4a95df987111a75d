"""Frees what dropped backups alone have held.

First it is worked out what all backups need; if a part of that cannot be read, nothing is done.
Packs without anything of it go; of packs with much waste, what is needed is written into new ones.
The order is that of security: new packs, an index that stands for all former ones, and only when
these are there the former index, and then the former packs go. Killed anywhere, it leaves every
backup whole, and the next prune clears up.

A full backup has written anew what earlier ones hold. So a chunk stays as often as there are full
backups whose line needs it: an old backup keeps what it was verified with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from privatus.backup import dropping, index, layout, locks
from privatus.backup.destinations.port import DestinationFullError, Entry
from privatus.backup.index import ChunkIndex, IndexObject
from privatus.backup.layout import ChunkKind, pack_name
from privatus.backup.locks import Held, LockKind
from privatus.backup.needs import needed
from privatus.backup.packs import Pack
from privatus.backup.reading import ChunkReader
from privatus.backup.reindexing import is_due, lost, replace_index
from privatus.backup.repository import Repository, Snapshot
from privatus.backup.writing import ChunkWriter
from privatus.core import clock
from privatus.core.backup import BackupKind
from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.vault.repository_keys import TAG_BYTES

PRUNING = "pruning"
# Rewriting a pack costs reading and writing what is needed of it, so it must free some of it.
WASTE_SHARE = 0.3
# What no index names may be of a backup that has not got to its index: on a machine that slept.
GRACE_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What a prune has done, or would do."""

    removed_packs: int
    freed_bytes: int
    rewritten_bytes: int


def prune(
    repository: Repository,
    *,
    job: Job,
    staying: Collection[str] = (),
    now_ms: int | None = None,
    waste_share: float = WASTE_SHARE,
) -> Pruned:
    """Free what no backup needs.

    *staying* are ids of backups that are known to be there: where a list lags behind, and lacks
    one of them, nothing is done.

    Raises:
        TamperedError: a manifest, the index or a list is damaged, or one of those that stay is
            gone; nothing was removed.
        BusyError: somebody else is at work, or may have been meanwhile.
        DestinationError, UnreachableError: it was not finished; no backup was harmed.
        JobCancelled: the person stopped it; the next prune goes on.
    """
    with locks.held(repository, LockKind.EXCLUSIVE) as lock:
        dropping.finish(repository, lock)
        snapshots = _backups(repository, ())
        dropping.require(repository, {one.manifest.id for one in snapshots}, staying)
        plan = _plan(repository, snapshots, now_ms, waste_share)
        return _carry_out(repository, plan, lock, job)


def would_prune(
    repository: Repository,
    without: Collection[str] = (),
    *,
    now_ms: int | None = None,
    waste_share: float = WASTE_SHARE,
) -> Pruned:
    """Return what a prune would do if the backups with the ids *without* were dropped before.

    Raises:
        TamperedError: as `prune`.
        UnreachableError, DestinationError: the destination does not let itself be read.
    """
    with locks.held_for_reading(repository):
        snapshots = _backups(repository, without)
        return _plan(repository, snapshots, now_ms, waste_share).figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    index: ChunkIndex
    objects: list[IndexObject]  # all that there are
    keep: list[Pack]
    rewrite: list[Pack]
    kinds: dict[bytes, ChunkKind]  # of the chunks that are written anew
    rewritten_bytes: int
    dead: list[Pack]
    unnamed: list[Entry]  # old packs that no index names
    is_index_due: bool

    def without_rewriting(self) -> _Plan:
        return replace(
            self, keep=[*self.keep, *self.rewrite], rewrite=[], kinds={}, rewritten_bytes=0
        )

    def figures(self, written_bytes: int | None = None) -> Pruned:
        written = self.rewritten_bytes if written_bytes is None else written_bytes
        removed = sum(pack.size_bytes for pack in (*self.rewrite, *self.dead))
        return Pruned(
            removed_packs=len(self.rewrite) + len(self.dead) + len(self.unnamed),
            freed_bytes=max(0, removed + sum(one.size_bytes for one in self.unnamed) - written),
            rewritten_bytes=self.rewritten_bytes,
        )


def _plan(
    repository: Repository, snapshots: list[Snapshot], now_ms: int | None, waste_share: float
) -> _Plan:
    objects, problems = repository.index_objects()
    _require(repository, [problem.name for problem in problems])
    chunks = index.merge(objects)
    entries = {entry.name: entry for entry in repository.objects(layout.DATA)}
    live = _live(repository, snapshots, chunks, entries)
    there = [pack for pack in chunks.packs.values() if pack_name(pack.id) in entries]
    used = [pack for pack in there if pack.id in live]
    # Chunks of former keys have ids that only those keys make: such packs stay as they are.
    rewrite = [
        pack
        for pack in used
        if pack.epoch == repository.keys.epoch and _waste(pack, live[pack.id]) >= waste_share
    ]
    rewritten = {pack.id for pack in rewrite}
    replaced = index.superseded(objects)
    of_rewritten = [pack.entries[number] for pack in rewrite for number in live[pack.id]]
    named = {pack_name(pack_id) for pack_id in chunks.packs}
    before_ms = (clock.now_ms() if now_ms is None else now_ms) - GRACE_MS
    return _Plan(
        index=chunks,
        objects=objects,
        keep=[pack for pack in used if pack.id not in rewritten],
        rewrite=rewrite,
        kinds={chunk_id: ChunkKind(kind) for chunk_id, kind, _ in of_rewritten},
        rewritten_bytes=sum(length + TAG_BYTES for _, _, length in of_rewritten),
        dead=[pack for pack in there if pack.id not in live],
        unnamed=[
            one for name, one in entries.items() if name not in named and _is_old(one, before_ms)
        ],
        is_index_due=len(used) < len(chunks.packs)
        or is_due(list(repository.objects(layout.INDEX)))
        or any(one.name in replaced for one in objects),
    )


def _backups(repository: Repository, without: Collection[str]) -> list[Snapshot]:
    """Return all backups but those *without*, if every manifest of them opens."""
    snapshots, problems = repository.snapshots()
    names = [one.name for one in problems]
    _require(repository, [name for name in names if layout.backup_of(name) not in without])
    return [one for one in snapshots if one.manifest.id not in without]


def _require(repository: Repository, damaged: list[str]) -> None:
    if damaged:
        raise TamperedError(
            f"{damaged[0]} at {repository.destination.location} is damaged, so nothing is removed"
            " there; verify the backups, and drop those that are harmed"
        )


def _live(
    repository: Repository,
    snapshots: list[Snapshot],
    chunks: ChunkIndex,
    entries: Mapping[str, Entry],
) -> dict[bytes, set[int]]:
    """Return which records of which packs stay."""
    live: dict[bytes, set[int]] = {}
    for chunk_id, n_copies in _copies(ChunkReader(repository, chunks), snapshots).items():
        places = [one for one in chunks.places(chunk_id) if _is_whole(one.pack, entries)]
        if not places:
            _require(repository, [_where(chunks, chunk_id)])
        for place in places[:n_copies]:
            live.setdefault(place.pack.id, set()).add(place.number)
    return live


def _copies(reader: ChunkReader, snapshots: list[Snapshot]) -> dict[bytes, int]:
    """Return how often each chunk that is needed should stay."""
    copies: dict[bytes, int] = {}
    for line in _lines(snapshots):
        for chunk_id in {one for ids in needed(reader, (s.manifest for s in line)) for one in ids}:
            copies[chunk_id] = copies.get(chunk_id, 0) + 1
    return copies


def _lines(snapshots: list[Snapshot]) -> Iterator[list[Snapshot]]:
    """Yield each full backup with those that came after it."""
    line: list[Snapshot] = []
    for one in snapshots:
        if one.manifest.kind is BackupKind.FULL and line:
            yield line
            line = []
        line.append(one)
    yield line


def _is_whole(pack: Pack, entries: Mapping[str, Entry]) -> bool:
    entry = entries.get(pack_name(pack.id))
    return entry is not None and entry.size_bytes == pack.size_bytes


def _where(chunks: ChunkIndex, chunk_id: bytes) -> str:
    place = next(chunks.places(chunk_id), None)
    return "the index" if place is None else pack_name(place.pack.id)


def _waste(pack: Pack, live: set[int]) -> float:
    live_bytes = sum(pack.entries[number][2] + TAG_BYTES for number in live)
    total = sum(length + TAG_BYTES for _, _, length in pack.entries)
    return 1 - live_bytes / total


def _is_old(entry: Entry, before_ms: int) -> bool:
    return entry.modified_at_ms is not None and entry.modified_at_ms < before_ms


def _carry_out(repository: Repository, plan: _Plan, lock: Held, job: Job) -> Pruned:
    try:
        written = _rewritten(repository, plan, job)
    except DestinationFullError:
        # What nobody needs any more goes first; the next prune has the room to write anew.
        if not plan.dead:
            raise
        plan, written = plan.without_rewriting(), []
    # Once more: a list that lagged behind may not have shown who else was at work.
    lock.require_no_other()
    if plan.is_index_due or plan.rewrite:
        try:
            # The new ones first: where a chunk lies twice, a later place is preferred.
            _replace_index(repository, plan, [*written, *plan.keep], lock)
        except DestinationFullError:
            _free_unwritten(repository, plan, lock)
            _replace_index(repository, plan, [*written, *plan.keep], lock)
    goes = [pack_name(pack.id) for pack in (*plan.rewrite, *plan.dead)]
    goes += [entry.name for entry in plan.unnamed]
    for name in goes:
        job.check()
        lock.remove(name)
    repository.destination.clear_leftovers(GRACE_MS)
    return plan.figures(sum(pack.size_bytes for pack in written))


def _rewritten(repository: Repository, plan: _Plan, job: Job) -> list[Pack]:
    """Write what is needed of wasteful packs into new ones; return those."""
    reader, done = ChunkReader(repository, plan.index), 0
    # Nothing is left out as known: all of it is, in the packs that go.
    with ChunkWriter(repository, ()) as writer:
        for chunk_id, plain in reader.each(plan.kinds):
            if writer.add(plan.kinds[chunk_id], plain) != chunk_id:
                raise TamperedError("a chunk is not what its id says; verify the backups")
            done += len(plain) + TAG_BYTES
            job.report(PRUNING, min(done, plan.rewritten_bytes), plan.rewritten_bytes)
        return writer.finish()


def _replace_index(repository: Repository, plan: _Plan, packs: list[Pack], lock: Held) -> None:
    """Put an index of *packs* in place of all former ones, once it is sure that they are there."""
    there = {entry.name: entry for entry in repository.objects(layout.DATA)}
    if not all(_is_whole(pack, there) for pack in packs):
        raise lost(repository)
    replace_index(repository, packs, [one.name for one in plan.objects], lock)


def _free_unwritten(repository: Repository, plan: _Plan, lock: Held) -> None:
    """Free what goes without a new index: where objects of it tell of dead packs and no others.

    An object that stands for others stays, or those would count again.
    """
    dead = {pack.id for pack in plan.dead}
    goes = [
        one
        for one in plan.objects
        if not one.superseded and dead.issuperset(pack.id for pack in one.packs)
    ]
    stays = {pack.id for one in plan.objects if one not in goes for pack in one.packs}
    for one in goes:
        lock.remove(one.name)
    for pack_id in {pack.id for one in goes for pack in one.packs} - stays:
        lock.remove(pack_name(pack_id))
