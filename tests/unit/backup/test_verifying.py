"""Verifying finds what is lost or damaged, names it, and says which backups it harms."""

from __future__ import annotations

import os
import random

import pytest

from privatus.backup.layout import pack_name
from privatus.backup.packs import Chunk, seal_pack
from privatus.backup.verifying import verify
from privatus.core.backup import BackupKind, VerifyDepth, VerifyReport
from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job, Progress
from support.kept_backups import KeptBackups
from support.repositories import SIGNER

_WITHOUT_PART = [VerifyDepth.LIST, VerifyDepth.STRUCTURE, VerifyDepth.DATA]
_CHANCE = random.Random(7)


def _harm(report: VerifyReport) -> dict[str, tuple[str, ...]]:
    return {one.name: one.backups for one in report.problems}


@pytest.mark.parametrize("depth", _WITHOUT_PART)
def test_nothing_is_wrong_with_what_was_written(kept: KeptBackups, depth: VerifyDepth) -> None:
    kept.vault.add_file(b"a" * 3_000_000)
    for _ in range(3):
        kept.grow(_CHANCE)
    kept.back_up(BackupKind.FULL)

    report = kept.verify(depth, known=kept.known())

    assert (report.problems, report.unused) == ((), ())
    assert report.backups == 4
    if depth is VerifyDepth.LIST:
        return
    assert report.packs == len(kept.names("data"))
    packs = sum(entry.size_bytes for entry in kept.place.list("data"))
    assert report.read_bytes == (packs if depth is VerifyDepth.DATA else 0)


def test_an_empty_repository_is_whole(kept: KeptBackups) -> None:
    assert kept.wrong() == []


@pytest.mark.parametrize("depth", [VerifyDepth.STRUCTURE, VerifyDepth.DATA])
def test_a_pack_that_is_gone_or_short_harms_the_backups_that_need_it(
    kept: KeptBackups, depth: VerifyDepth
) -> None:
    kept.back_up()
    (first,) = kept.names("data")
    second = kept.grow(_CHANCE)
    (last,) = set(kept.names("data")) - {first}
    raw = kept.place.get(last)

    os.truncate(kept.folder / last, 100)
    assert _harm(kept.verify(depth)) == {last: (second.manifest.id,)}
    (kept.folder / last).unlink()
    assert _harm(kept.verify(depth)) == {last: (second.manifest.id,)}
    kept.place.put(last, raw)
    (kept.folder / first).unlink()
    assert _harm(kept.verify(depth)) == {first: tuple(kept.held)}


def test_the_list_of_backups_needs_no_pack(kept: KeptBackups) -> None:
    kept.back_up()
    (kept.folder / kept.names("data")[0]).unlink()
    assert kept.wrong(VerifyDepth.LIST) == []


def test_all_parts_together_are_all_packs(kept: KeptBackups) -> None:
    for _ in range(6):
        kept.grow(_CHANCE)
    sizes = {entry.name: entry.size_bytes for entry in kept.place.list("data")}
    damaged = kept.names("data")[3]
    kept.flip(damaged, 8 * sizes[damaged] - 1)  # its end, which only who reads all of it sees

    reports = [kept.verify(VerifyDepth.PART, part=(number, 4)) for number in range(1, 5)]

    assert sum(report.read_bytes for report in reports) == sum(sizes.values())
    found = [one.name for report in reports for one in report.problems]
    assert found.count(damaged) == 1
    assert [report.part for report in reports] == [(number, 4) for number in range(1, 5)]


def test_a_chunk_that_lies_twice_harms_no_backup(kept: KeptBackups) -> None:
    kept.back_up()
    (former,) = kept.names("data")
    kept.back_up(BackupKind.FULL)
    kept.flip(former, 8 * 5000)
    report = kept.verify()
    assert _harm(report) == {former: ()}
    assert "1 of its" in report.problems[0].what


def test_without_its_index_a_backup_is_known_to_lack_its_chunks(kept: KeptBackups) -> None:
    kept.back_up()
    second = kept.grow(_CHANCE)
    last = max(kept.names("index"))
    (kept.folder / last).unlink()
    report = kept.verify(VerifyDepth.STRUCTURE)
    assert _harm(report) == {second.name: (second.manifest.id,)}
    assert "in no pack" in report.problems[0].what
    assert len(report.unused) == 1


def test_what_a_backup_left_that_was_broken_off_is_no_fault_unless_it_is_damaged(
    kept: KeptBackups,
) -> None:
    kept.back_up()
    keys = kept.repository.keys
    chunks: list[Chunk] = [(keys.chunk_id(1, b"x"), 1, b"x")]
    pack, raw = seal_pack(keys, chunks)
    name = pack_name(pack.id)
    kept.place.put(name, raw)
    report = kept.verify()
    assert (report.problems, report.unused) == ((), (name,))
    kept.flip(name, 70)
    assert _harm(kept.verify()) == {name: ()}


def test_a_chunk_that_is_not_what_its_id_says_is_found(kept: KeptBackups) -> None:
    pack, raw = seal_pack(kept.repository.keys, [(b"i" * 32, 1, b"something else")])
    kept.place.put(pack_name(pack.id), raw)
    kept.repository.put_index([pack])
    assert kept.wrong() == [pack_name(pack.id)]


def test_someone_elses_signature_is_not_ours(kept: KeptBackups) -> None:
    snapshot = kept.back_up()
    assert kept.verify(signer=SIGNER).problems == ()
    (problem,) = kept.verify(VerifyDepth.LIST, signer=b"x" * 32).problems
    assert (problem.name, problem.backups) == (snapshot.name, (snapshot.manifest.id,))


def test_progress_is_told_in_bytes_and_the_person_can_stop(kept: KeptBackups) -> None:
    kept.back_up()
    total = sum(entry.size_bytes for entry in kept.place.list("data"))
    told: list[Progress] = []
    _verify(kept, Job(told.append))
    assert (told[-1].done, told[-1].total) == (total, total)
    stopped = Job()
    stopped.cancel()
    with pytest.raises(JobCancelled):
        _verify(kept, stopped)
    assert kept.names("locks") == []


def _verify(kept: KeptBackups, job: Job) -> None:
    verify(kept.repository, VerifyDepth.DATA, side=kept.vault.side, job=job)
