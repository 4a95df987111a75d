"""What failed and how long what took is noted by itself, and goes as the person says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.backup import VerifyDepth
from privatus.core.errors import JobCancelled, UnreachableError, UsageError
from privatus.core.jobs import Job
from privatus.core.retention import DAY_MS, Action, Kind, Policy
from support.conversations import conversation, message
from support.filled import fill
from support.vaults import PASSWORD, ScratchVault

_NOW_MS = 1_800_000_000_000
_HOUR_MS = 3_600_000


def _broken(folder: Path, name: str = "broken.json") -> Path:
    path = folder / name
    path.write_text('{"a": ', encoding="utf-8")
    return path


def _noted(vault: Vault) -> list[tuple[str, str, int]]:
    return [(e.where, e.code, e.count) for e in vault.journal.errors()]


def _measured(vault: Vault) -> list[str]:
    return [each.what for each in reversed(vault.journal.metrics())]


def test_each_work_that_came_to_its_end_is_measured_once(
    vault: ScratchVault, tmp_path: Path
) -> None:
    fill(vault)
    opened = vault.vault
    before = len(_measured(opened))
    place = opened.backups.add("disk", str(tmp_path / "disk"))

    made = opened.backups.run(place.id)
    opened.backups.verify(place.id, VerifyDepth.DATA)
    opened.backups.drill(place.id, PASSWORD)
    opened.backups.prune(place.id, dry_run=True)
    opened.backups.prune(place.id)
    opened.backups.restore(place.id, tmp_path / "new", PASSWORD)
    opened.integrity.rebuild_index()
    opened.purging.destroy([1])

    works = ["backup", "verify", "drill", "prune", "restore", "index rebuild", "purge"]
    assert _measured(opened)[before:] == works
    found = {each.what: each for each in opened.journal.metrics()}
    assert (found["backup"].items, found["backup"].data_bytes) == (
        sum(table.rows for table in made.tables),
        made.new_bytes,
    )
    assert found["restore"].data_bytes >= made.total_bytes
    assert all(each.duration_ms >= 0 for each in found.values())
    assert opened.journal.metrics(since_ms=clock.now_ms() + 1) == []
    assert vault.problems() == []


def test_an_import_is_measured_and_a_file_that_cannot_be_read_is_noted(
    vault: ScratchVault, tmp_path: Path
) -> None:
    report = vault.vault.imports.run(_broken(tmp_path))

    [error] = vault.vault.journal.errors()
    assert (error.where, error.said) == ("import", report.failed[0].reason)
    assert error.code == "unreadable-input"
    assert _measured(vault.vault) == ["import"]


def test_a_destination_that_is_not_there_is_noted_and_a_repeat_counts_in_its_row(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(vault)
    place = vault.vault.backups.add("disk", str(tmp_path / "disk"))
    vault.vault.backups.run(place.id)
    shutil.rmtree(tmp_path / "disk")

    for now_ms in (_NOW_MS, _NOW_MS + _HOUR_MS, _NOW_MS + _HOUR_MS + 1):
        monkeypatch.setattr(clock, "now_ms", lambda at_ms=now_ms: at_ms)
        with pytest.raises(UnreachableError) as raised:
            vault.vault.backups.run(place.id)

    newest, first = vault.vault.journal.errors()
    assert (first.count, first.at_ms, first.last_at_ms) == (2, _NOW_MS, _NOW_MS + _HOUR_MS)
    assert (newest.count, newest.at_ms) == (1, _NOW_MS + _HOUR_MS + 1)
    assert first.said == newest.said == str(raised.value)
    assert (first.where, first.code) == ("backup", "unreachable")


def test_a_damaged_backup_is_noted_by_its_verification(vault: ScratchVault, tmp_path: Path) -> None:
    fill(vault)
    place = vault.vault.backups.add("disk", str(tmp_path / "disk"))
    vault.vault.backups.run(place.id)
    for pack in (tmp_path / "disk" / "data").glob("??/*"):
        pack.write_bytes(b"")

    assert vault.vault.backups.verify(place.id, VerifyDepth.DATA).problems
    found = _noted(vault.vault)
    assert found and {(where, code) for where, code, _ in found} == {("verify", "tampered")}


def test_what_a_person_stops_or_says_wrongly_is_no_failure(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(vault)
    before = _measured(vault.vault)
    job = Job()
    job.cancel()
    with pytest.raises(JobCancelled):
        vault.vault.purging.destroy([1], job=job)
    with pytest.raises(UsageError):
        vault.vault.archives.create(_wish(), format="stone")

    assert _noted(vault.vault) == []
    assert _measured(vault.vault) == before


def test_a_fault_of_ours_is_noted_by_its_kind_and_not_by_what_it_quotes(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("Zebrafink")

    monkeypatch.setattr(vault.vault.imports, "_import_files", fail)
    with pytest.raises(ValueError, match="Zebrafink"):
        vault.vault.imports.run(_broken(tmp_path))

    [error] = vault.vault.journal.errors()
    assert error.said == "something went wrong that should not (ValueError)"


def test_who_only_reads_notes_nothing_and_sees_all(vault: ScratchVault, tmp_path: Path) -> None:
    vault.vault.imports.run(_broken(tmp_path))
    vault.vault.lock()
    with Vault.open(vault.folder, PASSWORD, read_only=True) as reader:
        before = _noted(reader)
        reader.retention.run(dry_run=True)
        assert _noted(reader) == before == [("import", "unreadable-input", 1)]
    vault.reopen()


def test_a_noted_row_that_somebody_changed_is_found(vault: ScratchVault, tmp_path: Path) -> None:
    vault.vault.imports.run(_broken(tmp_path))
    assert vault.problems() == []

    vault.attack("UPDATE error_log SET at_ms = at_ms - 1", "UPDATE metrics SET at_ms = at_ms - 1")

    [problem] = vault.problems()
    assert "noted error 1" in problem and "measurement 1" in problem


def test_a_rotation_carries_both(vault: ScratchVault, tmp_path: Path) -> None:
    vault.vault.imports.run(_broken(tmp_path))
    before = vault.vault.journal.errors(), vault.vault.journal.metrics()
    vault.vault.lock()
    Vault.rotate(vault.folder, PASSWORD)

    with Vault.open(vault.folder, PASSWORD) as rotated:
        assert (rotated.journal.errors(), rotated.journal.metrics()) == before
        assert [c for c in rotated.integrity.check().checks if not c.ok] == []
    vault.vault = Vault.open(vault.folder, PASSWORD)


def test_a_name_that_an_error_tells_is_in_no_file(vault: ScratchVault, tmp_path: Path) -> None:
    path = _broken(tmp_path, "Zebrafink-divorce.json")
    vault.vault.imports.run(path)
    said = str(vault.vault.journal.errors())
    vault.vault.lock()

    for file in vault.folder.rglob("*"):
        assert not file.is_file() or b"Zebrafink" not in file.read_bytes()
    vault.reopen()
    rows = vault.query("SELECT at_ms, details_sealed, seal FROM error_log")
    assert len(rows) == 1 and b"Zebrafink" not in b"".join(rows[0][1:])
    assert "Traceback" not in said and str(tmp_path) not in said


@pytest.mark.parametrize("kind", [Kind.ERRORS, Kind.METRICS])
def test_by_itself_all_is_kept_and_a_policy_lets_go_of_what_is_old(
    kind: Kind, vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = vault.vault
    for days in (0, 50, 100):
        monkeypatch.setattr(clock, "now_ms", lambda at_ms=_NOW_MS + days * DAY_MS: at_ms)
        opened.imports.run(_broken(tmp_path))
    assert (len(_noted(opened)), len(_measured(opened))) == (3, 3)
    opened.retention.set(Policy(kind=kind, action=Action.DESTROY, days=90, grace_days=5))

    assert [k.marked for k in opened.retention.run(dry_run=True).kinds] == [1]
    opened.retention.run()
    [waiting] = opened.retention.waiting()
    assert (waiting.kind, waiting.title) == (kind, "")
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS + 105 * DAY_MS)
    assert [k.destroyed for k in opened.retention.run(dry_run=True).kinds] == [1]
    assert [k.destroyed for k in opened.retention.run().kinds] == [1]

    left = opened.journal.errors() if kind is Kind.ERRORS else opened.journal.metrics()
    assert min(each.at_ms for each in left) == _NOW_MS + 50 * DAY_MS
    assert opened.retention.waiting() == []
    assert vault.problems() == []


def test_without_a_grace_it_goes_with_the_first_run_and_only_that_may_be_said_of_logs(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = vault.vault
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS)
    opened.imports.run(_broken(tmp_path))
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS + 10 * DAY_MS)
    opened.retention.set(Policy(kind=Kind.ERRORS, action=Action.DESTROY, days=10, grace_days=0))
    # As old as that is not older.
    assert [k.destroyed for k in opened.retention.run().kinds] == [0]
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS + 10 * DAY_MS + 1)

    assert [k.destroyed for k in opened.retention.run().kinds] == [1]
    assert opened.journal.errors() == []
    assert opened.retention.waiting() == []
    for kind in (Kind.CHATS, Kind.MESSAGES, Kind.AUDIT):
        with pytest.raises(UsageError, match="a grace 1 to"):
            opened.retention.set(Policy(kind=kind, action=Action.DESTROY, grace_days=0))


def test_what_a_retention_run_could_not_do_is_noted_once(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.bring(conversation(message(1, "old", created_at_ms=1), title="old", updated_at_ms=1))
    opened = vault.vault
    where = tmp_path / "away"
    opened.retention.set(
        Policy(kind=Kind.CHATS, action=Action.ARCHIVE, grace_days=1, where=str(where))
    )
    opened.retention.run()
    now_ms = clock.now_ms() + 2 * DAY_MS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now_ms", lambda: now_ms)
        patch.setattr(opened.archives, "create", _unreachable)
        [done] = opened.retention.run().kinds

    assert done.problem == "the disk is not there"
    assert _noted(opened) == [("retention", "device", 1)]


def _unreachable(*_: object, **__: object) -> None:
    raise UnreachableError("the disk is not there")


def _wish() -> object:
    from privatus.core.archives import ArchiveWish

    return ArchiveWish(row_ids=[1])


def test_a_work_within_another_is_part_of_that_one(vault: ScratchVault) -> None:
    vault.bring(conversation(message(1, "old", created_at_ms=1), title="old", updated_at_ms=1))
    opened = vault.vault
    opened.retention.set(Policy(kind=Kind.CHATS, action=Action.DESTROY, grace_days=1))
    opened.retention.run()
    before = _measured(opened)
    now_ms = clock.now_ms() + 2 * DAY_MS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now_ms", lambda: now_ms)
        [done] = opened.retention.run().kinds

    # No row of its own for the purge.
    assert done.destroyed == 1
    assert _measured(opened) == [*before, "retention"]
