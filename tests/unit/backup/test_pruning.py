"""Dropping and pruning free what no backup needs, and touch nothing when anything is unclear."""

from __future__ import annotations

import os
import random
import time

import pytest

from privatus.backup.destinations.local import LocalDestination
from privatus.backup.destinations.port import BrokenTransferError
from privatus.backup.dropping import forget, pin, pins, unpin
from privatus.backup.locks import LockKind, LostLockError, held
from privatus.backup.pruning import GRACE_MS, Pruned, prune, would_prune
from privatus.backup.repository import Repository, Snapshot
from privatus.core.backup import BackupKind, VerifyDepth
from privatus.core.errors import BusyError, JobCancelled, TamperedError, UserError
from privatus.core.jobs import Job
from support.kept_backups import KeptBackups

_CHANCE = random.Random(3)


def _prune(kept: KeptBackups, waste_share: float = 0.3) -> Pruned:
    return prune(kept.repository, job=Job(), waste_share=waste_share)


def _forget(kept: KeptBackups, *snapshots: Snapshot) -> None:
    forget(kept.repository, [one.manifest.id for one in snapshots])
    for one in snapshots:
        kept.held.pop(one.manifest.id, None)


def _require_whole(kept: KeptBackups) -> None:
    """Check that all backups that should be there are, and come back as they were."""
    snapshots, problems = kept.repository.snapshots()
    assert problems == []
    assert {one.manifest.id for one in snapshots} == set(kept.held)
    assert kept.wrong() == []
    for backup_id, files in kept.held.items():
        assert kept.restored(backup_id) == files


def _bytes_there(kept: KeptBackups) -> int:
    return sum(entry.size_bytes for entry in kept.place.list("data"))


def _sequences(kept: KeptBackups) -> list[int]:
    return [one.manifest.sequence for one in kept.repository.snapshots()[0]]


def test_what_only_dropped_backups_held_is_freed(kept: KeptBackups) -> None:
    backups = [kept.back_up()] + [kept.grow(_CHANCE) for _ in range(5)]
    before = _bytes_there(kept)
    ids = [one.manifest.id for one in backups[1:4]]
    foretold = would_prune(kept.repository, ids)
    assert _bytes_there(kept) == before

    _forget(kept, *backups[1:4])
    done = _prune(kept)

    _require_whole(kept)
    assert 0 < done.freed_bytes == before - _bytes_there(kept)
    assert foretold.removed_packs == done.removed_packs > 0
    assert foretold.rewritten_bytes == done.rewritten_bytes
    assert abs(foretold.freed_bytes - done.freed_bytes) < 2000
    assert _prune(kept) == Pruned(removed_packs=0, freed_bytes=0, rewritten_bytes=0)


def test_a_backup_that_was_dropped_leaves_a_tombstone_and_a_whole_chain(kept: KeptBackups) -> None:
    first, second, third = kept.back_up(), kept.grow(_CHANCE), kept.grow(_CHANCE)

    _forget(kept, second)
    assert kept.wrong() == []
    _forget(kept, third)
    fourth = kept.back_up()

    assert kept.names("tombstones") == sorted(
        f"tombstones/{one.manifest.id}" for one in (second, third)
    )
    assert [parent.id for parent in fourth.manifest.parents] == [third.manifest.id]
    assert _sequences(kept) == [first.manifest.sequence, 4]
    _prune(kept)
    _require_whole(kept)
    # Said twice, it is as if said once.
    forget(kept.repository, [second.manifest.id])
    _require_whole(kept)


def test_a_wasteful_pack_is_written_anew_and_others_are_left_alone(kept: KeptBackups) -> None:
    first = kept.back_up()
    (pack,) = kept.names("data")
    for page in range(0, kept.pages, 4):  # half of its chunks, as a chunk is two pages
        kept.vault.edit(page)
    kept.back_up()
    _forget(kept, first)

    assert _prune(kept, waste_share=0.9).rewritten_bytes == 0
    assert pack in kept.names("data")
    done = _prune(kept, waste_share=0.3)

    assert done.rewritten_bytes == 6 * (16384 + 16)
    assert pack not in kept.names("data")
    assert len(kept.names("index")) == 1
    _require_whole(kept)


def test_all_can_be_dropped_and_then_nothing_is_left_but_tombstones(kept: KeptBackups) -> None:
    _forget(kept, kept.back_up(), kept.grow(_CHANCE))
    _prune(kept)
    assert kept.names("data") == []
    assert kept.wrong() == []
    kept.back_up()
    _require_whole(kept)


def test_an_earlier_backup_keeps_the_chunks_that_it_was_verified_with(kept: KeptBackups) -> None:
    first = kept.back_up()
    former = kept.names("data")
    kept.back_up(BackupKind.FULL)

    _prune(kept)
    assert set(former) < set(kept.names("data"))
    _forget(kept, first)
    _prune(kept)
    assert not set(former) & set(kept.names("data"))
    _require_whole(kept)


def test_packs_of_former_keys_stay_as_they_are_until_nothing_in_them_is_needed(
    kept: KeptBackups,
) -> None:
    first, second = kept.back_up(), kept.grow(_CHANCE)
    former = set(kept.names("data"))
    kept.vault.rotate()
    kept.repository = kept.vault.repository(kept.place)
    third = kept.back_up()
    assert third.manifest.epoch == 2

    _forget(kept, first)
    assert _prune(kept, waste_share=0.01).rewritten_bytes == 0
    assert former < set(kept.names("data"))
    _require_whole(kept)
    kept.grow(_CHANCE)
    _forget(kept, second, third)
    assert _prune(kept, waste_share=0.01).rewritten_bytes > 0
    assert not former & set(kept.names("data"))
    _require_whole(kept)


def test_index_objects_that_a_killed_prune_has_left_go_with_the_next(kept: KeptBackups) -> None:
    first = kept.back_up()
    (name,) = kept.names("index")
    raw = kept.place.get(name)
    kept.grow(_CHANCE)
    _forget(kept, first)
    _prune(kept, waste_share=0.01)
    kept.place.put(name, raw)
    _prune(kept)
    assert name not in kept.names("index")
    assert len(kept.names("index")) == 1
    _require_whole(kept)


def test_packs_that_no_index_names_stay_for_a_day(kept: KeptBackups) -> None:
    kept.grow(_CHANCE)
    kept.place.put("data/aa/aa" + "0" * 62, b"of a backup that was broken off")
    _prune(kept)
    assert "data/aa/aa" + "0" * 62 in kept.names("data")
    # Nor are they forgotten then.
    now_ms = time.time_ns() // 1_000_000 + GRACE_MS + 1000
    done = prune(kept.repository, job=Job(), now_ms=now_ms)
    assert done.removed_packs == 1
    assert kept.verify().unused == ()
    _require_whole(kept)


@pytest.mark.parametrize("folder", ["snapshots", "index"])
def test_nothing_is_removed_where_a_manifest_or_the_index_is_damaged(
    kept: KeptBackups, folder: str
) -> None:
    first, second = kept.back_up(), kept.grow(_CHANCE)
    _forget(kept, first)
    name = kept.names(folder)[0]
    kept.flip(name, 400)
    before = kept.names()
    with pytest.raises(TamperedError, match=f"{name} .* is damaged, so nothing is removed"):
        _prune(kept)
    assert kept.names() == before
    kept.flip(name, 400)
    _prune(kept)
    assert _sequences(kept) == [second.manifest.sequence]
    _require_whole(kept)


def test_nothing_is_removed_where_a_pack_or_its_index_is_gone(kept: KeptBackups) -> None:
    first, _ = kept.back_up(), kept.grow(_CHANCE)
    _forget(kept, first)
    for folder in ("data", "index"):
        for name in kept.names(folder):
            raw = kept.place.get(name)
            kept.place.delete(name)
            before = kept.names()
            with pytest.raises(TamperedError):
                prune(kept.repository, job=Job(), now_ms=1 << 50)
            assert kept.names() == before
            kept.place.put(name, raw)
    _prune(kept)
    _require_whole(kept)


def test_a_damaged_chunk_is_never_written_anew(kept: KeptBackups) -> None:
    first = kept.back_up()
    (pack,) = kept.names("data")
    for page in range(0, kept.pages, 4):
        kept.vault.edit(page)
    kept.back_up()
    _forget(kept, first)
    for at in range(2000, (kept.folder / pack).stat().st_size - 2000, 4000):
        kept.flip(pack, 8 * at)
    with pytest.raises(TamperedError):
        _prune(kept)
    assert pack in kept.names("data")


def test_a_backup_with_a_damaged_manifest_can_be_dropped_and_the_chain_holds(
    kept: KeptBackups,
) -> None:
    _, second, _ = kept.back_up(), kept.grow(_CHANCE), kept.grow(_CHANCE)
    kept.flip(second.name, 333)
    _forget(kept, second)
    _prune(kept)
    _require_whole(kept)


def test_a_backup_whose_manifest_is_gone_can_be_dropped_and_the_chain_holds(
    kept: KeptBackups,
) -> None:
    backups = [kept.back_up(), kept.grow(_CHANCE), kept.grow(_CHANCE)]
    known = kept.known()
    for one in backups[1:]:
        kept.place.delete(one.name)
    ids = [one.manifest.id for one in backups[1:]]
    with pytest.raises(UserError):
        forget(kept.repository, ids)  # of the newest nothing tells but the vault

    forget(kept.repository, ids, known=known)

    for backup_id in ids:
        del kept.held[backup_id]
    assert kept.verify(known=known).problems == ()
    assert kept.back_up().manifest.sequence == 4
    _require_whole(kept)


def test_nothing_is_dropped_for_the_sake_of_a_backup_that_is_gone(kept: KeptBackups) -> None:
    backups = [kept.back_up(), kept.grow(_CHANCE), kept.grow(_CHANCE)]
    stays, goes = backups[2].manifest.id, backups[0].manifest.id
    raw = kept.place.get(backups[2].name)
    kept.place.delete(backups[2].name)
    with pytest.raises(TamperedError, match="so none is dropped"):
        forget(kept.repository, [goes], staying=[stays])
    before = kept.names()
    with pytest.raises(TamperedError, match="nothing removed"):
        prune(kept.repository, job=Job(), staying=[stays])
    assert kept.names() == before
    kept.place.put(backups[2].name, raw)
    forget(kept.repository, [goes], staying=[stays])
    del kept.held[goes]
    _require_whole(kept)


def test_what_is_pinned_is_not_dropped(kept: KeptBackups) -> None:
    first, second = kept.back_up(), kept.grow(_CHANCE)
    pin(kept.repository, first.manifest.id, "before the move")
    pin(kept.repository, first.manifest.id, "again")

    (said,) = pins(kept.repository).values()
    assert (said.id, said.note) == (first.manifest.id, "before the move")
    with pytest.raises(UserError, match="is pinned"):
        forget(kept.repository, [second.manifest.id, first.manifest.id])
    _require_whole(kept)
    with pytest.raises(UserError):
        pin(kept.repository, "0" * 32)

    kept.flip(f"pins/{first.manifest.id}", 200)
    with pytest.raises(TamperedError):
        forget(kept.repository, [second.manifest.id])
    kept.flip(f"pins/{first.manifest.id}", 200)
    unpin(kept.repository, first.manifest.id)
    _forget(kept, first)
    _require_whole(kept)


def test_a_backup_that_never_was_cannot_be_dropped(kept: KeptBackups) -> None:
    first = kept.back_up()
    with pytest.raises(UserError, match="no backup 0000"):
        forget(kept.repository, [first.manifest.id, "0" * 32])
    _require_whole(kept)


def test_many_small_index_objects_become_one(kept: KeptBackups) -> None:
    for _ in range(35):
        kept.vault.add_file(os.urandom(10))
        kept.back_up()
    assert len(kept.names("index")) == 35
    assert _prune(kept).removed_packs == 0
    assert len(kept.names("index")) == 1
    _require_whole(kept)


def test_who_prunes_is_alone(kept: KeptBackups) -> None:
    with held(kept.repository, LockKind.SHARED), pytest.raises(BusyError):
        _prune(kept)
    with held(kept.repository, LockKind.SHARED), pytest.raises(BusyError):
        forget(kept.repository, [])


def test_a_prune_can_be_stopped_and_the_next_goes_on(kept: KeptBackups) -> None:
    first, _ = kept.back_up(), kept.grow(_CHANCE)
    kept.back_up(BackupKind.FULL)
    _forget(kept, first)
    job = Job()
    job.cancel()
    with pytest.raises(JobCancelled):
        prune(kept.repository, job=job, waste_share=0.01)
    assert kept.wrong(VerifyDepth.DATA) == []
    _prune(kept)
    _require_whole(kept)


class _Robbed(LocalDestination):
    """A folder in which a lock disappears with the first deletion."""

    deleted: list[str]

    def delete(self, name: str) -> None:
        self.deleted.append(name)
        for entry in self.list("locks"):
            super().delete(entry.name)
        super().delete(name)


def test_a_prune_that_lost_its_lock_removes_nothing_more(kept: KeptBackups) -> None:
    backups = [kept.back_up()] + [kept.grow(_CHANCE) for _ in range(5)]
    _forget(kept, *backups[:-1])
    robbed = _Robbed(kept.folder)
    robbed.deleted = []
    repository = Repository(robbed, kept.repository.config, kept.repository.keys)
    with pytest.raises(LostLockError):
        prune(repository, job=Job())
    assert len([name for name in robbed.deleted if not name.startswith("locks")]) == 1
    _require_whole(kept)


class _Forgetful(LocalDestination):
    """A folder that says that it has written a pack or an index, and has not."""

    lost = ""

    def put(self, name: str, data: bytes) -> None:
        if not name.startswith(self.lost):
            super().put(name, data)


@pytest.mark.parametrize("folder", ["data", "index"])
def test_nothing_is_removed_before_what_stands_for_it_is_there(
    kept: KeptBackups, folder: str
) -> None:
    first = kept.back_up()
    for page in range(0, kept.pages, 4):
        kept.vault.edit(page)
    kept.back_up()
    _forget(kept, first)
    before = kept.names("data")
    forgetful = _Forgetful(kept.folder)
    forgetful.lost = folder
    repository = Repository(forgetful, kept.repository.config, kept.repository.keys)
    with pytest.raises(BrokenTransferError, match="has lost what was written"):
        prune(repository, job=Job())
    assert set(before) <= set(kept.names("data"))
    _require_whole(kept)
