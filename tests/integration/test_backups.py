"""Backups of a real vault: made while it is in use, restored with nothing but a secret."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Thread

import pytest

from privatus.backup import reindexing
from privatus.backup.destinations.local import LocalDestination
from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.backup import (
    BackupDestination,
    BackupKind,
    Frequency,
    Health,
    Schedule,
    VerifyDepth,
)
from privatus.core.errors import AccessError, UnreachableError, UserError
from support.vaults import PASSWORD, ScratchVault

_DAY_MS = 86_400_000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "disk"


def _add(vault: Vault, place: Path, frequency: Frequency = Frequency.DAILY) -> BackupDestination:
    return vault.backups.add("disk", str(place), schedule=Schedule(frequency=frequency))


def _titles(vault: Vault) -> list[str]:
    return sorted(row.title for row in vault.conversations.list())


def _rotate(vault: ScratchVault) -> None:
    vault.vault.lock()
    Vault.rotate(vault.folder, PASSWORD)
    vault.vault = Vault.open(vault.folder, PASSWORD)


def test_a_restored_vault_opens_with_the_password_and_holds_everything(
    filled: ScratchVault, place: Path, tmp_path: Path
) -> None:
    made = filled.vault.backups.run(_add(filled.vault, place).id)
    titles = _titles(filled.vault)
    filled.vault.lock()
    shutil.rmtree(filled.folder)

    report = Vault.restore(str(place), tmp_path / "new", PASSWORD)

    assert (report.backup_id, report.kept_aside) == (made.id, None)
    with Vault.open(tmp_path / "new", PASSWORD) as restored:
        assert _titles(restored) == titles
        assert restored.warnings == []
        assert [one for one in restored.integrity.check().checks if not one.ok] == []


def test_the_recovery_code_is_enough(tmp_path: Path, place: Path) -> None:
    new = Vault.create(tmp_path / "vault", PASSWORD)
    with new.vault as vault:
        vault.backups.run(_add(vault, place).id)
    Vault.restore(str(place), tmp_path / "new", code=new.recovery_code)
    Vault.open(tmp_path / "new", recovery_code=new.recovery_code).lock()


def test_after_a_change_of_password_the_new_one_opens_the_backups_and_the_former_one_does_not(
    filled: ScratchVault, place: Path, tmp_path: Path
) -> None:
    destination = _add(filled.vault, place)
    first = filled.vault.backups.run(destination.id)
    filled.vault.passwords.change("another password")
    filled.vault.backups.run(destination.id)

    with pytest.raises(AccessError):
        Vault.list_backups(str(place), PASSWORD)
    Vault.restore(str(place), tmp_path / "new", "another password", backup_id=first.id)
    with Vault.open(tmp_path / "new", "another password") as restored:
        assert restored.warnings == []


def test_backups_from_before_new_keys_open_with_the_password_of_today(
    filled: ScratchVault, place: Path, tmp_path: Path
) -> None:
    destination = _add(filled.vault, place)
    first = filled.vault.backups.run(destination.id)
    titles = _titles(filled.vault)
    _rotate(filled)
    second = filled.vault.backups.run(destination.id)

    for made in (first, second):
        folder = tmp_path / made.id
        Vault.restore(str(place), folder, PASSWORD, backup_id=made.id)
        with Vault.open(folder, PASSWORD) as restored:
            assert _titles(restored) == titles
            assert restored.warnings == []


def test_the_second_backup_is_incremental_and_the_schedule_asks_for_a_full_one_again(
    filled: ScratchVault, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = filled.vault.backups
    destination = backups.add(
        "disk", str(place), schedule=Schedule(frequency=Frequency.DAILY, full_days=30)
    )
    assert backups.run(destination.id).kind is BackupKind.FULL
    assert backups.run(destination.id).kind is BackupKind.INCREMENTAL
    later = clock.now_ms() + 31 * _DAY_MS
    monkeypatch.setattr(clock, "now_ms", lambda: later)
    assert backups.run(destination.id).kind is BackupKind.FULL


def test_a_backup_is_due_once_however_long_the_computer_slept(
    filled: ScratchVault, place: Path
) -> None:
    backups = filled.vault.backups
    destination = _add(filled.vault, place)
    assert backups.due() == [destination]
    made = backups.run(destination.id)
    assert backups.due() == []
    assert backups.due(made.made_at_ms + _DAY_MS) == [destination]
    (status,) = backups.status(made.made_at_ms + 10 * _DAY_MS)
    assert (status.health, len(backups.due(made.made_at_ms + 10 * _DAY_MS))) == (Health.OVERDUE, 1)


def test_a_day_with_a_wrong_clock_keeps_no_backup_from_being_made(
    filled: ScratchVault, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, now_ms = filled.vault.backups, clock.now_ms()
    destination = _add(filled.vault, place)
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "now_ms", lambda: now_ms + 3650 * _DAY_MS)
        backups.run(destination.id)
        assert backups.due() == []
    assert backups.due() == [destination]
    made = backups.run(destination.id)
    assert (backups.due(), made.kind) == ([], BackupKind.FULL)
    (status,) = backups.status(made.made_at_ms + 10 * _DAY_MS)
    assert (status.health, status.last_backup_at_ms) == (Health.OVERDUE, made.made_at_ms)
    assert backups.due(made.made_at_ms + _DAY_MS) == [destination]


def test_an_attempt_of_a_wrong_clock_does_not_put_off_the_next(
    filled: ScratchVault, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, now_ms = filled.vault.backups, clock.now_ms()
    destination = _add(filled.vault, place)
    with monkeypatch.context() as right:
        right.setattr(clock, "now_ms", lambda: now_ms - 2 * _DAY_MS)
        backups.run(destination.id)
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "now_ms", lambda: now_ms + 3650 * _DAY_MS)
        place.rename(place.with_name("elsewhere"))
        with pytest.raises(UnreachableError):
            backups.run(destination.id)
        assert backups.due() == []
    assert backups.due() == [destination]


def test_an_unplugged_disk_is_away_and_is_never_made_anew(
    filled: ScratchVault, place: Path
) -> None:
    backups = filled.vault.backups
    destination = _add(filled.vault, place)
    backups.run(destination.id)
    place.rename(place.with_name("unplugged"))

    with pytest.raises(UnreachableError):
        backups.run(destination.id)
    (status,) = backups.status()
    assert status.health is Health.AWAY
    assert not place.exists()

    place.with_name("unplugged").rename(place)
    backups.run(destination.id)
    assert backups.status()[0].health is Health.GOOD


def test_what_a_backup_holds_is_told_table_by_table(filled: ScratchVault, place: Path) -> None:
    made = filled.vault.backups.run(_add(filled.vault, place).id)
    rows = {table.name: table.rows for table in made.tables}
    for name in ("conversations", "messages", "attachments", "audit_log"):
        ((count,),) = filled.query(f"SELECT count(*) FROM {name}")
        assert rows[name] == count > 0
    assert len({table.checksum for table in made.tables if table.rows}) > 5


def test_a_vault_in_the_place_is_kept_aside_and_never_overwritten(
    filled: ScratchVault, place: Path, tmp_path: Path
) -> None:
    filled.vault.backups.run(_add(filled.vault, place).id)
    filled.vault.lock()
    with pytest.raises(UserError, match="there is a vault"):
        Vault.restore(str(place), filled.folder, PASSWORD)

    report = Vault.restore(str(place), filled.folder, PASSWORD, keep_aside=True)

    assert report.kept_aside is not None
    for folder in (filled.folder, Path(report.kept_aside)):
        Vault.open(folder, PASSWORD).lock()


def test_a_chosen_time_means_the_newest_backup_before_it(
    filled: ScratchVault, place: Path, tmp_path: Path
) -> None:
    destination = _add(filled.vault, place)
    first = filled.vault.backups.run(destination.id)
    second = filled.vault.backups.run(destination.id)
    at_ms = second.made_at_ms - 1
    report = Vault.restore(str(place), tmp_path / "new", PASSWORD, at_ms=at_ms)
    assert report.backup_id == first.id
    with pytest.raises(UserError, match="no backup of that time"):
        Vault.restore(str(place), tmp_path / "none", PASSWORD, at_ms=first.made_at_ms - 1)


def test_backups_do_not_go_into_the_vaults_own_folder(vault: ScratchVault) -> None:
    with pytest.raises(UserError, match="own folder"):
        vault.vault.backups.add("here", str(vault.folder / "backups"))


def test_another_machine_knows_the_backups_after_it_has_asked(
    filled: ScratchVault, place: Path, tmp_path: Path
) -> None:
    destination = _add(filled.vault, place)
    made = filled.vault.backups.run(destination.id)
    Vault.restore(str(place), tmp_path / "new", PASSWORD)
    with Vault.open(tmp_path / "new", PASSWORD) as restored:
        # The destination itself came along; its backup was not yet there when it was made.
        (known,) = restored.backups.destinations()
        assert restored.backups.backups(known.id) == []
        restored.backups.refresh(known.id)
        assert restored.backups.backups(known.id) == [made]


def test_a_purge_names_the_backups_that_may_still_hold_it(
    filled: ScratchVault, place: Path
) -> None:
    row_id = filled.vault.listing.arrange().ids[0]
    assert filled.vault.purging.preview_destroy([row_id]).backups == ()
    made = filled.vault.backups.run(_add(filled.vault, place).id)
    (held,) = filled.vault.purging.preview_destroy([row_id]).backups
    assert (held.destination, held.backups) == ("disk", 1)
    assert held.first_at_ms == held.last_at_ms == made.made_at_ms


def test_a_repository_that_was_exchanged_or_emptied_is_not_taken_for_the_one_that_was_there(
    filled: ScratchVault, place: Path
) -> None:
    backups = filled.vault.backups
    destination = _add(filled.vault, place)
    backups.run(destination.id)
    for path in sorted(place.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()

    with pytest.raises(UserError, match="are not there any more"):
        backups.run(destination.id)
    assert backups.status()[0].health is Health.FAILING

    backups.remove(destination.id)
    backups.run(backups.add("another", str(place)).id)
    assert backups.status()[0].health is not Health.FAILING


@pytest.mark.parametrize("folder", ["locks", "data", "snapshots"])
def test_a_password_that_is_changed_while_a_backup_is_made_opens_it(
    filled: ScratchVault, place: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    destination, put = _add(filled.vault, place), LocalDestination.put
    waiting = [folder]

    def changing(self: LocalDestination, name: str, data: bytes) -> None:
        if waiting and name.startswith(waiting[0]):
            waiting.clear()
            thread = Thread(target=filled.vault.passwords.change, args=("another password",))
            thread.start()
            thread.join()
        put(self, name, data)

    monkeypatch.setattr(LocalDestination, "put", changing)
    filled.vault.backups.run(destination.id)
    assert waiting == []

    assert filled.vault.backups.verify(destination.id, VerifyDepth.LIST).problems == ()
    assert filled.vault.backups.drill(destination.id, "another password").problems == ()
    with pytest.raises(AccessError):
        filled.vault.backups.drill(destination.id, PASSWORD)


def test_backups_that_nobody_prunes_do_not_pile_up_an_index(
    filled: ScratchVault, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "MOST_INDEXES", 3)
    destination = _add(filled.vault, place)
    for _ in range(6):
        filled.vault.backups.run(destination.id)

    assert len(list((place / "index").iterdir())) <= 3
    assert list((place / "locks").iterdir()) == []
    assert filled.vault.backups.verify(destination.id, VerifyDepth.DATA).problems == ()
    Vault.restore(str(place), tmp_path / "new", PASSWORD)
