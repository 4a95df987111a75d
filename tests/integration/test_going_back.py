"""Back to the vault of before a change of the schema, with nothing lost on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.conversation import Role
from privatus.core.errors import (
    AccessError,
    BusyError,
    DeviceError,
    JobCancelled,
    NewerVaultError,
    TamperedError,
    UserError,
)
from privatus.core.jobs import Job
from privatus.services import migrating
from privatus.storage import going_back
from privatus.storage.database import Database
from privatus.storage.schema_files import migrations as shipped
from privatus.vault.keys import Keys, keyspec
from support.conversations import contents
from support.next_release import next_release
from support.vaults import PASSWORD, ScratchVault

_STEP = len(shipped())


def _copy(vault: ScratchVault) -> Path:
    return vault.folder / "vault.db.before-migration"


def _aside(vault: ScratchVault) -> list[Path]:
    return sorted(vault.folder.glob("vault.db.set-aside-*"))


def _go_back(vault: ScratchVault, **options: Job) -> migrating.WentBack:
    with next_release():
        return migrating.go_back(vault.folder, PASSWORD, **options)


def test_the_vault_is_what_it_was_and_the_former_release_opens_it(moved_on: ScratchVault) -> None:
    made_at_ms = _copy(moved_on).stat().st_mtime_ns // 1_000_000
    with pytest.raises(NewerVaultError):
        Vault.open(moved_on.folder, PASSWORD)

    done = _go_back(moved_on)

    assert (done.standing.step, done.made_at_ms) == (_STEP, made_at_ms)
    vault = moved_on.reopen()
    assert set(moved_on.all()) == {"with-files", "branched", "document"}
    assert vault.warnings == []
    assert vault.search.find("third answer").total == 1
    assert vault.search.find("came later").total == 0
    assert moved_on.problems() == []
    assert not _copy(moved_on).exists()
    assert moved_on.vault.audit.list()[-2].action == "copy of before a schema change put in place"


def test_what_the_vault_was_is_kept_whole_beside_it(moved_on: ScratchVault) -> None:
    done = _go_back(moved_on)

    assert done.set_aside is not None and _aside(moved_on) == [done.set_aside]
    aside = Database.open(done.set_aside, keyspec(moved_on.database_key), read_only=True)
    assert aside.value("SELECT count(*) FROM later") == 0
    assert aside.value("SELECT count(*) FROM conversations") == 4
    assert aside.rows("PRAGMA integrity_check") == [("ok",)]
    aside.close()
    # Put back by hand, it is the vault again; attachments never went.
    done.set_aside.replace(moved_on.folder / "vault.db")
    with next_release():
        moved_on.reopen().integrity.rebuild_index()
        assert contents(moved_on.all()["later"]) == [b"a later file"]
        assert moved_on.problems() == []
        moved_on.vault.lock()


def test_the_next_release_brings_it_up_to_date_again_and_keeps_a_copy_again(
    moved_on: ScratchVault,
) -> None:
    first = _go_back(moved_on).set_aside
    moved_on.reopen().conversations.append(moved_on.all()["document"].id, Role.USER, "meanwhile")
    moved_on.vault.lock()
    with next_release():
        moved_on.reopen().lock()

    second = _go_back(moved_on).set_aside

    assert first is not None and second is not None and first != second
    assert _aside(moved_on) == sorted([first, second])
    moved_on.reopen()
    assert moved_on.all()["document"].messages[-1].text == "meanwhile"
    assert moved_on.problems() == []


def test_two_ways_back_within_a_second_have_two_names(
    moved_on: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now_ms", lambda: 1_800_000_000_000)
    for _ in range(2):
        _go_back(moved_on)
        with next_release():
            moved_on.reopen().lock()

    _go_back(moved_on)

    names = [path.name.removeprefix("vault.db.set-aside-") for path in _aside(moved_on)]
    assert names == ["20270115T080000Z", "20270115T080000Z-2", "20270115T080000Z-3"]


def test_the_former_release_can_go_back_by_itself(moved_on: ScratchVault) -> None:
    assert migrating.go_back(moved_on.folder, PASSWORD).standing.step == _STEP

    moved_on.reopen()
    assert moved_on.problems() == []


def test_a_password_that_was_changed_since_stays_the_password(moved_on: ScratchVault) -> None:
    with next_release():
        moved_on.reopen().passwords.change("another few words")
        moved_on.vault.lock()
        migrating.go_back(moved_on.folder, "another few words")

    moved_on.vault = Vault.open(moved_on.folder, "another few words")

    assert moved_on.vault.warnings == []
    assert [check for check in moved_on.vault.integrity.check().checks if not check.ok] == []
    moved_on.vault.lock()
    with pytest.raises(AccessError):
        Vault.open(moved_on.folder, PASSWORD)


def test_a_damaged_vault_is_set_aside_with_its_log_and_replaced(
    moved_on: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    (moved_on.folder / "vault.db").write_bytes(b"rubbish" * 1000)
    fold = going_back._fold

    def leave_a_log(path: Path, keys: Keys) -> bool:
        is_folded = fold(path, keys)
        # SQLite removes what is no log of its own; one of its own it may leave.
        (moved_on.folder / "vault.db-wal").write_bytes(b"a log")
        return is_folded

    monkeypatch.setattr(going_back, "_fold", leave_a_log)
    aside = _go_back(moved_on).set_aside

    assert aside is not None and aside.read_bytes() == b"rubbish" * 1000
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"a log"
    assert not (moved_on.folder / "vault.db-wal").exists()
    moved_on.reopen()
    assert moved_on.problems() == []
    assert [kept.file.path for kept in migrating.status(moved_on.folder, PASSWORD).set_aside] == [
        aside
    ]


def test_a_vault_whose_database_is_gone_gets_the_copy(moved_on: ScratchVault) -> None:
    (moved_on.folder / "vault.db").unlink()

    assert _go_back(moved_on).set_aside is None

    moved_on.reopen()
    assert moved_on.problems() == []


@pytest.mark.parametrize("where", [0, 20, 5_000, 12_000, -5_000], ids=str)
def test_a_damaged_copy_takes_nobodys_place(moved_on: ScratchVault, where: int) -> None:
    raw = bytearray(_copy(moved_on).read_bytes())
    raw[where] ^= 1
    _copy(moved_on).write_bytes(raw)
    before = (moved_on.folder / "vault.db").read_bytes()

    with pytest.raises(TamperedError, match="nothing was changed"):
        _go_back(moved_on)

    assert (moved_on.folder / "vault.db").read_bytes() == before
    assert _aside(moved_on) == []


def test_a_copy_under_another_key_takes_nobodys_place(
    moved_on: ScratchVault, tmp_path: Path
) -> None:
    other = ScratchVault.create(tmp_path / "other")
    other.vault.lock()
    _copy(moved_on).write_bytes((other.folder / "vault.db").read_bytes())

    with pytest.raises(TamperedError, match="nothing was changed"):
        _go_back(moved_on)

    assert _aside(moved_on) == []


def test_a_copy_whose_rows_refer_to_nothing_takes_nobodys_place(moved_on: ScratchVault) -> None:
    copy = Database.open(_copy(moved_on), keyspec(moved_on.database_key))
    copy.execute("PRAGMA foreign_keys = OFF")
    copy.execute("DELETE FROM accounts")
    copy.close()

    with pytest.raises(TamperedError, match="nothing was changed"):
        _go_back(moved_on)


def test_a_copy_of_a_step_that_this_program_does_not_know_is_refused(
    moved_on: ScratchVault,
) -> None:
    copy = Database.open(_copy(moved_on), keyspec(moved_on.database_key))
    for step in (_STEP + 1, _STEP + 2):
        sql = "INSERT INTO schema_migrations VALUES (?, 'later', zeroblob(32), 0, '99.0')"
        copy.execute(sql, (step,))
    copy.close()

    with pytest.raises(NewerVaultError):
        _go_back(moved_on)

    assert _aside(moved_on) == []


def test_there_is_no_way_back_without_a_copy_or_from_the_step_of_the_copy(
    vault: ScratchVault,
) -> None:
    vault.vault.lock()
    with pytest.raises(UserError, match="no copy is kept"):
        migrating.go_back(vault.folder, PASSWORD)
    # As a change of the schema leaves it that did not succeed.
    _copy(vault).write_bytes((vault.folder / "vault.db").read_bytes())

    with pytest.raises(UserError, match="nothing to go back from"):
        migrating.go_back(vault.folder, PASSWORD)

    assert _aside(vault) == []
    assert vault.problems() == []


@pytest.mark.usefixtures("impatient")
def test_a_vault_that_is_open_elsewhere_stays(moved_on: ScratchVault) -> None:
    with next_release():
        moved_on.reopen()
        with pytest.raises(BusyError):
            migrating.go_back(moved_on.folder, PASSWORD)
        reader = Vault.open(moved_on.folder, PASSWORD, read_only=True)
        moved_on.vault.lock()

        with pytest.raises(BusyError):
            migrating.go_back(moved_on.folder, PASSWORD)

        assert reader.conversations.list()
        reader.lock()
        assert _aside(moved_on) == []
        moved_on.reopen()
        assert "later" in moved_on.all()
        assert moved_on.problems() == []
        moved_on.vault.lock()


def test_a_wrong_password_changes_nothing(moved_on: ScratchVault) -> None:
    with pytest.raises(AccessError):
        migrating.go_back(moved_on.folder, "another")

    assert _copy(moved_on).exists() and _aside(moved_on) == []


@pytest.mark.parametrize("stage", ["checking", "index", "place"])
def test_going_back_can_be_stopped_until_the_last_step(moved_on: ScratchVault, stage: str) -> None:
    def stop(progress: object) -> None:
        if stage in str(progress):
            raise JobCancelled

    with pytest.raises(JobCancelled):
        _go_back(moved_on, job=Job(stop))

    assert _copy(moved_on).exists() and _aside(moved_on) == []
    with next_release():
        moved_on.reopen()
        assert "later" in moved_on.all()
        assert moved_on.problems() == []
        moved_on.vault.lock()


def test_where_a_file_cannot_have_two_names_it_is_copied(
    moved_on: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    aside = _go_back(moved_on).set_aside

    assert aside is not None
    database = Database.open(aside, keyspec(moved_on.database_key), read_only=True)
    assert database.value("SELECT count(*) FROM conversations") == 4
    database.close()
    moved_on.reopen()
    assert moved_on.problems() == []


def test_a_disk_that_refuses_the_rename_leaves_the_vault_as_it_was(
    moved_on: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(DeviceError):
            _go_back(moved_on)

    with next_release():
        moved_on.reopen()
        # The second name is gone again: what is written now must not change what is set aside.
        assert _aside(moved_on) == []
        assert "later" in moved_on.all()
        moved_on.vault.lock()
