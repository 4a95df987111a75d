"""A restore drill proves a backup, and says what is wrong with one that is not what it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from privatus.backup.manifest import Manifest
from privatus.backup.repository import Repository, Snapshot
from privatus.core.backup import BackupDestination, DrillReport
from privatus.core.errors import AccessError
from support.vaults import PASSWORD, ScratchVault

_replace = msgspec.structs.replace


@pytest.fixture
def destination(filled: ScratchVault, tmp_path: Path) -> BackupDestination:
    destination = filled.vault.backups.add("disk", str(tmp_path / "disk"))
    filled.vault.backups.run(destination.id)
    return destination


def test_a_drill_proves_the_newest_backup_and_is_kept(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups = filled.vault.backups
    report = backups.drill(destination.id, PASSWORD)

    assert report.problems == ()
    (backup,) = backups.backups(destination.id)
    assert (report.backup_id, report.tables) == (backup.id, len(backup.tables))
    assert report.rows == sum(table.rows for table in backup.tables)
    assert backup.proven_at_ms == report.at_ms
    assert backups.status()[0].last_proven_at_ms == report.at_ms
    assert backups.drills(destination.id) == [report]
    assert not (filled.folder / "scratch").exists()


def test_what_was_restored_as_a_proof_needs_no_other_check_but_the_next_backup_does(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    backups = filled.vault.backups
    assert not backups.status()[0].is_last_verified

    backups.drill(destination.id, PASSWORD)
    assert backups.status()[0].is_last_verified

    backups.run(destination.id)
    assert not backups.status()[0].is_last_verified


def test_a_drill_knows_nothing_but_the_secret(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    with pytest.raises(AccessError):
        filled.vault.backups.drill(destination.id, "another password")
    assert filled.vault.backups.drills(destination.id) == []


def _other_rows(said: Manifest) -> Manifest:
    first, *rest = said.tables
    return _replace(said, tables=[_replace(first, rows=first.rows + 1), *rest])


def _other_checksum(said: Manifest) -> Manifest:
    first, *rest = said.tables
    return _replace(said, tables=[_replace(first, checksum="00" * 32), *rest])


def _table_more(said: Manifest) -> Manifest:
    return _replace(said, tables=[*said.tables, _replace(said.tables[0], name="lost")])


def _table_less(said: Manifest) -> Manifest:
    return _replace(said, tables=said.tables[1:])


def _other_log(said: Manifest) -> Manifest:
    return _replace(said, audit=_replace(said.audit, root="00" * 32))


def _other_file(said: Manifest) -> Manifest:
    return _replace(said, database=_replace(said.database, sha256="00" * 32))


def _files_less(said: Manifest) -> Manifest:
    return _replace(said, files=_replace(said.files, nodes=[], count=0, size=0))


_CHANGES: list[tuple[Callable[[Manifest], Manifest], str]] = [
    (_other_rows, "rows, and had"),
    (_other_checksum, "are not those that were backed up"),
    (_table_more, "the table lost is gone"),
    (_table_less, "was not backed up"),
    (_other_log, "the log does not end"),
    (_other_file, "is not the one that was backed up"),
    (_files_less, "files: "),
]


@pytest.mark.parametrize(("change", "said"), _CHANGES)
def test_a_drill_says_what_is_not_as_the_manifest_tells(
    filled: ScratchVault,
    destination: BackupDestination,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Manifest], Manifest],
    said: str,
) -> None:
    read = Repository.snapshot_at

    def changed(repository: Repository, name: str) -> Snapshot:
        snapshot = read(repository, name)
        fields = {one: getattr(snapshot, one) for one in Snapshot.__slots__}
        return Snapshot(**fields | {"manifest": change(snapshot.manifest)})

    monkeypatch.setattr(Repository, "snapshot_at", changed)
    report = filled.vault.backups.drill(destination.id, PASSWORD)

    assert any(said in problem for problem in report.problems), report.problems
    assert filled.vault.backups.backups(destination.id)[0].proven_at_ms is None


def test_a_damaged_backup_is_not_proven_and_what_is_damaged_is_named(
    filled: ScratchVault, destination: BackupDestination
) -> None:
    (pack,) = (path for path in Path(destination.location).glob("data/*/*"))
    raw = bytearray(pack.read_bytes())
    raw[len(raw) // 2] ^= 1
    pack.write_bytes(raw)

    report: DrillReport = filled.vault.backups.drill(destination.id, PASSWORD)

    (problem,) = report.problems
    assert pack.name in problem
    assert filled.vault.backups.status()[0].last_proven_at_ms is None


def test_what_a_broken_off_drill_left_goes_at_the_next_opening(filled: ScratchVault) -> None:
    left = filled.folder / "scratch" / "ab" / "vault.db"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"left")
    filled.reopen()
    assert not (filled.folder / "scratch").exists()
