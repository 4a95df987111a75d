"""However many backups there were, the next one asks for the last ones only, and loses none."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from privatus.backup import line
from privatus.backup.creating import create
from privatus.backup.dropping import forget
from privatus.backup.locks import LockKind, held
from privatus.backup.pruning import prune
from privatus.backup.reindexing import MOST_INDEXES, merge_index
from privatus.backup.repository import Snapshot
from privatus.core.backup import BackupKind
from privatus.core.jobs import Job
from support.kept_backups import KeptBackups
from support.repositories import sign

_CHANCE = random.Random(11)


@contextmanager
def _counted(kept: KeptBackups, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Count what is read of each folder of the repository."""
    counts: dict[str, int] = {}
    get = kept.place.get

    def counting(name: str) -> bytes:
        folder = name.partition("/")[0]
        counts[folder] = counts.get(folder, 0) + 1
        return get(name)

    with monkeypatch.context() as patched:
        patched.setattr(kept.place, "get", counting)
        yield counts


def _drop(kept: KeptBackups, snapshots: list[Snapshot]) -> dict[str, int]:
    """Drop backups; return what a vault knows of them then."""
    forget(kept.repository, [one.manifest.id for one in snapshots])
    for one in snapshots:
        kept.held.pop(one.manifest.id)
    return {one.manifest.id: one.manifest.sequence for one in snapshots}


def _back_up(kept: KeptBackups, dropped: dict[str, int]) -> Snapshot:
    kept.vault.edit(_CHANCE.randrange(kept.pages))
    kind = BackupKind.INCREMENTAL
    made = create(kept.repository, kept.vault.source, kind, sign, Job(), dropped)
    kept.held[made.manifest.id] = kept.files()
    return made


def test_a_backup_reads_only_the_last_of_many_manifests_and_tombstones(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LOOKED_BACK", 3)
    backups = [kept.back_up()] + [kept.grow(_CHANCE) for _ in range(19)]
    dropped = _drop(kept, backups[1:8] + backups[16:18])

    with _counted(kept, monkeypatch) as counts:
        made = _back_up(kept, dropped)

    assert counts["snapshots"] <= 6
    assert counts["tombstones"] <= 2
    newest = backups[-1]
    assert made.manifest.sequence == 21
    assert [(one.id, one.sha256) for one in made.manifest.parents] == [
        (newest.manifest.id, newest.sha256)
    ]
    assert kept.wrong() == []


def test_a_vault_that_knows_of_no_dropped_backup_makes_the_same_line(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LOOKED_BACK", 3)
    backups = [kept.back_up()] + [kept.grow(_CHANCE) for _ in range(9)]
    dropped = _drop(kept, backups[:4] + backups[8:])

    assert line.next_in_line(kept.repository, {}) == line.next_in_line(kept.repository, dropped)
    assert _back_up(kept, dropped).manifest.sequence == 11
    assert kept.wrong() == []


def test_two_backups_at_once_are_both_named_by_the_next(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LOOKED_BACK", 3)
    first = kept.back_up()
    place = line.next_in_line(kept.repository, {})
    second = kept.grow(_CHANCE)
    with monkeypatch.context() as patched:
        patched.setattr(line, "next_in_line", lambda *_: place)
        meanwhile = kept.grow(_CHANCE)

    made = kept.grow(_CHANCE)

    assert second.manifest.parents == meanwhile.manifest.parents
    assert [one.id for one in second.manifest.parents] == [first.manifest.id]
    ids = {one.id for one in made.manifest.parents}
    assert ids == {second.manifest.id, meanwhile.manifest.id}
    assert kept.wrong() == []


def test_dropping_and_pruning_read_no_tombstones_of_backups_that_went_before(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = [kept.back_up()] + [kept.grow(_CHANCE) for _ in range(9)]
    _drop(kept, backups[:7])
    prune(kept.repository, job=Job())

    with _counted(kept, monkeypatch) as counts:
        _drop(kept, backups[7:8])
        prune(kept.repository, job=Job())

    assert counts.get("tombstones", 0) == 0
    assert set(kept.held) == {one.manifest.id for one in backups[8:]}
    assert kept.wrong() == []


def _many_indexes(kept: KeptBackups) -> None:
    for _ in range(MOST_INDEXES + 1):
        kept.grow(_CHANCE)


def test_the_index_of_many_backups_becomes_one_object_also_without_a_prune(
    kept: KeptBackups,
) -> None:
    kept.back_up()
    assert not merge_index(kept.repository)
    _many_indexes(kept)

    assert merge_index(kept.repository)

    assert len(kept.names("index")) == 1
    assert kept.names("locks") == []
    assert kept.wrong() == []
    for backup_id in list(kept.held)[::10]:
        assert kept.restored(backup_id) == kept.held[backup_id]
    assert kept.grow(_CHANCE).manifest.kind is BackupKind.INCREMENTAL


def test_the_index_is_left_as_it_is_while_somebody_is_at_work(kept: KeptBackups) -> None:
    _many_indexes(kept)
    before = kept.names("index")
    with held(kept.repository, LockKind.SHARED):
        locks = kept.names("locks")
        assert not merge_index(kept.repository)
        assert kept.names("locks") == locks
    assert kept.names("index") == before
