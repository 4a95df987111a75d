"""An index that is damaged or gone is made anew from the packs, and everything goes on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.backup import locks
from privatus.backup.dropping import forget
from privatus.backup.locks import LockKind
from privatus.backup.pruning import prune
from privatus.backup.recovering import whole_index
from privatus.backup.repairing import repair_index
from privatus.core.errors import BusyError, JobCancelled, TamperedError
from privatus.core.jobs import Job
from support.kept_backups import KeptBackups

_CHANCE = random.Random(11)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeptBackups]:
    kept = KeptBackups(tmp_path)
    for _ in range(3):
        kept.grow(_CHANCE)
    yield kept
    kept.repository.close()


def _require_whole(kept: KeptBackups) -> None:
    assert kept.wrong() == []
    for backup_id, files in kept.held.items():
        assert kept.restored(backup_id) == files


def test_a_damaged_index_is_made_anew(kept: KeptBackups) -> None:
    name = kept.names("index")[1]
    kept.flip(name, 8 * 40)
    assert name in kept.wrong()
    with pytest.raises(TamperedError):
        prune(kept.repository, job=Job())

    assert repair_index(kept.repository, Job()) == 1

    assert len(kept.names("index")) == 1
    _require_whole(kept)
    prune(kept.repository, job=Job())
    kept.grow(_CHANCE)
    _require_whole(kept)


def test_an_index_that_is_gone_is_made_anew(kept: KeptBackups) -> None:
    for name in kept.names("index"):
        kept.place.delete(name)

    assert repair_index(kept.repository, Job()) == 3

    _require_whole(kept)
    assert kept.grow(_CHANCE).manifest.new_chunks < 10


def test_a_whole_index_is_left_alone(kept: KeptBackups) -> None:
    before = kept.names()

    assert repair_index(kept.repository, Job()) == 0

    assert kept.names() == before


def test_a_pack_whose_own_list_is_damaged_stays_in_the_index(kept: KeptBackups) -> None:
    first, second, _ = kept.names("index")
    (pack,) = {
        name
        for one in kept.repository.index_objects()[0]
        for name in kept.names("data")
        if one.name == first and bytes.fromhex(name[-64:]) in {pack.id for pack in one.packs}
    }
    kept.flip(pack, 8 * ((kept.folder / pack).stat().st_size - 20))
    kept.flip(second, 8 * 40)

    repair_index(kept.repository, Job())

    assert bytes.fromhex(pack[-64:]) in whole_index(kept.repository).packs
    assert kept.wrong() == [pack]
    for backup_id, files in kept.held.items():
        assert kept.restored(backup_id) == files


def test_nothing_is_repaired_where_a_backup_cannot_be_read(kept: KeptBackups) -> None:
    kept.flip(kept.names("index")[0], 8 * 40)
    manifest = kept.names("snapshots")[1]
    kept.flip(manifest, 8 * 40)
    before = kept.names()

    with pytest.raises(TamperedError, match=f"{manifest} at .* cannot be read"):
        repair_index(kept.repository, Job())
    assert kept.names() == before

    # Dropped, it is in nobody's way.
    forget(kept.repository, [manifest[-32:]])
    repair_index(kept.repository, Job())
    assert kept.wrong() == []


def test_nobody_else_may_be_at_work(kept: KeptBackups) -> None:
    kept.flip(kept.names("index")[0], 8 * 40)
    before = kept.names("index")

    with locks.held(kept.repository, LockKind.SHARED), pytest.raises(BusyError):
        repair_index(kept.repository, Job())

    assert kept.names("index") == before


def test_a_repair_can_be_stopped(kept: KeptBackups) -> None:
    kept.flip(kept.names("index")[0], 8 * 40)
    before = kept.names("index")
    job = Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        repair_index(kept.repository, job)

    assert kept.names("index") == before
    assert kept.names("locks") == []
