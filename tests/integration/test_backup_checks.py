"""Verifying backups finds what is wrong, remembers what was read, and is kept."""

from __future__ import annotations

from dataclasses import replace
from os import urandom
from pathlib import Path
from typing import Any

import pytest

from privatus.backup import history
from privatus.backup.history import History
from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.backup import (
    Backup,
    BackupDestination,
    BackupKind,
    Health,
    KeepRules,
    VerifyDepth,
)
from privatus.core.errors import UnreachableError, UserError
from privatus.core.jobs import Job, Progress
from privatus.services.backups.checking import PARTS
from privatus.storage import backups as stored_backups
from support.conversations import attachment, conversation, message
from support.vaults import PASSWORD, ScratchVault


@pytest.fixture
def destination(filled: ScratchVault, tmp_path: Path) -> BackupDestination:
    destination = filled.vault.backups.add("disk", str(tmp_path / "disk"))
    for _ in range(2):
        filled.vault.backups.run(destination.id)
    return destination


@pytest.mark.parametrize("depth", VerifyDepth)
def test_whole_backups_are_found_whole_at_every_depth(
    filled: ScratchVault, destination: BackupDestination, depth: VerifyDepth
) -> None:
    backups = filled.vault.backups
    report = backups.verify(destination.id, depth)

    assert (report.problems, report.backups) == ((), 2)
    kept = report if depth is VerifyDepth.PART else replace(report, looked_at=())
    assert backups.verifications(destination.id) == [kept]
    verified = [one.verified_at_ms for one in backups.backups(destination.id)]
    assert verified == [report.at_ms if depth is VerifyDepth.DATA else None] * 2


def test_all_parts_one_after_the_other_are_all_data(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups = filled.vault.backups
    read = 0
    for number in range(1, PARTS + 1):
        assert backups.status()[0].last_verified_at_ms is None
        report = backups.verify(destination.id, VerifyDepth.PART)
        assert report.part == (number, PARTS)
        read += report.read_bytes
    assert backups.status()[0].last_verified_at_ms == report.at_ms
    packs = Path(destination.location).glob("data/*/*")
    assert read >= sum(path.stat().st_size for path in packs)


def test_what_is_said_of_a_destination_while_a_part_is_read_stays_said(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups = filled.vault.backups

    said: list[str] = []

    def rename(_progress: Progress) -> None:
        said.append(f"disk {len(said)}")
        backups.change(destination.id, name=said[-1])

    # Not every part of so few packs has one.
    for _ in range(PARTS):
        backups.verify(destination.id, VerifyDepth.PART, Job(rename))

    assert said and [one.name for one in backups.destinations()] == said[-1:]


def test_a_backup_that_a_verification_has_not_seen_is_not_called_verified(
    filled: ScratchVault, destination: BackupDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, examine = filled.vault.backups, history.examine
    made: list[Backup] = []

    def examined(*args: Any) -> History:
        # One that was begun before is published when all that is there was listed.
        found = examine(*args)
        made.append(backups.run(destination.id))
        return found

    monkeypatch.setattr(history, "examine", examined)
    now_ms = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now_ms)
    report = backups.verify(destination.id, VerifyDepth.DATA)

    assert (report.problems, report.backups) == ((), 2)
    verified = {one.id for one in backups.backups(destination.id) if one.verified_at_ms is not None}
    assert made[0].id not in verified and len(verified) == 2


def test_parts_that_were_read_before_a_backup_of_a_slow_clock_do_not_count_for_it(
    filled: ScratchVault, destination: BackupDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = filled.vault.backups
    for _ in range(PARTS - 1):
        backups.verify(destination.id, VerifyDepth.PART)
    with monkeypatch.context() as slow:
        slow.setattr(clock, "now_ms", lambda: 1_000_000_000_000)
        made = backups.run(destination.id)
    backups.verify(destination.id, VerifyDepth.PART)

    verified = {one.id for one in backups.backups(destination.id) if one.verified_at_ms is not None}
    assert made.id not in verified and len(verified) == 2


def test_the_last_backup_is_not_dropped_by_a_vault_that_believes_in_others(
    filled: ScratchVault, destination: BackupDestination, tmp_path: Path
) -> None:
    backups = filled.vault.backups
    Vault.restore(destination.location, tmp_path / "other", PASSWORD)
    newest, oldest = backups.backups(destination.id)
    with Vault.open(tmp_path / "other", PASSWORD) as other:
        other.backups.refresh(destination.id)
        other.backups.drop(destination.id, [newest.id])
    with pytest.raises(UserError, match="no backup would be left"):
        backups.drop(destination.id, [oldest.id])
    assert [one.id for one in Vault.list_backups(destination.location, PASSWORD)] == [oldest.id]


def test_a_damaged_pack_is_named_with_the_backups_that_it_harms(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups = filled.vault.backups
    _newest, oldest = backups.backups(destination.id)
    largest = max(Path(destination.location).glob("data/*/*"), key=lambda one: one.stat().st_size)
    raw = bytearray(largest.read_bytes())
    raw[len(raw) // 2] ^= 1
    largest.write_bytes(raw)

    report = backups.verify(destination.id, VerifyDepth.DATA)

    assert any(largest.name in problem.name for problem in report.problems)
    assert oldest.id in {one for problem in report.problems for one in problem.backups}
    assert backups.backups(destination.id)[1].verified_at_ms is None


def test_a_backup_that_was_found_damaged_is_not_kept_in_the_place_of_a_whole_one(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups, place = filled.vault.backups, Path(destination.location)
    before = set(place.glob("data/*/*"))
    filled.bring(
        conversation(message(1, "see", attachments=(attachment("new.bin", urandom(50_000)),)))
    )
    damaged = backups.run(destination.id)
    backups.verify(destination.id, VerifyDepth.DATA)
    for pack in set(place.glob("data/*/*")) - before:
        raw = bytearray(pack.read_bytes())
        raw[len(raw) // 2] ^= 1
        pack.write_bytes(raw)
    report = backups.verify(destination.id, VerifyDepth.DATA)
    assert {one for problem in report.problems for one in problem.backups} == {damaged.id}
    newest = backups.run(destination.id)
    whole = backups.backups(destination.id)[2]

    plan = backups.plan(destination.id, KeepRules(last=1))

    assert {one.backup_id for one in plan if one.stays} == {newest.id, whole.id}


def test_a_backup_that_was_taken_away_or_put_back_is_seen(
    filled: ScratchVault, destination: BackupDestination, tmp_path: Path
) -> None:
    backups = filled.vault.backups
    newest = sorted(Path(destination.location).glob("snapshots/*"))[-1]
    newest.rename(tmp_path / "taken")
    report = backups.verify(destination.id, VerifyDepth.LIST)
    assert any(backups.backups(destination.id)[0].id in one.name for one in report.problems)


def test_the_plan_says_why_each_backup_stays_or_goes(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    newest, oldest = filled.vault.backups.plan(destination.id, KeepRules(last=1))
    assert (newest.stays, oldest.stays) == (True, False)
    assert newest.reasons and oldest.reasons


def test_of_ever_more_prunes_and_checks_no_more_is_kept_than_somebody_asks_for(
    filled: ScratchVault, destination: BackupDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_backups, "MOST_CHECKS", 3)
    backups = filled.vault.backups

    def sizes(kind: str) -> list[int]:
        with filled.vault._store.snapshot() as tables:
            rows = [row for row in tables.backups.checks.raw() if row[3] == kind]
            return [len(tables.backups.checks.open_row(row)) for row in rows]

    for _ in range(5):
        last = backups.verify(destination.id, VerifyDepth.LIST)
        backups.prune(destination.id)
    before = sizes("prune")[-1]
    for _ in range(5):
        backups.run(destination.id)
    backups.prune(destination.id)

    assert (len(sizes("verify")), len(sizes("prune"))) == (3, 3)
    assert sizes("prune")[-1] == before
    assert backups.verifications(destination.id)[0].at_ms == last.at_ms
    assert [one for one in filled.vault.integrity.check().checks if not one.ok] == []


def _damage(packs: set[Path]) -> None:
    for pack in packs:
        raw = bytearray(pack.read_bytes())
        raw[len(raw) // 2] ^= 1
        pack.write_bytes(raw)


def test_damage_is_told_until_a_check_as_deep_finds_all_whole_again(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups, packs = filled.vault.backups, set(Path(destination.location).glob("data/*/*"))
    backups.verify(destination.id, VerifyDepth.DATA)
    _damage(packs)
    backups.verify(destination.id, VerifyDepth.DATA)
    backups.verify(destination.id, VerifyDepth.STRUCTURE)

    (status,) = backups.status()
    assert (status.health, status.is_damaged) == (Health.FAILING, True)
    assert "harms 2 of the backups there; make a full backup" in status.problem
    assert not status.is_last_verified
    assert [one.is_damaged for one in backups.backups(destination.id)] == [True, True]

    _damage(packs)
    backups.verify(destination.id, VerifyDepth.DATA)
    assert (backups.status()[0].health, backups.status()[0].problem) == (Health.MANUAL, "")
    assert [one.is_damaged for one in backups.backups(destination.id)] == [False, False]


def test_a_disk_that_was_pulled_out_hides_no_damage(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups, place = filled.vault.backups, Path(destination.location)
    _damage(set(place.glob("data/*/*")))
    backups.verify(destination.id, VerifyDepth.DATA)
    place.rename(place.with_name("in a drawer"))
    with pytest.raises(UnreachableError):
        backups.run(destination.id)

    (status,) = backups.status()
    assert status.is_damaged and "damage was found" in status.problem


def test_the_backup_after_damage_was_found_needs_nothing_of_what_is_damaged(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups = filled.vault.backups
    _damage(set(Path(destination.location).glob("data/*/*")))
    backups.verify(destination.id, VerifyDepth.DATA)

    kinds = [backups.run(destination.id).kind for _ in range(2)]

    newest = backups.backups(destination.id)[0].id
    assert kinds == [BackupKind.FULL, BackupKind.INCREMENTAL]
    report = backups.verify(destination.id, VerifyDepth.DATA)
    assert newest not in {one for problem in report.problems for one in problem.backups}


def test_a_drill_that_fails_tells_of_damage_and_a_later_one_takes_it_back(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups, packs = filled.vault.backups, set(Path(destination.location).glob("data/*/*"))
    _damage(packs)
    backups.drill(destination.id, PASSWORD)
    assert backups.status()[0].health is Health.FAILING
    _damage(packs)
    backups.drill(destination.id, PASSWORD)
    assert backups.status()[0].health is Health.MANUAL


def test_a_restore_stays_proven_when_its_backup_was_dropped(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups = filled.vault.backups
    drilled = backups.drill(destination.id, PASSWORD)
    backups.run(destination.id)
    with pytest.raises(UserError, match="the newest that was read back"):
        backups.drop(destination.id, [drilled.backup_id])
    backups.verify(destination.id, VerifyDepth.DATA)
    backups.drop(destination.id, [drilled.backup_id])

    assert backups.status()[0].last_proven_at_ms == drilled.at_ms


def test_to_say_how_a_destination_is_no_dropped_backup_is_read(
    filled: ScratchVault, destination: BackupDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = filled.vault.backups
    for _ in range(3):
        backups.run(destination.id)
    newest, *others = backups.backups(destination.id)
    backups.drop(destination.id, [one.id for one in others])
    before = backups.status()
    read: list[str] = []
    open_row = stored_backups.BackupMetadata.open_row

    def reading(self: stored_backups.BackupMetadata, row: Any) -> stored_backups.StoredBackup:
        found = open_row(self, row)
        read.append(found.backup_id)
        return found

    monkeypatch.setattr(stored_backups.BackupMetadata, "open_row", reading)

    assert backups.status() == before
    assert [one.id for one in backups.backups(destination.id)] == [newest.id]
    assert set(read) == {newest.id}
    assert (before[0].backups, before[0].last_backup_at_ms) == (1, newest.made_at_ms)
